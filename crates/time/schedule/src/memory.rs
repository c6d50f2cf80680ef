//! What the search did lately and must not undo: tabu arrangements.
//!
//! A move on one machine changes which operation stands at which places of a stretch. The arrangement before the move
//! becomes tabu, as a hash of (operation, place) pairs, and so does, after a change of machine, the operation on its
//! old one. The table forgets by overwriting: a collision costs a tabu, not correctness.

use crate::graph::{Graph, Move};
use trine_simulate::Stream;

const SLOTS: usize = 1024;

/// Hashes of tabu arrangements, each until an iteration.
pub(crate) struct Memory {
    slots: Vec<(u64, u64)>,
    operations: Vec<u64>,
    places: Vec<u64>,
}

impl Memory {
    pub fn new(operations: usize, stream: &mut Stream) -> Self {
        Self {
            slots: vec![(0, 0); SLOTS],
            operations: (0..operations).map(|_| stream.bits() | 1).collect(),
            places: (0..=operations).map(|_| stream.bits() | 1).collect(),
        }
    }

    pub fn clear(&mut self) {
        self.slots.fill((0, 0));
    }

    pub fn forbid(&mut self, arrangement: u64, until: u64) {
        self.slots[slot(arrangement)] = (arrangement, until);
    }

    pub fn is_tabu(&self, arrangement: u64, now: u64) -> bool {
        let (kept, until) = self.slots[slot(arrangement)];
        kept == arrangement && until > now
    }

    /// The arrangement that a move ends, and the one that it leads to.
    pub fn arrangements(&self, graph: &Graph, change: Move) -> (u64, u64) {
        let operation = change.operation as usize;
        if change.mode != graph.mode[operation] {
            return (self.choice(operation, graph.mode[operation]), self.choice(operation, change.mode));
        }
        let own = &graph.nodes[operation];
        let row = &graph.rows[own.machine as usize];
        let from = own.at as usize;
        let target = graph.nodes[change.after as usize];
        let target = if (change.after as usize) < graph.len() { target.at as usize + 1 } else { 0 };
        if target > from {
            let to = target - 1;
            self.shifted(&row[from + 1..=to], from + 1, from, (operation, from, to))
        } else {
            self.shifted(&row[target..from], target, target + 1, (operation, from, target))
        }
    }

    /// A stretch that begins at one place goes to another, an operation from one to another.
    fn shifted(&self, stretch: &[u32], from: usize, to: usize, moved: (usize, usize, usize)) -> (u64, u64) {
        let mut old = self.standing(moved.0, moved.1);
        let mut new = self.standing(moved.0, moved.2);
        for (at, &operation) in stretch.iter().enumerate() {
            old = old.wrapping_add(self.standing(operation as usize, from + at));
            new = new.wrapping_add(self.standing(operation as usize, to + at));
        }
        (old, new)
    }

    fn standing(&self, operation: usize, place: usize) -> u64 {
        self.operations[operation].wrapping_mul(self.places[place])
    }

    fn choice(&self, operation: usize, mode: u32) -> u64 {
        self.operations[operation].wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(17 + mode)
    }
}

fn slot(arrangement: u64) -> usize {
    (arrangement >> 20) as usize % SLOTS
}
