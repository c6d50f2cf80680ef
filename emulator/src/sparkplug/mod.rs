//! A Sparkplug B edge node in front of devices of the plant.
//!
//! Spec: Eclipse Sparkplug 3.0.0, the role of Sparkplug Edge Node: NDEATH as will, NBIRTH and DBIRTH with aliases and
//! properties, data by alias, rebirth on command.

mod birth;
mod edge;
mod host;
mod network;

use crate::{Device, Host};
use std::sync::Arc;

/// How the edge node speaks.
#[derive(Clone, Debug)]
pub struct SparkplugHostOptions {
    /// The broker: `mqtt://host:port`.
    pub broker: String,
    /// The group that the edge node belongs to.
    pub group: String,
    /// Metrics in a payload at most.
    pub metrics_per_payload: usize,
    /// Is born again for a host application that comes later than the births.
    pub greets_hosts: bool,
}

impl SparkplugHostOptions {
    /// The usual settings with this broker.
    #[must_use]
    pub fn new(broker: &str) -> Self {
        Self {
            broker: broker.to_owned(),
            group: "plant".to_owned(),
            metrics_per_payload: 500,
            greets_hosts: false,
        }
    }
}

/// Why an edge node could not be started.
#[derive(Debug, thiserror::Error)]
pub enum SparkplugHostError {
    /// The address of the broker is not understood.
    #[error("`{0}` is no broker address; write it like mqtt://127.0.0.1:1883")]
    Address(String),
    /// Called outside a tokio runtime.
    #[error("an edge node needs a tokio runtime to run in")]
    NoRuntime(#[from] tokio::runtime::TryCurrentError),
}

/// Starts an edge node in front of these devices, each with its index within the plant.
///
/// # Errors
/// When the address of the broker cannot be understood. A broker that is not there yet is waited for.
pub fn start(
    edge_node: &str,
    devices: &[(u32, Device)],
    options: SparkplugHostOptions,
) -> Result<Arc<dyn Host>, SparkplugHostError> {
    host::SparkplugHost::start(edge_node, devices, options)
}
