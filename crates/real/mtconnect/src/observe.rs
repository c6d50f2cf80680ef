//! From what an adapter or an agent reports to values: nothing is invented, nothing unreadable is thrown away.
//!
//! Spec: MTConnect Standard 2.x, Part 3 Observation Information Model: `UNAVAILABLE`, conditions, representations.

use crate::devices::{Category, DataItem, value_kind};
use trine_base::{Instant, Quality, Value};
use trine_world::ValueKind;

/// Texts longer than this are cut: a program listing in one value is not worth more.
const TEXT_MAX: usize = 16 << 10;
/// A time series is unrolled up to this many values.
const SERIES_MAX: usize = 100_000;

/// How the reports of a data item are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One value.
    Value(ValueKind),
    /// Nobody described it; a number where it looks like one.
    Guess,
    /// A level with code, severity, qualifier and text.
    Condition,
    /// A text with a code.
    Message,
    /// Values at a fixed rate.
    Series,
}

impl Shape {
    pub(crate) fn of(item: &DataItem) -> Self {
        match item.category {
            Category::Condition => Self::Condition,
            _ if item.representation == "TIME_SERIES" => Self::Series,
            Category::Event if item.kind == "MESSAGE" => Self::Message,
            _ => Self::Value(value_kind(item)),
        }
    }
}

/// A value with its quality.
pub(crate) type Reported = (Value, Quality);

pub(crate) const NO_DATA: Reported = (Value::Absent, Quality::BAD_NO_DATA);

/// Reads the text of a value.
pub(crate) fn value(kind: ValueKind, raw: &str) -> Reported {
    let raw = raw.trim();
    if is_unavailable(raw) {
        return NO_DATA;
    }
    let read = match kind {
        ValueKind::Text | ValueKind::Enumeration => Some(text(raw)),
        ValueKind::Boolean => boolean(raw),
        ValueKind::Number => number(raw),
        ValueKind::Integer => {
            raw.parse().ok().map(|n| (Value::Integer(n), Quality::GOOD)).or_else(|| number(raw))
        }
    };
    // What does not fit the announced type is kept as it came, and marked.
    match read {
        Some(read) => read,
        None if raw.is_empty() => NO_DATA,
        None => (text(raw).0, Quality::BAD_TYPE_MISMATCH),
    }
}

/// Reads the value of an item that nobody described.
pub(crate) fn guess(raw: &str) -> Reported {
    if is_unavailable(raw.trim()) {
        return NO_DATA;
    }
    number(raw.trim()).filter(|(_, quality)| quality.is_good()).unwrap_or_else(|| text(raw.trim()))
}

pub(crate) fn text(raw: &str) -> Reported {
    let end = (0..=TEXT_MAX.min(raw.len())).rev().find(|at| raw.is_char_boundary(*at)).unwrap_or(0);
    let quality = if end < raw.len() { Quality::UNCERTAIN } else { Quality::GOOD };
    (Value::text(&raw[..end]), quality)
}

fn number(raw: &str) -> Option<Reported> {
    // An adapter may append why a statistic was reset: `0.5:DAY`.
    let digits = raw.split_once(':').map_or(raw, |(digits, _)| digits);
    let number: f64 = digits.parse().ok()?;
    let sound = (Value::Number(number), Quality::GOOD);
    Some(if number.is_finite() { sound } else { (Value::Absent, Quality::BAD_OUT_OF_RANGE) })
}

fn boolean(raw: &str) -> Option<Reported> {
    let value = match raw.to_ascii_uppercase().as_str() {
        "TRUE" | "1" => true,
        "FALSE" | "0" => false,
        _ => return None,
    };
    Some((Value::Boolean(value), Quality::GOOD))
}

fn is_unavailable(raw: &str) -> bool {
    raw.eq_ignore_ascii_case("UNAVAILABLE")
}

/// A condition as the text that the world understands; `UNAVAILABLE` is kept as one, with the quality that says so.
pub(crate) fn condition(level: &str, code: &str, severity: &str, qualifier: &str, message: &str) -> Reported {
    let level = level.trim().to_ascii_uppercase();
    if !matches!(level.as_str(), "NORMAL" | "WARNING" | "FAULT" | "UNAVAILABLE") {
        return (text(&level).0, Quality::BAD_TYPE_MISMATCH);
    }
    // The separator must not occur within a field that others follow.
    let field = |raw: &str| raw.trim().replace('|', "/");
    let whole =
        format!("{level}|{}|{}|{}|{}", field(code), field(severity), field(qualifier), message.trim());
    let (value, quality) = text(&whole);
    if level == "UNAVAILABLE" { (value, Quality::BAD_NO_DATA) } else { (value, quality) }
}

/// A message with its code, where it has one.
pub(crate) fn message(code: &str, words: &str) -> Reported {
    match (code.trim(), words.trim()) {
        (_, words) if is_unavailable(words) => NO_DATA,
        ("", words) => text(words),
        (code, words) => text(&format!("{code}|{words}")),
    }
}

/// The values of a time series, each at its own instant: the last at the time of the report, the others before it
/// by the rate. Without a rate nobody knows when they were, so they all stand at the time of the report.
pub(crate) fn series(at: Instant, rate_hz: Option<f64>, values: &str) -> Vec<(Instant, Reported)> {
    if is_unavailable(values.trim()) {
        return vec![(at, NO_DATA)];
    }
    let step_ns = rate_hz.filter(|rate| rate.is_finite() && *rate > 0.0).map_or(0.0, |rate| 1e9 / rate);
    let values: Vec<_> = values.split_ascii_whitespace().take(SERIES_MAX).collect();
    let last = values.len().saturating_sub(1);
    let when = |index: usize| at.plus_ns(-((last - index) as f64 * step_ns).round() as i64);
    values.iter().enumerate().map(|(index, raw)| (when(index), value(ValueKind::Number, raw))).collect()
}

/// An instant as MTConnect writes it: RFC 3339, but often without a zone, which means UTC; an adapter may append
/// the duration of an interval (`@100.5`).
pub(crate) fn instant(raw: &str) -> Option<Instant> {
    let raw = raw.trim().split('@').next().unwrap_or_default();
    if let Ok(instant) = raw.parse() {
        return Some(instant);
    }
    (raw.len() < 40 && raw.contains('T')).then(|| format!("{raw}Z").parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_kept_for_what_they_are() {
        let number = |raw| value(ValueKind::Number, raw);
        assert_eq!(number("0012.50"), (Value::Number(12.5), Quality::GOOD));
        assert_eq!(number("Unavailable"), NO_DATA);
        assert_eq!(number("NaN"), (Value::Absent, Quality::BAD_OUT_OF_RANGE));
        assert_eq!(number("1e999"), (Value::Absent, Quality::BAD_OUT_OF_RANGE));
        assert_eq!(number("ACTIVE"), (Value::text("ACTIVE"), Quality::BAD_TYPE_MISMATCH));
        assert_eq!(number("7:DAY"), (Value::Number(7.0), Quality::GOOD));
        assert_eq!(value(ValueKind::Integer, "7"), (Value::Integer(7), Quality::GOOD));
        assert_eq!(value(ValueKind::Boolean, "TRUE"), (Value::Boolean(true), Quality::GOOD));
        assert_eq!(value(ValueKind::Text, "x y"), (Value::text("x y"), Quality::GOOD));
        assert_eq!(value(ValueKind::Text, &"é".repeat(TEXT_MAX)).1, Quality::UNCERTAIN);
    }

    #[test]
    fn conditions_become_the_text_of_the_world() {
        let (text, quality) = condition("Fault", "404", "1", "HIGH", "oil | hot");
        let read = trine_world::Condition::parse(text.as_text().unwrap()).unwrap();
        assert_eq!((read.code.as_str(), read.priority, read.message.as_str()), ("404", Some(1), "oil | hot"));
        assert_eq!(quality, Quality::GOOD);
        let unavailable = condition("Unavailable", "", "", "", "");
        assert_eq!(unavailable, (Value::text("UNAVAILABLE||||"), Quality::BAD_NO_DATA));
        assert_eq!(condition("WAT", "", "", "", "").1, Quality::BAD_TYPE_MISMATCH);
    }

    #[test]
    fn a_series_ends_at_its_time_stamp() {
        let at = Instant::from_ms(10_000);
        let unrolled = series(at, Some(100.0), "1 2 3");
        let times: Vec<_> = unrolled.iter().map(|(at, _)| at.as_ms_f64()).collect();
        assert_eq!(times, [9_980.0, 9_990.0, 10_000.0]);
        assert_eq!(series(at, None, "UNAVAILABLE"), [(at, NO_DATA)]);
    }

    #[test]
    fn instants_without_a_zone_are_utc() {
        let plain = instant("2017-04-26T10:00:00.5").unwrap();
        assert_eq!(Some(plain), instant("2017-04-26T10:00:00.500Z"));
        assert_eq!(Some(plain), instant("2017-04-26T10:00:00.5Z@100.5"));
        for nonsense in ["", "T", "now", "2017-04-26", "9999999999"] {
            assert_eq!(instant(nonsense), None, "{nonsense}");
        }
    }
}
