//! Which way each workpiece took, as far as the things that it came through said its serial.

use std::collections::HashMap;
use trine_base::ThingId;

/// Number of a serial, in the order in which serials were first seen.
pub type SerialId = u32;

/// One end of a stay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    /// When, ns.
    pub at_ns: i64,
    /// Where.
    pub thing: ThingId,
    /// Whether it came or went.
    pub came: bool,
}

/// The ways of all workpieces.
#[derive(Clone, Debug, Default)]
pub struct Parts<'a> {
    names: Vec<&'a str>,
    ids: HashMap<&'a str, SerialId>,
    sights: Vec<Vec<Sight>>,
}

impl<'a> Parts<'a> {
    /// A piece came or went.
    pub fn see(&mut self, serial: &'a str, sight: Sight) -> SerialId {
        let next = self.names.len() as SerialId;
        let id = *self.ids.entry(serial).or_insert(next);
        if id == next {
            self.names.push(serial);
            self.sights.push(Vec::new());
        }
        self.sights[id as usize].push(sight);
        id
    }

    /// Puts everything in order of time; a piece goes from one thing before it comes to the next.
    pub fn sort(&mut self) {
        for sights in &mut self.sights {
            sights.sort_by_key(|sight| (sight.at_ns, sight.came));
        }
    }

    /// All pieces by id, with what was seen of them.
    pub fn all(&self) -> impl Iterator<Item = (SerialId, &[Sight])> {
        (0..).zip(self.sights.iter().map(Vec::as_slice))
    }

    /// The serial.
    pub fn name(&self, id: SerialId) -> &'a str {
        self.names.get(id as usize).copied().unwrap_or_default()
    }

    /// What was seen of a piece.
    pub fn sights(&self, id: SerialId) -> &[Sight] {
        self.sights.get(id as usize).map_or(&[], Vec::as_slice)
    }

    /// What is known of a serial.
    pub fn find(&self, serial: &str) -> Option<SerialId> {
        self.ids.get(serial).copied()
    }

    /// When a piece last went from another thing, before it went from this one, ns.
    pub fn came_from(&self, id: SerialId, thing: ThingId, went_ns: i64) -> Option<i64> {
        let before = self.sights(id).iter().rev().filter(|sight| sight.at_ns <= went_ns);
        before.filter(|sight| !sight.came && sight.thing != thing).map(|sight| sight.at_ns).next()
    }
}
