//! The running server as the driver of the plant sees it.

use super::alarms::{self, Alarms};
use super::door::{self, Trouble};
use super::manager::{Faults, PlantNodes};
use super::model::Content;
use super::names::{namespaces, signal_id};
use super::server::{Prepared, prepare};
use super::{OpcUaHostError, OpcUaHostOptions, structure, value};
use crate::{Device, Fault, Host, Reading};
use opcua::server::ServerHandle;
use opcua::sync::Mutex;
use opcua::types::{DataValue, NodeId};
use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};
use tokio::net::TcpListener;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use trine_world::{Condition, Role};

/// An OPC UA server that runs in front of devices of the plant.
pub struct OpcUaHost {
    port: u16,
    own_namespace: String,
    own_index: u16,
    devices: HashMap<u32, (Device, Vec<NodeId>)>,
    nodes: Arc<PlantNodes>,
    handle: ServerHandle,
    troubles: broadcast::Sender<Trouble>,
    faults: Faults,
    alarms: Arc<Alarms>,
    content: Content,
    /// Numeric readings so far, for the structured variables.
    counted: AtomicU32,
    shuffled: AtomicBool,
    clock_off_s: AtomicI64,
    /// One publication after the other, so that values of a signal keep their order.
    publishing: Mutex<()>,
    stop: CancellationToken,
}

impl OpcUaHost {
    /// Starts it; see [`super::start`].
    ///
    /// # Errors
    /// When the port cannot be had or the set-up is refused.
    pub fn start(
        host_name: &str,
        devices: &[(u32, Device)],
        options: &OpcUaHostOptions,
    ) -> Result<Self, OpcUaHostError> {
        let runtime = tokio::runtime::Handle::try_current()?;
        let (front, port) = listen(options.port)?;
        let (back, back_port) = listen(0)?;
        let (faults, alarms) = (Faults::default(), Arc::<Alarms>::default());
        let prepared = prepare(host_name, devices, options, port, faults.clone(), &alarms)?;
        let Prepared { server, handle, nodes, own_index } = prepared;
        let stop = CancellationToken::new();
        let (troubles, _) = broadcast::channel(16);
        let behind = SocketAddr::from((Ipv4Addr::LOCALHOST, back_port));
        runtime.spawn(door::keep(front, behind, troubles.clone(), stop.clone()));
        runtime.spawn(async move {
            if let Err(error) = server.run_with(back).await {
                tracing::error!("the OPC UA server ended: {error}");
            }
        });
        let devices = devices.iter().map(|(index, device)| (*index, with_nodes(device, own_index))).collect();
        let own_namespace = namespaces::own(host_name);
        let (shuffled, clock_off_s, publishing, counted) = Default::default();
        let content = Content { alarms_by_events: options.alarms_by_events, structures: options.structures };
        Ok(Self {
            port,
            own_namespace,
            devices,
            nodes,
            handle,
            troubles,
            own_index,
            faults,
            alarms,
            content,
            counted,
            shuffled,
            clock_off_s,
            publishing,
            stop,
        })
    }

    fn off_ns(&self) -> i64 {
        self.clock_off_s.load(Ordering::Relaxed).saturating_mul(1_000_000_000)
    }

    fn changes<'a>(&'a self, readings: &'a [Reading]) -> impl Iterator<Item = (&'a NodeId, DataValue)> {
        let off_ns = self.off_ns();
        readings.iter().filter_map(move |reading| {
            let (device, nodes) = self.devices.get(&reading.device)?;
            let index = reading.signal as usize;
            let (signal, node) = (device.signals.get(index)?, nodes.get(index)?);
            if self.content.alarms_by_events && signal.role == Some(Role::Condition) {
                return None;
            }
            Some((
                node,
                value::data_value(signal, reading.at.plus_ns(off_ns), &reading.value, reading.quality),
            ))
        })
    }

    fn notify(&self, readings: &[Reading]) {
        let stuck = self.faults.stuck.lock().clone();
        let changes = self.changes(readings);
        let (silent, loud): (Vec<_>, Vec<_>) = changes.partition(|(node, _)| stuck.contains(*node));
        self.set_silently(silent);
        let loud = loud.into_iter().map(|(node, value)| (node, None, value));
        if let Err(status) = self.nodes.set_values(self.handle.subscriptions(), loud) {
            tracing::warn!("readings could not be published: {status}");
        }
        if self.content.alarms_by_events {
            self.tell_alarms(readings);
        }
        if self.content.structures {
            readings.iter().for_each(|reading| self.set_structures(reading));
        }
    }

    /// A frozen device still measures, so a read sees its values; it only says nothing by itself.
    fn keep_silent(&self, readings: &[Reading]) {
        self.set_silently(self.changes(readings).collect());
    }

    fn set_silently(&self, values: Vec<(&NodeId, DataValue)>) {
        if values.is_empty() {
            return;
        }
        let mut space = self.nodes.address_space().write();
        for (node, value) in values {
            if let Some(opcua::nodes::NodeType::Variable(variable)) = space.find_mut(node) {
                variable.set_data_value(value);
            }
        }
    }

    fn tell_alarms(&self, readings: &[Reading]) {
        for reading in readings {
            let Some((device, _)) = self.devices.get(&reading.device) else { continue };
            let is_condition = device
                .signals
                .get(reading.signal as usize)
                .is_some_and(|signal| signal.role == Some(Role::Condition));
            let Some(condition) = reading.value.as_text().and_then(Condition::parse).filter(|_| is_condition)
            else {
                continue;
            };
            let machine = NodeId::new(self.own_index, device.name.as_str());
            let at = reading.at.plus_ns(self.off_ns());
            let events = self.alarms.report(&machine, &device.name, reading.signal, at, &condition);
            alarms::tell(self.handle.subscriptions(), &events);
        }
    }

    fn set_structures(&self, reading: &Reading) {
        let Some((device, _)) = self.devices.get(&reading.device) else { return };
        let (Some(value), Some(signal)) =
            (reading.value.as_f64(), device.signals.get(reading.signal as usize))
        else {
            return;
        };
        let count = self.counted.fetch_add(1, Ordering::Relaxed) + 1;
        let note = count.is_multiple_of(2).then_some("even");
        let nodes = structure::nodes(device, self.own_index);
        let values = structure::values(self.own_index, &signal.id, value, count, note);
        let at = reading.at.plus_ns(self.off_ns());
        let of = |value| DataValue {
            value: Some(value),
            source_timestamp: Some(value::date_time(at)),
            ..DataValue::default()
        };
        let changes = nodes.iter().zip(values).map(|(node, value)| (node, None, of(value)));
        if let Err(status) = self.nodes.set_values(self.handle.subscriptions(), changes) {
            tracing::warn!("structures could not be published: {status}");
        }
    }
}

impl Host for OpcUaHost {
    fn endpoint(&self) -> String {
        format!("opc.tcp://127.0.0.1:{}", self.port)
    }

    fn address(&self, device: u32, signal: u32) -> String {
        let id = self.devices.get(&device).and_then(|(device, _)| {
            let signal = device.signals.get(signal as usize)?;
            let by_event = self.content.alarms_by_events && signal.role == Some(Role::Condition);
            Some(if by_event { format!("{}#alarms", device.name) } else { signal_id(device, signal) })
        });
        format!("nsu={};s={}", self.own_namespace, id.unwrap_or_default())
    }

    fn publish(&self, readings: &[Reading]) {
        let _one_at_a_time = self.publishing.lock();
        if self.faults.frozen.load(Ordering::Acquire) {
            return self.keep_silent(readings);
        }
        if self.shuffled.swap(false, Ordering::AcqRel) {
            let reversed: Vec<Reading> = readings.iter().rev().cloned().collect();
            self.notify(&reversed);
        }
        // The server calls an item only about the newest value within one call, so a batch that names a signal
        // twice goes in pieces.
        for piece in pieces(readings) {
            self.notify(piece);
        }
    }

    fn fault(&self, fault: Fault) {
        match fault {
            Fault::Freeze(frozen) => self.faults.frozen.store(frozen, Ordering::Release),
            // Nobody listening is fine: then there is no connection to hurt.
            Fault::Drop => drop(self.troubles.send(Trouble::Cut)),
            Fault::Garbage => drop(self.troubles.send(Trouble::Garbage)),
            Fault::Shuffle => self.shuffled.store(true, Ordering::Release),
            Fault::ClockJump(seconds) => {
                self.clock_off_s.fetch_add(seconds, Ordering::Relaxed);
            }
            Fault::Stick { device, signal } => {
                let node = self.devices.get(&device).and_then(|(_, nodes)| nodes.get(signal as usize));
                self.faults.stuck.lock().extend(node.cloned());
            }
        }
    }

    fn stop(&self) {
        self.stop.cancel();
        self.handle.cancel();
    }
}

impl Drop for OpcUaHost {
    fn drop(&mut self) {
        self.stop();
    }
}

fn listen(port: u16) -> Result<(TcpListener, u16), OpcUaHostError> {
    let open = || {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        Ok((TcpListener::from_std(listener)?, port))
    };
    open().map_err(|source| OpcUaHostError::Listen { port, source })
}

fn with_nodes(device: &Device, own_index: u16) -> (Device, Vec<NodeId>) {
    let nodes =
        device.signals.iter().map(|signal| NodeId::new(own_index, signal_id(device, signal))).collect();
    (device.clone(), nodes)
}

/// Cuts a batch where a signal comes up again.
fn pieces(readings: &[Reading]) -> Vec<&[Reading]> {
    let mut pieces = Vec::new();
    let mut seen = std::collections::HashSet::with_capacity(readings.len());
    let mut start = 0;
    for (index, reading) in readings.iter().enumerate() {
        if !seen.insert((reading.device, reading.signal)) {
            pieces.push(&readings[start..index]);
            seen.clear();
            seen.insert((reading.device, reading.signal));
            start = index;
        }
    }
    pieces.push(&readings[start..]);
    pieces
}
