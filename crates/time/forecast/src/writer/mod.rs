//! What the simulation does, as samples of the plant's own signals: so a future is stored, drawn and queried like the
//! past, and the world's rules make the same facts of it.
//!
//! The writer listens to a run and keeps what it heard until it is pulled, so whoever runs a simulation in steps and
//! pulls after each holds no more than a step of it. Samples come in order of time, rounded down to milliseconds, as
//! devices' clocks count. What changes at once is written at once; poses are written every second while a vehicle
//! drives, progress every five seconds, energy every minute.

mod meter;
mod pending;
mod station;
mod store;
mod vehicle;

use crate::PlantModel;
use meter::Meter;
use pending::{Pending, Queue};
use station::StationWriter;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::StoreWriter;
use trine_base::{Sample, ThingId};
use trine_simulate::flow::{FlowModel, Happening, Serial, Trace};
use vehicle::VehicleWriter;

/// Between two looks at what changes without an event, ns.
const TICK: i64 = 1_000_000_000;
/// Ticks between two samples of progress, and of energy.
const PROGRESS_EVERY: i64 = 5;
const ENERGY_EVERY: i64 = 60;

/// Writes samples of a run.
#[derive(Clone, Debug)]
pub struct Writer {
    queue: Queue,
    /// Serials of the pieces that are there at the start, as [`trine_simulate::flow::Flow::serial_name`] counts them.
    serials: Arc<[Arc<str>]>,
    stations: Vec<StationWriter>,
    /// Which store each buffer belongs to.
    store_of: Vec<Option<usize>>,
    stores: Vec<StoreWriter>,
    vehicles: Vec<Vec<VehicleWriter>>,
    meters: Vec<Meter>,
    orders: Vec<Arc<str>>,
    next_tick_ns: i64,
    ticks: i64,
}

impl Writer {
    /// A writer for a run of this model, from its start.
    #[must_use]
    pub fn new(model: &PlantModel) -> Self {
        let (flow, mapping) = (&model.flow, &model.mapping);
        let mut stores: Vec<StoreWriter> = Vec::new();
        let mut known: BTreeMap<ThingId, usize> = BTreeMap::new();
        let mut store_of = Vec::new();
        for (buffer, map) in flow.buffers.iter().zip(&mapping.buffers) {
            let index = map.thing.map(|thing| {
                *known.entry(thing).or_insert_with(|| {
                    stores.push(StoreWriter::new(map));
                    stores.len() - 1
                })
            });
            if let Some(index) = index {
                stores[index].add(buffer);
            }
            store_of.push(index);
        }
        let station = |(station, map)| StationWriter::new(station, map, flow.start_ns);
        let vehicles = flow.fleets.iter().zip(&mapping.vehicles);
        Self {
            queue: Queue::default(),
            serials: serials(flow),
            stations: flow.stations.iter().zip(&mapping.stations).map(station).collect(),
            store_of,
            stores,
            vehicles: vehicles
                .map(|(fleet, maps)| maps.iter().map(|map| VehicleWriter::new(fleet, map)).collect())
                .collect(),
            meters: mapping.meters.iter().map(Meter::new).collect(),
            orders: mapping.orders.clone(),
            next_tick_ns: flow.start_ns + TICK,
            ticks: 0,
        }
    }

    /// How many samples wait to be pulled.
    #[must_use]
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.queue.len() == 0
    }

    /// Writes everything up to a time at which nothing may have happened: the end of a step.
    pub fn advance(&mut self, to_ns: i64) {
        while self.next_tick_ns <= to_ns {
            self.tick();
        }
    }

    /// Takes up to `most` samples, oldest first.
    pub fn pull(&mut self, most: usize) -> Vec<Sample> {
        let names = &self.serials;
        self.queue.pull(most, |serial| serial_name(names, serial))
    }

    fn tick(&mut self) {
        let at_ns = self.next_tick_ns;
        self.next_tick_ns += TICK;
        self.ticks += 1;
        for vehicle in self.vehicles.iter_mut().flatten() {
            vehicle.tick(at_ns, &mut self.queue);
        }
        for store in &mut self.stores {
            store.tick(at_ns, &mut self.queue);
        }
        if self.ticks % PROGRESS_EVERY == 0 {
            for station in &mut self.stations {
                station.tell_progress(at_ns, &mut self.queue);
            }
        }
        if self.ticks % ENERGY_EVERY == 0 {
            for station in &mut self.stations {
                station.tell_energy(at_ns, &mut self.queue);
            }
            self.read_meters(at_ns);
        }
    }

    fn read_meters(&mut self, at_ns: i64) {
        for meter in &mut self.meters {
            meter.tell(&self.stations, at_ns, &mut self.queue);
        }
    }

    fn store(&mut self, buffer: u32, at_ns: i64, level: u32) {
        if let Some(Some(store)) = self.store_of.get(buffer as usize) {
            self.stores[*store].level(buffer, level, at_ns, &mut self.queue);
        }
    }
}

impl Trace for Writer {
    fn happened(&mut self, at_ns: i64, what: &Happening) {
        self.advance(at_ns);
        let queue = &mut self.queue;
        match *what {
            Happening::State { station, to, .. } => {
                if let Some(writer) = self.stations.get_mut(station as usize) {
                    writer.state(to, at_ns, queue);
                }
            }
            Happening::PieceIn { station, slot, serial, order, .. } => {
                let order = order.and_then(|order| self.orders.get(order as usize)).cloned();
                if let Some(writer) = self.stations.get_mut(station as usize) {
                    writer.piece_in(slot, serial, order, at_ns, queue);
                }
            }
            Happening::JobStarted { station, slot, ends_ns, .. } => {
                if let Some(writer) = self.stations.get_mut(station as usize) {
                    writer.job(slot, at_ns, ends_ns, queue);
                }
            }
            Happening::JobStopped { station, slot, left_ns } => {
                if let Some(writer) = self.stations.get_mut(station as usize) {
                    writer.job_stopped(slot, left_ns);
                }
            }
            Happening::JobResumed { station, slot, ends_ns } => {
                if let Some(writer) = self.stations.get_mut(station as usize) {
                    writer.job_resumed(slot, ends_ns);
                }
            }
            Happening::JobEnded { station, slot, kind, count, .. } => {
                if let Some(writer) = self.stations.get_mut(station as usize) {
                    writer.job_ended(slot, kind, count, at_ns, queue);
                }
            }
            Happening::PieceOut { station, slot, .. } => {
                if let Some(writer) = self.stations.get_mut(station as usize) {
                    writer.piece_out(slot, at_ns, queue);
                }
            }
            Happening::Level { buffer, level } => self.store(buffer, at_ns, level),
            Happening::Departed { fleet, vehicle, from, to, arrives_ns } => {
                if let Some(writer) = vehicle_of(&mut self.vehicles, fleet, vehicle) {
                    writer.departed(from, to, at_ns, arrives_ns, queue);
                }
            }
            Happening::Stopped { fleet, vehicle, node, battery } => {
                if let Some(writer) = vehicle_of(&mut self.vehicles, fleet, vehicle) {
                    writer.stopped(node, battery, at_ns, queue);
                }
            }
            Happening::Load { fleet, vehicle, count, .. } => {
                if let Some(writer) = vehicle_of(&mut self.vehicles, fleet, vehicle) {
                    writer.load(count, at_ns, queue);
                }
            }
            Happening::Charging { fleet, vehicle, is_charging, battery } => {
                if let Some(writer) = vehicle_of(&mut self.vehicles, fleet, vehicle) {
                    writer.charging(is_charging, battery, at_ns, queue);
                }
            }
            _ => {}
        }
    }
}

/// Pieces that lie somewhere come first, then those in machines.
fn serials(flow: &FlowModel) -> Arc<[Arc<str>]> {
    let jobs = flow.state.stations.iter().flat_map(|station| &station.jobs).map(|job| &job.serial);
    let all = flow.state.waiting.iter().map(|piece| &piece.serial).chain(jobs);
    all.map(|serial| serial.as_str().into()).collect()
}

/// The serial of a piece in words, the same as the engine's.
fn serial_name(names: &[Arc<str>], serial: Serial) -> Arc<str> {
    let known = usize::try_from(serial).ok().and_then(|at| names.get(at)).filter(|name| !name.is_empty());
    known.cloned().unwrap_or_else(|| format!("sim-{serial}").into())
}

fn vehicle_of(vehicles: &mut [Vec<VehicleWriter>], fleet: u32, vehicle: u32) -> Option<&mut VehicleWriter> {
    vehicles.get_mut(fleet as usize)?.get_mut(vehicle as usize)
}

/// Writes a sample of the signal in a role, if the thing has one.
fn tell(
    signals: &[crate::SignalRef],
    role: trine_world::Role,
    at_ns: i64,
    queue: &mut Queue,
    value: impl FnOnce(&crate::SignalRef) -> Pending,
) {
    if let Some(signal) = signals.iter().find(|signal| signal.role == role) {
        queue.push(at_ns, signal.signal, value(signal));
    }
}
