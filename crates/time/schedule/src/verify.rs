//! The judge of schedules: what one costs, or everything that is wrong with it.
//!
//! It shares nothing with the search but the words of the problem, so that a mistake there is found here.

use crate::{
    problem::{Breaks, Interval, Job, Machine, MachineId, Operation, OperationId, Planned, Problem},
    schedule::Schedule,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What a valid schedule is like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    /// From the problem's start to the end of the last operation.
    pub makespan: i64,
    /// Sum over the jobs of weight times lateness.
    pub weighted_tardiness: i64,
    /// How many jobs are late.
    pub late_jobs: usize,
    /// Sum over the operations of price × power × time, breaks included.
    pub energy_cost: i64,
    /// Sum over the pinned operations of how long after their pin they start.
    pub pin_delay: i64,
    /// The weighted sum that the problem's objective asks for.
    pub cost: i64,
}

/// A rule that a schedule breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Violation {
    /// Jobs or operations are missing, or there are more than the problem has.
    #[error("the schedule does not have the jobs and operations of the problem")]
    Shape,
    /// An operation is on a machine that cannot do it.
    #[error("{0} is on {1}, which cannot do it")]
    Machine(OperationId, MachineId),
    /// It is not where somebody pinned it.
    #[error("{0} is pinned to {1}, but is on another")]
    PinnedMachine(OperationId, MachineId),
    /// It starts before it may.
    #[error("{operation} starts at {start}, before {earliest}")]
    TooEarly {
        /// Which.
        operation: OperationId,
        /// When it starts.
        start: i64,
        /// When it may.
        earliest: i64,
    },
    /// It works longer or shorter than it takes.
    #[error("{operation} works for {works}, but takes {takes}")]
    Duration {
        /// Which.
        operation: OperationId,
        /// Open time between start and end.
        works: i64,
        /// What it takes on this machine.
        takes: i64,
    },
    /// It starts, works or ends while its machine is closed.
    #[error("{0} meets a closed interval of {1}")]
    Closed(OperationId, MachineId),
    /// It starts before what comes before it in the job is done.
    #[error("{operation} starts before operation {before} is done")]
    Precedence {
        /// Which.
        operation: OperationId,
        /// The one that is not done.
        before: usize,
    },
    /// Two operations use a machine at once.
    #[error("{0} does two things at once: {1} and {2}")]
    Overlap(MachineId, OperationId, OperationId),
    /// There is too little time to set the machine up.
    #[error("{machine} has {open} to be set up for {operation}, which takes {takes}")]
    Setup {
        /// Where.
        machine: MachineId,
        /// For which operation.
        operation: OperationId,
        /// Open time that there is.
        open: i64,
        /// What the set-up takes.
        takes: i64,
    },
    /// A frozen operation was changed.
    #[error("{0} is frozen, but was changed")]
    Frozen(OperationId),
}

/// What a schedule of a problem costs.
///
/// # Errors
/// Everything that is wrong with it.
pub fn check(problem: &Problem, schedule: &Schedule) -> Result<Evaluation, Vec<Violation>> {
    let has_shape = schedule.jobs.len() == problem.jobs.len()
        && schedule
            .jobs
            .iter()
            .zip(&problem.jobs)
            .all(|(planned, job)| planned.len() == job.operations.len());
    if !has_shape {
        return Err(vec![Violation::Shape]);
    }
    let mut violations = Vec::new();
    for (id, step) in problem.operations() {
        let planned = schedule.jobs[id.job][id.operation];
        match step.frozen {
            Some(frozen) if frozen != planned => violations.push(Violation::Frozen(id)),
            Some(_) => {}
            None => operation(problem, schedule, id, step, planned, &mut violations),
        }
    }
    for (at, described) in problem.machines.iter().enumerate() {
        machine(problem, schedule, MachineId(at), described, &mut violations);
    }
    if violations.is_empty() { Ok(evaluate(problem, schedule)) } else { Err(violations) }
}

fn operation(
    problem: &Problem,
    schedule: &Schedule,
    id: OperationId,
    step: &Operation,
    planned: Planned,
    out: &mut Vec<Violation>,
) {
    let job = &problem.jobs[id.job];
    let dates = [Some(problem.start), job.release, step.pin.map(|pin| pin.start)];
    let earliest = dates.into_iter().flatten().max().unwrap_or(problem.start);
    if planned.start < earliest {
        out.push(Violation::TooEarly { operation: id, start: planned.start, earliest });
    }
    for before in job.before(id.operation) {
        if schedule.jobs[id.job][before].end > planned.start {
            out.push(Violation::Precedence { operation: id, before });
        }
    }
    if let Some(pin) = step.pin.filter(|pin| pin.machine != planned.machine) {
        out.push(Violation::PinnedMachine(id, pin.machine));
    }
    let machine = problem.machines.get(planned.machine.0);
    match (machine, step.duration_on(planned.machine)) {
        (Some(machine), Some(takes)) => works(machine, id, planned, takes, out),
        _ => out.push(Violation::Machine(id, planned.machine)),
    }
}

fn works(machine: &Machine, id: OperationId, planned: Planned, takes: i64, out: &mut Vec<Violation>) {
    let Planned { start, end, .. } = planned;
    let works = open_time(machine, start, end);
    let length = end.saturating_sub(start);
    let is_closed_at = |at: i64| machine.closed.iter().any(|closed| closed.from <= at && at < closed.to);
    let meets_break = match machine.breaks {
        Breaks::Fit => works != length,
        Breaks::Resume => is_closed_at(start) || is_closed_at(end.saturating_sub(1)),
    };
    if meets_break {
        out.push(Violation::Closed(id, planned.machine));
    }
    let worked = if machine.breaks == Breaks::Fit { length } else { works };
    if worked != takes {
        out.push(Violation::Duration { operation: id, works: worked, takes });
    }
}

/// How much of a stretch of time is outside all closed intervals, which may overlap.
fn open_time(machine: &Machine, from: i64, to: i64) -> i64 {
    let mut closed: Vec<Interval> = machine.closed.clone();
    closed.sort_unstable();
    let (mut at, mut open) = (from, 0i64);
    for interval in closed {
        let until = interval.from.clamp(at, to.max(at));
        open = open.saturating_add(until.saturating_sub(at));
        at = at.max(interval.to.min(to));
    }
    open.saturating_add(to.saturating_sub(at).max(0))
}

fn machine(
    problem: &Problem,
    schedule: &Schedule,
    id: MachineId,
    machine: &Machine,
    out: &mut Vec<Violation>,
) {
    let row = schedule.on_machine(id);
    let step = |at: OperationId| &problem.jobs[at.job].operations[at.operation];
    let times = machine.setups.as_ref();
    let setup = |from: Option<usize>, to: usize| {
        let from = from.and_then(|from| times?.times.get(from));
        from.and_then(|row| row.get(to)).copied().unwrap_or(0)
    };
    let mut before: Option<(OperationId, Planned)> = None;
    for (at, planned) in row {
        let is_frozen = |at: OperationId| step(at).frozen.is_some();
        let is_history = is_frozen(at) && before.is_none_or(|(before, _)| is_frozen(before));
        if let Some((earlier, _)) = before.filter(|(_, earlier)| earlier.end > planned.start) {
            out.push(Violation::Overlap(id, earlier, at));
        } else if !is_history {
            let mounted = times.and_then(|setups| setups.mounted);
            let (family, free) = match before {
                Some((earlier, planned)) => (Some(step(earlier).family), planned.end),
                None => (mounted, problem.start),
            };
            let takes = setup(family, step(at).family);
            let open = open_time(machine, free, planned.start);
            if open < takes {
                out.push(Violation::Setup { machine: id, operation: at, open, takes });
            }
        }
        before = Some((at, planned));
    }
}

fn evaluate(problem: &Problem, schedule: &Schedule) -> Evaluation {
    let mut evaluation = Evaluation::default();
    let end = schedule.end().unwrap_or(problem.start);
    evaluation.makespan = end.saturating_sub(problem.start).max(0);
    for (job, planned) in problem.jobs.iter().zip(&schedule.jobs) {
        let late = lateness(job, planned);
        evaluation.late_jobs += usize::from(late > 0);
        let weighted = job.weight.saturating_mul(late);
        evaluation.weighted_tardiness = evaluation.weighted_tardiness.saturating_add(weighted);
    }
    for (id, planned) in schedule.operations() {
        let cost = energy(problem, planned);
        evaluation.energy_cost = evaluation.energy_cost.saturating_add(cost);
        let step = &problem.jobs[id.job].operations[id.operation];
        if let Some(pin) = step.pin.filter(|_| step.frozen.is_none()) {
            let delay = planned.start.saturating_sub(pin.start);
            evaluation.pin_delay = evaluation.pin_delay.saturating_add(delay);
        }
    }
    let weights = problem.objective;
    evaluation.cost = [
        (weights.makespan, evaluation.makespan),
        (weights.tardiness, evaluation.weighted_tardiness),
        (weights.energy, evaluation.energy_cost),
        (weights.pins, evaluation.pin_delay),
    ]
    .into_iter()
    .fold(0, |sum: i64, (weight, amount)| sum.saturating_add(weight.saturating_mul(amount)));
    evaluation
}

fn lateness(job: &Job, planned: &[Planned]) -> i64 {
    let end = planned.iter().map(|planned| planned.end).max();
    end.zip(job.due).map_or(0, |(end, due)| end.saturating_sub(due).max(0))
}

fn energy(problem: &Problem, planned: Planned) -> i64 {
    let power = problem.machines.get(planned.machine.0).map_or(0, |machine| machine.power);
    let slots = problem.prices.iter().map(|slot| {
        let from = slot.interval.from.max(planned.start);
        let time = slot.interval.to.min(planned.end).saturating_sub(from).max(0);
        slot.price.saturating_mul(power).saturating_mul(time)
    });
    slots.fold(0, i64::saturating_add)
}
