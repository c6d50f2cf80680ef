//! A bucket of tokens: how much of something is allowed in a while, with a burst.

use trine_base::Instant;

/// Fills by time up to a burst, and is emptied by what is done.
#[derive(Clone, Debug)]
pub struct Bucket {
    per_s: f64,
    burst: f64,
    tokens: f64,
    filled: Instant,
}

impl Bucket {
    /// Full at `now`: `burst` at once, `per_s` in the long run.
    #[must_use]
    pub fn new(per_s: f64, burst: f64, now: Instant) -> Self {
        Self { per_s, burst, tokens: burst, filled: now }
    }

    /// What can be taken now.
    pub fn level(&mut self, now: Instant) -> f64 {
        // A clock that was set back fills nothing, and what it set back is not filled twice.
        let passed = now.seconds_since(self.filled).max(0.0);
        self.filled = self.filled.max(now);
        self.tokens = (self.tokens + passed * self.per_s).min(self.burst);
        self.tokens
    }

    /// Takes so many, or nothing when there are fewer.
    pub fn take(&mut self, tokens: f64, now: Instant) -> bool {
        let is_enough = self.level(now) >= tokens;
        if is_enough {
            self.tokens -= tokens;
        }
        is_enough
    }

    /// Takes what was spent already; the bucket may owe, which later time pays.
    pub fn spend(&mut self, tokens: f64) {
        self.tokens -= tokens;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_burst_then_the_rate() {
        let start = Instant::EPOCH;
        let mut bucket = Bucket::new(2.0, 3.0, start);
        assert_eq!((0..5).filter(|_| bucket.take(1.0, start)).count(), 3);
        assert!(!bucket.take(1.0, start + Duration::from_millis(400)));
        assert!(bucket.take(1.0, start + Duration::from_millis(500)));
        assert_eq!((0..9).filter(|_| bucket.take(1.0, start + Duration::from_secs(3600))).count(), 3);
    }

    #[test]
    fn a_clock_that_is_set_back_gives_nothing() {
        let late = Instant::EPOCH + Duration::from_secs(100);
        let mut bucket = Bucket::new(1.0, 1.0, late);
        assert!(bucket.take(1.0, late));
        assert!(!bucket.take(1.0, Instant::EPOCH));
        assert!(!bucket.take(1.0, late));
    }
}
