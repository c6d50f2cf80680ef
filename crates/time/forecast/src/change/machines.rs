//! Changes of what there is: machines, hours, people, room, batches, vehicles.

use super::{ChangeError, Which, find};
use crate::PlantModel;
use crate::mapping::{StationMap, VehicleMap};
use trine_simulate::flow::{StationStart, WaitingPiece};
use trine_world::Place;

/// More of anything than this is a slip of the finger.
const MOST: u32 = 100_000;

pub fn add(
    model: &mut PlantModel,
    like: &Which,
    name: &str,
    place: Option<Place>,
) -> Result<(), ChangeError> {
    let index = find::station(model, like)?;
    if name.trim().is_empty() {
        return Err(ChangeError::Nonsense("the new machine has no name; give it one".into()));
    }
    if model.flow.stations.iter().any(|station| station.name == name) {
        return Err(ChangeError::Nonsense(format!(
            "there is a machine `{name}` already; give the new one another name"
        )));
    }
    let mut station = model.flow.stations[index].clone();
    station.name = name.to_owned();
    let new = model.flow.stations.len() as u32;
    model.flow.stations.push(station);
    model.flow.state.stations.push(StationStart { station: new, ..StationStart::default() });
    let like = model.mapping.stations.get(index).and_then(|map| map.thing);
    model.mapping.stations.push(StationMap { like, place, ..StationMap::default() });
    Ok(())
}

/// The machine stays in the lists, so that everything keeps its number, but can do nothing any more.
pub fn remove(model: &mut PlantModel, machine: &Which) -> Result<(), ChangeError> {
    let index = find::station(model, machine)?;
    let name = model.flow.stations[index].name.clone();
    let others = || model.flow.stations.iter().enumerate().filter(|(other, _)| *other != index);
    for operation in &model.flow.stations[index].operations {
        let alike =
            others().flat_map(|(_, station)| &station.operations).any(|other| other.takes == operation.takes);
        if !alike {
            let what = &operation.name;
            return Err(ChangeError::Nonsense(format!(
                "`{name}` is the only machine that does `{what}`; add another one like it first"
            )));
        }
    }
    let operations = std::mem::take(&mut model.flow.stations[index].operations);
    let station = &mut model.flow.stations[index];
    station.failures.clear();
    station.tool = None;
    for start in model.flow.state.stations.iter_mut().filter(|start| start.station as usize == index) {
        (start.down, start.setup, start.ages) = (None, None, Vec::new());
        for job in start.jobs.drain(..) {
            let Some(from) = operations.get(job.operation as usize).and_then(|o| o.takes.first()) else {
                continue;
            };
            model.flow.state.waiting.push(WaitingPiece {
                buffer: from.buffer,
                material: from.material,
                serial: job.serial,
                order: job.order,
                born_ns: job.born_ns,
                since_ns: job.since_ns,
            });
        }
    }
    Ok(())
}

pub fn hours(
    model: &mut PlantModel,
    name: &str,
    period_s: f64,
    open_s: &[(f64, f64)],
) -> Result<(), ChangeError> {
    let index =
        find::named("calendar", name, model.flow.calendars.iter().map(|calendar| calendar.name.as_str()))?;
    let sound = (0.0..=366.0 * 86_400.0).contains(&period_s);
    let mut last = 0.0;
    let in_order = open_s.iter().all(|(from, to)| {
        let fits = *from >= last && to > from && *to <= period_s;
        last = *to;
        fits
    });
    if !sound || !in_order {
        return Err(ChangeError::Nonsense(format!(
            "the hours of `{name}` overlap, are out of order, or go beyond their period of {period_s} s"
        )));
    }
    if period_s > 0.0 && open_s.is_empty() {
        return Err(ChangeError::Nonsense(format!("with these hours `{name}` would never be open")));
    }
    let ns = |s: f64| (s * 1e9) as i64;
    let calendar = &mut model.flow.calendars[index];
    calendar.period_ns = ns(period_s);
    calendar.open_ns = open_s.iter().map(|(from, to)| (ns(*from), ns(*to))).collect();
    Ok(())
}

pub fn crew(model: &mut PlantModel, name: &str, count: u32) -> Result<(), ChangeError> {
    let index = find::named("crew", name, model.flow.crews.iter().map(|crew| crew.name.as_str()))?;
    model.flow.crews[index].count = sensible(count, "people")?;
    Ok(())
}

pub fn capacity(model: &mut PlantModel, store: &Which, pieces: u32) -> Result<(), ChangeError> {
    let buffers = find::buffers(model, store)?;
    sensible(pieces, "pieces")?;
    for index in buffers {
        let lies = model.flow.state.waiting.iter().filter(|piece| piece.buffer as usize == index).count();
        if lies > pieces as usize {
            let name = &model.flow.buffers[index].name;
            return Err(ChangeError::Nonsense(format!(
                "{lies} pieces lie in `{name}` at the start, so it cannot be made for {pieces}"
            )));
        }
        model.flow.buffers[index].capacity = pieces;
    }
    Ok(())
}

/// Each operation takes and gives so many of what it took and gave one of, or so many of.
pub fn batch(model: &mut PlantModel, machine: &Which, pieces: u32) -> Result<(), ChangeError> {
    let index = find::station(model, machine)?;
    sensible(pieces, "pieces")?;
    if pieces == 0 {
        return Err(ChangeError::Nonsense("a batch of no pieces would never end".into()));
    }
    for operation in &mut model.flow.stations[index].operations {
        let before = operation.takes.first().map_or(1, |first| first.count.max(1));
        let given = operation.outcomes.iter_mut().flat_map(|outcome| &mut outcome.gives);
        for bit in operation.takes.iter_mut().chain(given) {
            bit.count = (bit.count * pieces / before).max(1);
        }
    }
    Ok(())
}

pub fn vehicles(model: &mut PlantModel, like: &Which, count: u32) -> Result<(), ChangeError> {
    let index = find::fleet(model, like)?;
    sensible(count, "vehicles")?;
    let name = model.flow.fleets[index].name.clone();
    let count = count as usize;
    let fleet = &mut model.flow.fleets[index];
    let Some((_, home)) = fleet.vehicles.first().cloned() else {
        return Err(ChangeError::Nonsense(format!("the fleet `{name}` has no home for vehicles")));
    };
    if count == 0 && model.flow.transports.iter().any(|transport| transport.fleet as usize == index) {
        return Err(ChangeError::Nonsense(format!(
            "without vehicles nobody carries what the fleet `{name}` carries"
        )));
    }
    for number in fleet.vehicles.len()..count {
        fleet.vehicles.push((format!("{name} {}", number + 1), home));
    }
    fleet.vehicles.truncate(count);
    if let Some(maps) = model.mapping.vehicles.get_mut(index) {
        maps.resize_with(count, VehicleMap::default);
    }
    model
        .flow
        .state
        .vehicles
        .retain(|start| start.vehicle.0 as usize != index || (start.vehicle.1 as usize) < count);
    Ok(())
}

fn sensible(count: u32, what: &str) -> Result<u32, ChangeError> {
    if count > MOST {
        return Err(ChangeError::Nonsense(format!(
            "{count} {what} are more than any plant has; up to {MOST} are taken"
        )));
    }
    Ok(count)
}
