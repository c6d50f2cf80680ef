//! Where each workpiece is now and what it is, as far as serials tell: the last thing that it came into or went from,
//! and the operations that it has passed.
//!
//! Pieces pass a place in the order in which they came. So a piece that left a machine before another one that has
//! been seen further on, and was not seen further on itself, is gone: it was scrapped.

use super::Builder;
use crate::observe::Parts;
use std::collections::BTreeMap;
use trine_base::ThingId;

/// A piece somewhere.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Known {
    pub serial: String,
    /// What it is, if its way tells.
    pub material: Option<u32>,
    /// Since when it is where it is, ns.
    pub since_ns: i64,
    /// When it was first seen, ns.
    pub born_ns: i64,
}

/// Pieces by where they were seen last.
#[derive(Clone, Debug, Default)]
pub(super) struct Whereabouts {
    /// In a thing.
    pub inside: BTreeMap<ThingId, Vec<Known>>,
    /// They went from a thing, and nobody saw where to; oldest first.
    pub gone_from: BTreeMap<ThingId, Vec<Known>>,
}

impl Builder<'_, '_> {
    pub(super) fn whereabouts(&self) -> Whereabouts {
        let parts = &self.observed.parts;
        let passed = last_passed(parts);
        let mut found = Whereabouts::default();
        for (id, sights) in parts.all() {
            let (Some(first), Some(last)) = (sights.first(), sights.last()) else { continue };
            if !last.came && passed.get(&last.thing).is_some_and(|passed| last.at_ns < *passed) {
                continue;
            }
            let known = Known {
                serial: parts.name(id).to_owned(),
                material: self.material_after(sights),
                since_ns: last.at_ns,
                born_ns: first.at_ns,
            };
            let list = if last.came { &mut found.inside } else { &mut found.gone_from };
            list.entry(last.thing).or_default().push(known);
        }
        for list in found.inside.values_mut().chain(found.gone_from.values_mut()) {
            list.sort_by(|a, b| a.since_ns.cmp(&b.since_ns).then(a.serial.cmp(&b.serial)));
        }
        found
    }

    /// What a piece is after everything that was seen of it.
    fn material_after(&self, sights: &[crate::observe::Sight]) -> Option<u32> {
        let mut material = None;
        for sight in sights {
            if let Some(station) = self.stations.get(&sight.thing) {
                let operations = &self.flow.stations[*station as usize].operations;
                let fits = |operation: &&trine_simulate::flow::Operation| match (
                    material,
                    operation.takes.first(),
                ) {
                    (Some(known), Some(first)) => first.material == known,
                    _ => operations.len() == 1,
                };
                let operation = operations.iter().find(fits);
                let (takes, gives) = operation.map_or((None, None), |operation| {
                    let out = operation.outcomes.first().and_then(|outcome| outcome.gives.first());
                    (operation.takes.first(), out)
                });
                let now = if sight.came { takes } else { gives };
                material = now.map(|pieces| pieces.material).or(material);
            } else if material.is_none() {
                material = self.only_material(sight.thing);
            }
        }
        material
    }

    /// The material of a store in which only one can lie.
    fn only_material(&self, store: ThingId) -> Option<u32> {
        let materials = self.wiring.materials.get(&super::wiring::Place::Store(store))?;
        let first = materials.iter().next().filter(|_| materials.len() == 1)?;
        self.materials.get(first).copied()
    }
}

/// For each thing: when the last of those left it that were seen further on, ns.
fn last_passed(parts: &Parts<'_>) -> BTreeMap<ThingId, i64> {
    let mut passed: BTreeMap<ThingId, i64> = BTreeMap::new();
    for (_, sights) in parts.all() {
        for pair in sights.windows(2) {
            if !pair[0].came && pair[1].thing != pair[0].thing {
                let known = passed.entry(pair[0].thing).or_insert(i64::MIN);
                *known = (*known).max(pair[0].at_ns);
            }
        }
    }
    passed
}
