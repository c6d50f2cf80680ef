//! Something of which there are only so many: technicians, loading robots, docks.

use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// A resource with a queue. `T` names who waits; who comes first is served first, urgent ones before others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resource<T> {
    capacity: u32,
    in_use: u32,
    waiting: VecDeque<(u8, T)>,
}

impl<T: PartialEq> Resource<T> {
    /// A resource of which there are `capacity`.
    #[must_use]
    pub fn new(capacity: u32) -> Self {
        Self { capacity, in_use: 0, waiting: VecDeque::new() }
    }

    /// Asks for one. `true`: it is yours now. `false`: you wait, and a later release hands it to you.
    pub fn seize(&mut self, who: T, priority: u8) -> bool {
        if self.in_use < self.capacity {
            self.in_use += 1;
            return true;
        }
        let place =
            self.waiting.iter().position(|(other, _)| *other > priority).unwrap_or(self.waiting.len());
        self.waiting.insert(place, (priority, who));
        false
    }

    /// Gives one back; the one who gets it next, if somebody waits.
    ///
    /// # Panics
    /// When none is in use.
    pub fn release(&mut self) -> Option<T> {
        assert!(self.in_use > 0, "a resource was released that nobody had seized");
        self.in_use -= 1;
        self.grant()
    }

    /// Stops waiting. Says whether it did wait.
    pub fn renounce(&mut self, who: &T) -> bool {
        let place = self.waiting.iter().position(|(_, other)| other == who);
        place.and_then(|place| self.waiting.remove(place)).is_some()
    }

    /// Changes how many there are, as a shift change does; who gets one at once. Those in use stay in use.
    pub fn set_capacity(&mut self, capacity: u32) -> Vec<T> {
        self.capacity = capacity;
        std::iter::from_fn(|| self.grant()).collect()
    }

    /// How many are in use.
    #[must_use]
    pub fn in_use(&self) -> u32 {
        self.in_use
    }

    /// How many wait.
    #[must_use]
    pub fn queue_len(&self) -> usize {
        self.waiting.len()
    }

    fn grant(&mut self) -> Option<T> {
        if self.in_use >= self.capacity {
            return None;
        }
        let (_, who) = self.waiting.pop_front()?;
        self.in_use += 1;
        Some(who)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urgent_ones_first_then_in_order() {
        let mut crew = Resource::new(1);
        assert!(crew.seize('a', 5));
        assert!(!crew.seize('b', 5) && !crew.seize('c', 1) && !crew.seize('d', 5));
        assert!(crew.renounce(&'d') && !crew.renounce(&'d'));
        assert_eq!(crew.release(), Some('c'));
        assert_eq!(crew.release(), Some('b'));
        assert_eq!(crew.release(), None);
        assert_eq!(crew.in_use(), 0);
    }

    #[test]
    fn more_of_it_serves_those_who_wait() {
        let mut crew = Resource::new(0);
        assert!(!crew.seize(1, 0) && !crew.seize(2, 0) && !crew.seize(3, 0));
        assert_eq!(crew.set_capacity(2), [1, 2]);
        assert_eq!(crew.set_capacity(1), [], "two are still in use");
        assert_eq!(crew.release(), None);
        assert_eq!(crew.release(), Some(3));
    }
}
