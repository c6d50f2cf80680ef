//! A block: rows of samples as flat columns, sorted by (signal, source time, order of the log).
//!
//! One form serves four uses: what is about to be written as a row group, what was decoded from one, a keyframe, and
//! a piece of a row group read for one signal. Flat columns cost about 30 bytes a row, so that a cache bounded in
//! bytes holds millions of rows.

use crate::version::{Found, Horizon, same_value};
use std::{collections::HashMap, ops::Range, sync::Arc};
use trine_base::{Instant, Quality, SignalId, Value};

/// Which of the value's forms a row holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Kind {
    Absent,
    Boolean,
    Integer,
    Number,
    Text,
}

/// Rows as columns. `bits` is the value by its kind: the boolean, the integer, the number's bits, the text's index.
#[derive(Default)]
pub(crate) struct Block {
    /// Each signal with its first row, ascending.
    pub runs: Vec<(u32, u32)>,
    /// Source time, ns.
    pub source: Vec<i64>,
    /// Recorded time, ns.
    pub recorded: Vec<i64>,
    pub status: Vec<u32>,
    pub kind: Vec<Kind>,
    pub bits: Vec<u64>,
    pub texts: Vec<Arc<str>>,
    pub interned: HashMap<Arc<str>, u32>,
}

impl Block {
    pub fn len(&self) -> usize {
        self.source.len()
    }

    /// Bytes held, texts included, for the cache's account.
    pub fn weight(&self) -> usize {
        let texts: usize = self.texts.iter().map(|text| text.len() + 64).sum();
        self.len() * 29 + self.runs.len() * 8 + texts + 256
    }

    /// Adds a row; rows must come in order.
    pub fn push(&mut self, signal: u32, source: i64, recorded: i64, quality: Quality, value: &Value) {
        if self.runs.last().is_none_or(|(last, _)| *last != signal) {
            self.runs.push((signal, self.len() as u32));
        }
        let (kind, bits) = match value {
            Value::Absent => (Kind::Absent, 0),
            Value::Boolean(b) => (Kind::Boolean, u64::from(*b)),
            Value::Integer(i) => (Kind::Integer, *i as u64),
            Value::Number(x) => (Kind::Number, x.to_bits()),
            Value::Text(text) => (Kind::Text, u64::from(self.intern(text))),
        };
        self.source.push(source);
        self.recorded.push(recorded);
        self.status.push(quality.0);
        self.kind.push(kind);
        self.bits.push(bits);
    }

    /// Adds a row of another block; one that says the same as the row before it is a redelivery and left out.
    pub fn push_from(&mut self, other: &Self, signal: u32, row: usize) {
        let last = self.len().wrapping_sub(1);
        let repeats = self.runs.last().is_some_and(|(last, _)| *last == signal)
            && self.source[last] == other.source[row]
            && self.status[last] == other.status[row]
            && same_value(&self.value(last), &other.value(row));
        if !repeats {
            let quality = Quality(other.status[row]);
            self.push(signal, other.source[row], other.recorded[row], quality, &other.value(row));
        }
    }

    /// The rows with `from <= source <= to`.
    pub fn excerpt(&self, from: i64, to: i64) -> Self {
        let mut out = Self::default();
        for (run, (signal, _)) in self.runs.iter().enumerate() {
            for row in self.run(run).filter(|row| (from..=to).contains(&self.source[*row])) {
                out.push(
                    *signal,
                    self.source[row],
                    self.recorded[row],
                    Quality(self.status[row]),
                    &self.value(row),
                );
            }
        }
        out
    }

    /// The index of a text, kept once however often it occurs.
    pub fn intern(&mut self, text: &Arc<str>) -> u32 {
        if let Some(index) = self.interned.get(text) {
            return *index;
        }
        let index = self.texts.len() as u32;
        self.texts.push(Arc::clone(text));
        self.interned.insert(Arc::clone(text), index);
        index
    }

    pub fn value(&self, row: usize) -> Value {
        let bits = self.bits[row];
        match self.kind[row] {
            Kind::Absent => Value::Absent,
            Kind::Boolean => Value::Boolean(bits != 0),
            Kind::Integer => Value::Integer(bits as i64),
            Kind::Number => Value::Number(f64::from_bits(bits)),
            Kind::Text => Value::Text(Arc::clone(&self.texts[bits as usize])),
        }
    }

    /// Whether two rows say the same: same quality, same value.
    pub fn same(&self, a: usize, b: usize) -> bool {
        self.kind[a] == self.kind[b] && self.bits[a] == self.bits[b] && self.status[a] == self.status[b]
    }

    /// The rows of one run.
    pub fn run(&self, run: usize) -> Range<usize> {
        let end = self.runs.get(run + 1).map_or(self.len(), |(_, start)| *start as usize);
        self.runs[run].1 as usize..end
    }

    /// The rows of a signal, where it has some.
    pub fn rows_of(&self, signal: u32) -> Option<Range<usize>> {
        let run = self.runs.binary_search_by_key(&signal, |(signal, _)| *signal).ok()?;
        Some(self.run(run))
    }

    /// The row that held at the horizon among the rows of one signal.
    pub fn latest(&self, signal: u32, rows: Range<usize>, horizon: Horizon) -> Option<Found> {
        let start = rows.start;
        let end = start + self.source[rows].partition_point(|source| *source <= horizon.source);
        let row = (start..end).rev().find(|row| self.recorded[*row] <= horizon.recorded)?;
        Some(self.found(signal, self.first_of_version(row, start)))
    }

    /// The earliest of the rows up to `row` that say the same about the same instant: a redelivery is not news.
    pub fn first_of_version(&self, row: usize, start: usize) -> (usize, bool) {
        let mut first = row;
        while first > start && self.source[first - 1] == self.source[row] {
            if !self.same(first - 1, row) {
                return (first, false);
            }
            first -= 1;
        }
        (first, true)
    }

    fn found(&self, signal: u32, (row, whole): (usize, bool)) -> Found {
        Found {
            signal: SignalId(signal),
            source: self.source[row],
            recorded: self.recorded[row],
            quality: Quality(self.status[row]),
            value: self.value(row),
            whole,
        }
    }

    /// Visits the newest visible version of each instant of a signal's rows within `[from, to)`.
    pub fn versions(&self, signal: u32, rows: Range<usize>, window: &Window, visit: &mut impl FnMut(Found)) {
        let offset = rows.start;
        let times = &self.source[rows.clone()];
        let mut row = offset + times.partition_point(|source| *source < window.from);
        let end = offset + times.partition_point(|source| *source < window.to);
        while row < end {
            let group = row;
            while row < end && self.source[row] == self.source[group] {
                row += 1;
            }
            if let Some(last) = (group..row).rev().find(|row| self.recorded[*row] <= window.recorded) {
                visit(self.found(signal, self.first_of_version(last, group)));
            }
        }
    }
}

/// A stretch of source time `[from, to)` as known at a recorded time, ns.
#[derive(Clone, Copy)]
pub(crate) struct Window {
    pub from: i64,
    pub to: i64,
    pub recorded: i64,
}

impl Window {
    pub fn new(from: Instant, to: Instant, as_known_at: Option<Instant>) -> Self {
        let recorded = as_known_at.unwrap_or(Instant::MAX).as_ns();
        Self { from: from.as_ns(), to: to.as_ns(), recorded }
    }
}
