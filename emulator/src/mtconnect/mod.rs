//! An MTConnect agent in front of devices of the plant: `probe`, `current`, `sample` and its stream, over HTTP.
//!
//! Spec: MTConnect Standard 2.0, Part 1.0 Fundamentals (REST protocol, sequence numbers, buffer, `instanceId`,
//! streaming, errors), Part 2.0 (devices), Part 3.0 (streams).

mod buffer;
mod host;
mod http;
mod items;
mod probe;
mod requests;
mod streams;
mod tools;

pub use tools::{CuttingTool, Tools};

use crate::{Device, Host};
use std::sync::Arc;

/// How the agent is set up.
#[derive(Clone, Debug)]
pub struct MtConnectHostOptions {
    /// Port on 127.0.0.1; 0 picks a free one.
    pub port: u16,
    /// Observations that the agent keeps.
    pub buffer_size: usize,
    /// The cutting tools that it keeps as assets; an agent without them knows no assets.
    pub tools: Option<Tools>,
}

impl Default for MtConnectHostOptions {
    fn default() -> Self {
        Self { port: 0, buffer_size: 1 << 16, tools: None }
    }
}

/// Why an agent could not be started.
#[derive(Debug, thiserror::Error)]
pub enum MtConnectHostError {
    /// The port is taken or not allowed.
    #[error("cannot listen on port {port}")]
    Listen {
        /// The port that was asked for.
        port: u16,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// Called outside a tokio runtime.
    #[error("an agent needs a tokio runtime to run in")]
    NoRuntime(#[from] tokio::runtime::TryCurrentError),
}

/// Starts an agent in front of these devices, each with its index within the plant.
///
/// # Errors
/// When the port cannot be had.
#[allow(clippy::needless_pass_by_value, reason = "options are made for one agent and given away")]
pub fn start(
    agent_name: &str,
    devices: &[(u32, Device)],
    options: MtConnectHostOptions,
) -> Result<Arc<dyn Host>, MtConnectHostError> {
    host::start(agent_name, devices, &options)
}
