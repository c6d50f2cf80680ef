//! What can be chosen of the plant.

use super::Pace;
use trine_base::Instant;

/// Options of a plant.
#[derive(Clone, Debug)]
pub struct PlantOptions {
    /// The same seed gives the same plant and the same history.
    pub seed: u64,
    /// When its recorded history begins; the plant has been at work for an hour by then.
    pub start: Instant,
    /// At least so many signals: the rest are lines of the machines' vibration spectra. 0: only what there is.
    pub min_signals: usize,
    /// How often sensors are read.
    pub pace: Pace,
}

impl PlantOptions {
    /// The plant of the demonstration, with its history beginning at `start`.
    #[must_use]
    pub fn demo(start: Instant) -> Self {
        Self { seed: 42, start, min_signals: 0, pace: Pace::PAST }
    }
}
