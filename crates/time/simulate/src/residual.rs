//! What is left of a time, given how much of it has passed.
//!
//! By inversion of the survival function wherever it has a closed form; for the lognormal and the gamma distribution
//! by bisection of it, which is bounded and draws one number as the others do.

use crate::special::upper_gamma;
use crate::{Distribution, Stream};

/// Bisections of an interval: more than a float has bits.
const HALVINGS: usize = 80;

impl Distribution {
    /// Draws what is left of a time that has lasted `elapsed` already, in the same unit.
    ///
    /// A time that has outlasted everything the distribution allows (a constant, the high end, the greatest value
    /// that was seen) is due now: 0.
    pub fn residual(&self, elapsed: f64, stream: &mut Stream) -> f64 {
        if elapsed.is_nan() || elapsed <= 0.0 {
            return self.sample(stream);
        }
        let whole = match self {
            Self::Constant(value) => *value,
            Self::Uniform { low, high } => stream.between(low.max(elapsed), high.max(elapsed)),
            Self::Exponential { mean } => elapsed + mean * stream.exponential(),
            Self::Weibull { shape, scale } => {
                scale * ((elapsed / scale).powf(*shape) + stream.exponential()).powf(1.0 / shape)
            }
            Self::Triangular { high, .. }
            | Self::Lognormal { mean: high, .. }
            | Self::Gamma { scale: high, .. } => {
                let survives = self.survival(elapsed);
                if survives <= f64::MIN_POSITIVE {
                    return 0.0;
                }
                self.outlives(survives * stream.positive_unit(), elapsed, elapsed.max(*high))
            }
            Self::Empirical(values) => {
                let longer = values.iter().filter(|value| **value > elapsed);
                let count = longer.clone().count();
                longer.copied().nth(stream.below(count)).unwrap_or(elapsed)
            }
        };
        (whole - elapsed).max(0.0)
    }

    /// Chance that it lasts longer than this.
    #[must_use]
    pub fn survival(&self, time: f64) -> f64 {
        if time <= 0.0 {
            return 1.0;
        }
        match self {
            Self::Constant(value) => f64::from(u8::from(*value > time)),
            Self::Uniform { low, high } if low == high => f64::from(u8::from(*high > time)),
            Self::Uniform { low, high } => ((high - time) / (high - low)).clamp(0.0, 1.0),
            Self::Exponential { mean } => (-time / mean).exp(),
            Self::Weibull { shape, scale } => (-(time / scale).powf(*shape)).exp(),
            Self::Lognormal { mean, sigma } => lognormal_survival(*mean, *sigma, time),
            Self::Triangular { low, mode, high } => triangular_survival(*low, *mode, *high, time),
            Self::Gamma { shape, scale } => upper_gamma(*shape, time / scale),
            Self::Empirical(values) => {
                values.iter().filter(|value| **value > time).count() as f64 / values.len().max(1) as f64
            }
        }
    }

    /// The time that it outlives with this chance, at least `low`; found by doubling `high` and halving between.
    fn outlives(&self, chance: f64, low: f64, high: f64) -> f64 {
        let (mut low, mut high) = (low, high);
        for _ in 0..HALVINGS {
            if self.survival(high) <= chance {
                break;
            }
            (low, high) = (high, high * 2.0);
        }
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if self.survival(middle) > chance {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high)
    }
}

fn lognormal_survival(mean: f64, sigma: f64, time: f64) -> f64 {
    if sigma == 0.0 {
        return f64::from(u8::from(mean > time));
    }
    let z = ((time / mean).ln() + 0.5 * sigma * sigma) / sigma;
    let tail = 0.5 * upper_gamma(0.5, 0.5 * z * z);
    if z > 0.0 { tail } else { 1.0 - tail }
}

fn triangular_survival(low: f64, mode: f64, high: f64, time: f64) -> f64 {
    if time <= low {
        1.0
    } else if time >= high {
        0.0
    } else if time < mode {
        1.0 - (time - low).powi(2) / ((high - low) * (mode - low))
    } else {
        (high - time).powi(2) / ((high - low) * (high - mode))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Distribution> {
        vec![
            Distribution::Uniform { low: 1.0, high: 4.0 },
            Distribution::Exponential { mean: 2.5 },
            Distribution::Weibull { shape: 1.7, scale: 5.0 },
            Distribution::Weibull { shape: 0.7, scale: 2.0 },
            Distribution::Lognormal { mean: 3.0, sigma: 0.6 },
            Distribution::Triangular { low: 1.0, mode: 2.0, high: 6.0 },
            Distribution::Gamma { shape: 0.6, scale: 2.0 },
            Distribution::erlang(3, 4.0),
            Distribution::Empirical((1..60).map(|k| f64::from(k) * 0.1).collect()),
        ]
    }

    /// The residual has the law of whole times that happened to last so long, less what had passed.
    #[test]
    fn a_residual_is_what_is_left_of_those_that_last_so_long() {
        let elapsed = 1.8;
        for (entity, distribution) in (0..).zip(all()) {
            let mut stream = Stream::new(5, entity, "residual");
            let n = 40_000;
            let mut residuals: Vec<f64> =
                (0..n).map(|_| distribution.residual(elapsed, &mut stream)).collect();
            let mut waits = std::iter::repeat_with(|| distribution.sample(&mut stream));
            let mut rest: Vec<f64> =
                waits.by_ref().filter(|t| *t > elapsed).take(n).map(|t| t - elapsed).collect();
            residuals.sort_unstable_by(f64::total_cmp);
            rest.sort_unstable_by(f64::total_cmp);
            // Two-sample Kolmogorov and Smirnov at 0.1 %: 1.95 √(2/n).
            let limit = 1.95 * (2.0 / n as f64).sqrt();
            let gap = two_sample_gap(&residuals, &rest);
            assert!(gap < limit, "{distribution:?}: {gap} exceeds {limit}");
        }
    }

    fn two_sample_gap(a: &[f64], b: &[f64]) -> f64 {
        let below = |list: &[f64], x: f64| list.partition_point(|y| *y <= x) as f64 / list.len() as f64;
        a.iter().chain(b).map(|x| (below(a, *x) - below(b, *x)).abs()).fold(0.0, f64::max)
    }

    #[test]
    fn what_has_not_begun_is_drawn_whole_and_what_is_overdue_is_due() {
        for (entity, distribution) in (0..).zip(all()) {
            let stream = || Stream::new(7, entity, "whole");
            assert_eq!(
                distribution.residual(0.0, &mut stream()).to_bits(),
                distribution.sample(&mut stream()).to_bits()
            );
            let late = distribution.residual(1e9, &mut stream());
            assert!(late >= 0.0 && late.is_finite(), "{distribution:?}: {late}");
        }
        assert_eq!(Distribution::Constant(3.0).residual(5.0, &mut Stream::new(1, 1, "")), 0.0);
        assert_eq!(Distribution::Constant(3.0).residual(1.0, &mut Stream::new(1, 1, "")), 2.0);
    }
}
