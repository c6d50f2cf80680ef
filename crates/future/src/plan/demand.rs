//! What is to be planned, out of the plant's model: orders become jobs, segments become operations, machines that can
//! do the same become alternatives.
//!
//! An order goes through the plant in lots, which take what is on its way already. An operation of a lot takes as long as the model expects for its pieces,
//! stretched by how much of the time the machine is up. The way of a lot is found backwards: from what the order asks
//! for, to the operations that give it, to what those take. Time on vehicles is not planned.

use super::stock::{Stock, pieces_left, share};
use crate::tariff::plan_prices;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use trine_base::{Instant, ThingId};
use trine_forecast::PlantModel;
use trine_schedule::{
    Alternative, Breaks, Interval, Job, Machine, MachineId, Objective, Operation, Problem, Setups,
};
use trine_simulate::flow::{FlowModel, MaterialIndex, OutcomeKind, Station};
use trine_world::{OrderDescription, TariffDescription};

/// Pieces of a lot, unless the plan would get too large.
const LOT_PIECES: u32 = 20;
/// Operations of a plan; beyond it lots are whole orders.
const OPERATIONS_MAX: usize = 1_500;
/// How far ahead calendars are looked at.
const CALENDAR_HORIZON_S: i64 = 14 * 86_400;
/// Steps of a route; a model that goes round in circles has more.
const ROUTE_MAX: usize = 400;

/// A problem with the names of its parts.
#[derive(Clone, Debug)]
pub struct Demand {
    /// The problem; times in seconds since the Unix epoch.
    pub problem: Problem,
    /// The thing behind each machine.
    pub machines: Vec<ThingId>,
    /// What each job is.
    pub lots: Vec<Lot>,
}

/// A part of an order that goes through the plant together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lot {
    /// The order.
    pub order: Arc<str>,
    /// Which part of it, from 1.
    pub number: u32,
    /// The segment of each of its operations.
    pub segments: Vec<String>,
    /// How many pieces.
    pub pieces: u32,
}

impl Demand {
    /// The lasting name of an operation.
    #[must_use]
    pub fn operation_id(&self, job: usize, operation: usize) -> String {
        let lot = &self.lots[job];
        format!("{}/{}/{}", lot.order, lot.number, lot.segments[operation])
    }

    /// The machine that a thing is in the problem.
    #[must_use]
    pub fn machine(&self, thing: ThingId) -> Option<MachineId> {
        self.machines.iter().position(|known| *known == thing).map(MachineId)
    }
}

/// Why nothing can be planned.
#[derive(Debug, thiserror::Error)]
pub enum DemandError {
    /// No orders.
    #[error("there is no released order to plan; release one first")]
    NoOrders,
    /// Nobody makes what an order asks for.
    #[error(
        "order `{order}` asks for `{material}`, which no station of the model gives; describe the process that makes it"
    )]
    NobodyMakes {
        /// The order.
        order: Arc<str>,
        /// The material.
        material: Arc<str>,
    },
    /// The route does not end.
    #[error("the route of `{material}` goes round in circles; describe the process so that it ends")]
    Circle {
        /// The material.
        material: Arc<str>,
    },
}

/// One step of a route.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    name: String,
    /// What it makes.
    pub material: MaterialIndex,
    /// Station and operation, each of which can do it.
    pub who: Vec<(usize, usize)>,
    /// Steps before it.
    pub after: Vec<usize>,
}

/// Plans these orders on the plant's model, from an instant on.
///
/// # Errors
/// When there is nothing to plan, or an order cannot be made.
pub fn demand(
    plant: &PlantModel,
    orders: &[(OrderDescription, u32)],
    from: Instant,
    objective: Objective,
    tariff: Option<&TariffDescription>,
) -> Result<Demand, DemandError> {
    let open: Vec<(&OrderDescription, u32)> = orders
        .iter()
        .map(|(order, done)| (order, order.quantity.saturating_sub(*done)))
        .filter(|(_, left)| *left > 0)
        .collect();
    if open.is_empty() {
        return Err(DemandError::NoOrders);
    }
    let routes = routes(&plant.flow, &open)?;
    let steps = |lot: u32| -> usize {
        open.iter().map(|(order, left)| routes[&order.material].len() * left.div_ceil(lot) as usize).sum()
    };
    let lot = if steps(LOT_PIECES) <= OPERATIONS_MAX { LOT_PIECES } else { u32::MAX };
    let mut demand = Builder::new(plant, from).build(&open, &routes, lot, objective);
    if demand.lots.is_empty() {
        return Err(DemandError::NoOrders);
    }
    if objective.energy > 0 {
        let horizon_ns = CALENDAR_HORIZON_S * 1_000_000_000;
        demand.problem.prices = plan_prices(tariff, from, from.plus_ns(horizon_ns));
    }
    Ok(demand)
}

type Routes = BTreeMap<Arc<str>, Vec<Step>>;

fn routes(flow: &FlowModel, orders: &[(&OrderDescription, u32)]) -> Result<Routes, DemandError> {
    let mut routes = Routes::new();
    for (order, _) in orders {
        if routes.contains_key(&order.material) {
            continue;
        }
        let material = flow.materials.iter().position(|material| *material.name == *order.material);
        let mut route = Route { flow, steps: Vec::new(), made: BTreeMap::new(), under_way: BTreeSet::new() };
        let found = material.map(|material| route.make(material as MaterialIndex));
        match found {
            Some(Ok(Some(_))) => routes.insert(order.material.clone(), route.steps),
            Some(Err(())) => return Err(DemandError::Circle { material: order.material.clone() }),
            Some(Ok(None)) | None => {
                let (order, material) = (order.key.clone(), order.material.clone());
                return Err(DemandError::NobodyMakes { order, material });
            }
        };
    }
    Ok(routes)
}

struct Route<'a> {
    flow: &'a FlowModel,
    steps: Vec<Step>,
    made: BTreeMap<MaterialIndex, Option<usize>>,
    under_way: BTreeSet<MaterialIndex>,
}

impl Route<'_> {
    /// The step that makes a material, with all that comes before it; `None`: it comes from outside.
    fn make(&mut self, material: MaterialIndex) -> Result<Option<usize>, ()> {
        if let Some(step) = self.made.get(&material) {
            return Ok(*step);
        }
        if !self.under_way.insert(material) || self.steps.len() > ROUTE_MAX {
            return Err(());
        }
        let step = self.step(material)?;
        self.under_way.remove(&material);
        self.made.insert(material, step);
        Ok(step)
    }

    fn step(&mut self, material: MaterialIndex) -> Result<Option<usize>, ()> {
        let who = makers(self.flow, material);
        let Some((station, operation)) = who.first().copied() else { return Ok(None) };
        let chosen = &self.flow.stations[station].operations[operation];
        let mut after = BTreeSet::new();
        for taken in chosen.takes.clone() {
            // What goes back to where it came from, after rework, is no step of the route.
            if taken.material != material {
                after.extend(self.make(taken.material)?);
            }
        }
        let name = self.flow.materials[material as usize].name.clone();
        self.steps.push(Step { name, material, who, after: after.into_iter().collect() });
        Ok(Some(self.steps.len() - 1))
    }
}

/// The operations whose good outcome gives a material and that take the same as the first of them.
fn makers(flow: &FlowModel, material: MaterialIndex) -> Vec<(usize, usize)> {
    let mut taken: Option<BTreeSet<MaterialIndex>> = None;
    let mut who = Vec::new();
    for (station, operation, what) in operations(flow) {
        let gives = what.outcomes.iter().filter(|outcome| outcome.kind == OutcomeKind::Good);
        let is_maker = gives.flat_map(|outcome| &outcome.gives).any(|pieces| pieces.material == material);
        let takes: BTreeSet<MaterialIndex> = what.takes.iter().map(|pieces| pieces.material).collect();
        if is_maker && !takes.contains(&material) && *taken.get_or_insert_with(|| takes.clone()) == takes {
            who.push((station, operation));
        }
    }
    who
}

fn operations(flow: &FlowModel) -> impl Iterator<Item = (usize, usize, &trine_simulate::flow::Operation)> {
    flow.stations.iter().enumerate().flat_map(|(station, what)| {
        what.operations.iter().enumerate().map(move |(operation, what)| (station, operation, what))
    })
}

struct Builder<'a> {
    plant: &'a PlantModel,
    from_s: i64,
    /// Machine of each station that has a thing.
    machine_of: BTreeMap<usize, MachineId>,
    things: Vec<ThingId>,
}

impl<'a> Builder<'a> {
    fn new(plant: &'a PlantModel, from: Instant) -> Self {
        let from_s = from.as_ns().div_euclid(1_000_000_000);
        let (mut machine_of, mut things) = (BTreeMap::new(), Vec::new());
        for (station, map) in plant.mapping.stations.iter().enumerate() {
            if let Some(thing) = map.thing {
                machine_of.insert(station, MachineId(things.len()));
                things.push(thing);
            }
        }
        Self { plant, from_s, machine_of, things }
    }

    fn build(
        self,
        orders: &[(&OrderDescription, u32)],
        routes: &Routes,
        lot: u32,
        objective: Objective,
    ) -> Demand {
        let mut families: Vec<&str> = orders.iter().map(|(order, _)| order.family.as_str()).collect();
        families.sort_unstable();
        families.dedup();
        let (mut jobs, mut lots) = (Vec::new(), Vec::new());
        let work = self.work(orders, routes);
        for (at, (order, left)) in orders.iter().enumerate() {
            let family = families.iter().position(|family| *family == order.family).unwrap_or_default();
            let route = &routes[&order.material];
            let count = left.div_ceil(lot);
            for number in 1..=count {
                // As equal as can be.
                let pieces = left / count + u32::from(number <= left % count);
                let share = |(gross, left): &(u32, u32)| share(*gross, *left, count, number);
                let shares: Vec<u32> = work[at].iter().map(share).collect();
                let (job, segments) = self.job(order, number, &shares, family, route);
                if !segments.is_empty() {
                    jobs.push(job);
                    lots.push(Lot { order: order.key.clone(), number, segments, pieces });
                }
            }
        }
        let machines = self.machines(&families);
        let problem = Problem { start: self.from_s, machines, jobs, objective, prices: Vec::new() };
        Demand { problem, machines: self.things, lots }
    }

    /// By order and step: the pieces that it takes in all, and those that are not made yet. What is on its way goes to
    /// the orders that are due first.
    fn work(&self, orders: &[(&OrderDescription, u32)], routes: &Routes) -> Vec<Vec<(u32, u32)>> {
        let flow = &self.plant.flow;
        let mut stock = Stock::of(flow);
        let mut by_due: Vec<usize> = (0..orders.len()).collect();
        by_due.sort_by_key(|at| (orders[*at].0.due.unwrap_or(Instant::MAX), *at));
        let mut work = vec![Vec::new(); orders.len()];
        for at in by_due {
            let (order, left) = orders[at];
            let route = &routes[&order.material];
            let gross = pieces_left(flow, route, left, &mut Stock::default());
            let net = pieces_left(flow, route, left, &mut stock);
            work[at] = gross.into_iter().zip(net).collect();
        }
        work
    }

    fn job(
        &self,
        order: &OrderDescription,
        number: u32,
        shares: &[u32],
        family: usize,
        route: &[Step],
    ) -> (Job, Vec<String>) {
        let (mut operations, mut segments) = (Vec::new(), Vec::new());
        // Steps that people do by hand without a machine, or that are done, are no operations: those behind them wait
        // for those before.
        let mut place: Vec<Vec<usize>> = Vec::with_capacity(route.len());
        for (step, pieces) in route.iter().zip(shares) {
            let before: BTreeSet<usize> = step.after.iter().flat_map(|step| place[*step].clone()).collect();
            let before: Vec<usize> = before.into_iter().collect();
            let alternatives = if *pieces > 0 { self.alternatives(step, *pieces) } else { Vec::new() };
            if alternatives.is_empty() {
                place.push(before);
                continue;
            }
            place.push(vec![operations.len()]);
            let (name, after) = (step.name.clone(), Some(before));
            operations.push(Operation { name, alternatives, after, family, frozen: None, pin: None });
            segments.push(step.name.clone());
        }
        let second = |at: Instant| at.as_ns().div_euclid(1_000_000_000);
        let name = format!("{}/{number}", order.key);
        let (release, due) = (order.release.map(second), order.due.map(second));
        let weight = (order.weight * 100.0).round().clamp(0.0, 1e9) as i64;
        (Job { name, release, due, weight, operations }, segments)
    }

    fn alternatives(&self, step: &Step, pieces: u32) -> Vec<Alternative> {
        let alternative = |(station, operation): &(usize, usize)| {
            let machine = *self.machine_of.get(station)?;
            let duration = duration_s(&self.plant.flow.stations[*station], *operation, pieces);
            Some(Alternative { machine, duration })
        };
        let mut found: Vec<Alternative> = step.who.iter().filter_map(alternative).collect();
        found.sort_by_key(|alternative| (alternative.machine, alternative.duration));
        found.dedup_by_key(|alternative| alternative.machine);
        found
    }

    fn machines(&self, families: &[&str]) -> Vec<Machine> {
        let flow = &self.plant.flow;
        self.machine_of
            .keys()
            .map(|station| {
                let what = &flow.stations[*station];
                let mut closed = self.closed_by_calendar(what);
                closed.extend(self.closed_by_repair(*station, what));
                let mean = what.setup.time_s.as_ref().map_or(0.0, trine_simulate::Distribution::mean);
                let setup_s = mean.round() as i64;
                let setups = (setup_s > 0 && families.len() > 1).then(|| Setups {
                    times: (0..families.len())
                        .map(|from| {
                            (0..families.len()).map(|to| if from == to { 0 } else { setup_s }).collect()
                        })
                        .collect(),
                    mounted: None,
                });
                let power = what.power.running_w.round() as i64;
                Machine {
                    name: what.name.clone(),
                    closed: merged(closed),
                    breaks: Breaks::Resume,
                    setups,
                    power,
                }
            })
            .collect()
    }

    fn closed_by_calendar(&self, station: &Station) -> Vec<Interval> {
        let calendar = station.calendar.and_then(|index| self.plant.flow.calendars.get(index as usize));
        let Some(calendar) = calendar else { return Vec::new() };
        let (from, to) = (self.from_s * 1_000_000_000, (self.from_s + CALENDAR_HORIZON_S) * 1_000_000_000);
        let (mut at, mut closed) = (from, Vec::new());
        while at < to {
            let turn = calendar.next_turn(at).unwrap_or(to).min(to);
            if !calendar.is_open(at) {
                closed.push(Interval {
                    from: at.div_euclid(1_000_000_000),
                    to: turn.div_euclid(1_000_000_000),
                });
            }
            at = turn;
        }
        closed
    }

    /// A machine that is down is back when its repair is expected to be over.
    fn closed_by_repair(&self, station: usize, what: &Station) -> Option<Interval> {
        let state = &self.plant.flow.state;
        let start = state.stations.iter().find(|start| start.station as usize == station)?;
        let (failure, since_ns) = start.down?;
        let repair_s = what.failures.get(failure as usize)?.time_to_repair_s.mean();
        let elapsed_s = (self.from_s - since_ns.div_euclid(1_000_000_000)).max(0) as f64;
        // A repair that has taken longer than usual takes a while yet.
        let left_s = (repair_s - elapsed_s).max(repair_s * 0.25).max(60.0);
        Some(Interval { from: self.from_s, to: self.from_s + left_s.round() as i64 })
    }
}

/// How long a lot takes on a machine, s: its pieces one after another, or at the pitch of a belt, stretched by the part
/// of the time that the machine is up.
fn duration_s(station: &Station, operation: usize, pieces: u32) -> i64 {
    let what = &station.operations[operation];
    let time_s = what.time_s.mean();
    let batch = what.takes.iter().map(|taken| taken.count).max().unwrap_or(1).max(1);
    let runs = f64::from(pieces.div_ceil(batch).max(1));
    let pitch_s = station.pitch_s.max(time_s / f64::from(station.slots.max(1)));
    let nominal_s = if station.slots > 1 { time_s + (runs - 1.0) * pitch_s } else { runs * pitch_s };
    (nominal_s / availability(station)).ceil().max(1.0) as i64
}

/// The part of its working time that a station is not broken; failures by jobs are set-ups and small stops and count too.
fn availability(station: &Station) -> f64 {
    let lost: f64 = station
        .failures
        .iter()
        .filter(|failure| failure.clock != trine_simulate::flow::FailureClock::Jobs)
        .map(|failure| failure.time_to_repair_s.mean() / failure.time_to_failure_s.mean().max(1.0))
        .filter(|part| part.is_finite())
        .sum();
    1.0 / (1.0 + lost)
}

/// In order and apart.
fn merged(mut intervals: Vec<Interval>) -> Vec<Interval> {
    intervals.retain(|interval| interval.to > interval.from);
    intervals.sort_unstable();
    let mut out: Vec<Interval> = Vec::new();
    for interval in intervals {
        match out.last_mut() {
            Some(last) if interval.from <= last.to => last.to = last.to.max(interval.to),
            _ => out.push(interval),
        }
    }
    out
}
