//! Distributions from what was seen: maximum likelihood with right-censored data, the family chosen by AICc.

mod family;
mod goodness;
mod pool;
mod report;
mod simplex;
mod special;

pub use family::{Family, Span, chance_below};
pub use goodness::Goodness;
pub use pool::{Exposure, pooled_rate, pooled_share};
pub use report::{Candidate, FitReport};

use trine_simulate::Distribution;

/// More values than this add nothing to a fit but time: so many are taken, evenly spread over the sorted ones.
const ENOUGH: usize = 400;
/// Times that vary by less than this part of their mean are the same.
const CONSTANT_BELOW: f64 = 0.002;
/// With so many values a list of them is better than a family that is not like them.
const EMPIRICAL_FROM: usize = 30;
/// Values in a list.
const EMPIRICAL_VALUES: usize = 101;

/// Why nothing can be fitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FitError {
    /// Nothing was seen to its end.
    NothingWhole,
    /// A time that is negative or not a number.
    NoTime,
}

impl std::fmt::Display for FitError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NothingWhole => "nothing was seen from its beginning to its end; wait for more of the past",
            Self::NoTime => "one of the times is negative or not a number; look at the clock of its source",
        })
    }
}

impl std::error::Error for FitError {}

/// A fitted distribution with what speaks for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// The distribution.
    pub distribution: Distribution,
    /// Its family; none for a single value or a list.
    pub family: Option<Family>,
    /// What else was tried, the best first.
    pub candidates: Vec<Candidate>,
    /// Whole and censored values.
    pub counts: (usize, usize),
    /// Greatest distance between data and distribution.
    pub distance: f64,
    /// What follows from it.
    pub goodness: Goodness,
}

/// Fits one family.
///
/// # Errors
/// When nothing was seen to its end, or a time is none.
pub fn fit_family(family: Family, spans: &[Span]) -> Result<Distribution, FitError> {
    check(spans)?;
    Ok(fit_checked(family, spans))
}

/// Fits lives or repair times: the family with the lowest AICc.
///
/// # Errors
/// When nothing was seen to its end, or a time is none.
pub fn fit(spans: &[Span]) -> Result<Fitted, FitError> {
    check(spans)?;
    let thinned = thin(spans);
    let whole: Vec<f64> = thinned.iter().filter(|span| span.is_whole).map(|span| span.value).collect();
    let counts = (
        spans.iter().filter(|span| span.is_whole).count(),
        spans.iter().filter(|span| !span.is_whole).count(),
    );
    let mean = whole.iter().sum::<f64>() / whole.len() as f64;
    if counts.1 == 0 && spread(&whole, mean) <= CONSTANT_BELOW * mean {
        return Ok(simple(Distribution::Constant(mean), counts, spans));
    }
    // Two numbers say nothing of a shape.
    let families: &[Family] = if counts.0 < 3 { &Family::ALL[..1] } else { &Family::ALL };
    let mut candidates: Vec<Candidate> = families.iter().map(|family| candidate(*family, &thinned)).collect();
    candidates.sort_by(|a, b| a.aicc.total_cmp(&b.aicc).then(a.family.cmp(&b.family)));
    let best = candidates[0].clone();
    let (distance, goodness) = goodness::goodness(&best.distribution, Some(best.family), &thinned);
    let family = Some(best.family);
    Ok(Fitted { distribution: best.distribution, family, candidates, counts, distance, goodness })
}

/// Fits times of work: as [`fit`], but where no family is like them, the values that were seen themselves.
///
/// # Errors
/// When nothing was seen to its end, or a time is none.
pub fn fit_times(spans: &[Span]) -> Result<Fitted, FitError> {
    let mut fitted = fit(spans)?;
    if fitted.goodness == Goodness::Poor && fitted.counts.0 >= EMPIRICAL_FROM && fitted.counts.1 == 0 {
        let values = quantiles(spans, EMPIRICAL_VALUES);
        fitted.family = None;
        fitted.distribution = Distribution::Empirical(values);
        (fitted.distance, fitted.goodness) = goodness::goodness(&fitted.distribution, None, spans);
    }
    Ok(fitted)
}

/// Fits lives of something that breaks again and again in one way, of which few were seen: Weibull's distribution with
/// its shape drawn towards `shape` (its logarithm varies by 0.5), because two or three lives alone would be taken for
/// clockwork.
///
/// # Errors
/// When nothing was seen to its end, or a time is none.
pub fn fit_wear(spans: &[Span], shape: f64) -> Result<Distribution, FitError> {
    check(spans)?;
    let whole = spans.iter().filter(|span| span.is_whole).count();
    let mean = spans.iter().map(|span| span.value).sum::<f64>() / whole.max(1) as f64;
    let prior = |ln_shape: f64| 0.5 * ((ln_shape - shape.ln()) / 0.5).powi(2);
    let cost = |point: [f64; 2]| prior(point[0]) - family::ln_likelihood(&Family::Weibull.at(point), spans);
    Ok(Family::Weibull.at(simplex::lowest([shape.ln(), mean.ln()], cost)))
}

fn check(spans: &[Span]) -> Result<(), FitError> {
    if spans.iter().any(|span| !(span.value.is_finite() && span.value >= 0.0)) {
        return Err(FitError::NoTime);
    }
    let is_something = |span: &Span| span.is_whole && span.value > 0.0;
    if spans.iter().any(is_something) { Ok(()) } else { Err(FitError::NothingWhole) }
}

fn simple(distribution: Distribution, counts: (usize, usize), spans: &[Span]) -> Fitted {
    let (distance, goodness) = goodness::goodness(&distribution, None, spans);
    Fitted { distribution, family: None, candidates: Vec::new(), counts, distance, goodness }
}

fn candidate(family: Family, spans: &[Span]) -> Candidate {
    let distribution = fit_checked(family, spans);
    let (n, k) = (spans.len() as f64, family.parameters() as f64);
    let correction = if n > k + 1.0 { 2.0 * k * (k + 1.0) / (n - k - 1.0) } else { 2.0 * k * (k + 1.0) };
    let aicc = 2.0 * k - 2.0 * family::ln_likelihood(&distribution, spans) + correction;
    Candidate { family, distribution, aicc }
}

fn fit_checked(family: Family, spans: &[Span]) -> Distribution {
    let whole: Vec<f64> = spans.iter().filter(|span| span.is_whole).map(|span| span.value).collect();
    let total: f64 = spans.iter().map(|span| span.value).sum();
    let mean = total / whole.len().max(1) as f64;
    if family == Family::Exponential {
        return Distribution::Exponential { mean };
    }
    let variation = (spread(&whole, mean) / mean).clamp(0.003, 2.0);
    let start = match family {
        Family::Weibull => [(1.1 / variation).ln(), mean.ln()],
        Family::Gamma => [(-2.0 * variation.ln()).clamp(-2.0, 11.0), mean.ln()],
        _ => [variation.ln(), mean.ln()],
    };
    family.at(simplex::lowest(start, |point| -family::ln_likelihood(&family.at(point), spans)))
}

fn spread(values: &[f64], mean: f64) -> f64 {
    let n = values.len().max(1) as f64;
    (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / n).sqrt()
}

/// Some of the spans, evenly spread over their order by length.
fn thin(spans: &[Span]) -> Vec<Span> {
    if spans.len() <= ENOUGH {
        return spans.to_vec();
    }
    let mut sorted = spans.to_vec();
    sorted.sort_by(|a, b| a.value.total_cmp(&b.value));
    (0..ENOUGH).map(|k| sorted[(2 * k + 1) * sorted.len() / (2 * ENOUGH)]).collect()
}

fn quantiles(spans: &[Span], count: usize) -> Vec<f64> {
    let mut values: Vec<f64> = spans.iter().map(|span| span.value).collect();
    values.sort_by(f64::total_cmp);
    let count = count.min(values.len());
    (0..count).map(|k| values[(2 * k + 1) * values.len() / (2 * count)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use trine_simulate::Stream;

    /// Spans of a distribution, cut off at `limit`.
    fn seen(distribution: &Distribution, n: usize, limit: f64, seed: u64) -> Vec<Span> {
        let mut stream = Stream::new(seed, 1, "seen");
        let draw = |_| {
            let value = distribution.sample(&mut stream);
            if value < limit { Span::whole(value) } else { Span::open(limit) }
        };
        (0..n).map(draw).collect()
    }

    fn truths() -> [(Family, Distribution); 4] {
        [
            (Family::Exponential, Distribution::Exponential { mean: 40.0 }),
            (Family::Weibull, Distribution::Weibull { shape: 2.2, scale: 60.0 }),
            (Family::Lognormal, Distribution::Lognormal { mean: 50.0, sigma: 0.7 }),
            (Family::Gamma, Distribution::Gamma { shape: 3.0, scale: 15.0 }),
        ]
    }

    /// The two parameters of a distribution, in the order in which they are written.
    fn parameters(distribution: &Distribution) -> [f64; 2] {
        match distribution {
            Distribution::Exponential { mean } => [*mean, 1.0],
            Distribution::Weibull { shape, scale } | Distribution::Gamma { shape, scale } => [*shape, *scale],
            Distribution::Lognormal { mean, sigma } => [*mean, *sigma],
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn parameters_are_recovered_with_and_without_censoring() {
        for (family, truth) in truths() {
            for limit in [f64::INFINITY, truth.mean() * 1.2] {
                let spans = seen(&truth, 4_000, limit, 3);
                let found = parameters(&fit_family(family, &spans).unwrap());
                for (found, truth) in found.into_iter().zip(parameters(&truth)) {
                    assert!(
                        (found / truth - 1.0).abs() < 0.08,
                        "{family:?} below {limit}: {found} for {truth}"
                    );
                }
            }
        }
    }

    #[test]
    fn leaving_the_censoring_out_would_be_wrong() {
        let truth = Distribution::Exponential { mean: 40.0 };
        let spans = seen(&truth, 4_000, 20.0, 5);
        let whole: Vec<Span> = spans.iter().filter(|span| span.is_whole).copied().collect();
        assert!(fit_family(Family::Exponential, &whole).unwrap().mean() < 15.0);
        assert!((fit_family(Family::Exponential, &spans).unwrap().mean() - 40.0).abs() < 3.0);
    }

    #[test]
    fn the_family_is_chosen_and_its_goodness_told() {
        for (family, truth) in truths() {
            let fitted = fit(&seen(&truth, 350, f64::INFINITY, 7)).unwrap();
            assert_eq!(fitted.family, Some(family), "{:?}", fitted.candidates);
            assert_eq!(fitted.goodness, Goodness::Good, "{family:?}: {}", fitted.distance);
        }
    }

    #[test]
    fn the_test_of_goodness_errs_about_as_often_as_it_says() {
        for (family, truth) in truths() {
            let poor = (0..200).filter(|seed| {
                let spans = seen(&truth, 60, f64::INFINITY, 1_000 + seed);
                let fitted = fit_family(family, &spans).unwrap();
                goodness::goodness(&fitted, Some(family), &spans).1 == Goodness::Poor
            });
            let poor = poor.count();
            assert!((1..=24).contains(&poor), "{family:?}: {poor} of 200 instead of about 10");
        }
    }

    #[test]
    fn two_kinds_of_times_are_kept_as_they_were_seen() {
        let mut spans = seen(&Distribution::Uniform { low: 9.0, high: 11.0 }, 200, 1e9, 1);
        spans.extend(seen(&Distribution::Uniform { low: 59.0, high: 61.0 }, 100, 1e9, 2));
        let fitted = fit_times(&spans).unwrap();
        assert!(matches!(fitted.distribution, Distribution::Empirical(_)));
        assert!((fitted.distribution.mean() - 80.0 / 3.0).abs() < 0.5);
        assert!(fit_times(&[Span::whole(30.0); 12]).unwrap().distribution == Distribution::Constant(30.0));
    }

    #[test]
    fn nonsense_is_refused() {
        assert_eq!(fit(&[]).unwrap_err(), FitError::NothingWhole);
        assert_eq!(fit(&[Span::open(3.0)]).unwrap_err(), FitError::NothingWhole);
        assert_eq!(fit(&[Span::whole(0.0)]).unwrap_err(), FitError::NothingWhole);
        assert_eq!(fit(&[Span::whole(-1.0)]).unwrap_err(), FitError::NoTime);
        assert_eq!(fit(&[Span::whole(f64::NAN)]).unwrap_err(), FitError::NoTime);
        let few = fit(&[Span::whole(3.0), Span::open(9.0)]).unwrap();
        assert_eq!((few.family, few.goodness), (Some(Family::Exponential), Goodness::TooFew));
    }

    #[test]
    fn every_fit_can_be_drawn_from() {
        for n in 1..40 {
            let spans = seen(&Distribution::Uniform { low: 0.0, high: 1e6 }, n, 6e5, n as u64);
            if let Ok(fitted) = fit_times(&spans) {
                assert_eq!(fitted.distribution.check(), Ok(()), "{spans:?}");
            }
        }
    }
}
