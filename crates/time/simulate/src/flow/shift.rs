//! When a calendar is open, and when that changes.

use super::Calendar;

/// Boundaries looked at before a calendar counts as one that never changes again.
const BOUNDARIES_MAX: usize = 20_000;

impl Calendar {
    /// Whether it is open at a time, ns since the Unix epoch.
    #[must_use]
    pub fn is_open(&self, at_ns: i64) -> bool {
        let exception = self.exceptions.iter().rev().find(|e| (e.from_ns..e.to_ns).contains(&at_ns));
        match exception {
            Some(exception) => exception.open,
            None if self.period_ns <= 0 => true,
            None => {
                let phase = at_ns.wrapping_sub(self.origin_ns).rem_euclid(self.period_ns);
                self.open_ns.iter().any(|(from, to)| (*from..*to).contains(&phase))
            }
        }
    }

    /// When it opens or closes next after a time; none when it stays as it is.
    #[must_use]
    pub fn next_turn(&self, after_ns: i64) -> Option<i64> {
        let is_open = self.is_open(after_ns);
        let mut at = after_ns;
        for _ in 0..BOUNDARIES_MAX {
            at = self.boundary(at)?;
            if self.is_open(at) != is_open {
                return Some(at);
            }
        }
        None
    }

    /// Seconds that it is open between two times.
    #[must_use]
    pub fn open_s(&self, from_ns: i64, to_ns: i64) -> f64 {
        let (mut at, mut open) = (from_ns, 0i64);
        while at < to_ns {
            let turn = self.next_turn(at).unwrap_or(to_ns).min(to_ns);
            if self.is_open(at) {
                open += turn - at;
            }
            at = turn;
        }
        open as f64 * 1e-9
    }

    /// The first time after this at which something could change.
    fn boundary(&self, after_ns: i64) -> Option<i64> {
        let edges = self.exceptions.iter().flat_map(|e| [e.from_ns, e.to_ns]);
        let edge = edges.filter(|edge| *edge > after_ns).min();
        let pattern =
            (self.period_ns > 0 && !self.open_ns.is_empty()).then(|| self.pattern_boundary(after_ns));
        edge.into_iter().chain(pattern.flatten()).min()
    }

    fn pattern_boundary(&self, after_ns: i64) -> Option<i64> {
        let phase = after_ns.checked_sub(self.origin_ns)?.rem_euclid(self.period_ns);
        let begin = after_ns.checked_sub(phase)?;
        let marks = self.open_ns.iter().flat_map(|(from, to)| [*from, *to]);
        let later = marks.clone().filter(|mark| *mark > phase && *mark <= self.period_ns).min();
        let first = marks.min()?.checked_add(self.period_ns)?;
        begin.checked_add(later.unwrap_or(first))
    }
}

#[cfg(test)]
mod tests {
    use super::super::CalendarException;
    use super::*;

    const HOUR: i64 = 3_600_000_000_000;

    fn two_shifts() -> Calendar {
        Calendar {
            period_ns: 24 * HOUR,
            open_ns: vec![(6 * HOUR, 14 * HOUR), (14 * HOUR, 22 * HOUR)],
            ..Calendar::default()
        }
    }

    #[test]
    fn shifts_that_touch_are_one_stretch() {
        let calendar = two_shifts();
        assert_eq!(calendar.next_turn(0), Some(6 * HOUR));
        assert_eq!(calendar.next_turn(6 * HOUR), Some(22 * HOUR));
        assert_eq!(calendar.next_turn(22 * HOUR), Some(30 * HOUR));
        assert_eq!(calendar.next_turn(-1), Some(6 * HOUR));
        assert!((calendar.open_s(0, 48 * HOUR) - 32.0 * 3600.0).abs() < 1e-6);
    }

    #[test]
    fn exceptions_win_and_later_ones_more() {
        let mut calendar = two_shifts();
        calendar.exceptions = vec![
            CalendarException { from_ns: 0, to_ns: 48 * HOUR, open: false },
            CalendarException { from_ns: 7 * HOUR, to_ns: 8 * HOUR, open: true },
        ];
        assert_eq!(calendar.next_turn(0), Some(7 * HOUR));
        assert_eq!(calendar.next_turn(7 * HOUR), Some(8 * HOUR));
        assert_eq!(calendar.next_turn(8 * HOUR), Some(54 * HOUR));
    }

    #[test]
    fn what_never_changes_says_so() {
        assert_eq!(Calendar::default().next_turn(0), None);
        let closed = Calendar { period_ns: HOUR, ..Calendar::default() };
        assert!(!closed.is_open(5) && closed.next_turn(5).is_none());
        let always = Calendar { period_ns: HOUR, open_ns: vec![(0, HOUR)], ..Calendar::default() };
        assert!(always.is_open(5) && always.next_turn(5).is_none());
    }
}
