//! A proposed place for everything that nobody has placed.
//!
//! Things are set in rows along x, a group (the things of one parent, or of one connection) after the other, in the
//! order in which material flows through them, with a gap to walk through between neighbours and an aisle between
//! rows. Rows start beyond what already stands, so a proposal never moves or covers a placed thing.

use crate::usual_size;
use std::collections::{BTreeMap, BTreeSet};
use trine_base::ThingId;
use trine_world::{Level, Place, RelationKind, Thing, World};

/// Length of a row after which the next begins, m.
const ROW_LENGTH: f64 = 42.0;
/// Free floor between neighbours in a row, m.
const GAP: f64 = 1.8;
/// Free floor between rows, m: two people with a cart pass each other.
const AISLE: f64 = 3.5;

/// Proposed places for the machines, stations and vehicles of the world that stand nowhere; by thing.
#[must_use]
pub fn propose_places(world: &World) -> Vec<(ThingId, Place)> {
    let mut row_y = first_free_y(world);
    let mut places = Vec::new();
    for group in groups(world) {
        let (placed, next_y) = place_group(&group, row_y);
        places.extend(placed);
        row_y = next_y;
    }
    places
}

fn needs_place(thing: &Thing) -> bool {
    thing.place.is_none() && matches!(thing.description.level, Level::WorkUnit | Level::Vehicle)
}

/// Rows grow towards −y from below everything that stands.
fn first_free_y(world: &World) -> f64 {
    let reach = |place: &Place| place.position[1] - place.size[0].hypot(place.size[1]) / 2.0;
    let lowest =
        world.things().filter_map(|thing| thing.place.as_ref()).map(reach).fold(f64::INFINITY, f64::min);
    if lowest.is_finite() { lowest - AISLE } else { 0.0 }
}

fn groups(world: &World) -> Vec<Vec<&Thing>> {
    let mut groups: BTreeMap<String, Vec<&Thing>> = BTreeMap::new();
    for thing in world.things().filter(|thing| needs_place(thing)) {
        groups.entry(group_of(world, thing)).or_default().push(thing);
    }
    groups.into_values().map(|group| in_order_of_flow(world, group)).collect()
}

fn group_of(world: &World, thing: &Thing) -> String {
    if let Some(parent) = &thing.description.parent {
        return format!("0 {parent}");
    }
    let connection = world
        .relations()
        .find(|relation| relation.kind == RelationKind::ConnectedBy && relation.from == thing.id)
        .map_or(0, |relation| relation.to.0);
    format!("1 {connection:010}")
}

/// Kahn's algorithm with the smallest id first; what stands in a loop of the flow follows at the end.
fn in_order_of_flow<'a>(world: &World, group: Vec<&'a Thing>) -> Vec<&'a Thing> {
    let members: BTreeMap<ThingId, &Thing> = group.into_iter().map(|thing| (thing.id, thing)).collect();
    let inside = |id: &ThingId| members.contains_key(id);
    let flows: Vec<(ThingId, ThingId)> = world
        .relations()
        .filter(|relation| relation.kind == RelationKind::FlowsTo && relation.from != relation.to)
        .map(|relation| (relation.from, relation.to))
        .filter(|(from, to)| inside(from) && inside(to))
        .collect();
    let mut waiting_for: BTreeMap<ThingId, usize> = members.keys().map(|id| (*id, 0)).collect();
    for (_, to) in &flows {
        *waiting_for.entry(*to).or_default() += 1;
    }
    let mut ready: BTreeSet<ThingId> =
        waiting_for.iter().filter(|(_, count)| **count == 0).map(|(id, _)| *id).collect();
    let mut order = Vec::new();
    while let Some(next) = ready.pop_first() {
        waiting_for.remove(&next);
        order.push(members[&next]);
        for (_, to) in flows.iter().filter(|(from, _)| *from == next) {
            if let Some(count) = waiting_for.get_mut(to) {
                *count -= 1;
                if *count == 0 {
                    ready.insert(*to);
                }
            }
        }
    }
    order.extend(waiting_for.keys().map(|id| members[id]));
    order
}

fn place_group(group: &[&Thing], top: f64) -> (Vec<(ThingId, Place)>, f64) {
    let mut places = Vec::new();
    let (mut x, mut y, mut depth) = (0.0, top, 0.0_f64);
    for thing in group {
        let size = usual_size(&thing.description.class);
        if x > 0.0 && x + size[0] > ROW_LENGTH {
            y -= depth + AISLE;
            (x, depth) = (0.0, 0.0);
        }
        let position = [x + size[0] / 2.0, y - size[1] / 2.0, 0.0];
        places.push((thing.id, Place { position, yaw_deg: 0.0, size, proposed: true }));
        x += size[0] + GAP;
        depth = depth.max(size[1]);
    }
    (places, y - depth - AISLE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use trine_base::Instant;
    use trine_world::{FactKind, NewFact, Origin, Relation, ThingDescription};

    fn tell(world: &mut World, kind: FactKind) {
        let fact = world.admit(NewFact::always(&Origin::new("test"), kind), Instant::EPOCH).unwrap();
        world.apply(&fact);
    }

    fn world(count: usize) -> World {
        let mut world = World::new();
        let classes = ["turning-machine", "furnace", "press", "robot", "no such class"];
        for n in 0..count {
            let class = classes[n % classes.len()];
            let mut description =
                ThingDescription::new(&format!("m{n}"), &format!("M {n}"), class, Level::WorkUnit);
            if n % 3 == 0 && n > 0 {
                description = description.in_parent("m0");
            }
            tell(&mut world, FactKind::ThingDescribed { thing: ThingId(0), description });
        }
        world
    }

    fn overlap(a: &Place, b: &Place) -> bool {
        (0..2).all(|axis| (a.position[axis] - b.position[axis]).abs() < (a.size[axis] + b.size[axis]) / 2.0)
    }

    #[test]
    fn nothing_stands_in_something_else_and_nothing_placed_moves() {
        let mut world = world(60);
        for round in 0..2 {
            let places = propose_places(&world);
            assert_eq!(places.len(), if round == 0 { 60 } else { 1 });
            for (thing, place) in places {
                tell(&mut world, FactKind::ThingPlaced { thing, place: Some(place) });
            }
            let placed: Vec<Place> = world.things().filter_map(|thing| thing.place).collect();
            for (n, a) in placed.iter().enumerate() {
                assert!(placed[n + 1..].iter().all(|b| !overlap(a, b)));
            }
            let late = ThingDescription::new("late", "Late", "furnace", Level::WorkUnit);
            if round == 0 {
                tell(&mut world, FactKind::ThingDescribed { thing: ThingId(0), description: late });
            }
        }
    }

    #[test]
    fn neighbours_follow_the_flow() {
        let mut world = world(3);
        for (from, to) in [(3, 2), (2, 1)] {
            let relation = Relation { kind: RelationKind::FlowsTo, from: ThingId(from), to: ThingId(to) };
            tell(&mut world, FactKind::Related(relation));
        }
        let order: Vec<u32> = propose_places(&world).iter().map(|(thing, _)| thing.0).collect();
        assert_eq!(order, [3, 2, 1]);
    }
}
