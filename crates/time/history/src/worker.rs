//! The thread that seals behind the writer's back, and tries again when the disk was full.

use crate::history::Shared;
use std::{
    sync::{Arc, PoisonError},
    thread::JoinHandle,
};

/// Stops and joins the thread when dropped. What is still in memory stays in the log.
pub(crate) struct Worker {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    pub fn start(shared: Arc<Shared>) -> Self {
        let of_thread = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("history-seal".into()).spawn(move || run(&of_thread));
        if let Err(error) = &thread {
            tracing::error!(%error, "no thread for sealing; the history seals only when told to");
        }
        Self { shared, thread: thread.ok() }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.shared.signals().stop = true;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // A panic there was reported by the panic hook; here it only means that the thread is gone.
            drop(thread.join());
        }
    }
}

fn run(shared: &Shared) {
    while wait(shared) {
        let _sealing = shared.hold();
        if let Err(error) = shared.seal_frozen() {
            tracing::error!(%error, "sealing failed; the samples stay in memory and in the log");
        }
    }
}

/// Waits for work, or after a failure for the time to try again. False when it is time to stop.
fn wait(shared: &Shared) -> bool {
    let mut signals = shared.signals();
    while !signals.stop && !signals.work {
        let failed = signals.failure.is_some();
        signals = if failed {
            let pause = shared.options.retry_after;
            signals.work = true;
            shared.changed.wait_timeout(signals, pause).unwrap_or_else(PoisonError::into_inner).0
        } else {
            shared.changed.wait(signals).unwrap_or_else(PoisonError::into_inner)
        };
    }
    signals.work = false;
    !signals.stop
}
