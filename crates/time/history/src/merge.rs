//! Merging segments that overlap in source time, or are many and small, into ones that follow each other.
//!
//! Late data and imports that arrive machine by machine leave segments on top of each other, and every one of them
//! has to be looked at for an instant that they share. A merge takes neighbours in the log, so that what comes out
//! still is a stretch of the log, and cuts their samples anew along source time:
//!
//! ```text
//!   log ▲  ┌─── 4 ───┐                      ┌ 5 ┬ 6 ┬ 7 ┬ 8 ┐  one stretch of the log,
//!       │  ├─── 3 ───┤        ─ merge ─▶    │   │   │   │   │  disjoint in source time
//!       │  ├─── 2 ───┤                      └───┴───┴───┴───┘
//!       └──────────────▶ source time
//! ```
//! Every version of every sample is kept, with when it became known. The manifest changes from the old ones to the
//! new ones in one step.

use crate::{
    block::Block,
    error::HistoryError,
    history::History,
    manifest::{Index, SegmentMeta},
    options::HistoryOptions,
    seal,
    seek::Sealed,
    shared::{Gone, Shared},
    store::Span,
};
use std::{ops::Range, sync::Arc};

/// So many small neighbours are worth a merge.
const MANY: usize = 8;

impl History {
    /// Merges until nothing overlaps too deeply any more; how many segments were rewritten. Happens by itself in the
    /// background; appends and questions go on meanwhile.
    pub fn merge(&self) -> Result<usize, HistoryError> {
        let _merging = self.shared.hold_merge();
        let mut rewritten = 0;
        while let Some(segments) = self.shared.merge_once()? {
            rewritten += segments;
        }
        Ok(rewritten)
    }
}

impl Shared {
    /// One merge, if one is due; how many segments it took. The caller holds the right to merge.
    pub fn merge_once(&self) -> Result<Option<usize>, HistoryError> {
        let index = Arc::clone(&self.read().index);
        let Some(run) = due(&index.segments, &self.options) else { return Ok(None) };
        // Keyframes of a stretch of the log know nothing of what comes after it.
        let upto = Index { segments: index.segments[..run.end].to_vec(), ..Index::default() };
        let old = &index.segments[run.clone()];
        let mut new = Vec::new();
        for (from, to) in windows(old, self.options.seal_samples as u64) {
            new.extend(self.rewrite(self.sealed(&upto), run.clone(), from, to)?);
        }
        let gone = old
            .iter()
            .map(|segment| Gone { id: segment.id, path: self.store.folder(&segment.name) })
            .collect();
        drop(index);
        let _sealing = self.hold();
        let mut next = (*self.read().index).clone();
        // Seals since then only added at the end.
        next.segments.splice(run.clone(), new);
        self.replace(next, gone)?;
        Ok(Some(run.len()))
    }

    /// The samples of some segments within `[from, to]` as one new segment.
    fn rewrite(
        &self,
        sealed: Sealed<'_>,
        run: Range<usize>,
        from: i64,
        to: i64,
    ) -> Result<Option<SegmentMeta>, HistoryError> {
        let old = &sealed.index.segments[run];
        let rows = gather(sealed, old, from, to)?;
        let (Some(low), Some(high)) = (rows.recorded.iter().min(), rows.recorded.iter().max()) else {
            return Ok(None);
        };
        let recorded = (*low, *high);
        let log = (old[0].log.0, old[old.len() - 1].log.1);
        let mut times = rows.source.clone();
        times.sort_unstable();
        let cuts = seal::cuts(&times, seal::slice_rows(rows.runs.len(), &self.options));
        let blocks = cuts.iter().map(|(from, to)| rows.excerpt(*from, *to)).collect();
        let slices = seal::with_keyframes(sealed, blocks)?;
        let id = self.next_id();
        self.store.write(Span { id, log, recorded }, &slices).map(Some)
    }
}

/// All versions within a window, in the order (signal, source time, log), redeliveries left out.
fn gather(sealed: Sealed<'_>, segments: &[SegmentMeta], from: i64, to: i64) -> Result<Block, HistoryError> {
    let mut parts: Vec<Block> = Vec::new();
    for segment in segments {
        for (slice, meta) in segment.slices.iter().enumerate() {
            if meta.min <= to && meta.max >= from {
                parts.push(sealed.store.segment(segment)?.samples.all(slice)?.excerpt(from, to));
            }
        }
    }
    let mut rows: Vec<(u32, i64, usize, usize)> = Vec::new();
    for (part, block) in parts.iter().enumerate() {
        for (run, (signal, _)) in block.runs.iter().enumerate() {
            rows.extend(block.run(run).map(|row| (*signal, block.source[row], part, row)));
        }
    }
    // Parts are in the order of the log, rows of one part in its order.
    rows.sort_unstable();
    let mut all = Block::default();
    for (signal, _, part, row) in rows {
        all.push_from(&parts[part], signal, row);
    }
    Ok(all)
}

/// Stretches of source time that hold about `rows` rows each, by what the slices say of themselves.
fn windows(segments: &[SegmentMeta], rows: u64) -> Vec<(i64, i64)> {
    let mut slices: Vec<_> = segments.iter().flat_map(|segment| &segment.slices).collect();
    slices.sort_by_key(|slice| slice.min);
    let last = slices.iter().map(|slice| slice.max).max().unwrap_or(i64::MIN);
    let (mut windows, mut from, mut held) = (Vec::new(), None, 0);
    for slice in slices {
        let start = *from.get_or_insert(slice.min);
        if held >= rows && slice.min > start {
            windows.push((start, slice.min - 1));
            (from, held) = (Some(slice.min), 0);
        }
        held += slice.rows;
    }
    windows.extend(from.map(|from| (from, last)));
    windows
}

/// The neighbours that a merge should take, if any.
fn due(segments: &[SegmentMeta], options: &HistoryOptions) -> Option<Range<usize>> {
    too_deep(segments, options).or_else(|| too_many(segments, options))
}

/// The deepest overlap, as a run of neighbours that one merge may rewrite.
fn too_deep(segments: &[SegmentMeta], options: &HistoryOptions) -> Option<Range<usize>> {
    let deepest = segments.iter().map(|probe| covering(segments, probe.source().0)).max_by_key(Vec::len)?;
    if deepest.len() <= options.merge_depth {
        return None;
    }
    let run = |first: usize| {
        let mut rows = 0;
        let taken = segments[first..].iter().take_while(|segment| {
            rows += segment.rows();
            rows <= options.merge_rows
        });
        first..first + taken.count()
    };
    let inside = |run: &Range<usize>| deepest.iter().filter(|segment| run.contains(segment)).count();
    let best = deepest.iter().map(|first| run(*first)).max_by_key(inside)?;
    // Less than half of the overlap would be rewriting for little.
    let last = *deepest.iter().rfind(|segment| best.contains(segment))?;
    (inside(&best) > options.merge_depth / 2).then_some(best.start..last + 1)
}

fn covering(segments: &[SegmentMeta], at: i64) -> Vec<usize> {
    let covers =
        |segment: &SegmentMeta| segment.slices.iter().any(|slice| slice.min <= at && at <= slice.max);
    (0..segments.len()).filter(|segment| covers(&segments[*segment])).collect()
}

/// A run of small neighbours, as a source that seals by age leaves them.
fn too_many(segments: &[SegmentMeta], options: &HistoryOptions) -> Option<Range<usize>> {
    let is_small = |segment: &SegmentMeta| segment.rows() < (options.seal_samples / MANY) as u64;
    let mut start = 0;
    for run in segments.chunk_by(|a, b| is_small(a) == is_small(b)) {
        if run.len() >= MANY && is_small(&run[0]) {
            return Some(start..start + run.len());
        }
        start += run.len();
    }
    None
}
