//! The spindle bearing: it wears while the spindle turns, a worn bearing vibrates, and in the end it breaks.
//!
//! This is where the story of the demonstration comes from. GR-3 was given bearings of a bad batch: they last about
//! three hours of turning where others last months. Nothing else in the plant knows of it; the vibration, the alarms,
//! the breakdown and the starving line behind it all follow.

use super::SECOND;
use trine_simulate::{Distribution, Stream};

/// ISO 10816-3 zone limits for machines of this size, mm/s RMS: worth a look, and not to be run any longer.
pub const VIBRATION_WARN: f64 = 4.5;
pub const VIBRATION_ALARM: f64 = 7.1;
/// A limit that was passed counts as left only this far below it, so that noise does not ring twice.
const HYSTERESIS: f64 = 0.6;
/// Until this part of its life a bearing runs as new; then the raceway begins to spall.
const SOUND_UNTIL: f64 = 0.69;
/// Vibration of a sound bearing and of one at its end, mm/s.
const SOUND: f64 = 1.45;
const AT_END: f64 = 10.4;
/// How the spalling hastens itself.
const GROWTH: f64 = 1.2;
/// Wear while the spindle turns without cutting, beside cutting.
const IDLE_WEAR: f64 = 0.94;

/// A bearing.
#[derive(Clone, Debug)]
pub struct Bearing {
    /// Used part of its life; at 1 it breaks.
    pub damage: f64,
    /// How long it lasts, s of cutting.
    pub life_s: f64,
    /// Whether the monitor has passed its limits: warning, alarm.
    pub passed: [bool; 2],
    lives: Distribution,
    stream: Stream,
}

impl Bearing {
    /// An ordinary bearing somewhere in the first half of its life.
    pub fn ordinary(seed: u64, entity: u64) -> Self {
        let lives = Distribution::Weibull { shape: 2.5, scale: 6_000.0 * 3_600.0 };
        let mut bearing = Self::of_batch(lives, Stream::new(seed, entity, "bearing"));
        bearing.damage = bearing.stream.between(0.05, 0.55);
        bearing
    }

    /// A new bearing of the bad batch.
    pub fn of_bad_batch(seed: u64, entity: u64) -> Self {
        let lives = Distribution::Lognormal { mean: 2.87 * 3_600.0, sigma: 0.012 };
        Self::of_batch(lives, Stream::new(seed, entity, "bearing"))
    }

    fn of_batch(lives: Distribution, mut stream: Stream) -> Self {
        let life_s = lives.sample(&mut stream);
        Self { damage: 0.0, life_s, passed: [false; 2], lives, stream }
    }

    /// A new bearing of the same batch.
    pub fn replace(&mut self) {
        self.damage = 0.0;
        self.life_s = self.lives.sample(&mut self.stream);
        self.passed = [false; 2];
    }

    /// Wears for a while; says whether it broke.
    pub fn wear(&mut self, for_ns: i64, is_cutting: bool) -> bool {
        let rate = if is_cutting { 1.0 } else { IDLE_WEAR };
        self.damage += rate * for_ns as f64 / SECOND as f64 / self.life_s;
        self.damage >= 1.0
    }

    /// Vibration velocity of the cutting spindle, mm/s RMS.
    pub fn vibration(&self) -> f64 {
        let spalled = ((self.damage - SOUND_UNTIL) / (1.0 - SOUND_UNTIL)).clamp(0.0, 1.0);
        SOUND + (AT_END - SOUND) * ((GROWTH * spalled).exp() - 1.0) / (GROWTH.exp() - 1.0)
    }

    /// Lets the monitor look; says whether one of its limits was passed or left.
    pub fn watch(&mut self) -> bool {
        let vibration = self.vibration();
        let before = self.passed;
        for (passed, limit) in self.passed.iter_mut().zip([VIBRATION_WARN, VIBRATION_ALARM]) {
            *passed = vibration > if *passed { limit - HYSTERESIS } else { limit };
        }
        before != self.passed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearing_warns_before_it_alarms_before_it_breaks() {
        let mut bearing = Bearing::of_bad_batch(1, 1);
        let mut when = Vec::new();
        for second in 0.. {
            let is_broken = bearing.wear(SECOND, true);
            if bearing.watch() || is_broken {
                when.push(second);
            }
            if is_broken {
                break;
            }
        }
        let [warn, alarm, end] = when[..] else { panic!("three things happen, not {when:?}") };
        assert!(
            (20 * 60..40 * 60).contains(&(end - warn)),
            "the warning comes half an hour before: {}",
            end - warn
        );
        assert!(
            (8 * 60..20 * 60).contains(&(end - alarm)),
            "the alarm comes a quarter before: {}",
            end - alarm
        );
    }
}
