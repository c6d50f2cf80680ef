//! The history as its users see it: append at one end, ask at any instant.
//!
//! ```text
//! append ─▶ active table ─full─▶ frozen table ─background thread─▶ segment ─▶ manifest ─▶ sealed_through
//!                └──────────────┴─── read together ───┴───────────────┘
//! ```
//! A reader takes the lock for as long as it reads the active table and holds the rest by reference, so that it sees
//! one moment of the history, and no reader waits for a disk that a writer waits for.

use crate::{
    aged::{self, Dawn, Later},
    block::Window,
    buckets::{Bucket, Pieces, Tally},
    error::{Damage, HistoryError},
    manifest::SegmentMeta,
    memory::MemTable,
    options::HistoryOptions,
    plot,
    shared::{Shared, State},
    sweep::View,
    version::{Found, Held, Horizon, overlay},
    worker::Worker,
};
use std::{
    collections::BTreeSet,
    ops::ControlFlow,
    path::Path,
    sync::{Arc, Condvar, Mutex, RwLock, atomic::AtomicU64},
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
    /// were known at `as_known_at`. Sorted by signal. Before the raw samples that retention has left, the tiers answer
    /// (see `aged`), unless what was known earlier is asked.
    pub fn at(
        &self,
        filter: &SignalFilter,
        instant: Instant,
        as_known_at: Option<Instant>,
    ) -> Result<Vec<Held>, HistoryError> {
        let wanted = filter.ids();
        self.steadily(|| self.look(wanted.as_deref(), instant, as_known_at))
    }

    fn look(
        &self,
        wanted: Option<&[u32]>,
        instant: Instant,
        as_known_at: Option<Instant>,
    ) -> Result<Vec<Held>, HistoryError> {
        let source = instant.as_ns();
        let dawn = self.dawn().filter(|dawn| as_known_at.is_none() && dawn.is_after(source));
        let found = match dawn {
            Some(dawn) => {
                let later = self.at_dawn(dawn, wanted)?;
                let window = Window { from: i64::MIN, to: source.saturating_add(1), recorded: i64::MAX };
                self.view(wanted, &window, |view| aged::latest(view, wanted, source, later))?
            }
            None => {
                let recorded = as_known_at.unwrap_or(Instant::MAX).as_ns();
                self.latest(wanted, Horizon { source, recorded })?
            }
        };
        Ok(found.into_iter().map(Found::into_held).collect())
    }

    fn latest(&self, wanted: Option<&[u32]>, horizon: Horizon) -> Result<Vec<Found>, HistoryError> {
        let (index, frozen, newest) = {
            let state = self.shared.read();
            (Arc::clone(&state.index), state.frozen.clone(), state.active.latest(wanted, horizon))
        };
        let mut found = self.shared.sealed(&index).latest(wanted, horizon)?;
        if let Some(frozen) = frozen {
            found = overlay(found, frozen.latest(wanted, horizon));
        }
        Ok(overlay(found, newest))
    }

    /// Reads again when retention has moved the beginning of the raw samples meanwhile.
    fn steadily<T>(&self, read: impl Fn() -> Result<T, HistoryError>) -> Result<T, HistoryError> {
        loop {
            let raw_from = self.shared.read().index.raw_from;
            let answer = read()?;
            if self.shared.read().index.raw_from == raw_from {
                return Ok(answer);
            }
        }
    }

    /// Where raw samples begin; none where they have never been thinned.
    fn dawn(&self) -> Option<Dawn> {
        let state = self.shared.read();
        let memory = [state.frozen.as_ref().and_then(|table| table.source), state.active.source];
        Dawn::of(&state.index, memory.into_iter().flatten())
    }

    /// What held when raw samples begin.
    fn at_dawn(&self, dawn: Dawn, wanted: Option<&[u32]>) -> Result<Later, HistoryError> {
        let Some(source) = dawn.known_from else { return Ok(Later::new()) };
        let found = self.latest(wanted, Horizon { source, recorded: i64::MAX })?;
        Ok(found.into_iter().map(|found| (found.signal.0, found)).collect())
    }

    /// The samples with source time in `[from, to)` as known at an instant, each source time of a signal once, at most
    /// `limit` of them. Where raw samples are gone, the tiers' steps stand in for them, as in [`Self::at`].
    pub fn range(
        &self,
        filter: &SignalFilter,
        from: Instant,
        to: Instant,
        as_known_at: Option<Instant>,
        limit: usize,
    ) -> Result<Range, HistoryError> {
        let wanted = filter.ids();
        self.steadily(|| self.stretch(wanted.as_deref(), Window::new(from, to, as_known_at), limit))
    }

    fn stretch(
        &self,
        wanted: Option<&[u32]>,
        mut window: Window,
        limit: usize,
    ) -> Result<Range, HistoryError> {
        let mut range = Range { samples: Vec::new(), truncated: false };
        let mut take = |found: Found| {
            if range.samples.len() == limit {
                range.truncated = true;
                return ControlFlow::Break(());
            }
            range.samples.push(found.into_held());
            ControlFlow::Continue(())
        };
        let knows_all = window.recorded == i64::MAX;
        let dawn = self.dawn().filter(|dawn| knows_all && window.from < dawn.raw_from);
        if let Some(dawn) = dawn {
            let later = self.at_dawn(dawn, wanted)?;
            let span = (window.from, window.to.min(dawn.raw_from));
            let flow =
                self.view(wanted, &window, |view| aged::sweep(view, wanted, span, &later, &mut take))?;
            if flow.is_break() {
                return Ok(range);
            }
            window.from = span.1;
        }
        self.sweep(wanted, window, take)?;
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

    /// The first and the last source time of any sample, and of any step of a tier.
    #[must_use]
    pub fn extent(&self) -> Option<(Instant, Instant)> {
        let state = self.shared.read();
        let memory = [state.frozen.as_ref().and_then(|table| table.source), state.active.source];
        let sealed = state.index.segments.iter().map(SegmentMeta::source);
        let tiers = state.index.tiers.iter().map(|chunk| (chunk.from, chunk.from));
        let all = sealed.chain(tiers).chain(memory.into_iter().flatten()).filter(|(min, max)| min <= max);
        let (min, max) = all.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
        Some((Instant::from_ns(min), Instant::from_ns(max)))
    }

    fn sweep(
        &self,
        wanted: Option<&[u32]>,
        window: Window,
        visit: impl FnMut(Found) -> ControlFlow<()>,
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
