//! One measured or simulated value, and what it can be.

use crate::{Instant, Quality, SignalId};
use std::sync::Arc;

/// What a signal can be at an instant. Enumerations travel as the integer or the word that their source uses.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Value {
    /// The source says that it has no value.
    #[default]
    Absent,
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A finite number; NaN and infinities become [`Value::Absent`] with [`Quality::BAD_OUT_OF_RANGE`].
    Number(f64),
    /// A text or a word of an enumeration.
    Text(Arc<str>),
}

impl Value {
    /// The value as a number, where it is one; booleans count as 0 and 1.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Boolean(b) => Some(f64::from(u8::from(*b))),
            Self::Integer(i) => Some(*i as f64),
            Self::Number(x) => Some(*x),
            Self::Absent | Self::Text(_) => None,
        }
    }

    /// The text, where the value is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A text value.
    #[must_use]
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Text(text.into())
    }
}

/// One value of one signal.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Which signal.
    pub signal: SignalId,
    /// When it was so, by the source's clock.
    pub source: Instant,
    /// How far to trust it.
    pub quality: Quality,
    /// What it was.
    pub value: Value,
}

impl Sample {
    /// A good sample.
    #[must_use]
    pub fn good(signal: SignalId, source: Instant, value: Value) -> Self {
        Self { signal, source, quality: Quality::GOOD, value }.sound()
    }

    /// The same sample with a number that is not finite replaced by an absent value of bad quality,
    /// so that no NaN poisons a mean or a plot.
    #[must_use]
    pub fn sound(mut self) -> Self {
        if matches!(self.value, Value::Number(x) if !x.is_finite()) {
            self.value = Value::Absent;
            self.quality = Quality::BAD_OUT_OF_RANGE;
        }
        self
    }
}

/// The sample that holds for a signal at some instant, and when it became known.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// Which signal.
    pub signal: SignalId,
    /// When it was so, by the source's clock.
    pub source: Instant,
    /// When it was recorded.
    pub recorded: Instant,
    /// How far to trust it.
    pub quality: Quality,
    /// What it is.
    pub value: Value,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_none_is_recorded_as_bad() {
        let sample = Sample::good(SignalId(1), Instant::EPOCH, Value::Number(f64::NAN));
        assert_eq!(sample.value, Value::Absent);
        assert_eq!(sample.quality, Quality::BAD_OUT_OF_RANGE);
    }
}
