//! What is to be planned, in the words of the field: jobs, operations, machines.
//!
//! Times are `i64` in whatever unit the caller counts in; the crate only adds and compares them. Operations are named
//! by job and place in the job, machines by their place in [`Problem::machines`].

use serde::{Deserialize, Serialize};
use std::fmt;

/// A machine, by its place in [`Problem::machines`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MachineId(pub usize);

/// An operation: the job's place in [`Problem::jobs`] and the operation's place in the job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OperationId {
    /// Place of the job in [`Problem::jobs`].
    pub job: usize,
    /// Place of the operation in [`Job::operations`].
    pub operation: usize,
}

impl fmt::Display for MachineId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "machine {}", self.0)
    }
}

impl fmt::Display for OperationId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "operation {} of job {}", self.operation, self.job)
    }
}

/// Everything that a plan has to respect, and what makes one plan better than another.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Problem {
    /// The instant the plan begins at. Nothing starts earlier but what is frozen; the makespan is counted from here.
    pub start: i64,
    /// The machines.
    pub machines: Vec<Machine>,
    /// The jobs.
    pub jobs: Vec<Job>,
    /// What is to be small.
    pub objective: Objective,
    /// The price of energy over time; what no slot covers costs nothing.
    pub prices: Vec<PriceSlot>,
}

/// A machine: it does one operation at a time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Machine {
    /// For people.
    pub name: String,
    /// When it does not work: nights, weekends, maintenance, a breakdown from an instant to an instant.
    pub closed: Vec<Interval>,
    /// What an operation does that reaches a closed interval.
    pub breaks: Breaks,
    /// Set-up times between families, if it has any.
    pub setups: Option<Setups>,
    /// Power while it works on an operation, in the caller's unit.
    pub power: i64,
}

/// What an operation does that reaches a closed interval of its machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Breaks {
    /// It does not start unless it is done before the interval.
    #[default]
    Fit,
    /// It stops, and goes on where it was when the machine opens again.
    Resume,
}

/// A half-open stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Interval {
    /// The first instant in it.
    pub from: i64,
    /// The first instant after it; [`Interval::FOREVER`] when nobody knows.
    pub to: i64,
}

impl Interval {
    /// The end of an interval that does not end.
    pub const FOREVER: i64 = i64::MAX;
}

/// Sequence-dependent set-up times of a machine.
///
/// Between two operations the machine is open for at least the set-up time of their families, in one piece or not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Setups {
    /// `times[from][to]`, a square over the families.
    pub times: Vec<Vec<i64>>,
    /// The family that the machine is set up for at the beginning; none: the first set-up costs nothing.
    pub mounted: Option<usize>,
}

/// A production order: operations that lead from raw to done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Job {
    /// For people.
    pub name: String,
    /// Nothing of it starts before.
    pub release: Option<i64>,
    /// When it should be done.
    pub due: Option<i64>,
    /// What a unit of time of lateness costs, beside other jobs'.
    pub weight: i64,
    /// Its operations.
    pub operations: Vec<Operation>,
}

impl Default for Job {
    fn default() -> Self {
        Self { name: String::new(), release: None, due: None, weight: 1, operations: Vec::new() }
    }
}

/// A step of a job.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Operation {
    /// For people.
    pub name: String,
    /// The machines that can do it, and how long each takes.
    pub alternatives: Vec<Alternative>,
    /// The operations of the job that come before; none: the one listed before it.
    pub after: Option<Vec<usize>>,
    /// Set-up family, on machines that have set-ups.
    pub family: usize,
    /// It has started, or must be as it is: the plan cannot change it.
    pub frozen: Option<Planned>,
    /// Somebody put it there: the plan keeps the machine and starts it as soon after the instant as it can.
    pub pin: Option<Pin>,
}

/// One machine that can do an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alternative {
    /// Which.
    pub machine: MachineId,
    /// How long it works on it.
    pub duration: i64,
}

/// Where somebody wants an operation to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// The machine, one of the operation's alternatives.
    pub machine: MachineId,
    /// It does not start earlier, and starting later costs [`Objective::pins`] per unit of time.
    pub start: i64,
}

/// When and where an operation is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// Where.
    pub machine: MachineId,
    /// Its first instant.
    pub start: i64,
    /// The first instant after it.
    pub end: i64,
}

/// Weights of what is to be small; the cost of a plan is their sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Objective {
    /// Per unit of time from [`Problem::start`] to the end of the last operation.
    pub makespan: i64,
    /// Per unit of weighted lateness: each job's weight times how long after its due date it is done.
    pub tardiness: i64,
    /// Per unit of energy cost: price × power × time.
    pub energy: i64,
    /// Per unit of time that a pinned operation starts after its pin.
    pub pins: i64,
}

impl Default for Objective {
    fn default() -> Self {
        Self { makespan: 1, tardiness: 0, energy: 0, pins: 1000 }
    }
}

/// The price of energy in a stretch of time, per unit of power and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceSlot {
    /// When.
    pub interval: Interval,
    /// How much.
    pub price: i64,
}

impl Problem {
    /// The operation, if there is one.
    #[must_use]
    pub fn operation(&self, id: OperationId) -> Option<&Operation> {
        self.jobs.get(id.job)?.operations.get(id.operation)
    }

    /// All operations, job after job.
    pub fn operations(&self) -> impl Iterator<Item = (OperationId, &Operation)> {
        self.jobs.iter().enumerate().flat_map(|(job, described)| {
            described
                .operations
                .iter()
                .enumerate()
                .map(move |(operation, step)| (OperationId { job, operation }, step))
        })
    }
}

impl Job {
    /// The places of the operations that come directly before one.
    pub fn before(&self, operation: usize) -> impl Iterator<Item = usize> {
        let listed = self.operations[operation].after.as_deref();
        let chained = (listed.is_none() && operation > 0).then(|| operation - 1);
        listed.unwrap_or_default().iter().copied().chain(chained)
    }
}

impl Operation {
    /// How long a machine takes, if it can do it.
    #[must_use]
    pub fn duration_on(&self, machine: MachineId) -> Option<i64> {
        self.alternatives
            .iter()
            .find(|alternative| alternative.machine == machine)
            .map(|found| found.duration)
    }
}
