//! Instants: nanoseconds since the Unix epoch, from 1677 to 2262.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, ops, str::FromStr, time::Duration};

/// A point in time, nanoseconds since 1970-01-01T00:00:00Z. Written as RFC 3339 in UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(i64);

/// The text is not an RFC 3339 instant between 1677 and 2262.
#[derive(Debug, Clone, thiserror::Error)]
#[error("`{text}` is not an instant; write it like 2026-11-23T14:20:00Z")]
pub struct ParseInstantError {
    text: String,
}

impl Instant {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);
    /// Before everything: what is valid from here has always been so, as far as is known.
    pub const MIN: Self = Self(i64::MIN);
    /// After everything.
    pub const MAX: Self = Self(i64::MAX);

    /// From nanoseconds since the epoch.
    #[must_use]
    pub const fn from_ns(ns: i64) -> Self {
        Self(ns)
    }

    /// From milliseconds since the epoch.
    #[must_use]
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms.saturating_mul(1_000_000))
    }

    /// Nanoseconds since the epoch.
    #[must_use]
    pub const fn as_ns(self) -> i64 {
        self.0
    }

    /// Milliseconds since the epoch, with a fraction.
    #[must_use]
    pub fn as_ms_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// Nanoseconds from `earlier` to here; negative when it is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Seconds from `earlier` to here; negative when it is later.
    #[must_use]
    pub fn seconds_since(self, earlier: Self) -> f64 {
        self.since(earlier) as f64 / 1e9
    }

    /// Moved by nanoseconds, held at the ends.
    #[must_use]
    pub const fn plus_ns(self, ns: i64) -> Self {
        Self(self.0.saturating_add(ns))
    }
}

impl ops::Add<Duration> for Instant {
    type Output = Self;
    fn add(self, by: Duration) -> Self {
        self.plus_ns(i64::try_from(by.as_nanos()).unwrap_or(i64::MAX))
    }
}

impl ops::Sub<Duration> for Instant {
    type Output = Self;
    fn sub(self, by: Duration) -> Self {
        self.plus_ns(-i64::try_from(by.as_nanos()).unwrap_or(i64::MAX))
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_nanosecond(i128::from(self.0)) {
            Ok(timestamp) => timestamp.fmt(f),
            Err(_) => write!(f, "{} ns", self.0),
        }
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Instant {
    type Err = ParseInstantError;

    /// Reads RFC 3339 with any offset.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || ParseInstantError { text: text.chars().take(64).collect() };
        let timestamp: jiff::Timestamp = text.parse().map_err(|_| refuse())?;
        i64::try_from(timestamp.as_nanosecond()).map(Self).map_err(|_| refuse())
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn text_and_back(ns in any::<i64>()) {
            let instant = Instant::from_ns(ns);
            prop_assert_eq!(instant.to_string().parse::<Instant>().unwrap(), instant);
        }
    }

    #[test]
    fn an_offset_is_understood() {
        let with_offset: Instant = "2017-04-26T10:00:00.5+02:00".parse().unwrap();
        let utc: Instant = "2017-04-26T08:00:00.500Z".parse().unwrap();
        assert_eq!(with_offset, utc);
    }

    #[test]
    fn nonsense_is_refused_with_an_example() {
        for text in ["", "yesterday", "9999-01-01T00:00:00Z", "2017-13-01T00:00:00Z"] {
            let message = text.parse::<Instant>().unwrap_err().to_string();
            assert!(message.contains("2026-11-23T14:20:00Z"), "{message}");
        }
    }
}
