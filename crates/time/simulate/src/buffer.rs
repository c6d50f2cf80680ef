//! A buffer between machines: the one before it blocks when it is full, the one behind it starves when it is empty.

use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// First in, first out, with room for so many. `T` is what it holds, `W` names who waits at either end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Buffer<T, W> {
    capacity: usize,
    items: VecDeque<T>,
    blocked: VecDeque<(W, T)>,
    starved: VecDeque<W>,
}

/// What became of a piece that was put.
#[derive(Clone, Debug, PartialEq)]
pub enum Put<T, W> {
    /// It lies in the buffer.
    Stored,
    /// Somebody waited for it and has it now.
    Handed(W, T),
    /// There is no room: the buffer remembers who stands there with it.
    Blocked,
}

/// What came of asking for a piece.
#[derive(Clone, Debug, PartialEq)]
pub enum Taken<T, W> {
    /// Here it is; and somebody who was blocked has got rid of theirs.
    Got(T, Option<W>),
    /// There is none: the buffer remembers who waits.
    Starved,
}

impl<T, W> Buffer<T, W> {
    /// An empty buffer.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { capacity, items: VecDeque::new(), blocked: VecDeque::new(), starved: VecDeque::new() }
    }

    /// Puts a piece in, for `who` stands there with it.
    pub fn put(&mut self, item: T, who: W) -> Put<T, W> {
        if let Some(taker) = self.starved.pop_front() {
            return Put::Handed(taker, item);
        }
        if self.items.len() < self.capacity {
            self.items.push_back(item);
            return Put::Stored;
        }
        self.blocked.push_back((who, item));
        Put::Blocked
    }

    /// Takes the oldest piece out, for `who`. Without room (capacity 0) pieces go from hand to hand.
    pub fn take(&mut self, who: W) -> Taken<T, W> {
        let oldest = self.items.pop_front();
        let (freed, moved) =
            self.blocked.pop_front().map_or((None, None), |(who, item)| (Some(who), Some(item)));
        match oldest {
            Some(item) => {
                self.items.extend(moved);
                Taken::Got(item, freed)
            }
            None => match moved {
                Some(item) => Taken::Got(item, freed),
                None => {
                    self.starved.push_back(who);
                    Taken::Starved
                }
            },
        }
    }

    /// How many pieces lie in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether none lies in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// How many stand before it and cannot get rid of theirs.
    #[must_use]
    pub fn blocked(&self) -> usize {
        self.blocked.len()
    }

    /// How many wait for a piece.
    #[must_use]
    pub fn starved(&self) -> usize {
        self.starved.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_full_buffer_blocks_until_room_is_made() {
        let mut buffer = Buffer::new(1);
        assert_eq!(buffer.put(1, 'a'), Put::Stored);
        assert_eq!(buffer.put(2, 'b'), Put::Blocked);
        assert_eq!(buffer.take('x'), Taken::Got(1, Some('b')));
        assert_eq!(buffer.take('x'), Taken::Got(2, None));
        assert_eq!(buffer.take('x'), Taken::Starved);
        assert_eq!(buffer.put(3, 'a'), Put::Handed('x', 3));
    }

    proptest! {
        #[test]
        fn nothing_appears_vanishes_or_overtakes(capacity in 0usize..4, moves in prop::collection::vec(any::<bool>(), 0..80)) {
            let mut buffer = Buffer::new(capacity);
            let (mut next, mut out) = (0u32, Vec::new());
            for is_put in moves {
                if is_put {
                    if let Put::Handed((), item) = buffer.put(next, ()) { out.push(item); }
                    next += 1;
                } else if let Taken::Got(item, _) = buffer.take(()) {
                    out.push(item);
                }
                prop_assert!(buffer.len() <= capacity);
                prop_assert_eq!(out.len() + buffer.len() + buffer.blocked(), next as usize);
            }
            prop_assert!(out.is_sorted());
        }
    }
}
