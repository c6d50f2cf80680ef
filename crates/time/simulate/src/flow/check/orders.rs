//! Whether orders can be made, and in time.

use super::{Fault, FlowModel, place, station_place};
use crate::flow::Choice;

pub(super) fn check(model: &FlowModel, faults: &mut Vec<Fault>) {
    let made: std::collections::BTreeSet<u32> = model
        .stations
        .iter()
        .flat_map(|station| &station.operations)
        .flat_map(|operation| &operation.outcomes)
        .flat_map(|outcome| &outcome.gives)
        .map(|pieces| pieces.material)
        .collect();
    for (index, order) in model.orders.iter().enumerate() {
        let at = place("order", &order.name, index);
        if order.quantity == 0 {
            faults.push(Fault::warning(&at, "it asks for nothing"));
        }
        if order.due_ns < order.release_ns {
            faults.push(Fault::warning(&at, "it is due before it may begin"));
        }
        if order.due_ns < model.start_ns && order.done < order.quantity {
            faults.push(Fault::warning(&at, "it was due before the start and is late already"));
        }
        if !order.weight.is_finite() || order.weight < 0.0 {
            faults.push(Fault::error(&at, format!("a weight of {} makes no sense", order.weight)));
        }
        if !made.contains(&order.material) {
            let material = &model.materials[order.material as usize].name;
            faults.push(Fault::warning(
                &at,
                format!("no operation makes “{material}”, so it is never finished"),
            ));
        }
        dispatches(model, index, &at, faults);
    }
    for (index, station) in model.stations.iter().enumerate().filter(|(_, s)| s.choice == Choice::Planned) {
        let is_meant = |dispatch: &crate::flow::Dispatch| dispatch.station as usize == index;
        if !model.orders.iter().flat_map(|order| &order.dispatches).any(is_meant) {
            faults.push(Fault::warning(
                station_place(station, index),
                "it works by plan, but nothing is planned for it",
            ));
        }
    }
}

fn dispatches(model: &FlowModel, index: usize, at: &str, faults: &mut Vec<Fault>) {
    for dispatch in &model.orders[index].dispatches {
        let number = dispatch.station as usize;
        let station = &model.stations[number];
        let name = station_place(station, number);
        if station.choice != Choice::Planned {
            faults.push(Fault::warning(at, format!("{name} is in its plan but does not work by plan")));
        } else if !station.operations.iter().any(|operation| operation.step == dispatch.step) {
            let reason =
                format!("{name} has no operation for step {}, so its plan would stop there", dispatch.step);
            faults.push(Fault::error(at, reason));
        }
    }
}
