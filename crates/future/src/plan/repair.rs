//! Going on from a plan: what has begun stays, the rest may move.

use super::{Demand, Kept};
use std::collections::BTreeMap;
use trine_base::{Instant, ThingId};
use trine_schedule::{Interval, OperationId, Pin, Planned, Schedule};

/// Why an operation cannot be put there.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// The plan has no such operation.
    #[error("the plan has no operation `{0}`")]
    NoSuchOperation(String),
    /// It has begun.
    #[error("`{0}` has begun; it cannot be moved any more")]
    HasBegun(String),
    /// The machine cannot do it.
    #[error("{machine} cannot do `{operation}`; these can: {others}")]
    CannotDoIt {
        /// The machine.
        machine: String,
        /// The operation.
        operation: String,
        /// Machines that can.
        others: String,
    },
}

/// The rest of a plan at an instant: operations that are done are left out, those that run stay as they are, all others
/// may move; with the plan as it was, to start from. Machines in `down` are closed until they are expected back, and
/// what runs on them begins anew.
#[must_use]
pub fn follow_on(kept: &Kept, now: Instant, down: &BTreeMap<ThingId, Instant>) -> (Demand, Option<Schedule>) {
    let now_s = now.as_ns().div_euclid(1_000_000_000);
    let mut demand = kept.demand();
    demand.problem.start = now_s.max(demand.problem.start);
    for (machine, thing) in demand.problem.machines.iter_mut().zip(&kept.machines) {
        if let Some(back) = down.get(thing) {
            let to = back.as_ns().div_euclid(1_000_000_000).max(now_s + 1);
            machine.closed.retain(|interval| interval.to <= now_s || interval.from >= to);
            machine.closed.push(Interval { from: now_s, to });
            machine.closed.sort_unstable();
        }
    }
    let mut rest = Rest { kept, now_s, down, jobs: Vec::new(), lots: Vec::new(), warm: Vec::new() };
    (0..kept.lots.len()).for_each(|job| rest.add(job));
    demand.problem.jobs = rest.jobs;
    demand.lots = rest.lots;
    let warm = (!rest.warm.is_empty()).then_some(Schedule { jobs: rest.warm });
    (demand, warm)
}

struct Rest<'a> {
    kept: &'a Kept,
    now_s: i64,
    down: &'a BTreeMap<ThingId, Instant>,
    jobs: Vec<trine_schedule::Job>,
    lots: Vec<super::Lot>,
    warm: Vec<Vec<Planned>>,
}

impl Rest<'_> {
    fn add(&mut self, job: usize) {
        let (whole, lot) = (&self.kept.problem.jobs[job], &self.kept.lots[job]);
        let planned = &self.kept.schedule.jobs[job];
        let is_left = |operation: &usize| planned[*operation].end > self.now_s;
        let left: Vec<usize> = (0..whole.operations.len()).filter(is_left).collect();
        if left.is_empty() {
            return;
        }
        let mut rest = trine_schedule::Job { operations: Vec::new(), ..whole.clone() };
        for operation in &left {
            let mut what = whole.operations[*operation].clone();
            let before = what.after.clone().unwrap_or_else(|| operation.checked_sub(1).into_iter().collect());
            // What is before an operation that is done is done too.
            let place_of = |before: &usize| left.iter().position(|other| other == before);
            what.after = Some(before.iter().filter_map(place_of).collect());
            let place = planned[*operation];
            let is_down = self.down.contains_key(&self.kept.machines[place.machine.0]);
            what.frozen = (place.start < self.now_s && !is_down).then_some(place);
            what.pin = what.pin.filter(|_| what.frozen.is_none() && !is_down);
            rest.operations.push(what);
        }
        self.jobs.push(rest);
        let segments = left.iter().map(|operation| lot.segments[*operation].clone()).collect();
        self.lots.push(super::Lot { segments, ..lot.clone() });
        self.warm.push(left.iter().map(|operation| planned[*operation]).collect());
    }
}

/// Puts an operation on a machine at an instant: it stays there, and as close to the instant as the rest allows.
///
/// # Errors
/// When there is no such operation, it has begun, or the machine cannot do it.
pub fn pin(
    demand: &mut Demand,
    names: &dyn Fn(ThingId) -> String,
    operation: &str,
    thing: ThingId,
    start: Instant,
) -> Result<OperationId, MoveError> {
    let id = find(demand, operation).ok_or_else(|| MoveError::NoSuchOperation(operation.to_owned()))?;
    let machine = demand.machine(thing);
    let things = demand.machines.clone();
    let (earliest, what) = {
        let start = demand.problem.start;
        (start, &mut demand.problem.jobs[id.job].operations[id.operation])
    };
    if what.frozen.is_some() {
        return Err(MoveError::HasBegun(operation.to_owned()));
    }
    let Some(machine) = machine.filter(|machine| what.alternatives.iter().any(|it| it.machine == *machine))
    else {
        let others: Vec<String> = what.alternatives.iter().map(|it| names(things[it.machine.0])).collect();
        let (machine, operation, others) = (names(thing), operation.to_owned(), others.join(", "));
        return Err(MoveError::CannotDoIt { machine, operation, others });
    };
    let start = start.as_ns().div_euclid(1_000_000_000).max(earliest);
    what.pin = Some(Pin { machine, start });
    Ok(id)
}

fn find(demand: &Demand, operation: &str) -> Option<OperationId> {
    let jobs = 0..demand.lots.len();
    jobs.flat_map(|job| {
        (0..demand.lots[job].segments.len()).map(move |operation| OperationId { job, operation })
    })
    .find(|id| demand.operation_id(id.job, id.operation) == operation)
}
