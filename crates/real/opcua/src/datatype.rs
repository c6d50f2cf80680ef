//! What the data types of variables come down to, and the words of enumerations that are types of their own.
//!
//! Spec: OPC 10000-3, 5.8.3 DataType NodeClass, 8.14 EnumStrings, 8.40 EnumValueType.

use crate::OpcUaError;
use crate::ask::read_values;
use crate::browse::references;
use crate::limits::Limits;
use crate::space::{DataType, Space, text_of};
use opcua::client::Session;
use opcua::types::{
    BrowseDescription, BrowseDirection, EnumValueType, Identifier, NodeId, ReferenceTypeId, Variant,
};
use std::collections::HashSet;

/// How many steps up from a type its built-in type may be.
const STEPS_MAX: usize = 16;

/// `Enumeration` of namespace 0.
pub(crate) const ENUMERATION: u32 = 29;

/// Fills [`Space::data_types`] for the types that variables use.
pub(crate) async fn resolve(session: &Session, limits: &Limits, space: &mut Space) -> Result<(), OpcUaError> {
    let used: HashSet<NodeId> = space.variables.values().map(|facts| facts.data_type.clone()).collect();
    for id in used.into_iter().filter(|id| !id.is_null()) {
        let data_type = match base_of(&id) {
            Some(base) => DataType { base, members: Vec::new() },
            None => climb(session, limits, &id).await?,
        };
        space.data_types.insert(id, data_type);
    }
    Ok(())
}

/// The built-in and abstract number types, `Enumeration`, and the aliases of built-in types that are common.
fn base_of(id: &NodeId) -> Option<u32> {
    match (id.namespace, &id.identifier) {
        (0, Identifier::Numeric(number @ 1..=28)) => Some(*number),
        // Duration is a Double, UtcTime a DateTime, LocaleId a String.
        (0, Identifier::Numeric(290)) => Some(11),
        (0, Identifier::Numeric(294)) => Some(13),
        (0, Identifier::Numeric(295)) => Some(12),
        _ => None,
    }
}

async fn climb(session: &Session, limits: &Limits, id: &NodeId) -> Result<DataType, OpcUaError> {
    let members = members_of_type(session, limits, id).await?;
    let mut at = id.clone();
    for _ in 0..STEPS_MAX {
        if at == NodeId::new(0, ENUMERATION) {
            return Ok(DataType { base: ENUMERATION, members });
        }
        if let Some(base) = base_of(&at) {
            return Ok(DataType { base, members });
        }
        let up = ask(&at, BrowseDirection::Inverse, ReferenceTypeId::HasSubtype);
        let parents = references(session, limits, vec![up]).await?;
        match parents.into_iter().flatten().next() {
            Some(parent) => at = parent.node_id.node_id,
            None => break,
        }
    }
    Ok(DataType { base: 0, members })
}

async fn members_of_type(
    session: &Session,
    limits: &Limits,
    id: &NodeId,
) -> Result<Vec<(i64, String)>, OpcUaError> {
    let down = ask(id, BrowseDirection::Forward, ReferenceTypeId::HasProperty);
    let properties = references(session, limits, vec![down]).await?;
    let named = properties
        .into_iter()
        .flatten()
        .filter(|property| matches!(property.browse_name.name.as_ref(), "EnumStrings" | "EnumValues"));
    let nodes: Vec<NodeId> = named.map(|property| property.node_id.node_id).collect();
    let values = read_values(session, limits, &nodes).await?;
    Ok(values
        .iter()
        .filter_map(|value| value.value.as_ref())
        .map(members)
        .find(|m| !m.is_empty())
        .unwrap_or_default())
}

fn ask(node: &NodeId, direction: BrowseDirection, reference: ReferenceTypeId) -> BrowseDescription {
    BrowseDescription {
        node_id: node.clone(),
        browse_direction: direction,
        reference_type_id: reference.into(),
        include_subtypes: true,
        node_class_mask: 0,
        result_mask: 0x3F,
    }
}

/// The words in a value of `EnumStrings` or `EnumValues`.
pub(crate) fn members(value: &Variant) -> Vec<(i64, String)> {
    let Variant::Array(array) = value else { return Vec::new() };
    let one = |(index, value): (usize, &Variant)| match value {
        Variant::ExtensionObject(object) => {
            let member = object.inner_as::<EnumValueType>()?;
            Some((member.value, member.display_name.text.as_ref().to_owned()))
        }
        text => Some((i64::try_from(index).ok()?, text_of(text)?)),
    };
    array.values.iter().enumerate().filter_map(one).collect()
}
