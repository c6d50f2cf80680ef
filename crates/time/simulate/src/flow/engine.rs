//! The engine: hands each event to the part of the plant that it concerns, then lets everything follow that follows
//! in the same instant, and only then tells how the stations stand.
//!
//! What follows is kept in a queue rather than called, so that a chain of a thousand machines does not recurse, and
//! the order is that of causes.

use super::event::{Event, Giver, Taker, Todo};
use super::layout::{Layout, Shared};
use super::state::State;
use super::trace::{Happening, StationState, Trace};
use super::{Fault, FlowModel, Serial};
use crate::{EventCalendar, Model, Simulation};
use serde::{Deserialize, Serialize};

/// Work of one instant beyond which it counts as one that never ends.
const INSTANT_MAX: u32 = 20_000_000;

/// A plant that runs. A clone is a fork; what never changes is shared between forks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Flow<T = ()> {
    pub(crate) layout: Shared,
    pub(crate) state: State,
    /// Who listens.
    pub trace: T,
}

/// The engine at work on one event.
pub(crate) struct Run<'a, T> {
    pub l: &'a Layout,
    pub s: &'a mut State,
    pub c: &'a mut EventCalendar<Event>,
    pub t: &'a mut T,
    pub now: i64,
}

impl Flow {
    /// Makes a model ready and stands it at its start. Whatever its [`super::FlowState`] says is under way goes on
    /// for a residual time, drawn given what has elapsed.
    ///
    /// # Errors
    /// All that is wrong with the model, warnings too, when at least one fault is an error.
    pub fn start(model: &FlowModel, seed: u64) -> Result<Simulation<Self>, Vec<Fault>> {
        Self::start_with(model, seed, ())
    }

    /// Gives the simulation somebody who listens from now on.
    #[must_use]
    pub fn listened<T: Trace>(simulation: Simulation<Self>, trace: T) -> Simulation<Flow<T>> {
        let Self { layout, state, .. } = simulation.model;
        Simulation { model: Flow { layout, state, trace }, calendar: simulation.calendar }
    }
}

impl<T: Trace> Flow<T> {
    /// As [`Flow::start`], with somebody who listens from the first instant on.
    ///
    /// # Errors
    /// All that is wrong with the model, warnings too, when at least one fault is an error.
    pub fn start_with(model: &FlowModel, seed: u64, trace: T) -> Result<Simulation<Self>, Vec<Fault>> {
        let faults = super::check(model);
        if faults.iter().any(|fault| fault.severity == super::Severity::Error) {
            return Err(faults);
        }
        let layout = Shared::from(model.clone());
        let state = super::start::state(&layout.0, seed);
        let mut simulation = Simulation::new(Self { layout, state, trace }, model.start_ns);
        let Simulation { model: flow, calendar } = &mut simulation;
        flow.run(calendar, model.start_ns).begin_all();
        Ok(simulation)
    }

    /// The model that it runs.
    #[must_use]
    pub fn model(&self) -> &FlowModel {
        &self.layout.0.model
    }

    /// A piece's serial in words: its own name, or a number given in this run.
    #[must_use]
    pub fn serial_name(&self, serial: Serial) -> String {
        super::start::serial_name(&self.layout.0, serial)
    }

    /// How a station stands.
    #[must_use]
    pub fn station_state(&self, station: u32) -> StationState {
        self.state.stations[station as usize].shown
    }

    /// How many pieces lie in a buffer.
    #[must_use]
    pub fn level(&self, buffer: u32) -> u32 {
        self.state.buffers[buffer as usize].level
    }

    /// How many pieces are in the plant.
    #[must_use]
    pub fn wip(&self) -> u32 {
        self.state.wip
    }

    /// Whether the run was broken off in an instant that would never end.
    #[must_use]
    pub fn is_runaway(&self) -> bool {
        self.state.is_runaway
    }

    pub(crate) fn run<'a>(&'a mut self, calendar: &'a mut EventCalendar<Event>, now: i64) -> Run<'a, T> {
        Run { l: &self.layout.0, s: &mut self.state, c: calendar, t: &mut self.trace, now }
    }
}

impl<T: Trace> Model for Flow<T> {
    type Event = Event;

    #[inline]
    fn handle(&mut self, event: Event, now: i64, calendar: &mut EventCalendar<Event>) {
        let mut run = self.run(calendar, now);
        match event {
            Event::JobEnds(slot) => run.end_job(slot),
            Event::Fails(failure) => run.fail(failure),
            Event::Repaired(failure) => run.repaired(failure),
            Event::SetEnds(station) => run.set_ends(station),
            Event::SourceDue(source) => run.source_due(source),
            Event::SinkDue(sink) => run.sink_due(sink),
            Event::Ripe(lane) => run.ripe(lane),
            Event::Room(buffer) => run.pitch_passed(buffer),
            Event::Turns(calendar) => run.turn(calendar),
            Event::Wake(station) => run.woken(station),
            Event::Vehicle(vehicle) => run.vehicle_event(vehicle),
        }
        run.settle();
    }
}

impl<T: Trace> Run<'_, T> {
    /// Lets everything follow that follows in this instant.
    pub fn settle(&mut self) {
        let mut work = 0;
        while let Some(todo) = self.s.todo.pop_front() {
            work += 1;
            if work > INSTANT_MAX {
                self.s.is_runaway = true;
                self.s.todo.clear();
                break;
            }
            self.follow(todo);
        }
        while let Some(station) = self.s.touched.pop() {
            self.show(station);
        }
    }

    fn follow(&mut self, todo: Todo) {
        match todo {
            Todo::Station(station) => {
                self.s.stations[station as usize].is_queued = false;
                self.touch(station);
                self.try_begin(station, None);
            }
            Todo::Admit(buffer) => self.admit(buffer),
            Todo::Given(Giver::Slot(slot)) => self.slot_given(slot),
            Todo::Given(Giver::Source(source)) => self.source_given(source),
            Todo::Given(Giver::Vehicle(vehicle)) => self.vehicle_given(vehicle),
            Todo::Source(source) => self.bring(source, false),
            Todo::Sink(sink) => self.take_all(sink),
            Todo::Fleet(fleet) => self.send_vehicles(fleet),
            Todo::Crew(crew) => self.serve(crew),
            Todo::Drive(vehicle) => self.drive(vehicle),
        }
    }

    /// Tells somebody that there may be a piece to take.
    pub fn call(&mut self, taker: Taker) {
        match taker {
            Taker::Station(station) => self.queue_station(station),
            Taker::Sink(sink) => self.s.todo.push_back(Todo::Sink(sink)),
            Taker::Fleet(fleet) => self.s.todo.push_back(Todo::Fleet(fleet)),
        }
    }

    /// Has a station look at what it could begin, if it has a free place.
    #[inline]
    pub fn queue_station(&mut self, station: u32) {
        let run = &mut self.s.stations[station as usize];
        if !run.is_queued && run.busy < self.l.stations[station as usize].slots {
            run.is_queued = true;
            self.s.todo.push_back(Todo::Station(station));
        }
    }

    /// Has the state of a station told when the instant is over.
    #[inline]
    pub fn touch(&mut self, station: u32) {
        let run = &mut self.s.stations[station as usize];
        if !run.is_touched {
            run.is_touched = true;
            self.s.touched.push(station);
        }
    }

    #[inline]
    pub fn tell(&mut self, what: impl FnOnce() -> Happening) {
        if T::LISTENS {
            self.t.happened(self.now, &what());
        }
    }

    /// Finds out how a station stands, and books the time of the state that it leaves.
    #[inline]
    fn show(&mut self, station: u32) {
        let run = &mut self.s.stations[station as usize];
        run.is_touched = false;
        let (from, to) = (run.shown, run.state());
        if from == to {
            return;
        }
        run.spent_ns[from.index()] += self.now - run.since;
        run.since = self.now;
        run.shown = to;
        self.tell(|| Happening::State { station, from, to });
    }
}
