//! Whether a fitted distribution is like what it was fitted to: the greatest distance between the two (Kolmogorov and
//! Smirnov), with what is censored taken out of the picture as by Kaplan and Meier (1958).
//!
//! The parameters came from the same data, which makes the distance smaller than the textbook's table expects. The
//! limits here are those for estimated parameters at 5 %: Stephens (1974) for the exponential and the normal
//! (lognormal) case, Chandra, Singpurwalla and Stephens (1981) for the Weibull one; the gamma distribution, which has
//! no such constant, uses that of the normal. They hold from about eight whole values on; below that nothing is said.

use super::family::{Family, Span, chance_below};
use serde::{Deserialize, Serialize};
use trine_simulate::Distribution;

/// Whole values below which nothing is said.
const FEW: usize = 8;

/// How well a distribution is like the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Goodness {
    /// Nothing speaks against it at 5 %.
    Good,
    /// The data differ from it at 5 %.
    Poor,
    /// There is too little to tell.
    TooFew,
}

/// The greatest distance between what was seen and the distribution, and what follows from it. A single value and a
/// list of what was seen are like the data by construction.
#[must_use]
pub fn goodness(distribution: &Distribution, family: Option<Family>, spans: &[Span]) -> (f64, Goodness) {
    let distance = distance(distribution, spans);
    let n = spans.iter().filter(|span| span.is_whole).count();
    let verdict = match family {
        _ if n < FEW => Goodness::TooFew,
        None => Goodness::Good,
        Some(family) if distance <= limit(family, n as f64) => Goodness::Good,
        Some(_) => Goodness::Poor,
    };
    (distance, verdict)
}

fn limit(family: Family, n: f64) -> f64 {
    let root = n.sqrt();
    match family {
        Family::Exponential => 1.094 / (root + 0.26 + 0.5 / root) + 0.2 / n,
        Family::Weibull => 0.874 / root,
        Family::Lognormal | Family::Gamma => 0.895 / (root - 0.01 + 0.85 / root),
    }
}

fn distance(distribution: &Distribution, spans: &[Span]) -> f64 {
    let mut sorted: Vec<&Span> = spans.iter().collect();
    // Of equal values the whole one comes first: it was at risk until then.
    sorted.sort_by(|a, b| a.value.total_cmp(&b.value).then(b.is_whole.cmp(&a.is_whole)));
    let (mut alive, mut greatest) = (1.0, 0f64);
    for (index, span) in sorted.iter().enumerate().filter(|(_, span)| span.is_whole) {
        let at_risk = (sorted.len() - index) as f64;
        let fitted = chance_below(distribution, span.value);
        greatest = greatest.max((fitted - (1.0 - alive)).abs());
        alive *= 1.0 - 1.0 / at_risk;
        greatest = greatest.max((fitted - (1.0 - alive)).abs());
    }
    greatest
}
