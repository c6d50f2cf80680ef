//! The address space of the plant: machines with their identification, components and variables.
//!
//! Spec: OPC 40001-1 8.2 (`Machines`), 8.3 (`Identification`), 9.1 (`Components`); OPC 40501-1 8.1 (`Monitoring`,
//! `Notification`, `Production`); OPC 10000-8 5.3 for the types and properties of the variables.

use super::names::{machinery_property, signal_id};
use super::{structure, value};
use crate::{Device, DeviceSignal};
use opcua::nodes::{ObjectBuilder, ObjectTypeBuilder, ReferenceDirection, VariableBuilder};
use opcua::server::address_space::AddressSpace;
use opcua::types::{
    DataTypeId, EUInformation, EnumValueType, ExtensionObject, LocalizedText, NodeId, ObjectId, ObjectTypeId,
    QualifiedName, Range, ReferenceTypeId, UAString, VariableTypeId, Variant,
};
use std::collections::BTreeSet;
use trine_base::{Unit, opcua_unit_id};
use trine_world::{Role, ValueKind};

/// Indices of the namespaces in this server.
#[derive(Clone, Copy, Debug)]
pub(super) struct Indices {
    pub di: u16,
    pub machinery: u16,
    pub machine_tool: u16,
    pub own: u16,
}

impl Indices {
    pub(super) fn own(&self, id: impl Into<UAString>) -> NodeId {
        NodeId::new(self.own, id.into())
    }

    /// Spec: OPC 40001-1, 8.2: the instance `Machines` is i=1001 of the Machinery namespace.
    fn machines(&self) -> NodeId {
        NodeId::new(self.machinery, 1001u32)
    }

    fn machine_tool_type(&self) -> NodeId {
        NodeId::new(self.machine_tool, 13u32)
    }
}

/// What the address space has beside the usual.
#[derive(Clone, Copy, Debug)]
pub(super) struct Content {
    pub alarms_by_events: bool,
    pub structures: bool,
}

/// Fills the address space.
pub(super) fn build(space: &mut AddressSpace, indices: &Indices, devices: &[Device], content: Content) {
    if content.structures {
        structure::types(space, indices);
    }
    ObjectTypeBuilder::new(
        &indices.machine_tool_type(),
        QualifiedName::new(indices.machine_tool, "MachineToolType"),
        "MachineToolType",
    )
    .subtype_of(ObjectTypeId::BaseObjectType)
    .insert(space);
    ObjectBuilder::new(&indices.machines(), QualifiedName::new(indices.machinery, "Machines"), "Machines")
        .has_type_definition(ObjectTypeId::FolderType)
        .organized_by(ObjectId::ObjectsFolder)
        .insert(space);
    for device in devices {
        machine(space, indices, device, content);
    }
}

fn machine(space: &mut AddressSpace, indices: &Indices, device: &Device, content: Content) {
    let id = indices.own(device.name.as_str());
    let type_id: NodeId = if device.class.ends_with("-machine") {
        indices.machine_tool_type()
    } else {
        ObjectTypeId::BaseObjectType.into()
    };
    ObjectBuilder::new(&id, QualifiedName::new(indices.own, device.name.as_str()), device.name.as_str())
        .has_type_definition(type_id)
        .organized_by(indices.machines())
        .insert(space);
    identification(space, indices, device, &id);
    let mut objects = BTreeSet::new();
    if content.structures {
        structure::variables(space, indices, device, &id);
    }
    let by_event = |signal: &&DeviceSignal| content.alarms_by_events && signal.role == Some(Role::Condition);
    for signal in device.signals.iter().filter(|signal| !by_event(signal)) {
        let parent = parent_of(space, indices, device, signal, &mut objects);
        variable(space, indices, device, signal, &parent);
    }
}

fn identification(space: &mut AddressSpace, indices: &Indices, device: &Device, machine: &NodeId) {
    let id = indices.own(format!("{}.Identification", device.name));
    ObjectBuilder::new(&id, QualifiedName::new(indices.di, "Identification"), "Identification")
        .has_type_definition(ObjectTypeId::BaseObjectType)
        .reference(machine.clone(), ReferenceTypeId::HasAddIn, ReferenceDirection::Inverse)
        .insert(space);
    let level = serde_level(device);
    let fixed = [
        (indices.machinery, "ProductInstanceUri", Variant::from(device.key.as_str())),
        (indices.machinery, "DeviceClass", Variant::from(device.class.as_str())),
        (indices.own, "EquipmentLevel", Variant::from(level)),
    ];
    for (namespace, name, value) in fixed {
        property(space, &id, namespace, name, value);
    }
    for (name, text) in &device.nameplate {
        match machinery_property(name) {
            Some((known, true)) => {
                property(space, &id, indices.machinery, known, Variant::from(LocalizedText::new("en", text)));
            }
            Some((known, false)) => {
                property(space, &id, indices.machinery, known, Variant::from(text.as_str()));
            }
            None => property(space, &id, indices.own, name, Variant::from(text.as_str())),
        }
    }
}

/// The word of `docs/wire.md` for the level of a device.
fn serde_level(device: &Device) -> &'static str {
    use trine_world::Level;
    match device.level {
        Level::Enterprise => "enterprise",
        Level::Site => "site",
        Level::Area => "area",
        Level::WorkCenter => "work-center",
        Level::WorkUnit => "work-unit",
        Level::Component => "component",
        Level::Vehicle => "vehicle",
        Level::Floor => "floor",
        Level::Organisation => "organisation",
        Level::Connection => "connection",
    }
}

/// The building block that a signal of the machine itself belongs to.
fn building_block(role: Option<Role>) -> &'static str {
    match role {
        Some(Role::Condition) => "Notification",
        Some(
            Role::Part | Role::Order | Role::PartCount | Role::ScrapCount | Role::Progress | Role::Program,
        ) => "Production",
        _ => "Monitoring",
    }
}

fn parent_of(
    space: &mut AddressSpace,
    indices: &Indices,
    device: &Device,
    signal: &DeviceSignal,
    objects: &mut BTreeSet<String>,
) -> NodeId {
    let first = if signal.path.is_empty() { building_block(signal.role) } else { "Components" };
    let mut parent = indices.own(device.name.as_str());
    let mut id = device.name.clone();
    for name in std::iter::once(first).chain(signal.path.iter().map(String::as_str)) {
        id = format!("{id}/{name}");
        let node = indices.own(id.as_str());
        if objects.insert(id.clone()) {
            ObjectBuilder::new(&node, QualifiedName::new(indices.own, name), name)
                .has_type_definition(ObjectTypeId::BaseObjectType)
                .component_of(parent)
                .insert(space);
        }
        parent = node;
    }
    parent
}

fn variable(
    space: &mut AddressSpace,
    indices: &Indices,
    device: &Device,
    signal: &DeviceSignal,
    parent: &NodeId,
) {
    let id = indices.own(signal_id(device, signal));
    VariableBuilder::new(&id, QualifiedName::new(indices.own, signal.id.as_str()), signal.name.as_str())
        .data_type(value::data_type(signal))
        .has_type_definition(variable_type(signal))
        .component_of(parent.clone())
        .insert(space);
    if let Some(opcua::nodes::NodeType::Variable(variable)) = space.find_mut(&id) {
        variable.set_data_value(value::nothing_yet());
    }
    for (name, value) in properties(signal) {
        let namespace = if name == "Role" { indices.own } else { 0 };
        property(space, &id, namespace, name, value);
    }
}

fn variable_type(signal: &DeviceSignal) -> VariableTypeId {
    let counted =
        signal.members.iter().enumerate().all(|(index, (number, _))| i64::try_from(index) == Ok(*number));
    match signal.kind {
        ValueKind::Enumeration if signal.members.is_empty() => VariableTypeId::BaseDataVariableType,
        ValueKind::Enumeration if counted => VariableTypeId::MultiStateDiscreteType,
        ValueKind::Enumeration => VariableTypeId::MultiStateValueDiscreteType,
        ValueKind::Number | ValueKind::Integer if !signal.unit.is_empty() => VariableTypeId::AnalogUnitType,
        _ => VariableTypeId::BaseDataVariableType,
    }
}

fn properties(signal: &DeviceSignal) -> Vec<(&'static str, Variant)> {
    let mut properties = Vec::new();
    if let Some(unit) = opcua_unit_id(signal.unit) {
        let shown = Unit::named(signal.unit).text;
        let unit = EUInformation {
            namespace_uri: "http://www.opcfoundation.org/UA/units/un/cefact".into(),
            unit_id: unit,
            display_name: LocalizedText::new("", &shown),
            description: LocalizedText::null(),
        };
        properties.push(("EngineeringUnits", Variant::from(ExtensionObject::from_message(unit))));
    }
    if let Some([low, high]) = signal.range {
        properties.push(("EURange", Variant::from(ExtensionObject::from_message(Range { low, high }))));
    }
    if let Some(limits) = signal.limits {
        let limits = [("HighLimit", limits.warn), ("HighHighLimit", limits.alarm)];
        properties.extend(limits.into_iter().filter_map(|(name, limit)| Some((name, Variant::from(limit?)))));
    }
    match variable_type(signal) {
        VariableTypeId::MultiStateDiscreteType => {
            let words: Vec<_> =
                signal.members.iter().map(|(_, word)| LocalizedText::new("en", word)).collect();
            properties.push(("EnumStrings", Variant::from(words)));
        }
        VariableTypeId::MultiStateValueDiscreteType => {
            properties.push((
                "EnumValues",
                Variant::from(signal.members.iter().map(enum_value).collect::<Vec<_>>()),
            ));
        }
        _ => {}
    }
    properties.extend(signal.role.map(|role| ("Role", Variant::from(role.as_str()))));
    properties
}

fn enum_value((value, word): &(i64, String)) -> ExtensionObject {
    let display_name = LocalizedText::new("en", word);
    ExtensionObject::from_message(EnumValueType {
        value: *value,
        display_name,
        description: LocalizedText::null(),
    })
}

fn property(space: &mut AddressSpace, of: &NodeId, namespace: u16, name: &str, value: Variant) {
    let id =
        NodeId::new(of.namespace, format!("{}.{name}", of.identifier).trim_start_matches("s=").to_owned());
    let data_type =
        value.data_type().map_or(NodeId::from(DataTypeId::BaseDataType), |type_id| type_id.node_id);
    let rank = if matches!(value, Variant::Array(_)) { 1 } else { -1 };
    VariableBuilder::new(&id, QualifiedName::new(namespace, name), name)
        .data_type(data_type)
        .value_rank(rank)
        .value(value)
        .has_type_definition(VariableTypeId::PropertyType)
        .property_of(of.clone())
        .insert(space);
}
