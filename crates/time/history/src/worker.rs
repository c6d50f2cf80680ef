//! The threads that seal and merge behind the writer's back, and try again when the disk was full.

use crate::shared::{Shared, Signals};
use std::{
    sync::{Arc, PoisonError},
    thread::JoinHandle,
};

/// A thread that is stopped and joined when dropped. What is still in memory stays in the log.
pub(crate) struct Worker {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// Which of the flags in [`Signals`] calls a worker, and what it then does.
struct Job {
    called: fn(&mut Signals) -> &mut bool,
    run: fn(&Shared),
}

const SEAL: Job = Job { called: |signals| &mut signals.seal, run: seal };
const MERGE: Job = Job { called: |signals| &mut signals.merge, run: merge };

impl Worker {
    pub fn sealer(shared: &Arc<Shared>) -> Self {
        Self::start("history-seal", shared, SEAL)
    }

    pub fn merger(shared: &Arc<Shared>) -> Self {
        Self::start("history-merge", shared, MERGE)
    }

    fn start(name: &str, shared: &Arc<Shared>, job: Job) -> Self {
        let of_thread = Arc::clone(shared);
        let work = move || {
            while wait(&of_thread, &job) {
                (job.run)(&of_thread);
            }
        };
        let thread = std::thread::Builder::new().name(name.into()).spawn(work);
        if let Err(error) = &thread {
            tracing::error!(%error, name, "no thread; the history does this only when told to");
        }
        Self { shared: Arc::clone(shared), thread: thread.ok() }
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

fn seal(shared: &Shared) {
    let _sealing = shared.hold();
    match shared.seal_frozen() {
        Ok(()) => shared.signals().merge = true,
        Err(error) => tracing::error!(%error, "sealing failed; the samples stay in memory and in the log"),
    }
    shared.changed.notify_all();
}

fn merge(shared: &Shared) {
    let _merging = shared.hold_merge();
    loop {
        if shared.signals().stop {
            return;
        }
        match shared.merge_once() {
            Ok(None) => return,
            Ok(Some(segments)) => tracing::debug!(segments, "merged"),
            Err(error) => return tracing::error!(%error, "merging failed; the segments stay as they are"),
        }
    }
}

/// Waits until called, or after a failed seal for the time to try again. False when it is time to stop.
fn wait(shared: &Shared, job: &Job) -> bool {
    let mut signals = shared.signals();
    while !signals.stop && !*(job.called)(&mut signals) {
        signals = if signals.failure.is_some() {
            signals.seal = true;
            shared
                .changed
                .wait_timeout(signals, shared.options.retry_after)
                .unwrap_or_else(PoisonError::into_inner)
                .0
        } else {
            shared.changed.wait(signals).unwrap_or_else(PoisonError::into_inner)
        };
    }
    *(job.called)(&mut signals) = false;
    !signals.stop
}
