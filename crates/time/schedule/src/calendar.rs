//! When a machine works: its closed intervals, and the two questions that a search asks of them a million times:
//! when is this done at the earliest, and when does it have to start at the latest.

/// An instant that never comes: the end of an interval that does not end. Sums of it and of durations do not overflow.
pub(crate) const NEVER: i64 = 1 << 60;

/// A stretch of time from and to, relative to the problem's start.
pub(crate) type Span = (i64, i64);

/// The closed intervals of a machine, in order and apart.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calendar {
    closed: Vec<Span>,
    resumes: bool,
}

impl Calendar {
    pub fn new(mut spans: Vec<Span>, resumes: bool) -> Self {
        spans.retain(|span| span.1 > span.0 && span.1 > 0);
        spans.sort_unstable();
        let mut closed: Vec<Span> = Vec::new();
        for span in spans {
            match closed.last_mut() {
                Some(last) if span.0 <= last.1 => last.1 = last.1.max(span.1),
                _ => closed.push(span),
            }
        }
        Self { closed, resumes }
    }

    /// The end of the interval that covers everything from the start, if that is all there is: such a machine is just
    /// ready later.
    pub fn only_prefix(&self) -> Option<i64> {
        match self.closed[..] {
            [] => Some(0),
            [(from, to)] if from <= 0 => Some(to),
            _ => None,
        }
    }

    /// When this much open time has passed since an instant.
    pub fn advance(&self, from: i64, work: i64) -> i64 {
        if work == 0 {
            return from;
        }
        let (mut at, mut left) = (from, work);
        for &(close, open) in &self.closed[self.first_after(from)..] {
            let until = close.max(at);
            if until - at >= left {
                break;
            }
            left -= until - at;
            at = open;
        }
        at + left
    }

    /// When this much open time was still to come before an instant.
    pub fn retreat(&self, to: i64, work: i64) -> i64 {
        if work == 0 {
            return to;
        }
        let (mut at, mut left) = (to, work);
        for &(close, open) in self.closed[..self.last_before(to)].iter().rev() {
            let since = open.min(at);
            if at - since >= left {
                break;
            }
            left -= at - since;
            at = close;
        }
        at - left
    }

    /// The earliest start and end of work that could begin at an instant.
    pub fn fit(&self, ready: i64, duration: i64) -> Span {
        let mut start = ready;
        for &(close, open) in &self.closed[self.first_after(ready)..] {
            let is_free = if self.resumes { start < close } else { start + duration <= close };
            if is_free {
                break;
            }
            start = open.max(start);
        }
        let end = if self.resumes { self.advance(start, duration) } else { start + duration };
        (start, end)
    }

    /// The latest start of work that has to be done by an instant.
    pub fn fit_back(&self, latest_end: i64, duration: i64) -> i64 {
        let mut end = latest_end;
        for &(close, open) in self.closed[..self.last_before(latest_end)].iter().rev() {
            let is_free = if self.resumes { end > open } else { end - duration >= open };
            if is_free {
                break;
            }
            end = close.min(end);
        }
        if self.resumes { self.retreat(end, duration) } else { end - duration }
    }

    /// The first interval that is not over at an instant.
    fn first_after(&self, at: i64) -> usize {
        self.closed.partition_point(|span| span.1 <= at)
    }

    /// One past the last interval that has begun at an instant.
    fn last_before(&self, at: i64) -> usize {
        self.closed.partition_point(|span| span.0 < at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nights(resumes: bool) -> Calendar {
        Calendar::new(vec![(30, 40), (10, 20), (15, 20), (60, NEVER)], resumes)
    }

    #[test]
    fn work_that_must_fit_waits_for_a_window_that_is_long_enough() {
        let calendar = nights(false);
        assert_eq!(calendar.fit(0, 10), (0, 10));
        assert_eq!(calendar.fit(1, 10), (20, 30));
        assert_eq!(calendar.fit(1, 11), (40, 51));
        assert!(calendar.fit(1, 21).1 > NEVER);
        assert_eq!(calendar.fit_back(55, 10), 45);
        assert_eq!(calendar.fit_back(45, 10), 20);
        assert_eq!(calendar.fit_back(35, 11), -1);
    }

    #[test]
    fn work_that_resumes_loses_only_the_closed_time() {
        let calendar = nights(true);
        assert_eq!(calendar.fit(5, 10), (5, 25));
        assert_eq!(calendar.fit(10, 10), (20, 30));
        assert_eq!(calendar.fit(25, 30), (25, NEVER + 5));
        assert_eq!(calendar.fit_back(25, 10), 5);
        assert_eq!(calendar.fit_back(20, 10), 0);
    }

    #[test]
    fn open_time_is_counted_forwards_and_backwards_alike() {
        let calendar = nights(true);
        for from in 0..30 {
            for work in 1..20 {
                let to = calendar.advance(from, work);
                let is_open = !(10..20).contains(&from) && !(30..40).contains(&from);
                assert_eq!(calendar.advance(calendar.retreat(to, work), work), to);
                assert!(!is_open || calendar.retreat(to, work) == from || from == 9 || from == 29);
            }
        }
    }

    #[test]
    fn a_machine_that_is_only_ready_later_is_seen() {
        assert_eq!(Calendar::new(vec![], false).only_prefix(), Some(0));
        assert_eq!(Calendar::new(vec![(-5, 3), (3, 7)], false).only_prefix(), Some(7));
        assert_eq!(nights(false).only_prefix(), None);
    }
}
