//! Finds the machines in an address space, and what their plates say. Pure.
//!
//! Spec: OPC 40001-1 (Machinery) 8.2 `Machines` and 8.3 `Identification`; OPC 10000-100 (DI) 5.5 for devices that
//! carry the properties of their plate themselves.

use crate::class::class_of;
use crate::space::{At, Hangs, Space};
use opcua::types::NodeClass;
use trine_world::{Level, ThingDescription};

/// A machine: its node and the description that the world gets.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub at: At,
    pub thing: ThingDescription,
}

/// The properties that tell that something has a plate.
const PLATE_MARKS: [&str; 3] = ["ProductInstanceUri", "SerialNumber", "Manufacturer"];

/// `(browse name in Machinery or DI, name in the IDTA Digital Nameplate)`; others keep their name.
const PLATE_NAMES: &[(&str, &str)] = &[
    ("Manufacturer", "ManufacturerName"),
    ("Model", "ManufacturerProductDesignation"),
    ("ProductCode", "ProductArticleNumberOfManufacturer"),
    ("HardwareRevision", "HardwareVersion"),
    ("SoftwareRevision", "SoftwareVersion"),
];

/// What is on the plate but described elsewhere.
const NOT_ON_PLATE: [&str; 5] =
    ["DeviceClass", "Class", "EquipmentLevel", "ComponentName", "DefaultInstanceBrowseName"];

/// All machines, outermost first; where a top-level object has variables outside every machine, it is one too.
#[must_use]
pub(crate) fn machines(space: &Space, connection: &str) -> Vec<Found> {
    let mut roots = Vec::new();
    collect(space, 0, &mut roots);
    for top in &space.nodes[0].children {
        if space.nodes[*top].class == NodeClass::Object
            && !roots.contains(top)
            && has_own_variables(space, *top, &roots)
        {
            roots.push(*top);
        }
    }
    roots.into_iter().map(|at| Found { at, thing: describe(space, at, connection) }).collect()
}

/// For each node the machine that it belongs to: the nearest of the machines at or above it.
#[must_use]
pub(crate) fn owners(space: &Space, machines: &[Found]) -> Vec<Option<usize>> {
    let mut owners = vec![None; space.nodes.len()];
    for (index, machine) in machines.iter().enumerate() {
        owners[machine.at] = Some(index);
    }
    // Parents stand before their children.
    for at in 0..owners.len() {
        owners[at] = owners[at].or_else(|| owners[space.nodes[at].parent?]);
    }
    owners
}

fn collect(space: &Space, at: At, roots: &mut Vec<At>) {
    for child in &space.nodes[at].children {
        if space.nodes[*child].class != NodeClass::Object {
            continue;
        }
        let in_machines = space.nodes[at].browse_name.1 == "Machines" && at != 0;
        if in_machines || plate(space, *child).is_some() {
            roots.push(*child);
        } else {
            collect(space, *child, roots);
        }
    }
}

/// The node that carries the plate: an `Identification` below, or the object itself.
fn plate(space: &Space, at: At) -> Option<At> {
    let has_mark = |at: At| PLATE_MARKS.iter().any(|mark| space.property_text(at, mark).is_some());
    space.child(at, "Identification").filter(|at| has_mark(*at)).or_else(|| has_mark(at).then_some(at))
}

fn has_own_variables(space: &Space, top: At, roots: &[At]) -> bool {
    let mut open = vec![top];
    while let Some(at) = open.pop() {
        let node = &space.nodes[at];
        if node.class == NodeClass::Variable && node.hangs == Hangs::Part {
            return true;
        }
        open.extend(node.children.iter().filter(|child| !roots.contains(child)));
    }
    false
}

fn describe(space: &Space, at: At, connection: &str) -> ThingDescription {
    let node = &space.nodes[at];
    let plate = plate(space, at);
    let said = |name: &str| plate.and_then(|plate| space.property_text(plate, name));
    let class = said("DeviceClass").or_else(|| said("Class")).or_else(|| space.property_text(at, "Class"));
    let model = said("Model").unwrap_or_default();
    let class = class_of(class.as_deref(), space.type_name(at), &node.display_name, &model);
    let key =
        said("ProductInstanceUri").unwrap_or_else(|| format!("{connection}/{}", space.address(&node.id)));
    let level = said("EquipmentLevel").and_then(|level| level_of(&level)).unwrap_or(Level::WorkUnit);
    let mut thing = ThingDescription::new(&key, &node.display_name, class, level);
    for property in plate.map(|plate| space.nodes[plate].children.as_slice()).unwrap_or_default() {
        let name = space.nodes[*property].browse_name.1.as_str();
        let text = space.properties.get(property).and_then(crate::space::text_of);
        if let (Some(text), false) = (text, NOT_ON_PLATE.contains(&name)) {
            let known = PLATE_NAMES.iter().find(|(own, _)| *own == name);
            thing = thing.with_plate(known.map_or(name, |(_, idta)| idta), &text);
        }
    }
    thing
}

fn level_of(text: &str) -> Option<Level> {
    Some(match text {
        "enterprise" => Level::Enterprise,
        "site" => Level::Site,
        "area" => Level::Area,
        "work-center" => Level::WorkCenter,
        "work-unit" => Level::WorkUnit,
        "component" => Level::Component,
        "vehicle" => Level::Vehicle,
        "floor" => Level::Floor,
        _ => return None,
    })
}
