//! Plots of long stretches: what one signal did in each of n equal pieces of time.

use crate::version::Found;
use trine_base::Instant;

/// What a signal did in one piece of a stretch.
#[derive(Debug, Clone, PartialEq)]
pub struct Bucket {
    /// Where the piece begins; it ends where the next begins.
    pub start: Instant,
    /// Smallest number. Numbers, integers and booleans (0, 1) of good or uncertain quality count.
    pub min: Option<f64>,
    /// Largest number.
    pub max: Option<f64>,
    /// Mean of the numbers, each sample weighing the same.
    pub mean: Option<f64>,
    /// First number.
    pub first: Option<f64>,
    /// Last number.
    pub last: Option<f64>,
    /// Samples, whatever they hold.
    pub count: u64,
    /// Samples of bad quality among them.
    pub bad: u64,
}

/// A bucket in the making. Built in the order of time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Tally {
    pub numbers: u64,
    pub sum: f64,
    pub min: f64,
    pub max: f64,
    pub first: f64,
    pub last: f64,
    pub count: u64,
    pub bad: u64,
}

/// One field of a tally.
type Field<T> = fn(&mut Tally) -> &mut T;

impl Tally {
    /// The counts in the order of a tier file's columns.
    pub const COUNTS: [Field<u64>; 3] =
        [|tally| &mut tally.count, |tally| &mut tally.bad, |tally| &mut tally.numbers];
    /// The numbers in the order of a tier file's columns.
    pub const NUMBERS: [Field<f64>; 5] = [
        |tally| &mut tally.min,
        |tally| &mut tally.max,
        |tally| &mut tally.sum,
        |tally| &mut tally.first,
        |tally| &mut tally.last,
    ];

    /// Adds what happened after.
    pub fn extend(&mut self, later: &Self) {
        let (count, bad) = (self.count + later.count, self.bad + later.bad);
        if self.numbers == 0 {
            *self = *later;
        } else if later.numbers > 0 {
            self.numbers += later.numbers;
            self.sum += later.sum;
            self.min = self.min.min(later.min);
            self.max = self.max.max(later.max);
            self.last = later.last;
        }
        (self.count, self.bad) = (count, bad);
    }

    pub fn add(&mut self, found: &Found) {
        self.count += 1;
        if found.quality.is_bad() {
            self.bad += 1;
        } else if let Some(x) = found.value.as_f64() {
            self.add_number(x);
        }
    }

    fn add_number(&mut self, x: f64) {
        if self.numbers == 0 {
            (self.min, self.max, self.first) = (x, x, x);
        }
        self.numbers += 1;
        self.sum += x;
        self.min = self.min.min(x);
        self.max = self.max.max(x);
        self.last = x;
    }

    pub fn bucket(&self, start: Instant) -> Bucket {
        let some = |x: f64| (self.numbers > 0).then_some(x);
        Bucket {
            start,
            min: some(self.min),
            max: some(self.max),
            mean: some(self.sum / self.numbers.max(1) as f64),
            first: some(self.first),
            last: some(self.last),
            count: self.count,
            bad: self.bad,
        }
    }
}

/// n pieces of `[from, to)`, as equal as nanoseconds allow.
#[derive(Clone, Copy)]
pub(crate) struct Pieces {
    pub from: i64,
    pub to: i64,
    pub n: usize,
}

impl Pieces {
    pub fn start(&self, piece: usize) -> i64 {
        let span = i128::from(self.to) - i128::from(self.from);
        (i128::from(self.from) + span * piece as i128 / self.n as i128) as i64
    }

    /// The piece that holds an instant of `[from, to)`.
    pub fn of(&self, at: i64) -> usize {
        let span = i128::from(self.to) - i128::from(self.from);
        let offset = i128::from(at) - i128::from(self.from);
        // The largest p with floor(span·p / n) <= offset is the largest with span·p / n < offset + 1.
        (((offset + 1) * self.n as i128 - 1) / span) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_instant_lies_in_its_piece(from in -1000i64..1000, span in 1i64..5000, n in 1usize..400, part in 0.0..1.0) {
            let pieces = Pieces { from, to: from + span, n };
            let at = from + (span as f64 * part) as i64;
            let piece = pieces.of(at);
            prop_assert!(pieces.start(piece) <= at && at < pieces.start(piece + 1));
        }
    }
}
