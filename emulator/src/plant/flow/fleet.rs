//! Vehicles carry trays, and lorries carry everything else.

use super::{Calendar, Event, FINISHED_RACK, Flow, SECOND, Step};
use crate::plant::catalog::{Family, RACK_CAPACITY, paths};
use trine_world::MachineState;

/// How long a tray takes on or off a vehicle.
const HANDLING: i64 = 18 * SECOND;
/// A vehicle below this goes to its charger before it takes another trip, %.
const BATTERY_LOW: f64 = 30.0;
/// From the middle of a rack to each of its two places, m.
const RACK_PLACE: f64 = 2.0;
/// Lorries come this often.
const LORRY_EVERY: i64 = 3_600 * SECOND;
/// Raw pieces of each family after a lorry has come; drives that stay when it goes.
pub const RAW_STOCK: usize = 110;
const DRIVES_KEPT: usize = 12;

impl Flow {
    /// Gives trips to vehicles as long as there are both.
    pub(super) fn dispatch(&mut self, now: i64, calendar: &mut Calendar) {
        while let Some(trip) = (0..self.trips.len()).find(|trip| self.is_due(*trip)) {
            let pickup = self.stop_of(self.trips[trip].from, family_of(&self.trips[trip]));
            let Some(vehicle) = self.nearest_free(pickup, now) else { return };
            self.assign(vehicle, trip, now, calendar);
        }
    }

    fn is_due(&self, trip: usize) -> bool {
        let trip = &self.trips[trip];
        let from = &self.stores[usize::from(trip.from)];
        let has_tray = from.free_of(family_of(trip)) >= trip.row.tray;
        has_tray && self.stores[usize::from(trip.to)].room() >= trip.row.tray
    }

    fn nearest_free(&mut self, pickup: paths::Point, now: i64) -> Option<usize> {
        let far = |vehicle: &super::Vehicle| {
            let [x, y, _] = vehicle.pose(now);
            (x - pickup[0]).abs() + (y - pickup[1]).abs()
        };
        for vehicle in &mut self.vehicles {
            vehicle.update_battery(now);
        }
        let is_free =
            |vehicle: &super::Vehicle| vehicle.step == Step::Charging && vehicle.battery > BATTERY_LOW;
        let free = self.vehicles.iter().enumerate().filter(|(_, vehicle)| is_free(vehicle));
        free.min_by(|(_, a), (_, b)| far(a).total_cmp(&far(b))).map(|(index, _)| index)
    }

    fn assign(&mut self, vehicle: usize, index: usize, now: i64, calendar: &mut Calendar) {
        let trip = self.trips[index];
        let family = family_of(&trip);
        self.stores[usize::from(trip.from)].promised[family as usize] += trip.row.tray;
        self.stores[usize::from(trip.to)].expected += trip.row.tray;
        self.vehicles[vehicle].trip = Some(index as u16);
        let stop = self.stop_of(trip.from, family);
        self.send(vehicle, Step::ToPickup, stop, now, calendar);
    }

    fn send(&mut self, index: usize, step: Step, stop: paths::Point, now: i64, calendar: &mut Calendar) {
        let vehicle = &mut self.vehicles[index];
        vehicle.update_battery(now);
        vehicle.step = step;
        let [x, y, _] = vehicle.pose(now);
        let arrives = vehicle.drive(&paths::way([x, y], stop), now);
        calendar.schedule(arrives, Event::Vehicle(index as u16));
        let device = vehicle.device;
        self.touch(device);
    }

    /// Where a vehicle stops for a family; a rack has a place for each of its two.
    fn stop_of(&self, store: u16, family: Family) -> paths::Point {
        let store = &self.stores[usize::from(store)];
        let [x, y] = store.dock;
        let is_rack = store.row.capacity == RACK_CAPACITY;
        let is_second = matches!(family, Family::Shaft | Family::Pinion);
        [x, if is_rack { y + if is_second { RACK_PLACE } else { -RACK_PLACE } } else { y }]
    }

    /// A vehicle has done a step and begins the next.
    pub(super) fn vehicle_is_there(&mut self, index: u16, now: i64, calendar: &mut Calendar) {
        let vehicle = &mut self.vehicles[usize::from(index)];
        vehicle.update_battery(now);
        let trip = vehicle.trip.map(|trip| self.trips[usize::from(trip)]);
        let device = vehicle.device;
        match (vehicle.step, trip) {
            (Step::ToPickup, _) | (Step::ToDropOff, _) => {
                let loads = vehicle.step == Step::ToPickup;
                vehicle.step = if loads { Step::Loading } else { Step::Unloading };
                calendar.schedule(now + HANDLING, Event::Vehicle(index));
            }
            (Step::Loading, Some(trip)) => {
                self.load(index, trip);
                let stop = self.stop_of(trip.to, family_of(&trip));
                self.send(usize::from(index), Step::ToDropOff, stop, now, calendar);
            }
            (Step::Unloading, Some(trip)) => {
                self.unload(index, trip, now, calendar);
                self.go_on(usize::from(index), now, calendar);
            }
            _ => {
                vehicle.step = Step::Charging;
                self.wants_vehicles = true;
            }
        }
        self.touch(device);
    }

    fn load(&mut self, vehicle: u16, trip: super::Trip) {
        let family = family_of(&trip);
        let tray = self.stores[usize::from(trip.from)].take_tray(family, trip.row.tray);
        self.vehicles[usize::from(vehicle)].load = tray;
        self.ask_producers(trip.from);
    }

    fn unload(&mut self, index: u16, trip: super::Trip, now: i64, calendar: &mut Calendar) {
        let vehicle = &mut self.vehicles[usize::from(index)];
        vehicle.trip = None;
        vehicle.trips_done += 1;
        let tray = std::mem::take(&mut vehicle.load);
        self.stores[usize::from(trip.to)].expected -= trip.row.tray;
        for part in tray {
            if self.stores[usize::from(trip.to)].row.name == FINISHED_RACK {
                self.balance.finished += part.weight();
            }
            self.deposit(trip.to, part, now, calendar);
        }
    }

    /// Takes the next trip at once, or goes home.
    fn go_on(&mut self, vehicle: usize, now: i64, calendar: &mut Calendar) {
        let is_fit = self.vehicles[vehicle].battery > BATTERY_LOW;
        let next = (0..self.trips.len()).find(|trip| is_fit && self.is_due(*trip));
        let home = self.vehicles[vehicle].home;
        match next {
            Some(trip) => self.assign(vehicle, trip, now, calendar),
            None => self.send(vehicle, Step::ToCharger, home, now, calendar),
        }
    }

    /// A lorry fills up the raw material and takes the drives away.
    pub(super) fn lorry(&mut self, now: i64, calendar: &mut Calendar) {
        for (rack, families) in
            [("RK-1", [Family::Housing, Family::Shaft]), ("RK-3", [Family::Wheel, Family::Pinion])]
        {
            let Some(store) = self.store_named(rack) else { continue };
            for family in families {
                self.deliver(store, family, now);
            }
            self.ask_consumers(store);
        }
        self.ship();
        calendar.schedule(now + LORRY_EVERY, Event::Lorry);
    }

    fn deliver(&mut self, store: u16, family: Family, now: i64) {
        let rack = &mut self.stores[usize::from(store)];
        let there = rack.items.iter().filter(|(part, _)| part.family == family).count();
        for _ in there..RAW_STOCK {
            rack.put(self.supply.next(family), now);
            self.balance.delivered += 1;
        }
    }

    fn ship(&mut self) {
        let Some(store) = self.store_named(FINISHED_RACK) else { return };
        let rack = &mut self.stores[usize::from(store)];
        while rack.items.len() > DRIVES_KEPT {
            rack.take();
            self.shipped += 1;
        }
        let device = rack.device;
        self.touch(device);
    }

    pub(super) fn store_named(&self, name: &str) -> Option<u16> {
        self.stores.iter().position(|store| store.row.name == name).map(|index| index as u16)
    }

    /// What a vehicle shows.
    pub fn vehicle_state(step: Step) -> MachineState {
        if step == Step::Charging { MachineState::Idle } else { MachineState::Running }
    }
}

/// What a trip carries; a drive counts as what its housing was.
fn family_of(trip: &super::Trip) -> Family {
    trip.row.family.unwrap_or(Family::Housing)
}
