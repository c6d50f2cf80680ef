//! What a machine of the future says of itself.

use super::pending::{Pending, Queue};
use super::tell;
use crate::mapping::{SignalRef, StationMap};
use std::sync::Arc;
use trine_simulate::flow::{OutcomeKind, Power, Serial, Station, StationState};
use trine_world::{MachineState, Role};

/// A job that is shown.
#[derive(Clone, Copy, Debug)]
struct Shown {
    begun_ns: i64,
    ends_ns: i64,
    /// What is left of it while it stands still, ns.
    left_ns: Option<i64>,
}

/// One machine.
#[derive(Clone, Debug)]
pub(super) struct StationWriter {
    signals: Vec<SignalRef>,
    power: Power,
    state: Option<StationState>,
    /// Pieces in it by slot, the oldest first.
    pieces: Vec<(u32, Serial, Option<Arc<str>>)>,
    jobs: Vec<(u32, Shown)>,
    good: f64,
    scrap: f64,
    progress: f64,
    joules: f64,
    power_now_w: f64,
    since_ns: i64,
}

impl StationWriter {
    pub fn new(station: &Station, map: &StationMap, start_ns: i64) -> Self {
        let start =
            |role| map.signals.iter().find(|signal| signal.role == role).map_or(0.0, |signal| signal.value);
        Self {
            signals: map.signals.clone(),
            power: station.power,
            state: None,
            pieces: Vec::new(),
            jobs: Vec::new(),
            good: start(Role::PartCount),
            scrap: start(Role::ScrapCount),
            progress: 0.0,
            joules: 0.0,
            power_now_w: station.power.idle_w,
            since_ns: start_ns,
        }
    }

    pub fn state(&mut self, to: StationState, at_ns: i64, queue: &mut Queue) {
        self.spend(at_ns);
        self.state = Some(to);
        self.power_now_w = power(&self.power, to);
        tell(&self.signals, Role::State, at_ns, queue, |_| Pending::text(word(to).as_str()));
        let watts = self.power_now_w;
        tell(&self.signals, Role::Power, at_ns, queue, |signal| {
            Pending::number(signal, watts / signal.factor)
        });
        let turns = f64::from(u8::from(to == StationState::Running));
        for role in [Role::SpindleSpeed, Role::BeltSpeed] {
            tell(&self.signals, role, at_ns, queue, |signal| Pending::number(signal, signal.value * turns));
        }
    }

    pub fn piece_in(
        &mut self,
        slot: u32,
        serial: Serial,
        order: Option<Arc<str>>,
        at_ns: i64,
        queue: &mut Queue,
    ) {
        // Of the pieces of one job the first carries on; the others become part of it.
        if self.pieces.iter().any(|(known, ..)| *known == slot) {
            return;
        }
        self.pieces.push((slot, serial, order));
        if self.pieces.len() == 1 {
            self.tell_part(at_ns, queue);
        }
    }

    pub fn piece_out(&mut self, slot: u32, at_ns: i64, queue: &mut Queue) {
        let was_first = self.pieces.first().is_some_and(|(first, ..)| *first == slot);
        self.pieces.retain(|(known, ..)| *known != slot);
        if was_first {
            self.tell_part(at_ns, queue);
        }
    }

    fn tell_part(&self, at_ns: i64, queue: &mut Queue) {
        let first = self.pieces.first();
        let part = first.map_or_else(|| Pending::text(""), |(_, serial, _)| Pending::Serial(*serial));
        tell(&self.signals, Role::Part, at_ns, queue, |_| part);
        let order = first.and_then(|(.., order)| order.clone()).unwrap_or_default();
        tell(&self.signals, Role::Order, at_ns, queue, |_| Pending::text(order));
    }

    pub fn job(&mut self, slot: u32, begun_ns: i64, ends_ns: i64, queue: &mut Queue) {
        self.jobs.push((slot, Shown { begun_ns, ends_ns, left_ns: None }));
        self.tell_progress(begun_ns, queue);
    }

    pub fn job_stopped(&mut self, slot: u32, left_ns: i64) {
        if let Some((_, job)) = self.jobs.iter_mut().find(|(known, _)| *known == slot) {
            job.left_ns = Some(left_ns);
        }
    }

    pub fn job_resumed(&mut self, slot: u32, ends_ns: i64) {
        if let Some((_, job)) = self.jobs.iter_mut().find(|(known, _)| *known == slot) {
            let late = ends_ns - job.ends_ns;
            *job = Shown { begun_ns: job.begun_ns + late, ends_ns, left_ns: None };
        }
    }

    pub fn job_ended(&mut self, slot: u32, kind: OutcomeKind, count: u32, at_ns: i64, queue: &mut Queue) {
        self.jobs.retain(|(known, _)| *known != slot);
        match kind {
            OutcomeKind::Good => {
                self.good += f64::from(count);
                let good = self.good;
                tell(&self.signals, Role::PartCount, at_ns, queue, |signal| Pending::number(signal, good));
            }
            OutcomeKind::Scrap => {
                self.scrap += f64::from(count);
                let scrap = self.scrap;
                tell(&self.signals, Role::ScrapCount, at_ns, queue, |signal| Pending::number(signal, scrap));
                self.piece_out(slot, at_ns, queue);
            }
            OutcomeKind::Rework => {}
        }
        self.tell_progress(at_ns, queue);
    }

    /// Progress of the oldest job; told when it has changed by a hundredth.
    pub fn tell_progress(&mut self, at_ns: i64, queue: &mut Queue) {
        let progress = self.jobs.first().map_or(0.0, |(_, job)| {
            let long = (job.ends_ns - job.begun_ns).max(1) as f64;
            let left = job.left_ns.unwrap_or(job.ends_ns - at_ns).max(0) as f64;
            (1.0 - left / long).clamp(0.0, 1.0)
        });
        if (progress - self.progress).abs() >= 0.01 {
            self.progress = progress;
            tell(&self.signals, Role::Progress, at_ns, queue, |signal| Pending::number(signal, progress));
        }
    }

    pub fn tell_energy(&mut self, at_ns: i64, queue: &mut Queue) {
        self.spend(at_ns);
        let joules = self.joules;
        tell(&self.signals, Role::Energy, at_ns, queue, |signal| {
            Pending::number(signal, signal.value + joules / signal.factor)
        });
    }

    fn spend(&mut self, at_ns: i64) {
        self.joules += self.power_now_w * (at_ns - self.since_ns).max(0) as f64 * 1e-9;
        self.since_ns = at_ns;
    }

    /// What it draws now, W, and what it has used since the start, J.
    pub fn drawn(&self) -> (f64, f64) {
        (self.power_now_w, self.joules)
    }
}

fn power(power: &Power, state: StationState) -> f64 {
    match state {
        StationState::Running => power.running_w,
        StationState::Setup => power.setup_w,
        StationState::Down => power.down_w,
        StationState::PlannedStop => power.off_w,
        _ => power.idle_w,
    }
}

/// The state in the words of the world.
pub(super) const fn word(state: StationState) -> MachineState {
    match state {
        StationState::Running => MachineState::Running,
        StationState::Idle => MachineState::Idle,
        StationState::Starved => MachineState::Starved,
        StationState::Blocked => MachineState::Blocked,
        StationState::Setup => MachineState::Setup,
        StationState::Down => MachineState::Down,
        StationState::PlannedStop => MachineState::PlannedStop,
    }
}
