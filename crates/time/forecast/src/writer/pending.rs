//! Samples that wait to be pulled; serials are put into words only then, by whoever knows them.

use std::collections::VecDeque;
use std::sync::Arc;
use trine_base::{Instant, Sample, SignalId, Value};
use trine_simulate::flow::Serial;

/// A value, or the serial of a piece.
#[derive(Clone, Debug)]
pub(super) enum Pending {
    Value(Value),
    Serial(Serial),
}

impl Pending {
    /// A number, whole where the signal counts in whole numbers, to three digits behind the point elsewhere.
    pub fn number(signal: &crate::SignalRef, value: f64) -> Self {
        if signal.is_whole {
            Self::Value(Value::Integer(value.round() as i64))
        } else {
            Self::Value(Value::Number((value * 1_000.0).round() / 1_000.0))
        }
    }

    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Value(Value::text(text))
    }
}

/// What waits, in order of time.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue(VecDeque<(i64, SignalId, Pending)>);

impl Queue {
    pub fn push(&mut self, at_ns: i64, signal: SignalId, value: Pending) {
        self.0.push_back((at_ns.div_euclid(1_000_000), signal, value));
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn pull(&mut self, most: usize, name: impl Fn(Serial) -> Arc<str>) -> Vec<Sample> {
        let count = most.min(self.0.len());
        let sample = |(at_ms, signal, value): (i64, SignalId, Pending)| {
            let value = match value {
                Pending::Value(value) => value,
                Pending::Serial(serial) => Value::text(name(serial)),
            };
            Sample::good(signal, Instant::from_ms(at_ms), value)
        };
        self.0.drain(..count).map(sample).collect()
    }
}
