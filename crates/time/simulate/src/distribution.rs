//! How long things take and how long they last.

use crate::Stream;
use crate::special::ln_gamma;
use serde::{Deserialize, Serialize};

/// A distribution of a quantity that is not negative, in whatever unit the model counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Distribution {
    /// Always the same.
    Constant(f64),
    /// Anything between two values.
    Uniform {
        /// The least.
        low: f64,
        /// The most.
        high: f64,
    },
    /// Memoryless.
    Exponential {
        /// Mean.
        mean: f64,
    },
    /// Lifetimes: shape below 1 is early failure, above 1 is wear-out.
    Weibull {
        /// How sharply it peaks.
        shape: f64,
        /// 63 % are below this.
        scale: f64,
    },
    /// Repair times.
    Lognormal {
        /// Mean of the time itself.
        mean: f64,
        /// Deviation of its logarithm.
        sigma: f64,
    },
    /// A guess by three values.
    Triangular {
        /// The least.
        low: f64,
        /// The likeliest.
        mode: f64,
        /// The most.
        high: f64,
    },
    /// Sums of waiting times; a whole shape is Erlang's distribution.
    Gamma {
        /// How many times are summed.
        shape: f64,
        /// Mean of one of them.
        scale: f64,
    },
    /// One of the values that were seen, each as likely.
    Empirical(Vec<f64>),
}

/// A distribution whose parameters make no sense.
#[derive(Clone, Debug, PartialEq)]
pub struct DistributionError {
    /// What is wrong, in words for the person who wrote it.
    pub reason: &'static str,
}

impl std::fmt::Display for DistributionError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.reason)
    }
}

impl std::error::Error for DistributionError {}

impl Distribution {
    /// Erlang's distribution: the sum of `stages` exponential times with this mean in all.
    #[must_use]
    pub fn erlang(stages: u32, mean: f64) -> Self {
        Self::Gamma { shape: f64::from(stages), scale: mean / f64::from(stages) }
    }

    /// Whether values can be drawn.
    ///
    /// # Errors
    /// Names the parameter that makes no sense.
    pub fn check(&self) -> Result<(), DistributionError> {
        let positive = |x: f64| x > 0.0 && x.is_finite();
        let natural = |x: f64| x >= 0.0 && x.is_finite();
        let (sound, reason) = match self {
            Self::Constant(value) => (natural(*value), "a constant time is negative or not finite"),
            Self::Uniform { low, high } => {
                (natural(*low) && natural(*high) && low <= high, "low exceeds high")
            }
            Self::Exponential { mean } => (positive(*mean), "the mean is not positive"),
            Self::Weibull { shape, scale } | Self::Gamma { shape, scale } => {
                (positive(*shape) && positive(*scale), "shape or scale is not positive")
            }
            Self::Lognormal { mean, sigma } => {
                (positive(*mean) && natural(*sigma), "mean or sigma is negative")
            }
            Self::Triangular { low, mode, high } => (
                natural(*low) && low <= mode && mode <= high && high.is_finite(),
                "low, mode, high are not in order",
            ),
            Self::Empirical(values) => {
                (!values.is_empty() && values.iter().all(|x| natural(*x)), "no values, or one is negative")
            }
        };
        if sound { Ok(()) } else { Err(DistributionError { reason }) }
    }

    /// Draws a value. An empirical distribution without values gives 0; [`Self::check`] refuses it beforehand.
    #[inline]
    pub fn sample(&self, stream: &mut Stream) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Uniform { low, high } => stream.between(*low, *high),
            Self::Exponential { mean } => mean * stream.exponential(),
            Self::Weibull { shape, scale } => scale * stream.exponential().powf(1.0 / shape),
            Self::Lognormal { mean, sigma } => mean * (sigma * stream.normal() - 0.5 * sigma * sigma).exp(),
            Self::Triangular { low, mode, high } => triangular(*low, *mode, *high, stream.unit()),
            Self::Gamma { shape, scale } => scale * gamma(*shape, stream),
            Self::Empirical(values) => values.get(stream.below(values.len())).copied().unwrap_or(0.0),
        }
    }

    /// The expected value.
    #[must_use]
    pub fn mean(&self) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Uniform { low, high } => 0.5 * (low + high),
            Self::Exponential { mean } | Self::Lognormal { mean, .. } => *mean,
            Self::Weibull { shape, scale } => scale * ln_gamma(1.0 + 1.0 / shape).exp(),
            Self::Triangular { low, mode, high } => (low + mode + high) / 3.0,
            Self::Gamma { shape, scale } => shape * scale,
            Self::Empirical(values) => values.iter().sum::<f64>() / values.len().max(1) as f64,
        }
    }
}

/// By inversion; the degenerate case of one single value included.
fn triangular(low: f64, mode: f64, high: f64, unit: f64) -> f64 {
    let width = high - low;
    let (left, right) = (mode - low, high - mode);
    if unit * width < left {
        low + (unit * width * left).sqrt()
    } else {
        high - ((1.0 - unit) * width * right).sqrt()
    }
}

/// Marsaglia and Tsang (2000); shapes below 1 by their boost.
fn gamma(shape: f64, stream: &mut Stream) -> f64 {
    if shape < 1.0 {
        return gamma(shape + 1.0, stream) * stream.positive_unit().powf(1.0 / shape);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let normal = stream.normal();
        let v = (1.0 + c * normal).powi(3);
        if v > 0.0 && stream.positive_unit().ln() < 0.5 * normal * normal + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Distribution> {
        vec![
            Distribution::Constant(3.0),
            Distribution::Uniform { low: 1.0, high: 4.0 },
            Distribution::Exponential { mean: 2.5 },
            Distribution::Weibull { shape: 1.7, scale: 5.0 },
            Distribution::Lognormal { mean: 6.0, sigma: 0.6 },
            Distribution::Triangular { low: 1.0, mode: 2.0, high: 6.0 },
            Distribution::Gamma { shape: 0.6, scale: 2.0 },
            Distribution::erlang(3, 9.0),
            Distribution::Empirical(vec![1.0, 2.0, 6.0]),
        ]
    }

    #[test]
    fn what_is_drawn_has_the_mean_that_is_promised() {
        for (entity, distribution) in (0..).zip(all()) {
            let mut stream = Stream::new(11, entity, "mean");
            let n = 200_000;
            let mean = (0..n).map(|_| distribution.sample(&mut stream)).sum::<f64>() / f64::from(n);
            let error = (mean / distribution.mean() - 1.0).abs();
            assert!(error < 0.015, "{distribution:?}: {mean} instead of {}", distribution.mean());
        }
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(all().iter().all(|distribution| distribution.check().is_ok()));
        for bad in [
            Distribution::Constant(-1.0),
            Distribution::Exponential { mean: 0.0 },
            Distribution::Uniform { low: 2.0, high: 1.0 },
            Distribution::Weibull { shape: f64::NAN, scale: 1.0 },
            Distribution::Empirical(Vec::new()),
        ] {
            assert!(bad.check().is_err(), "{bad:?}");
        }
    }
}
