//! How long to keep what, and the tiers that stay when raw samples go.

use crate::{
    block::Window,
    error::HistoryError,
    history::History,
    manifest::{Index, TierMeta},
    shared::{Gone, Shared},
    store::stamp,
    sweep::View,
    tier::{HOUR, MINUTE, Tallies},
};
use std::{ops::ControlFlow, sync::Arc, time::Duration};
use trine_base::Instant;

/// How long each resolution is kept, counted in source time from now. None keeps for ever.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RetentionPolicy {
    /// Samples as they came.
    pub raw: Option<Duration>,
    /// What every signal did in every minute.
    pub minutes: Option<Duration>,
    /// What every signal did in every hour.
    pub hours: Option<Duration>,
}

/// What enforcing a policy did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EnforceReport {
    /// Segments removed.
    pub segments: usize,
    /// Samples in them.
    pub samples: u64,
    /// Chunks of tiers built, because they were missing or samples had arrived late for them.
    pub chunks_built: usize,
    /// Chunks of tiers removed, because they were old or built anew.
    pub chunks_removed: usize,
    /// Bytes freed.
    pub bytes: u64,
}

impl History {
    /// Builds the tiers that are due and removes what the policy no longer keeps. Raw samples go segment by segment,
    /// once the youngest in it is too old and its minutes and hours are built; the newest segment stays. What held at
    /// the beginning of what stays is in a keyframe and stays answerable.
    pub fn enforce(&self, policy: &RetentionPolicy, now: Instant) -> Result<EnforceReport, HistoryError> {
        let _merging = self.shared.hold_merge();
        let index = Arc::clone(&self.shared.read().index);
        let oldest = |keep: Option<Duration>| keep.map_or(i64::MIN, |keep| (now - keep).as_ns());
        let raw = oldest(policy.raw);
        let mut change = Change::default();
        if self.shared.options.tiers {
            for step in [MINUTE, HOUR] {
                self.shared.build(&index, step, raw, &mut change)?;
            }
        }
        drop(index);
        let kept = [(MINUTE, oldest(policy.minutes)), (HOUR, oldest(policy.hours))];
        let is_old =
            |chunk: &TierMeta| kept.iter().any(|(step, from)| chunk.step == *step && chunk.to <= *from);
        let _sealing = self.shared.hold();
        let mut next = (*self.shared.read().index).clone();
        let mut report = EnforceReport { chunks_built: change.built.len(), ..EnforceReport::default() };
        let mut gone = Vec::new();
        // What each signal said last is in the keyframes of the newest segment, which therefore stays, however old it is.
        let newest = next.segments.iter().map(|segment| segment.source().1).max();
        next.segments.retain(|segment| {
            let stays = segment.source().1 >= raw || Some(segment.source().1) == newest;
            if !stays {
                report.segments += 1;
                report.samples += segment.rows();
                report.bytes += segment.bytes;
                next.raw_from = next.raw_from.max(Some(segment.source().1.saturating_add(1)));
                gone.push(Gone { id: segment.id, path: self.shared.store.folder(&segment.name) });
            }
            stays
        });
        next.tiers.extend(change.built);
        next.tiers.retain(|chunk| {
            let stays = !change.replaced.contains(&chunk.id) && !is_old(chunk);
            if !stays {
                report.chunks_removed += 1;
                report.bytes += chunk.bytes;
                gone.push(Gone { id: chunk.id, path: self.shared.store.tier_folder(&chunk.name) });
            }
            stays
        });
        next.tiers.sort_by_key(|chunk| (chunk.step, chunk.from));
        if !gone.is_empty() || report.chunks_built > 0 {
            self.shared.replace(next, gone)?;
        }
        Ok(report)
    }
}

/// What building tiers adds to the manifest and takes out of it.
#[derive(Default)]
struct Change {
    built: Vec<TierMeta>,
    replaced: Vec<u64>,
}

impl Shared {
    /// Builds the missing and stale chunks of one tier. Raw samples before `forced` are about to go, so that what
    /// they hold is built however little it is.
    fn build(&self, index: &Index, step: i64, forced: i64, change: &mut Change) -> Result<(), HistoryError> {
        for chunk in index.tiers.iter().filter(|chunk| chunk.step == step && is_stale(index, chunk)) {
            change.replaced.push(chunk.id);
            change.built.extend(self.chunk(index, step, chunk.from, chunk.to)?);
        }
        let rows = if step == HOUR { self.options.tier_rows * 15 } else { self.options.tier_rows };
        let newest = index.slices().map(|slice| slice.max).max().unwrap_or(i64::MIN);
        for stretch in stretches(index, step, rows.max(1)) {
            // The newest step is still being filled; building it now would be building it again.
            let is_forced = stretch.first < forced;
            let to = if is_forced { stretch.to } else { stretch.to.min(newest - newest.rem_euclid(step)) };
            if (stretch.is_full || is_forced) && stretch.from < to {
                change.built.extend(self.chunk(index, step, stretch.from, to)?);
            }
        }
        Ok(())
    }

    fn chunk(&self, index: &Index, step: i64, from: i64, to: i64) -> Result<Option<TierMeta>, HistoryError> {
        let view = View { sealed: self.sealed(index), memory: Vec::new() };
        let mut tallies = Tallies::new();
        let window = Window { from, to, recorded: i64::MAX };
        view.sweep(None, window, |found| {
            let start = found.source - found.source.rem_euclid(step);
            tallies.entry((found.signal.0, start)).or_default().add(&found);
            ControlFlow::Continue(())
        })?;
        if tallies.is_empty() {
            return Ok(None);
        }
        let id = self.next_id();
        let name = format!("{}_{}_{id:08}", if step == HOUR { "hour" } else { "minute" }, stamp(from));
        let log = index.sealed_through.unwrap_or(0);
        self.store
            .write_tier(TierMeta { id, name, step, from, to, log, rows: 0, bytes: 0 }, &tallies)
            .map(Some)
    }
}

/// Whether samples came for a chunk after it was built, and all raw samples are there to build it anew.
pub(crate) fn is_stale(index: &Index, chunk: &TierMeta) -> bool {
    let later = index.segments.iter().filter(|segment| segment.log.1 > chunk.log);
    let touches = later
        .flat_map(|segment| &segment.slices)
        .any(|slice| slice.max >= chunk.from && slice.min < chunk.to);
    touches && index.raw_from.is_none_or(|raw_from| raw_from <= chunk.from)
}

/// A stretch of source time `[from, to)` that a tier does not cover yet.
struct Stretch {
    from: i64,
    to: i64,
    /// First source time in it.
    first: i64,
    /// Holds as many rows as a chunk is to be built from.
    is_full: bool,
}

/// Uncovered source time that holds samples, cut at multiples of the step about every `rows` rows.
fn stretches(index: &Index, step: i64, rows: u64) -> Vec<Stretch> {
    let floor = |at: i64| at - at.rem_euclid(step);
    let covered =
        |at: i64| index.tiers.iter().any(|chunk| chunk.step == step && chunk.from <= at && at < chunk.to);
    let mut slices: Vec<_> =
        index.slices().filter(|slice| !(covered(slice.min) && covered(slice.max))).collect();
    slices.sort_by_key(|slice| slice.min);
    let mut out: Vec<Stretch> = Vec::new();
    let mut held = 0;
    for slice in slices {
        held += slice.rows;
        // Time is covered up to the end of the last stretch and of every chunk that begins before.
        let mut from = out.last().map_or(i64::MIN, |last| last.to).max(floor(slice.min));
        while let Some(chunk) =
            index.tiers.iter().find(|chunk| chunk.step == step && (chunk.from..chunk.to).contains(&from))
        {
            from = chunk.to;
        }
        let next_chunk = index
            .tiers
            .iter()
            .filter(|chunk| chunk.step == step && chunk.from >= from)
            .map(|chunk| chunk.from)
            .min();
        let to = floor(slice.max).saturating_add(step).min(next_chunk.unwrap_or(i64::MAX));
        if from >= to {
            continue;
        }
        let is_full = held >= rows;
        match out.last_mut().filter(|last| !last.is_full && last.to == from) {
            Some(last) => (last.to, last.is_full) = (to, is_full),
            None => out.push(Stretch { from, to, first: slice.min, is_full }),
        }
        if is_full {
            held = 0;
        }
    }
    out
}
