//! Random models: lines, branches, assemblies, loops, everything that a model can say, as far as it passes the check.

use crate::models::*;
use proptest::prelude::*;
use trine_simulate::Distribution;
use trine_simulate::flow::*;

/// Numbers that a model is made of; shrinks towards small and plain models.
#[derive(Clone, Debug)]
pub struct Recipe {
    numbers: Vec<u8>,
    at: usize,
}

impl Recipe {
    fn next(&mut self, below: u8) -> u8 {
        let number = self.numbers.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        number % below
    }

    /// True once in so many times; seldom when it shrinks.
    fn once_in(&mut self, times: u8) -> bool {
        self.next(times) == times - 1
    }

    fn time(&mut self, mean: f64) -> Distribution {
        match self.next(7) {
            0 => Distribution::Constant(mean),
            1 => exponential(mean),
            2 => Distribution::Uniform { low: 0.5 * mean, high: 1.5 * mean },
            3 => Distribution::Weibull { shape: 1.5, scale: mean },
            4 => Distribution::Lognormal { mean, sigma: 0.4 },
            5 => Distribution::Triangular { low: 0.0, mode: mean, high: 2.0 * mean },
            _ => Distribution::erlang(2, mean),
        }
    }

    fn capacity(&mut self) -> u32 {
        [3, 1, 0, 8, 2][self.next(5) as usize]
    }
}

pub fn recipes() -> impl Strategy<Value = Recipe> {
    prop::collection::vec(any::<u8>(), 0..160).prop_map(|numbers| Recipe { numbers, at: 0 })
}

/// A model of one to five stages. The material of stage k is k.
pub fn model(mut recipe: Recipe) -> FlowModel {
    let stages = 1 + u32::from(recipe.next(5));
    let mut model = FlowModel { start_ns: 1_000 * SECOND, ..FlowModel::default() };
    for stage in 0..=stages {
        model.materials.push(Material { name: format!("stage {stage}"), family: stage % 3 });
        let capacity = if stage == 0 { 5 } else { recipe.capacity() };
        model.buffers.push(buffer(&format!("buffer {stage}"), capacity));
        conveyor(&mut recipe, &mut model.buffers[stage as usize]);
    }
    model.calendars.push(day(&mut recipe));
    model.crews.push(Crew { name: "crew".into(), count: 2, calendar: recipe.once_in(3).then_some(0) });
    for stage in 0..stages {
        for twin in 0..=u32::from(recipe.once_in(3)) {
            let station = machine(&mut recipe, &mut model, stage, twin);
            model.stations.push(station);
        }
    }
    let arrivals = match recipe.next(5) {
        0 => Arrivals::Every(recipe.time(12.0)),
        1 => Arrivals::Always,
        2 => Arrivals::OrLost(recipe.time(9.0)),
        3 => Arrivals::FillUp(recipe.time(60.0)),
        _ => Arrivals::Orders,
    };
    if arrivals == Arrivals::Orders {
        orders(&mut recipe, &mut model, stages);
    }
    model.sources.push(source("supply", pieces(0, 0), arrivals));
    let mut exit = sink("exit", stages);
    if recipe.once_in(4) && model.buffers[stages as usize].capacity > 0 {
        exit.every_s = Some(recipe.time(40.0));
    }
    model.sinks.push(exit);
    vehicles(&mut recipe, &mut model);
    model
}

fn conveyor(recipe: &mut Recipe, buffer: &mut Buffer) {
    if buffer.capacity > 0 && recipe.once_in(4) {
        (buffer.transit_s, buffer.pitch_s) = (7.0, 2.0);
    }
}

fn day(recipe: &mut Recipe) -> Calendar {
    let first = 20 * i64::from(1 + recipe.next(5));
    Calendar {
        name: "day".into(),
        period_ns: 300 * SECOND,
        open_ns: vec![(0, first * SECOND), ((first + 20) * SECOND, 290 * SECOND)],
        ..Calendar::default()
    }
}

fn machine(recipe: &mut Recipe, model: &mut FlowModel, stage: u32, twin: u32) -> Station {
    let mut work = operation(pieces(stage, stage), pieces(stage + 1, stage + 1), recipe.time(10.0));
    batch_or_assembly(recipe, model, &mut work, stage);
    outcomes(recipe, &mut work, stage);
    work.crew = recipe.once_in(4).then_some((0, 1 + u32::from(recipe.once_in(3))));
    let mut station = station(&format!("machine {stage}.{twin}"), vec![work]);
    station.slots = 1 + u32::from(recipe.once_in(4)) * 2;
    station.pitch_s = f64::from(recipe.once_in(5)) * 3.0;
    station.choice = [Choice::InTurn, Choice::First, Choice::Oldest, Choice::EarliestDue, Choice::LeastSetup]
        [recipe.next(5) as usize];
    if stage > 0 && recipe.once_in(4) {
        // It also works on what its neighbour before it works on: a route with alternatives.
        station.operations.push(operation(
            pieces(stage - 1, stage - 1),
            pieces(stage, stage),
            recipe.time(14.0),
        ));
        station.setup.time_s = Some(recipe.time(5.0));
        station.setup.crew = recipe.once_in(3).then_some((0, 1));
    }
    station.calendar = recipe.once_in(3).then_some(0);
    station.at_close = if recipe.once_in(2) { AtClose::Pause } else { AtClose::Finish };
    for number in 0..recipe.next(3) {
        let mut broken = failure(&format!("failure {number}"), recipe.time(80.0), recipe.time(15.0));
        broken.clock =
            [FailureClock::Operating, FailureClock::Calendar, FailureClock::Jobs][recipe.next(3) as usize];
        if broken.clock == FailureClock::Jobs {
            broken.time_to_failure_s = recipe.time(7.0);
        }
        broken.crew = recipe.once_in(3).then_some((0, 1));
        broken.scraps = recipe.once_in(4);
        station.failures.push(broken);
    }
    station.tool = recipe.once_in(4).then(|| Tool {
        life_s: recipe.time(60.0),
        change_s: recipe.time(6.0),
        crew: recipe.once_in(2).then_some((0, 1)),
    });
    station.power = Power { running_w: 1_000.0, idle_w: 200.0, setup_w: 300.0, down_w: 50.0, off_w: 5.0 };
    station
}

fn batch_or_assembly(recipe: &mut Recipe, model: &mut FlowModel, work: &mut Operation, stage: u32) {
    match recipe.next(6) {
        4 => {
            (work.takes[0].count, work.outcomes[0].gives[0].count) = (2, 2);
            work.least = recipe.once_in(2).then_some(PartialBatch { count: 1, after_s: 8.0 });
        }
        5 => {
            let material = model.materials.len() as u32;
            model.materials.push(Material { name: format!("bolt {stage}"), family: 0 });
            let place = model.buffers.len() as u32;
            model.buffers.push(buffer(&format!("bolts {stage}"), 6));
            work.takes.push(Pieces { material, buffer: place, count: 2 });
            let mut bolts =
                source(&format!("bolts {stage} {place}"), pieces(material, place), Arrivals::Always);
            bolts.gives.count = 2;
            model.sources.push(bolts);
        }
        _ => {}
    }
}

fn outcomes(recipe: &mut Recipe, work: &mut Operation, stage: u32) {
    let scrap = Outcome { chance: 0.1, kind: OutcomeKind::Scrap, gives: Vec::new() };
    let again = Outcome { chance: 0.2, kind: OutcomeKind::Rework, gives: vec![pieces(stage, stage)] };
    match recipe.next(5) {
        2 => work.outcomes.push(scrap),
        3 => work.outcomes.push(again),
        4 => work.outcomes.extend([scrap, again]),
        _ => {}
    }
    let others: f64 = work.outcomes[1..].iter().map(|outcome| outcome.chance).sum();
    work.outcomes[0].chance = 1.0 - others;
}

fn orders(recipe: &mut Recipe, model: &mut FlowModel, stages: u32) {
    for number in 0..1 + u32::from(recipe.next(6)) {
        model.orders.push(Order {
            name: format!("order {number}"),
            material: stages,
            quantity: 1 + u32::from(recipe.next(20)),
            release_ns: model.start_ns + i64::from(recipe.next(200)) * SECOND,
            due_ns: model.start_ns + 400 * SECOND,
            weight: 1.0,
            ..Order::default()
        });
    }
}

/// Vehicles carry the last stage to another buffer and out.
fn vehicles(recipe: &mut Recipe, model: &mut FlowModel) {
    let from = model.sinks[0].buffer;
    if !recipe.once_in(3) || model.buffers[from as usize].capacity == 0 {
        return;
    }
    let to = model.buffers.len() as u32;
    model.buffers.push(buffer("dispatch", recipe.capacity()));
    (model.sinks[0].buffer, model.sinks[0].every_s) = (to, None);
    let way = |from, to| Way { from, to, both: true, capacity: 1 };
    model.fleets.push(Fleet {
        name: "carts".into(),
        vehicles: (0..3).map(|number| (format!("cart {number}"), number)).collect(),
        speed_m_s: 1.0,
        nodes: vec![[0.0, 0.0], [8.0, 0.0], [8.0, 6.0]],
        ways: vec![way(0, 1), way(1, 2)],
        battery: recipe.once_in(2).then(|| Battery {
            drain_per_s: 0.5,
            idle_drain_per_s: 0.01,
            charge_per_s: 2.0,
            low: 30.0,
            full: 100.0,
            chargers: vec![0],
        }),
    });
    model.transports.push(Transport {
        fleet: 0,
        from,
        to,
        from_node: 0,
        to_node: 2,
        load_max: 2,
        load_min: 1,
        handling_s: 1.5,
        ..Transport::default()
    });
}
