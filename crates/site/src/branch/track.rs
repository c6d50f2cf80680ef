//! A branch as it is read: its own difference over the past of its parents, asked like the past of the plant.
//!
//! ```text
//! live    ──────────────┬──────────────▶ now
//! A                     └────┬─────────▶ until     a track of B reads live up to the first fork,
//! B                          └─────────▶ until     A up to the second, and B from there
//! ```
//!
//! Each instant belongs to one stretch: the fork to the branch that begins there.

use super::before;
use super::store::BranchStore;
use crate::chronicle::minute_of;
use crate::facts::FactFilter;
use crate::query::TimelineBuilder;
use crate::{AlarmSpan, Chronicle, FactPage, GapSpan, Minute, Site, SiteError, Timeline};
use std::sync::Arc;
use trine_base::{Held, Instant, SignalId};
use trine_history::{Bucket, Range, SignalFilter};
use trine_world::{Branch, BranchId, World};

/// Facts of the minute of a fork that are looked at one by one.
const FACTS_OF_A_MINUTE: usize = 10_000;

/// A branch with everything that it shares with its parents. Clone it freely.
#[derive(Clone)]
pub struct Track {
    site: Site,
    /// The branches from the oldest to this one; empty for `live`.
    own: Vec<Arc<BranchStore>>,
}

impl Track {
    pub(super) fn of(site: &Site, id: &BranchId) -> Option<Self> {
        let mut own = Vec::new();
        let mut next = id.clone();
        while !next.is_live() {
            let store = site.inner.branches.get(&next)?;
            next = store.branch.parent.clone();
            own.push(store);
        }
        own.reverse();
        Some(Self { site: site.clone(), own })
    }

    /// The track of what really happens.
    pub(super) fn live(site: &Site) -> Self {
        Self { site: site.clone(), own: Vec::new() }
    }

    /// What is known of the branch; `None` for `live`.
    #[must_use]
    pub fn branch(&self) -> Option<&Branch> {
        self.own.last().map(|store| &store.branch)
    }

    /// Whether it is what really happens.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.own.is_empty()
    }

    /// Its last instant: now, for `live`.
    #[must_use]
    pub fn end(&self) -> Instant {
        self.branch().map_or_else(|| self.site.now(), |branch| branch.until)
    }

    /// What was found out about the branch as a whole, under a name; `None` when nothing was.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn note(&self, name: &'static str) -> Result<Option<Vec<u8>>, SiteError> {
        self.own.last().map_or(Ok(None), |store| store.note(name))
    }

    /// The first and the last source time of any sample.
    #[must_use]
    pub fn extent(&self) -> Option<(Instant, Instant)> {
        let parts = self.own.iter().map(|store| store.history.extent());
        let all = std::iter::once(self.site.history().extent()).chain(parts).flatten();
        all.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    /// Number of its newest fact.
    pub(super) fn last_fact(&self) -> u64 {
        match self.own.last() {
            Some(store) => store.base + store.facts.len() as u64,
            None => self.site.world().last_fact(),
        }
    }

    /// The instant from which on the stretches after `live` and the first `index` branches hold.
    fn cut(&self, index: usize) -> Instant {
        self.own.get(index).map_or(Instant::MAX, |store| store.forked_at())
    }

    /// The last instant of that stretch.
    fn last(&self, index: usize) -> Instant {
        self.own.get(index).map_or(Instant::MAX, |store| before(store.forked_at()))
    }

    /// What held at an instant, as [`trine_history::History::at`].
    ///
    /// # Errors
    /// When a file of the past cannot be read.
    pub fn at(
        &self,
        filter: &SignalFilter,
        instant: Instant,
        known: Option<Instant>,
    ) -> Result<Vec<Held>, SiteError> {
        let mut held = self.site.history().at(filter, instant.min(self.last(0)), known)?;
        for (index, store) in self.own.iter().enumerate() {
            if instant < store.forked_at() {
                break;
            }
            let newer = store.history.at(filter, instant.min(self.last(index + 1)), None)?;
            held = overlay(held, newer);
        }
        Ok(held)
    }

    /// The samples of `[from, to)`, as [`trine_history::History::range`].
    ///
    /// # Errors
    /// When a file of the past cannot be read.
    pub fn range(
        &self,
        filter: &SignalFilter,
        from: Instant,
        to: Instant,
        known: Option<Instant>,
        limit: usize,
    ) -> Result<Range, SiteError> {
        let first = to.min(self.cut(0));
        let mut range = if from < first {
            self.site.history().range(filter, from, first, known, limit)?
        } else {
            Range { samples: Vec::new(), truncated: false }
        };
        for (index, store) in self.own.iter().enumerate() {
            let (start, end) = (from.max(store.forked_at()), to.min(self.cut(index + 1)));
            if range.truncated || start >= end {
                continue;
            }
            let more = store.history.range(filter, start, end, None, limit - range.samples.len())?;
            range.samples.extend(more.samples);
            range.truncated = more.truncated;
        }
        Ok(range)
    }

    /// What one signal did in each of `n` equal pieces of `[from, to)`, as [`trine_history::History::buckets`].
    ///
    /// # Errors
    /// When a file of the past cannot be read.
    pub fn buckets(
        &self,
        signal: SignalId,
        from: Instant,
        to: Instant,
        n: usize,
        known: Option<Instant>,
    ) -> Result<Vec<Bucket>, SiteError> {
        let mut cuts = self.own.iter().map(|store| store.forked_at());
        let Some(cut) = cuts.rfind(|cut| *cut > from && *cut < to) else {
            return self.buckets_of_one(signal, from, to, n, known);
        };
        // The piece that the fork lies in is put together from both sides; the others are asked for as they are.
        let grid = Grid { from, to, n };
        let piece = grid.of(cut);
        let (start, end) = (grid.start(piece), grid.start(piece + 1));
        let parent = self.parent();
        let mut buckets = parent.buckets(signal, from, start, piece, known)?;
        let early = parent.buckets(signal, start, cut, usize::from(start < cut), known)?;
        let late = self.buckets_of_one(signal, cut, end, 1, known)?;
        buckets.extend(join(start, early.first(), late.first()));
        buckets.extend(self.buckets_of_one(signal, end, to, n - piece - 1, known)?);
        Ok(buckets)
    }

    /// The stretch lies in one branch.
    fn buckets_of_one(
        &self,
        signal: SignalId,
        from: Instant,
        to: Instant,
        n: usize,
        known: Option<Instant>,
    ) -> Result<Vec<Bucket>, SiteError> {
        let holder = self.own.iter().rev().find(|store| store.forked_at() <= from);
        Ok(match holder {
            Some(store) => store.history.buckets(signal, from, to, n, None)?,
            None => self.site.history().buckets(signal, from, to, n, known)?,
        })
    }

    fn parent(&self) -> Self {
        let own = self.own[..self.own.len().saturating_sub(1)].to_vec();
        Self { site: self.site.clone(), own }
    }

    /// What there was at an instant.
    ///
    /// # Errors
    /// When the log of facts cannot be read.
    pub fn world_at(&self, at: Instant) -> Result<World, SiteError> {
        let mut world = self.site.world_at(at.min(self.last(0)))?;
        for store in &self.own {
            if at >= store.forked_at() {
                store.fold(&mut world, at);
            }
        }
        Ok(world)
    }

    /// The alarms that were open at an instant.
    #[must_use]
    pub fn alarms_at(&self, at: Instant) -> Vec<AlarmSpan> {
        let mut open = self.site.alarms_at(at.min(self.last(0)));
        for store in self.own.iter().filter(|store| at >= store.forked_at()) {
            let cleared = store.cleared_until(at);
            open.retain(|span| !cleared.contains(&span.id));
            open.extend(store.chronicle.alarms_at(at));
        }
        open
    }

    /// Up to `limit` facts that pass the filter, newest or oldest first, beyond the cursor.
    ///
    /// # Errors
    /// When the log of facts cannot be read.
    pub fn facts(
        &self,
        filter: &FactFilter,
        newest_first: bool,
        cursor: Option<u64>,
        limit: usize,
    ) -> Result<FactPage, SiteError> {
        let Some(store) = self.own.last() else {
            return self.site.facts(filter, newest_first, cursor, limit);
        };
        let cut = store.forked_at();
        let to = Some(filter.to.map_or(cut, |to| to.min(cut)));
        let earlier = FactFilter { to, ..filter.clone() };
        let mut page = FactPage::default();
        if newest_first {
            page = store.page(filter, true, cursor, limit);
            if page.facts.len() < limit {
                let from = cursor.unwrap_or(u64::MAX).min(store.base.saturating_add(1));
                page.take(self.parent().facts(&earlier, true, Some(from), limit - page.facts.len())?);
            }
        } else {
            if cursor.is_none_or(|cursor| cursor < store.base) {
                page.take(self.parent().facts(&earlier, false, cursor, limit)?);
                // What the parent came to know after the fork is not the branch's.
                page.facts.retain(|fact| fact.number <= store.base);
            }
            if page.cursor.is_none_or(|cursor| cursor >= store.base) && page.facts.len() < limit {
                page.take(store.page(filter, false, cursor, limit - page.facts.len()));
            }
        }
        if page.facts.len() == limit {
            page.cursor = page.facts.last().map(|fact| fact.number);
        }
        Ok(page)
    }

    /// What happened over `[from, to)` in `count` equal parts, with up to `marks` alarms and as many gaps.
    ///
    /// # Errors
    /// When the log of facts cannot be read.
    pub fn timeline(
        &self,
        from: Instant,
        to: Instant,
        count: usize,
        marks: usize,
    ) -> Result<Timeline, SiteError> {
        let mut builder = TimelineBuilder::new(from, to, count, marks);
        for index in 0..=self.own.len() {
            let start = from.max(if index == 0 { Instant::MIN } else { self.cut(index - 1) });
            let end = to.min(self.cut(index));
            if start < end {
                self.add_stretch(&mut builder, index, (start, end), end < to)?;
            }
        }
        Ok(builder.finish())
    }

    /// A stretch that is left within a minute counts in that minute only what came before, fact by fact.
    fn add_stretch(
        &self,
        builder: &mut TimelineBuilder,
        index: usize,
        (start, end): (Instant, Instant),
        is_left: bool,
    ) -> Result<(), SiteError> {
        let whole = if is_left { minute_of(end) } else { end };
        let mut add = |chronicle: &Chronicle| {
            builder.add_minutes(chronicle, start, whole);
            builder.add_marks(chronicle, start, end);
        };
        match index.checked_sub(1) {
            None => self.site.inner.facts.read(|now| add(&now.chronicle)),
            Some(own) => add(&self.own[own].chronicle),
        }
        if is_left {
            let (own, site) = (self.own[..index].to_vec(), self.site.clone());
            let filter = FactFilter { from: Some(whole.max(start)), to: Some(end), ..FactFilter::default() };
            for fact in (Self { site, own }).facts(&filter, false, None, FACTS_OF_A_MINUTE)?.facts {
                let counted = Minute::of(&fact);
                if counted != Minute::default() {
                    builder.count(fact.at, counted);
                }
            }
        }
        Ok(())
    }

    /// The gaps of a signal within `[from, to)`: those of its connection and those that name it.
    #[must_use]
    pub fn gaps_of(&self, signal: SignalId, from: Instant, to: Instant) -> Vec<GapSpan> {
        self.site.gaps_of(signal, from, to.min(self.cut(0)))
    }
}

/// The newer of two answers for each signal; both are sorted by signal, and so is what comes out.
fn overlay(older: Vec<Held>, newer: Vec<Held>) -> Vec<Held> {
    let mut out = Vec::with_capacity(older.len().max(newer.len()));
    let mut older = older.into_iter().peekable();
    for held in newer {
        while let Some(before) = older.next_if(|other| other.signal < held.signal) {
            out.push(before);
        }
        older.next_if(|other| other.signal == held.signal);
        out.push(held);
    }
    out.extend(older);
    out
}

/// One bucket of what happened before and after a cut within it.
fn join(start: Instant, early: Option<&Bucket>, late: Option<&Bucket>) -> Option<Bucket> {
    let (early, late) = match (early, late) {
        (Some(early), Some(late)) => (early, late),
        (one, other) => return one.or(other).map(|bucket| Bucket { start, ..bucket.clone() }),
    };
    let pick = |a: Option<f64>, b: Option<f64>, choose: fn(f64, f64) -> f64| match (a, b) {
        (Some(a), Some(b)) => Some(choose(a, b)),
        (a, b) => a.or(b),
    };
    let weight = |bucket: &Bucket| (bucket.count - bucket.bad) as f64;
    let (a, b) = (weight(early), weight(late));
    let mean = match (early.mean, late.mean) {
        (Some(x), Some(y)) => Some((x * a + y * b) / (a + b)),
        (x, y) => x.or(y),
    };
    Some(Bucket {
        start,
        min: pick(early.min, late.min, f64::min),
        max: pick(early.max, late.max, f64::max),
        mean,
        first: early.first.or(late.first),
        last: late.last.or(early.last),
        count: early.count + late.count,
        bad: early.bad + late.bad,
    })
}

/// `n` equal pieces of a stretch, cut as history cuts them.
struct Grid {
    from: Instant,
    to: Instant,
    n: usize,
}

impl Grid {
    fn start(&self, piece: usize) -> Instant {
        let span = i128::from(self.to.since(self.from));
        self.from.plus_ns((span * piece as i128 / self.n.max(1) as i128) as i64)
    }

    fn of(&self, at: Instant) -> usize {
        let span = i128::from(self.to.since(self.from)).max(1);
        ((i128::from(at.since(self.from)) * self.n as i128) / span) as usize
    }
}
