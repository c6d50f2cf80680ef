//! Walks a server's address space below `Objects`, in pieces that the server allows.
//!
//! Spec: OPC 10000-4, 5.9.2 Browse and 5.9.3 BrowseNext: a server may return fewer references than there are, with
//! a continuation point to fetch the rest by.

use crate::OpcUaError;
use crate::ask::{read, read_values};
use crate::error::service;
use crate::limits::Limits;
use crate::space::{At, Hangs, Space, SpaceNode, VariableFacts};
use opcua::client::services::{Browse, BrowseNext};
use opcua::client::{Session, UARequest};
use opcua::types::{
    AttributeId, BrowseDescription, BrowseDirection, BrowseResult, ByteString, NodeClass, NodeClassMask,
    NodeId, ObjectId, ReferenceDescription, ReferenceTypeId, VariableId, Variant,
};
use std::collections::HashSet;

/// How deep a tree may be; deeper is a mistake of the server.
const DEPTH_MAX: usize = 40;

/// Reads what there is: nodes, then the attributes and properties that describe them.
pub(crate) async fn browse(
    session: &Session,
    limits: &Limits,
    nodes_max: usize,
) -> Result<Space, OpcUaError> {
    let mut space = Space { namespaces: namespaces(session, limits).await?, ..Space::default() };
    space.nodes.push(objects_folder());
    walk(session, limits, nodes_max, &mut space).await?;
    read_properties(session, limits, &mut space).await?;
    read_variables(session, limits, &mut space).await?;
    read_type_names(session, limits, &mut space).await?;
    crate::datatype::resolve(session, limits, &mut space).await?;
    Ok(space)
}

async fn namespaces(session: &Session, limits: &Limits) -> Result<Vec<String>, OpcUaError> {
    let values = read_values(session, limits, &[VariableId::Server_NamespaceArray.into()]).await?;
    match values.into_iter().next().and_then(|value| value.value) {
        Some(Variant::Array(array)) => Ok(array.values.iter().map(ToString::to_string).collect()),
        _ => Ok(Vec::new()),
    }
}

fn objects_folder() -> SpaceNode {
    SpaceNode {
        id: ObjectId::ObjectsFolder.into(),
        browse_name: (0, "Objects".into()),
        display_name: "Objects".into(),
        class: NodeClass::Object,
        type_definition: NodeId::null(),
        hangs: Hangs::Part,
        parent: None,
        children: Vec::new(),
    }
}

async fn walk(
    session: &Session,
    limits: &Limits,
    nodes_max: usize,
    space: &mut Space,
) -> Result<(), OpcUaError> {
    let mut seen: HashSet<NodeId> = HashSet::from([space.nodes[0].id.clone()]);
    let mut level = vec![0];
    for _ in 0..DEPTH_MAX {
        let ids: Vec<NodeId> = level.iter().map(|at: &At| space.nodes[*at].id.clone()).collect();
        let found = children(session, limits, &ids).await?;
        let mut next = Vec::new();
        for (parent, mut references) in level.iter().copied().zip(found) {
            // A machine that is both in `Machines` and in another folder is found where Machinery puts it.
            references.sort_by_key(|reference| reference.browse_name.name.as_ref() != "Machines");
            for reference in references {
                next.extend(add(space, &mut seen, parent, &reference));
            }
        }
        if space.nodes.len() > nodes_max {
            tracing::warn!("the server has more than {nodes_max} nodes; the rest is left out");
            return Ok(());
        }
        if next.is_empty() {
            return Ok(());
        }
        level = next;
    }
    Ok(())
}

/// Adds a node that was not seen before; what the standard itself puts below `Objects` is left out.
fn add(
    space: &mut Space,
    seen: &mut HashSet<NodeId>,
    parent: At,
    reference: &ReferenceDescription,
) -> Option<At> {
    let id = reference.node_id.node_id.clone();
    let standard_top = parent == 0 && id.namespace == 0;
    if standard_top || reference.node_id.server_index != 0 || !seen.insert(id.clone()) {
        return None;
    }
    let property = reference.reference_type_id == ReferenceTypeId::HasProperty;
    let at = space.nodes.len();
    space.nodes.push(SpaceNode {
        id,
        browse_name: (reference.browse_name.namespace_index, reference.browse_name.name.as_ref().to_owned()),
        display_name: reference.display_name.text.as_ref().to_owned(),
        class: reference.node_class,
        type_definition: reference.type_definition.node_id.clone(),
        hangs: if property { Hangs::Property } else { Hangs::Part },
        parent: Some(parent),
        children: Vec::new(),
    });
    space.nodes[parent].children.push(at);
    // Properties have no children of their own.
    (!property).then_some(at)
}

async fn children(
    session: &Session,
    limits: &Limits,
    nodes: &[NodeId],
) -> Result<Vec<Vec<ReferenceDescription>>, OpcUaError> {
    let mut found = Vec::with_capacity(nodes.len());
    for piece in nodes.chunks(limits.browse) {
        let asked = piece.iter().map(|node| description(node, BrowseDirection::Forward)).collect();
        found.extend(references(session, limits, asked).await?);
    }
    Ok(found)
}

fn description(node: &NodeId, direction: BrowseDirection) -> BrowseDescription {
    BrowseDescription {
        node_id: node.clone(),
        browse_direction: direction,
        reference_type_id: ReferenceTypeId::HierarchicalReferences.into(),
        include_subtypes: true,
        node_class_mask: (NodeClassMask::OBJECT | NodeClassMask::VARIABLE).bits(),
        result_mask: 0x3F,
    }
}

/// Browses a piece and follows every continuation point to its end.
pub(crate) async fn references(
    session: &Session,
    limits: &Limits,
    asked: Vec<BrowseDescription>,
) -> Result<Vec<Vec<ReferenceDescription>>, OpcUaError> {
    let count = asked.len();
    let answer = Browse::new(session).nodes_to_browse(asked).send(session.channel()).await;
    let mut results = answer.map_err(service("Browse"))?.results.unwrap_or_default();
    let mut found = vec![Vec::new(); count];
    let mut open: Vec<(usize, ByteString)> = Vec::new();
    take(&mut found, &mut open, 0..count, std::mem::take(&mut results));
    while !open.is_empty() {
        let piece: Vec<_> = open.drain(..open.len().min(limits.browse)).collect();
        let points = piece.iter().map(|(_, point)| point.clone()).collect();
        let answer = BrowseNext::new(session).continuation_points(points).send(session.channel()).await;
        let results = answer.map_err(service("BrowseNext"))?.results.unwrap_or_default();
        take(&mut found, &mut open, piece.into_iter().map(|(index, _)| index), results);
    }
    Ok(found)
}

fn take(
    found: &mut [Vec<ReferenceDescription>],
    open: &mut Vec<(usize, ByteString)>,
    indices: impl Iterator<Item = usize>,
    results: Vec<BrowseResult>,
) {
    for (index, result) in indices.zip(results) {
        found[index].extend(result.references.unwrap_or_default());
        if !result.continuation_point.is_null_or_empty() {
            open.push((index, result.continuation_point));
        }
    }
}

async fn read_properties(session: &Session, limits: &Limits, space: &mut Space) -> Result<(), OpcUaError> {
    let properties: Vec<At> = (0..space.nodes.len())
        .filter(|at| {
            space.nodes[*at].class == NodeClass::Variable && space.nodes[*at].hangs == Hangs::Property
        })
        .collect();
    let ids: Vec<NodeId> = properties.iter().map(|at| space.nodes[*at].id.clone()).collect();
    let values = read_values(session, limits, &ids).await?;
    let known = properties.into_iter().zip(values).filter_map(|(at, value)| Some((at, value.value?)));
    space.properties.extend(known);
    Ok(())
}

async fn read_variables(session: &Session, limits: &Limits, space: &mut Space) -> Result<(), OpcUaError> {
    let variables: Vec<At> = (0..space.nodes.len())
        .filter(|at| space.nodes[*at].class == NodeClass::Variable && space.nodes[*at].hangs == Hangs::Part)
        .collect();
    let attributes = [
        AttributeId::DataType,
        AttributeId::ValueRank,
        AttributeId::AccessLevel,
        AttributeId::UserAccessLevel,
    ];
    let asked: Vec<_> = variables
        .iter()
        .flat_map(|at| attributes.map(|attribute| (space.nodes[*at].id.clone(), attribute)))
        .collect();
    let values = read(session, limits, &asked).await?;
    for (at, values) in variables.into_iter().zip(values.chunks(attributes.len())) {
        space.variables.insert(at, facts(values.iter().map(|value| value.value.as_ref())));
    }
    Ok(())
}

/// Spec: OPC 10000-3, 8.57 AccessLevelType: bit 0 is `CurrentRead`.
fn facts<'a>(mut values: impl Iterator<Item = Option<&'a Variant>>) -> VariableFacts {
    let mut next = || values.next().flatten();
    let data_type = match next() {
        Some(Variant::NodeId(id)) => id.as_ref().clone(),
        _ => NodeId::null(),
    };
    let value_rank = if let Some(Variant::Int32(rank)) = next() { *rank } else { -1 };
    let mut readable = true;
    for level in [next(), next()] {
        if let Some(Variant::Byte(level)) = level {
            readable &= level & 1 == 1;
        }
    }
    VariableFacts { data_type, value_rank, readable }
}

async fn read_type_names(session: &Session, limits: &Limits, space: &mut Space) -> Result<(), OpcUaError> {
    let types: HashSet<NodeId> = space.nodes.iter().map(|node| node.type_definition.clone()).collect();
    let types: Vec<NodeId> = types.into_iter().filter(|id| !id.is_null()).collect();
    let asked: Vec<_> = types.iter().map(|id| (id.clone(), AttributeId::BrowseName)).collect();
    let values = read(session, limits, &asked).await?;
    for (id, value) in types.into_iter().zip(values) {
        if let Some(Variant::QualifiedName(name)) = value.value {
            space.type_names.insert(id, (name.namespace_index, name.name.as_ref().to_owned()));
        }
    }
    Ok(())
}
