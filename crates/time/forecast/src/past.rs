//! What is known of a plant's past: the input of everything here, filled by whoever has the plant's log.

use std::collections::BTreeMap;
use trine_base::{Instant, SignalId, Value};
use trine_world::{Fact, World};

/// A stretch of a plant's past, and how it stands at its end.
#[derive(Clone, Debug)]
pub struct Past<'a> {
    /// The plant as it is known at the end of the stretch.
    pub world: &'a World,
    /// Where the stretch begins.
    pub from: Instant,
    /// Where it ends, and the model begins.
    pub now: Instant,
    /// The facts of the stretch in the order of their numbers; facts from outside it are passed over.
    pub facts: &'a [Fact],
    /// The newest value of each signal at the end.
    pub values: BTreeMap<SignalId, Value>,
    /// Samples of chosen signals, oldest first: power, and where vehicles were.
    pub series: BTreeMap<SignalId, Vec<(Instant, f64)>>,
}

impl<'a> Past<'a> {
    /// A stretch of which only the facts are known.
    #[must_use]
    pub fn new(world: &'a World, from: Instant, now: Instant, facts: &'a [Fact]) -> Self {
        Self { world, from, now, facts, values: BTreeMap::new(), series: BTreeMap::new() }
    }

    /// The newest value of a signal as a number.
    #[must_use]
    pub fn number(&self, signal: SignalId) -> Option<f64> {
        self.values.get(&signal).and_then(Value::as_f64)
    }
}
