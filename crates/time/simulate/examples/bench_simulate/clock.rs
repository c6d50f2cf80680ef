//! The time that this thread has had a core, so that a figure for one core is one, whoever else is at work.

use std::sync::OnceLock;
use std::time::Instant;

/// A time to count from.
pub struct Clock(f64);

impl Clock {
    pub fn start() -> Self {
        Self(core_s())
    }

    /// Seconds on a core since the start.
    pub fn seconds(&self) -> f64 {
        core_s() - self.0
    }
}

/// By the scheduler's own account; where there is none, by the wall clock.
fn core_s() -> f64 {
    static BEGUN: OnceLock<Instant> = OnceLock::new();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let on_core = text.split_whitespace().next().and_then(|ns| ns.parse::<f64>().ok()).filter(|ns| *ns > 0.0);
    on_core.map_or_else(|| BEGUN.get_or_init(Instant::now).elapsed().as_secs_f64(), |ns| ns * 1e-9)
}
