//! Data values of OPC UA as samples of Trine.
//!
//! Spec: OPC 10000-6 5.1.2 (built-in types), 5.2.2.5 (DateTime); OPC 10000-4 7.11 (DataValue), 7.39 (StatusCode).

use opcua::types::{Array, DataValue, DateTime, StatusCode, Variant};
use std::sync::Arc;
use trine_base::{Instant, Quality, Value};

/// 100 ns ticks between 1601-01-01 and the Unix epoch.
const EPOCH_TICKS: i64 = 116_444_736_000_000_000;

/// Longest text that one value becomes, bytes; an array or a structure beyond it is cut and marked.
const TEXT_MAX: usize = 8 * 1024;

/// Words of an enumeration by number.
pub(crate) type Members = Arc<[(i64, Arc<str>)]>;

/// When a value was so: the source's time, the server's where the source gives none.
#[must_use]
pub(crate) fn instant_of(value: &DataValue) -> Option<Instant> {
    let time = value.source_timestamp.filter(|time| !time.is_null());
    time.or(value.server_timestamp.filter(|time| !time.is_null())).map(instant)
}

/// A time stamp of OPC UA.
pub(crate) fn instant(time: DateTime) -> Instant {
    Instant::from_ns(time.ticks().saturating_sub(EPOCH_TICKS).saturating_mul(100))
}

/// The full status code as it came.
#[must_use]
pub(crate) fn quality_of(value: &DataValue) -> Quality {
    Quality(value.status.map_or(0, |status| status.bits()))
}

/// Whether values between this one and the one before were thrown away by the server.
///
/// Spec: OPC 10000-4, 7.39.1. The bit should come with the info type `DataValue`; some servers leave that out, and
/// without an info type the bit has no other meaning.
#[must_use]
pub(crate) fn overflowed(value: &DataValue) -> bool {
    value.status.is_some_and(|status| status.overflow())
}

/// Whether the server says only that it has nothing yet: that is no sample.
#[must_use]
pub(crate) fn says_nothing(value: &DataValue) -> bool {
    let empty = matches!(value.value, None | Some(Variant::Empty));
    empty
        && value
            .status
            .is_some_and(|status| status.sub_code() == StatusCode::BadWaitingForInitialData.sub_code())
}

/// The value, with the word of an enumeration in place of its number.
#[must_use]
pub(crate) fn value_of(variant: Option<&Variant>, members: &Members) -> Value {
    let value = variant.map_or(Value::Absent, plain);
    match value {
        Value::Integer(number) if !members.is_empty() => {
            let word = members.iter().find(|(member, _)| *member == number);
            // A number without a word stays a number: the source knows more than its own list says.
            word.map_or(Value::Integer(number), |(_, word)| Value::Text(word.clone()))
        }
        Value::Boolean(b) if !members.is_empty() => {
            let word = members.iter().find(|(member, _)| *member == i64::from(b));
            word.map_or(Value::Boolean(b), |(_, word)| Value::Text(word.clone()))
        }
        value => value,
    }
}

fn plain(variant: &Variant) -> Value {
    match variant {
        Variant::Empty => Value::Absent,
        Variant::Boolean(b) => Value::Boolean(*b),
        Variant::SByte(i) => Value::Integer(i64::from(*i)),
        Variant::Byte(i) => Value::Integer(i64::from(*i)),
        Variant::Int16(i) => Value::Integer(i64::from(*i)),
        Variant::UInt16(i) => Value::Integer(i64::from(*i)),
        Variant::Int32(i) => Value::Integer(i64::from(*i)),
        Variant::UInt32(i) => Value::Integer(i64::from(*i)),
        Variant::Int64(i) => Value::Integer(*i),
        // Above the range of i64 a count keeps its size and loses its last digits.
        Variant::UInt64(i) => i64::try_from(*i).map_or(Value::Number(*i as f64), Value::Integer),
        Variant::Float(x) => Value::Number(widened(*x)),
        Variant::Double(x) => Value::Number(*x),
        Variant::String(text) => bounded(text.as_ref()),
        Variant::LocalizedText(text) => bounded(text.text.as_ref()),
        Variant::Variant(inner) => plain(inner),
        Variant::DataValue(inner) => inner.value.as_ref().map_or(Value::Absent, plain),
        other => bounded(&json(other).to_string()),
    }
}

/// A float as the shortest decimal that means it, so that 0.1f32 is stored as 0.1.
fn widened(x: f32) -> f64 {
    if x.is_finite() { x.to_string().parse().unwrap_or_else(|_| f64::from(x)) } else { f64::from(x) }
}

/// A text that is not too long; a longer one is cut and marked.
pub(crate) fn bounded(text: &str) -> Value {
    if text.len() <= TEXT_MAX {
        return Value::text(text);
    }
    let cut = (0..=TEXT_MAX).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    Value::text(format!("{}…", &text[..cut]))
}

/// What is no number, text or truth, as JSON.
pub(crate) fn json(variant: &Variant) -> serde_json::Value {
    use serde_json::Value as Json;
    match variant {
        Variant::Array(array) => json_array(array),
        Variant::DateTime(time) => Json::from(instant(**time).to_string()),
        Variant::Guid(guid) => Json::from(guid.to_string()),
        Variant::StatusCode(status) => Json::from(status.to_string()),
        Variant::ByteString(bytes) => Json::from(hex(bytes.as_ref())),
        Variant::XmlElement(xml) => Json::from(xml.to_string()),
        Variant::QualifiedName(name) => Json::from(name.name.as_ref()),
        Variant::NodeId(id) => Json::from(id.to_string()),
        Variant::ExpandedNodeId(id) => Json::from(id.to_string()),
        Variant::ExtensionObject(object) => {
            let name = object.type_name().map_or_else(|| object.binary_type_id().to_string(), str::to_owned);
            serde_json::json!({ "type": name })
        }
        Variant::DiagnosticInfo(_) => Json::Null,
        scalar => match plain(scalar) {
            Value::Absent => Json::Null,
            Value::Boolean(b) => Json::from(b),
            Value::Integer(i) => Json::from(i),
            Value::Number(x) => Json::from(x),
            Value::Text(text) => Json::from(text.as_ref()),
        },
    }
}

/// As many elements as can matter for a bounded text.
fn json_array(array: &Array) -> serde_json::Value {
    array.values.iter().take(TEXT_MAX / 2).map(json).collect()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().take(TEXT_MAX / 2).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn no_members() -> Members {
        Arc::from([])
    }

    #[test]
    fn numbers_keep_what_they_mean() {
        let value = |variant| value_of(Some(&variant), &no_members());
        assert_eq!(value(Variant::Float(0.1)), Value::Number(0.1));
        assert_eq!(value(Variant::UInt64(7)), Value::Integer(7));
        assert_eq!(value(Variant::UInt64(u64::MAX)), Value::Number(u64::MAX as f64));
        assert_eq!(value(Variant::from(vec![1i32, 2])), Value::text("[1,2]"));
        assert_eq!(value_of(None, &no_members()), Value::Absent);
    }

    #[test]
    fn an_enumeration_becomes_its_word() {
        let members: Members = Arc::from([(0, Arc::from("idle")), (7, Arc::from("running"))]);
        assert_eq!(value_of(Some(&Variant::Int32(7)), &members), Value::text("running"));
        assert_eq!(value_of(Some(&Variant::Int32(3)), &members), Value::Integer(3));
    }

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        let long = "ä".repeat(TEXT_MAX);
        let Value::Text(text) = value_of(Some(&Variant::from(long.as_str())), &no_members()) else {
            panic!()
        };
        assert!(text.len() <= TEXT_MAX + 4 && text.ends_with('…'));
    }

    #[test]
    fn the_epoch_and_the_overflow_bit() {
        let at = DateTime::from(EPOCH_TICKS + 15);
        let value = DataValue {
            source_timestamp: Some(at),
            status: Some(StatusCode::Good.set_overflow(true)),
            ..DataValue::default()
        };
        assert_eq!(instant_of(&value), Some(Instant::from_ns(1500)));
        assert!(overflowed(&value));
        assert!(!overflowed(&DataValue { status: Some(StatusCode::Good), ..value }));
    }
}
