//! Models that the tests run.

use trine_simulate::Distribution;
use trine_simulate::flow::*;

/// Room for as many as come.
pub const ENDLESS: u32 = u32::MAX;
/// A second, ns.
pub const SECOND: i64 = 1_000_000_000;

pub fn exponential(mean: f64) -> Distribution {
    Distribution::Exponential { mean }
}

pub fn pieces(material: u32, buffer: u32) -> Pieces {
    Pieces { material, buffer, count: 1 }
}

pub fn materials(names: &[&str]) -> Vec<Material> {
    names.iter().map(|name| Material { name: (*name).into(), family: 0 }).collect()
}

pub fn buffer(name: &str, capacity: u32) -> Buffer {
    Buffer { name: name.into(), capacity, ..Buffer::default() }
}

/// Takes one piece, gives one good piece.
pub fn operation(from: Pieces, to: Pieces, time_s: Distribution) -> Operation {
    Operation {
        name: "work".into(),
        takes: vec![from],
        time_s,
        outcomes: vec![good(1.0, to)],
        ..Operation::default()
    }
}

pub fn good(chance: f64, to: Pieces) -> Outcome {
    Outcome { chance, kind: OutcomeKind::Good, gives: vec![to] }
}

pub fn station(name: &str, operations: Vec<Operation>) -> Station {
    Station { name: name.into(), slots: 1, operations, ..Station::default() }
}

pub fn source(name: &str, gives: Pieces, arrivals: Arrivals) -> Source {
    Source { name: name.into(), gives, arrivals }
}

pub fn sink(name: &str, buffer: u32) -> Sink {
    Sink { name: name.into(), buffer, is_output: true, every_s: None }
}

pub fn failure(name: &str, life: Distribution, repair: Distribution) -> Failure {
    Failure {
        name: name.into(),
        time_to_failure_s: life,
        clock: FailureClock::Operating,
        time_to_repair_s: repair,
        crew: None,
        scraps: false,
    }
}

/// A queue before one station: G/G/c.
pub fn queue(arrivals: Distribution, service: Distribution, servers: u32) -> FlowModel {
    let mut server = station("server", vec![operation(pieces(0, 0), pieces(0, 1), service)]);
    server.slots = servers;
    FlowModel {
        materials: materials(&["customer"]),
        buffers: vec![buffer("queue", ENDLESS), buffer("door", 0)],
        stations: vec![server],
        sources: vec![source("street", pieces(0, 0), Arrivals::Every(arrivals))],
        sinks: vec![sink("exit", 1)],
        ..FlowModel::default()
    }
}

/// Stations in a row with buffers between them, always fed, never blocked at the end.
pub fn line(stations: usize, capacity: u32, time: impl Fn(usize) -> Distribution) -> FlowModel {
    let mut model = FlowModel { materials: materials(&["part"]), ..FlowModel::default() };
    for at in 0..=stations as u32 {
        let is_end = at == 0 || at == stations as u32;
        model.buffers.push(buffer(&format!("buffer {at}"), if is_end { 1 } else { capacity }));
    }
    for at in 0..stations {
        let work = operation(pieces(0, at as u32), pieces(0, at as u32 + 1), time(at));
        model.stations.push(station(&format!("station {at}"), vec![work]));
    }
    model.sources.push(source("supply", pieces(0, 0), Arrivals::Always));
    model.sinks.push(sink("exit", stations as u32));
    model
}
