//! The edge node without its network: values in, messages out, in the order and with the numbers of the standard.

use super::birth::{self, Newest};
use crate::{Device, Reading};
use prost::Message as _;
use std::collections::{HashMap, VecDeque};
use trine_base::{Instant, Value};
use trine_sparkplug::payload::{Metric, Payload};
use trine_sparkplug::topic::NAMESPACE;

/// So many messages are held back to be sent twice and in the wrong order.
const SHUFFLED: usize = 4;

/// A message on its way out: topic and payload.
pub(super) type Outgoing = (String, Vec<u8>);

pub(super) struct Edge {
    group: String,
    node: String,
    devices: Vec<Behind>,
    /// From the index within the plant to the place in `devices`.
    places: HashMap<u32, usize>,
    metrics_per_payload: usize,
    seq: u8,
    bd_seq: u64,
    off_ns: i64,
    garbage: bool,
    /// The messages that are held back, when the next ones are to be shuffled.
    shuffled: Option<Vec<Outgoing>>,
}

/// A device behind the edge node.
struct Behind {
    device: Device,
    /// Alias of its first signal.
    alias: u64,
    newest: Vec<Option<Newest>>,
}

impl Edge {
    pub(super) fn new(
        group: &str,
        node: &str,
        devices: &[(u32, Device)],
        metrics_per_payload: usize,
    ) -> Self {
        let mut alias = 1;
        let mut behind = Vec::new();
        for (_, device) in devices {
            let newest = vec![None; device.signals.len()];
            behind.push(Behind { device: device.clone(), alias, newest });
            alias += device.signals.len() as u64;
        }
        Self {
            group: group.to_owned(),
            node: node.to_owned(),
            devices: behind,
            places: devices.iter().enumerate().map(|(place, (index, _))| (*index, place)).collect(),
            metrics_per_payload: metrics_per_payload.max(1),
            seq: 0,
            bd_seq: 0,
            off_ns: 0,
            garbage: false,
            shuffled: None,
        }
    }

    /// Address of a signal after `connection/NAME/`.
    pub(super) fn address(&self, device: u32, signal: u32) -> String {
        let Some(behind) = self.places.get(&device).map(|place| &self.devices[*place]) else {
            return String::new();
        };
        let metric = behind.device.signals.get(signal as usize).map(birth::metric_name).unwrap_or_default();
        format!("{}/{}/{}/{metric}", self.group, self.node, behind.device.name)
    }

    pub(super) fn command_topics(&self) -> [String; 2] {
        let Self { group, node, .. } = self;
        [format!("{NAMESPACE}/{group}/NCMD/{node}"), format!("{NAMESPACE}/{group}/DCMD/{node}/#")]
    }

    /// The will of the next connection (tck-id-topics-nbirth-bdseq-increment).
    pub(super) fn next_will(&mut self) -> Outgoing {
        self.bd_seq = (self.bd_seq + 1) % 256;
        (self.topic("NDEATH", None), birth::node_death(self.bd_seq).encode_to_vec())
    }

    /// All births (tck-id-payloads-sequence-num-zero-nbirth, tck-id-principles-birth-certificates-order).
    pub(super) fn births(&mut self, now: Instant) -> Vec<Outgoing> {
        self.seq = 0;
        self.shuffled = self.shuffled.take().map(|_| Vec::new());
        let mut out = Vec::new();
        let metrics = birth::node_birth(self.bd_seq);
        self.send("NBIRTH", None, metrics, now, &mut out);
        for place in 0..self.devices.len() {
            let Behind { device, alias, newest } = &self.devices[place];
            let metrics = birth::device_birth(device, newest, *alias, self.off_ns);
            self.send("DBIRTH", Some(place), metrics, now, &mut out);
        }
        out
    }

    /// Data messages for readings, many metrics in each. `sent`: keep the values, but send nothing.
    pub(super) fn data(&mut self, readings: VecDeque<Reading>, now: Instant, sent: bool) -> Vec<Outgoing> {
        let mut by_device: Vec<Vec<Metric>> = vec![Vec::new(); self.devices.len()];
        let mut out = Vec::new();
        for reading in readings {
            let Some(place) = self.places.get(&reading.device).copied() else { continue };
            let behind = &mut self.devices[place];
            let Some(known) = behind.newest.get_mut(reading.signal as usize) else { continue };
            let newest = Newest { at: reading.at, value: reading.value, quality: reading.quality };
            if sent {
                let mut metric = birth::data(&newest, self.off_ns);
                // tck-id-payloads-alias-data-cmd-requirement
                metric.alias = Some(behind.alias + u64::from(reading.signal));
                by_device[place].push(metric);
            }
            *known = Some(newest);
            if by_device[place].len() >= self.metrics_per_payload {
                let metrics = std::mem::take(&mut by_device[place]);
                self.send("DDATA", Some(place), metrics, now, &mut out);
            }
        }
        for (place, metrics) in by_device.into_iter().enumerate() {
            if !metrics.is_empty() {
                self.send("DDATA", Some(place), metrics, now, &mut out);
            }
        }
        out
    }

    /// Whether a reading has another type than was born; then births are due.
    pub(super) fn changes_type(&self, readings: &VecDeque<Reading>) -> bool {
        readings.iter().any(|reading| {
            let Some(behind) = self.places.get(&reading.device).map(|place| &self.devices[*place]) else {
                return false;
            };
            let Some(signal) = behind.device.signals.get(reading.signal as usize) else { return false };
            let before = behind.newest[reading.signal as usize].as_ref();
            let after = Newest { at: reading.at, value: reading.value.clone(), quality: reading.quality };
            reading.value != Value::Absent
                && birth::datatype(signal, before) != birth::datatype(signal, Some(&after))
        })
    }

    pub(super) fn next_is_garbage(&mut self) {
        self.garbage = true;
    }

    pub(super) fn shuffle_next(&mut self) {
        self.shuffled.get_or_insert_default();
    }

    pub(super) fn clock_jumps(&mut self, seconds: i64) {
        self.off_ns = self.off_ns.saturating_add(seconds.saturating_mul(1_000_000_000));
    }

    /// Whether messages are held back.
    pub(super) fn holds_back(&self) -> bool {
        self.shuffled.as_ref().is_some_and(|held| !held.is_empty())
    }

    fn send(
        &mut self,
        kind: &str,
        place: Option<usize>,
        metrics: Vec<Metric>,
        now: Instant,
        out: &mut Vec<Outgoing>,
    ) {
        let timestamp = u64::try_from(now.plus_ns(self.off_ns).as_ns() / 1_000_000).ok();
        let payload = Payload { timestamp, metrics, seq: Some(u64::from(self.seq)), ..Payload::default() };
        self.seq = self.seq.wrapping_add(1);
        let mut bytes = payload.encode_to_vec();
        if kind == "DDATA" && std::mem::take(&mut self.garbage) {
            bytes = b"\xff\xfe this is no payload \x00\x80".to_vec();
        }
        let message = (self.topic(kind, place), bytes);
        match (&mut self.shuffled, kind) {
            (Some(held), "DDATA") => {
                held.push(message);
                if held.len() >= SHUFFLED {
                    out.extend(self.release());
                }
            }
            _ => out.push(message),
        }
    }

    /// What is held back: each pair swapped, and everything twice.
    pub(super) fn release(&mut self) -> Vec<Outgoing> {
        let held = self.shuffled.take().unwrap_or_default();
        let swapped = held.chunks(2).flat_map(|pair| pair.iter().rev());
        swapped.flat_map(|message| [message.clone(), message.clone()]).collect()
    }

    fn topic(&self, kind: &str, place: Option<usize>) -> String {
        let device = place.map(|place| format!("/{}", self.devices[place].device.name)).unwrap_or_default();
        format!("{NAMESPACE}/{}/{kind}/{}{device}", self.group, self.node)
    }
}
