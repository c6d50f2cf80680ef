//! What the server allows in one call, read before anything is asked in bulk.
//!
//! Spec: OPC 10000-5, 6.3.11 OperationLimitsType; zero or absent means no limit.

use crate::OpcUaError;
use crate::ask::read_values;
use opcua::client::Session;
use opcua::types::{NodeId, VariableId, Variant};

/// We never ask for more than this at once, so that one answer stays within a message of any size limit.
const ASK_MAX: usize = 1_000;

/// Nodes or items in one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    pub read: usize,
    pub browse: usize,
    pub monitor: usize,
}

impl Limits {
    /// Small enough for every server: used to ask for the real ones.
    const CAUTIOUS: Self = Self { read: 10, browse: 10, monitor: 10 };

    /// Asks the server; a server that does not say is taken to have no limit.
    pub(crate) async fn of(session: &Session) -> Result<Self, OpcUaError> {
        let asked = [
            VariableId::Server_ServerCapabilities_OperationLimits_MaxNodesPerRead,
            VariableId::Server_ServerCapabilities_OperationLimits_MaxNodesPerBrowse,
            VariableId::Server_ServerCapabilities_OperationLimits_MaxMonitoredItemsPerCall,
        ];
        let nodes: Vec<NodeId> = asked.into_iter().map(NodeId::from).collect();
        let values = read_values(session, &Self::CAUTIOUS, &nodes).await?;
        let mut limits = values.iter().map(|value| match value.value {
            Some(Variant::UInt32(limit @ 1..)) => (limit as usize).min(ASK_MAX),
            _ => ASK_MAX,
        });
        let mut next = || limits.next().unwrap_or(ASK_MAX);
        Ok(Self { read: next(), browse: next(), monitor: next() })
    }
}
