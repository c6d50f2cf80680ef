//! What a machine does when it is asked: pass on what is done, begin what can be begun, say how it is.

use super::{Calendar, Event, Flow, Job, Part, SECOND};
use crate::plant::catalog::{Family, HEAT_LIMIT, Take};
use trine_world::MachineState;

/// The machine at the gate of the heat treatment.
const GATE: &str = "WA-3";
/// How long a tool change takes, s.
const TOOL_CHANGE_S: f64 = 42.0;
/// Part of a tool's life that one piece costs.
const TOOL_USE: f64 = 0.011;

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

    fn start_job(&mut self, index: u16, part: Part, now: i64, calendar: &mut Calendar) {
        let station = &mut self.stations[usize::from(index)];
        station.tool.wear += if station.class.is_machine_tool() { TOOL_USE } else { 0.0 };
        let due = (station.loader.is_none()).then(|| now + station.draw_cycle());
        station.jobs.push_back(Job { part, begun: now, due, is_bad: None });
        let (device, loader) = (station.device, station.loader);
        self.touch(device);
        if let Some(loader) = loader
            && self.loaders[usize::from(loader)].hands.seize(index, 0)
        {
            self.serve(loader, index, now, calendar);
        }
    }

    /// A robot begins to load a machine.
    fn serve(&mut self, loader: u16, station: u16, now: i64, calendar: &mut Calendar) {
        let robot = &mut self.loaders[usize::from(loader)];
        robot.serving = Some(station);
        (robot.begun, robot.until) = (now, now + 9 * SECOND);
        let device = robot.device;
        calendar.schedule(robot.until, Event::Loaded(loader));
        self.touch(device);
    }

    /// A robot has loaded a machine, which begins to work; the robot turns to who waits for it.
    pub(super) fn loaded(&mut self, loader: u16, now: i64, calendar: &mut Calendar) {
        let robot = &mut self.loaders[usize::from(loader)];
        robot.moves += 1;
        let (device, served, next) = (robot.device, robot.serving.take(), robot.hands.release());
        if let Some(index) = served {
            let station = &mut self.stations[usize::from(index)];
            let cycle = station.draw_cycle();
            if let Some(job) = station.jobs.back_mut() {
                job.begun = now;
                job.due = Some(now + cycle);
            }
            self.work.push_back(index);
        }
        if let Some(next) = next {
            self.serve(loader, next, now, calendar);
        }
        self.touch(device);
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

impl super::Station {
    fn draw_cycle(&mut self) -> i64 {
        let spread = self.row.spread;
        let factor = (1.0 + spread * self.cycles.normal()).clamp(1.0 - 3.0 * spread, 1.0 + 4.0 * spread);
        (self.row.cycle_s * factor * SECOND as f64) as i64
    }

    /// When the machine by itself next has something to do.
    fn next_time(&self, now: i64) -> Option<i64> {
        if self.breakdown.is_some() {
            return None;
        }
        let done = self.jobs.front().and_then(|job| job.due).filter(|_| self.halted.is_none());
        let enters = self.entered + (self.row.pitch_s * SECOND as f64) as i64;
        let enters = (self.jobs.len() < self.row.slots).then_some(enters);
        [done, self.setup_until, enters].into_iter().flatten().filter(|time| *time > now).min()
    }
}
