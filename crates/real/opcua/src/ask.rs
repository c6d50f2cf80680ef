//! Reading in pieces that the server allows.

use crate::OpcUaError;
use crate::error::service;
use crate::limits::Limits;
use opcua::client::services::Read;
use opcua::client::{Session, UARequest};
use opcua::types::{AttributeId, DataValue, NodeId, QualifiedName, ReadValueId, TimestampsToReturn};

/// Reads the values of nodes, in their order.
pub(crate) async fn read_values(
    session: &Session,
    limits: &Limits,
    nodes: &[NodeId],
) -> Result<Vec<DataValue>, OpcUaError> {
    let asked: Vec<_> = nodes.iter().map(|node| (node.clone(), AttributeId::Value)).collect();
    read(session, limits, &asked).await
}

/// Reads attributes of nodes, in their order. A missing answer is an empty value.
pub(crate) async fn read(
    session: &Session,
    limits: &Limits,
    asked: &[(NodeId, AttributeId)],
) -> Result<Vec<DataValue>, OpcUaError> {
    let mut values = Vec::with_capacity(asked.len());
    for piece in asked.chunks(limits.read) {
        let nodes = piece.iter().map(|(node, attribute)| to_read(node, *attribute)).collect();
        let request = Read::new(session)
            .max_age(0.0)
            .timestamps_to_return(TimestampsToReturn::Both)
            .nodes_to_read(nodes);
        let answer = request.send(session.channel()).await.map_err(service("Read"))?;
        let expected = values.len() + piece.len();
        values.extend(answer.results.unwrap_or_default());
        values.resize_with(expected, DataValue::default);
    }
    Ok(values)
}

/// One attribute of one node.
pub(crate) fn to_read(node: &NodeId, attribute: AttributeId) -> ReadValueId {
    ReadValueId {
        node_id: node.clone(),
        attribute_id: attribute as u32,
        data_encoding: QualifiedName::null(),
        ..ReadValueId::default()
    }
}
