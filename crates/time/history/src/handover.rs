//! The newest samples on their way from the active table through the frozen one into a sealed segment.

use crate::{
    error::HistoryError,
    manifest::Index,
    memory::MemTable,
    seal,
    shared::{Shared, State},
};
use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};

impl Shared {
    /// Whether the active table is large or old enough to be sealed.
    pub fn is_due(&self, state: &State, recorded: i64) -> bool {
        let age = i64::try_from(self.options.seal_age.as_nanos()).unwrap_or(i64::MAX);
        let is_old = state.active.recorded.is_some_and(|(first, _)| recorded.saturating_sub(first) >= age);
        is_old || state.active.samples >= self.options.seal_samples
    }

    /// Hands the active table to the worker. While the frozen one is still being sealed the active one may grow to its
    /// bound; then the writer waits, for as long as the options say.
    pub fn make_room(&self, is_full: bool) -> Result<(), HistoryError> {
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
