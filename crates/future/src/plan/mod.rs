//! Plans: released orders on the real machines, made, repaired, kept, accepted.
//!
//! A plan is a proposal until somebody accepts it; accepting is a command fact, `orders.dispatched`, and nothing here
//! reaches a machine. A plan remembers the problem that it solves, so that an operation can be dragged and the rest
//! repaired around it, and so that a machine that breaks leads to a repaired plan at once.

mod demand;
mod repair;
mod robust;
mod shelf;
mod solve;
mod stock;

pub use demand::{Demand, Lot, demand};
pub use repair::{follow_on, pin};
pub use robust::most_robust;
pub use shelf::Shelf;
pub use solve::{elite, solve};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use trine_base::{Instant, ThingId};
use trine_schedule::{Evaluation, MachineId, Objective, OperationId, Schedule, check};
use trine_world::Dispatch;

/// What is to be small.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Goal {
    /// The time until all is done.
    Makespan,
    /// Lateness of orders, by their weight.
    #[default]
    Tardiness,
    /// Energy by its price.
    Energy,
}

impl Goal {
    /// The weights of the search: what the goal says first, and a short plan among equals.
    #[must_use]
    pub fn objective(self) -> Objective {
        let (makespan, tardiness, energy) = match self {
            Self::Makespan => (1, 0, 0),
            Self::Tardiness => (1, 10, 0),
            Self::Energy => (1, 1, 1),
        };
        Objective { makespan, tardiness, energy, pins: 1000 }
    }
}

/// A plan as others see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// When it was made.
    pub made: Instant,
    /// Why: somebody asked, an operation was moved, a machine is down.
    pub reason: String,
    /// What is small in it.
    pub objective: Goal,
    /// Where it begins.
    pub from: Instant,
    /// When it was accepted, if it was.
    pub accepted: Option<Instant>,
    /// How good it is.
    pub evaluation: PlanEvaluation,
    /// No plan is better than this, where that is known.
    pub bound: Option<PlanBound>,
    /// Every operation.
    pub operations: Vec<PlannedOperation>,
    /// Every order.
    pub orders: Vec<PlannedOrder>,
    /// When machines do not work.
    pub closed: Vec<ClosedTime>,
}

/// How good a plan is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanEvaluation {
    /// From its beginning to the end of its last operation, s.
    pub makespan_s: i64,
    /// Sum of the lateness of orders, s.
    pub tardiness_s: i64,
    /// How many orders are late.
    pub late: usize,
    /// Sum of set-ups, s.
    pub setup_s: i64,
    /// Energy of the machines while they work, kWh.
    pub energy_kwh: f64,
}

/// What no plan can be better than.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanBound {
    /// The makespan, s.
    pub makespan_s: i64,
}

/// An operation in its place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlannedOperation {
    /// Lasting name: order, lot, segment.
    pub id: String,
    /// For which order.
    pub order: Arc<str>,
    /// What is done.
    pub segment: String,
    /// How many pieces.
    pub pieces: u32,
    /// On which machine.
    pub thing: ThingId,
    /// When it begins.
    pub start: Instant,
    /// When it is done.
    pub end: Instant,
    /// The set-up before it, s.
    pub setup_s: i64,
    /// It has begun.
    pub frozen: bool,
    /// Somebody put it there.
    pub pinned: bool,
    /// Machines that could do it.
    pub alternatives: Vec<ThingId>,
}

/// What a plan means for an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlannedOrder {
    /// Its key.
    pub key: Arc<str>,
    /// What it was promised for.
    pub due: Option<Instant>,
    /// When its last operation is done.
    pub completion: Instant,
    /// How late that is, s.
    pub tardiness_s: i64,
}

/// A stretch in which a machine does not work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClosedTime {
    /// Which machine.
    pub thing: ThingId,
    /// From.
    pub from: Instant,
    /// Until.
    pub to: Instant,
    /// Its calendar, or a repair.
    pub why: String,
}

/// A plan with what is needed to change it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Kept {
    /// As others see it.
    pub plan: Plan,
    /// The problem that it solves.
    pub problem: trine_schedule::Problem,
    /// The solution.
    pub schedule: Schedule,
    /// The things behind the machines.
    pub machines: Vec<ThingId>,
    /// What the jobs are.
    pub lots: Vec<Lot>,
}

/// What a plan is called, and why it is there.
#[derive(Clone, Debug)]
pub struct Title {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Why it was made.
    pub reason: String,
    /// What is small in it.
    pub goal: Goal,
    /// When it was made.
    pub made: Instant,
}

impl Kept {
    /// A solved problem as a plan.
    ///
    /// # Errors
    /// When the schedule breaks a rule of the problem; the checker names each.
    pub fn new(title: Title, demand: Demand, schedule: Schedule, bound: Option<i64>) -> Result<Self, String> {
        let evaluation = check(&demand.problem, &schedule).map_err(|violations| {
            let said: Vec<String> = violations.iter().take(5).map(ToString::to_string).collect();
            format!("the plan breaks its own rules: {}", said.join("; "))
        })?;
        let operations = operations(&demand, &schedule);
        let orders = orders(&demand, &operations);
        let Title { id, name, reason, goal, made } = title;
        let plan = Plan {
            id,
            name,
            made,
            reason,
            objective: goal,
            from: at_s(demand.problem.start),
            accepted: None,
            evaluation: figures(&demand, &operations, &orders, &evaluation),
            bound: bound.map(|makespan_s| PlanBound { makespan_s }),
            closed: closed(&demand),
            operations,
            orders,
        };
        let Demand { problem, machines, lots } = demand;
        Ok(Self { plan, problem, schedule, machines, lots })
    }

    /// The problem with its names.
    #[must_use]
    pub fn demand(&self) -> Demand {
        Demand { problem: self.problem.clone(), machines: self.machines.clone(), lots: self.lots.clone() }
    }

    /// The command that accepting it is.
    #[must_use]
    pub fn dispatches(&self) -> Vec<Dispatch> {
        let mut operations: Vec<&PlannedOperation> = self.plan.operations.iter().collect();
        operations.sort_by_key(|operation| (operation.thing, operation.start, operation.end));
        let mut sequence = 0;
        let mut last = None;
        operations
            .into_iter()
            .map(|operation| {
                sequence = if last == Some(operation.thing) { sequence + 1 } else { 0 };
                last = Some(operation.thing);
                Dispatch {
                    order: operation.order.clone(),
                    segment: operation.segment.clone(),
                    thing: operation.thing,
                    sequence,
                    start: operation.start,
                    end: operation.end,
                }
            })
            .collect()
    }
}

/// An instant of whole seconds since the Unix epoch.
pub(crate) fn at_s(seconds: i64) -> Instant {
    Instant::from_ns(seconds.saturating_mul(1_000_000_000))
}

fn operations(demand: &Demand, schedule: &Schedule) -> Vec<PlannedOperation> {
    let problem = &demand.problem;
    let setups = setups(problem, schedule);
    let operation = |(id, planned): (OperationId, trine_schedule::Planned)| {
        let what = &problem.jobs[id.job].operations[id.operation];
        let lot = &demand.lots[id.job];
        PlannedOperation {
            id: demand.operation_id(id.job, id.operation),
            order: lot.order.clone(),
            segment: lot.segments[id.operation].clone(),
            pieces: lot.pieces,
            thing: demand.machines[planned.machine.0],
            start: at_s(planned.start),
            end: at_s(planned.end),
            setup_s: setups.get(&id).copied().unwrap_or(0),
            frozen: what.frozen.is_some(),
            pinned: what.pin.is_some(),
            alternatives: what.alternatives.iter().map(|it| demand.machines[it.machine.0]).collect(),
        }
    };
    let mut operations: Vec<PlannedOperation> = schedule.operations().map(operation).collect();
    operations.sort_by(|a, b| (a.start, a.thing, &a.id).cmp(&(b.start, b.thing, &b.id)));
    operations
}

/// The set-up before each operation that has one, s.
fn setups(problem: &trine_schedule::Problem, schedule: &Schedule) -> BTreeMap<OperationId, i64> {
    let family = |id: OperationId| problem.jobs[id.job].operations[id.operation].family;
    let mut found = BTreeMap::new();
    for (machine, what) in problem.machines.iter().enumerate() {
        let Some(setups) = &what.setups else { continue };
        let mut mounted = setups.mounted;
        for (id, _) in schedule.on_machine(MachineId(machine)) {
            let time = mounted.and_then(|from| setups.times.get(from)?.get(family(id)));
            found.extend(time.map(|time| (id, *time)));
            mounted = Some(family(id));
        }
    }
    found
}

fn orders(demand: &Demand, operations: &[PlannedOperation]) -> Vec<PlannedOrder> {
    let mut orders: Vec<PlannedOrder> = Vec::new();
    for (lot, job) in demand.lots.iter().zip(&demand.problem.jobs) {
        if orders.iter().any(|order| order.key == lot.order) {
            continue;
        }
        let own = operations.iter().filter(|operation| operation.order == lot.order);
        let completion = own.map(|operation| operation.end).max().unwrap_or(at_s(demand.problem.start));
        let due = job.due.map(at_s);
        let tardiness_s = due.map_or(0, |due| completion.since(due).max(0) / 1_000_000_000);
        orders.push(PlannedOrder { key: lot.order.clone(), due, completion, tardiness_s });
    }
    orders
}

fn figures(
    demand: &Demand,
    operations: &[PlannedOperation],
    orders: &[PlannedOrder],
    evaluation: &Evaluation,
) -> PlanEvaluation {
    let power_w = |thing: ThingId| {
        demand.machine(thing).map_or(0, |machine| demand.problem.machines[machine.0].power) as f64
    };
    let joule = |operation: &PlannedOperation| {
        power_w(operation.thing) * operation.end.since(operation.start) as f64 * 1e-9
    };
    PlanEvaluation {
        makespan_s: evaluation.makespan,
        tardiness_s: orders.iter().map(|order| order.tardiness_s).sum(),
        late: orders.iter().filter(|order| order.tardiness_s > 0).count(),
        setup_s: operations.iter().map(|operation| operation.setup_s).sum(),
        energy_kwh: operations.iter().map(joule).sum::<f64>() / 3.6e6,
    }
}

fn closed(demand: &Demand) -> Vec<ClosedTime> {
    let last = demand.problem.start + 7 * 86_400;
    let rows = demand.machines.iter().zip(&demand.problem.machines);
    rows.flat_map(|(thing, machine)| {
        machine.closed.iter().filter(move |interval| interval.from < last).map(move |interval| ClosedTime {
            thing: *thing,
            from: at_s(interval.from),
            to: at_s(interval.to.min(last)),
            why: "closed".into(),
        })
    })
    .collect()
}
