//! Whether the start is one at which the plant could stand.

use super::{Fault, FlowModel, place, station_place};
use std::collections::{BTreeMap, BTreeSet};

/// Horizons beyond this are taken for ones without end, ns: a hundred years.
const HORIZON_MAX_NS: i64 = 3_155_760_000_000_000_000;

pub(super) fn check(model: &FlowModel, faults: &mut Vec<Fault>) {
    waiting(model, faults);
    let mut met = BTreeSet::new();
    for start in &model.state.stations {
        let number = start.station as usize;
        let station = &model.stations[number];
        let at = format!("start of {}", station_place(station, number));
        if !met.insert(start.station) {
            faults.push(Fault::error(&at, "it is described twice"));
        }
        if start.jobs.len() > station.slots.max(1) as usize {
            let reason =
                format!("{} jobs are in it, but only {} fit", start.jobs.len(), station.slots.max(1));
            faults.push(Fault::error(&at, reason));
        }
        let times = start.jobs.iter().map(|job| job.since_ns);
        let times =
            times.chain(start.down.map(|(_, since)| since)).chain(start.setup.map(|(_, since)| since));
        if times.into_iter().any(|since| since > model.start_ns) {
            faults.push(Fault::error(&at, "something in it began after the start"));
        }
        if start.ages.iter().chain([&start.tool_age_s]).any(|age| !(*age >= 0.0 && age.is_finite())) {
            faults.push(Fault::error(&at, "an age is negative or not a number"));
        }
    }
    for start in &model.state.vehicles {
        let fleet = &model.fleets[start.vehicle.0 as usize];
        let at = format!("start of vehicle “{}”", fleet.vehicles[start.vehicle.1 as usize].0);
        if !(0.0..=100.0).contains(&start.battery) {
            faults.push(Fault::error(&at, format!("a battery of {} % makes no sense", start.battery)));
        }
        let wrong = |load: &(u32, u32, u32)| {
            let transport = &model.transports[load.0 as usize];
            transport.fleet != start.vehicle.0 || transport.material.is_some_and(|only| only != load.1)
        };
        if start.load.as_ref().is_some_and(wrong) {
            faults.push(Fault::error(&at, "it carries something that is not for its fleet or its transport"));
        }
    }
}

fn waiting(model: &FlowModel, faults: &mut Vec<Fault>) {
    let mut levels: BTreeMap<u32, u32> = BTreeMap::new();
    for piece in &model.state.waiting {
        *levels.entry(piece.buffer).or_insert(0) += 1;
    }
    for (buffer, level) in levels {
        let spec = &model.buffers[buffer as usize];
        let at = place("buffer", &spec.name, buffer as usize);
        if spec.capacity == 0 {
            faults.push(Fault::error(&at, format!("{level} pieces lie in it at the start, but none fits")));
        } else if level > spec.capacity {
            let reason = format!("{level} pieces lie in it at the start, but only {} fit", spec.capacity);
            faults.push(Fault::warning(&at, reason));
        }
    }
    if model.state.waiting.iter().any(|piece| piece.since_ns > model.start_ns) {
        faults.push(Fault::error("the start", "a piece came into its buffer after the start"));
    }
}

impl FlowModel {
    /// What is wrong with a horizon for this model, if anything is.
    #[must_use]
    pub fn check_horizon(&self, horizon_ns: i64) -> Option<Fault> {
        if horizon_ns <= self.start_ns {
            return Some(Fault::error("the horizon", "it is not after the start, so nothing would happen"));
        }
        let is_endless = horizon_ns.checked_sub(self.start_ns).is_none_or(|span| span > HORIZON_MAX_NS);
        is_endless.then(|| Fault::error("the horizon", "it has no end: it is more than a hundred years away"))
    }
}
