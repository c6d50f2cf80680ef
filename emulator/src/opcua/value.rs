//! Readings of the plant as data values of OPC UA.

use crate::DeviceSignal;
use opcua::types::{DataTypeId, DataValue, DateTime, StatusCode, UAString, Variant};
use trine_base::{Instant, Quality, Value};
use trine_world::ValueKind;

/// 100 ns ticks between 1601-01-01 and the Unix epoch.
///
/// Spec: OPC 10000-6, 5.2.2.5 DateTime.
const EPOCH_TICKS: i64 = 116_444_736_000_000_000;

/// The data type that a signal has on the wire.
pub(super) fn data_type(signal: &DeviceSignal) -> DataTypeId {
    match signal.kind {
        ValueKind::Boolean => DataTypeId::Boolean,
        ValueKind::Integer => DataTypeId::Int64,
        ValueKind::Number => DataTypeId::Double,
        ValueKind::Enumeration if !signal.members.is_empty() => DataTypeId::Int32,
        ValueKind::Text | ValueKind::Enumeration => DataTypeId::String,
    }
}

/// An instant as ticks of 100 ns since 1601.
pub(super) fn date_time(at: Instant) -> DateTime {
    DateTime::from(at.as_ns().div_euclid(100).saturating_add(EPOCH_TICKS))
}

/// A reading of a signal as it stands in the address space.
pub(super) fn data_value(signal: &DeviceSignal, at: Instant, value: &Value, quality: Quality) -> DataValue {
    let missing = matches!(value, Value::Absent) && quality.is_good();
    let status = if missing { Quality::BAD_NO_DATA } else { quality };
    DataValue {
        value: Some(variant(signal, value)),
        status: Some(StatusCode::from(status.0)),
        source_timestamp: Some(date_time(at)),
        server_timestamp: Some(DateTime::now()),
        ..DataValue::default()
    }
}

/// What stands in the address space before the first reading.
pub(super) fn nothing_yet() -> DataValue {
    DataValue { status: Some(StatusCode::BadWaitingForInitialData), ..DataValue::default() }
}

fn variant(signal: &DeviceSignal, value: &Value) -> Variant {
    let number_of =
        |word: &str| signal.members.iter().find(|(_, member)| member == word).map(|(number, _)| *number);
    match (value, data_type(signal)) {
        (Value::Absent, _) => Variant::Empty,
        (Value::Boolean(b), _) => Variant::Boolean(*b),
        (Value::Integer(i), DataTypeId::Double) => Variant::Double(*i as f64),
        (Value::Integer(i), DataTypeId::Int32) => Variant::Int32(i32::try_from(*i).unwrap_or(i32::MAX)),
        (Value::Integer(i), _) => Variant::Int64(*i),
        (Value::Number(x), _) => Variant::Double(*x),
        (Value::Text(word), DataTypeId::Int32) => {
            let number = number_of(word).and_then(|number| i32::try_from(number).ok());
            number.map_or_else(|| Variant::String(UAString::from(word.as_ref())), Variant::Int32)
        }
        (Value::Text(text), _) => Variant::String(UAString::from(text.as_ref())),
    }
}
