//! What many runs have in common: for each point of each curve the mean and the 10th, 50th and 90th percentile.
//!
//! Means are over all runs. Quantiles need the values themselves, and so are taken of a bounded number of runs, the
//! first ones: which those are does not depend on what they gave, so that is no bias.

use super::Series;
use serde::{Deserialize, Serialize};

/// One point of a band.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// Mean over all runs.
    pub mean: f32,
    /// One in ten runs lies below.
    pub p10: f32,
    /// Half of the runs lie below.
    pub p50: f32,
    /// Nine in ten runs lie below.
    pub p90: f32,
}

/// Gathers the series of runs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bands {
    curves: usize,
    runs: u64,
    sums: Vec<f64>,
    kept_max: usize,
    kept: Vec<Vec<f32>>,
}

impl Bands {
    /// No runs yet. `kept_max` is of how many runs quantiles are taken.
    #[must_use]
    pub fn new(kept_max: usize) -> Self {
        Self { kept_max, ..Self::default() }
    }

    /// Adds a run. One that was broken off counts for the buckets that it has reached only if all others are as
    /// short; otherwise it is left out, and `false` says so.
    pub fn add(&mut self, series: &Series) -> bool {
        if self.runs == 0 {
            self.curves = series.curves;
            self.sums = vec![0.0; series.values.len()];
        }
        if series.values.len() != self.sums.len() {
            return false;
        }
        self.runs += 1;
        self.sums.iter_mut().zip(&series.values).for_each(|(sum, value)| *sum += f64::from(*value));
        if self.kept.len() < self.kept_max {
            self.kept.push(series.values.clone());
        }
        true
    }

    /// Adds runs that come after these.
    pub fn merge(&mut self, later: Self) {
        if self.runs == 0 {
            let kept_max = self.kept_max;
            *self = Self { kept_max, ..later };
            self.kept.truncate(kept_max);
            return;
        }
        if later.runs == 0 || later.sums.len() != self.sums.len() {
            return;
        }
        self.runs += later.runs;
        self.sums.iter_mut().zip(&later.sums).for_each(|(sum, more)| *sum += more);
        let room = self.kept_max.saturating_sub(self.kept.len());
        self.kept.extend(later.kept.into_iter().take(room));
    }

    /// How many runs they are of.
    #[must_use]
    pub fn runs(&self) -> u64 {
        self.runs
    }

    /// How many buckets there are.
    #[must_use]
    pub fn buckets(&self) -> usize {
        self.sums.len() / self.curves.max(1)
    }

    /// The band of a curve (its place in [`super::Curve::all`]), one point a bucket.
    #[must_use]
    pub fn curve(&self, curve: usize) -> Vec<Band> {
        if curve >= self.curves {
            return Vec::new();
        }
        (0..self.buckets()).map(|bucket| self.point(bucket * self.curves + curve)).collect()
    }

    /// The band of what curves that count up gained together in each bucket.
    #[must_use]
    pub fn gains(&self, curves: &[usize]) -> Vec<Band> {
        let known: Vec<usize> = curves.iter().copied().filter(|curve| *curve < self.curves).collect();
        let gain = |bucket: usize| {
            let now: Vec<usize> = known.iter().map(|curve| bucket * self.curves + curve).collect();
            let before: Vec<usize> = now.iter().filter_map(|at| at.checked_sub(self.curves)).collect();
            self.band(&now, &before)
        };
        (0..self.buckets()).map(gain).collect()
    }

    fn point(&self, at: usize) -> Band {
        self.band(&[at], &[])
    }

    /// The band of the sum of some points less that of others.
    fn band(&self, plus: &[usize], minus: &[usize]) -> Band {
        let value = |run: &Vec<f32>| {
            let sum = |points: &[usize]| points.iter().map(|at| run[*at]).sum::<f32>();
            sum(plus) - sum(minus)
        };
        let mut values: Vec<f32> = self.kept.iter().map(value).collect();
        values.sort_unstable_by(f32::total_cmp);
        let quantile = |share| quantile(&values, share);
        let sum = |points: &[usize]| points.iter().map(|at| self.sums[*at]).sum::<f64>();
        let mean = ((sum(plus) - sum(minus)) / self.runs.max(1) as f64) as f32;
        Band { mean, p10: quantile(0.1), p50: quantile(0.5), p90: quantile(0.9) }
    }
}

/// Between the two nearest values; the definition that R calls type 7.
fn quantile(sorted: &[f32], share: f64) -> f32 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    let at = share * last as f64;
    let (low, rest) = (at.floor() as usize, (at - at.floor()) as f32);
    let high = sorted[(low + 1).min(last)];
    sorted[low] + (high - sorted[low]) * rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gains_are_what_each_run_gained() {
        let mut bands = Bands::new(10);
        let run = |values: &[f32]| {
            let mut series = Series::default();
            (series.curves, series.values) = (1, values.to_vec());
            series
        };
        for values in [[1.0, 3.0, 3.0], [5.0, 5.0, 9.0]] {
            assert!(bands.add(&run(&values)));
        }
        let means: Vec<f32> = bands.gains(&[0]).iter().map(|band| band.mean).collect();
        assert_eq!(means, [3.0, 1.0, 2.0]);
        assert_eq!(bands.gains(&[0])[1].p50, 1.0);
    }

    #[test]
    fn quantiles_lie_between_their_neighbours() {
        let values: Vec<f32> = (0..11).map(|k| k as f32).collect();
        assert_eq!(
            (quantile(&values, 0.1), quantile(&values, 0.5), quantile(&values, 0.95)),
            (1.0, 5.0, 9.5)
        );
        assert_eq!(quantile(&[], 0.5), 0.0);
    }
}
