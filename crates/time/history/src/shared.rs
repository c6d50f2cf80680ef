//! What the history's threads share: one current index, the tables in memory, and the rights to change them.

use crate::{
    error::HistoryError, manifest::Index, memory::MemTable, options::HistoryOptions, seek::Sealed,
    store::Store,
};
use std::{
    path::Path,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicU64, Ordering},
    },
};

pub(crate) struct Shared {
    pub options: HistoryOptions,
    pub store: Store,
    pub state: RwLock<State>,
    /// Held by whoever changes what is sealed.
    pub sealing: Mutex<()>,
    /// Held by whoever merges or removes; taken before `sealing`.
    pub merging: Mutex<()>,
    /// The id of the next segment.
    pub next_id: AtomicU64,
    /// Indexes that are not current any more, oldest first, with the segments that went with each.
    pub superseded: Mutex<Vec<(Arc<Index>, Vec<Gone>)>>,
    /// Why the last seal failed, and whether the worker is to stop.
    pub signals: Mutex<Signals>,
    pub changed: Condvar,
}

/// A segment or a chunk of a tier that the manifest no longer names.
pub(crate) struct Gone {
    pub id: u64,
    pub path: std::path::PathBuf,
}

#[derive(Default)]
pub(crate) struct Signals {
    pub failure: Option<String>,
    pub stop: bool,
    /// Something was frozen.
    pub seal: bool,
    /// A segment came, which may overlap others.
    pub merge: bool,
}

pub(crate) struct State {
    pub index: Arc<Index>,
    pub frozen: Option<Arc<MemTable>>,
    pub active: MemTable,
    /// Largest recorded time taken, ns.
    pub recorded: i64,
}

impl Shared {
    pub fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn signals(&self) -> MutexGuard<'_, Signals> {
        self.signals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The right to change what is sealed; one holder at a time.
    pub fn hold(&self) -> MutexGuard<'_, ()> {
        self.sealing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The right to merge and to remove; taken before the right to change what is sealed.
    pub fn hold_merge(&self) -> MutexGuard<'_, ()> {
        self.merging.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An id for a new segment.
    pub fn next_id(&self) -> u64 {
        self.next_id.fetch_add(1, Ordering::Relaxed)
    }

    /// Makes an index the current one, durably. Segments that it no longer names are removed once no reader uses an
    /// index that does; an interrupted removal is finished by the next open. The caller holds `sealing`.
    pub fn replace(&self, mut next: Index, gone: Vec<Gone>) -> Result<(), HistoryError> {
        next.next_id = self.next_id.load(Ordering::Relaxed);
        crate::manifest::store(self.dir(), &next)?;
        let old = {
            let mut state = self.write();
            // What the index says is sealed leaves memory in the same moment.
            let sealed = state.frozen.as_ref().and_then(|table| table.positions);
            if sealed.is_some_and(|(_, last)| next.sealed_through.is_some_and(|through| last <= through)) {
                state.frozen = None;
            }
            std::mem::replace(&mut state.index, Arc::new(next))
        };
        self.superseded().push((old, gone));
        self.bury();
        Ok(())
    }

    fn superseded(&self) -> MutexGuard<'_, Vec<(Arc<Index>, Vec<Gone>)>> {
        self.superseded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes what no reader can still be looking at, oldest first.
    pub fn bury(&self) {
        let mut superseded = self.superseded();
        while superseded.first().is_some_and(|(index, _)| Arc::strong_count(index) == 1) {
            let (_, gone) = superseded.remove(0);
            self.remove(&gone);
        }
    }

    fn remove(&self, gone: &[Gone]) {
        if gone.is_empty() {
            return;
        }
        self.store.forget(|id| gone.iter().all(|folder| folder.id != id));
        for Gone { path, .. } in gone {
            if let Err(error) = std::fs::remove_dir_all(path) {
                tracing::warn!(%error, ?path, "a folder that is no longer used stays until the next start");
            }
        }
    }

    /// The history's folder.
    pub fn dir(&self) -> &Path {
        self.store.dir().parent().unwrap_or(self.store.dir())
    }

    pub fn sealed<'a>(&'a self, index: &'a Index) -> Sealed<'a> {
        Sealed { store: &self.store, index }
    }
}
