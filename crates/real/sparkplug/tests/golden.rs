//! The wire format: bytes put together by hand from the published definition, and bytes that are none.

use proptest::prelude::*;
use prost::Message as _;
use trine_sparkplug::DataType;
use trine_sparkplug::payload::{DataSet, Metric, MetricValue, Payload, PropertySet, ScalarValue, Template};

/// `08 …` field 1 varint, `12 …` field 2 message, `18 …` field 3 varint: timestamp 1, one metric, seq 7.
#[test]
fn bytes_by_hand_are_read() {
    let metric: &[u8] = &[
        0x0A, 0x01, b'T', // name "T"
        0x10, 0x05, // alias 5
        0x18, 0x02, // timestamp 2
        0x20, 0x0A, // datatype 10, Double
        0x28, 0x01, // is_historical
        0x4A, 0x0A, // properties
        0x0A, 0x01, b'u', // key "u"
        0x12, 0x05, 0x08, 0x0C, 0x42, 0x01, b'C', // value: type 12, string_value (8) "C"
        0x69, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F, // double_value (13) 1.5
    ];
    let mut bytes = vec![0x08, 0x01, 0x12, metric.len() as u8];
    bytes.extend_from_slice(metric);
    bytes.extend_from_slice(&[0x18, 0x07]);
    let payload = Payload::decode(bytes.as_slice()).unwrap();
    let properties = PropertySet::default().with("u", DataType::String, ScalarValue::String("C".into()));
    let wanted = Metric {
        name: Some("T".into()),
        alias: Some(5),
        timestamp: Some(2),
        datatype: Some(10),
        is_historical: Some(true),
        properties: Some(properties),
        value: Some(MetricValue::Double(1.5)),
        ..Metric::default()
    };
    assert_eq!(
        payload,
        Payload { timestamp: Some(1), metrics: vec![wanted], seq: Some(7), ..Payload::default() }
    );
    assert_eq!(payload.encode_to_vec(), bytes);
}

/// The tags of the value field: 10 int, 11 long, 12 float, 14 boolean, 15 string, 16 bytes, 17 data set, 18 template.
#[test]
fn every_form_of_a_value_has_its_tag() {
    let cases = [
        (MetricValue::Int(1), vec![0x50, 1]),
        (MetricValue::Long(2), vec![0x58, 2]),
        (MetricValue::Float(1.0), vec![0x65, 0, 0, 0x80, 0x3F]),
        (MetricValue::Boolean(true), vec![0x70, 1]),
        (MetricValue::String("a".into()), vec![0x7A, 1, b'a']),
        (MetricValue::Bytes(vec![9]), vec![0x82, 0x01, 1, 9]),
        (MetricValue::DataSet(Box::default()), vec![0x8A, 0x01, 0]),
        (MetricValue::Template(Box::default()), vec![0x92, 0x01, 0]),
    ];
    for (value, bytes) in cases {
        assert_eq!(Metric { value: Some(value), ..Metric::default() }.encode_to_vec(), bytes);
    }
}

/// A structure within a structure within … is refused, not followed until the stack ends.
#[test]
fn a_payload_cannot_nest_without_end() {
    let mut template = Template::default();
    for _ in 0..500 {
        let value = Some(MetricValue::Template(Box::new(template)));
        template = Template { metrics: vec![Metric { value, ..Metric::default() }], ..Template::default() };
    }
    let metric = Metric { value: Some(MetricValue::Template(Box::new(template))), ..Metric::default() };
    let bytes = Payload { metrics: vec![metric], ..Payload::default() }.encode_to_vec();
    assert!(Payload::decode(bytes.as_slice()).is_err());
}

fn sound() -> Vec<u8> {
    let metric =
        |name: &str, value| Metric { name: Some(name.into()), value: Some(value), ..Metric::default() };
    let set = DataSet { num_of_columns: Some(1), columns: vec!["a".into()], types: vec![3], rows: vec![] };
    let metrics = vec![
        metric("a/b", MetricValue::Double(1.0)),
        metric("set", MetricValue::DataSet(Box::new(set))),
        metric(
            "structure",
            MetricValue::Template(Box::new(Template {
                metrics: vec![metric("m", MetricValue::Int(1))],
                ..Template::default()
            })),
        ),
    ];
    Payload { timestamp: Some(1), metrics, seq: Some(1), ..Payload::default() }.encode_to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_bytes_make_the_decoder_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Payload::decode(bytes.as_slice());
    }

    /// What a mutated payload says can be said again.
    #[test]
    fn mutations_are_refused_or_read(at in 0_usize..200, to in any::<u8>(), cut in 0_usize..200) {
        let mut bytes = sound();
        let index = at % bytes.len();
        bytes[index] = to;
        bytes.truncate(bytes.len() - cut % bytes.len());
        if let Ok(payload) = Payload::decode(bytes.as_slice()) {
            prop_assert_eq!(Payload::decode(payload.encode_to_vec().as_slice()).unwrap().encode_to_vec(), payload.encode_to_vec());
        }
    }
}
