//! What a run amounts to: means with their confidence, and means over time.

use crate::special::student_quantile;
use serde::{Deserialize, Serialize};

/// Mean and deviation of observations, by Welford's update.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    count: u64,
    mean: f64,
    squares: f64,
}

impl Tally {
    /// Adds an observation.
    pub fn add(&mut self, value: f64) {
        self.count += 1;
        let before = value - self.mean;
        self.mean += before / self.count as f64;
        self.squares += before * (value - self.mean);
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their mean; 0 when there are none.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Their variance, unbiased; 0 when there are fewer than two.
    #[must_use]
    pub fn variance(&self) -> f64 {
        if self.count < 2 { 0.0 } else { self.squares / (self.count - 1) as f64 }
    }

    /// Half the width of the confidence interval of the mean (0.95: 95 %), for observations that do not depend on
    /// each other; infinite when there are fewer than two.
    #[must_use]
    pub fn half_width(&self, confidence: f64) -> f64 {
        if self.count < 2 {
            return f64::INFINITY;
        }
        student_quantile(confidence, (self.count - 1) as f64) * (self.variance() / self.count as f64).sqrt()
    }

    /// Half the width of the 99 % confidence interval of the mean.
    #[must_use]
    pub fn half_width_99(&self) -> f64 {
        self.half_width(0.99)
    }

    /// Adds all observations of another tally.
    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        let (count, far) = (self.count + other.count, other.mean - self.mean);
        let share = other.count as f64 / count as f64;
        self.squares += other.squares + far * far * self.count as f64 * share;
        self.mean += far * share;
        self.count = count;
    }
}

/// The mean over time of something that jumps: a queue's length, a machine's being busy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TimeWeighted {
    since: i64,
    last: i64,
    value: f64,
    area: f64,
}

impl TimeWeighted {
    /// Starts at a time with a value.
    #[must_use]
    pub fn new(now: i64, value: f64) -> Self {
        Self { since: now, last: now, value, area: 0.0 }
    }

    /// From `now` on it is `value`.
    pub fn set(&mut self, now: i64, value: f64) {
        self.area += self.value * (now - self.last) as f64;
        self.last = now;
        self.value = value;
    }

    /// The mean from its start until now; its value when no time has passed.
    #[must_use]
    pub fn mean(&self, now: i64) -> f64 {
        let area = self.area + self.value * (now - self.last) as f64;
        if now == self.since { self.value } else { area / (now - self.since) as f64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_students() {
        let mut tally = Tally::default();
        for x in [4.0, 6.0, 5.0, 7.0, 8.0, 6.0, 5.0, 7.0, 6.0, 6.0, 6.0] {
            tally.add(x);
        }
        assert!((tally.mean() - 6.0).abs() < 1e-12);
        let t = tally.half_width_99() / (tally.variance() / 11.0).sqrt();
        assert!((t - 3.169).abs() < 0.005, "t of ten degrees at 0.995 is 3.169, not {t}");
    }

    #[test]
    fn time_weighs() {
        let mut queue = TimeWeighted::new(0, 1.0);
        queue.set(10, 3.0);
        assert!((queue.mean(20) - 2.0).abs() < 1e-12);
    }
}
