//! A station at work: it begins an operation when all is there, runs it, and gets rid of what it has made.

use super::event::{Event, Giver};
use super::layout::{NONE, ns};
use super::setup::SetKind;
use super::state::{Job, Phase, Piece, Setting, StationRun};
use super::{Choice, Happening, OutcomeKind, Run, StationState, Trace};

impl StationRun {
    /// How it stands. A station that is closed is not down, whatever has broken: that time was not planned.
    #[inline]
    pub fn state(&self) -> StationState {
        if self.running > 0 {
            StationState::Running
        } else if !self.is_open {
            StationState::PlannedStop
        } else if self.downs > 0 {
            StationState::Down
        } else if self.setting != Setting::None {
            StationState::Setup
        } else if self.done > 0 {
            StationState::Blocked
        } else if self.busy == 0 && self.is_starved {
            StationState::Starved
        } else {
            StationState::Idle
        }
    }
}

/// What a station has decided to begin.
#[derive(Clone, Copy)]
pub(crate) struct Chosen {
    pub operation: u32,
    /// Only pieces of this order; any, when it is [`NONE`].
    pub order: u32,
    /// Which entry of its plan that is.
    pub planned: u32,
}

impl<T: Trace> Run<'_, T> {
    /// Begins whatever can begin. `called` is the crew whose turn for this station it is.
    pub fn try_begin(&mut self, station: u32, called: Option<u32>) {
        let layout = &self.l.stations[station as usize];
        loop {
            let run = &mut self.s.stations[station as usize];
            let is_able = run.stops == 0 && run.is_open && run.setting == Setting::None;
            if !is_able || run.busy == layout.slots {
                return;
            }
            if layout.has_tool && run.tool_left <= 0 {
                if run.busy == 0 {
                    self.request_set(station, SetKind::Tool, false);
                }
                return;
            }
            if self.now < run.enter_at {
                run.is_starved = false;
                let at = run.enter_at;
                return self.wake(station, at);
            }
            let Some(chosen) = self.choose(station, called) else { return };
            self.begin(station, chosen);
        }
    }

    #[inline]
    fn choose(&mut self, station: u32, called: Option<u32>) -> Option<Chosen> {
        let layout = &self.l.stations[station as usize];
        let run = &mut self.s.stations[station as usize];
        run.is_starved = true;
        let (from, to) = layout.operations;
        let first = if layout.choice == Choice::InTurn { run.turn } else { 0 };
        let mut best: Option<((i64, i64), u32)> = None;
        for step in 0..to - from {
            let place = first + step;
            let operation = from + if place >= to - from { place - (to - from) } else { place };
            match layout.choice {
                Choice::Planned => return self.choose_planned(station, called),
                Choice::InTurn | Choice::First => {
                    if self.is_able(operation, NONE, called) {
                        return Some(Chosen { operation, order: NONE, planned: NONE });
                    }
                }
                choice => {
                    if self.is_able(operation, NONE, called) {
                        let rank = self.rank(operation, choice);
                        if best.is_none_or(|(known, _)| rank < known) {
                            best = Some((rank, operation));
                        }
                    }
                }
            }
        }
        best.map(|(_, operation)| Chosen { operation, order: NONE, planned: NONE })
    }

    /// What goes first is lowest.
    fn rank(&self, operation: u32, choice: Choice) -> (i64, i64) {
        let layout = &self.l.operations[operation as usize];
        let heads = layout.takes.iter().map(|(lane, _)| self.s.lanes[*lane as usize].head);
        let pieces = heads.filter(|head| *head != NONE).map(|head| self.s.slab.at(head));
        let oldest = pieces.clone().map(|piece| piece.since).min().unwrap_or(i64::MAX);
        match choice {
            Choice::EarliestDue => {
                let due = |order: u32| self.l.model.orders.get(order as usize).map_or(i64::MAX, |o| o.due_ns);
                (pieces.map(|piece| due(piece.order)).min().unwrap_or(i64::MAX), oldest)
            }
            Choice::LeastSetup => (i64::from(self.needs_setup(layout.station, layout.family)), oldest),
            _ => (oldest, 0),
        }
    }

    /// What the plan says is next, and nothing else.
    fn choose_planned(&mut self, station: u32, called: Option<u32>) -> Option<Chosen> {
        let layout = &self.l.stations[station as usize];
        let run = &mut self.s.stations[station as usize];
        while run.plan_left.get(run.plan_at as usize).is_some_and(|left| *left <= 0) {
            run.plan_at += 1;
        }
        let planned = run.plan_at;
        let Some(next) = layout.plan.get(planned as usize) else {
            run.is_starved = false;
            return None;
        };
        if self.now < next.start_ns {
            run.is_starved = false;
            self.wake(station, next.start_ns);
            return None;
        }
        let (from, to) = layout.operations;
        let is_step = |operation: &u32| self.l.operations[*operation as usize].step == next.step;
        let able = (from..to).filter(is_step).find(|operation| self.is_able(*operation, next.order, called));
        able.map(|operation| Chosen { operation, order: next.order, planned })
    }

    /// Whether an operation can begin now. Asks for people when only they are missing.
    #[inline]
    fn is_able(&mut self, operation: u32, order: u32, called: Option<u32>) -> bool {
        let layout = &self.l.operations[operation as usize];
        let is_full = layout.takes.iter().all(|(lane, count)| self.ripe_of(*lane, order, *count) >= *count);
        if !is_full && !self.is_partly_able(operation, order) {
            return false;
        }
        if !self.may_enter(layout.enters) {
            return false;
        }
        let station = layout.station;
        if self.needs_setup(station, layout.family) {
            let run = &mut self.s.stations[station as usize];
            run.is_starved &= run.busy == 0;
            return run.busy == 0;
        }
        let Some((crew, count)) = layout.crew else { return true };
        if self.has_people(crew, count, called) {
            return true;
        }
        self.s.stations[station as usize].is_starved = false;
        self.ask(crew, super::event::Request::Begin(station), called);
        false
    }

    /// Whether a batch that is not full may begin. Looks again when it has waited long enough.
    fn is_partly_able(&mut self, operation: u32, order: u32) -> bool {
        let layout = &self.l.operations[operation as usize];
        let Some((least, after_ns)) = layout.least else { return false };
        let there = |(lane, count): &(u32, u32)| self.ripe_of(*lane, order, *count).min(*count);
        if layout.takes.iter().map(there).sum::<u32>() < least {
            return false;
        }
        let heads = layout.takes.iter().map(|(lane, _)| self.s.lanes[*lane as usize].head);
        let since = heads.filter(|head| *head != NONE).map(|head| self.s.slab.at(head).since).min();
        let begins = since.unwrap_or(self.now).saturating_add(after_ns);
        if self.now < begins {
            self.wake(layout.station, begins);
        }
        self.now >= begins
    }

    #[inline]
    fn begin(&mut self, station: u32, chosen: Chosen) {
        let layout = &self.l.stations[station as usize];
        let operation = &self.l.operations[chosen.operation as usize];
        let slots = layout.first_slot..layout.first_slot + layout.slots;
        let free = slots.into_iter().find(|slot| self.s.jobs[*slot as usize].phase == Phase::Empty);
        let slot = free.expect("a station that is not full has an empty slot");
        let (head, taken) = self.take_for(station, slot, chosen);
        self.pass_limits(station, chosen.operation);
        let run = &mut self.s.stations[station as usize];
        run.busy += 1;
        let next = chosen.operation + 1;
        run.turn = if next == layout.operations.1 { 0 } else { next - layout.operations.0 };
        run.enter_at = self.now + layout.pitch_ns;
        if let Some(left) = run.plan_left.get_mut(chosen.planned as usize) {
            *left -= taken.min(operation.takes[0].1).cast_signed();
        }
        let job = &mut self.s.jobs[slot as usize];
        *job = Job { operation: chosen.operation, head, taken, began: self.now, ..Job::empty() };
        if self.needs_setup(station, operation.family) {
            self.s.jobs[slot as usize].phase = Phase::Setup;
            return self.request_set(station, SetKind::Family(operation.family), false);
        }
        if let Some((crew, count)) = operation.crew {
            self.seize(crew, count);
        }
        self.run_and_tell(slot);
    }

    #[inline]
    fn run_and_tell(&mut self, slot: u32) {
        let is_new = self.s.jobs[slot as usize].left < 0;
        self.run_job(slot, is_new);
        self.tell_run(slot, is_new);
    }

    /// Takes everything that an operation needs and is there; the pieces in a list, and how many.
    #[inline]
    fn take_for(&mut self, station: u32, slot: u32, chosen: Chosen) -> (u32, u32) {
        let (mut head, mut tail, mut taken) = (NONE, NONE, 0);
        let takes = &self.l.operations[chosen.operation as usize].takes;
        for (lane, count) in takes {
            for _ in 0..*count {
                let Some(piece) = self.take_of(*lane, chosen.order) else { break };
                self.s.slab.at_mut(piece).next = NONE;
                if tail == NONE {
                    head = piece;
                } else {
                    self.s.slab.at_mut(tail).next = piece;
                }
                tail = piece;
                taken += 1;
                self.tell_in(station, slot, *lane, piece);
            }
        }
        (head, taken)
    }

    pub fn tell_in(&mut self, station: u32, slot: u32, lane: u32, piece: u32) {
        if T::LISTENS {
            let Piece { serial, order, .. } = *self.s.slab.at(piece);
            let material = self.l.lanes[lane as usize].material;
            let slot = slot - self.l.stations[station as usize].first_slot;
            self.tell(|| Happening::PieceIn { station, slot, serial, material, order: some(order) });
        }
    }

    /// Has the job in a slot run, or run on, as soon as its people are there.
    pub fn request_run(&mut self, slot: u32, called: Option<u32>) {
        let operation = self.s.jobs[slot as usize].operation;
        if let Some((crew, count)) = self.l.operations[operation as usize].crew {
            if !self.has_people(crew, count, called) {
                self.s.jobs[slot as usize].phase = Phase::Waiting;
                return self.ask(crew, super::event::Request::Run(slot), called);
            }
            self.seize(crew, count);
        }
        self.run_and_tell(slot);
    }

    /// Has the time of a job run, for what is left of it. A new one counts towards failures that count jobs.
    #[inline]
    pub fn run_job(&mut self, slot: u32, is_new: bool) {
        let station = self.l.slots[slot as usize];
        let job = &mut self.s.jobs[slot as usize];
        let run = &mut self.s.stations[station as usize];
        if job.left < 0 {
            let layout = &self.l.operations[job.operation as usize];
            job.left = ns(layout.time_s.sample(&mut run.cycle));
        }
        job.phase = Phase::Running;
        job.resumed = self.now;
        job.ends = self.now.saturating_add(job.left);
        job.ticket = Some(self.c.schedule(job.ends, Event::JobEnds(slot)));
        run.running += 1;
        if run.running == 1 {
            run.run_since = self.now;
        }
        let ends = job.ends;
        if self.l.stations[station as usize].wears {
            self.arm_wear(station, ends, is_new);
        }
        self.touch(station);
    }

    pub fn tell_run(&mut self, slot: u32, is_new: bool) {
        if !T::LISTENS {
            return;
        }
        let station = self.l.slots[slot as usize];
        let layout = &self.l.stations[station as usize];
        let Job { ends, operation, head, began, .. } = self.s.jobs[slot as usize];
        let Piece { serial, order, .. } = *self.s.slab.at(head);
        let (slot, operation) = (slot - layout.first_slot, operation - layout.operations.0);
        self.tell(|| match is_new {
            true => {
                let (began_ns, ends_ns) = (began, ends);
                Happening::JobStarted {
                    station,
                    slot,
                    operation,
                    serial,
                    order: some(order),
                    began_ns,
                    ends_ns,
                }
            }
            false => Happening::JobResumed { station, slot, ends_ns: ends },
        });
    }

    pub fn end_job(&mut self, slot: u32) {
        let station = self.l.slots[slot as usize];
        let layout = &self.l.stations[station as usize];
        let job = &mut self.s.jobs[slot as usize];
        let operation = &self.l.operations[job.operation as usize];
        let run = &mut self.s.stations[station as usize];
        let worked = job.worked + self.now - job.resumed;
        job.ticket = None;
        job.phase = Phase::Done;
        run.running -= 1;
        run.done += 1;
        run.jobs += 1;
        run.planned_s += operation.mean_s;
        run.worked_ns += worked;
        if layout.has_tool {
            run.tool_left -= worked;
            run.tool_age += worked;
        }
        if layout.wears && run.running == 0 {
            self.rest_wear(station);
        }
        if let Some((crew, count)) = operation.crew {
            self.release(crew, count);
        }
        self.touch(station);
        self.finish(slot);
        self.give(slot, false);
    }

    /// Gets rid of what is finished, in the order in which it comes out; waits at the first buffer without room.
    pub fn give(&mut self, slot: u32, mut is_called: bool) {
        loop {
            let head = self.s.jobs[slot as usize].head;
            if head == NONE {
                break;
            }
            let Piece { lane, next, .. } = *self.s.slab.at(head);
            let buffer = self.l.lanes[lane as usize].buffer;
            if self.l.buffers[buffer as usize].capacity == 0 {
                self.s.jobs[slot as usize].head = next;
                self.s.jobs[slot as usize].held += 1;
                self.tell_out(slot, head);
                self.offer(head, Giver::Slot(slot));
                continue;
            }
            if (is_called || self.s.buffers[buffer as usize].givers.is_empty()) && self.has_room(buffer) {
                self.s.jobs[slot as usize].head = next;
                self.tell_out(slot, head);
                self.store(head);
                is_called = false;
                continue;
            }
            return self.wait_for_room(buffer, Giver::Slot(slot), is_called);
        }
        self.empty_slot(slot);
    }

    fn tell_out(&mut self, slot: u32, piece: u32) {
        if T::LISTENS {
            let station = self.l.slots[slot as usize];
            let slot = slot - self.l.stations[station as usize].first_slot;
            let Piece { lane, serial, .. } = *self.s.slab.at(piece);
            let super::layout::Lane { buffer, material, .. } = self.l.lanes[lane as usize];
            self.tell(|| Happening::PieceOut { station, slot, serial, material, buffer });
        }
    }

    /// A piece that was offered from hand to hand was taken.
    pub fn slot_given(&mut self, slot: u32) {
        self.s.jobs[slot as usize].held -= 1;
        self.empty_slot(slot);
    }

    #[inline]
    fn empty_slot(&mut self, slot: u32) {
        let job = &mut self.s.jobs[slot as usize];
        if job.head != NONE || job.held > 0 {
            return;
        }
        job.phase = Phase::Empty;
        let station = self.l.slots[slot as usize];
        let run = &mut self.s.stations[station as usize];
        run.done -= 1;
        run.busy -= 1;
        run.idle_since = self.now;
        self.touch(station);
        self.queue_station(station);
    }

    /// Has a station look again at a time.
    pub fn wake(&mut self, station: u32, at: i64) {
        let run = &mut self.s.stations[station as usize];
        if run.wake_at > self.now && run.wake_at <= at {
            return;
        }
        run.wake_at = at;
        self.c.schedule_with(at, 140, Event::Wake(station));
    }

    pub fn woken(&mut self, station: u32) {
        self.s.stations[station as usize].wake_at = i64::MIN;
        self.touch(station);
        self.queue_station(station);
    }
}

impl Job {
    pub fn empty() -> Self {
        Self {
            phase: Phase::Empty,
            operation: 0,
            head: NONE,
            taken: 0,
            held: 0,
            began: 0,
            resumed: 0,
            ends: 0,
            left: -1,
            worked: 0,
            ticket: None,
        }
    }
}

/// An index that may be none.
pub(crate) fn some(index: u32) -> Option<u32> {
    (index != NONE).then_some(index)
}

/// How many pieces come of a give when a batch was not full: in proportion, rounded up.
pub(crate) fn share(count: u32, taken: u32, total: u32) -> u32 {
    if taken >= total {
        count
    } else {
        (u64::from(count) * u64::from(taken)).div_ceil(u64::from(total)) as u32
    }
}

/// Adds what came out of a job to the counts of its station.
pub(crate) fn book(run: &mut StationRun, kind: OutcomeKind, count: u32) {
    let counter = match kind {
        OutcomeKind::Good => &mut run.good,
        OutcomeKind::Scrap => &mut run.scrap,
        OutcomeKind::Rework => &mut run.rework,
    };
    *counter += u64::from(count);
}
