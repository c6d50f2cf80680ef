//! What is wrong with a model, found before anything runs.
//!
//! References come first: when one leads nowhere, the questions after it make no sense and are not asked.

mod calendars;
mod orders;
mod references;
mod routes;
mod start;
mod times;

use super::{Fault, FlowModel, Operation, Station};

/// All that is wrong with a model: errors first, then warnings, each in the order of the model.
#[must_use]
pub fn check(model: &FlowModel) -> Vec<Fault> {
    let mut faults = references::check(model);
    if faults.is_empty() {
        times::check(model, &mut faults);
        calendars::check(model, &mut faults);
        routes::check(model, &mut faults);
        orders::check(model, &mut faults);
        start::check(model, &mut faults);
    }
    faults.sort_by_key(|fault| std::cmp::Reverse(fault.severity));
    faults
}

fn place(kind: &str, name: &str, index: usize) -> String {
    if name.is_empty() { format!("{kind} {}", index + 1) } else { format!("{kind} “{name}”") }
}

fn station_place(station: &Station, index: usize) -> String {
    place("station", &station.name, index)
}

fn operation_place(station: &Station, index: usize, operation: &Operation, number: usize) -> String {
    format!("{}, {}", station_place(station, index), place("operation", &operation.name, number))
}
