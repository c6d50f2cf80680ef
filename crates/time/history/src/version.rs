//! Which of several records about the same signal counts: the law that memory, segments and merges share.
//!
//! Records are ordered by (source time, order of the log). As known at an instant, a prefix of the log counts. The
//! newest source time wins; of several records about one source time the last in the log wins (a correction), and a
//! run of equal ones is one record, recorded when it first arrived (a redelivery after a reconnect).

pub use trine_base::Held;
use trine_base::{Instant, Quality, SignalId, Value};

/// At which source time to look, with what was known by which recorded time; ns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Horizon {
    pub source: i64,
    pub recorded: i64,
}

/// A [`Held`] on its way, not yet compared with what other segments know.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub signal: SignalId,
    pub source: i64,
    pub recorded: i64,
    pub quality: Quality,
    pub value: Value,
    /// All records about this instant in its block say the same, so that an equal older one elsewhere is the first.
    pub whole: bool,
}

impl Found {
    fn says_the_same(&self, other: &Self) -> bool {
        self.quality == other.quality && same_value(&self.value, &other.value)
    }

    /// Of two records about one signal and one source time, the one that counts; `newer` is later in the log.
    pub fn or_newer(self, newer: Self) -> Self {
        if newer.whole && self.says_the_same(&newer) { self } else { Self { whole: false, ..newer } }
    }

    pub fn into_held(self) -> Held {
        Held {
            signal: self.signal,
            source: Instant::from_ns(self.source),
            recorded: Instant::from_ns(self.recorded),
            quality: self.quality,
            value: self.value,
        }
    }
}

/// Equality to the bit, so that 0.0 and -0.0 are two values and what was written is what is read.
pub(crate) fn same_value(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.to_bits() == b.to_bits(),
        _ => a == b,
    }
}

/// Lays what a later part of the log found over what an earlier part found; both sorted by signal.
pub(crate) fn overlay(older: Vec<Found>, newer: Vec<Found>) -> Vec<Found> {
    if older.is_empty() {
        return newer;
    }
    if newer.is_empty() {
        return older;
    }
    let mut out = Vec::with_capacity(older.len().max(newer.len()));
    let mut newer = newer.into_iter().peekable();
    for old in older {
        while let Some(new) = newer.next_if(|new| new.signal < old.signal) {
            out.push(new);
        }
        match newer.next_if(|new| new.signal == old.signal) {
            Some(new) if new.source == old.source => out.push(old.or_newer(new)),
            Some(new) if new.source > old.source => out.push(new),
            _ => out.push(old),
        }
    }
    out.extend(newer);
    out
}
