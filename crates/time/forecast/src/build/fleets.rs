//! Vehicles and what they carry.

use super::ways::Network;
use super::wiring::{Carry, Place};
use super::{Builder, signals};
use crate::mapping::{MeterMap, VehicleMap};
use std::collections::BTreeMap;
use trine_base::ThingId;
use trine_simulate::flow::{Fleet, Transport};
use trine_world::RelationKind;

/// Speed of vehicles that nobody has seen driving, m/s.
const SPEED: f64 = 1.0;
/// Loading, and unloading, s, when nobody said how long it takes.
const HANDLING_S: f64 = 20.0;

impl Builder<'_, '_> {
    /// Makes a fleet of each class of vehicles, and gives each transport to the fleet that serves it.
    pub(super) fn fleets(&mut self) {
        if self.roster.vehicles.is_empty() {
            return;
        }
        let carries = self.wiring.carries.clone();
        let stores: Vec<ThingId> = {
            let mut list: Vec<_> = carries.iter().flat_map(|carry| [carry.from, carry.to]).collect();
            list.sort_unstable();
            list.dedup();
            list
        };
        let mut classes: BTreeMap<String, Vec<ThingId>> = BTreeMap::new();
        for vehicle in &self.roster.vehicles {
            classes.entry(self.class(*vehicle)).or_default().push(*vehicle);
        }
        let mut stops = BTreeMap::new();
        let mut of_class = Vec::new();
        for (class, vehicles) in classes {
            let fleet = self.flow.fleets.len() as u32;
            of_class.push((fleet, vehicles.clone()));
            let nodes = self.fleet(&class, &vehicles, &stores);
            stops.insert(fleet, stores.iter().copied().zip(nodes).collect::<BTreeMap<_, _>>());
        }
        for carry in &carries {
            let fleet = self.serves(carry, &of_class);
            self.transport(carry, fleet, &stops[&fleet]);
        }
    }

    /// Makes a fleet; the node of each store.
    fn fleet(&mut self, class: &str, vehicles: &[ThingId], stores: &[ThingId]) -> Vec<u32> {
        let points: Vec<[f64; 2]> = stores.iter().chain(vehicles).map(|thing| self.point(*thing)).collect();
        let (network, nodes) = Network::of(self.past.world, &points);
        if !network.has_aisles {
            self.assumptions.plant(
                "ways of the vehicles",
                "straight from stop to stop".into(),
                "no aisles are painted on the floor",
                "place things of the class aisle",
            );
        } else if network.was_joined {
            self.assumptions.plant(
                "ways of the vehicles",
                "straight ways between aisles that do not meet".into(),
                "the aisles are not connected",
                "place aisles so that they cross",
            );
        }
        let (of_stores, homes) = nodes.split_at(stores.len());
        let names: Vec<String> = vehicles.iter().map(|vehicle| self.name(*vehicle)).collect();
        let speed_m_s = self.speed(class, vehicles);
        self.flow.fleets.push(Fleet {
            name: class.into(),
            vehicles: names.into_iter().zip(homes.iter().copied()).collect(),
            speed_m_s,
            nodes: network.nodes,
            ways: network.ways,
            battery: None,
        });
        let map = |thing: &ThingId| VehicleMap {
            thing: Some(*thing),
            signals: signals::signals_of(self.past, *thing),
        };
        self.mapping.vehicles.push(vehicles.iter().map(map).collect());
        of_stores.to_vec()
    }

    /// Meters with the stations behind them.
    pub(super) fn meters(&mut self) {
        let mut behind: BTreeMap<ThingId, Vec<u32>> = BTreeMap::new();
        for relation in self.past.world.relations().filter(|r| r.kind == RelationKind::MeteredBy) {
            if let Some(station) = self.stations.get(&relation.from) {
                behind.entry(relation.to).or_default().push(*station);
            }
        }
        for (thing, stations) in behind {
            let signals = signals::signals_of(self.past, thing);
            self.mapping.meters.push(MeterMap { thing: Some(thing), signals, stations });
        }
    }

    fn speed(&mut self, class: &str, vehicles: &[ThingId]) -> f64 {
        let seen: Vec<f64> =
            vehicles.iter().filter_map(|vehicle| self.observed.speeds.get(vehicle)).copied().collect();
        if !seen.is_empty() {
            return seen.iter().sum::<f64>() / seen.len() as f64;
        }
        self.assumptions.plant(
            &format!("speed of {class}"),
            format!("{SPEED} m/s"),
            "no samples of their positions were at hand",
            "keep their signals in the roles pose-x and pose-y",
        );
        SPEED
    }

    fn point(&mut self, thing: ThingId) -> [f64; 2] {
        if let Some(place) = self.past.world.thing(thing).and_then(|thing| thing.place) {
            return [place.position[0], place.position[1]];
        }
        let name = self.name(thing);
        self.assumptions.of(
            (thing, &name),
            "place",
            "in the corner of the hall".into(),
            "nobody said where it stands",
            "place it in the hall",
        );
        [0.0, 0.0]
    }

    /// The fleet with the most vehicles that serve the store.
    fn serves(&self, carry: &Carry, classes: &[(u32, Vec<ThingId>)]) -> u32 {
        let serving = |vehicles: &[ThingId]| {
            let relations =
                self.past.world.relations().filter(|relation| relation.kind == RelationKind::ServedBy);
            relations.filter(|r| r.from == carry.from && vehicles.contains(&r.to)).count()
        };
        classes.iter().rev().max_by_key(|(_, vehicles)| serving(vehicles)).map_or(0, |(fleet, _)| *fleet)
    }

    fn transport(&mut self, carry: &Carry, fleet: u32, stops: &BTreeMap<ThingId, u32>) {
        let (name, to) = (self.name(carry.from), self.name(carry.to));
        if !carry.is_told {
            self.assumptions.of(
                (carry.from, &name),
                &format!("transport to {to}"),
                format!("single pieces of everything, as soon as there is room, {HANDLING_S:.0} s to load"),
                "the stores are related by flows-to and nobody described the transport",
                "describe the transport in the process of the store",
            );
        }
        let handling_s = carry.handling_s.unwrap_or(HANDLING_S);
        let materials = self.wiring.materials.get(&Place::Store(carry.from)).cloned().unwrap_or_default();
        let fits = materials.into_iter().filter(|m| carry.material.as_ref().is_none_or(|only| only == m));
        for material in fits.collect::<Vec<_>>() {
            let ends = (
                self.buffer(Place::Store(carry.from), &material),
                self.buffer(Place::Store(carry.to), &material),
            );
            let (Some(from), Some(into)) = ends else { continue };
            let index = self.material(&material);
            let room =
                self.flow.buffers[into as usize].capacity.min(self.flow.buffers[from as usize].capacity);
            let load = carry.load.min(room).max(1);
            self.flow.transports.push(Transport {
                fleet,
                from,
                to: into,
                from_node: stops[&carry.from],
                to_node: stops[&carry.to],
                material: Some(index),
                load_max: load,
                load_min: load,
                handling_s,
                priority: 0,
            });
        }
    }
}
