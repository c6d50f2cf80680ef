//! From what a client is interested in to the set of signals.

use super::message::Interest;
use crate::fanout::Selection;
use trine_world::{Signal, World};

/// The signals that an interest means in this world.
pub fn select(world: &World, interest: &Interest) -> Selection {
    if interest.all {
        return Selection::All;
    }
    let mut bits = vec![false; world.signal_bound()];
    let tests = interest.things.is_some()
        || interest.roles.is_some()
        || interest.classes.is_some()
        || interest.area.is_some();
    if tests {
        for signal in world.signals().filter(|signal| meets(world, interest, signal)) {
            bits[signal.id.index()] = true;
        }
    }
    for id in &interest.signals {
        if let Some(bit) = bits.get_mut(*id as usize) {
            *bit = true;
        }
    }
    Selection::Some(bits.into())
}

fn meets(world: &World, interest: &Interest, signal: &Signal) -> bool {
    let thing = world.thing(signal.thing_id);
    let in_things = |things: &Vec<u32>| things.contains(&signal.thing_id.0);
    let in_roles = |roles: &Vec<_>| signal.description.role.is_some_and(|role| roles.contains(&role));
    let in_classes = |classes: &Vec<String>| {
        thing.is_some_and(|thing| classes.iter().any(|class| **class == *thing.description.class))
    };
    let in_area = |[x0, y0, x1, y1]: &[f64; 4]| {
        let place = thing.and_then(|thing| thing.place);
        place.is_some_and(|place| {
            let [x, y, _] = place.position;
            (*x0..=*x1).contains(&x) && (*y0..=*y1).contains(&y)
        })
    };
    interest.things.as_ref().is_none_or(in_things)
        && interest.roles.as_ref().is_none_or(in_roles)
        && interest.classes.as_ref().is_none_or(in_classes)
        && interest.area.as_ref().is_none_or(in_area)
}
