//! What a data item means to the scene, from its type and its component.
//!
//! Spec: MTConnect Standard 2.x, Part 2.0, 8 DataItem types.

use super::{Category, DataItem, Device};
use trine_world::Role;

/// The role of each data item. Of several candidates for a role that a machine has once (its spindle's speed, an
/// axis) the best fitting keeps it, so that the hall moves a slide by one signal.
pub(super) fn roles(device: &Device) -> Vec<Option<Role>> {
    let candidates: Vec<_> = device.items.iter().map(|item| candidate(item, device)).collect();
    let wins = |index: usize, role: Role, fit: u8| {
        let rivals = candidates.iter().enumerate().filter_map(|(at, other)| Some((at, (*other)?)));
        let beaten = |at: usize, theirs: u8| at == index || fit > theirs || (fit == theirs && index < at);
        rivals.filter(|(_, (other, _))| *other == role).all(|(at, (_, theirs))| beaten(at, theirs))
    };
    let keep = |(index, candidate): (usize, &Option<(Role, u8)>)| {
        let (role, fit) = (*candidate)?;
        (!is_single(role) || wins(index, role, fit)).then_some(role)
    };
    candidates.iter().enumerate().map(keep).collect()
}

fn is_single(role: Role) -> bool {
    !matches!(role, Role::Condition | Role::Temperature | Role::Pressure | Role::Current | Role::Vibration)
}

/// A role and how well it fits, higher is better.
fn candidate(item: &DataItem, device: &Device) -> Option<(Role, u8)> {
    if item.category == Category::Condition {
        return Some((Role::Condition, 1));
    }
    if item.representation.contains("SET") || item.representation == "TABLE" {
        return None;
    }
    let actual = u8::from(item.sub_type == "ACTUAL");
    let role = match (item.kind.as_str(), item.sub_type.as_str()) {
        ("EXECUTION", _) => (Role::State, 1),
        ("CONTROLLER_MODE", _) => (Role::Mode, 1),
        ("PROGRAM", "" | "ACTIVE" | "MAIN") => (Role::Program, 1 + u8::from(item.sub_type != "MAIN")),
        ("TOOL_NUMBER" | "TOOL_ASSET_ID" | "TOOL_ID", _) => (Role::Tool, 1),
        ("PART_ID", _) => (Role::Part, 1),
        ("PART_COUNT", "BAD") => (Role::ScrapCount, 1),
        ("PART_COUNT", "" | "ALL" | "GOOD") => (Role::PartCount, 1 + u8::from(item.sub_type == "GOOD")),
        ("SPINDLE_SPEED" | "ROTARY_VELOCITY", "" | "ACTUAL") => (Role::SpindleSpeed, actual),
        ("LOAD", _) if is_spindle(item, device) => (Role::SpindleLoad, spindle_fit(item)),
        ("PATH_FEEDRATE", "" | "ACTUAL") => (Role::Feedrate, actual),
        ("PATH_FEEDRATE_OVERRIDE", _) => (Role::FeedOverride, u8::from(item.sub_type == "PROGRAMMED")),
        ("POSITION", "" | "ACTUAL") if item.component == "Linear" => (axis(item)?, actual),
        ("WATTAGE", _) => (Role::Power, actual),
        ("ELECTRICAL_ENERGY", _) => (Role::Energy, actual),
        ("AMPERAGE" | "AMPERAGE_AC" | "AMPERAGE_DC", _) => (Role::Current, 1),
        ("TEMPERATURE", _) => (Role::Temperature, 1),
        ("PRESSURE", _) => (Role::Pressure, 1),
        (kind, _) => (by_extension(kind)?, 9),
    };
    Some(role)
}

/// An extended type whose word is one of ours (`x:BELT_SPEED`).
fn by_extension(kind: &str) -> Option<Role> {
    let (_, word) = kind.split_once(':')?;
    Role::parse(&word.to_ascii_lowercase().replace('_', "-"))
}

fn axis(item: &DataItem) -> Option<Role> {
    match item.path.last()?.chars().next()?.to_ascii_uppercase() {
        'X' => Some(Role::AxisX),
        'Y' => Some(Role::AxisY),
        'Z' => Some(Role::AxisZ),
        _ => None,
    }
}

fn is_spindle(item: &DataItem, device: &Device) -> bool {
    let turns = |other: &DataItem| {
        other.path == item.path && matches!(other.kind.as_str(), "ROTARY_VELOCITY" | "SPINDLE_SPEED")
    };
    item.component == "Rotary" && device.items.iter().any(turns)
}

/// A rotary axis that also spins has two loads; the one of the spindle is usually called `S…`.
fn spindle_fit(item: &DataItem) -> u8 {
    1 + u8::from(item.name.starts_with(['S', 's']))
}
