//! Whether an edge node that says nothing is quiet or dead.
//!
//! Sparkplug reports by exception and has no heartbeat above MQTT's, which a gateway can answer long after its data
//! source has hung up. So a node that is silent for much longer than is usual for it is asked for a rebirth: the
//! answer proves it alive, no answer proves it silent.

use crate::node::Patience;
use std::time::Duration;
use trine_base::Instant;

/// Silence of so many usual intervals is worth asking about.
const INTERVALS: f64 = 10.0;

#[derive(Debug, Default)]
pub(crate) struct Watch {
    heard: Option<Instant>,
    /// Usual time between messages, s.
    usual_s: Option<f64>,
    asked: Option<Instant>,
    /// The unanswered question, if one is open.
    probe: Option<Instant>,
    silent: bool,
}

impl Watch {
    /// Notes a message; whether it ends a proved silence.
    pub(crate) fn heard(&mut self, now: Instant) -> bool {
        if let Some(before) = self.heard.filter(|_| self.probe.is_none()) {
            let interval = now.seconds_since(before).max(0.0);
            self.usual_s = Some(self.usual_s.map_or(interval, |usual| usual + (interval - usual) * 0.1));
        }
        self.heard = Some(now);
        self.probe = None;
        std::mem::take(&mut self.silent)
    }

    /// The node was born again: the last request is answered, so a further one need not wait.
    pub(crate) fn reborn(&mut self) {
        self.probe = None;
    }

    /// Whether a rebirth may be asked for now; notes that it is.
    pub(crate) fn may_ask(&mut self, now: Instant, patience: &Patience) -> bool {
        let recently =
            self.asked.is_some_and(|asked| now.seconds_since(asked) < patience.rebirth.as_secs_f64());
        if !recently {
            self.asked = Some(now);
        }
        !recently
    }

    /// Whether the node has been silent for so long that it is to be asked; notes that it is.
    pub(crate) fn is_due(&mut self, now: Instant, patience: &Patience) -> bool {
        let Some(heard) = self.heard else { return false };
        let since = self.probe.map_or(heard, |probe| probe.max(heard));
        let due =
            now.seconds_since(since) >= self.limit(patience).as_secs_f64() && self.may_ask(now, patience);
        if due {
            self.probe.get_or_insert(now);
        }
        due
    }

    /// Once per silence: how long it has lasted, when the node was asked and did not answer in time.
    pub(crate) fn is_silent(&mut self, now: Instant, patience: &Patience) -> Option<f64> {
        let unanswered =
            self.probe.is_some_and(|asked| now.seconds_since(asked) >= patience.answer.as_secs_f64());
        if self.silent || !unanswered {
            return None;
        }
        self.silent = true;
        self.heard.map(|heard| now.seconds_since(heard))
    }

    pub(crate) fn proved_silent(&self) -> bool {
        self.silent
    }

    fn limit(&self, patience: &Patience) -> Duration {
        let usual = Duration::from_secs_f64(self.usual_s.unwrap_or(f64::MAX).clamp(0.0, 3_600.0) * INTERVALS);
        usual.clamp(patience.quiet_least, patience.quiet_most.max(patience.quiet_least))
    }
}
