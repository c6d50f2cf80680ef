//! The history as its users see it: append at one end, ask at any instant.
//!
//! ```text
//! append ─▶ active table ─full─▶ frozen table ─background thread─▶ segment ─▶ manifest ─▶ sealed_through
//!                └──────────────┴─── read together ───┴───────────────┘
//! ```
//! A reader takes the lock for as long as it reads the active table and holds the rest by reference, so that it sees
//! one moment of the history, and no reader waits for a disk that a writer waits for.

use crate::{
    block::Window,
    buckets::{Bucket, Pieces, Tally},
    error::{Damage, HistoryError},
    manifest::{Index, SegmentMeta},
    memory::MemTable,
    options::HistoryOptions,
    plot, seal,
    seek::Sealed,
    store::Store,
    sweep::View,
    version::{Held, Horizon, overlay},
    worker::Worker,
};
use std::{
    collections::BTreeSet,
    ops::ControlFlow,
    path::Path,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use trine_base::{Instant, Sample, SignalId};

/// Which signals a question is about.
#[derive(Debug, Clone)]
pub enum SignalFilter {
    /// Every signal that has a sample.
    All,
    /// These.
    Set(BTreeSet<SignalId>),
}

impl SignalFilter {
    /// One signal.
    #[must_use]
    pub fn one(signal: SignalId) -> Self {
        Self::Set(BTreeSet::from([signal]))
    }

    fn ids(&self) -> Option<Vec<u32>> {
        match self {
            Self::All => None,
            Self::Set(signals) => Some(signals.iter().map(|signal| signal.0).collect()),
        }
    }
}

/// Samples of a stretch of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    /// Ordered by (source time, signal).
    pub samples: Vec<Held>,
    /// There are more than the limit asked for.
    pub truncated: bool,
}

/// What opening found.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenReport {
    /// Sealed segments.
    pub segments: usize,
    /// Sealed samples.
    pub samples: u64,
    /// Bytes on disk.
    pub bytes: u64,
    /// Every log position up to here is in the segments; replay the log from the next.
    pub sealed_through: u64,
    /// Leftovers of an interrupted seal that were removed.
    pub removed: Vec<std::path::PathBuf>,
    /// Segments that are missing or cut short. Questions that need them fail and say so.
    pub damage: Vec<Damage>,
}

/// The past of one branch. Shared by reference; one writer, any number of readers.
pub struct History {
    pub(crate) shared: Arc<Shared>,
    _workers: Vec<Worker>,
    _lock: std::fs::File,
}

pub(crate) struct Shared {
    pub options: HistoryOptions,
    pub store: Store,
    state: RwLock<State>,
    /// Held by whoever changes what is sealed.
    sealing: Mutex<()>,
    /// Held by whoever merges or removes; taken before `sealing`.
    merging: Mutex<()>,
    /// The id of the next segment.
    next_id: AtomicU64,
    /// Indexes that are not current any more, oldest first, with the segments that went with each.
    superseded: Mutex<Vec<(Arc<Index>, Vec<Gone>)>>,
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
    recorded: i64,
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

impl History {
    /// Opens the history in a folder, or begins one. Reads the manifest and the sizes of the files, nothing more.
    pub fn open(dir: &Path, options: HistoryOptions) -> Result<(Self, OpenReport), HistoryError> {
        let opened = crate::open::open(dir, &options)?;
        let recorded = opened.index.recorded.unwrap_or(i64::MIN);
        let (background, next_id) = (options.background, opened.index.next_id);
        let state =
            State { index: Arc::new(opened.index), frozen: None, active: MemTable::default(), recorded };
        let shared = Arc::new(Shared {
            options,
            store: opened.store,
            state: RwLock::new(state),
            sealing: Mutex::default(),
            merging: Mutex::default(),
            next_id: AtomicU64::new(next_id),
            superseded: Mutex::default(),
            signals: Mutex::default(),
            changed: Condvar::new(),
        });
        let workers =
            if background { vec![Worker::sealer(&shared), Worker::merger(&shared)] } else { Vec::new() };
        Ok((Self { shared, _workers: workers, _lock: opened.lock }, opened.report))
    }

    /// Takes samples that the log holds at `log_position` and that became known at `recorded`.
    ///
    /// Positions count from 1 and grow from call to call; what is already sealed is passed over, so that a log may be
    /// replayed from anywhere. Recorded time is rounded down to the option's resolution and never runs backwards.
    ///
    /// # Errors
    /// [`HistoryError::Backlog`] when both tables are full and sealing did not free one within the option's time;
    /// nothing of the batch was taken and the same call may be made again.
    pub fn append(
        &self,
        recorded: Instant,
        log_position: u64,
        samples: &[Sample],
    ) -> Result<(), HistoryError> {
        let step = i64::try_from(self.shared.options.recorded_resolution.as_nanos()).unwrap_or(1).max(1);
        let recorded = recorded.as_ns().saturating_sub(recorded.as_ns().rem_euclid(step));
        let mut state = self.shared.write();
        if state.index.sealed_through.is_some_and(|through| log_position <= through) {
            return Ok(());
        }
        if self.shared.is_due(&state, recorded) {
            let is_full = state.active.samples >= self.shared.options.memory_samples;
            drop(state);
            self.shared.make_room(is_full)?;
            state = self.shared.write();
        }
        if !samples.is_empty() {
            state.recorded = state.recorded.max(recorded);
        }
        let recorded = state.recorded;
        state.active.append(recorded, log_position, samples);
        Ok(())
    }

    /// Every log position up to this is in sealed, durable segments; the log may drop it. 0 means none.
    #[must_use]
    pub fn sealed_through(&self) -> u64 {
        self.shared.read().index.sealed_through.unwrap_or(0)
    }

    /// Seals what is in memory now; when it returns, it is durable.
    pub fn seal(&self) -> Result<(), HistoryError> {
        let _sealing = self.shared.hold();
        self.shared.seal_frozen()?;
        self.shared.freeze();
        self.shared.seal_frozen()
    }

    /// What held at an instant: for each signal the sample with the newest source time up to it, among those that
    /// were known at `as_known_at`. Sorted by signal.
    pub fn at(
        &self,
        filter: &SignalFilter,
        instant: Instant,
        as_known_at: Option<Instant>,
    ) -> Result<Vec<Held>, HistoryError> {
        let wanted = filter.ids();
        let wanted = wanted.as_deref();
        let recorded = as_known_at.unwrap_or(Instant::MAX).as_ns();
        let horizon = Horizon { source: instant.as_ns(), recorded };
        let (index, frozen, newest) = {
            let state = self.shared.read();
            (Arc::clone(&state.index), state.frozen.clone(), state.active.latest(wanted, horizon))
        };
        let mut found = self.shared.sealed(&index).latest(wanted, horizon)?;
        if let Some(frozen) = frozen {
            found = overlay(found, frozen.latest(wanted, horizon));
        }
        Ok(overlay(found, newest).into_iter().map(crate::version::Found::into_held).collect())
    }

    /// The samples with source time in `[from, to)` as known at an instant, each source time of a signal once, at most
    /// `limit` of them.
    pub fn range(
        &self,
        filter: &SignalFilter,
        from: Instant,
        to: Instant,
        as_known_at: Option<Instant>,
        limit: usize,
    ) -> Result<Range, HistoryError> {
        let mut range = Range { samples: Vec::new(), truncated: false };
        let wanted = filter.ids();
        self.sweep(wanted.as_deref(), Window::new(from, to, as_known_at), |found| {
            if range.samples.len() == limit {
                range.truncated = true;
                return ControlFlow::Break(());
            }
            range.samples.push(found.into_held());
            ControlFlow::Continue(())
        })?;
        Ok(range)
    }

    /// What one signal did in each of `n` equal pieces of `[from, to)`.
    pub fn buckets(
        &self,
        signal: SignalId,
        from: Instant,
        to: Instant,
        n: usize,
        as_known_at: Option<Instant>,
    ) -> Result<Vec<Bucket>, HistoryError> {
        if from >= to || n == 0 {
            return Ok(Vec::new());
        }
        let pieces = Pieces { from: from.as_ns(), to: to.as_ns(), n };
        let window = Window::new(from, to, as_known_at);
        let tallies = self.view(Some(&[signal.0]), &window, |view| {
            plot::tallies(view, signal.0, pieces, as_known_at.map(Instant::as_ns))
        })?;
        let bucket = |(piece, tally): (usize, &Tally)| tally.bucket(Instant::from_ns(pieces.start(piece)));
        Ok(tallies.iter().enumerate().map(bucket).collect())
    }

    /// The first and the last source time of any sample.
    #[must_use]
    pub fn extent(&self) -> Option<(Instant, Instant)> {
        let state = self.shared.read();
        let memory = [state.frozen.as_ref().and_then(|table| table.source), state.active.source];
        let sealed = state.index.segments.iter().map(SegmentMeta::source);
        let all = sealed.chain(memory.into_iter().flatten()).filter(|(min, max)| min <= max);
        let (min, max) = all.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
        Some((Instant::from_ns(min), Instant::from_ns(max)))
    }

    fn sweep(
        &self,
        wanted: Option<&[u32]>,
        window: Window,
        visit: impl FnMut(crate::version::Found) -> ControlFlow<()>,
    ) -> Result<(), HistoryError> {
        if window.from >= window.to {
            return Ok(());
        }
        self.view(wanted, &window, |view| view.sweep(wanted, window, visit))
    }

    /// Shows one moment of the history.
    fn view<T>(&self, wanted: Option<&[u32]>, window: &Window, look: impl FnOnce(&View<'_>) -> T) -> T {
        let (index, frozen, newest) = {
            let state = self.shared.read();
            (Arc::clone(&state.index), state.frozen.clone(), state.active.excerpt(wanted, window))
        };
        let memory = frozen.iter().map(Arc::as_ref).chain([&newest]).collect();
        look(&View { sealed: self.shared.sealed(&index), memory })
    }
}

impl Drop for History {
    fn drop(&mut self) {
        self.shared.bury();
    }
}

impl Shared {
    /// Whether the active table is large or old enough to be sealed.
    fn is_due(&self, state: &State, recorded: i64) -> bool {
        let age = i64::try_from(self.options.seal_age.as_nanos()).unwrap_or(i64::MAX);
        let is_old = state.active.recorded.is_some_and(|(first, _)| recorded.saturating_sub(first) >= age);
        is_old || state.active.samples >= self.options.seal_samples
    }

    /// Hands the active table to the worker. While the frozen one is still being sealed the active one may grow to its
    /// bound; then the writer waits, for as long as the options say.
    fn make_room(&self, is_full: bool) -> Result<(), HistoryError> {
        let step = Duration::from_millis(20).min(self.options.append_wait);
        let mut waited = Duration::ZERO;
        while !self.freeze() && is_full {
            if waited >= self.options.append_wait {
                return Err(self.backlog());
            }
            let signals = self.signals();
            drop(self.changed.wait_timeout(signals, step).unwrap_or_else(PoisonError::into_inner));
            waited += step.max(Duration::from_millis(1));
        }
        Ok(())
    }

    fn backlog(&self) -> HistoryError {
        let state = self.read();
        let frozen = state.frozen.as_ref().map_or(0, |table| table.samples);
        let cause =
            self.signals().failure.clone().unwrap_or_else(|| "sealing is slower than the source".into());
        HistoryError::Backlog { samples: frozen + state.active.samples, cause }
    }

    /// Freezes the active table if there is none frozen; whether the active table is empty now.
    pub fn freeze(&self) -> bool {
        let mut state = self.write();
        if state.frozen.is_some() {
            return state.active.is_empty();
        }
        if !state.active.is_empty() {
            state.frozen = Some(Arc::new(std::mem::take(&mut state.active)));
        }
        drop(state);
        self.signals().seal = true;
        self.changed.notify_all();
        true
    }

    /// Seals the frozen table, if there is one. The caller holds `sealing`.
    pub fn seal_frozen(&self) -> Result<(), HistoryError> {
        let (index, frozen) = {
            let state = self.read();
            (Arc::clone(&state.index), state.frozen.clone())
        };
        let Some(frozen) = frozen else { return Ok(()) };
        let next = self.seal_table(&index, &frozen);
        drop(index);
        let result = next.and_then(|next| self.replace(next, Vec::new()));
        self.signals().failure = result.as_ref().err().map(ToString::to_string);
        result?;
        self.changed.notify_all();
        Ok(())
    }

    fn seal_table(&self, index: &Index, table: &MemTable) -> Result<Index, HistoryError> {
        let mut next = index.clone();
        let id = self.next_id();
        next.segments.extend(seal::seal(self.sealed(index), table, id, &self.options)?);
        next.sealed_through = table.positions.map(|(_, last)| last).or(next.sealed_through);
        next.recorded = next.recorded.max(table.recorded.map(|(_, last)| last));
        Ok(next)
    }
}
