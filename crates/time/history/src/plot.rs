//! Buckets from the coarsest tier that is fine enough, and from raw samples where no tier covers.

use crate::{
    block::Window,
    buckets::{Pieces, Tally},
    error::HistoryError,
    manifest::{Index, TierMeta},
    retention::is_stale,
    sweep::View,
    tier::{HOUR, MINUTE},
};
use std::ops::ControlFlow;

/// Steps that a piece must span at least for a tier to stand in: a step that straddles two pieces counts in the one
/// where it begins, so that an edge is off by at most an eighth of a piece.
const STEPS_PER_PIECE: i64 = 8;

/// A stretch `[from, to)` and the chunk that answers for it.
struct Stretch<'a> {
    from: i64,
    to: i64,
    chunk: Option<&'a TierMeta>,
}

/// What one signal did in each piece.
pub(crate) fn tallies(
    view: &View<'_>,
    signal: u32,
    pieces: Pieces,
    recorded: Option<i64>,
) -> Result<Vec<Tally>, HistoryError> {
    let mut out = vec![Tally::default(); pieces.n];
    let whole = Stretch { from: pieces.from, to: pieces.to, chunk: None };
    // What was known earlier is only in the raw samples.
    let stretches = if recorded.is_none() { cover(view, whole, pieces) } else { vec![whole] };
    for stretch in stretches {
        match stretch.chunk {
            Some(chunk) => {
                for (start, tally) in view.sealed.store.tallies(chunk, signal, stretch.from, stretch.to)? {
                    out[pieces.of(start)].extend(&tally);
                }
            }
            None => {
                let recorded = recorded.unwrap_or(i64::MAX);
                view.sweep(
                    Some(&[signal]),
                    Window { from: stretch.from, to: stretch.to, recorded },
                    |found| {
                        out[pieces.of(found.source)].add(&found);
                        ControlFlow::Continue(())
                    },
                )?;
            }
        }
    }
    Ok(out)
}

/// Cuts a stretch into what chunks answer and what raw samples answer, in the order of time.
fn cover<'a>(view: &View<'a>, whole: Stretch<'a>, pieces: Pieces) -> Vec<Stretch<'a>> {
    let index = view.sealed.index;
    let width = (pieces.to / pieces.n as i64).saturating_sub(pieces.from / pieces.n as i64);
    let mut stretches = vec![whole];
    // The coarsest that is fine enough; where raw samples are gone, else the finest that is left.
    let is_fine = |step: i64| step.saturating_mul(STEPS_PER_PIECE) <= width;
    let fine = [HOUR, MINUTE].into_iter().filter(|step| is_fine(*step)).map(|step| (step, false));
    for (step, only) in fine.chain([(MINUTE, true), (HOUR, true)]) {
        let serves = |chunk: &&TierMeta| {
            chunk.step == step && (!only || is_only(index, chunk)) && is_current(view, chunk)
        };
        for chunk in index.tiers.iter().filter(serves) {
            stretches = stretches.into_iter().flat_map(|stretch| carve(stretch, chunk)).collect();
        }
    }
    stretches
}

/// Whether raw samples of a chunk's stretch may be gone, so that the chunk is all there is.
fn is_only(index: &Index, chunk: &TierMeta) -> bool {
    index.raw_from.is_some_and(|raw_from| chunk.from < raw_from)
}

fn is_current(view: &View<'_>, chunk: &TierMeta) -> bool {
    let in_memory = view.memory.iter().filter_map(|table| table.source);
    let touched = in_memory.into_iter().any(|(min, max)| max >= chunk.from && min < chunk.to);
    is_only(view.sealed.index, chunk) || !(touched || is_stale(view.sealed.index, chunk))
}

/// Gives a chunk the whole steps that it has in a raw stretch.
fn carve<'a>(stretch: Stretch<'a>, chunk: &'a TierMeta) -> Vec<Stretch<'a>> {
    let up = |at: i64| at.saturating_add((-at).rem_euclid(chunk.step));
    let from = up(stretch.from).max(chunk.from);
    let to = (stretch.to - stretch.to.rem_euclid(chunk.step)).min(chunk.to);
    if stretch.chunk.is_some() || from >= to {
        return vec![stretch];
    }
    let parts = [
        Stretch { from: stretch.from, to: from, chunk: None },
        Stretch { from, to, chunk: Some(chunk) },
        Stretch { from: to, to: stretch.to, chunk: None },
    ];
    parts.into_iter().filter(|part| part.from < part.to).collect()
}
