//! A model and its calendar, run together.

use crate::EventCalendar;
use serde::{Deserialize, Serialize};

/// A system whose state changes only when an event happens.
pub trait Model {
    /// What can happen.
    type Event;

    /// Lets an event happen: changes the state and schedules what follows.
    fn handle(&mut self, event: Self::Event, now: i64, calendar: &mut EventCalendar<Self::Event>);
}

/// A model with its calendar. A clone is a fork of the whole.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(
    serialize = "M: Serialize, M::Event: Serialize",
    deserialize = "M: Deserialize<'de>, M::Event: Deserialize<'de>"
))]
pub struct Simulation<M: Model> {
    /// The state.
    pub model: M,
    /// What will happen.
    pub calendar: EventCalendar<M::Event>,
}

impl<M: Model> Simulation<M> {
    /// A model whose time begins at `now`, ns.
    #[must_use]
    pub fn new(model: M, now: i64) -> Self {
        Self { model, calendar: EventCalendar::new(now) }
    }

    /// Lets the next event happen, if it is due by `limit`. Says whether one was.
    #[inline]
    pub fn step_until(&mut self, limit: i64) -> bool {
        let Some((now, event)) = self.calendar.pop_until(limit) else { return false };
        self.model.handle(event, now, &mut self.calendar);
        true
    }

    /// Lets everything happen that is due by `limit`, and stands there. Says how many events that were.
    pub fn run_until(&mut self, limit: i64) -> u64 {
        let mut events = 0;
        while self.step_until(limit) {
            events += 1;
        }
        self.calendar.advance(limit);
        events
    }
}
