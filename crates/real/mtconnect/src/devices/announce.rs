//! From a device document to what the site is told.

use super::role::roles;
use super::{Category, DataItem, Device, class::class, or};
use trine_connector::Announcement;
use trine_world::{Level, RelationKind, Role, SignalDescription, ThingDescription, ValueKind};

/// Key of the thing that a device is: its UUID, or its name below the connection.
pub(crate) fn thing_key(connection: &str, device: &Device) -> String {
    if device.uuid.is_empty() { format!("{connection}/{}", device.name) } else { device.uuid.clone() }
}

/// Adds a device and its data items.
pub(crate) fn announce_device(connection: &str, device: &Device, announcement: &mut Announcement) {
    let key = thing_key(connection, device);
    let plate = &device.description;
    let class = class(device);
    let level = if class == "agv" { Level::Vehicle } else { Level::WorkUnit };
    let thing = ThingDescription::new(&key, or(&device.name, &key), class, level)
        .with_plate("ManufacturerName", &plate.manufacturer)
        .with_plate("ManufacturerProductDesignation", &plate.model)
        .with_plate("SerialNumber", &plate.serial_number)
        .with_plate("Station", &plate.station)
        .with_plate("Description", &plate.text);
    announcement.things.push(thing);
    announcement.relations.push((RelationKind::ConnectedBy, key.clone(), connection.to_owned()));
    for (item, role) in device.items.iter().zip(roles(device)) {
        announcement.signals.push(announce_item(connection, &key, device, item, role));
    }
}

/// The signal that a data item is.
pub(crate) fn announce_item(
    connection: &str,
    thing: &str,
    device: &Device,
    item: &DataItem,
    role: Option<Role>,
) -> SignalDescription {
    let address = format!("{connection}/{}/{}", or(&device.uuid, &device.name), item.id);
    let named = if item.name.is_empty() { words(item) } else { item.name.clone() };
    let mut signal = SignalDescription::new(thing, &address, &named, value_kind(item)).in_unit(unit(item));
    signal.path.clone_from(&item.path);
    signal.range = item.range;
    signal.limits = item.limits;
    if signal.kind == ValueKind::Enumeration {
        signal.members = (0_i64..).zip(item.values.iter().cloned()).collect();
    }
    signal.role = role;
    signal.semantic_id = Some(semantic_id(item).into());
    signal
}

/// The type of the values of a data item.
pub(crate) fn value_kind(item: &DataItem) -> ValueKind {
    const WORDS: [&str; 14] = [
        "EXECUTION",
        "CONTROLLER_MODE",
        "AVAILABILITY",
        "EMERGENCY_STOP",
        "POWER_STATE",
        "DOOR_STATE",
        "CHUCK_STATE",
        "AXIS_STATE",
        "DIRECTION",
        "FUNCTIONAL_MODE",
        "ROTARY_MODE",
        "INTERFACE_STATE",
        "PATH_MODE",
        "OPERATING_MODE",
    ];
    const COUNTS: [&str; 5] = ["PART_COUNT", "LINE_NUMBER", "BLOCK_COUNT", "CYCLE_COUNT", "ACTIVATION_COUNT"];
    let is_vector =
        item.units.ends_with("_3D") || item.representation == "DATA_SET" || item.representation == "TABLE";
    match item.category {
        Category::Condition => ValueKind::Text,
        _ if is_vector => ValueKind::Text,
        _ if is_boolean(&item.values) => ValueKind::Boolean,
        Category::Sample => ValueKind::Number,
        Category::Event if item.units == "COUNT" || COUNTS.contains(&item.kind.as_str()) => {
            ValueKind::Integer
        }
        Category::Event if !item.units.is_empty() => ValueKind::Number,
        Category::Event if !item.values.is_empty() || WORDS.contains(&item.kind.as_str()) => {
            ValueKind::Enumeration
        }
        Category::Event => ValueKind::Text,
    }
}

/// MTConnect has no booleans; an event that is one of these two words is one.
fn is_boolean(values: &[String]) -> bool {
    values.len() == 2 && values.iter().all(|word| matches!(word.as_str(), "TRUE" | "FALSE"))
}

fn unit(item: &DataItem) -> &str {
    if item.category == Category::Condition { "" } else { &item.units }
}

/// `PATH_FEEDRATE` and `ACTUAL` become `Path feedrate, actual`.
fn words(item: &DataItem) -> String {
    let kind = item.kind.rsplit(':').next().unwrap_or_default().to_lowercase().replace('_', " ");
    let mut letters = kind.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let kind = format!("{first}{}", letters.as_str());
    match (kind.as_str(), item.sub_type.as_str()) {
        ("", _) => item.id.clone(),
        (_, "") => kind,
        (_, sub_type) => format!("{kind}, {}", sub_type.to_lowercase().replace('_', " ")),
    }
}

fn semantic_id(item: &DataItem) -> String {
    let sub_type = if item.sub_type.is_empty() { String::new() } else { format!(".{}", item.sub_type) };
    format!("mtconnect:{}{sub_type}", item.kind)
}
