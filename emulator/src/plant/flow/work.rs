//! What a machine does when it is asked: pass on what is done, begin what can be begun, say how it is.

use super::{Calendar, Event, Flow, Part, SECOND};
use crate::plant::catalog::{Family, HEAT_LIMIT, Take};
use trine_world::MachineState;

/// The machine at the gate of the heat treatment.
const GATE: &str = "WA-3";
/// How long a tool change takes, s.
const TOOL_CHANGE_S: f64 = 42.0;

impl Flow {
    /// Lets a machine do what it can.
    pub(super) fn attempt(&mut self, station: u16, now: i64, calendar: &mut Calendar) {
        if self.stations[usize::from(station)].breakdown.is_none() {
            self.pass_on(station, now, calendar);
            self.begin(station, now, calendar);
        }
        self.plan_wake(station, now, calendar);
        self.show_state(station, now);
    }

    /// Passes on what is done, oldest first, until the way out is full.
    fn pass_on(&mut self, index: u16, now: i64, calendar: &mut Calendar) {
        loop {
            let station = &mut self.stations[usize::from(index)];
            let Some(job) = station.jobs.front_mut() else { break };
            if job.due.is_none_or(|due| due > now) {
                break;
            }
            let is_bad = *job.is_bad.get_or_insert_with(|| station.quality.chance(station.row.scrap));
            let out = output_for(&station.outputs, job.part.family);
            if !is_bad && self.stores[usize::from(out)].room() == 0 {
                self.stations[usize::from(index)].halted.get_or_insert(now);
                return;
            }
            let Some(job) = station.jobs.pop_front() else { break };
            station.resume(now);
            station.last_was_good = !is_bad;
            station.last_cycle_s = (now - job.begun) as f64 / SECOND as f64;
            if is_bad {
                station.scrap += 1;
                self.balance.scrapped += job.part.weight();
            } else {
                station.good += 1;
                self.deposit(out, job.part, now, calendar);
            }
            let device = self.stations[usize::from(index)].device;
            self.touch(device);
        }
        self.stations[usize::from(index)].resume(now);
    }

    /// Begins with a piece, if there is one and nothing stands against it.
    fn begin(&mut self, index: u16, now: i64, calendar: &mut Calendar) {
        if !self.is_ready(index, now) {
            return;
        }
        let Some(inputs) = self.choose(index, now) else { return };
        let variant = self.stores[usize::from(inputs[0])].first(now).map(|part| part.variant);
        if self.needs_setup(index, variant, now) {
            return;
        }
        let Some(part) = self.take(index, &inputs) else { return };
        self.stations[usize::from(index)].entered = now;
        self.start_job(index, part, now, calendar);
    }

    fn is_ready(&mut self, index: u16, now: i64) -> bool {
        let on_break = self.is_break;
        let station = &mut self.stations[usize::from(index)];
        if station.setup_until.is_some_and(|until| until <= now) {
            station.setup_until = None;
        }
        let enters = station.entered + (station.row.pitch_s * SECOND as f64) as i64;
        station.setup_until.is_none()
            && station.halted.is_none()
            && station.jobs.len() < station.row.slots
            && now >= enters
            && !(on_break && station.row.is_attended)
    }

    /// The stores to take from, or `None` when the machine has to wait.
    fn choose(&self, index: u16, now: i64) -> Option<Vec<u16>> {
        let station = &self.stations[usize::from(index)];
        let has_piece = |store: &u16| self.stores[usize::from(*store)].first(now).is_some();
        if station.row.take == Take::Each {
            return station.inputs.iter().all(has_piece).then(|| station.inputs.clone());
        }
        let count = station.inputs.len();
        let in_turn = (0..count).map(|k| station.inputs[(station.turn + k) % count]);
        let store =
            in_turn.into_iter().find(|store| has_piece(store) && self.may_enter(index, *store, now))?;
        Some(vec![store])
    }

    /// A machine with two ways out takes a piece only when its way is free: else the one kind would stand in the
    /// way of the other. The gate of the heat treatment counts for the same reason.
    fn may_enter(&self, index: u16, store: u16, now: i64) -> bool {
        let station = &self.stations[usize::from(index)];
        let Some(part) = self.stores[usize::from(store)].first(now) else { return false };
        if station.row.name == GATE && self.in_heat[part.family as usize] >= HEAT_LIMIT {
            return false;
        }
        let out = output_for(&station.outputs, part.family);
        station.outputs.len() == 1 || station.row.slots > 1 || self.stores[usize::from(out)].room() > 0
    }

    /// Begins a set-up when the next piece is of another size or the tool is worn.
    fn needs_setup(&mut self, index: u16, variant: Option<u8>, now: i64) -> bool {
        let station = &mut self.stations[usize::from(index)];
        let is_change = station.variant != variant && station.row.setup_s > 0.0;
        let seconds = if is_change && station.jobs.is_empty() {
            station.variant = variant;
            station.row.setup_s * station.cycles.between(0.8, 1.25)
        } else if station.tool.wear >= 1.0 {
            TOOL_CHANGE_S
        } else {
            return is_change;
        };
        station.tool.number = station.tool.number % 24 + 1;
        station.tool.wear = 0.0;
        station.setup_until = Some(now + (seconds * SECOND as f64) as i64);
        true
    }

    /// Takes the pieces; the first one carries the others from here on.
    fn take(&mut self, index: u16, inputs: &[u16]) -> Option<Part> {
        let mut whole: Option<Part> = None;
        for &store in inputs {
            let part = self.stores[usize::from(store)].take()?;
            match &mut whole {
                None => whole = Some(part),
                Some(whole) => whole.pieces.push(part),
            }
            self.ask_producers(store);
        }
        let part = whole?;
        self.count_heat(index, part.family);
        Some(part)
    }

    fn count_heat(&mut self, index: u16, family: Family) {
        let station = &mut self.stations[usize::from(index)];
        station.turn = (station.turn + 1) % station.inputs.len();
        let count = &mut self.in_heat[family as usize];
        match station.row.name {
            GATE => *count += 1,
            "GR-3" | "GR-4" => {
                *count = count.saturating_sub(1);
                self.work
                    .extend(self.stations.iter().position(|gate| gate.row.name == GATE).map(|i| i as u16));
            }
            _ => {}
        }
    }

    /// Sees to it that the machine is asked again when it next has something to do by itself.
    fn plan_wake(&mut self, index: u16, now: i64, calendar: &mut Calendar) {
        let station = &mut self.stations[usize::from(index)];
        let next = station.next_time(now);
        if station.wake.map(|(time, _)| time) == next {
            return;
        }
        if let Some((_, ticket)) = station.wake.take() {
            calendar.cancel(ticket);
        }
        station.wake = next.map(|time| (time, calendar.schedule(time, Event::Station(index))));
    }

    fn show_state(&mut self, index: u16, now: i64) {
        let station = &self.stations[usize::from(index)];
        let state = if station.breakdown.is_some() {
            MachineState::Down
        } else if station.setup_until.is_some() {
            MachineState::Setup
        } else if station.halted.is_some() {
            MachineState::Blocked
        } else if !station.jobs.is_empty() {
            MachineState::Running
        } else if self.is_break && station.row.is_attended {
            MachineState::PlannedStop
        } else {
            self.reason_to_wait(index, now)
        };
        let station = &mut self.stations[usize::from(index)];
        if station.state != state {
            station.state = state;
            let device = station.device;
            self.touch(device);
        }
    }

    /// Without any piece a machine starves; with one that it may not take yet it is idle.
    fn reason_to_wait(&self, index: u16, now: i64) -> MachineState {
        let station = &self.stations[usize::from(index)];
        let has_piece = |store: &u16| self.stores[usize::from(*store)].first(now).is_some();
        let has_all = match station.row.take {
            Take::Each => station.inputs.iter().all(has_piece),
            Take::Any => station.inputs.iter().any(has_piece),
        };
        if has_all { MachineState::Idle } else { MachineState::Starved }
    }
}

/// The way out of a piece: machines that work on both kinds of gears have one for each.
fn output_for(outputs: &[u16], family: Family) -> u16 {
    let second = outputs.len() > 1 && family == Family::Pinion;
    outputs[usize::from(second)]
}
