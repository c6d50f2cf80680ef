//! Places where pieces wait: buffers, racks, conveyors, hand-over places.

use super::Part;
use crate::plant::catalog::{Family, StoreRow, paths::Point};
use std::collections::VecDeque;

/// Seconds as the calendar counts.
pub const SECOND: i64 = 1_000_000_000;

/// A place with its pieces, first in, first out within a family.
#[derive(Clone, Debug)]
pub struct Store {
    /// Its row in the table.
    pub row: &'static StoreRow,
    /// Its device, unless it is a hand-over place.
    pub device: Option<u16>,
    /// Where vehicles stop for it.
    pub dock: Point,
    /// Pieces, each with the time from which it can be taken.
    pub items: VecDeque<(Part, i64)>,
    /// Room that is kept for what vehicles are bringing.
    pub expected: usize,
    /// Pieces of each family that vehicles are coming for.
    pub promised: [usize; 4],
    /// Stations that put into it and take out of it.
    pub producers: Vec<u16>,
    /// Stations that take out of it.
    pub consumers: Vec<u16>,
}

impl Store {
    /// An empty place.
    pub fn new(row: &'static StoreRow, device: Option<u16>, dock: Point) -> Self {
        Self {
            row,
            device,
            dock,
            items: VecDeque::new(),
            expected: 0,
            promised: [0; 4],
            producers: Vec::new(),
            consumers: Vec::new(),
        }
    }

    /// How many more pieces it takes.
    pub fn room(&self) -> usize {
        self.row.capacity.saturating_sub(self.items.len() + self.expected)
    }

    /// Puts a piece in; when it can be taken.
    pub fn put(&mut self, part: Part, now: i64) -> i64 {
        let ready = now + (self.row.transit_s * SECOND as f64) as i64;
        self.items.push_back((part, ready));
        ready
    }

    /// The oldest piece that can be taken.
    pub fn first(&self, now: i64) -> Option<&Part> {
        self.items.front().filter(|(_, ready)| *ready <= now).map(|(part, _)| part)
    }

    /// Takes the oldest piece.
    pub fn take(&mut self) -> Option<Part> {
        self.items.pop_front().map(|(part, _)| part)
    }

    /// How many pieces of a family nobody has asked for yet.
    pub fn free_of(&self, family: Family) -> usize {
        let count = self.items.iter().filter(|(part, _)| part.family == family).count();
        count.saturating_sub(self.promised[family as usize])
    }

    /// Takes the oldest pieces of a family, for a vehicle that was promised them.
    pub fn take_tray(&mut self, family: Family, count: usize) -> Vec<Part> {
        self.promised[family as usize] -= count;
        let mut tray = Vec::new();
        while tray.len() < count {
            let Some(at) = self.items.iter().position(|(part, _)| part.family == family) else { break };
            tray.extend(self.items.remove(at).map(|(part, _)| part));
        }
        tray
    }

    /// Whether something is on its way through it.
    pub fn is_moving(&self, now: i64) -> bool {
        self.items.back().is_some_and(|(_, ready)| *ready > now)
    }
}
