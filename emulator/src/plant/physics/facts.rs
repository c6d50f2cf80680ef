//! The discrete things that a device says: words, serials, counts.

use super::activity::{Asset, state};
use crate::plant::catalog::{Class, Fact};
use crate::plant::flow::{Flow, Part, Slot, Station, VARIANTS};
use std::sync::Arc;
use trine_base::Value;
use trine_world::MachineState;

/// What a condition signal says when all is well: it clears every alarm of its signal.
const NORMAL: &str = "NORMAL||||";

/// The value of a fact of a device now.
pub fn value(flow: &Flow, asset: Asset, fact: Fact, now: i64) -> Value {
    match fact {
        Fact::State => Value::text(state(flow, asset, now).as_str()),
        Fact::Part => Value::Text(part(flow, asset, now).map_or_else(empty, |part| part.serial.clone())),
        Fact::Order => Value::Text(part(flow, asset, now).map_or_else(empty, |part| part.order.clone())),
        Fact::Level => Value::Integer(pieces(flow, asset) as i64),
        Fact::Capacity => Value::Integer(capacity(flow, asset) as i64),
        Fact::Shipped => Value::Integer(flow.shipped as i64),
        _ => match asset {
            Asset::Station(index) => station_fact(&flow.stations[usize::from(index)], fact),
            Asset::Loader(index) => loader_fact(flow, index, fact),
            Asset::Vehicle(index) => vehicle_fact(flow, index, fact),
            _ => Value::Absent,
        },
    }
}

fn empty() -> Arc<str> {
    Arc::from("")
}

/// The workpiece that is seen in a device.
fn part(flow: &Flow, asset: Asset, now: i64) -> Option<&Part> {
    match asset {
        Asset::Station(index) => flow.stations[usize::from(index)].part(),
        Asset::Loader(index) => {
            let served = flow.loaders[usize::from(index)].serving?;
            flow.stations[usize::from(served)].part()
        }
        Asset::Store(index) => {
            let store = &flow.stores[usize::from(index)];
            store.first(now).or(store.items.front().map(|(part, _)| part))
        }
        Asset::Vehicle(index) => flow.vehicles[usize::from(index)].load.first(),
        Asset::Charger(_) | Asset::Meter => None,
    }
}

fn pieces(flow: &Flow, asset: Asset) -> usize {
    match asset {
        Asset::Store(index) => flow.stores[usize::from(index)].items.len(),
        Asset::Vehicle(index) => flow.vehicles[usize::from(index)].load.len(),
        _ => 0,
    }
}

fn capacity(flow: &Flow, asset: Asset) -> usize {
    match asset {
        Asset::Store(index) => flow.stores[usize::from(index)].row.capacity,
        _ => 8,
    }
}

fn station_fact(station: &Station, fact: Fact) -> Value {
    let condition = |slot| Value::Text(station.condition(slot).cloned().unwrap_or_else(|| NORMAL.into()));
    match fact {
        Fact::Mode => Value::text(mode(station.state)),
        Fact::Program => Value::text(program(station)),
        Fact::Good => Value::Integer(station.good as i64),
        Fact::Scrap => Value::Integer(station.scrap as i64),
        Fact::LastCycle => Value::Number((station.last_cycle_s * 100.0).round() / 100.0),
        Fact::Tool => Value::text(format!("T{:02}", station.tool.number)),
        Fact::DoorClosed => Value::Boolean(station.is_working()),
        Fact::Clamped => Value::Boolean(!station.jobs.is_empty()),
        Fact::SystemCondition => condition(Slot::System),
        Fact::SpindleCondition => condition(Slot::Spindle),
        Fact::MediaCondition => condition(Slot::Media),
        Fact::Result => Value::text(if station.last_was_good { "OK" } else { "NOK" }),
        _ => Value::Absent,
    }
}

fn mode(state: MachineState) -> &'static str {
    match state {
        MachineState::Down => "MANUAL",
        MachineState::Setup => "SETUP",
        _ => "AUTOMATIC",
    }
}

/// The program by the size of the drive and the operation: `D80-GRIND`.
fn program(station: &Station) -> String {
    let operation = match station.class {
        Class::Turning => "TURN",
        Class::Milling => "MILL",
        Class::Grinding => "GRIND",
        Class::Hobbing => "HOB",
        Class::Shaving => "SHAVE",
        Class::TestBench => "TEST",
        Class::Measuring => "MEAS",
        _ => return "STANDARD".into(),
    };
    let variant = station.variant.map_or("D63", |variant| VARIANTS[usize::from(variant)]);
    format!("{variant}-{operation}")
}

fn loader_fact(flow: &Flow, index: u16, fact: Fact) -> Value {
    let loader = &flow.loaders[usize::from(index)];
    match fact {
        Fact::Mode => Value::text("AUTOMATIC"),
        Fact::Program => Value::text("LOAD"),
        Fact::Good => Value::Integer(loader.moves as i64),
        Fact::Scrap => Value::Integer(0),
        Fact::LastCycle => Value::Number(9.0),
        Fact::Clamped => Value::Boolean(loader.serving.is_some()),
        Fact::SystemCondition => Value::text(NORMAL),
        _ => Value::Absent,
    }
}

fn vehicle_fact(flow: &Flow, index: u16, fact: Fact) -> Value {
    let vehicle = &flow.vehicles[usize::from(index)];
    match fact {
        Fact::Task => Value::text(vehicle.step.word()),
        Fact::TripsDone => Value::Integer(vehicle.trips_done as i64),
        Fact::SystemCondition => Value::text(NORMAL),
        _ => Value::Absent,
    }
}
