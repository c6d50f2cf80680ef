//! What policies may speak of, in the schema language of Cedar, and its names in one place.
//!
//! Spec: Cedar policy language, schema format (human-readable).

use crate::{Action, ActionGroup, PrincipalKind};
use cedar_policy::{EntityId, EntityTypeName, EntityUid, Schema};
use std::fmt::Write as _;
use std::str::FromStr;

const ENTITIES: &str = "\
entity Unit in [Unit];
entity Person, Guest, Machine, Nobody in [Unit] { name: String, company: String };
entity Place in [Place];
entity Site, Thing, Branch, Account in [Place] {
    name: String, class: String, isLive: Bool, isDangerous: Bool, credential?: String,
};
type Circumstances = {
    roles: Set<String>, certified: Set<String>, strength: Long, isFresh: Bool, inScope: Bool,
    sameCompany: Bool, isShared: Bool, isHalted: Bool, ageHours: Long,
};
";

/// The schema as Cedar reads it.
pub fn text() -> String {
    let mut text = format!("namespace Trine {{\n{ENTITIES}");
    for group in ActionGroup::ALL {
        let _ = writeln!(text, "action \"{}\";", group.as_str());
    }
    for action in Action::ALL {
        let _ = writeln!(
            text,
            "action \"{}\" in [\"{}\"] appliesTo {{ principal: [Person, Guest, Machine, Nobody], \
             resource: [Site, Thing, Branch, Account], context: Circumstances }};",
            action.as_str(),
            action.group().as_str()
        );
    }
    text.push('}');
    text
}

/// The schema.
///
/// # Panics
/// Never: a test reads it.
pub fn schema() -> Schema {
    Schema::from_cedarschema_str(&text()).expect("the schema can be read").0
}

fn uid(kind: &str, id: &str) -> EntityUid {
    let name = EntityTypeName::from_str(kind).expect("a name of the schema");
    EntityUid::from_type_name_and_id(name, EntityId::new(id))
}

/// An action or a group of them.
pub fn action(word: &str) -> EntityUid {
    uid("Trine::Action", word)
}

/// Somebody.
pub fn principal(kind: PrincipalKind, id: &str) -> EntityUid {
    let name = match kind {
        PrincipalKind::Person => "Trine::Person",
        PrincipalKind::Guest => "Trine::Guest",
        PrincipalKind::Machine => "Trine::Machine",
        PrincipalKind::Nobody => "Trine::Nobody",
    };
    uid(name, id)
}

/// A unit.
pub fn unit(key: &str) -> EntityUid {
    uid("Trine::Unit", key)
}

/// Somewhere that things are in.
pub fn place(key: &str) -> EntityUid {
    uid("Trine::Place", key)
}

/// What it is done to.
pub fn resource(kind: &str, id: &str) -> EntityUid {
    uid(kind, id)
}
