//! Who is here, and at which (branch, instant).

use std::fmt;
use std::sync::Arc;
use trine_base::Instant;

/// A place in a room, from 1. One person may have several: a desk, a headset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seat(pub u16);

impl fmt::Display for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Who it is, as the identity says it: the same wherever that person comes in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId(pub Arc<str>);

/// What the others know of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Who.
    pub person: PersonId,
    /// The name over the head.
    pub name: Arc<str>,
    /// Nobody vouches for the name.
    pub is_guest: bool,
}

/// Where in time somebody is: a view is (branch, instant), and it may run.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// The branch.
    pub branch: Arc<str>,
    /// The instant at `set`; none is live.
    pub at: Option<Instant>,
    /// Seconds of the plant in one of the person; 0 stands still.
    pub speed: f64,
    /// When that was so.
    pub set: Instant,
}

impl Standing {
    /// The present.
    #[must_use]
    pub fn live(now: Instant) -> Self {
        Self { branch: "live".into(), at: None, speed: 1.0, set: now }
    }

    /// The instant that is seen at `now`.
    #[must_use]
    pub fn instant(&self, now: Instant) -> Instant {
        let Some(at) = self.at else { return now };
        let passed_ns = now.since(self.set) as f64 * self.speed;
        at.plus_ns(passed_ns as i64)
    }
}

/// What became of somebody in the list of people.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Came, or is described anew.
    Here {
        /// Where they sit.
        seat: Seat,
        /// Who.
        profile: Profile,
        /// Where in time.
        standing: Standing,
        /// May be spoken with.
        has_voice: bool,
    },
    /// Went, or is no longer to be seen.
    Gone(Seat),
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_standing_that_runs_moves_on() {
        let set = Instant::from_ms(1_000_000);
        let at = Instant::from_ms(5_000);
        let standing = Standing { branch: "live".into(), at: Some(at), speed: 60.0, set };
        assert_eq!(standing.instant(set + Duration::from_secs(2)), at + Duration::from_secs(120));
        assert_eq!(Standing { speed: 0.0, ..standing }.instant(set + Duration::from_secs(2)), at);
        assert_eq!(Standing::live(set).instant(set), set);
    }
}
