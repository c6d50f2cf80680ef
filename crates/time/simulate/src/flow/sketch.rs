//! Quantiles of times in a small space: a histogram whose bins widen with the time.
//!
//! 32 bins to each doubling: a quantile is off by at most 1.6 % of itself. Sketches add up without loss.

use serde::{Deserialize, Serialize};

/// Bins to each doubling, as a power of two.
const BITS: u32 = 5;

/// The sketch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sketch {
    first: usize,
    bins: Vec<u32>,
    count: u64,
}

impl Sketch {
    /// Adds a time, ns; what is negative counts as 0.
    pub fn add(&mut self, value_ns: i64) {
        let bin = bin(value_ns.max(0).cast_unsigned());
        self.reach(bin);
        self.bins[bin - self.first] += 1;
        self.count += 1;
    }

    /// Adds another sketch.
    pub fn merge(&mut self, other: &Self) {
        for (bin, count) in (other.first..).zip(&other.bins).filter(|(_, count)| **count > 0) {
            self.reach(bin);
            self.bins[bin - self.first] += count;
        }
        self.count += other.count;
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The time below which this share of them is, ns; none when there are none.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let rank = (share * self.count as f64).ceil().max(1.0) as u64;
        let mut below = 0;
        for (bin, count) in (self.first..).zip(&self.bins) {
            below += u64::from(*count);
            if below >= rank {
                return Some(0.5 * (low(bin) + low(bin + 1)));
            }
        }
        None
    }

    fn reach(&mut self, bin: usize) {
        if self.bins.is_empty() {
            self.first = bin;
        }
        if bin < self.first {
            let more = self.first - bin;
            self.bins.splice(0..0, std::iter::repeat_n(0, more));
            self.first = bin;
        }
        if bin - self.first >= self.bins.len() {
            self.bins.resize(bin - self.first + 1, 0);
        }
    }
}

/// The exponent and the first bits of the mantissa.
fn bin(value: u64) -> usize {
    if value < 1 << BITS {
        return value as usize;
    }
    let exponent = 63 - value.leading_zeros();
    let mantissa = (value >> (exponent - BITS)) as usize - (1 << BITS);
    ((exponent - BITS + 1) as usize) << BITS | mantissa
}

fn low(bin: usize) -> f64 {
    if bin < 1 << BITS {
        return bin as f64;
    }
    let (exponent, mantissa) = ((bin >> BITS) as i32 - 1, bin & ((1 << BITS) - 1));
    (mantissa + (1 << BITS)) as f64 * 2f64.powi(exponent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn quantiles_are_close_and_sketches_add_up(values in prop::collection::vec(1i64..1_000_000_000_000, 1..300), cut in 0usize..300) {
            let (mut whole, mut a, mut b) = (Sketch::default(), Sketch::default(), Sketch::default());
            for (index, value) in values.iter().enumerate() {
                whole.add(*value);
                if index < cut { a.add(*value) } else { b.add(*value) }
            }
            let mut sorted = values.clone();
            sorted.sort_unstable();
            for share in [0.1, 0.5, 0.9] {
                let exact = sorted[((share * sorted.len() as f64).ceil() as usize).max(1) - 1] as f64;
                let found = whole.quantile(share).unwrap();
                prop_assert!((found / exact - 1.0).abs() < 0.033 || (found - exact).abs() <= 1.0, "{found} for {exact}");
            }
            a.merge(&b);
            prop_assert_eq!(a.quantile(0.5), whole.quantile(0.5));
            prop_assert_eq!(a.count(), whole.count());
        }
    }

    #[test]
    fn nothing_has_no_quantile() {
        assert_eq!(Sketch::default().quantile(0.5), None);
    }
}
