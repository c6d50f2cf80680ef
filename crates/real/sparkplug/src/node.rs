//! One edge node with its devices, as a pure state machine: messages in, steps out.
//!
//! Spec: Eclipse Sparkplug 3.0, 5 Operational Behavior (host side). Each arm names the assertion of the official
//! test kit that it serves.

use crate::birth::{self, Birth, Layout, Observation};
use crate::payload::{Metric, MetricValue, Payload};
use crate::sequence::{Sequence, Verdict};
use crate::topic::{Kind, NodeName};
use crate::watch::Watch;
use std::time::Duration;
use trine_base::{Instant, Quality};

/// How patient the host is.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// How long an early message waits for those before it.
    pub reorder: Duration,
    /// Least time between two rebirth requests to one edge node.
    pub rebirth: Duration,
    /// An edge node that has been silent for ten of its usual intervals is asked for a rebirth, to prove it alive;
    /// but not sooner than this.
    pub quiet_least: Duration,
    /// And not later than this.
    pub quiet_most: Duration,
    /// How long it may take to answer before it counts as silent.
    pub answer: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            reorder: Duration::from_secs(2),
            rebirth: Duration::from_secs(5),
            quiet_least: Duration::from_secs(5),
            quiet_most: Duration::from_secs(120),
            answer: Duration::from_secs(5),
        }
    }
}

/// More devices than this on one edge node are not taken: somebody is making names up.
const DEVICES_MAX: usize = 10_000;

/// A unit of a host: index of the node, and within it 0 for the node itself, else the device.
pub(crate) type UnitId = (usize, usize);

/// A message of an edge node; `T` is what its sender is acknowledged by.
#[derive(Debug)]
pub(crate) struct Message<T> {
    pub kind: Kind,
    pub device: Option<String>,
    pub payload: Payload,
    pub token: T,
}

/// What is to be done, in order.
#[derive(Debug)]
pub(crate) enum Step<T> {
    /// Announce the unit.
    Birth(UnitId, Box<Birth>),
    /// Deliver values of a unit.
    Data(UnitId, Vec<Observation>),
    /// Nothing more comes from these units until they speak again.
    Silent(Vec<UnitId>, String),
    /// This unit speaks again.
    Speaks(UnitId),
    /// So many messages are lost.
    Lost(u64),
    /// Ask the node for a rebirth.
    Rebirth(NodeName),
    /// Something is wrong that ends nothing.
    Note(String),
    /// The message is dealt with: acknowledge it once everything before is durable.
    Done(T),
}

pub(crate) struct Node<T> {
    index: usize,
    name: NodeName,
    /// Key of its signals without what follows the node: `connection/NAME/GROUP/NODE`.
    address: String,
    life: Option<Life<T>>,
    units: Vec<Unit>,
    watch: Watch,
}

/// From one NBIRTH to the next, or to the death.
struct Life<T> {
    bd_seq: Option<u64>,
    sequence: Sequence<Message<T>>,
    /// Messages that came but could not be decoded; their numbers are missing in the sequence.
    unreadable: u64,
    /// No message was lost since the births, so that aliases mean what they say.
    trusted: bool,
}

struct Unit {
    device: Option<String>,
    /// `None` while it is not born.
    layout: Option<Layout>,
}

impl<T> Node<T> {
    pub(crate) fn new(index: usize, connection: &str, name: NodeName) -> Self {
        let address = format!("{connection}/{name}");
        let units = vec![Unit { device: None, layout: None }];
        Self { index, name, address, life: None, units, watch: Watch::default() }
    }

    /// Takes a message.
    pub(crate) fn receive(&mut self, message: Message<T>, now: Instant, patience: &Patience) -> Vec<Step<T>> {
        let mut steps = Vec::new();
        if message.kind != Kind::NDeath && self.watch.heard(now) {
            steps.extend(self.born_units().map(Step::Speaks));
        }
        match message.kind {
            Kind::NBirth => self.node_birth(message, now, &mut steps),
            Kind::NDeath => self.node_death(message, &mut steps),
            _ => self.in_sequence(message, now, patience, &mut steps),
        }
        steps
    }

    /// A message that could not be decoded: lost, whatever it said. It may have been a birth.
    pub(crate) fn unreadable(&mut self, kind: Kind, now: Instant, patience: &Patience) -> Vec<Step<T>> {
        let mut steps = vec![Step::Lost(1)];
        if let Some(life) = self.life.as_mut().filter(|_| !matches!(kind, Kind::NBirth | Kind::NDeath)) {
            // Its number will be missing in the order, and is not to be counted twice.
            life.unreadable += 1;
            life.trusted = false;
            let cause = format!("a message of edge node {} cannot be decoded", self.name);
            steps.push(Step::Silent(self.born_units().collect(), cause));
        }
        if kind != Kind::NDeath {
            self.ask_rebirth(now, patience, &mut steps);
        }
        steps
    }

    /// What time alone brings about.
    pub(crate) fn tick(&mut self, now: Instant, patience: &Patience) -> Vec<Step<T>> {
        let mut steps = Vec::new();
        let overdue = self.life.as_mut().and_then(|life| life.sequence.overdue(now));
        if let Some((missing, released)) = overdue {
            self.give_up(&missing, now, patience, &mut steps);
            for message in released {
                self.take(message, now, patience, &mut steps);
            }
        }
        if self.life.is_some() {
            if self.watch.is_due(now, patience) {
                steps.push(Step::Rebirth(self.name.clone()));
            }
            if let Some(silence) = self.watch.is_silent(now, patience) {
                let cause =
                    format!("edge node {} has been silent for {silence:.1} s and did not answer", self.name);
                steps.push(Step::Silent(self.born_units().collect(), cause));
            }
        }
        steps
    }

    /// Whether it is born and has proved silent.
    pub(crate) fn is_silent(&self) -> bool {
        self.watch.proved_silent()
    }

    /// tck-id-topics-nbirth-*: a new life. Devices of an older one are to be born again.
    fn node_birth(&mut self, message: Message<T>, now: Instant, steps: &mut Vec<Step<T>>) {
        let Message { payload, token, .. } = message;
        for waiting in self.life.take().into_iter().flat_map(|mut life| life.sequence.drain()) {
            steps.push(Step::Done(waiting.token));
        }
        self.watch.reborn();
        for unit in self.units.iter_mut().skip(1) {
            unit.layout = None;
        }
        // tck-id-payloads-sequence-num-zero-nbirth allows any number for a rebirth; the order goes on from it.
        let number = payload.seq.unwrap_or(0) as u8;
        let bd_seq =
            payload.metrics.iter().find(|metric| metric.name.as_deref() == Some("bdSeq")).and_then(bd_seq);
        if bd_seq.is_none() {
            steps.push(Step::Note(format!("the NBIRTH of {} has no bdSeq", self.name)));
        }
        self.life = Some(Life { bd_seq, sequence: Sequence::after(number), unreadable: 0, trusted: true });
        self.unit_birth(0, &payload, now, steps);
        steps.push(Step::Done(token));
    }

    /// tck-id-topics-nbirth-bdseq-matching: only the death of this very life counts.
    fn node_death(&mut self, message: Message<T>, steps: &mut Vec<Step<T>>) {
        let death = message.payload.metrics.first().and_then(bd_seq);
        let matches = self.life.as_ref().is_some_and(|life| life.bd_seq.is_none() || life.bd_seq == death);
        if matches {
            // tck-id-operational-behavior-edge-node-termination-host-action-ndeath-{node,devices}-{offline,tags-stale}
            let cause = format!("edge node {} died", self.name);
            steps.push(Step::Silent(self.born_units().collect(), cause));
            for waiting in self.life.take().into_iter().flat_map(|mut life| life.sequence.drain()) {
                steps.push(Step::Done(waiting.token));
            }
            for unit in &mut self.units {
                unit.layout = None;
            }
            self.watch = Watch::default();
        }
        steps.push(Step::Done(message.token));
    }

    fn in_sequence(
        &mut self,
        message: Message<T>,
        now: Instant,
        patience: &Patience,
        steps: &mut Vec<Step<T>>,
    ) {
        let Some(life) = &mut self.life else {
            self.before_birth(now, patience, steps);
            return steps.push(Step::Done(message.token));
        };
        // tck-id-payloads-sequence-num-always-included; without one there is no order to check.
        let Some(number) = message.payload.seq else {
            steps.push(Step::Note(format!("a message of edge node {} has no sequence number", self.name)));
            return self.take(message, now, patience, steps);
        };
        let reorder_ns = i64::try_from(patience.reorder.as_nanos()).unwrap_or(i64::MAX);
        match life.sequence.offer(number as u8, message, now, reorder_ns) {
            Verdict::Next(messages) => {
                for message in messages {
                    self.take(message, now, patience, steps);
                }
            }
            Verdict::Waits => {}
            Verdict::Repeated(message) => steps.push(Step::Done(message.token)),
        }
    }

    /// A message whose turn it is.
    fn take(&mut self, message: Message<T>, now: Instant, patience: &Patience, steps: &mut Vec<Step<T>>) {
        let Message { kind, device, payload, token } = message;
        let unit = if kind == Kind::DBirth { self.make_unit(device) } else { self.unit(device.as_deref()) };
        match (kind, unit) {
            (Kind::DBirth, Some(unit)) => self.unit_birth(unit, &payload, now, steps),
            (Kind::DDeath, Some(unit)) => self.device_death(unit, steps),
            (Kind::DDeath, None) => {}
            (_, Some(unit)) if self.units[unit].layout.is_some() => {
                self.data(unit, &payload, now, patience, steps);
            }
            _ => self.before_birth(now, patience, steps),
        }
        steps.push(Step::Done(token));
    }

    fn unit_birth(&mut self, unit: usize, payload: &Payload, now: Instant, steps: &mut Vec<Step<T>>) {
        let device = self.units[unit].device.as_deref();
        let address =
            device.map_or_else(|| self.address.clone(), |device| format!("{}/{device}", self.address));
        let (birth, layout) =
            birth::read(payload, &address, device.unwrap_or(&self.name.node), device.is_some());
        let mut values = Vec::with_capacity(payload.metrics.len());
        for metric in &payload.metrics {
            // Every metric is in the layout that was just made of it, or has no name and cannot be one.
            let _ = layout.observe(metric, payload.timestamp, now, &mut values);
        }
        for fault in &birth.faults {
            let whose = if device.is_some() {
                format!("{}/{}", self.name, birth.thing.name)
            } else {
                self.name.to_string()
            };
            steps.push(Step::Note(format!("in the birth of {whose}: {fault}")));
        }
        self.units[unit].layout = Some(layout);
        steps.push(Step::Birth((self.index, unit), Box::new(birth)));
        steps.push(Step::Speaks((self.index, unit)));
        steps.push(Step::Data((self.index, unit), values));
    }

    /// tck-id-operational-behavior-edge-node-termination-host-action-ddeath-devices-{offline,tags-stale}
    fn device_death(&mut self, unit: usize, steps: &mut Vec<Step<T>>) {
        if self.units[unit].layout.take().is_some() {
            let device = self.units[unit].device.as_deref().unwrap_or_default();
            let cause = format!("device {device} of edge node {} died", self.name);
            steps.push(Step::Silent(vec![(self.index, unit)], cause));
        }
    }

    fn data(
        &mut self,
        unit: usize,
        payload: &Payload,
        now: Instant,
        patience: &Patience,
        steps: &mut Vec<Step<T>>,
    ) {
        let Some(layout) = &self.units[unit].layout else { return };
        let mut values = Vec::with_capacity(payload.metrics.len());
        let mut unknown = None;
        let trusted = self.life.as_ref().is_some_and(|life| life.trusted);
        for metric in &payload.metrics {
            let first = values.len();
            if let Err(what) = layout.observe(metric, payload.timestamp, now, &mut values) {
                unknown.get_or_insert(what);
            }
            // A lost DBIRTH may have given the alias to another metric.
            if !trusted && metric.name.is_none() {
                values[first..]
                    .iter_mut()
                    .filter(|v| v.quality.is_good())
                    .for_each(|v| v.quality = Quality::UNCERTAIN);
            }
        }
        steps.push(Step::Data((self.index, unit), values));
        if let Some(what) = unknown {
            steps.push(Step::Note(format!(
                "edge node {} reports {}, which its birth did not name",
                self.name, what.0
            )));
            steps.push(Step::Lost(1));
            self.ask_rebirth(now, patience, steps);
        }
    }

    /// tck-id-operational-behavior-host-reordering-rebirth
    fn give_up(&mut self, missing: &[u8], now: Instant, patience: &Patience, steps: &mut Vec<Step<T>>) {
        let which: Vec<String> = missing.iter().take(5).map(u8::to_string).collect();
        let more = if missing.len() > 5 { ", …" } else { "" };
        let cause = format!(
            "{} of edge node {}'s messages lost (sequence {}{more})",
            missing.len(),
            self.name,
            which.join(", ")
        );
        if let Some(life) = &mut self.life {
            let known = std::mem::take(&mut life.unreadable);
            steps.push(Step::Lost((missing.len() as u64).saturating_sub(known)));
            life.trusted = false;
        }
        steps.push(Step::Silent(self.born_units().collect(), cause));
        self.ask_rebirth(now, patience, steps);
    }

    fn ask_rebirth(&mut self, now: Instant, patience: &Patience, steps: &mut Vec<Step<T>>) {
        if self.watch.may_ask(now, patience) {
            steps.push(Step::Rebirth(self.name.clone()));
        }
    }

    /// What nobody has described cannot be kept; it is counted, and its description asked for.
    fn before_birth(&mut self, now: Instant, patience: &Patience, steps: &mut Vec<Step<T>>) {
        steps.push(Step::Note(format!("edge node {} or a device of it reports before its birth", self.name)));
        steps.push(Step::Lost(1));
        self.ask_rebirth(now, patience, steps);
    }

    fn unit(&self, device: Option<&str>) -> Option<usize> {
        self.units.iter().position(|unit| unit.device.as_deref() == device)
    }

    fn make_unit(&mut self, device: Option<String>) -> Option<usize> {
        self.unit(device.as_deref()).or_else(|| {
            (self.units.len() < DEVICES_MAX).then(|| {
                self.units.push(Unit { device, layout: None });
                self.units.len() - 1
            })
        })
    }

    fn born_units(&self) -> impl Iterator<Item = UnitId> + use<T> {
        let born: Vec<_> = self
            .units
            .iter()
            .enumerate()
            .filter(|(_, unit)| unit.layout.is_some())
            .map(|(at, _)| at)
            .collect();
        let index = self.index;
        born.into_iter().map(move |unit| (index, unit))
    }
}

fn bd_seq(metric: &Metric) -> Option<u64> {
    match metric.value.as_ref()? {
        MetricValue::Long(n) => Some(*n),
        MetricValue::Int(n) => Some(u64::from(*n)),
        _ => None,
    }
}
