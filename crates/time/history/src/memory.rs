//! The newest samples, in memory until they are sealed: one sorted series per signal.
//!
//! Appending to a series is a push. A sample older than its predecessor goes to a small side list, which is merged
//! in once it has grown to a part of the series, so that a source that counts backwards costs a logarithm, not a
//! square.

use crate::{
    block::{Block, Window},
    version::{Found, Horizon, same_value},
};
use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};
use trine_base::{Quality, Sample, SignalId, Value};

/// One record of a signal.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub source: i64,
    pub recorded: i64,
    pub quality: Quality,
    pub value: Value,
}

impl Entry {
    fn same(&self, other: &Self) -> bool {
        self.source == other.source && self.quality == other.quality && same_value(&self.value, &other.value)
    }
}

/// The records of one signal: `entries` sorted by (source, arrival), `late` in order of arrival.
#[derive(Default)]
struct Series {
    entries: Vec<Entry>,
    late: Vec<Entry>,
}

impl Series {
    fn push(&mut self, entry: Entry) -> bool {
        match self.entries.last() {
            Some(last) if entry.source < last.source => self.push_late(entry),
            Some(last) if last.same(&entry) => return false,
            _ => self.entries.push(entry),
        }
        true
    }

    fn push_late(&mut self, entry: Entry) {
        self.late.push(entry);
        if self.late.len() >= 32.max(self.entries.len() / 8) {
            self.settle();
        }
    }

    /// Merges the late entries in. They arrived after all entries of their instant, which a stable sort keeps.
    fn settle(&mut self) {
        if !self.late.is_empty() {
            self.entries.append(&mut self.late);
            self.entries.sort_by_key(|entry| entry.source);
        }
    }

    /// All entries in order, borrowed where nothing is late.
    fn sorted(&self) -> std::borrow::Cow<'_, [Entry]> {
        if self.late.is_empty() {
            return (&self.entries[..]).into();
        }
        let mut all: Vec<Entry> = self.entries.iter().chain(&self.late).cloned().collect();
        all.sort_by_key(|entry| entry.source);
        all.into()
    }
}

/// A multiplicative hash: signal ids are small, dense and our own.
#[derive(Default)]
pub(crate) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }
    fn write_u32(&mut self, id: u32) {
        self.0 = (self.0.rotate_left(5) ^ u64::from(id)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

/// The samples between two seals.
#[derive(Default)]
pub(crate) struct MemTable {
    index: HashMap<u32, u32, BuildHasherDefault<IdHasher>>,
    ids: Vec<u32>,
    series: Vec<Series>,
    /// Samples held, and offered; a redelivery is offered only.
    pub samples: usize,
    /// First and last log position taken.
    pub positions: Option<(u64, u64)>,
    /// Smallest and largest recorded time, ns.
    pub recorded: Option<(i64, i64)>,
    /// Smallest and largest source time, ns.
    pub source: Option<(i64, i64)>,
}

fn widen(span: &mut Option<(i64, i64)>, at: i64) {
    *span = Some(span.map_or((at, at), |(low, high)| (low.min(at), high.max(at))));
}

impl MemTable {
    pub fn is_empty(&self) -> bool {
        self.positions.is_none()
    }

    /// Takes a batch that became known at `recorded`, which never decreases from call to call.
    pub fn append(&mut self, recorded: i64, position: u64, samples: &[Sample]) {
        let first = self.positions.map_or(position, |(first, _)| first);
        self.positions = Some((first, position));
        if !samples.is_empty() {
            widen(&mut self.recorded, recorded);
        }
        for sample in samples {
            self.push(recorded, sample);
        }
    }

    fn push(&mut self, recorded: i64, sample: &Sample) {
        let source = sample.source.as_ns();
        let (quality, value) = match sample.value {
            Value::Number(x) if !x.is_finite() => (Quality::BAD_OUT_OF_RANGE, Value::Absent),
            _ => (sample.quality, sample.value.clone()),
        };
        let slot = self.slot(sample.signal.0);
        if self.series[slot].push(Entry { source, recorded, quality, value }) {
            self.samples += 1;
            widen(&mut self.source, source);
        }
    }

    fn slot(&mut self, id: u32) -> usize {
        let next = self.series.len() as u32;
        let slot = *self.index.entry(id).or_insert(next);
        if slot == next {
            self.ids.push(id);
            self.series.push(Series::default());
        }
        slot as usize
    }

    /// The signals held, ascending.
    fn signals(&self) -> Vec<(u32, &Series)> {
        let mut all: Vec<_> = self.ids.iter().copied().zip(&self.series).collect();
        all.sort_unstable_by_key(|(id, _)| *id);
        all
    }

    fn chosen<'a>(&'a self, wanted: Option<&[u32]>) -> Vec<(u32, &'a Series)> {
        match wanted {
            None => self.signals(),
            Some(ids) => {
                let series = |id: &u32| Some((*id, &self.series[*self.index.get(id)? as usize]));
                ids.iter().filter_map(series).collect()
            }
        }
    }

    /// What held at the horizon, sorted by signal.
    pub fn latest(&self, wanted: Option<&[u32]>, horizon: Horizon) -> Vec<Found> {
        let chosen = self.chosen(wanted).into_iter();
        chosen.filter_map(|(signal, series)| latest(signal, &series.sorted(), horizon)).collect()
    }

    /// Every version within the window, per signal in order.
    pub fn versions(&self, wanted: Option<&[u32]>, window: &Window, visit: &mut impl FnMut(Found)) {
        for (signal, series) in self.chosen(wanted) {
            versions(signal, &series.sorted(), window, visit);
        }
    }

    /// A copy of what lies within the window, so that it can be read without the writer waiting.
    pub fn excerpt(&self, wanted: Option<&[u32]>, window: &Window) -> Self {
        let mut copy = Self::default();
        if self.source.is_none_or(|(min, max)| min >= window.to || max < window.from) {
            return copy;
        }
        for (signal, series) in self.chosen(wanted) {
            let entries = series.sorted();
            let start = entries.partition_point(|entry| entry.source < window.from);
            let end = entries.partition_point(|entry| entry.source < window.to);
            if let (Some(first), Some(last)) = (entries[start..end].first(), entries[start..end].last()) {
                widen(&mut copy.source, first.source);
                widen(&mut copy.source, last.source);
                let slot = copy.slot(signal);
                copy.series[slot].entries = entries[start..end].to_vec();
            }
        }
        copy
    }

    /// The rows with `from <= source <= to` as a block, redeliveries left out.
    pub fn block(&self, from: i64, to: i64) -> Block {
        let mut block = Block::default();
        for (signal, series) in self.signals() {
            let entries = series.sorted();
            let start = entries.partition_point(|entry| entry.source < from);
            let end = entries.partition_point(|entry| entry.source <= to);
            let rows = &entries[start..end];
            for (row, entry) in rows.iter().enumerate() {
                if row == 0 || !rows[row - 1].same(entry) {
                    block.push(signal, entry.source, entry.recorded, entry.quality, &entry.value);
                }
            }
        }
        block
    }

    /// All source times, ascending: where to cut slices.
    pub fn times(&self) -> Vec<i64> {
        let all = self.series.iter().flat_map(|series| series.entries.iter().chain(&series.late));
        let mut times: Vec<i64> = all.map(|entry| entry.source).collect();
        times.sort_unstable();
        times
    }

    pub fn signal_count(&self) -> usize {
        self.ids.len()
    }
}

fn found(signal: u32, entries: &[Entry], start: usize, row: usize) -> Found {
    let mut first = row;
    while first > start && entries[first - 1].same(&entries[row]) {
        first -= 1;
    }
    let Entry { source, recorded, quality, value } = entries[first].clone();
    let whole = first == start || entries[first - 1].source != source;
    Found { signal: SignalId(signal), source, recorded, quality, value, whole }
}

fn latest(signal: u32, entries: &[Entry], horizon: Horizon) -> Option<Found> {
    let end = entries.partition_point(|entry| entry.source <= horizon.source);
    let row = entries[..end].iter().rposition(|entry| entry.recorded <= horizon.recorded)?;
    Some(found(signal, entries, 0, row))
}

fn versions(signal: u32, entries: &[Entry], window: &Window, visit: &mut impl FnMut(Found)) {
    let start = entries.partition_point(|entry| entry.source < window.from);
    let end = entries.partition_point(|entry| entry.source < window.to);
    for group in entries[start..end].chunk_by(|a, b| a.source == b.source) {
        if let Some(row) = group.iter().rposition(|entry| entry.recorded <= window.recorded) {
            visit(found(signal, group, 0, row));
        }
    }
}
