//! The entries of a run of the log: for every fact where it stands, when it happened, its kind and its subject.

use super::find::Wanted;
use serde::{Deserialize, Serialize};
use trine_base::{Instant, ThingId};
use trine_world::Fact;

/// A kind of fact as the index knows it: by name, so that a kind of a later version needs nothing here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kind {
    /// With its version, such as `alarm.raised.v1`.
    pub name: String,
    /// [`trine_world::FactKind::is_structure`] when it was indexed.
    pub is_structure: bool,
}

/// One fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub number: u64,
    /// When it happened; what has always been so is found by when it was recorded. ns.
    pub at: i64,
    pub thing: Option<ThingId>,
    /// Its place among the register's kinds.
    pub kind: u8,
    /// Its record's place among the register's records.
    pub record: u32,
    /// Its line in the record.
    pub line: u32,
}

/// A record of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub position: u64,
    /// Where in its segment, where that is known.
    pub offset: Option<u64>,
}

/// A fact that the index says is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    pub number: u64,
    pub place: Place,
    pub line: u32,
}

/// The entries of consecutive records.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Register {
    pub records: Vec<Place>,
    pub entries: Vec<Entry>,
    pub kinds: Vec<Kind>,
}

impl Register {
    /// Takes in the facts of the record that follows.
    pub fn add(&mut self, position: u64, offset: Option<u64>, facts: &[Fact]) {
        let record = self.records.len() as u32;
        self.records.push(Place { position, offset });
        for (fact, line) in facts.iter().zip(0..) {
            let at = if fact.at == Instant::MIN { fact.recorded } else { fact.at }.as_ns();
            let (kind, thing) = (self.kind(fact), fact.kind.subject());
            self.entries.push(Entry { number: fact.number, at, thing, kind, record, line });
        }
    }

    fn kind(&mut self, fact: &Fact) -> u8 {
        let name = fact.kind.name();
        let known = self.kinds.iter().position(|kind| kind.name == name);
        let kind = known.unwrap_or_else(|| {
            self.kinds.push(Kind { name: name.into(), is_structure: fact.kind.is_structure() });
            self.kinds.len() - 1
        });
        u8::try_from(kind).expect("facts are of fewer than 256 kinds")
    }

    /// The record after so many facts, when there are as many.
    pub fn record_after(&self, facts: usize) -> Option<u64> {
        let last = self.entries.get(facts.checked_sub(1)?)?;
        Some(self.records[last.record as usize].position + 1)
    }

    /// Leaves out the records before one.
    pub fn forget_before(&mut self, position: u64) {
        let records = self.records.partition_point(|record| record.position < position);
        let entries = self.entries.partition_point(|entry| (entry.record as usize) < records);
        self.records.drain(..records);
        self.entries.drain(..entries);
        self.entries.iter_mut().for_each(|entry| entry.record -= records as u32);
    }

    /// The wanted facts, up to `limit`, in the order in which they are wanted.
    pub fn hits(&self, wanted: &Wanted<'_>, limit: usize) -> Vec<Hit> {
        let kinds: Vec<bool> = self.kinds.iter().map(|kind| wanted.takes_kind(kind)).collect();
        let is_wanted = |entry: &&Entry| {
            kinds[usize::from(entry.kind)]
                && wanted.takes(Instant::from_ns(entry.at), entry.thing)
                && wanted.is_beyond(entry.number)
        };
        let hit = |entry: &Entry| Hit {
            number: entry.number,
            place: self.records[entry.record as usize],
            line: entry.line,
        };
        if wanted.newest_first {
            self.entries.iter().rev().filter(is_wanted).take(limit).map(hit).collect()
        } else {
            self.entries.iter().filter(is_wanted).take(limit).map(hit).collect()
        }
    }
}
