//! What a connector's tests bring to the kit: a source that does as it is told.

use super::MemorySink;
use crate::{Backoff, Connector, SystemClock, supervise};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use trine_base::Instant;

/// A fault that the source has on demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RigFault {
    /// It goes on with its sessions but reports nothing any more (`true`), or wakes up again (`false`).
    Freeze(bool),
    /// All connections are cut; new ones are welcome.
    Drop,
    /// The next message is garbage.
    Garbage,
    /// Its clock is off by this many seconds from now on.
    ClockJump(i64),
}

/// A source with at least one thing and two numeric signals, and a connector for it.
pub trait Rig: Send + Sync {
    /// A new connector for the source, each time for the same connection. It should look for silence often: the
    /// cases wait 20 s at most.
    fn connector(&self) -> Box<dyn Connector>;

    /// The end of the key of one of the two signals.
    fn key(&self, signal: usize) -> String;

    /// The source measures a number. Numbers of one signal are reported in the order of these calls.
    fn report(&self, signal: usize, value: f64, at: Instant);

    /// The source has a fault.
    fn fault(&self, fault: RigFault);

    /// How fine the time stamps of the protocol are, ns.
    fn resolution_ns(&self) -> i64 {
        1_000_000
    }

    /// Whether the source sends again what was not acknowledged. Where it does not, only the newest value of each
    /// signal must be there after the disk was full.
    fn redelivers(&self) -> bool {
        true
    }
}

/// A connector under supervision.
pub struct Supervised {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Supervised {
    /// Starts the rig's connector towards this sink.
    ///
    /// # Panics
    /// In its task, when the connection cannot be made a thing.
    #[must_use]
    pub fn start(rig: &dyn Rig, sink: &MemorySink) -> Self {
        let stop = CancellationToken::new();
        let backoff = Backoff { first: Duration::from_millis(50), most: Duration::from_millis(500) };
        let sink = Arc::new(sink.clone());
        let running = supervise(rig.connector(), sink, Arc::new(SystemClock), backoff, stop.clone());
        Self { stop, task: tokio::spawn(async move { running.await.expect("the connection is a thing") }) }
    }

    /// Stops it.
    ///
    /// # Panics
    /// When that takes longer than 2 s, or when the connector panicked.
    pub async fn stop(self) {
        self.stop.cancel();
        let ended = tokio::time::timeout(Duration::from_secs(2), self.task).await;
        ended.expect("a connector stops within 2 s").expect("a connector never panics");
    }
}
