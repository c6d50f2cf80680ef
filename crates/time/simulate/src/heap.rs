//! A four-ary min-heap of calendar entries: half as deep as a binary one, and four children share two cache lines.
//!
//! What happens most is that an event is taken out and others are put in. So taking out leaves a hole at the root,
//! and the next one put in falls from there to its place: one way down instead of one down and one up. Among four
//! children the first is found without branches, for which of them it is nobody can foretell.

use serde::{Deserialize, Serialize};

/// One place in the calendar. The event itself waits in a slot, so that sifting moves 24 bytes whatever its size.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// When, ns.
    pub time: i64,
    /// Priority in the top byte, sequence below: together the order of events of one instant.
    pub order: u64,
    /// Where the event waits.
    pub slot: u32,
    /// Which of the slot's successive events it is.
    pub generation: u32,
}

impl Entry {
    /// Time and order in one number, compared without branches.
    #[inline(always)]
    fn key(&self) -> i128 {
        (i128::from(self.time) << 64) | i128::from(self.order)
    }
}

/// The heap. Pushing and popping cost O(log n).
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Heap {
    entries: Vec<Entry>,
    /// The entry at the root has been taken out already, and nothing has taken its place yet.
    has_hole: bool,
}

impl Heap {
    #[inline]
    pub fn len(&self) -> usize {
        self.entries.len() - usize::from(self.has_hole)
    }

    #[inline]
    pub fn first(&mut self) -> Option<&Entry> {
        self.fill_hole();
        self.entries.first()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().skip(usize::from(self.has_hole))
    }

    #[inline]
    pub fn push(&mut self, entry: Entry) {
        if self.has_hole {
            self.has_hole = false;
            self.sink(0, entry);
            return;
        }
        self.entries.push(entry);
        self.rise(entry);
    }

    /// Takes the first entry out if it is due by `limit`.
    #[inline]
    pub fn pop_until(&mut self, limit: i64) -> Option<Entry> {
        let first = *self.first()?;
        if first.time > limit {
            return None;
        }
        self.has_hole = true;
        Some(first)
    }

    /// Changes all entries at once, drops those for which `keep` says no, and orders the rest anew in O(n).
    pub fn rebuild(&mut self, keep: impl FnMut(&mut Entry) -> bool) {
        self.fill_hole();
        self.entries.retain_mut(keep);
        for index in (0..self.entries.len().div_ceil(4)).rev() {
            self.sink(index, self.entries[index]);
        }
    }

    #[inline]
    fn fill_hole(&mut self) {
        if self.has_hole {
            self.has_hole = false;
            if let Some(last) = self.entries.pop()
                && !self.entries.is_empty()
            {
                self.sink(0, last);
            }
        }
    }

    /// The last place is free for the entry: it rises from there.
    #[inline]
    fn rise(&mut self, entry: Entry) {
        let (entries, key) = (&mut self.entries[..], entry.key());
        let mut index = entries.len() - 1;
        while index > 0 {
            let parent = (index - 1) / 4;
            if key >= entries[parent].key() {
                break;
            }
            entries[index] = entries[parent];
            index = parent;
        }
        entries[index] = entry;
    }

    /// The place is free for the entry: it sinks from there.
    #[inline]
    fn sink(&mut self, mut index: usize, entry: Entry) {
        let (entries, key) = (&mut self.entries[..], entry.key());
        loop {
            let child = index * 4 + 1;
            let Some(child) = first_child(entries, child) else { break };
            let below = entries[child];
            if below.key() >= key {
                break;
            }
            entries[index] = below;
            index = child;
        }
        entries[index] = entry;
    }
}

/// Of the up to four entries from here on the first in order.
#[inline(always)]
fn first_child(entries: &[Entry], from: usize) -> Option<usize> {
    if let Some(four) = entries.get(from..).and_then(|rest| rest.first_chunk::<4>()) {
        let [a, b, c, d] = [four[0].key(), four[1].key(), four[2].key(), four[3].key()];
        let left = (usize::from(b < a), if b < a { b } else { a });
        let right = (2 + usize::from(d < c), if d < c { d } else { c });
        return Some(from + if right.1 < left.1 { right.0 } else { left.0 });
    }
    let rest = entries.get(from..)?;
    (0..rest.len()).min_by_key(|at| rest[*at].key()).map(|at| from + at)
}
