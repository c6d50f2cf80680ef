//! What really came, in the same figures as a forecast.

use crate::{Past, PlantModel, observe};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use trine_simulate::flow::{FlowModel, Summary};
use trine_world::MachineState;

/// What a plant, or a run of its model, did in a stretch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// Good pieces of the machines after which pieces leave the plant.
    pub output: f64,
    /// By station of the model.
    pub stations: Vec<StationOutcome>,
}

/// What a machine did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StationOutcome {
    /// Good pieces.
    pub good: f64,
    /// Scrapped pieces.
    pub scrap: f64,
    /// Part of the time at work, 0 to 1; none when nobody knows.
    pub running: Option<f64>,
    /// Part of the time broken.
    pub down: Option<f64>,
}

/// What the plant did in a past, in the figures of a model.
#[must_use]
pub fn outcome(model: &PlantModel, past: &Past<'_>) -> Outcome {
    let observed = observe(past);
    let station = |thing: Option<trine_base::ThingId>| {
        let machine = thing.and_then(|thing| observed.machine(thing));
        machine.map_or_else(StationOutcome::default, |machine| {
            let known = !machine.timeline.is_empty();
            let share = |state| known.then(|| machine.share(state));
            let good = if machine.good + machine.scrap > 0 { machine.good } else { machine.runs };
            StationOutcome {
                good: good as f64,
                scrap: machine.scrap as f64,
                running: share(MachineState::Running),
                down: share(MachineState::Down),
            }
        })
    };
    let stations: Vec<StationOutcome> = model.mapping.stations.iter().map(|map| station(map.thing)).collect();
    Outcome { output: output(&model.flow, &stations), stations }
}

/// What a run of the model did.
pub(super) fn of_run(model: &PlantModel, run: &Summary) -> Outcome {
    use trine_simulate::flow::StationState;
    let stations = run.stations.iter().map(|station| {
        let all: f64 = station.seconds.iter().sum();
        let share = |state: StationState| (all > 0.0).then(|| station.seconds[state.index()] / all);
        StationOutcome {
            good: station.good as f64,
            scrap: station.scrap as f64,
            running: share(StationState::Running),
            down: share(StationState::Down),
        }
    });
    let stations: Vec<StationOutcome> = stations.collect();
    Outcome { output: output(&model.flow, &stations), stations }
}

fn output(flow: &FlowModel, stations: &[StationOutcome]) -> f64 {
    let last = last_stations(flow);
    stations
        .iter()
        .zip(0u32..)
        .filter(|(_, index)| last.contains(index))
        .map(|(station, _)| station.good)
        .sum()
}

/// The stations after which pieces only lie or are carried until they leave the plant as its output.
fn last_stations(flow: &FlowModel) -> BTreeSet<u32> {
    let mut buffers: BTreeSet<u32> =
        flow.sinks.iter().filter(|sink| sink.is_output).map(|sink| sink.buffer).collect();
    loop {
        let before = buffers.len();
        let carried = flow.transports.iter().filter(|transport| buffers.contains(&transport.to));
        let carried: Vec<u32> = carried.map(|transport| transport.from).collect();
        buffers.extend(carried);
        if buffers.len() == before {
            break;
        }
    }
    let gives = |station: &trine_simulate::flow::Station| {
        let outcomes = station.operations.iter().flat_map(|operation| &operation.outcomes);
        outcomes.flat_map(|outcome| &outcome.gives).any(|pieces| buffers.contains(&pieces.buffer))
    };
    (0..).zip(&flow.stations).filter(|(_, station)| gives(station)).map(|(index, _)| index).collect()
}
