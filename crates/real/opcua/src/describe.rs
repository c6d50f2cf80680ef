//! Variables of machines as signals of things. Pure.
//!
//! Spec: OPC 10000-8 (Data Access) 5.6.2 `EURange`, 5.6.4 `EngineeringUnits`, 5.3.3 multi-state variables;
//! OPC 10000-9 5.8.18 for the names of limits.

use crate::datatype::{self, ENUMERATION};
use crate::machines::{self, Found};
use crate::roles::role_of;
use crate::space::{At, DataType, Hangs, Space, text_of};
use crate::structure::{Field, Leaf, Shape, What};
use crate::value::Members;
use opcua::types::{EUInformation, NodeClass, NodeId, Range, Variant};
use std::sync::Arc;
use trine_base::{Unit, unit_code_from_opcua};
use trine_world::{Limits, Role, SignalDescription, ValueKind};

/// A variable that is read, and the signals that it becomes: one, or one for each field of a structure.
#[derive(Clone, Debug)]
pub(crate) struct Described {
    pub node: NodeId,
    pub reading: Reading,
    pub signals: Vec<SignalDescription>,
    /// Why the fields of a structure are not known.
    pub unreadable: Option<Arc<str>>,
}

/// How the values of a variable are read.
#[derive(Clone, Debug)]
pub(crate) enum Reading {
    /// As they are, with words in place of these numbers.
    Plain(Members),
    /// By the fields of this structure, each into a signal of its own.
    Fields(Arc<Shape>),
    /// As JSON text: an array of structures.
    Text(Arc<Shape>),
    /// Structures of a type that nobody describes.
    Unknown,
}

/// Objects that only sort the members of a machine; they say nothing about where in it something is.
const SORTING: [&str; 8] = [
    "Components",
    "Monitoring",
    "Notification",
    "Production",
    "MachineryBuildingBlocks",
    "ParameterSet",
    "Identification",
    "Parameters",
];

/// All readable variables of the machines.
#[must_use]
pub(crate) fn signals(space: &Space, machines: &[Found], connection: &str) -> Vec<Described> {
    let variable = |at: &At| {
        let node = &space.nodes[*at];
        node.class == NodeClass::Variable && node.hangs == Hangs::Part
    };
    let owners = machines::owners(space, machines);
    (0..space.nodes.len())
        .filter(variable)
        .filter(|at| space.variables.get(at).is_some_and(|facts| facts.readable))
        .filter_map(|at| describe(space, &machines[owners[at]?], connection, at))
        .collect()
}

fn describe(space: &Space, machine: &Found, connection: &str, at: At) -> Option<Described> {
    let above = above(space, machine.at, at);
    // What stands on the plate is told by the thing.
    if above.first().is_some_and(|name| name == "Identification") {
        return None;
    }
    let node = space.nodes[at].id.clone();
    let facts = space.variables.get(&at);
    let shape = facts.and_then(|facts| space.data_types.get(&facts.data_type)?.shape.clone());
    let is_scalar = facts.is_none_or(|facts| facts.value_rank < 0);
    let unreadable = shape.as_ref().and_then(|shape| shape.as_ref().err().cloned());
    let signal = describe_one(space, machine, connection, at, &above);
    let (reading, signals) = match shape {
        Some(Ok(shape)) if is_scalar => {
            let signals = describe_fields(&shape, &signal, &above);
            (Reading::Fields(shape), signals)
        }
        Some(Ok(shape)) => (Reading::Text(shape), vec![signal]),
        Some(Err(_)) => (Reading::Unknown, vec![signal]),
        None => {
            let members = signal.members.iter().map(|(number, word)| (*number, Arc::from(word.as_str())));
            (Reading::Plain(members.collect()), vec![signal])
        }
    };
    Some(Described { node, reading, signals, unreadable })
}

fn describe_one(
    space: &Space,
    machine: &Found,
    connection: &str,
    at: At,
    above: &[String],
) -> SignalDescription {
    let node = &space.nodes[at];
    let data_type = space.variables.get(&at).and_then(|facts| space.data_types.get(&facts.data_type));
    let members = members(space, at, data_type);
    let kind = kind(space, at, data_type, &members);
    let key = format!("{connection}/{}", space.address(&node.id));
    let name = if node.display_name.is_empty() { &node.browse_name.1 } else { &node.display_name };
    let mut signal = SignalDescription::new(&machine.thing.key, &key, name, kind);
    signal.role = role(space, at, above);
    signal.semantic_id = semantic_id(space, at, above);
    signal.path = above.iter().filter(|name| !SORTING.contains(&name.as_str())).cloned().collect();
    signal.unit = unit(space, at);
    signal.range = range(space, at);
    signal.limits = limits(space, at);
    signal.members = members;
    signal
}

/// A structure as signals: `KEY#Field.Field`, below the name of the variable.
fn describe_fields(shape: &Shape, whole: &SignalDescription, above: &[String]) -> Vec<SignalDescription> {
    let leaf = |leaf: Leaf<'_>| {
        let name = leaf.path.last().copied().unwrap_or_default();
        let key = format!("{}#{}", whole.key, leaf.path.join("."));
        let (kind, members) = kind_of_field(leaf.field);
        let mut signal = SignalDescription::new(&whole.thing, &key, name, kind);
        let inner = leaf.path[..leaf.path.len().saturating_sub(1)].iter().map(|part| (*part).to_owned());
        let within: Vec<String> = std::iter::once(whole.name.to_string()).chain(inner).collect();
        let around: Vec<String> = above.iter().chain(&within).cloned().collect();
        signal.role = role_of(name, &around);
        signal.path = whole.path.iter().chain(&within).cloned().collect();
        signal.semantic_id =
            whole.semantic_id.as_ref().map(|id| format!("{id}#{}", leaf.path.join(".")).into());
        signal.members = members;
        signal
    };
    shape.leaves().into_iter().map(leaf).collect()
}

fn kind_of_field(field: &Field) -> (ValueKind, Vec<(i64, String)>) {
    match &field.what {
        What::Plain(_, members) if field.dimensions == 0 && !members.is_empty() => {
            let members = members.iter().map(|(number, word)| (*number, word.to_string()));
            (ValueKind::Enumeration, members.collect())
        }
        What::Plain(number, _) if field.dimensions == 0 => (kind_of_number(u32::from(*number)), Vec::new()),
        _ => (ValueKind::Text, Vec::new()),
    }
}

/// Browse names between the machine and the variable, from the outside in.
fn above(space: &Space, machine: At, at: At) -> Vec<String> {
    let mut names = Vec::new();
    let mut parent = space.nodes[at].parent;
    while let Some(node) = parent.filter(|node| *node != machine && *node != 0) {
        names.push(space.nodes[node].browse_name.1.clone());
        parent = space.nodes[node].parent;
    }
    names.reverse();
    names
}

/// The numbers of built-in types: OPC 10000-6, 5.1.2.
fn kind(space: &Space, at: At, data_type: Option<&DataType>, members: &[(i64, String)]) -> ValueKind {
    let scalar = space.variables.get(&at).is_none_or(|facts| facts.value_rank < 0);
    match data_type.map_or(0, |data_type| data_type.base) {
        _ if !scalar => ValueKind::Text,
        1..=9 | ENUMERATION if !members.is_empty() => ValueKind::Enumeration,
        base => kind_of_number(base),
    }
}

fn kind_of_number(base: u32) -> ValueKind {
    match base {
        1 => ValueKind::Boolean,
        2..=9 | 27 | 28 | ENUMERATION => ValueKind::Integer,
        10 | 11 | 26 => ValueKind::Number,
        _ => ValueKind::Text,
    }
}

fn members(space: &Space, at: At, data_type: Option<&DataType>) -> Vec<(i64, String)> {
    let own =
        ["EnumStrings", "EnumValues"].iter().find_map(|name| space.property(at, name)).map(datatype::members);
    let two = [("FalseState", 0), ("TrueState", 1)];
    let two =
        || two.iter().filter_map(|(name, n)| Some((*n, space.property_text(at, name)?))).collect::<Vec<_>>();
    own.filter(|members| !members.is_empty())
        .or_else(|| {
            data_type.map(|data_type| data_type.members.clone()).filter(|members| !members.is_empty())
        })
        .unwrap_or_else(two)
}

fn role(space: &Space, at: At, above: &[String]) -> Option<Role> {
    let said = space.property_text(at, "Role").and_then(|text| Role::parse(&text));
    said.or_else(|| role_of(&space.nodes[at].browse_name.1, above))
}

/// Where a companion standard names the variable, that name; otherwise its type, where a standard defines that.
fn semantic_id(space: &Space, at: At, above: &[String]) -> Option<Arc<str>> {
    let standard =
        |index: u16| Some(space.uri(index)).filter(|uri| index != 0 && uri.contains("opcfoundation.org/UA/"));
    let (index, name) = &space.nodes[at].browse_name;
    if let Some(uri) = standard(*index) {
        let path: Vec<&str> = above.iter().chain(std::iter::once(name)).map(String::as_str).collect();
        return Some(format!("nsu={uri};{}", path.join("/")).into());
    }
    let (index, name) = space.type_names.get(&space.nodes[at].type_definition)?;
    standard(*index).map(|uri| format!("nsu={uri};{name}").into())
}

fn unit(space: &Space, at: At) -> Option<Unit> {
    let Variant::ExtensionObject(object) = space.property(at, "EngineeringUnits")? else { return None };
    let unit = object.inner_as::<EUInformation>()?;
    let code = unit_code_from_opcua(unit.unit_id)
        .map(|code| Unit::named(&code))
        .filter(|unit| !unit.code.is_empty());
    let shown = unit.display_name.text.as_ref();
    code.or_else(|| (!shown.is_empty()).then(|| Unit::named(shown)))
}

fn range(space: &Space, at: At) -> Option<[f64; 2]> {
    let value = space.property(at, "EURange").or_else(|| space.property(at, "InstrumentRange"))?;
    let Variant::ExtensionObject(object) = value else { return None };
    let range = object.inner_as::<Range>()?;
    let sound = range.low.is_finite() && range.high.is_finite() && range.low < range.high;
    sound.then_some([range.low, range.high])
}

fn limits(space: &Space, at: At) -> Option<Limits> {
    let limit = |name| {
        space.property(at, name).and_then(text_of)?.parse().ok().filter(|limit: &f64| limit.is_finite())
    };
    let limits = Limits { warn: limit("HighLimit"), alarm: limit("HighHighLimit") };
    (limits != Limits::default()).then_some(limits)
}
