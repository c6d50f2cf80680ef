//! Who takes part: which things are stations, which are stores, which are vehicles. Everything else (meters, chargers,
//! aisles, robots that only serve) has no part in the flow.

use std::collections::BTreeSet;
use trine_base::ThingId;
use trine_world::{Level, Process, RelationKind, Role, Thing, World};

/// Classes in which pieces wait.
const STORE_CLASSES: [&str; 4] = ["buffer", "rack", "conveyor", "store"];
/// Classes that have no part in the flow, whatever signals they have.
const OTHER_CLASSES: [&str; 10] = [
    "charging-station",
    "energy-meter",
    "controller",
    "connection",
    "aisle",
    "area",
    "line",
    "site",
    "agv",
    "forklift",
];

/// The things of the flow, each kind in order of id.
#[derive(Clone, Debug, Default)]
pub(super) struct Roster {
    pub stations: BTreeSet<ThingId>,
    pub stores: BTreeSet<ThingId>,
    pub vehicles: BTreeSet<ThingId>,
}

impl Roster {
    pub fn of(world: &World) -> Self {
        let mut roster = Self::default();
        for thing in world.things() {
            let list = match kind(world, thing) {
                Kind::Station => &mut roster.stations,
                Kind::Store => &mut roster.stores,
                Kind::Vehicle => &mut roster.vehicles,
                Kind::Other => continue,
            };
            list.insert(thing.id);
        }
        roster
    }

    pub fn takes_part(&self, thing: ThingId) -> bool {
        self.stations.contains(&thing) || self.stores.contains(&thing)
    }
}

enum Kind {
    Station,
    Store,
    Vehicle,
    Other,
}

fn kind(world: &World, thing: &Thing) -> Kind {
    match world.production().processes.get(&thing.id) {
        Some(Process::Station(_)) => return Kind::Station,
        Some(Process::Store(_)) => return Kind::Store,
        None => {}
    }
    let class = &*thing.description.class;
    if thing.description.level == Level::Vehicle {
        return Kind::Vehicle;
    }
    if thing.description.level != Level::WorkUnit || OTHER_CLASSES.contains(&class) {
        return Kind::Other;
    }
    if STORE_CLASSES.contains(&class) {
        return Kind::Store;
    }
    let has = |role| world.signals_of(thing.id).any(|signal| signal.description.role == Some(role));
    let relates = |wanted: RelationKind, from: bool| {
        let is_it = |relation: &&trine_world::Relation| {
            relation.kind == wanted && (if from { relation.from } else { relation.to }) == thing.id
        };
        world.relations().any(|relation| is_it(&relation))
    };
    let flows = relates(RelationKind::FlowsTo, true) || relates(RelationKind::FlowsTo, false);
    if !flows && relates(RelationKind::ServedBy, false) {
        return Kind::Other;
    }
    if has(Role::Capacity) && !has(Role::PartCount) && !has(Role::State) {
        return Kind::Store;
    }
    if flows || has(Role::State) || has(Role::PartCount) { Kind::Station } else { Kind::Other }
}
