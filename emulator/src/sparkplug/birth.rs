//! Births: what the edge node and its devices say of themselves.

use crate::{Device, DeviceSignal};
use trine_base::{Instant, Quality, Value};
use trine_sparkplug::DataType;
use trine_sparkplug::payload::{Metric, MetricValue, Payload, PropertySet, ScalarValue};
use trine_world::ValueKind;

/// The newest value of a signal.
#[derive(Clone, Debug)]
pub(super) struct Newest {
    pub at: Instant,
    pub value: Value,
    pub quality: Quality,
}

/// The path by which a signal is known: `Spindle/SpindleVibration`.
pub(super) fn metric_name(signal: &DeviceSignal) -> String {
    let parts: Vec<&str> = signal.path.iter().map(String::as_str).chain([signal.id.as_str()]).collect();
    parts.join("/")
}

/// The type that a signal has on the wire. An enumeration travels as its words unless it has numbers.
pub(super) fn datatype(signal: &DeviceSignal, newest: Option<&Newest>) -> DataType {
    match (signal.kind, newest.map(|newest| &newest.value)) {
        (ValueKind::Boolean, _) => DataType::Boolean,
        (ValueKind::Integer, _) | (ValueKind::Enumeration, Some(Value::Integer(_))) => DataType::Int64,
        (ValueKind::Number, _) => DataType::Double,
        (ValueKind::Text | ValueKind::Enumeration, _) => DataType::String,
    }
}

/// The birth of a device: its plate, then its signals with aliases from `alias` on.
pub(super) fn device_birth(
    device: &Device,
    newest: &[Option<Newest>],
    alias: u64,
    off_ns: i64,
) -> Vec<Metric> {
    let plate = [
        ("productInstanceUri", device.key.as_str()),
        ("name", device.name.as_str()),
        ("class", device.class.as_str()),
        ("level", level_word(device)),
    ];
    let plate =
        plate.into_iter().chain(device.nameplate.iter().map(|(key, value)| (key.as_str(), value.as_str())));
    let mut metrics: Vec<Metric> =
        plate.map(|(key, value)| text(&format!("Properties/{key}"), value)).collect();
    for ((signal, newest), alias) in device.signals.iter().zip(newest).zip(alias..) {
        let datatype = datatype(signal, newest.as_ref());
        let mut metric = match newest {
            Some(newest) => data(newest, off_ns),
            None => Metric { is_null: Some(true), ..Metric::default() },
        };
        metric.name = Some(metric_name(signal));
        metric.alias = Some(alias);
        metric.datatype = Some(datatype as u32);
        metric.properties = Some(properties(signal, metric.properties.take().unwrap_or_default()));
        metrics.push(metric);
    }
    metrics
}

fn level_word(device: &Device) -> &'static str {
    use trine_world::Level;
    match device.level {
        Level::Enterprise => "enterprise",
        Level::Site => "site",
        Level::Area => "area",
        Level::WorkCenter => "work-center",
        Level::WorkUnit => "work-unit",
        Level::Component => "component",
        Level::Vehicle => "vehicle",
        Level::Floor => "floor",
        Level::Organisation => "organisation",
        Level::Connection => "connection",
    }
}

/// A value as it travels in data; the caller adds alias or name.
pub(super) fn data(newest: &Newest, off_ns: i64) -> Metric {
    let ms = newest.at.plus_ns(off_ns).as_ns().div_euclid(1_000_000);
    let value = match &newest.value {
        Value::Absent => None,
        Value::Boolean(b) => Some(MetricValue::Boolean(*b)),
        Value::Integer(n) => Some(MetricValue::Long(*n as u64)),
        Value::Number(x) => Some(MetricValue::Double(*x)),
        Value::Text(words) => Some(MetricValue::String(words.to_string())),
    };
    Metric {
        timestamp: Some(u64::try_from(ms).unwrap_or_default()),
        is_null: value.is_none().then_some(true),
        properties: quality(newest.quality),
        value,
        ..Metric::default()
    }
}

/// Only what is not good carries its quality: the three words of Sparkplug, and the status code itself.
fn quality(quality: Quality) -> Option<PropertySet> {
    let word = match quality {
        Quality::GOOD => return None,
        Quality::UNCERTAIN_LAST_USABLE => 500,
        quality if quality.is_bad() => 0,
        _ => 192,
    };
    let set = PropertySet::default().with("Quality", DataType::Int32, ScalarValue::Int(word));
    Some(set.with("statusCode", DataType::UInt32, ScalarValue::Int(quality.0)))
}

fn properties(signal: &DeviceSignal, mut set: PropertySet) -> PropertySet {
    let mut text = |key: &str, value: &str| {
        if !value.is_empty() {
            set = std::mem::take(&mut set).with(key, DataType::String, ScalarValue::String(value.to_owned()));
        }
    };
    text("displayName", &signal.name);
    text("engUnit", signal.unit);
    text("role", signal.role.map_or("", |role| role.as_str()));
    if signal.kind == ValueKind::Enumeration {
        text("kind", "enumeration");
    }
    let members: Vec<String> =
        signal.members.iter().map(|(number, word)| format!("{number}={word}")).collect();
    text("members", &members.join(";"));
    let limits = signal.limits.unwrap_or_default();
    let [low, high] = signal.range.map_or([None, None], |range| range.map(Some));
    for (key, value) in
        [("engLow", low), ("engHigh", high), ("warnHigh", limits.warn), ("alarmHigh", limits.alarm)]
    {
        if let Some(value) = value {
            set = set.with(key, DataType::Double, ScalarValue::Double(value));
        }
    }
    set
}

/// The birth of the edge node itself (tck-id-topics-nbirth-rebirth-metric, tck-id-topics-nbirth-bdseq-included).
pub(super) fn node_birth(bd_seq: u64) -> Vec<Metric> {
    let rebirth = Metric {
        name: Some("Node Control/Rebirth".to_owned()),
        datatype: Some(DataType::Boolean as u32),
        value: Some(MetricValue::Boolean(false)),
        ..Metric::default()
    };
    vec![bd_seq_metric(bd_seq), rebirth, text("Properties/ManufacturerName", "Trine emulator")]
}

/// The payload of the will (tck-id-payloads-ndeath-bdseq).
pub(super) fn node_death(bd_seq: u64) -> Payload {
    Payload { metrics: vec![bd_seq_metric(bd_seq)], ..Payload::default() }
}

fn bd_seq_metric(bd_seq: u64) -> Metric {
    Metric {
        name: Some("bdSeq".to_owned()),
        datatype: Some(DataType::Int64 as u32),
        value: Some(MetricValue::Long(bd_seq)),
        ..Metric::default()
    }
}

fn text(name: &str, value: &str) -> Metric {
    Metric {
        name: Some(name.to_owned()),
        datatype: Some(DataType::String as u32),
        value: Some(MetricValue::String(value.to_owned())),
        ..Metric::default()
    }
}
