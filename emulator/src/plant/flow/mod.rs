//! The plant as a material-flow model on the event calendar: parts, machines, stores, vehicles, people.
//!
//! All state is held by value. After each event the machines that may have something to do are asked in the order in
//! which the event touched them, so that a run depends on nothing but the seed.

mod fleet;
mod loading;
mod part;
mod repair;
mod setup;
mod shift;
mod station;
mod store;
mod vehicle;
mod wear;
mod work;

pub use fleet::RAW_STOCK;
pub use part::{Balance, Part, Supply, VARIANTS};
pub use setup::{CREW, loader_names};
pub use shift::{SHIFT_S, open_hours};
pub use station::{Breakdown, Job, Slot, Station, Tool};
pub use store::{SECOND, Store};
pub use vehicle::{Step, Vehicle};
pub use wear::{Bearing, VIBRATION_ALARM, VIBRATION_WARN};

use std::collections::VecDeque;
use std::sync::Arc;
use trine_simulate::{EventCalendar, Resource};

/// What can happen in the plant. Numbers are indices.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event {
    /// A machine has something to do: a piece is done, the next one may enter, the set-up is over.
    Station(u16),
    /// A piece has come to the end of a conveyor.
    Store(u16),
    /// A robot has loaded the machine that it served.
    Loaded(u16),
    /// A machine may break.
    Fail(u16),
    /// A technician is done.
    Repaired(u16),
    /// Spindles wear.
    Wear,
    /// Somebody fills up a machine's coolant.
    Refill(u16),
    /// A vehicle has arrived, loaded or unloaded.
    Vehicle(u16),
    /// A lorry brings raw material and takes drives away.
    Lorry,
    /// The attended machines of line 3 stop or go on.
    Break(bool),
    /// The sensors of a device are read: device, rate.
    Read(u16, u8),
}

/// The calendar of the plant.
pub type Calendar = EventCalendar<Event>;

/// A robot that loads machines.
#[derive(Clone, Debug)]
pub struct Loader {
    pub device: u16,
    /// Who is served, who waits.
    pub hands: Resource<u16>,
    pub serving: Option<u16>,
    pub begun: i64,
    pub until: i64,
    pub moves: u64,
}

/// A standing order to the vehicles, by index.
#[derive(Clone, Copy, Debug)]
pub struct Trip {
    pub row: &'static super::catalog::TripRow,
    pub from: u16,
    pub to: u16,
}

/// Everything that moves.
#[derive(Clone, Debug)]
pub struct Flow {
    pub stores: Vec<Store>,
    pub stations: Vec<Station>,
    pub loaders: Vec<Loader>,
    pub vehicles: Vec<Vehicle>,
    pub trips: Arc<[Trip]>,
    /// The technicians.
    pub crew: Resource<u16>,
    pub supply: Supply,
    pub balance: Balance,
    /// Finished drives that have left by lorry.
    pub shipped: u64,
    /// Whether line 3 has a break.
    pub is_break: bool,
    /// Pieces of each family between the gate of the heat treatment and the grinding machine behind it.
    pub in_heat: [u16; 4],
    /// Devices with something new to say.
    pub touched: Vec<u16>,
    work: VecDeque<u16>,
    wants_vehicles: bool,
    last_wear: i64,
    shift_phase: i64,
}

impl Flow {
    /// Lets an event happen.
    pub fn handle(&mut self, event: Event, now: i64, calendar: &mut Calendar) {
        match event {
            Event::Station(station) => self.work.push_back(station),
            Event::Store(store) => self.ask_consumers(store),
            Event::Loaded(loader) => self.loaded(loader, now, calendar),
            Event::Fail(station) => self.may_fail(station, now, calendar),
            Event::Repaired(station) => self.repaired(station, now, calendar),
            Event::Wear => self.wear(now, calendar),
            Event::Refill(station) => self.refill(station),
            Event::Vehicle(vehicle) => self.vehicle_is_there(vehicle, now, calendar),
            Event::Lorry => self.lorry(now, calendar),
            Event::Break(begins) => self.turn_break(begins, now, calendar),
            Event::Read(..) => {}
        }
        self.settle(now, calendar);
    }

    /// Asks everybody who may have something to do, until nobody has.
    fn settle(&mut self, now: i64, calendar: &mut Calendar) {
        loop {
            while let Some(station) = self.work.pop_front() {
                self.attempt(station, now, calendar);
            }
            if !std::mem::take(&mut self.wants_vehicles) {
                break;
            }
            self.dispatch(now, calendar);
        }
    }

    fn touch(&mut self, device: impl Into<Option<u16>>) {
        if let Some(device) = device.into()
            && !self.touched.contains(&device)
        {
            self.touched.push(device);
        }
    }

    fn ask_consumers(&mut self, store: u16) {
        let place = &self.stores[usize::from(store)];
        self.work.extend(&place.consumers);
        let device = place.device;
        self.touch(device);
        self.wants_vehicles = true;
    }

    fn ask_producers(&mut self, store: u16) {
        let place = &self.stores[usize::from(store)];
        self.work.extend(&place.producers);
        let device = place.device;
        self.touch(device);
        self.wants_vehicles = true;
    }

    /// Puts a piece into a store and tells those who wait for it.
    fn deposit(&mut self, store: u16, part: Part, now: i64, calendar: &mut Calendar) {
        let ready = self.stores[usize::from(store)].put(part, now);
        if ready > now {
            calendar.schedule(ready, Event::Store(store));
        }
        self.ask_consumers(store);
    }

    /// Raw pieces that are somewhere in the plant.
    pub fn in_process(&self) -> u64 {
        let weigh = |parts: &mut dyn Iterator<Item = &Part>| parts.map(Part::weight).sum::<u64>();
        let stored = weigh(&mut self.raw_and_waiting());
        let worked =
            weigh(&mut self.stations.iter().flat_map(|station| station.jobs.iter().map(|job| &job.part)));
        let carried = weigh(&mut self.vehicles.iter().flat_map(|vehicle| &vehicle.load));
        stored + worked + carried
    }

    fn raw_and_waiting(&self) -> impl Iterator<Item = &Part> {
        let waits = |store: &&Store| store.row.name != FINISHED_RACK;
        self.stores.iter().filter(waits).flat_map(|store| store.items.iter().map(|(part, _)| part))
    }
}

/// What lies here is finished.
pub const FINISHED_RACK: &str = "RK-2";
