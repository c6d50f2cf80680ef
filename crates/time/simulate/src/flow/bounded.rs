//! Runs that end: by their horizon, by a bound, or because somebody no longer wants them.

use super::{Flow, Trace};
use crate::Simulation;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicBool, Ordering};

/// Events between two looks at whether the run is still wanted.
const LOOK_EVERY: u64 = 4096;

/// What a run may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Limits {
    /// Events in all.
    pub events_max: u64,
    /// Events of one instant; more than this and time will never go on.
    pub instant_events_max: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { events_max: 2_000_000_000, instant_events_max: 10_000_000 }
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// It reached its horizon.
    Horizon,
    /// It reached its horizon, but pieces are in the plant and nothing will ever happen to them again.
    Stuck,
    /// It was broken off after as many events as it may have.
    EventsMax,
    /// It was broken off in an instant that would never end.
    Runaway,
    /// Nobody wanted it any longer.
    Cancelled,
}

impl Ended {
    /// Whether the run tells what it was asked.
    #[must_use]
    pub fn is_whole(self) -> bool {
        matches!(self, Self::Horizon | Self::Stuck)
    }
}

/// Lets everything happen that is due by `horizon_ns`, unless a limit or `cancel` comes before.
pub fn run_until<T: Trace>(
    simulation: &mut Simulation<Flow<T>>,
    horizon_ns: i64,
    limits: &Limits,
    cancel: &AtomicBool,
) -> Ended {
    let (mut events, mut instant) = (0, (i64::MIN, 0));
    loop {
        let budget = LOOK_EVERY.min(limits.events_max.saturating_sub(events));
        let done = (0..budget).take_while(|_| simulation.step_until(horizon_ns)).count() as u64;
        events += done;
        if simulation.model.is_runaway() {
            return Ended::Runaway;
        }
        if done < budget || budget == 0 {
            break;
        }
        if cancel.load(Ordering::Relaxed) {
            return Ended::Cancelled;
        }
        let now = simulation.calendar.now();
        instant = if instant.0 == now { (now, instant.1 + done) } else { (now, 0) };
        if instant.1 > limits.instant_events_max {
            return Ended::Runaway;
        }
    }
    if simulation.calendar.next_time().is_some_and(|next| next <= horizon_ns) {
        return Ended::EventsMax;
    }
    simulation.calendar.advance(horizon_ns);
    if simulation.calendar.is_empty() && simulation.model.wip() > 0 { Ended::Stuck } else { Ended::Horizon }
}
