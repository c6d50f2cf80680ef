//! Buffers, and what comes into the plant and leaves it.

use super::wiring::Place;
use super::{Builder, signals};
use crate::mapping::StoreMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use trine_base::ThingId;
use trine_simulate::Distribution;
use trine_simulate::flow::{Arrivals, Buffer, Pieces, Sink, Source};
use trine_world::{Process, Role, StoreProcess};

/// Pieces that fit into a store of which nobody said how many.
const CAPACITY: u32 = 20;
/// Pieces that are kept ready before a station that never runs out.
const SUPPLY: u32 = 2;

impl Builder<'_, '_> {
    pub(super) fn store_process(&self, store: ThingId) -> Option<&StoreProcess> {
        match self.past.world.production().processes.get(&store) {
            Some(Process::Store(process)) => Some(process),
            _ => None,
        }
    }

    /// Makes a buffer of each place; of a store where materials lie apart, one of each material.
    pub(super) fn buffers(&mut self) {
        let places: Vec<(Place, BTreeSet<Arc<str>>)> =
            self.wiring.materials.iter().map(|(place, materials)| (*place, materials.clone())).collect();
        for (place, materials) in &places {
            materials.iter().for_each(|material| {
                self.material(material);
            });
            if self.lies_apart(*place) {
                for material in materials {
                    let index = self.add_buffer(*place, Some(material));
                    self.buffers.insert((*place, Some(material.clone())), index);
                }
            } else {
                let index = self.add_buffer(*place, None);
                self.buffers.insert((*place, None), index);
            }
        }
        let used: BTreeSet<ThingId> = places.iter().map(|(place, _)| place.thing()).collect();
        for store in self.roster.stores.clone().difference(&used) {
            let name = self.name(*store);
            self.assumptions.of(
                (*store, &name),
                "use",
                "left out of the model".into(),
                "nothing flows into it or out of it",
                "relate it by flows-to, or describe its process",
            );
        }
    }

    fn lies_apart(&self, place: Place) -> bool {
        matches!(place, Place::Store(store) if self.store_process(store).is_some_and(|process| process.arrivals.len() > 1))
    }

    /// The buffer of a material at a place.
    pub(super) fn buffer(&self, place: Place, material: &Arc<str>) -> Option<u32> {
        let apart = self.buffers.get(&(place, Some(material.clone())));
        apart.or_else(|| self.buffers.get(&(place, None))).copied()
    }

    pub(super) fn material(&mut self, name: &Arc<str>) -> u32 {
        if let Some(known) = self.materials.get(name) {
            return *known;
        }
        let index = self.flow.materials.len() as u32;
        self.flow.materials.push(trine_simulate::flow::Material { name: name.to_string(), family: 0 });
        self.materials.insert(name.clone(), index);
        index
    }

    fn add_buffer(&mut self, place: Place, material: Option<&Arc<str>>) -> u32 {
        let owner = place.thing();
        let own = self.name(owner);
        let (mut name, mut map, mut buffer) = (own.clone(), StoreMap::default(), Buffer::default());
        match place {
            Place::Store(store) => {
                buffer.capacity = self.capacity(store, &own);
                buffer.transit_s = self.transit(store, &own);
                map.thing = Some(store);
                map.signals = signals::signals_of(self.past, store);
                map.is_conveyor = buffer.transit_s > 0.0;
            }
            Place::HandOver(station) => {
                name = format!("{own} (hand-over)");
                buffer.capacity = self.station_process(station).map_or(0, |process| process.handover).max(1);
            }
            Place::Supply(_) => {
                name = format!("{own} (supply)");
                buffer.capacity = SUPPLY;
            }
        }
        if let Some(material) = material {
            name = format!("{name}, {material}");
        }
        buffer.name = name;
        self.flow.buffers.push(buffer);
        self.mapping.buffers.push(map);
        self.flow.buffers.len() as u32 - 1
    }

    fn capacity(&mut self, store: ThingId, name: &str) -> u32 {
        if let Some(told) = self.store_process(store).and_then(|process| process.capacity) {
            return told.max(1);
        }
        let measured = self.value(store, Role::Capacity).filter(|value| (1.0..=1e6).contains(value));
        let ranged = self.past.world.signals_of(store).find(|s| s.description.role == Some(Role::Level));
        let ranged = ranged
            .and_then(|s| s.description.range)
            .map(|[_, high]| high)
            .filter(|h| (1.0..=1e6).contains(h));
        let level = self.value(store, Role::Level).unwrap_or_default().clamp(0.0, 1e6) as u32;
        if let Some(known) = measured.or(ranged) {
            return (known as u32).max(level);
        }
        let assumed = CAPACITY.max(level);
        self.assumptions.of(
            (store, name),
            "capacity",
            format!("{assumed} pieces"),
            "it has no capacity signal and its process does not say",
            "describe its process with a capacity",
        );
        assumed
    }

    /// How long a piece travels: as told; for a conveyor of which nobody said it, as fast as the fastest were.
    fn transit(&mut self, store: ThingId, name: &str) -> f64 {
        let told = self.store_process(store).map(|process| process.transit_s);
        let is_conveyor =
            self.past.world.thing(store).is_some_and(|thing| &*thing.description.class == "conveyor");
        if let Some(told) = told.filter(|told| *told > 0.0 || !is_conveyor) {
            return told;
        }
        if !is_conveyor {
            return 0.0;
        }
        let seen = self.observed.machine(store).map(|machine| machine.transits.clone()).unwrap_or_default();
        let (transit, because) = match super::times::low(seen) {
            Some(low) => {
                (low, "its process does not say; the fastest twentieth of what was seen took this long")
            }
            None => (10.0, "its process does not say, and nothing was seen going through it"),
        };
        self.assumptions.of(
            (store, name),
            "transit time",
            format!("{transit:.0} s"),
            because,
            "describe its process with a transit time",
        );
        transit
    }

    /// What comes from outside.
    pub(super) fn sources(&mut self) {
        for store in self.roster.stores.clone() {
            let arrivals =
                self.store_process(store).map(|process| process.arrivals.clone()).unwrap_or_default();
            for (material, every_s) in arrivals {
                let arrivals = if every_s > 0.0 {
                    Arrivals::FillUp(Distribution::Constant(every_s))
                } else {
                    Arrivals::Always
                };
                self.source(Place::Store(store), &material, arrivals);
            }
        }
        for place in self.wiring.wells.clone() {
            let name = self.name(place.thing());
            for material in self.wiring.materials.get(&place).cloned().unwrap_or_default() {
                self.source(place, &material, Arrivals::Always);
            }
            self.assumptions.of(
                (place.thing(), &name),
                "material",
                "there is always enough".into(),
                "nobody in the plant brings anything here",
                "describe what arrives in the process of the store, or relate who brings it by flows-to",
            );
        }
    }

    fn source(&mut self, place: Place, material: &Arc<str>, arrivals: Arrivals) {
        let Some(buffer) = self.buffer(place, material) else { return };
        let name = format!("{material} for {}", self.flow.buffers[buffer as usize].name);
        let gives = Pieces { material: self.material(material), buffer, count: 1 };
        self.flow.sources.push(Source { name, gives, arrivals });
    }

    /// What leaves the plant: as told, and from wherever nobody takes anything.
    pub(super) fn sinks(&mut self) {
        let taken: BTreeSet<u32> = {
            let operations = self.flow.stations.iter().flat_map(|station| &station.operations);
            let takes = operations.flat_map(|operation| operation.takes.iter().map(|pieces| pieces.buffer));
            takes.chain(self.flow.transports.iter().map(|transport| transport.from)).collect()
        };
        for ((place, _), buffer) in self.buffers.clone() {
            let told = match place {
                Place::Store(store) => self.store_process(store).and_then(|process| process.ships_every_s),
                _ => None,
            };
            let name = self.flow.buffers[buffer as usize].name.clone();
            if let Some(every_s) = told {
                let every_s = (every_s > 0.0).then_some(Distribution::Constant(every_s));
                self.flow.sinks.push(Sink { name, buffer, is_output: true, every_s });
            } else if !taken.contains(&buffer) {
                self.flow.sinks.push(Sink { name: name.clone(), buffer, is_output: true, every_s: None });
                self.assumptions.of(
                    (place.thing(), &name),
                    "who takes it away",
                    "what comes here leaves the plant at once".into(),
                    "nobody in the plant takes anything from here",
                    "describe the shipping in the process of the store, or relate who takes it by flows-to",
                );
            }
        }
    }
}
