//! Going on from a plan, in the words of the plant: what has begun stays, the rest may move. The rules are those of
//! `trine_schedule`.

use super::{Demand, Kept, Lot};
use std::collections::BTreeMap;
use trine_base::{Instant, ThingId};
use trine_schedule::{Interrupted, Interval, MachineId, OperationId, ProblemFault, Schedule};

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

/// The rest of a plan at an instant, with the plan as it was to start from: operations that are done are left out,
/// those that run stay as they are, all others may move. Machines in `down` are closed until they are expected back, and
/// what runs on them begins anew.
///
/// # Errors
/// When the plan is not one of its problem.
pub fn follow_on(
    kept: &Kept,
    now: Instant,
    down: &BTreeMap<ThingId, Instant>,
) -> Result<(Demand, Option<Schedule>), ProblemFault> {
    let now_s = now.as_ns().div_euclid(1_000_000_000);
    let mut rest = kept.problem.rest(&kept.schedule, now_s);
    for (machine, thing) in kept.machines.iter().enumerate() {
        if let Some(back) = down.get(thing) {
            let to = back.as_ns().div_euclid(1_000_000_000).max(now_s + 1);
            let closed = Interval { from: now_s, to };
            rest.problem.break_down(MachineId(machine), closed, Interrupted::BeginsAnew)?;
        }
    }
    let lot = |was: &Vec<OperationId>| {
        let lot = &kept.lots[was[0].job];
        let segments = was.iter().map(|was| lot.segments[was.operation].clone()).collect();
        Lot { segments, ..lot.clone() }
    };
    let lots = rest.was.iter().map(lot).collect();
    let warm = (!rest.plan.jobs.is_empty()).then_some(rest.plan);
    Ok((Demand { problem: rest.problem, machines: kept.machines.clone(), lots }, warm))
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
    let things = demand.machines.clone();
    let cannot = |demand: &Demand| {
        let what = &demand.problem.jobs[id.job].operations[id.operation];
        let others: Vec<String> = what.alternatives.iter().map(|it| names(things[it.machine.0])).collect();
        let (machine, operation, others) = (names(thing), operation.to_owned(), others.join(", "));
        MoveError::CannotDoIt { machine, operation, others }
    };
    let Some(machine) = demand.machine(thing) else { return Err(cannot(demand)) };
    match demand.problem.drag(id, machine, start.as_ns().div_euclid(1_000_000_000)) {
        Ok(()) => Ok(id),
        Err(ProblemFault::DragsFrozen(_)) => Err(MoveError::HasBegun(operation.to_owned())),
        Err(_) => Err(cannot(demand)),
    }
}

fn find(demand: &Demand, operation: &str) -> Option<OperationId> {
    let jobs = 0..demand.lots.len();
    jobs.flat_map(|job| {
        (0..demand.lots[job].segments.len()).map(move |operation| OperationId { job, operation })
    })
    .find(|id| demand.operation_id(id.job, id.operation) == operation)
}
