//! The event calendar: what will happen, ordered by (time, priority, sequence).
//!
//! Ties are broken first by priority (lower goes first), then by the order of scheduling, so a run never depends
//! on the heap's inner arrangement. Cancelling costs O(1): the event is taken out of its slot and its place in the
//! heap goes stale; stale places are dropped when they surface, or all at once when they outnumber the living.

use crate::heap::{Entry, Heap};
use serde::{Deserialize, Serialize};

/// Events that may be scheduled in the life of one calendar; beyond it the order of ties would be lost.
const SEQUENCE_LIMIT: u64 = 1 << 56;
/// Fewer stale places than this are not worth a rebuild.
const STALE_MIN: usize = 64;

/// Names a scheduled event, to cancel it. Stays valid in forks and restored snapshots of its calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ticket {
    slot: u32,
    generation: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Slot<E> {
    generation: u32,
    event: Option<E>,
}

/// The calendar. A clone is a fork: both go on from here, independent of each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EventCalendar<E> {
    now: i64,
    sequence: u64,
    heap: Heap,
    slots: Vec<Slot<E>>,
    free: Vec<u32>,
    stale: usize,
}

impl<E> EventCalendar<E> {
    /// An empty calendar that stands at this time, ns.
    #[must_use]
    pub fn new(now: i64) -> Self {
        Self { now, sequence: 0, heap: Heap::default(), slots: Vec::new(), free: Vec::new(), stale: 0 }
    }

    /// Where the calendar stands: the time of the event that was popped last, or that it was advanced to.
    #[must_use]
    #[inline]
    pub fn now(&self) -> i64 {
        self.now
    }

    /// How many events wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.heap.len() - self.stale
    }

    /// Whether nothing will happen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many events were ever scheduled.
    #[must_use]
    pub fn scheduled(&self) -> u64 {
        self.sequence
    }

    /// Has an event happen at a time, with middle priority.
    #[inline]
    pub fn schedule(&mut self, time: i64, event: E) -> Ticket {
        self.schedule_with(time, 128, event)
    }

    /// Has an event happen after a delay, with middle priority.
    #[inline]
    pub fn schedule_in(&mut self, delay: i64, event: E) -> Ticket {
        self.schedule(self.now.saturating_add(delay), event)
    }

    /// Has an event happen at a time. Of one instant, lower priorities go first.
    ///
    /// # Panics
    /// When the time is past: what has happened cannot be changed. Also after 2⁵⁶ events.
    #[inline]
    pub fn schedule_with(&mut self, time: i64, priority: u8, event: E) -> Ticket {
        assert!(time >= self.now, "an event at {time} ns was scheduled at {} ns", self.now);
        assert!(self.sequence < SEQUENCE_LIMIT, "the calendar has run out of sequence numbers");
        let ticket = self.keep(event);
        let order = u64::from(priority) << 56 | self.sequence;
        self.sequence += 1;
        self.heap.push(Entry { time, order, slot: ticket.slot, generation: ticket.generation });
        ticket
    }

    /// Takes an event back; `None` when it has happened or was cancelled before.
    #[inline]
    pub fn cancel(&mut self, ticket: Ticket) -> Option<E> {
        let event = self.release(ticket.slot, ticket.generation)?;
        self.stale += 1;
        if self.stale > STALE_MIN && self.stale * 2 > self.heap.len() {
            self.drop_stale();
        }
        Some(event)
    }

    /// When the next event happens.
    #[inline]
    pub fn next_time(&mut self) -> Option<i64> {
        while let Some(first) = self.heap.first() {
            if self.slots[first.slot as usize].generation == first.generation {
                return Some(first.time);
            }
            self.heap.pop_until(i64::MAX);
            self.stale -= 1;
        }
        None
    }

    /// The next event and its time; the calendar moves there.
    #[inline]
    pub fn pop(&mut self) -> Option<(i64, E)> {
        self.pop_until(i64::MAX)
    }

    /// The next event that happens no later than `limit`; the calendar moves to its time.
    #[inline]
    pub fn pop_until(&mut self, limit: i64) -> Option<(i64, E)> {
        loop {
            let entry = self.heap.pop_until(limit)?;
            if let Some(event) = self.release(entry.slot, entry.generation) {
                self.now = entry.time;
                return Some((entry.time, event));
            }
            self.stale -= 1;
        }
    }

    /// Moves the calendar forward although nothing happens.
    ///
    /// # Panics
    /// When an event would be jumped over.
    pub fn advance(&mut self, time: i64) {
        let next = self.next_time().unwrap_or(i64::MAX);
        assert!(time <= next, "advancing to {time} ns would jump over the event at {next} ns");
        self.now = self.now.max(time);
    }

    /// Gives every waiting event a new time, as a replication does at its fork with the residual times that it
    /// draws anew. `retime` gets the event and its present time; ties keep their order. Times before now become now.
    pub fn retime(&mut self, mut retime: impl FnMut(&E, i64) -> i64) {
        let (slots, now) = (&self.slots, self.now);
        self.heap.rebuild(|entry| {
            let slot = &slots[entry.slot as usize];
            let event = slot.event.as_ref().filter(|_| slot.generation == entry.generation);
            if let Some(event) = event {
                entry.time = retime(event, entry.time).max(now);
            }
            event.is_some()
        });
        self.stale = 0;
    }

    /// What waits, in the order in which it will happen.
    #[must_use]
    pub fn pending(&self) -> Vec<(i64, &E)> {
        let living = |entry: &&Entry| self.slots[entry.slot as usize].generation == entry.generation;
        let mut entries: Vec<&Entry> = self.heap.iter().filter(living).collect();
        entries.sort_unstable_by_key(|entry| (entry.time, entry.order));
        let event =
            |entry: &Entry| self.slots[entry.slot as usize].event.as_ref().map(|event| (entry.time, event));
        entries.into_iter().filter_map(event).collect()
    }

    #[inline]
    fn keep(&mut self, event: E) -> Ticket {
        if let Some(slot) = self.free.pop() {
            let place = &mut self.slots[slot as usize];
            place.event = Some(event);
            return Ticket { slot, generation: place.generation };
        }
        let slot = u32::try_from(self.slots.len()).expect("fewer than 2^32 events wait at once");
        self.slots.push(Slot { generation: 0, event: Some(event) });
        Ticket { slot, generation: 0 }
    }

    #[inline]
    fn release(&mut self, slot: u32, generation: u32) -> Option<E> {
        let place = &mut self.slots[slot as usize];
        if place.generation != generation {
            return None;
        }
        let event = place.event.take()?;
        place.generation = place.generation.wrapping_add(1);
        self.free.push(slot);
        Some(event)
    }

    fn drop_stale(&mut self) {
        let slots = &self.slots;
        self.heap.rebuild(|entry| slots[entry.slot as usize].generation == entry.generation);
        self.stale = 0;
    }
}
