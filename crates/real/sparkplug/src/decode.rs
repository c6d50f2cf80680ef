//! From a metric on the wire to a value: what does not fit its type is marked, never guessed.
//!
//! Spec: Eclipse Sparkplug 3.0, 6.4.6 Metric, 6.4.9 PropertySet (`Quality`), 6.4.16 Data Types (arrays).

use crate::DataType;
use crate::payload::{CellValue, DataSet, Metric, MetricValue, PropertySet};
use serde_json::{Value as Json, json};
use trine_base::{Instant, Quality, Value};

/// Longer texts are cut; the quality says so.
const TEXT_MAX: usize = 16 << 10;

/// The value of a metric with its quality.
pub(crate) fn value(metric: &Metric, datatype: DataType) -> (Value, Quality) {
    let stated = metric.properties.as_ref().map_or(Quality::GOOD, quality);
    // 6.4.6: a null metric has no value, whatever its value field holds.
    let Some(value) = metric.value.as_ref().filter(|_| metric.is_null != Some(true)) else {
        return (Value::Absent, if stated.is_bad() { stated } else { Quality::BAD_NO_DATA });
    };
    let (value, read) = typed(value, datatype);
    (value, if read.is_good() { stated } else { read })
}

/// When the metric was so: its own time stamp, else its payload's, else the time of arrival.
pub(crate) fn instant(metric: Option<u64>, payload: Option<u64>, now: Instant) -> Instant {
    metric.or(payload).map_or(now, |ms| Instant::from_ms(i64::try_from(ms).unwrap_or(i64::MAX)))
}

/// The `Quality` property (192 good, 0 bad, 500 stale), and an OPC UA status code where a gateway passes one on.
fn quality(properties: &PropertySet) -> Quality {
    if let Some(code) = properties.get("statusCode").and_then(crate::payload::ScalarValue::as_f64) {
        return Quality(code as i64 as u32);
    }
    match properties.get("Quality").and_then(crate::payload::ScalarValue::as_f64).map(|code| code as i64) {
        None => Quality::GOOD,
        Some(500) => Quality::UNCERTAIN_LAST_USABLE,
        Some(192..) => Quality::GOOD,
        Some(64..192) => Quality::UNCERTAIN,
        Some(_) => Quality::BAD,
    }
}

fn typed(value: &MetricValue, datatype: DataType) -> (Value, Quality) {
    use DataType as T;
    let good = |value| (value, Quality::GOOD);
    match (datatype, value) {
        // Small signed integers travel in two's complement of 8, 16 or 32 bits; cutting reads them all.
        (T::Int8, MetricValue::Int(n)) => good(Value::Integer(i64::from(*n as i8))),
        (T::Int16, MetricValue::Int(n)) => good(Value::Integer(i64::from(*n as i16))),
        (T::Int32, MetricValue::Int(n)) => good(Value::Integer(i64::from(*n as i32))),
        (T::UInt8 | T::UInt16 | T::UInt32, MetricValue::Int(n)) => good(Value::Integer(i64::from(*n))),
        (T::UInt8 | T::UInt16 | T::UInt32, MetricValue::Long(n)) if u32::try_from(*n).is_ok() => {
            good(Value::Integer(*n as i64))
        }
        (T::Int8 | T::Int16 | T::Int32 | T::Int64, MetricValue::Long(n)) => good(Value::Integer(*n as i64)),
        (T::Int64, MetricValue::Int(n)) => good(Value::Integer(i64::from(*n as i32))),
        (T::UInt64, MetricValue::Int(n)) => good(Value::Integer(i64::from(*n))),
        (T::UInt64, MetricValue::Long(n)) => {
            i64::try_from(*n).map_or((Value::Absent, Quality::BAD_OUT_OF_RANGE), |n| good(Value::Integer(n)))
        }
        (T::Float | T::Double, MetricValue::Float(x)) => number(f64::from(*x)),
        (T::Float | T::Double, MetricValue::Double(x)) => number(*x),
        (T::Boolean, MetricValue::Boolean(b)) => good(Value::Boolean(*b)),
        (T::String | T::Text | T::Uuid, MetricValue::String(words)) => text(words),
        (T::DateTime, MetricValue::Long(ms)) => text(&instant(Some(*ms), None, Instant::EPOCH).to_string()),
        (T::DataSet, MetricValue::DataSet(set)) => table(set),
        (T::Bytes | T::File, MetricValue::Bytes(bytes)) => text(&hexadecimal(bytes)),
        (array, MetricValue::Bytes(bytes)) => elements(array, bytes),
        _ => (Value::Absent, Quality::BAD_TYPE_MISMATCH),
    }
}

fn number(x: f64) -> (Value, Quality) {
    if x.is_finite() { (Value::Number(x), Quality::GOOD) } else { (Value::Absent, Quality::BAD_OUT_OF_RANGE) }
}

fn text(words: &str) -> (Value, Quality) {
    if words.len() <= TEXT_MAX {
        return (Value::text(words), Quality::GOOD);
    }
    let end = (0..=TEXT_MAX).rev().find(|at| words.is_char_boundary(*at)).unwrap_or(0);
    (Value::text(&words[..end]), Quality::UNCERTAIN)
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().take(TEXT_MAX / 2 + 1).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A table as JSON: `{"columns":[…],"rows":[[…]]}`. One whose rows do not fit its columns is damaged.
fn table(set: &DataSet) -> (Value, Quality) {
    let width = set.columns.len();
    let stated = set.num_of_columns.is_none_or(|count| count == width as u64);
    if !stated || set.types.len() != width || set.rows.iter().any(|row| row.elements.len() != width) {
        return (Value::Absent, Quality::BAD_DECODING);
    }
    let row = |row: &crate::payload::Row| -> Json {
        let cells = row
            .elements
            .iter()
            .zip(&set.types)
            .map(|(cell, datatype)| cell_json(cell.value.as_ref(), *datatype));
        Json::Array(cells.collect())
    };
    let rows: Vec<Json> = set.rows.iter().map(row).collect();
    text(&json!({ "columns": set.columns, "rows": rows }).to_string())
}

fn cell_json(value: Option<&CellValue>, datatype: u32) -> Json {
    let signed = matches!(datatype, 1..=4);
    match value {
        None => Json::Null,
        Some(CellValue::Int(n)) if signed => json!(*n as i32),
        Some(CellValue::Int(n)) => json!(n),
        Some(CellValue::Long(n)) if signed => json!(*n as i64),
        Some(CellValue::Long(n)) => json!(n),
        Some(CellValue::Float(x)) => json!(x),
        Some(CellValue::Double(x)) => json!(x),
        Some(CellValue::Boolean(b)) => json!(b),
        Some(CellValue::String(text)) => json!(text),
    }
}

/// An array as JSON. Arrays travel packed, little-endian; booleans as a count and bits, texts ended by zeros.
fn elements(datatype: DataType, bytes: &[u8]) -> (Value, Quality) {
    use DataType as T;
    let list = match datatype {
        T::Int8Array => packed(bytes, |[b]: [u8; 1]| json!(b as i8)),
        T::UInt8Array => packed(bytes, |[b]: [u8; 1]| json!(b)),
        T::Int16Array => packed(bytes, |b| json!(i16::from_le_bytes(b))),
        T::UInt16Array => packed(bytes, |b| json!(u16::from_le_bytes(b))),
        T::Int32Array => packed(bytes, |b| json!(i32::from_le_bytes(b))),
        T::UInt32Array => packed(bytes, |b| json!(u32::from_le_bytes(b))),
        T::Int64Array | T::DateTimeArray => packed(bytes, |b| json!(i64::from_le_bytes(b))),
        T::UInt64Array => packed(bytes, |b| json!(u64::from_le_bytes(b))),
        T::FloatArray => packed(bytes, |b| json!(f32::from_le_bytes(b))),
        T::DoubleArray => packed(bytes, |b| json!(f64::from_le_bytes(b))),
        T::BooleanArray => bits(bytes),
        T::StringArray => texts(bytes),
        _ => return (Value::Absent, Quality::BAD_TYPE_MISMATCH),
    };
    list.map_or((Value::Absent, Quality::BAD_DECODING), |list| text(&Json::Array(list).to_string()))
}

fn packed<const N: usize>(bytes: &[u8], read: impl Fn([u8; N]) -> Json) -> Option<Vec<Json>> {
    let (chunks, rest) = bytes.as_chunks::<N>();
    rest.is_empty().then(|| chunks.iter().map(|chunk| read(*chunk)).collect())
}

fn bits(bytes: &[u8]) -> Option<Vec<Json>> {
    let (count, bits) = bytes.split_first_chunk::<4>()?;
    let count = u32::from_le_bytes(*count) as usize;
    (bits.len() == count.div_ceil(8))
        .then(|| (0..count).map(|at| json!(bits[at / 8] & (0x80 >> (at % 8)) != 0)).collect())
}

fn texts(bytes: &[u8]) -> Option<Vec<Json>> {
    let Some(texts) = bytes.strip_suffix(&[0]) else { return bytes.is_empty().then(Vec::new) };
    texts
        .split(|byte| *byte == 0)
        .map(|text| std::str::from_utf8(text).ok().map(|text| json!(text)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::{DataSetValue, Row, ScalarValue};

    fn read(datatype: DataType, value: MetricValue) -> (Value, Quality) {
        super::value(&Metric { value: Some(value), ..Metric::default() }, datatype)
    }

    /// tck-id-payloads-metric-datatype-value-type
    #[test]
    fn every_scalar_is_read_by_its_type() {
        let good = |value| (value, Quality::GOOD);
        assert_eq!(read(DataType::Int8, MetricValue::Int(0xFFFF_FFFE)), good(Value::Integer(-2)));
        assert_eq!(read(DataType::Int8, MetricValue::Int(0xFE)), good(Value::Integer(-2)));
        assert_eq!(read(DataType::Int16, MetricValue::Int(0xFFFE)), good(Value::Integer(-2)));
        assert_eq!(read(DataType::Int32, MetricValue::Int(u32::MAX)), good(Value::Integer(-1)));
        assert_eq!(read(DataType::UInt32, MetricValue::Int(u32::MAX)), good(Value::Integer(4_294_967_295)));
        assert_eq!(read(DataType::UInt32, MetricValue::Long(7)), good(Value::Integer(7)));
        assert_eq!(read(DataType::Int64, MetricValue::Long(u64::MAX)), good(Value::Integer(-1)));
        assert_eq!(
            read(DataType::UInt64, MetricValue::Long(u64::MAX)),
            (Value::Absent, Quality::BAD_OUT_OF_RANGE)
        );
        assert_eq!(read(DataType::Float, MetricValue::Float(0.5)), good(Value::Number(0.5)));
        assert_eq!(
            read(DataType::Double, MetricValue::Double(f64::NAN)),
            (Value::Absent, Quality::BAD_OUT_OF_RANGE)
        );
        assert_eq!(read(DataType::Boolean, MetricValue::Boolean(true)), good(Value::Boolean(true)));
        assert_eq!(read(DataType::DateTime, MetricValue::Long(0)), good(Value::text("1970-01-01T00:00:00Z")));
        assert_eq!(read(DataType::Boolean, MetricValue::String("x".into())).1, Quality::BAD_TYPE_MISMATCH);
        assert_eq!(read(DataType::Text, MetricValue::String("x".repeat(20_000))).1, Quality::UNCERTAIN);
    }

    /// tck-id-payloads-propertyset-quality-value-value
    #[test]
    fn null_and_quality_are_kept() {
        let with = |quality: u32| {
            let properties =
                PropertySet::default().with("Quality", DataType::Int32, ScalarValue::Int(quality));
            let value = Some(MetricValue::Double(1.0));
            super::value(
                &Metric { value, properties: Some(properties), ..Metric::default() },
                DataType::Double,
            )
            .1
        };
        assert_eq!(with(192), Quality::GOOD);
        assert_eq!(with(0), Quality::BAD);
        assert_eq!(with(500), Quality::UNCERTAIN_LAST_USABLE);
        let null = Metric { is_null: Some(true), value: Some(MetricValue::Int(1)), ..Metric::default() };
        assert_eq!(super::value(&null, DataType::Int32), (Value::Absent, Quality::BAD_NO_DATA));
    }

    /// tck-id-payloads-dataset-column-size, tck-id-payloads-dataset-types-num
    #[test]
    fn a_table_is_told_as_json_and_a_crooked_one_is_bad() {
        let cell = |value| DataSetValue { value: Some(value) };
        let row = Row { elements: vec![cell(CellValue::Int(u32::MAX)), cell(CellValue::String("a".into()))] };
        let mut set = DataSet {
            num_of_columns: Some(2),
            columns: vec!["n".into(), "t".into()],
            types: vec![3, 12],
            rows: vec![row],
        };
        let read_set = |set: &DataSet| read(DataType::DataSet, MetricValue::DataSet(Box::new(set.clone())));
        assert_eq!(read_set(&set).0, Value::text(r#"{"columns":["n","t"],"rows":[[-1,"a"]]}"#));
        set.rows[0].elements.pop();
        assert_eq!(read_set(&set), (Value::Absent, Quality::BAD_DECODING));
    }

    #[test]
    fn arrays_are_told_as_json() {
        let read = |datatype, bytes: &[u8]| read(datatype, MetricValue::Bytes(bytes.to_vec()));
        assert_eq!(read(DataType::Int16Array, &[1, 0, 0xFF, 0xFF]).0, Value::text("[1,-1]"));
        assert_eq!(read(DataType::Int16Array, &[1]).1, Quality::BAD_DECODING);
        assert_eq!(
            read(DataType::BooleanArray, &[3, 0, 0, 0, 0b1010_0000]).0,
            Value::text("[true,false,true]")
        );
        assert_eq!(read(DataType::BooleanArray, &[255, 255, 255, 255]).1, Quality::BAD_DECODING);
        assert_eq!(read(DataType::StringArray, b"a\0bc\0").0, Value::text(r#"["a","bc"]"#));
        assert_eq!(read(DataType::Bytes, &[0xAB, 1]).0, Value::text("ab01"));
    }
}
