//! Power by state, from samples of a power signal.

use super::timeline::Timeline;
use trine_base::Instant;
use trine_world::Signal;

/// Watts in one of the signal's unit.
pub(crate) fn watts(signal: &Signal) -> f64 {
    match signal.description.unit.as_ref().map(|unit| unit.code.as_str()) {
        Some("KWT") => 1_000.0,
        Some("MAW") => 1_000_000.0,
        _ => 1.0,
    }
}

/// Mean of the samples in each state; each counts as long as it held.
pub(super) fn by_state(
    timeline: &Timeline,
    samples: &[(Instant, f64)],
    factor: f64,
    now_ns: i64,
) -> [Option<f64>; 8] {
    let (mut sums, mut times) = ([0.0; 8], [0.0; 8]);
    let ends = samples.iter().skip(1).map(|(at, _)| at.as_ns()).chain([now_ns]);
    for ((at, value), end_ns) in samples.iter().zip(ends) {
        let Some(state) = timeline.at(at.as_ns()) else { continue };
        let held = (end_ns - at.as_ns()).max(0) as f64 * 1e-9;
        sums[state as usize] += value * factor * held;
        times[state as usize] += held;
    }
    std::array::from_fn(|state| (times[state] > 0.0).then(|| sums[state] / times[state]))
}
