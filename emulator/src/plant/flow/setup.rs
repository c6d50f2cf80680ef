//! Builds the flow from the tables, with stores half full so that the plant is at work from the first minute.

use super::{Balance, Supply, repair};
use super::{Bearing, Calendar, Event, Flow, Loader, Station, Store, Tool, Trip, Vehicle, shift};
use crate::plant::catalog::{Class, EQUIPMENT, Family, STATIONS, STORES, TRIPS, device_index, paths};
use std::collections::VecDeque;
use trine_simulate::{Resource, Stream};
use trine_world::MachineState;

/// Technicians on duty.
pub const CREW: u32 = 3;
/// The machine with the bad bearings.
pub const STORY: &str = "GR-3";

impl Flow {
    /// The plant before its first event. Shifts begin at `shift_phase` and every eight hours from there.
    pub fn build(seed: u64, now: i64, shift_phase: i64, calendar: &mut Calendar) -> Self {
        let mut flow = Self {
            stores: STORES
                .iter()
                .map(|row| Store::new(row, device_index(row.name), dock_of(row.name)))
                .collect(),
            stations: (0..).zip(STATIONS).map(|(index, row)| station(seed, index, row)).collect(),
            loaders: loaders(),
            vehicles: vehicles(now),
            trips: TRIPS.iter().map(trip).collect(),
            crew: Resource::new(CREW),
            supply: Supply::new(seed),
            balance: Balance::default(),
            shipped: 0,
            is_break: false,
            in_heat: [0; 4],
            touched: Vec::new(),
            work: VecDeque::new(),
            wants_vehicles: true,
            last_wear: now,
            shift_phase,
        };
        flow.connect();
        flow.fill(now);
        flow.begin_calendar(now, calendar);
        flow
    }

    /// Tells the stores who puts in and who takes out.
    fn connect(&mut self) {
        for (index, station) in (0..).zip(&self.stations) {
            for input in &station.inputs {
                self.stores[usize::from(*input)].consumers.push(index);
            }
            for output in &station.outputs {
                self.stores[usize::from(*output)].producers.push(index);
            }
        }
    }

    /// Raw material in the racks, and some of it before each line.
    fn fill(&mut self, now: i64) {
        let stock: [(&str, Family, usize); 12] = [
            ("BU-1", Family::Housing, 12),
            ("BU-3", Family::Shaft, 12),
            ("BU-6", Family::Wheel, 12),
            ("BU-8", Family::Pinion, 12),
            ("BU-2", Family::Housing, 8),
            ("BU-5", Family::Shaft, 8),
            ("BU-10", Family::Wheel, 9),
            ("BU-11", Family::Pinion, 9),
            ("BU-14", Family::Housing, 8),
            ("BU-15", Family::Shaft, 8),
            ("BU-16", Family::Wheel, 4),
            ("BU-17", Family::Pinion, 8),
        ];
        for (name, family, count) in stock {
            let Some(store) = self.store_named(name) else { continue };
            for _ in 0..count {
                self.stores[usize::from(store)].put(self.supply.next(family), now);
                self.balance.delivered += 1;
            }
        }
        self.in_heat[Family::Wheel as usize] = 9;
        self.in_heat[Family::Pinion as usize] = 9;
    }

    fn begin_calendar(&mut self, now: i64, calendar: &mut Calendar) {
        for index in 0..self.stations.len() as u16 {
            self.work.push_back(index);
            self.plan_failure(index, now, calendar);
        }
        let (turn, begins) = shift::next_turn(self.shift_phase, now);
        self.is_break = !begins;
        calendar.schedule(turn, Event::Break(begins));
        calendar.schedule(now + repair::WEAR_EVERY, Event::Wear);
        calendar.schedule(now, Event::Lorry);
    }

    /// Puts a new bearing of the bad batch into the machine of the story, as worn as it is `age_s` later.
    pub fn begin_story(&mut self, seed: u64, age_s: f64) {
        let Some(station) = self.stations.iter_mut().find(|station| station.row.name == STORY) else {
            return;
        };
        station.bearing = Bearing::of_bad_batch(seed, u64::from(station.device));
        station.bearing.damage = age_s / station.bearing.life_s;
    }
}

fn station(seed: u64, index: u16, row: &'static crate::plant::catalog::StationRow) -> Station {
    let device = device_index(row.name).unwrap_or_default();
    let entity = u64::from(device);
    let mut failures = Stream::new(seed, entity, "failure");
    Station {
        row,
        device,
        class: EQUIPMENT[usize::from(device)].class,
        inputs: row.inputs.iter().map(|name| store_index(name)).collect(),
        outputs: row.outputs.iter().map(|name| store_index(name)).collect(),
        loader: loader_names().iter().position(|name| *name == row.loader).map(|index| index as u16),
        jobs: VecDeque::new(),
        turn: usize::from(index % 2),
        entered: i64::MIN / 2,
        variant: Some(0),
        setup_until: None,
        breakdown: None,
        halted: None,
        wake: None,
        state: MachineState::Idle,
        good: 0,
        scrap: 0,
        last_cycle_s: row.cycle_s,
        last_was_good: true,
        tool: Tool { number: 1 + (index % 12) as u8, wear: failures.unit() * 0.9 },
        bearing: Bearing::ordinary(seed, entity),
        coolant: failures.between(21.0, 96.0),
        conditions: Default::default(),
        cycles: Stream::new(seed, entity, "cycle"),
        quality: Stream::new(seed, entity, "quality"),
        failures,
    }
}

/// The robots that load machines, in the order of the tables.
pub fn loader_names() -> Vec<&'static str> {
    let mut names: Vec<&str> =
        STATIONS.iter().map(|row| row.loader).filter(|name| !name.is_empty()).collect();
    names.dedup();
    names.sort_unstable();
    names.dedup();
    names
}

fn loaders() -> Vec<Loader> {
    let loader = |name: &str| Loader {
        device: device_index(name).unwrap_or_default(),
        hands: Resource::new(1),
        serving: None,
        begun: 0,
        until: 0,
        moves: 0,
    };
    loader_names().into_iter().map(loader).collect()
}

fn vehicles(now: i64) -> Vec<Vehicle> {
    let vehicles = (0..).zip(EQUIPMENT).filter(|(_, row)| row.class == Class::Agv);
    vehicles
        .zip(0..)
        .map(|((device, row), k)| Vehicle::at_home(device, row.at, 62.0 + 7.0 * f64::from(k), now))
        .collect()
}

fn trip(row: &'static crate::plant::catalog::TripRow) -> Trip {
    Trip { row, from: store_index(row.from), to: store_index(row.to) }
}

/// # Panics
/// When the tables name a store that they do not have.
fn store_index(name: &str) -> u16 {
    let index = STORES.iter().position(|row| row.name == name);
    index.unwrap_or_else(|| panic!("the tables name a store {name} that they do not have")) as u16
}

fn dock_of(name: &str) -> paths::Point {
    let at = device_index(name).map(|device| EQUIPMENT[usize::from(device)].at);
    at.map(paths::dock).unwrap_or_default()
}
