//! Samples of a stretch of time in order, each instant once: the merge of slices and memory that ranges, buckets and
//! merges of segments share.
//!
//! Parts that overlap in source time are read together as a cluster; a history written in order has clusters of one
//! slice, so that a limit stops the reading after the slices that it needs.

use crate::{
    block::Window,
    error::HistoryError,
    memory::MemTable,
    seek::{At, Sealed},
    version::Found,
};
use std::ops::ControlFlow;

/// One reader's consistent view: what is sealed, what is being sealed, what is newest.
pub(crate) struct View<'a> {
    pub sealed: Sealed<'a>,
    pub memory: Vec<&'a MemTable>,
}

#[derive(Clone, Copy)]
enum Part {
    Slice(At),
    Memory(usize),
}

impl View<'_> {
    /// Visits the samples within the window ordered by (source time, signal) until told to stop.
    pub fn sweep(
        &self,
        wanted: Option<&[u32]>,
        window: Window,
        mut visit: impl FnMut(Found) -> ControlFlow<()>,
    ) -> Result<(), HistoryError> {
        for cluster in clusters(self.parts(&window)) {
            for found in self.merged(&cluster, wanted, &window)? {
                if visit(found).is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// The parts that overlap the window with their spans, in the order of the log.
    fn parts(&self, window: &Window) -> Vec<(Part, i64, i64)> {
        let slices = self
            .sealed
            .visible(window.recorded)
            .map(|(at, _, slice)| (Part::Slice(at), slice.min, slice.max));
        let memory = self.memory.iter().enumerate();
        let memory =
            memory.filter_map(|(n, table)| table.source.map(|(min, max)| (Part::Memory(n), min, max)));
        slices.chain(memory).filter(|(_, min, max)| *min < window.to && *max >= window.from).collect()
    }

    fn merged(
        &self,
        cluster: &[Part],
        wanted: Option<&[u32]>,
        window: &Window,
    ) -> Result<Vec<Found>, HistoryError> {
        let mut all: Vec<Found> = Vec::new();
        for part in cluster {
            match part {
                Part::Slice(at) => self.slice(*at, wanted, window, &mut |found| all.push(found))?,
                Part::Memory(table) => {
                    self.memory[*table].versions(wanted, window, &mut |found| all.push(found));
                }
            }
        }
        // Stable: what is later in the log stays later.
        all.sort_by_key(|found| (found.source, found.signal));
        let mut out: Vec<Found> = Vec::with_capacity(all.len());
        for found in all {
            match out.pop_if(|last| (last.source, last.signal) == (found.source, found.signal)) {
                Some(older) => out.push(older.or_newer(found)),
                None => out.push(found),
            }
        }
        Ok(out)
    }

    fn slice(
        &self,
        at: At,
        wanted: Option<&[u32]>,
        window: &Window,
        visit: &mut impl FnMut(Found),
    ) -> Result<(), HistoryError> {
        for block in self.sealed.rows(at, wanted, window.from, window.to)? {
            for (run, (signal, _)) in block.runs.iter().enumerate() {
                if wanted.is_none_or(|wanted| wanted.binary_search(signal).is_ok()) {
                    block.versions(*signal, block.run(run), window, visit);
                }
            }
        }
        Ok(())
    }
}

/// Groups parts whose spans overlap; groups in the order of time, parts within in the order of the log.
fn clusters(parts: Vec<(Part, i64, i64)>) -> Vec<Vec<Part>> {
    let mut by_time: Vec<_> = parts.into_iter().enumerate().collect();
    by_time.sort_by_key(|(_, (_, min, _))| *min);
    let mut clusters: Vec<(i64, Vec<(usize, Part)>)> = Vec::new();
    for (order, (part, min, max)) in by_time {
        match clusters.last_mut() {
            Some((end, cluster)) if min <= *end => {
                *end = max.max(*end);
                cluster.push((order, part));
            }
            _ => clusters.push((max, vec![(order, part)])),
        }
    }
    let in_log_order = |mut cluster: Vec<(usize, Part)>| {
        cluster.sort_by_key(|(order, _)| *order);
        cluster.into_iter().map(|(_, part)| part).collect()
    };
    clusters.into_iter().map(|(_, cluster)| in_log_order(cluster)).collect()
}
