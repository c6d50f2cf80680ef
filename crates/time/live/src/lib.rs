//! The present: the newest sample of every signal, and what changed since somebody last looked.
//!
//! One counter, the *version*, rises with every batch. A viewer remembers the version that it has seen and asks for
//! what changed since: however long it was away, it gets each signal once, at its newest. So a slow viewer
//! costs nothing but its own lateness, and nothing queues up for it.

use std::sync::{PoisonError, RwLock, RwLockReadGuard};
use trine_base::{Held, Instant, Sample, SignalId};

/// The newest sample of every signal.
#[derive(Default)]
pub struct Live {
    table: RwLock<Table>,
}

#[derive(Default)]
struct Table {
    version: u64,
    newest_recorded: Option<Instant>,
    slots: Vec<Option<Slot>>,
}

struct Slot {
    version: u64,
    held: Held,
}

impl Live {
    /// An empty present.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in samples. A sample older than the one that holds is late: it belongs to history, not here.
    pub fn apply(&self, recorded: Instant, samples: &[Sample]) {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        table.version += 1;
        table.newest_recorded = table.newest_recorded.max(Some(recorded));
        let version = table.version;
        for sample in samples {
            table.put(version, recorded, sample);
        }
    }

    /// The version now; pass it to [`Live::changed_since`] later.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.read().version
    }

    /// When the newest batch was recorded.
    #[must_use]
    pub fn newest_recorded(&self) -> Option<Instant> {
        self.read().newest_recorded
    }

    /// The sample that holds for a signal.
    #[must_use]
    pub fn get(&self, signal: SignalId) -> Option<Held> {
        Some(self.read().slots.get(signal.index())?.as_ref()?.held.clone())
    }

    /// Puts what changed after `since` (0: everything) and passes `wanted` into `out`, by signal id, and gives the
    /// version up to which `out` is complete.
    pub fn changed_since(&self, since: u64, wanted: impl Fn(SignalId) -> bool, out: &mut Vec<Held>) -> u64 {
        let table = self.read();
        let changed =
            table.slots.iter().flatten().filter(|slot| slot.version > since && wanted(slot.held.signal));
        out.extend(changed.map(|slot| slot.held.clone()));
        table.version
    }

    fn read(&self) -> RwLockReadGuard<'_, Table> {
        self.table.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn put(&mut self, version: u64, recorded: Instant, sample: &Sample) {
        let index = sample.signal.index();
        if self.slots.len() <= index {
            self.slots.resize_with(index + 1, || None);
        }
        let slot = &mut self.slots[index];
        if slot.as_ref().is_some_and(|slot| slot.held.source > sample.source) {
            return;
        }
        let Sample { signal, source, quality, ref value } = *sample;
        let held = Held { signal, source, recorded, quality, value: value.clone() };
        *slot = Some(Slot { version, held });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use trine_base::Value;

    fn sample(signal: u32, at_ms: i64, value: f64) -> Sample {
        Sample::good(SignalId(signal), Instant::from_ms(at_ms), Value::Number(value))
    }

    #[test]
    fn a_late_sample_does_not_hide_a_newer_one() {
        let live = Live::new();
        live.apply(Instant::from_ms(10), &[sample(1, 10, 1.0)]);
        live.apply(Instant::from_ms(11), &[sample(1, 5, 2.0)]);
        assert_eq!(live.get(SignalId(1)).unwrap().value, Value::Number(1.0));
    }

    proptest! {
        /// However rarely a viewer looks, what it has put together equals the present.
        #[test]
        fn a_viewer_that_skips_ends_with_the_same_present(
            batches in proptest::collection::vec(proptest::collection::vec((1u32..20, 0i64..50, -1e3f64..1e3), 1..8), 1..30),
            looks in proptest::collection::vec(any::<bool>(), 30),
        ) {
            let live = Live::new();
            let mut seen = std::collections::BTreeMap::new();
            let mut version = 0;
            let mut look = |live: &Live| {
                let mut changes = Vec::new();
                version = live.changed_since(version, |_| true, &mut changes);
                for held in changes {
                    seen.insert(held.signal, held);
                }
                seen.clone()
            };
            for (batch, looks) in batches.iter().zip(looks) {
                let samples: Vec<Sample> = batch.iter().map(|(s, t, v)| sample(*s, *t, *v)).collect();
                live.apply(Instant::EPOCH, &samples);
                if looks {
                    look(&live);
                }
            }
            for (signal, held) in look(&live) {
                prop_assert_eq!(live.get(signal), Some(held));
            }
        }
    }
}
