//! The naive history: a list of records, searched from end to end. Slow and obviously right.

use std::collections::{BTreeMap, BTreeSet};
use trine_base::{Instant, Quality, Sample, SignalId, Value};
use trine_history::{Bucket, Held};

/// All records ever appended, in the order of the log.
#[derive(Default, Clone)]
pub struct Model {
    records: Vec<(Instant, Sample)>,
}

fn same(a: &Sample, b: &Sample) -> bool {
    let value = match (&a.value, &b.value) {
        (Value::Number(a), Value::Number(b)) => a.to_bits() == b.to_bits(),
        (a, b) => a == b,
    };
    value && a.quality == b.quality
}

impl Model {
    pub fn append(&mut self, recorded: Instant, samples: &[Sample]) {
        let recorded = self.records.last().map_or(recorded, |(last, _)| recorded.max(*last));
        self.records.extend(samples.iter().map(|sample| (recorded, sample.clone())));
    }

    /// The version that counts for each (signal, source time), as known at an instant.
    fn versions(&self, known: Option<Instant>) -> BTreeMap<(SignalId, Instant), Held> {
        let mut versions: BTreeMap<(SignalId, Instant), (Instant, Sample)> = BTreeMap::new();
        for (recorded, sample) in
            self.records.iter().filter(|(recorded, _)| known.is_none_or(|at| *recorded <= at))
        {
            let key = (sample.signal, sample.source);
            if versions.get(&key).is_none_or(|(_, last)| !same(last, sample)) {
                versions.insert(key, (*recorded, sample.clone()));
            }
        }
        let held = |(recorded, sample): (Instant, Sample)| Held {
            signal: sample.signal,
            source: sample.source,
            recorded,
            quality: sample.quality,
            value: sample.value,
        };
        versions.into_iter().map(|(key, version)| (key, held(version))).collect()
    }

    pub fn at(
        &self,
        wanted: Option<&BTreeSet<SignalId>>,
        instant: Instant,
        known: Option<Instant>,
    ) -> Vec<Held> {
        let mut newest = BTreeMap::new();
        for ((signal, source), held) in self.versions(known) {
            if source <= instant && wanted.is_none_or(|wanted| wanted.contains(&signal)) {
                newest.insert(signal, held);
            }
        }
        newest.into_values().collect()
    }

    pub fn range(
        &self,
        wanted: Option<&BTreeSet<SignalId>>,
        from: Instant,
        to: Instant,
        known: Option<Instant>,
    ) -> Vec<Held> {
        let in_range = |held: &Held| {
            (from..to).contains(&held.source) && wanted.is_none_or(|wanted| wanted.contains(&held.signal))
        };
        let mut all: Vec<Held> = self.versions(known).into_values().filter(in_range).collect();
        all.sort_by_key(|held| (held.source, held.signal));
        all
    }

    pub fn buckets(
        &self,
        signal: SignalId,
        from: Instant,
        to: Instant,
        n: usize,
        known: Option<Instant>,
    ) -> Vec<Bucket> {
        let all = self.range(Some(&BTreeSet::from([signal])), from, to, known);
        let span = i128::from(to.as_ns()) - i128::from(from.as_ns());
        let start = |piece: usize| {
            Instant::from_ns((i128::from(from.as_ns()) + span * piece as i128 / n as i128) as i64)
        };
        let bucket = |piece: usize| {
            let end = if piece + 1 == n { to } else { start(piece + 1) };
            let inside: Vec<&Held> =
                all.iter().filter(|held| (start(piece)..end).contains(&held.source)).collect();
            let numbers: Vec<f64> = inside
                .iter()
                .filter(|held| !held.quality.is_bad())
                .filter_map(|held| held.value.as_f64())
                .collect();
            let some = |x: f64| (!numbers.is_empty()).then_some(x);
            Bucket {
                start: start(piece),
                min: some(numbers.iter().copied().fold(f64::INFINITY, f64::min)),
                max: some(numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max)),
                mean: some(numbers.iter().sum::<f64>() / numbers.len() as f64),
                first: numbers.first().copied(),
                last: numbers.last().copied(),
                count: inside.len() as u64,
                bad: inside.iter().filter(|held| held.quality.is_bad()).count() as u64,
            }
        };
        (0..n).map(bucket).collect()
    }

    pub fn extent(&self) -> Option<(Instant, Instant)> {
        let sources = || self.records.iter().map(|(_, sample)| sample.source);
        Some((sources().min()?, sources().max()?))
    }
}

/// A value by two small numbers: every kind, few distinct ones, so that duplicates and corrections happen.
pub fn value(kind: u8, n: i64) -> (Value, Quality) {
    let quality = if n % 5 == 4 { Quality::BAD_NO_COMMUNICATION } else { Quality::GOOD };
    let value = match kind % 7 {
        0 => Value::Absent,
        1 => Value::Boolean(n % 2 == 0),
        2 => Value::Integer(n),
        3 => Value::Number(n as f64 / 8.0),
        4 => Value::Number(1.0 / (n as f64 + 0.37)),
        5 => Value::Number(if n % 2 == 0 { 0.0 } else { -0.0 }),
        _ => Value::text(format!("word {n}")),
    };
    (value, quality)
}
