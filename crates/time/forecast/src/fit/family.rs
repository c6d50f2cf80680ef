//! The families of distributions that lives and times are fitted with, and the likelihood of what was seen.

use super::special::{gamma_below, ln_gamma, ln_gamma_above, ln_normal_above, normal_below};
use serde::{Deserialize, Serialize};
use trine_simulate::Distribution;

/// A time that was seen: whole, or only that it was longer than this (right-censored).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Span {
    /// How long, s or jobs.
    pub value: f64,
    /// Whether its end was seen.
    pub is_whole: bool,
}

impl Span {
    /// A time whose end was seen.
    #[must_use]
    pub const fn whole(value: f64) -> Self {
        Self { value, is_whole: true }
    }

    /// A time that went on when one looked away.
    #[must_use]
    pub const fn open(value: f64) -> Self {
        Self { value, is_whole: false }
    }
}

/// A family of distributions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// Memoryless: one parameter.
    Exponential,
    /// Lifetimes.
    Weibull,
    /// Repair times.
    Lognormal,
    /// Sums of waiting times.
    Gamma,
}

impl Family {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Exponential, Self::Weibull, Self::Lognormal, Self::Gamma];

    /// How many parameters it has.
    #[must_use]
    pub const fn parameters(self) -> usize {
        if matches!(self, Self::Exponential) { 1 } else { 2 }
    }

    /// The distribution with these parameters, given as logarithms so that every pair of numbers is a distribution:
    /// shape and scale, or deviation of the logarithm and median.
    pub(super) fn at(self, [first, second]: [f64; 2]) -> Distribution {
        let (a, b) = (first.clamp(-30.0, 30.0).exp(), second.clamp(-80.0, 80.0).exp());
        match self {
            Self::Exponential => Distribution::Exponential { mean: b },
            Self::Weibull => Distribution::Weibull { shape: a, scale: b },
            Self::Gamma => Distribution::Gamma { shape: a, scale: b / a },
            Self::Lognormal => Distribution::Lognormal { mean: b * (0.5 * a * a).exp(), sigma: a },
        }
    }
}

/// ln of the density at `x` of a distribution of one of the families; 0 for any other.
pub(super) fn ln_density(distribution: &Distribution, x: f64) -> f64 {
    let x = x.max(1e-9);
    match distribution {
        Distribution::Exponential { mean } => -mean.ln() - x / mean,
        Distribution::Weibull { shape, scale } => {
            let ratio = (x / scale).ln();
            shape.ln() - scale.ln() + (shape - 1.0) * ratio - (shape * ratio).exp()
        }
        Distribution::Lognormal { mean, sigma } => {
            let z = (x.ln() - median_ln(*mean, *sigma)) / sigma;
            -x.ln() - sigma.ln() - 0.5 * (2.0 * std::f64::consts::PI).ln() - 0.5 * z * z
        }
        Distribution::Gamma { shape, scale } => {
            (shape - 1.0) * (x / scale).ln() - x / scale - scale.ln() - ln_gamma(*shape)
        }
        _ => 0.0,
    }
}

/// ln of the chance to last longer than `x`.
pub(super) fn ln_survival(distribution: &Distribution, x: f64) -> f64 {
    let x = x.max(0.0);
    match distribution {
        Distribution::Exponential { mean } => -x / mean,
        Distribution::Weibull { shape, scale } => -(x / scale).powf(*shape),
        Distribution::Lognormal { mean, sigma } if x > 0.0 => {
            ln_normal_above((x.ln() - median_ln(*mean, *sigma)) / sigma)
        }
        Distribution::Gamma { shape, scale } => ln_gamma_above(*shape, x / scale),
        _ => 0.0,
    }
}

/// The chance to last no longer than `x`, for distributions of the families and the simple ones.
#[must_use]
pub fn chance_below(distribution: &Distribution, x: f64) -> f64 {
    match distribution {
        Distribution::Lognormal { .. } if x <= 0.0 => 0.0,
        Distribution::Lognormal { mean, sigma } => normal_below((x.ln() - median_ln(*mean, *sigma)) / sigma),
        Distribution::Gamma { shape, scale } => gamma_below(*shape, x / scale),
        Distribution::Exponential { .. } | Distribution::Weibull { .. } => {
            1.0 - ln_survival(distribution, x).exp()
        }
        Distribution::Constant(value) => f64::from(u8::from(x >= *value)),
        Distribution::Uniform { low, high } => ((x - low) / (high - low).max(1e-12)).clamp(0.0, 1.0),
        Distribution::Empirical(values) => {
            values.iter().filter(|value| **value <= x).count() as f64 / values.len().max(1) as f64
        }
        Distribution::Triangular { low, mode, high } => triangular_below(*low, *mode, *high, x),
    }
}

fn triangular_below(low: f64, mode: f64, high: f64, x: f64) -> f64 {
    if x <= low {
        0.0
    } else if x >= high {
        1.0
    } else if x < mode {
        (x - low).powi(2) / ((high - low) * (mode - low))
    } else {
        1.0 - (high - x).powi(2) / ((high - low) * (high - mode)).max(1e-12)
    }
}

fn median_ln(mean: f64, sigma: f64) -> f64 {
    mean.ln() - 0.5 * sigma * sigma
}

/// ln of the likelihood of spans.
pub(super) fn ln_likelihood(distribution: &Distribution, spans: &[Span]) -> f64 {
    let one = |span: &Span| {
        if span.is_whole {
            ln_density(distribution, span.value)
        } else {
            ln_survival(distribution, span.value)
        }
    };
    spans.iter().map(one).sum()
}
