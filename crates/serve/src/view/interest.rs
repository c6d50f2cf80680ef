//! From what a client is interested in to the set of signals.

use super::message::Interest;
use crate::fanout::Selection;
use std::collections::HashSet;
use trine_world::{Role, Signal, World};

/// The signals that an interest means in this world.
pub fn select(world: &World, interest: &Interest) -> Selection {
    if interest.all {
        return Selection::All;
    }
    let mut bits = vec![false; world.signal_bound()];
    if let Some(tests) = Tests::of(interest) {
        for signal in world.signals().filter(|signal| tests.pass(world, signal)) {
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

/// The tests that an interest names, as sets: a list may be as long as the plant is large.
struct Tests<'a> {
    things: Option<HashSet<u32>>,
    roles: Option<HashSet<Role>>,
    classes: Option<HashSet<&'a str>>,
    area: Option<[f64; 4]>,
}

impl<'a> Tests<'a> {
    /// `None` when none is named.
    fn of(interest: &'a Interest) -> Option<Self> {
        let Interest { things, roles, classes, area, .. } = interest;
        let tests = Self {
            things: things.as_ref().map(|things| things.iter().copied().collect()),
            roles: roles.as_ref().map(|roles| roles.iter().copied().collect()),
            classes: classes.as_ref().map(|classes| classes.iter().map(String::as_str).collect()),
            area: *area,
        };
        let Self { things, roles, classes, area } = &tests;
        let any = things.is_some() || roles.is_some() || classes.is_some() || area.is_some();
        any.then_some(tests)
    }

    fn pass(&self, world: &World, signal: &Signal) -> bool {
        let thing = world.thing(signal.thing_id);
        let has_role =
            |roles: &HashSet<Role>| signal.description.role.is_some_and(|role| roles.contains(&role));
        let has_class =
            |classes: &HashSet<&str>| thing.is_some_and(|thing| classes.contains(&*thing.description.class));
        let is_within = |[x0, y0, x1, y1]: &[f64; 4]| {
            let place = thing.and_then(|thing| thing.place);
            place.is_some_and(|place| {
                let [x, y, _] = place.position;
                (*x0..=*x1).contains(&x) && (*y0..=*y1).contains(&y)
            })
        };
        self.things.as_ref().is_none_or(|things| things.contains(&signal.thing_id.0))
            && self.roles.as_ref().is_none_or(has_role)
            && self.classes.as_ref().is_none_or(has_class)
            && self.area.as_ref().is_none_or(is_within)
    }
}
