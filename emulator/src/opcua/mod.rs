//! An OPC UA server in front of devices of the plant, modelled after OPC UA for Machinery and for Machine Tools.
//!
//! Spec: OPC 40001-1 (Machinery, Basic Building Blocks) 1.03: the `Machines` folder, identification and components
//! of a machine; OPC 40501-1 (Machine Tools) 1.02: `Monitoring`, `Notification` and `Production` of a machine tool;
//! OPC 10000-8 (Data Access) 5.3: `AnalogUnitType`, multi-state types, `EngineeringUnits`, `EURange`.
//!
//! A front door forwards the bytes of every client to the server behind it. Faults of the network happen at the
//! door; faults of the device happen where readings enter the address space.

mod alarms;
mod door;
mod host;
mod manager;
mod model;
mod names;
mod server;
mod structure;
mod value;

pub use host::OpcUaHost;
pub use names::namespaces;

use crate::{Device, Host};
use std::path::PathBuf;
use std::sync::Arc;

/// How the server is set up.
#[derive(Clone, Debug)]
pub struct OpcUaHostOptions {
    /// Port of 127.0.0.1 to listen on; 0 picks a free one.
    pub port: u16,
    /// Offers Basic256Sha256 with sign & encrypt beside no security.
    pub secure: bool,
    /// Takes clients that do not say who they are.
    pub anonymous: bool,
    /// `(user, password)` of those who may come.
    pub users: Vec<(String, String)>,
    /// `(user, file of the certificate)` of those who may come with a certificate; needs `secure`.
    pub certificates: Vec<(String, PathBuf)>,
    /// Conditions of devices are told by events of alarms, and not by variables.
    pub alarms_by_events: bool,
    /// Each device has two structured variables beside its signals.
    pub structures: bool,
    /// Where the server keeps its certificate; needed only when `secure`.
    pub pki_dir: PathBuf,
    /// How much it does for a client at once.
    pub limits: OpcUaHostLimits,
    /// Namespaces that stand before the plant's own, so that its index is another one.
    pub other_namespaces: Vec<String>,
}

/// What the server allows, as real ones are narrow too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpcUaHostLimits {
    /// References of one node in one answer; more come by continuation points.
    pub references_per_node: usize,
    /// Nodes in one read.
    pub nodes_per_read: usize,
    /// Nodes in one browse.
    pub nodes_per_browse: usize,
    /// Monitored items created by one call.
    pub items_per_call: usize,
    /// Monitored items of one subscription.
    pub items_per_subscription: usize,
    /// Values that a monitored item keeps for its client.
    pub queue_size: usize,
}

impl Default for OpcUaHostLimits {
    fn default() -> Self {
        Self {
            references_per_node: 1_000,
            nodes_per_read: 10_000,
            nodes_per_browse: 1_000,
            items_per_call: 1_000,
            items_per_subscription: 100_000,
            queue_size: 10_000,
        }
    }
}

impl Default for OpcUaHostOptions {
    fn default() -> Self {
        Self {
            port: 0,
            secure: false,
            anonymous: true,
            users: Vec::new(),
            certificates: Vec::new(),
            alarms_by_events: false,
            structures: false,
            pki_dir: std::env::temp_dir().join("trine-emulator-pki"),
            limits: OpcUaHostLimits::default(),
            other_namespaces: Vec::new(),
        }
    }
}

/// Why a server could not be started.
#[derive(Debug, thiserror::Error)]
pub enum OpcUaHostError {
    /// The port is taken or not allowed.
    #[error("cannot listen on port {port}")]
    Listen {
        /// The port that was asked for.
        port: u16,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The server library does not take the set-up.
    #[error("the OPC UA server cannot be set up: {0}")]
    Setup(String),
    /// Called outside a tokio runtime.
    #[error("an OPC UA server needs a tokio runtime to run in")]
    NoRuntime(#[from] tokio::runtime::TryCurrentError),
}

/// Starts a server on 127.0.0.1 in front of these devices, each with its index within the plant.
///
/// # Errors
/// When the port cannot be had or the set-up is refused.
#[allow(clippy::needless_pass_by_value, reason = "options are made for one server and given away")]
pub fn start(
    host_name: &str,
    devices: &[(u32, Device)],
    options: OpcUaHostOptions,
) -> Result<Arc<dyn Host>, OpcUaHostError> {
    Ok(Arc::new(OpcUaHost::start(host_name, devices, &options)?))
}
