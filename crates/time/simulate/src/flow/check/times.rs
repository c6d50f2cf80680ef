//! Whether times, chances, powers and numbers of pieces are such that something can come of them.

use super::{Fault, FlowModel, operation_place, place, station_place};
use crate::Distribution;
use crate::flow::{Arrivals, Operation, Station};

/// Times beyond this are a mistake, s: three hundred years would not fit into nanoseconds.
const TIME_MAX_S: f64 = 3.2e9;
/// How far the chances of outcomes may be off 1.
const CHANCE_ERROR: f64 = 1e-6;
/// Pieces that a source without end may fill a buffer with.
const FILL_MAX: u32 = 1_000_000;

pub(super) fn check(model: &FlowModel, faults: &mut Vec<Fault>) {
    for (index, station) in model.stations.iter().enumerate() {
        stations(station, index, faults);
    }
    for (index, buffer) in model.buffers.iter().enumerate() {
        let at = place("buffer", &buffer.name, index);
        seconds(&at, "transit time", buffer.transit_s, faults);
        seconds(&at, "pitch", buffer.pitch_s, faults);
        if buffer.capacity == 0 && (buffer.transit_s > 0.0 || buffer.pitch_s > 0.0) {
            let reason = "pieces travel on it, but none fits; give it a capacity above 0";
            faults.push(Fault::error(&at, reason));
        }
    }
    sources(model, faults);
    for (index, sink) in model.sinks.iter().enumerate() {
        if let Some(interval) = &sink.every_s {
            interval_of(&place("sink", &sink.name, index), interval, faults);
        }
    }
    fleets(model, faults);
}

/// A distribution of times; whether it may be 0 always.
fn time(at: &str, what: &str, distribution: &Distribution, faults: &mut Vec<Fault>) -> bool {
    if let Err(error) = distribution.check() {
        faults.push(Fault::error(at, format!("{what}: {error}")));
        return false;
    }
    let mean = distribution.mean();
    if !mean.is_finite() || mean > TIME_MAX_S {
        faults.push(Fault::error(at, format!("{what}: its mean, {mean} s, is longer than can be simulated")));
        return false;
    }
    true
}

/// An interval has to be longer than nothing, or it would never end.
fn interval_of(at: &str, distribution: &Distribution, faults: &mut Vec<Fault>) {
    if time(at, "interval", distribution, faults) && distribution.mean() <= 0.0 {
        let reason = "the interval is 0 s, so that time would stand still; give it a length";
        faults.push(Fault::error(at, reason));
    }
}

fn seconds(at: &str, what: &str, value: f64, faults: &mut Vec<Fault>) {
    if !(0.0..=TIME_MAX_S).contains(&value) {
        faults.push(Fault::error(at, format!("{what}: {value} s is negative, not a number, or too long")));
    }
}

fn stations(station: &Station, index: usize, faults: &mut Vec<Fault>) {
    let at = station_place(station, index);
    seconds(&at, "pitch", station.pitch_s, faults);
    for (number, failure) in station.failures.iter().enumerate() {
        let at = format!("{at}, {}", place("failure", &failure.name, number));
        time(&at, "time to repair", &failure.time_to_repair_s, faults);
        if time(&at, "time to failure", &failure.time_to_failure_s, faults)
            && failure.time_to_failure_s.mean() <= 0.0
        {
            faults.push(Fault::error(&at, "it fails after 0 s, again and again; give it a time to failure"));
        }
    }
    let setups = station.setup.time_s.iter().chain(station.setup.pairs.iter().map(|(_, _, time)| time));
    setups.for_each(|setup| {
        time(&at, "set-up time", setup, faults);
    });
    if let Some(tool) = &station.tool {
        time(&at, "time to change the tool", &tool.change_s, faults);
        if time(&at, "life of the tool", &tool.life_s, faults) && tool.life_s.mean() <= 0.0 {
            faults.push(Fault::error(&at, "its tool lasts 0 s; give it a life"));
        }
    }
    let power = &station.power;
    for watts in [power.running_w, power.idle_w, power.setup_w, power.down_w, power.off_w] {
        if !watts.is_finite() {
            faults.push(Fault::error(&at, format!("a power of {watts} W is no number")));
        }
    }
    for (number, operation) in station.operations.iter().enumerate() {
        operation_of(&operation_place(station, index, operation, number), operation, faults);
    }
}

fn operation_of(at: &str, operation: &Operation, faults: &mut Vec<Fault>) {
    time(at, "time", &operation.time_s, faults);
    let sum: f64 = operation.outcomes.iter().map(|outcome| outcome.chance).sum();
    let is_chance = |chance: f64| (0.0..=1.0 + CHANCE_ERROR).contains(&chance);
    if operation.outcomes.iter().any(|outcome| !is_chance(outcome.chance)) {
        faults.push(Fault::error(at, "a chance of an outcome is not between 0 and 1"));
    } else if operation.outcomes.is_empty() {
        faults.push(Fault::warning(at, "it has no outcome: what it takes is gone"));
    } else if (sum - 1.0).abs() > CHANCE_ERROR {
        faults.push(Fault::error(at, format!("the chances of its outcomes sum to {sum}, not to 1")));
    }
    let total: u32 = operation.takes.iter().map(|pieces| pieces.count).fold(0, u32::saturating_add);
    if total > FILL_MAX {
        faults.push(Fault::error(at, format!("it takes {total} pieces at once; {FILL_MAX} are possible")));
    }
    if let Some(least) = operation.least {
        seconds(at, "wait for a full batch", least.after_s, faults);
        if least.count > total {
            let reason = format!("it asks for at least {} pieces of {total}", least.count);
            faults.push(Fault::error(at, reason));
        }
    }
}

fn sources(model: &FlowModel, faults: &mut Vec<Fault>) {
    for (index, source) in model.sources.iter().enumerate() {
        let at = place("source", &source.name, index);
        let capacity = model.buffers[source.gives.buffer as usize].capacity;
        match &source.arrivals {
            Arrivals::Every(interval) => interval_of(&at, interval, faults),
            Arrivals::OrLost(interval) => {
                interval_of(&at, interval, faults);
                if capacity == 0 {
                    let reason = "none fits into its buffer, so that all would be lost; give it a capacity";
                    faults.push(Fault::error(&at, reason));
                }
            }
            Arrivals::FillUp(interval) => {
                interval_of(&at, interval, faults);
                bounded(&at, capacity, faults);
            }
            Arrivals::Always => bounded(&at, capacity, faults),
            Arrivals::Orders => {}
        }
    }
}

fn bounded(at: &str, capacity: u32, faults: &mut Vec<Fault>) {
    if capacity > FILL_MAX {
        let reason = format!("it fills a buffer for {capacity} pieces; {FILL_MAX} are possible");
        faults.push(Fault::error(at, reason));
    }
}

fn fleets(model: &FlowModel, faults: &mut Vec<Fault>) {
    for (index, fleet) in model.fleets.iter().enumerate() {
        let at = place("fleet", &fleet.name, index);
        if !(fleet.speed_m_s > 0.0 && fleet.speed_m_s.is_finite()) {
            faults.push(Fault::error(&at, format!("a speed of {} m/s leads nowhere", fleet.speed_m_s)));
        }
        if fleet.nodes.iter().flatten().any(|x| !x.is_finite()) {
            faults.push(Fault::error(&at, "a node has no place: a coordinate is not a number"));
        }
        if let Some(battery) = &fleet.battery {
            let rates = [battery.drain_per_s, battery.idle_drain_per_s, battery.low, battery.full];
            if rates.iter().any(|rate| !(*rate >= 0.0 && rate.is_finite())) {
                faults.push(Fault::error(&at, "a figure of the battery is negative or not a number"));
            } else if !(battery.charge_per_s > 0.0 && battery.charge_per_s.is_finite()) {
                faults.push(Fault::error(
                    &at,
                    "its batteries never get charged: the charge per second is not positive",
                ));
            } else if battery.full <= battery.low {
                faults.push(Fault::error(
                    &at,
                    "its batteries are full below the point at which they are charged",
                ));
            } else if battery.chargers.is_empty() {
                faults.push(Fault::warning(&at, "it has batteries but no charger"));
            }
        }
    }
    for (index, transport) in model.transports.iter().enumerate() {
        seconds(&place("transport", "", index), "handling time", transport.handling_s, faults);
    }
}
