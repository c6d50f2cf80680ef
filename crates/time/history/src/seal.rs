//! From memory to a segment: cut into slices by source time, each with the keyframe of what held before it.
//!
//! A pure function of what is sealed and what is in memory: the same samples in the same order give the same files
//! to the byte.

use crate::{
    block::Block,
    error::HistoryError,
    manifest::SegmentMeta,
    memory::MemTable,
    options::HistoryOptions,
    seek::Sealed,
    store::{Slice, Span},
    version::{Found, Horizon, overlay},
};

/// Writes the table as a segment and makes it durable; the manifest does not name it yet.
pub(crate) fn seal(
    sealed: Sealed<'_>,
    table: &MemTable,
    id: u64,
    options: &HistoryOptions,
) -> Result<Option<SegmentMeta>, HistoryError> {
    let (Some(log), Some(recorded)) = (table.positions, table.recorded) else { return Ok(None) };
    let times = table.times();
    let cuts = cuts(&times, slice_rows(table.signal_count(), options));
    let blocks = cuts.iter().map(|(from, to)| table.block(*from, *to)).collect();
    let slices = with_keyframes(sealed, blocks)?;
    sealed.store.write(Span { id, log, recorded }, &slices).map(Some)
}

/// Rows of a slice: enough samples per signal that its keyframe is a small part of it.
pub(crate) fn slice_rows(signals: usize, options: &HistoryOptions) -> usize {
    options.slice_rows.max(signals * options.slice_depth).max(1)
}

/// Stretches of source time, both ends included, that hold about `rows` of the sorted times each.
pub(crate) fn cuts(times: &[i64], rows: usize) -> Vec<(i64, i64)> {
    let pieces = times.len().div_ceil(rows).max(1);
    let mut starts: Vec<i64> =
        (0..pieces).filter_map(|piece| times.get(times.len() * piece / pieces)).copied().collect();
    starts.dedup();
    let ends = starts.iter().skip(1).map(|next| next - 1).chain(times.last().copied());
    starts.iter().copied().zip(ends).collect()
}

/// Gives each block, in the order of time, the keyframe of what held before it.
pub(crate) fn with_keyframes(sealed: Sealed<'_>, blocks: Vec<Block>) -> Result<Vec<Slice>, HistoryError> {
    let mut slices = Vec::with_capacity(blocks.len());
    let mut own: Vec<Found> = Vec::new();
    let mut earlier: Option<(i64, Vec<Found>)> = None;
    for rows in blocks {
        let before = rows.source.iter().copied().min().unwrap_or(i64::MIN).saturating_sub(1);
        let base = match earlier.take() {
            Some((at, base)) if !touched(sealed, at, before) => base,
            _ => sealed.latest(None, Horizon { source: before, recorded: i64::MAX })?,
        };
        let keyframe = keyframe(overlay(base.clone(), own.clone()));
        own = overlay(own, newest(&rows));
        earlier = Some((before, base));
        slices.push(Slice { rows, keyframe });
    }
    Ok(slices)
}

/// Whether anything sealed lies between two instants, so that what held at the first may not hold at the second.
fn touched(sealed: Sealed<'_>, after: i64, until: i64) -> bool {
    sealed.index.slices().any(|slice| slice.max > after && slice.min <= until)
}

fn newest(rows: &Block) -> Vec<Found> {
    let all = Horizon { source: i64::MAX, recorded: i64::MAX };
    let runs = rows.runs.iter().enumerate();
    runs.filter_map(|(run, (signal, _))| rows.latest(*signal, rows.run(run), all)).collect()
}

fn keyframe(held: Vec<Found>) -> Block {
    let mut block = Block::default();
    for found in held {
        block.push(found.signal.0, found.source, found.recorded, found.quality, &found.value);
    }
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_cover_every_time_once() {
        let times = [1, 2, 2, 2, 2, 2, 3, 9, 9, 10];
        for rows in 1..12 {
            let cuts = cuts(&times, rows);
            for time in times {
                assert_eq!(
                    cuts.iter().filter(|(from, to)| (*from..=*to).contains(&time)).count(),
                    1,
                    "{cuts:?}"
                );
            }
        }
    }
}
