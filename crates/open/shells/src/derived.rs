//! Shells of machines that have none: what a machine says of itself, in the words of the shell.
//!
//! Each machine, line, area and site becomes a shell with a nameplate, its signals as properties with unit and meaning,
//! and its place in the hierarchy. What was guessed carries the qualifier `trine:guess`. A derived document says so by an
//! extension with the fingerprint of its content: as long as the fingerprint fits, nobody has edited the document, and it
//! follows the world; an edited one is left alone.
//!
//! Spec: IDTA 02006-2-0 Digital Nameplate; IDTA 02011-1-0 Hierarchical Structures.

use crate::{BlobId, Change, Kind, Shells, ShellsError};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use trine_world::{Level, Origin, Signal, Thing, ValueKind, World};

const NAMEPLATE: &str = "https://admin-shell.io/zvei/nameplate/2/0/Nameplate";
const HIERARCHY: &str = "https://admin-shell.io/idta/HierarchicalStructures/1/0/Submodel";
const ENTRY: &str = "https://admin-shell.io/idta/HierarchicalStructures/EntryNode/1/0";
const MARK: &str = "trine:derived";
/// Documents that are recorded at once.
const BATCH: usize = 500;

/// The identifier of the shell of a thing.
#[must_use]
pub fn shell_id(key: &str) -> String {
    format!("urn:trine:thing:{key}")
}

/// The documents that follow from a world, in the order of identifiers.
#[must_use]
pub fn documents(world: &World) -> Vec<Change> {
    let mut parts: BTreeMap<&str, Vec<&Thing>> = BTreeMap::new();
    for thing in world.things() {
        if let Some(parent) = &thing.description.parent {
            parts.entry(parent).or_default().push(thing);
        }
    }
    let mut changes = Vec::new();
    for thing in world.things().filter(|thing| is_asset(thing)) {
        let below = parts.get(&*thing.description.key).map(Vec::as_slice).unwrap_or_default();
        changes.extend(of_thing(world, thing, below));
    }
    changes
}

fn is_asset(thing: &Thing) -> bool {
    !matches!(thing.description.level, Level::Floor | Level::Connection)
        && thing.description.key.chars().count() < 1900
}

fn of_thing(world: &World, thing: &Thing, below: &[&Thing]) -> Vec<Change> {
    let id = shell_id(&thing.description.key);
    let name = id_short(&thing.description.name, &mut BTreeSet::new());
    let below: Vec<&&Thing> = below.iter().filter(|part| is_asset(part)).collect();
    let mut submodels = vec![(format!("{id}:nameplate"), nameplate(thing))];
    let signals: Vec<&Signal> = world.signals_of(thing.id).collect();
    if !signals.is_empty() {
        submodels.push((format!("{id}:signals"), operational_data(&signals)));
    }
    if !below.is_empty() {
        submodels.push((format!("{id}:hierarchy"), hierarchy(thing, &below)));
    }
    let references: Vec<Value> = submodels.iter().map(|(id, _)| reference("Submodel", id)).collect();
    let mut specific = vec![json!({ "name": "trineKey", "value": &*thing.description.key })];
    let serial = thing.description.nameplate.get("SerialNumber").filter(|serial| !serial.is_empty());
    specific.extend(serial.map(|serial| json!({ "name": "serialNumber", "value": serial })));
    let mut shell = json!({
        "modelType": "AssetAdministrationShell", "id": id, "idShort": name,
        "displayName": [{ "language": "en", "text": short(&thing.description.name, 128) }],
        "assetInformation": { "assetKind": "Instance", "globalAssetId": format!("{id}:asset"),
            "assetType": &*thing.description.class, "specificAssetIds": specific },
        "submodels": references,
    });
    mark(&mut shell);
    let mut changes = vec![Change::put(Kind::Shell, &id, shell.to_string())];
    for (id, mut submodel) in submodels {
        submodel["modelType"] = "Submodel".into();
        submodel["id"] = id.as_str().into();
        submodel["kind"] = "Instance".into();
        mark(&mut submodel);
        changes.push(Change::put(Kind::Submodel, &id, submodel.to_string()));
    }
    changes
}

/// What is on the plate; without a line for the maker the thing's name stands for its designation, as a guess.
fn nameplate(thing: &Thing) -> Value {
    let mut names = BTreeSet::new();
    let plate = thing.description.nameplate.iter().filter(|(_, value)| !value.is_empty());
    let mut elements: Vec<Value> = plate
        .map(|(name, value)| match name.as_str() {
            "ManufacturerName" | "ManufacturerProductDesignation" | "ManufacturerProductFamily" => json!({
                "modelType": "MultiLanguageProperty", "idShort": id_short(name, &mut names),
                "value": [{ "language": "en", "text": short(value, 1023) }] }),
            _ => property(&id_short(name, &mut names), "xs:string", Some(value)),
        })
        .collect();
    if !thing.description.nameplate.contains_key("ManufacturerProductDesignation") {
        elements.push(guessed(json!({
            "modelType": "MultiLanguageProperty",
            "idShort": id_short("ManufacturerProductDesignation", &mut names),
            "value": [{ "language": "en", "text": short(&thing.description.name, 1023) }] })));
    }
    json!({ "idShort": "Nameplate", "semanticId": external(NAMEPLATE), "submodelElements": elements })
}

/// The signals as properties that show what is live; components become collections.
fn operational_data(signals: &[&Signal]) -> Value {
    let mut root = Collection::default();
    for signal in signals {
        let mut here = &mut root;
        for part in &signal.description.path {
            here = here.collections.entry(part.clone()).or_default();
        }
        here.signals.push(signal);
    }
    json!({ "idShort": "OperationalData", "submodelElements": root.elements() })
}

#[derive(Default)]
struct Collection<'a> {
    collections: BTreeMap<String, Collection<'a>>,
    signals: Vec<&'a Signal>,
}

impl Collection<'_> {
    fn elements(&self) -> Vec<Value> {
        let mut names = BTreeSet::new();
        let mut elements: Vec<Value> =
            self.signals.iter().map(|signal| of_signal(signal, &mut names)).collect();
        for (name, collection) in &self.collections {
            elements.push(json!({ "modelType": "SubmodelElementCollection",
                "idShort": id_short(name, &mut names), "value": collection.elements() }));
        }
        elements
    }
}

fn of_signal(signal: &Signal, names: &mut BTreeSet<String>) -> Value {
    let said = &signal.description;
    let kind = match said.kind {
        ValueKind::Boolean => "xs:boolean",
        ValueKind::Integer => "xs:long",
        ValueKind::Number => "xs:double",
        ValueKind::Text | ValueKind::Enumeration => "xs:string",
    };
    let mut element = property(&id_short(&said.name, names), kind, None);
    element["displayName"] = json!([{ "language": "en", "text": short(&said.name, 128) }]);
    element["qualifiers"] = json!([qualifier("trine:signal", &said.key)]);
    if let Some(semantic) = &said.semantic_id {
        element["semanticId"] = external(semantic);
    }
    if let Some(unit) = said.unit.as_ref().filter(|unit| !unit.text.is_empty()) {
        element["embeddedDataSpecifications"] = json!([{
            "dataSpecification": external("https://admin-shell.io/DataSpecificationTemplates/DataSpecificationIec61360/3"),
            "dataSpecificationContent": unit_of(&said.name, &unit.text, &unit.code),
        }]);
    }
    match (&said.role, &said.semantic_id) {
        // The role is read from the name where the source says no meaning.
        (Some(_), None) => guessed(element),
        _ => element,
    }
}

fn unit_of(name: &str, text: &str, code: &str) -> Value {
    let mut content = json!({ "modelType": "DataSpecificationIec61360", "unit": text,
        "preferredName": [{ "language": "en", "text": short(name, 255) }] });
    if !code.is_empty() {
        content["unitId"] = external(&format!("urn:un:unece:rec20:{code}"));
    }
    content
}

fn hierarchy(thing: &Thing, below: &[&&Thing]) -> Value {
    let mut names = BTreeSet::new();
    let statements: Vec<Value> = below
        .iter()
        .map(|part| {
            let id = shell_id(&part.description.key);
            json!({ "modelType": "Entity", "idShort": id_short(&part.description.name, &mut names),
                "entityType": "SelfManagedEntity", "globalAssetId": format!("{id}:asset") })
        })
        .collect();
    let id = shell_id(&thing.description.key);
    let entry = json!({ "modelType": "Entity", "idShort": "EntryNode", "entityType": "SelfManagedEntity",
        "semanticId": external(ENTRY), "globalAssetId": format!("{id}:asset"), "statements": statements });
    json!({ "idShort": "HierarchicalStructures", "semanticId": external(HIERARCHY), "submodelElements": [
        property("ArcheType", "xs:string", Some("OneDown")), entry] })
}

fn property(name: &str, kind: &str, value: Option<&str>) -> Value {
    let mut property = json!({ "modelType": "Property", "idShort": name, "valueType": kind });
    if let Some(value) = value {
        property["value"] = value.into();
    }
    property
}

fn qualifier(name: &str, value: &str) -> Value {
    json!({ "type": name, "valueType": "xs:string", "value": value })
}

fn guessed(mut element: Value) -> Value {
    let guess = qualifier("trine:guess", "not said by the source");
    match element["qualifiers"].as_array_mut() {
        Some(qualifiers) => qualifiers.push(guess),
        None => element["qualifiers"] = json!([guess]),
    }
    element
}

fn external(value: &str) -> Value {
    json!({ "type": "ExternalReference", "keys": [{ "type": "GlobalReference", "value": short(value, 2048) }] })
}

fn reference(kind: &str, id: &str) -> Value {
    json!({ "type": "ModelReference", "keys": [{ "type": kind, "value": id }] })
}

fn short(text: &str, longest: usize) -> String {
    text.chars().take(longest).collect()
}

/// A name that an idShort may be, and that no sibling has.
fn id_short(name: &str, taken: &mut BTreeSet<String>) -> String {
    let keep = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' };
    let mut base: String = name.chars().map(keep).take(100).collect();
    if !base.starts_with(|c: char| c.is_ascii_alphabetic()) {
        base.insert_str(0, "N_");
    }
    if base.len() < 2 {
        base.push('_');
    }
    let numbered = (2..).map(|n| format!("{base}_{n}"));
    let free = std::iter::once(base.clone()).chain(numbered).find(|name| !taken.contains(name));
    let name = free.unwrap_or(base);
    taken.insert(name.clone());
    name
}

/// Says in a document that it is derived, and what it was when it was.
fn mark(document: &mut Value) {
    let print = fingerprint(document);
    document["extensions"] = json!([{ "name": MARK, "valueType": "xs:string", "value": print }]);
}

fn fingerprint(document: &Value) -> String {
    BlobId::of(document.to_string().as_bytes()).to_string()[..32].to_owned()
}

/// Whether a document is derived and as it was.
fn is_untouched(text: &str) -> bool {
    let Ok(Value::Object(mut members)) = serde_json::from_str::<Value>(text) else { return false };
    let Some(Value::Array(extensions)) = members.remove("extensions") else { return false };
    let [extension] = &extensions[..] else { return false };
    let members: Map<String, Value> = members;
    extension["name"] == MARK && extension["value"] == fingerprint(&Value::Object(members)).as_str()
}

impl Shells {
    /// Brings derived documents up to date with the world: new ones appear, untouched ones follow, those of things that are
    /// gone go, edited ones stay. Gives how many changed.
    ///
    /// # Errors
    /// When they cannot be recorded; those before stand.
    pub async fn derive(&self) -> Result<usize, ShellsError> {
        let wanted = documents(&self.site().world());
        let ids: BTreeSet<(Kind, std::sync::Arc<str>)> =
            wanted.iter().map(|change| (change.kind, change.id.clone())).collect();
        let mut changes: Vec<Change> = Vec::new();
        for change in wanted {
            match self.store().get(change.kind, &change.id)? {
                Some(known) if Some(&known) == change.document.as_ref() || !is_untouched(&known) => {}
                _ => changes.push(change),
            }
        }
        for kind in [Kind::Shell, Kind::Submodel] {
            let mut query =
                crate::Query { after: Some(shell_id("")), limit: 1000, ..crate::Query::default() };
            loop {
                let page = self.store().page(kind, &query)?;
                let ours = page.documents.iter().take_while(|(id, _)| id.starts_with(&shell_id("")));
                let gone = ours.filter(|(id, text)| !ids.contains(&(kind, id.clone())) && is_untouched(text));
                changes.extend(gone.map(|(id, _)| Change::remove(kind, id)));
                let is_past = page.documents.last().is_none_or(|(id, _)| !id.starts_with(&shell_id("")));
                query.after = page.next;
                if is_past || query.after.is_none() {
                    break;
                }
            }
        }
        let origin = Origin::new("derived");
        for batch in changes.chunks(BATCH) {
            self.put_all(&origin, batch.to_vec()).await?;
        }
        Ok(changes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trine_base::Instant;
    use trine_world::{FactKind, NewFact, Role, SignalDescription, ThingDescription};

    fn world() -> World {
        let mut world = World::new();
        let machine = ThingDescription::new("m/1", "GR-3", "grinding-machine", Level::WorkUnit)
            .in_parent("line")
            .with_plate("ManufacturerName", "Grinder & Sons")
            .with_plate("SerialNumber", "77");
        let load = SignalDescription::new("m/1", "c/load", "Spindle load", ValueKind::Number)
            .in_unit("%")
            .as_role(Role::SpindleLoad);
        let thing = trine_base::ThingId(0);
        let facts = [
            FactKind::ThingDescribed {
                thing,
                description: ThingDescription::new("line", "Line 1", "line", Level::WorkCenter),
            },
            FactKind::ThingDescribed { thing, description: machine },
            FactKind::SignalDescribed { signal: trine_base::SignalId(0), description: load },
        ];
        for kind in facts {
            let fact = world.admit(NewFact::always(&Origin::new("test"), kind), Instant::EPOCH).unwrap();
            world.apply(&fact);
        }
        world
    }

    fn find(changes: &[Change], id: &str) -> Value {
        let change = changes.iter().find(|change| &*change.id == id).unwrap();
        serde_json::from_str(change.document.as_deref().unwrap()).unwrap()
    }

    #[test]
    fn a_machine_has_nameplate_typed_signals_and_a_place_in_the_hierarchy() {
        let changes = documents(&world());
        let shell = find(&changes, "urn:trine:thing:m/1");
        assert_eq!(shell["idShort"], "GR_3");
        assert_eq!(shell["assetInformation"]["specificAssetIds"][1]["value"], "77");
        let signals = find(&changes, "urn:trine:thing:m/1:signals");
        let load = &signals["submodelElements"][0];
        assert_eq!((&load["idShort"], &load["valueType"]), (&json!("Spindle_load"), &json!("xs:double")));
        assert_eq!(load["qualifiers"][0]["value"], "c/load");
        assert_eq!(load["qualifiers"][1]["type"], "trine:guess");
        assert_eq!(load["embeddedDataSpecifications"][0]["dataSpecificationContent"]["unit"], "%");
        let line = find(&changes, "urn:trine:thing:line:hierarchy");
        let below = &line["submodelElements"][1]["statements"][0];
        assert_eq!(below["globalAssetId"], "urn:trine:thing:m/1:asset");
    }

    #[test]
    fn what_is_derived_breaks_no_rule_of_the_metamodel() {
        for change in documents(&world()) {
            let text = change.document.unwrap();
            let faults = match change.kind {
                Kind::Shell => {
                    trine_aas::json::read::<trine_aas::AssetAdministrationShell>(text.as_bytes()).faults
                }
                _ => trine_aas::json::read::<trine_aas::Submodel>(text.as_bytes()).faults,
            };
            assert_eq!(faults, Vec::new(), "{text}");
        }
    }

    #[test]
    fn an_edit_is_noticed() {
        let changes = documents(&world());
        let text = changes[0].document.as_deref().unwrap();
        assert!(is_untouched(text));
        let mut edited: Value = serde_json::from_str(text).unwrap();
        edited["idShort"] = json!("Mine");
        assert!(!is_untouched(&edited.to_string()));
    }

    #[test]
    fn names_are_made_fit_and_told_apart() {
        let mut taken = BTreeSet::new();
        assert_eq!(id_short("Spindle load", &mut taken), "Spindle_load");
        assert_eq!(id_short("Spindle load", &mut taken), "Spindle_load_2");
        assert_eq!(id_short("3", &mut taken), "N_3");
        assert_eq!(id_short("", &mut taken), "N_");
    }
}
