//! The protocol servers in front of a plant: one OPC UA server for each line, one edge node for each group of
//! Sparkplug devices behind one broker, one agent for the MTConnect cells.

use crate::broker::{self, Broker};
use crate::mtconnect::{self, MtConnectHostError, MtConnectHostOptions};
use crate::opcua::{self, OpcUaHostError, OpcUaHostOptions};
use crate::plant::Plant;
use crate::run::LivePlant;
use crate::sparkplug::{self, SparkplugHostError, SparkplugHostOptions};
use crate::{Device, Host, Reading, Technology};
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

/// Name of the connection that brings all that is published through the broker.
const BROKER_CONNECTION: &str = "broker";

/// Why the servers could not be started.
#[derive(Debug, thiserror::Error)]
pub enum HostsError {
    /// An OPC UA server did not start.
    #[error("the OPC UA server `{host}` does not start")]
    OpcUa {
        /// Which one.
        host: String,
        /// Why.
        #[source]
        source: OpcUaHostError,
    },
    /// An MTConnect agent did not start.
    #[error("the MTConnect agent `{host}` does not start")]
    MtConnect {
        /// Which one.
        host: String,
        /// Why.
        #[source]
        source: MtConnectHostError,
    },
    /// The broker did not start.
    #[error("the MQTT broker does not start")]
    Broker(#[source] io::Error),
    /// An edge node did not start.
    #[error("the edge node `{host}` does not start")]
    Sparkplug {
        /// Which one.
        host: String,
        /// Why.
        #[source]
        source: SparkplugHostError,
    },
}

/// A connection that brings in devices of the plant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// What it is called; keys of its signals begin with `connection/NAME/`.
    pub name: String,
    /// What `trine connect` takes.
    pub url: String,
}

/// One server, and the devices behind it.
struct Running {
    connection: String,
    devices: Vec<(u32, Device)>,
    host: Arc<dyn Host>,
}

/// All servers in front of a plant. They say what they know from the beginning, but nothing happens yet.
pub struct Hosts {
    running: Vec<Running>,
    connections: Vec<Connection>,
    /// Lives as long as the edge nodes that it serves.
    _broker: Broker,
}

impl Hosts {
    /// Starts a server for each host of the plant's devices, on free ports of 127.0.0.1. Needs a tokio runtime.
    ///
    /// # Errors
    /// Names the server that does not start.
    pub fn start(plant: &Plant) -> Result<Self, HostsError> {
        let broker = broker::start(0).map_err(HostsError::Broker)?;
        let mut groups: BTreeMap<(Technology, String), Vec<(u32, Device)>> = BTreeMap::new();
        for (index, device) in (0..).zip(plant.devices()) {
            groups.entry((device.technology, device.host.clone())).or_default().push((index, device.clone()));
        }
        let groups = groups.into_iter();
        let running =
            groups.map(|((technology, name), devices)| start_one(technology, &name, devices, &broker));
        let running: Vec<Running> = running.collect::<Result<_, _>>()?;
        let hosts = Self { connections: connections(&running), running, _broker: broker };
        hosts.publish_all(plant);
        Ok(hosts)
    }

    /// The connections that bring in the whole plant.
    #[must_use]
    pub fn connections(&self) -> &[Connection] {
        &self.connections
    }

    /// The key in the world of every signal, by device and signal.
    #[must_use]
    pub fn signal_keys(&self) -> Vec<((u32, u32), String)> {
        self.running.iter().flat_map(Running::signal_keys).collect()
    }

    /// The servers by the name of their host, to have faults.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Arc<dyn Host>)> {
        self.running.iter().map(|running| (running.host_name(), &running.host))
    }

    /// Lets the plant go on with the clock from where it stands.
    #[must_use]
    pub fn go_live(self, plant: Plant) -> LivePlant {
        self.publish_all(&plant);
        LivePlant::new(plant, self)
    }

    /// Gives the servers the newest value of everything.
    fn publish_all(&self, plant: &Plant) {
        let mut readings = Vec::new();
        plant.all_values(&mut |reading| readings.push(reading));
        self.publish(&readings);
    }

    pub(crate) fn publish(&self, readings: &[Reading]) {
        for running in &self.running {
            running.host.publish(readings);
        }
    }

    pub(crate) fn stop(&self) {
        for running in &self.running {
            running.host.stop();
        }
    }
}

impl Running {
    fn host_name(&self) -> &str {
        self.devices.first().map_or(&self.connection, |(_, device)| &device.host)
    }

    fn signal_keys(&self) -> impl Iterator<Item = ((u32, u32), String)> {
        self.devices.iter().flat_map(move |(device, what)| {
            let signals = 0..u32::try_from(what.signals.len()).unwrap_or(u32::MAX);
            signals.map(move |signal| {
                let address = self.host.address(*device, signal);
                ((*device, signal), format!("connection/{}/{address}", self.connection))
            })
        })
    }
}

/// All edge nodes are reached through one broker, hence by one connection.
fn connections(running: &[Running]) -> Vec<Connection> {
    let one =
        |running: &Running| Connection { name: running.connection.clone(), url: running.host.endpoint() };
    let mut connections: Vec<Connection> = running.iter().map(one).collect();
    connections.dedup();
    connections
}

/// The host application starts after the plant, and would wait for the births of silent devices for ever.
fn sparkplug_options(broker: &Broker) -> SparkplugHostOptions {
    SparkplugHostOptions { greets_hosts: true, ..SparkplugHostOptions::new(broker.url()) }
}

fn start_one(
    technology: Technology,
    name: &str,
    devices: Vec<(u32, Device)>,
    broker: &Broker,
) -> Result<Running, HostsError> {
    let (connection, host) = match technology {
        Technology::MtConnect => {
            let started = mtconnect::start(name, &devices, MtConnectHostOptions::default());
            (name, started.map_err(|source| HostsError::MtConnect { host: name.into(), source })?)
        }
        Technology::OpcUa => {
            let started = opcua::start(name, &devices, OpcUaHostOptions::default());
            (name, started.map_err(|source| HostsError::OpcUa { host: name.into(), source })?)
        }
        Technology::Sparkplug => {
            let started = sparkplug::start(name, &devices, sparkplug_options(broker));
            (
                BROKER_CONNECTION,
                started.map_err(|source| HostsError::Sparkplug { host: name.into(), source })?,
            )
        }
    };
    Ok(Running { connection: connection.into(), devices, host })
}
