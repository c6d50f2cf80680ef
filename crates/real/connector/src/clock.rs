//! Where the shell reads the time; everything inside is given it.

use std::time::{SystemTime, UNIX_EPOCH};
use trine_base::Instant;

/// A source of the present.
pub trait Clock: Send + Sync + 'static {
    /// The present instant.
    fn now(&self) -> Instant;
}

/// The clock of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Instant::from_ns(i64::try_from(since_epoch.as_nanos()).unwrap_or(i64::MAX))
    }
}
