//! The same models through the material-flow engine, and what only it can do: forks of a large plant, replications.

use crate::clock::Clock;
use crate::line::{CYCLE_S, LIFE_S, REPAIR_S, ROOM, STATIONS};
use std::sync::atomic::AtomicBool;
use trine_simulate::flow::*;
use trine_simulate::{Distribution, Simulation};

const HOUR: i64 = 3_600_000_000_000;

fn exponential(mean: f64) -> Distribution {
    Distribution::Exponential { mean }
}

fn pieces(buffer: u32) -> Pieces {
    Pieces { material: 0, buffer, count: 1 }
}

fn station(at: usize, time_s: Distribution) -> Station {
    let outcomes = vec![Outcome { chance: 1.0, kind: OutcomeKind::Good, gives: vec![pieces(at as u32 + 1)] }];
    let work = Operation { takes: vec![pieces(at as u32)], time_s, outcomes, ..Operation::default() };
    Station { name: format!("station {at}"), slots: 1, operations: vec![work], ..Station::default() }
}

fn plant(stations: Vec<Station>, room: u32, arrivals: Arrivals) -> FlowModel {
    let last = stations.len() as u32;
    let capacity = |at: u32| if at == 0 && arrivals == Arrivals::Always { 1 } else { room };
    FlowModel {
        materials: vec![Material { name: "part".into(), family: 0 }],
        buffers: (0..=last).map(|at| Buffer { capacity: capacity(at), ..Buffer::default() }).collect(),
        stations,
        sources: vec![Source { name: "supply".into(), gives: pieces(0), arrivals }],
        sinks: vec![Sink { name: "exit".into(), buffer: last, is_output: true, every_s: None }],
        ..FlowModel::default()
    }
}

fn line(stations: usize) -> FlowModel {
    let fragile = |at| {
        let mut station = station(at, exponential(CYCLE_S));
        station.failures.push(Failure {
            name: "breakdown".into(),
            time_to_failure_s: exponential(LIFE_S),
            clock: FailureClock::Operating,
            time_to_repair_s: exponential(REPAIR_S),
            crew: None,
            scraps: false,
        });
        station
    };
    plant((0..stations).map(fragile).collect(), ROOM, Arrivals::Always)
}

fn start(model: &FlowModel) -> Simulation<Flow> {
    Flow::start(model, 1).expect("the bench's models are sound")
}

/// Events per second of M/M/1.
pub fn mm1() -> f64 {
    let model = plant(vec![station(0, exponential(1.0))], u32::MAX, Arrivals::Every(exponential(1.25)));
    let mut simulation = start(&model);
    let begun = Clock::start();
    let events = simulation.run_until(3_000 * HOUR);
    events as f64 / begun.seconds()
}

/// Events per second of the line, and pieces per hour.
pub fn line20() -> (f64, f64) {
    let mut simulation = start(&line(STATIONS));
    let begun = Clock::start();
    let hours = 10_000;
    let events = simulation.run_until(hours * HOUR);
    (events as f64 / begun.seconds(), simulation.model.output() as f64 / hours as f64)
}

/// Seconds for a thousand replications of an eight-hour shift of the line, on one core.
pub fn thousand_shifts() -> f64 {
    let model = line(STATIONS);
    let wanted = Replicate { count: 1_000, horizon_ns: 8 * HOUR, ..Replicate::default() };
    let begun = Clock::start();
    let result = replicate(&model, &wanted, &|work| work(), &|_| {}, &AtomicBool::new(false))
        .expect("the model is sound");
    assert_eq!(result.summaries.len(), 1_000);
    begun.seconds()
}

/// Milliseconds to fork a plant of a thousand machines and ten thousand parts that has run for a while, and parts.
pub fn fork() -> (f64, u32) {
    let mut model = line(1_000);
    model.buffers.iter_mut().for_each(|buffer| buffer.capacity = 20);
    let waiting = (1..1_000u32).flat_map(|buffer| (0..10).map(move |_| buffer));
    model.state.waiting = waiting.map(|buffer| WaitingPiece { buffer, ..WaitingPiece::default() }).collect();
    let mut simulation = start(&model);
    simulation.run_until(HOUR);
    let begun = Clock::start();
    let forks: Vec<_> = (0..20).map(|_| simulation.clone()).collect();
    (begun.seconds() * 1e3 / forks.len() as f64, forks[0].model.wip())
}
