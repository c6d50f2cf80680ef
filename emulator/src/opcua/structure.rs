//! Structured variables: what a machine measured last, as one value whose type the server describes, and the same in
//! a type that it keeps to itself.
//!
//! Spec: OPC 10000-3, 8.48 `DataTypeDefinition`; OPC 10000-6, 5.2.6 (structures), 5.2.7 (optional fields).

use super::model::Indices;
use crate::Device;
use opcua::nodes::{DataTypeBuilder, ObjectBuilder, ReferenceDirection, VariableBuilder};
use opcua::server::address_space::AddressSpace;
use opcua::types::{
    BinaryEncodable, ByteString, ByteStringBody, ContextOwned, DataTypeDefinition, DataTypeId,
    ExtensionObject, LocalizedText, NodeId, ObjectTypeId, QualifiedName, ReferenceTypeId,
    StructureDefinition, StructureField, StructureType, UAString, VariableTypeId, Variant,
};

/// Names of the two variables of each device.
const VARIABLES: [(&str, &str); 2] = [("LastReading", "ReadingType"), ("Opaque", "OpaqueType")];

/// The nodes of the structured variables of a device.
pub(super) fn nodes(device: &Device, own: u16) -> [NodeId; 2] {
    VARIABLES.map(|(name, _)| NodeId::new(own, format!("{}.{name}", device.name)))
}

/// The values of these nodes: which signal measured what, how often that was, and a note where there is one.
pub(super) fn values(own: u16, signal: &str, value: f64, count: u32, note: Option<&str>) -> [Variant; 2] {
    let owned = ContextOwned::default();
    let context = owned.context();
    let mut body = Vec::new();
    let mut put = |value: &dyn Fn(&mut Vec<u8>)| value(&mut body);
    // What is written to memory cannot fail.
    put(&|to| drop(UAString::from(signal).encode(to, &context)));
    put(&|to| drop(value.encode(to, &context)));
    put(&|to| drop(u32::from(note.is_some()).encode(to, &context)));
    put(&|to| drop(count.encode(to, &context)));
    if let Some(note) = note {
        put(&|to| drop(UAString::from(note).encode(to, &context)));
    }
    VARIABLES.map(|(_, name)| {
        let encoding = NodeId::new(own, format!("{name}.Binary"));
        let body = ByteStringBody::new(ByteString::from(body.clone()), encoding);
        Variant::from(ExtensionObject::new(body))
    })
}

/// The data types.
pub(super) fn types(space: &mut AddressSpace, indices: &Indices) {
    let note = [field("Count", DataTypeId::UInt32, false), field("Note", DataTypeId::String, true)];
    let inner = definition(indices, "DetailType", StructureType::StructureWithOptionalFields, note);
    data_type(space, indices, "DetailType", Some(inner));
    let mut detail = field("Detail", DataTypeId::Structure, false);
    detail.data_type = indices.own("DetailType");
    let fields =
        [field("Signal", DataTypeId::String, false), field("Value", DataTypeId::Double, false), detail];
    let outer = definition(indices, "ReadingType", StructureType::Structure, fields);
    data_type(space, indices, "ReadingType", Some(outer));
    data_type(space, indices, "OpaqueType", None);
}

/// The variables of one machine.
pub(super) fn variables(space: &mut AddressSpace, indices: &Indices, device: &Device, machine: &NodeId) {
    for (id, (name, data_type)) in nodes(device, indices.own).into_iter().zip(VARIABLES) {
        VariableBuilder::new(&id, QualifiedName::new(indices.own, name), name)
            .data_type(indices.own(data_type))
            .has_type_definition(VariableTypeId::BaseDataVariableType)
            .component_of(machine.clone())
            .insert(space);
        if let Some(opcua::nodes::NodeType::Variable(variable)) = space.find_mut(&id) {
            variable.set_data_value(super::value::nothing_yet());
        }
    }
}

fn field(name: &str, data_type: DataTypeId, is_optional: bool) -> StructureField {
    StructureField {
        name: name.into(),
        description: LocalizedText::null(),
        data_type: data_type.into(),
        value_rank: -1,
        array_dimensions: None,
        max_string_length: 0,
        is_optional,
    }
}

fn definition(
    indices: &Indices,
    name: &str,
    structure_type: StructureType,
    fields: impl IntoIterator<Item = StructureField>,
) -> DataTypeDefinition {
    DataTypeDefinition::Structure(StructureDefinition {
        default_encoding_id: indices.own(format!("{name}.Binary")),
        base_data_type: DataTypeId::Structure.into(),
        structure_type,
        fields: Some(fields.into_iter().collect()),
    })
}

fn data_type(
    space: &mut AddressSpace,
    indices: &Indices,
    name: &str,
    definition: Option<DataTypeDefinition>,
) {
    let id = indices.own(name);
    let mut builder = DataTypeBuilder::new(&id, QualifiedName::new(indices.own, name), name)
        .subtype_of(DataTypeId::Structure);
    if let Some(definition) = definition {
        builder = builder.data_type_definition(definition);
    }
    builder.insert(space);
    ObjectBuilder::new(
        &indices.own(format!("{name}.Binary")),
        QualifiedName::new(0, "Default Binary"),
        "Default Binary",
    )
    .has_type_definition(ObjectTypeId::DataTypeEncodingType)
    .reference(id, ReferenceTypeId::HasEncoding, ReferenceDirection::Inverse)
    .insert(space);
}
