//! Breaks: the attended machines of line 3 stop three times a shift and for the handover to the next one.
//! Everything else runs on without people.

use super::{Calendar, Event, Flow, SECOND};

const MINUTE: i64 = 60 * SECOND;
/// Length of a shift.
pub(super) const SHIFT: i64 = 8 * 3_600 * SECOND;
/// `(begins after the start of the shift, lasts)`.
const BREAKS: [(i64, i64); 4] =
    [(0, 6 * MINUTE), (120 * MINUTE, 15 * MINUTE), (240 * MINUTE, 25 * MINUTE), (375 * MINUTE, 12 * MINUTE)];

/// The same, s.
pub const SHIFT_S: f64 = (SHIFT / SECOND) as f64;

/// When the attended machines are at work, s from the beginning of a shift.
pub fn open_hours() -> Vec<(f64, f64)> {
    let s = |ns: i64| (ns / SECOND) as f64;
    let begins = BREAKS.iter().map(|(begins, lasts)| s(begins + lasts));
    let ends = BREAKS.iter().skip(1).map(|(begins, _)| s(*begins)).chain([SHIFT_S]);
    begins.zip(ends).collect()
}

/// The next beginning (`true`) or end of a break after `now`, for shifts that begin at `phase`.
pub(super) fn next_turn(phase: i64, now: i64) -> (i64, bool) {
    let shift = phase + (now - phase).div_euclid(SHIFT) * SHIFT;
    let turns = [shift, shift + SHIFT].into_iter().flat_map(|shift| {
        BREAKS
            .into_iter()
            .flat_map(move |(begins, lasts)| [(shift + begins, true), (shift + begins + lasts, false)])
    });
    turns.into_iter().find(|(time, _)| *time > now).unwrap_or((shift + 2 * SHIFT, true))
}

impl Flow {
    /// A break begins or ends.
    pub(super) fn turn_break(&mut self, begins: bool, now: i64, calendar: &mut Calendar) {
        self.is_break = begins;
        let attended = self.stations.iter().zip(0..).filter(|(station, _)| station.row.is_attended);
        self.work.extend(attended.map(|(_, index)| index));
        let (time, begins) = next_turn(self.shift_phase, now);
        calendar.schedule(time, Event::Break(begins));
    }
}
