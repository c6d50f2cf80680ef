//! Spreads the wait for a history that seals more slowly than the sources deliver.
//!
//! History takes samples at once until its memory is full, and then not at all until a segment is sealed: some hundred
//! milliseconds in which nobody is answered. The pace turns that into a short pause after each batch. It is learnt from
//! the waits themselves, is a little slower than what was sustained, and fades as long as nothing waits, so that it
//! finds out when sealing has become faster.

use std::time::Duration;

/// A batch that history takes at once takes far less, one that waits for a seal far more.
const WAIT: Duration = Duration::from_millis(10);
/// Samples over which a rate is worth learning.
const LEARNT_OVER: u64 = 500_000;
/// How much slower than sustained, so that the memory drains.
const MARGIN: f64 = 1.05;
/// Never slower than this, whatever was measured: a quarter of a million samples a second.
const SLOWEST_NS: f64 = 4_000.0;
/// Samples after which an unneeded pace has fallen to a third.
const FADE: f64 = 100e6;
/// Shorter pauses are saved up.
const SHORTEST: Duration = Duration::from_millis(1);

/// How long to pause after each batch.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    ns_per_sample: f64,
    /// Since the last wait.
    samples: u64,
    busy: Duration,
    /// What the pace is ahead of, when positive.
    ahead_ns: f64,
}

impl Pace {
    /// Takes note of a batch: how many samples, and how long they took. Gives the pause that is due, which counts as
    /// work.
    pub fn after(&mut self, samples: usize, took: Duration) -> Option<Duration> {
        self.samples += samples as u64;
        self.busy += took;
        if took >= WAIT {
            self.learn();
        } else {
            self.ns_per_sample *= 1.0 - (samples as f64 / FADE).min(1.0);
        }
        let owed = self.ns_per_sample * samples as f64 - took.as_nanos() as f64;
        self.ahead_ns = (self.ahead_ns + owed).clamp(-1e6, 1e8);
        let pause = Duration::from_nanos(self.ahead_ns.max(0.0) as u64);
        if pause < SHORTEST {
            return None;
        }
        self.ahead_ns = 0.0;
        self.busy += pause;
        Some(pause)
    }

    fn learn(&mut self) {
        if self.samples >= LEARNT_OVER {
            let sustained = self.busy.as_nanos() as f64 / self.samples as f64;
            self.ns_per_sample = (sustained * MARGIN).min(SLOWEST_NS);
        }
        (self.samples, self.busy) = (0, Duration::ZERO);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A history that holds two million samples and seals a million in a second. Gives the waits, in ms.
    fn waits_ms(batches: usize, paced: bool) -> Vec<u128> {
        let (mut pace, mut held, mut waits) = (Pace::default(), 0.0f64, Vec::new());
        let seal = |held: &mut f64, time: Duration| *held = (*held - time.as_secs_f64() * 1e6).max(0.0);
        for _ in 0..batches {
            let mut took = Duration::from_micros(200);
            if held >= 2e6 {
                // Nothing is taken before a whole segment is sealed.
                took = Duration::from_millis(500);
                waits.push(took.as_millis());
            }
            held += 1000.0;
            seal(&mut held, took);
            if let Some(pause) = pace.after(1000, took).filter(|_| paced) {
                seal(&mut held, pause);
            }
        }
        waits
    }

    #[test]
    fn waits_become_rare() {
        let (without, with) = (waits_ms(50_000, false).len(), waits_ms(50_000, true).len());
        assert!(without > 50 && with * 5 < without, "{without} waits without, {with} with");
    }

    #[test]
    fn who_is_never_kept_waiting_is_never_paced() {
        let mut pace = Pace::default();
        assert!((0..100_000).all(|_| pace.after(1000, Duration::from_micros(300)).is_none()));
    }

    #[test]
    fn a_slow_source_teaches_nothing() {
        let mut pace = Pace::default();
        for _ in 0..1000 {
            pace.after(10, Duration::from_millis(15));
        }
        assert_eq!(pace.after(10_000, Duration::from_millis(1)), None);
    }
}
