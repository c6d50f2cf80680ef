//! What a source or a person says of things, signals and relations, and what the world makes of it.
//!
//! Spec: IEC 62264-1 (ISA-95) 5.3 for the levels of the equipment hierarchy.

use crate::Role;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use trine_base::{SignalId, ThingId, Unit};

/// Where a thing stands in the equipment hierarchy of ISA-95, or what else it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The company.
    Enterprise,
    /// A location of the company.
    Site,
    /// A part of a site: hall, department.
    Area,
    /// A production line, a cell, a storage zone.
    WorkCenter,
    /// A machine or a station.
    WorkUnit,
    /// A part of a machine that is worth its own entry.
    Component,
    /// Something that drives about.
    Vehicle,
    /// Something painted on the floor: aisle, zone.
    Floor,
    /// A unit, a role or a shift: something that stands nowhere; its class says which. (The personnel model of ISA-95.)
    Organisation,
    /// A way data comes in by; a thing too, so that its health is seen like a machine's.
    Connection,
}

/// Where a thing stands, in the site frame: metres, right-handed, z up, the floor at z = 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// Middle of the footprint on the floor, m.
    pub position: [f64; 3],
    /// Counter-clockwise from +x seen from above, degrees.
    pub yaw_deg: f64,
    /// Length along the thing's own x, width, height, m.
    pub size: [f64; 3],
    /// A layouter's guess that nobody has confirmed.
    #[serde(default)]
    pub proposed: bool,
}

/// What is said of a thing, before it has an id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThingDescription {
    /// Unique and lasting within the site: a product instance URI, a device UUID, or `connection/path`.
    pub key: Arc<str>,
    /// What people call it.
    pub name: Arc<str>,
    /// What shape and behaviour it has; the vocabulary is in `docs/wire.md`.
    pub class: Arc<str>,
    /// Its level in the hierarchy.
    pub level: Level,
    /// Key of the thing it is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Arc<str>>,
    /// Manufacturer, model, serial number and whatever else is on the plate; keys in the words of the
    /// IDTA Digital Nameplate (`ManufacturerName`, `SerialNumber`, …).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub nameplate: BTreeMap<String, String>,
}

impl ThingDescription {
    /// A thing of which only this is known.
    #[must_use]
    pub fn new(key: &str, name: &str, class: &str, level: Level) -> Self {
        Self {
            key: key.into(),
            name: name.into(),
            class: class.into(),
            level,
            parent: None,
            nameplate: BTreeMap::new(),
        }
    }

    /// The same, as part of another thing.
    #[must_use]
    pub fn in_parent(mut self, key: &str) -> Self {
        self.parent = Some(key.into());
        self
    }

    /// The same with a line on its nameplate; an empty value is left out.
    #[must_use]
    pub fn with_plate(mut self, name: &str, value: &str) -> Self {
        if !value.is_empty() {
            self.nameplate.insert(name.into(), value.into());
        }
        self
    }
}

/// A thing in the world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Thing {
    /// Its id within the site.
    pub id: ThingId,
    /// What was said of it.
    #[serde(flatten)]
    pub description: ThingDescription,
    /// Where it stands, when that is known.
    pub place: Option<Place>,
}

/// The type that a signal's values have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValueKind {
    /// True or false.
    Boolean,
    /// Whole numbers.
    Integer,
    /// Numbers.
    Number,
    /// Free text.
    Text,
    /// One of a set of words or numbers.
    Enumeration,
}

/// Limits that a value should not pass.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// Worth a look above this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warn: Option<f64>,
    /// An alarm above this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alarm: Option<f64>,
}

/// What is said of a signal, before it has an id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignalDescription {
    /// Key of the thing it belongs to.
    pub thing: Arc<str>,
    /// Unique within the site: `CONNECTION/ADDRESS`, the address as the protocol writes it.
    pub key: Arc<str>,
    /// What people call it.
    pub name: Arc<str>,
    /// Where in the thing it is measured: component names from the outside in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<String>,
    /// The type of its values.
    pub kind: ValueKind,
    /// The unit of its values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// Lowest and highest value to expect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<[f64; 2]>,
    /// Limits that it should not pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<Limits>,
    /// What the scene and the rules may do with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The concept that it means: an IRDI, a URI, a namespace-qualified browse path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub semantic_id: Option<Arc<str>>,
    /// For enumerations: number and word of each member.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<(i64, String)>,
    /// After how many milliseconds without a sample a value is old; none for signals that report by exception.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stale_after_ms: Option<u32>,
}

impl SignalDescription {
    /// A signal of which only this is known.
    #[must_use]
    pub fn new(thing: &str, key: &str, name: &str, kind: ValueKind) -> Self {
        Self {
            thing: thing.into(),
            key: key.into(),
            name: name.into(),
            path: Vec::new(),
            kind,
            unit: None,
            range: None,
            limits: None,
            role: None,
            semantic_id: None,
            members: Vec::new(),
            stale_after_ms: None,
        }
    }

    /// The same in a unit, by any name that [`Unit::named`] knows.
    #[must_use]
    pub fn in_unit(mut self, unit: &str) -> Self {
        self.unit = (!unit.is_empty()).then(|| Unit::named(unit));
        self
    }

    /// The same in a role.
    #[must_use]
    pub fn as_role(mut self, role: Role) -> Self {
        self.role = Some(role);
        self
    }
}

/// A signal in the world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Signal {
    /// Its id within the site.
    pub id: SignalId,
    /// The thing it belongs to.
    pub thing_id: ThingId,
    /// What was said of it.
    #[serde(flatten)]
    pub description: SignalDescription,
}

/// How two things belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RelationKind {
    /// Material goes from the one to the other.
    FlowsTo,
    /// The thing's data come by this connection.
    ConnectedBy,
    /// A robot or a vehicle that loads the machine.
    ServedBy,
    /// The meter that measures the thing's energy.
    MeteredBy,
}

/// A typed relation between two things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Relation {
    /// How they belong together.
    pub kind: RelationKind,
    /// The first.
    pub from: ThingId,
    /// The second.
    pub to: ThingId,
}
