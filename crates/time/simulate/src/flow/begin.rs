//! The first instant: everything is put in its place and into the calendar, and what is under way goes on for a
//! residual time, drawn given what has elapsed.

use super::event::Event;
use super::layout::{NONE, OperationLayout, ns};
use super::order::reach;
use super::state::{Job, Phase, Piece, Setting, VehiclePhase, VehicleRun};
use super::{Arrivals, FailureClock, FlowModel, Happening, JobStart, Run, StationStart, Trace};
use std::collections::BTreeMap;

impl<T: Trace> Run<'_, T> {
    /// Puts everything in its place and into the calendar.
    pub fn begin_all(&mut self) {
        let model = &self.l.model;
        self.lay_out_pieces();
        self.start_lives();
        let mut serial = model.state.waiting.len() as u64;
        for start in &model.state.stations {
            self.start_station(start, &mut serial);
        }
        self.start_demand();
        model.state.vehicles.iter().for_each(|start| self.start_vehicle(start));
        for (index, calendar) in (0..).zip(&model.calendars) {
            if let Some(at) = calendar.next_turn(self.now) {
                self.c.schedule_with(at, 64, Event::Turns(index));
            }
        }
        self.reset_statistics();
        for source in 0..self.s.sources.len() as u32 {
            match self.l.model.sources[source as usize].arrivals {
                Arrivals::Always | Arrivals::Orders => self.bring(source, false),
                _ => self.next_arrival(source),
            }
        }
        (0..self.s.sinks.len() as u32).for_each(|sink| self.next_collection(sink));
        self.look_everywhere();
        self.settle();
        self.tell_everything();
    }

    /// Everybody looks what there is to do.
    fn look_everywhere(&mut self) {
        for station in 0..self.s.stations.len() as u32 {
            self.touch(station);
            self.queue_station(station);
        }
        for lane in &self.l.lanes {
            lane.takers.iter().for_each(|taker| self.call(*taker));
        }
    }

    fn lay_out_pieces(&mut self) {
        let lanes: BTreeMap<(u32, u32), u32> =
            (0..).zip(&self.l.lanes).map(|(index, lane)| ((lane.buffer, lane.material), index)).collect();
        for (serial, start) in (0..).zip(&self.l.model.state.waiting) {
            let lane = lanes[&(start.buffer, start.material)];
            let piece = self.piece_at_start(lane, serial, start.order, start.born_ns);
            let layout = &self.l.buffers[start.buffer as usize];
            let ripens = start.since_ns.saturating_add(layout.transit_ns);
            self.s.slab.at_mut(piece).since = ripens;
            let run = &mut self.s.buffers[start.buffer as usize];
            run.level += 1;
            self.append(lane, piece);
            self.s.slab.at_mut(piece).is_counted = self.is_finished(piece);
            if ripens > self.now {
                self.c.schedule(ripens, Event::Ripe(lane));
            } else {
                self.s.lanes[lane as usize].ripe += 1;
            }
        }
    }

    fn piece_at_start(&mut self, lane: u32, serial: u64, order: Option<u32>, born: i64) -> u32 {
        self.count_in();
        self.s.slab.add(Piece {
            next: NONE,
            lane,
            order: order.unwrap_or(NONE),
            is_counted: false,
            holder: None,
            serial,
            born,
            since: self.now,
            entered: self.now,
        })
    }

    /// Draws how long something holds that has held so long already.
    pub fn start_life(&mut self, failure: u32, age_s: f64) {
        let layout = self.l.failures[failure as usize];
        let spec = &self.l.model.stations[layout.station as usize].failures[layout.local as usize];
        let run = &mut self.s.failures[failure as usize];
        run.age = ns(age_s);
        run.since = self.now - run.age;
        run.left = ns(spec.time_to_failure_s.residual(age_s, &mut run.life));
        if let Some(ticket) = run.ticket.take() {
            self.c.cancel(ticket);
        }
        if layout.clock == FailureClock::Calendar {
            let at = self.now.saturating_add(run.left);
            run.ticket = Some(self.c.schedule_with(at, 120, Event::Fails(failure)));
        }
    }

    /// Draws the lives of all failures and tools, given their ages.
    fn start_lives(&mut self) {
        let starts: BTreeMap<u32, &StationStart> =
            self.l.model.state.stations.iter().map(|start| (start.station, start)).collect();
        for (station, spec) in (0..).zip(&self.l.model.stations) {
            let start = starts.get(&station);
            let (from, to) = self.l.stations[station as usize].failures;
            for failure in from..to {
                let age = start.and_then(|start| start.ages.get((failure - from) as usize));
                self.start_life(failure, age.map_or(0.0, |age| age.max(0.0)));
            }
            if let Some(tool) = &spec.tool {
                let age = start.map_or(0.0, |start| start.tool_age_s);
                let run = &mut self.s.stations[station as usize];
                run.tool_age = ns(age);
                run.tool_left = ns(tool.life_s.residual(age, &mut run.tool));
            }
        }
    }

    fn start_station(&mut self, start: &StationStart, serial: &mut u64) {
        let station = start.station;
        let layout = &self.l.stations[station as usize];
        self.s.stations[station as usize].family = start.family;
        if let Some((failure, since_ns)) = start.down {
            self.start_down(layout.failures.0 + failure, since_ns);
        }
        if let Some((family, since_ns)) = start.setup {
            self.start_setup(station, family, since_ns);
        }
        for (slot, job) in (layout.first_slot..).zip(&start.jobs) {
            self.start_job(station, slot, job, *serial);
            *serial += 1;
        }
    }

    /// Broken already: somebody is taken to be at work on it.
    fn start_down(&mut self, failure: u32, since_ns: i64) {
        let layout = self.l.failures[failure as usize];
        let spec = &self.l.model.stations[layout.station as usize].failures[layout.local as usize];
        if let Some((crew, count)) = layout.crew {
            self.seize(crew, count);
        }
        self.s.stations[layout.station as usize].downs += 1;
        self.stop(layout.station);
        let run = &mut self.s.failures[failure as usize];
        (run.is_down, run.is_repairing) = (true, true);
        (run.broke, run.repair_began) = (since_ns, since_ns);
        let left = spec.time_to_repair_s.residual(seconds(self.now - since_ns), &mut run.repair);
        run.repaired_at = self.now.saturating_add(ns(left));
        if let Some(ticket) = run.ticket.replace(self.c.schedule(run.repaired_at, Event::Repaired(failure))) {
            self.c.cancel(ticket);
        }
        let (station, failure, ends_ns) = (layout.station, layout.local, run.repaired_at);
        self.tell(|| Happening::Failed { station, failure });
        self.tell(|| Happening::RepairStarted { station, failure, ends_ns });
    }

    fn start_setup(&mut self, station: u32, family: u32, since_ns: i64) {
        let from = self.s.stations[station as usize].family;
        let time = self.setup_time(station, from, family).cloned();
        if let Some((crew, count)) = self.setter(station, false) {
            self.seize(crew, count);
        }
        let run = &mut self.s.stations[station as usize];
        let left = time.map_or(0.0, |time| time.residual(seconds(self.now - since_ns), &mut run.setup));
        run.setting = Setting::Setup(family);
        run.setting_began = since_ns;
        run.setting_ends = self.now.saturating_add(ns(left));
        run.setting_ticket = Some(self.c.schedule(run.setting_ends, Event::SetEnds(station)));
    }

    fn start_job(&mut self, station: u32, slot: u32, start: &JobStart, serial: u64) {
        let layout = &self.l.stations[station as usize];
        let number = layout.operations.0 + start.operation;
        let operation = &self.l.operations[number as usize];
        let (head, taken) = self.pieces_of_job(station, slot, operation, start, serial);
        let run = &mut self.s.stations[station as usize];
        run.busy += 1;
        if start.done {
            run.done += 1;
            self.s.jobs[slot as usize] = Job {
                phase: Phase::Done,
                operation: number,
                head,
                taken,
                began: start.since_ns,
                ..Job::empty()
            };
            return self.start_done(slot);
        }
        let elapsed = (self.now - start.since_ns).max(0);
        let spec = &self.l.model.stations[station as usize].operations[start.operation as usize];
        let left = ns(spec.time_s.residual(seconds(elapsed), &mut run.cycle));
        let is_stopped = run.stops > 0;
        let phase = if is_stopped { Phase::Stopped } else { Phase::Running };
        self.s.jobs[slot as usize] = Job {
            phase,
            operation: number,
            head,
            taken,
            began: start.since_ns,
            left,
            worked: elapsed,
            ends: self.now.saturating_add(left),
            ..Job::empty()
        };
        if !is_stopped {
            if let Some((crew, count)) = operation.crew {
                self.seize(crew, count);
            }
            self.run_job(slot, false);
        }
        self.tell_run(slot, true);
    }

    /// A job that was done before the start: it was counted then, and is not counted again.
    fn start_done(&mut self, slot: u32) {
        let each = |run: &mut Self, is_counted: &dyn Fn(&Self, u32) -> bool| {
            let mut piece = run.s.jobs[slot as usize].head;
            while piece != NONE {
                let counted = is_counted(run, piece);
                let place = run.s.slab.at_mut(piece);
                place.is_counted = counted;
                piece = place.next;
            }
        };
        each(self, &|_, _| true);
        self.come_out(slot);
        each(self, &Self::is_finished);
        self.give(slot, false);
    }

    /// Whether a piece is what some order asks for already.
    fn is_finished(&self, piece: u32) -> bool {
        let Piece { lane, order, .. } = *self.s.slab.at(piece);
        let material = self.l.lanes[lane as usize].material;
        match self.l.model.orders.get(order as usize) {
            Some(order) => order.material == material,
            None => !self.l.orders_of[material as usize].is_empty(),
        }
    }

    fn pieces_of_job(
        &mut self,
        station: u32,
        slot: u32,
        operation: &OperationLayout,
        start: &JobStart,
        serial: u64,
    ) -> (u32, u32) {
        let (mut head, mut tail, mut taken) = (NONE, NONE, 0);
        for (lane, count) in &operation.takes {
            for _ in 0..*count {
                let serial = if taken == 0 { serial } else { self.s.slab.serial() };
                let piece = self.piece_at_start(*lane, serial, start.order, start.born_ns);
                if tail == NONE {
                    head = piece;
                } else {
                    self.s.slab.at_mut(tail).next = piece;
                }
                (tail, taken) = (piece, taken + 1);
                self.tell_in(station, slot, *lane, piece);
            }
        }
        (head, taken)
    }

    /// What orders still want of sources and of planned stations, given what is under way for them.
    fn start_demand(&mut self) {
        if self.l.model.orders.is_empty() {
            return;
        }
        let found = under_way(&self.l.model);
        for (run, (layout, spec)) in
            self.s.sources.iter_mut().zip(self.l.sources.iter().zip(&self.l.model.sources))
        {
            if layout.orders.is_empty() {
                continue;
            }
            let from = reach(&self.l.model, spec.gives.material);
            for (demand, order) in run.demand.iter_mut().zip(&layout.orders) {
                let pieces = |(_, material, _): &&(u32, u32, _)| from[*material as usize];
                let of_order = found.iter().filter(|(of, _, _)| of == order).filter(pieces);
                let there: u32 =
                    of_order.map(|(_, m, _)| if *m == spec.gives.material { 1 } else { layout.count }).sum();
                let want = &self.l.model.orders[*order as usize];
                *demand = (want.quantity.saturating_sub(want.done) * layout.count).saturating_sub(there);
            }
        }
        self.start_plans(&found);
    }

    fn start_plans(&mut self, found: &[UnderWay]) {
        let mut known: BTreeMap<u32, Vec<bool>> = BTreeMap::new();
        for station in 0..self.l.stations.len() as u32 {
            let layout = &self.l.stations[station as usize];
            let (from, to) = layout.operations;
            let left = layout.plan.iter().map(|planned| {
                let spec = &self.l.model.orders[planned.order as usize];
                let takes = (from..to)
                    .map(|o| &self.l.operations[o as usize])
                    .find(|o| o.step == planned.step)
                    .and_then(|o| o.takes.first());
                let material = takes.map(|(lane, _)| self.l.lanes[*lane as usize].material);
                let past = found.iter().filter(|(order, at, job)| {
                    let is_begun = *job == Some((station, planned.step));
                    let can_come = material.is_some_and(|goal| {
                        known.entry(*at).or_insert_with(|| reach(&self.l.model, *at))[goal as usize]
                    });
                    *order == planned.order && (is_begun || !can_come)
                });
                let past = past.count() as u32 + spec.done;
                spec.quantity.cast_signed() - past.cast_signed()
            });
            self.s.stations[station as usize].plan_left = left.collect();
        }
    }

    fn start_vehicle(&mut self, start: &super::VehicleStart) {
        let index = self.l.fleet_first[start.vehicle.0 as usize] + start.vehicle.1;
        let run = &mut self.s.vehicles[index as usize];
        (run.node, run.goal, run.battery) = (start.node, start.node, start.battery);
        let Some((transport, material, count)) = start.load.filter(|load| load.2 > 0) else { return };
        let spec = &self.l.model.transports[transport as usize];
        let lanes = self.l.buffers[spec.to as usize].lanes.iter().copied();
        let lane = lanes.into_iter().find(|lane| self.l.lanes[*lane as usize].material == material);
        let Some(lane) = lane else { return };
        for _ in 0..count {
            let serial = self.s.slab.serial();
            let piece = self.piece_at_start(lane, serial, None, self.now);
            let run = &mut self.s.vehicles[index as usize];
            self.s.slab.at_mut(piece).next = std::mem::replace(&mut run.head, piece);
        }
        self.s.buffers[spec.to as usize].reserved += count;
        let run = &mut self.s.vehicles[index as usize];
        (run.count, run.transport, run.goal) = (count, transport, spec.to_node);
        run.phase = VehiclePhase::ToUnload;
        self.s.todo.push_back(super::event::Todo::Drive(index));
    }

    /// Tells how everything stands, so that whoever listens need not know the model's start.
    fn tell_everything(&mut self) {
        if !T::LISTENS {
            return;
        }
        for station in 0..self.s.stations.len() as u32 {
            let to = self.s.stations[station as usize].shown;
            self.tell(|| Happening::State { station, from: to, to });
        }
        for buffer in 0..self.s.buffers.len() as u32 {
            let level = self.s.buffers[buffer as usize].level;
            self.tell(|| Happening::Level { buffer, level });
        }
        for vehicle in 0..self.s.vehicles.len() {
            let (fleet, number) = self.l.vehicles[vehicle];
            let VehicleRun { node, battery, way, .. } = self.s.vehicles[vehicle];
            if way == NONE {
                self.tell(|| Happening::Stopped { fleet, vehicle: number, node, battery });
            }
        }
    }
}

fn seconds(ns: i64) -> f64 {
    ns as f64 * 1e-9
}

/// Order and material of a piece, and the station and step of the job that is at work on it.
type UnderWay = (u32, u32, Option<(u32, u32)>);

/// Pieces of orders that are not finished yet.
fn under_way(model: &FlowModel) -> Vec<UnderWay> {
    let waiting = model.state.waiting.iter().filter_map(|piece| Some((piece.order?, piece.material, None)));
    let jobs = model.state.stations.iter().flat_map(|start| {
        let operations = &model.stations[start.station as usize].operations;
        start.jobs.iter().filter_map(|job| {
            let operation = operations.get(job.operation as usize)?;
            let given = operation.outcomes.iter().flat_map(|outcome| &outcome.gives).next();
            let piece = if job.done { given? } else { operation.takes.first()? };
            Some((job.order?, piece.material, Some((start.station, operation.step))))
        })
    });
    let is_open = |found: &UnderWay| model.orders[found.0 as usize].material != found.1;
    waiting.chain(jobs).filter(is_open).collect()
}
