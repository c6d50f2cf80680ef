//! How fast vehicles drive, from where they were.

use trine_base::Instant;

/// Slower than this a vehicle stands, m/s.
const STANDS_BELOW: f64 = 0.05;
/// Samples further apart than this say nothing of speed, s.
const TOO_FAR_S: f64 = 10.0;

/// The speed at which a vehicle usually drives, m/s: the upper quartile of its moves, because corners and the ends of
/// stretches are in all of them. None when it never moved.
pub(super) fn speed(x: &[(Instant, f64)], y: &[(Instant, f64)]) -> Option<f64> {
    let mut moves: Vec<f64> = [x, y].into_iter().flat_map(speeds).collect();
    moves.sort_by(f64::total_cmp);
    moves.get(moves.len() * 3 / 4).copied()
}

/// Vehicles on aisles drive along one axis at a time.
fn speeds(along: &[(Instant, f64)]) -> impl Iterator<Item = f64> + '_ {
    along.windows(2).filter_map(|pair| {
        let [(before, a), (after, b)] = pair else { return None };
        let seconds = after.seconds_since(*before);
        let speed = (b - a).abs() / seconds;
        (seconds > 0.0 && seconds < TOO_FAR_S && speed > STANDS_BELOW).then_some(speed)
    })
}
