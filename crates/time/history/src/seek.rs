//! What held at an instant, from sealed segments: one keyframe and the few slices that it does not cover.
//!
//! A keyframe of a slice says what held for every signal just before the slice, by everything that the log held up to
//! the end of its segment. So with that keyframe as base only these slices can know better:
//!
//! ```text
//!   log ▲        ┌────┐ written later, begins before t: late data         (scan)
//!       │  ┌───┬─┼──┬─┴─┐
//!       │  │   │ │ B│   │  B = base: its keyframe covers everything left of it and below
//!       │  └───┴─┴──┴───┘  B itself                                       (scan)
//!       │      └──┘        written earlier, reaches into [B, t]: overlap  (scan)
//!       └──────────┴──────▶ source time
//!                  t
//! ```
//! In a history written in order that is B alone, whatever its age: seeking costs the same in a day and in ten years.

use crate::{
    block::Block,
    error::HistoryError,
    manifest::{Index, SegmentMeta, SliceMeta},
    store::Store,
    table::Table,
    version::{Found, Horizon, overlay},
};
use std::{cmp::Reverse, ops::Range, sync::Arc};

/// Above so many signals a whole slice is decoded (and kept); below, only the pages that hold them.
const FEW: usize = 32;
/// Rows read first when the newest row of one signal is wanted.
const TAIL: usize = 1_000;
/// What opening one more slice costs, in rows.
const SLICE_COST: u64 = 20_000;
/// How many keyframes are compared, nearest in time and newest in the log.
const CANDIDATES: usize = 8;

/// A slice by its place in the index.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct At {
    pub segment: usize,
    pub slice: usize,
}

/// The sealed part of the history at one moment.
#[derive(Clone, Copy)]
pub(crate) struct Sealed<'a> {
    pub store: &'a Store,
    pub index: &'a Index,
}

#[derive(Debug)]
struct Plan {
    base: Option<At>,
    scan: Vec<At>,
}

impl<'a> Sealed<'a> {
    pub fn meta(&self, at: At) -> (&'a SegmentMeta, &'a SliceMeta) {
        let segment = &self.index.segments[at.segment];
        (segment, &segment.slices[at.slice])
    }

    /// The slices that may hold something recorded by `recorded`, in the order of the log.
    pub fn visible(
        &self,
        recorded: i64,
    ) -> impl Iterator<Item = (At, &'a SegmentMeta, &'a SliceMeta)> + use<'a> {
        let segments = self.index.segments.iter().enumerate();
        segments.filter(move |(_, meta)| meta.recorded.0 <= recorded).flat_map(|(segment, meta)| {
            let slices = meta.slices.iter().enumerate();
            slices.map(move |(slice, found)| (At { segment, slice }, meta, found))
        })
    }

    /// What held at the horizon, sorted by signal. `wanted` is sorted; none means all.
    pub fn latest(&self, wanted: Option<&[u32]>, horizon: Horizon) -> Result<Vec<Found>, HistoryError> {
        let plan = self.plan(horizon);
        let (mut found, unknown) = match plan.base {
            Some(base) => self.keyframe(base, wanted, horizon)?,
            None => (Vec::new(), Vec::new()),
        };
        for at in &plan.scan {
            let mut newer = self.latest_of(*at, false, wanted, horizon)?;
            if let Some(key) = plan.base.and_then(|base| self.covered_before(base, *at)) {
                newer.retain(|found| found.source >= key);
            }
            found = overlay(found, newer);
        }
        match plan.base {
            Some(base) if !unknown.is_empty() => self.look_further(found, &unknown, base, horizon),
            _ => Ok(found),
        }
    }

    /// The keyframe holds the newest version; where that was not yet known at the horizon, an older keyframe has to
    /// answer, unless something at or after the keyframe did.
    fn look_further(
        &self,
        mut found: Vec<Found>,
        unknown: &[u32],
        base: At,
        horizon: Horizon,
    ) -> Result<Vec<Found>, HistoryError> {
        let key = self.meta(base).1.min;
        let is_unknown = |found: &Found| found.source < key && unknown.binary_search(&found.signal.0).is_ok();
        found.retain(|found| !is_unknown(found));
        let answered = |signal: &u32| found.binary_search_by_key(signal, |found| found.signal.0).is_ok();
        let open: Vec<u32> = unknown.iter().copied().filter(|signal| !answered(signal)).collect();
        let Some(before) = key.checked_sub(1).filter(|_| !open.is_empty()) else { return Ok(found) };
        let older = self.latest(Some(&open), Horizon { source: before, ..horizon })?;
        Ok(overlay(older, found))
    }

    /// The keyframe's entries, and the signals whose entry was not yet known at the horizon.
    fn keyframe(
        &self,
        at: At,
        wanted: Option<&[u32]>,
        horizon: Horizon,
    ) -> Result<(Vec<Found>, Vec<u32>), HistoryError> {
        let all = Horizon { source: horizon.source, recorded: i64::MAX };
        let held = self.latest_of(at, true, wanted, all)?;
        let (known, unknown): (Vec<Found>, Vec<Found>) =
            held.into_iter().partition(|found| found.recorded <= horizon.recorded);
        Ok((known, unknown.into_iter().map(|found| found.signal.0).collect()))
    }

    /// Where the base's keyframe covers a slice: rows before that source time are in the keyframe, or were corrected.
    fn covered_before(&self, base: At, at: At) -> Option<i64> {
        let ((base_segment, base_slice), (segment, _)) = (self.meta(base), self.meta(at));
        (segment.log.1 <= base_segment.log.1).then_some(base_slice.min)
    }

    fn latest_of(
        &self,
        at: At,
        keyframe: bool,
        wanted: Option<&[u32]>,
        horizon: Horizon,
    ) -> Result<Vec<Found>, HistoryError> {
        let few = wanted.filter(|wanted| wanted.len() <= FEW);
        let whole = match few {
            Some(_) => self.store.cached(self.meta(at).0, at.slice, keyframe),
            None => Some(self.store.slice(self.meta(at).0, at.slice, keyframe)?),
        };
        match (whole, wanted) {
            (Some(block), None) => Ok(latest_of_all(&block, horizon)),
            (Some(block), Some(wanted)) => Ok(latest_of_some(&block, wanted, horizon)),
            (None, wanted) => self.latest_by_page(at, keyframe, wanted.unwrap_or_default(), horizon),
        }
    }

    fn latest_by_page(
        &self,
        at: At,
        keyframe: bool,
        wanted: &[u32],
        horizon: Horizon,
    ) -> Result<Vec<Found>, HistoryError> {
        let segment = self.store.segment(self.meta(at).0)?;
        let table = if keyframe { &segment.keyframe } else { &segment.samples };
        let mut found = Vec::new();
        for signal in wanted {
            let rows = table.rows_of(at.slice, *signal)?;
            let rows = table.rows_between(at.slice, rows, i64::MIN, horizon.source)?;
            // The newest is at the end. The rest is worth reading only where that was not yet known at the horizon, or
            // where a version may begin before the tail.
            let tail = rows.end.saturating_sub(TAIL).max(rows.start)..rows.end;
            let mut latest = latest_in_rows(table, at.slice, tail.clone(), *signal, horizon)?;
            if tail.start > rows.start && latest.as_ref().is_none_or(|(_, from_tail_start)| *from_tail_start)
            {
                latest = latest_in_rows(table, at.slice, rows, *signal, horizon)?;
            }
            found.extend(latest.map(|(found, _)| found));
        }
        Ok(found)
    }

    /// The cheapest base for a horizon, and what has to be scanned on top of it.
    fn plan(&self, horizon: Horizon) -> Plan {
        let visible: Vec<_> =
            self.visible(horizon.recorded).filter(|(_, _, slice)| slice.min <= horizon.source).collect();
        let mut near = visible.clone();
        near.sort_by_key(|(_, _, slice)| Reverse(slice.min));
        let mut new = visible.clone();
        new.sort_by_key(|(_, segment, slice)| Reverse((segment.log.1, slice.min)));
        // Of what retention has taken away, only keyframes since then know what held.
        let knows = |slice: &SliceMeta| self.index.raw_from.is_none_or(|raw_from| slice.max >= raw_from);
        let near = near.iter().filter(|(_, _, slice)| knows(slice)).take(CANDIDATES);
        let new = new.iter().filter(|(_, _, slice)| knows(slice)).take(CANDIDATES);
        let candidates: Vec<At> = near.chain(new).map(|(at, ..)| *at).collect();
        let cost = |base: Option<At>| {
            let keyframe = base.map_or(0, |base| self.meta(base).1.held);
            let needed = visible.iter().filter(|(_, segment, slice)| self.is_needed(base, segment, slice));
            keyframe + needed.map(|(_, _, slice)| slice.rows + SLICE_COST).sum::<u64>()
        };
        let can_do_without = self.index.raw_from.is_none() || candidates.is_empty();
        let bases = candidates.into_iter().map(Some).chain(can_do_without.then_some(None));
        let base = bases.min_by_key(|base| cost(*base)).flatten();
        let needed = visible.iter().filter(|(_, segment, slice)| self.is_needed(base, segment, slice));
        Plan { base, scan: needed.map(|(at, ..)| *at).collect() }
    }

    fn is_needed(&self, base: Option<At>, segment: &SegmentMeta, slice: &SliceMeta) -> bool {
        let Some(base) = base else { return true };
        let (base_segment, base_slice) = self.meta(base);
        segment.log.1 > base_segment.log.1 || slice.max >= base_slice.min
    }

    /// A block that holds at least the wanted signals' rows within `[from, to]` of a slice.
    pub fn rows(
        &self,
        at: At,
        wanted: Option<&[u32]>,
        from: i64,
        to: i64,
    ) -> Result<Vec<Arc<Block>>, HistoryError> {
        let meta = self.meta(at).0;
        let few = wanted.filter(|wanted| wanted.len() <= FEW);
        let Some(few) = few else { return Ok(vec![self.store.slice(meta, at.slice, false)?]) };
        if let Some(block) = self.store.cached(meta, at.slice, false) {
            return Ok(vec![block]);
        }
        let table = &self.store.segment(meta)?.samples;
        let piece = |signal: &u32| {
            let rows = table.rows_of(at.slice, *signal)?;
            let rows = table.rows_between(at.slice, rows, from, to)?;
            table.of_signal(at.slice, rows, *signal).map(Arc::new)
        };
        few.iter().map(piece).collect()
    }
}

/// The newest of some rows of one signal, and whether its instant is the first of these rows.
fn latest_in_rows(
    table: &Table,
    slice: usize,
    rows: Range<usize>,
    signal: u32,
    horizon: Horizon,
) -> Result<Option<(Found, bool)>, HistoryError> {
    let block = table.of_signal(slice, rows, signal)?;
    let latest = block.rows_of(signal).and_then(|rows| block.latest(signal, rows, horizon));
    Ok(latest.map(|found| {
        let is_first = found.source == block.source[0];
        (found, is_first)
    }))
}

fn latest_of_all(block: &Block, horizon: Horizon) -> Vec<Found> {
    let runs = block.runs.iter().enumerate();
    runs.filter_map(|(run, (signal, _))| block.latest(*signal, block.run(run), horizon)).collect()
}

fn latest_of_some(block: &Block, wanted: &[u32], horizon: Horizon) -> Vec<Found> {
    let latest = |signal: &u32| block.latest(*signal, block.rows_of(*signal)?, horizon);
    wanted.iter().filter_map(latest).collect()
}
