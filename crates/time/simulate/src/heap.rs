//! A four-ary min-heap of calendar entries: half as deep as a binary one, and four children share two cache lines.

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
    fn is_before(&self, other: &Self) -> bool {
        (self.time, self.order) < (other.time, other.order)
    }
}

/// The heap. Pushing and popping cost O(log n).
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Heap {
    entries: Vec<Entry>,
}

impl Heap {
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn first(&self) -> Option<&Entry> {
        self.entries.first()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    pub fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
        self.rise(self.entries.len() - 1);
    }

    pub fn pop(&mut self) -> Option<Entry> {
        let last = self.entries.pop()?;
        let Some(first) = self.entries.first_mut() else { return Some(last) };
        let popped = std::mem::replace(first, last);
        self.sink(0);
        Some(popped)
    }

    /// Changes all entries at once, drops those for which `keep` says no, and orders the rest anew in O(n).
    pub fn rebuild(&mut self, keep: impl FnMut(&mut Entry) -> bool) {
        self.entries.retain_mut(keep);
        for index in (0..self.entries.len().div_ceil(4)).rev() {
            self.sink(index);
        }
    }

    fn rise(&mut self, mut index: usize) {
        let entry = self.entries[index];
        while index > 0 {
            let parent = (index - 1) / 4;
            if !entry.is_before(&self.entries[parent]) {
                break;
            }
            self.entries[index] = self.entries[parent];
            index = parent;
        }
        self.entries[index] = entry;
    }

    fn sink(&mut self, mut index: usize) {
        let Some(&entry) = self.entries.get(index) else { return };
        while let Some(child) = self.first_child(index) {
            if !self.entries[child].is_before(&entry) {
                break;
            }
            self.entries[index] = self.entries[child];
            index = child;
        }
        self.entries[index] = entry;
    }

    fn first_child(&self, index: usize) -> Option<usize> {
        let from = index * 4 + 1;
        let to = (from + 4).min(self.entries.len());
        let mut first = from;
        for child in from + 1..to {
            if self.entries[child].is_before(&self.entries[first]) {
                first = child;
            }
        }
        (from < to).then_some(first)
    }
}
