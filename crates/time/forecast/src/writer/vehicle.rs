//! What a vehicle of the future says of itself.

use super::pending::{Pending, Queue};
use super::tell;
use crate::mapping::{SignalRef, VehicleMap};
use trine_simulate::flow::Fleet;
use trine_world::{MachineState, Role};

/// A way that it is on.
#[derive(Clone, Copy, Debug)]
struct Leg {
    from: [f64; 2],
    to: [f64; 2],
    begun_ns: i64,
    ends_ns: i64,
}

/// One vehicle.
#[derive(Clone, Debug)]
pub(super) struct VehicleWriter {
    signals: Vec<SignalRef>,
    nodes: std::sync::Arc<[[f64; 2]]>,
    leg: Option<Leg>,
    state: Option<MachineState>,
    load: u32,
}

impl VehicleWriter {
    pub fn new(fleet: &Fleet, map: &VehicleMap) -> Self {
        let nodes = fleet.nodes.clone().into();
        Self { signals: map.signals.clone(), nodes, leg: None, state: None, load: 0 }
    }

    pub fn departed(&mut self, from: u32, to: u32, at_ns: i64, arrives_ns: i64, queue: &mut Queue) {
        let node = |index: u32| self.nodes.get(index as usize).copied().unwrap_or_default();
        let leg = Leg { from: node(from), to: node(to), begun_ns: at_ns, ends_ns: arrives_ns };
        let heading = (leg.to[1] - leg.from[1]).atan2(leg.to[0] - leg.from[0]).to_degrees().rem_euclid(360.0);
        if leg.from != leg.to {
            tell(&self.signals, Role::PoseHeading, at_ns, queue, |signal| Pending::number(signal, heading));
        }
        self.leg = Some(leg);
        self.show(MachineState::Running, at_ns, queue);
    }

    pub fn stopped(&mut self, node: u32, battery: f64, at_ns: i64, queue: &mut Queue) {
        self.leg = None;
        if let Some(point) = self.nodes.get(node as usize).copied() {
            self.pose(point, at_ns, queue);
        }
        self.battery(battery, at_ns, queue);
        if self.load == 0 {
            self.show(MachineState::Idle, at_ns, queue);
        }
    }

    pub fn load(&mut self, count: u32, at_ns: i64, queue: &mut Queue) {
        self.load = count;
        tell(&self.signals, Role::Level, at_ns, queue, |signal| Pending::number(signal, f64::from(count)));
        let state = if count > 0 { MachineState::Running } else { MachineState::Idle };
        self.show(state, at_ns, queue);
    }

    pub fn charging(&mut self, is_charging: bool, battery: f64, at_ns: i64, queue: &mut Queue) {
        self.battery(battery, at_ns, queue);
        if is_charging {
            self.show(MachineState::Idle, at_ns, queue);
        }
    }

    pub fn tick(&mut self, at_ns: i64, queue: &mut Queue) {
        let Some(leg) = self.leg else { return };
        let part = (at_ns - leg.begun_ns) as f64 / (leg.ends_ns - leg.begun_ns).max(1) as f64;
        let part = part.clamp(0.0, 1.0);
        self.pose([0, 1].map(|axis| leg.from[axis] + (leg.to[axis] - leg.from[axis]) * part), at_ns, queue);
    }

    fn pose(&self, [x, y]: [f64; 2], at_ns: i64, queue: &mut Queue) {
        tell(&self.signals, Role::PoseX, at_ns, queue, |signal| Pending::number(signal, x));
        tell(&self.signals, Role::PoseY, at_ns, queue, |signal| Pending::number(signal, y));
    }

    fn battery(&self, battery: f64, at_ns: i64, queue: &mut Queue) {
        tell(&self.signals, Role::Battery, at_ns, queue, |signal| Pending::number(signal, battery));
    }

    fn show(&mut self, state: MachineState, at_ns: i64, queue: &mut Queue) {
        if self.state.replace(state) != Some(state) {
            tell(&self.signals, Role::State, at_ns, queue, |_| Pending::text(state.as_str()));
        }
    }
}
