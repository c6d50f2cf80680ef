//! Structured values become the signals of their fields, or say why they do not.

use crate::rig::{Rig, device, options};
use trine_base::{Quality, Value};
use trine_connector::kit::MemorySink;
use trine_world::{Role, ValueKind};

#[tokio::test(flavor = "multi_thread")]
async fn the_fields_of_a_structure_are_signals() {
    let rig = Rig::start(&[device("GR-3")], |options| options.structures = true).await;
    let sink = MemorySink::default();
    let running = rig.connect(&sink, options("plc", &rig.endpoint()));
    rig.publish(0, 0, Value::Number(1.5));
    rig.publish(0, 0, Value::Number(2.5));
    sink.until("the number came", |sink| sink.value("LastReading#Value") == Some(Value::Number(2.5))).await;
    assert_eq!(sink.value("LastReading#Signal"), Some(Value::text("Speed")));
    assert_eq!(sink.value("LastReading#Detail.Count"), Some(Value::Integer(2)));
    assert_eq!(sink.value("LastReading#Detail.Note"), Some(Value::text("even")));
    rig.publish(0, 1, Value::Integer(7));
    sink.until("the next came", |sink| sink.value("LastReading#Value") == Some(Value::Number(7.0))).await;
    let note = sink.samples("LastReading#Detail.Note").pop().unwrap();
    assert_eq!(
        (note.value, note.quality),
        (Value::Absent, Quality::BAD_NO_DATA),
        "an optional field may be missing"
    );
    let world = sink.world();
    let key = "connection/plc/nsu=urn:trine:emulator:line-1;s=GR-3.LastReading#Detail.Count";
    let count = &world.signal_by_key(key).unwrap().description;
    assert_eq!((count.kind, &*count.name), (ValueKind::Integer, "Count"));
    assert_eq!(count.path, ["LastReading", "Detail"]);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_structure_that_nobody_describes_is_kept_as_bad_and_that_is_said() {
    let rig = Rig::start(&[device("GR-3")], |options| options.structures = true).await;
    let sink = MemorySink::default();
    let running = rig.connect(&sink, options("plc", &rig.endpoint()));
    rig.publish(0, 0, Value::Number(1.5));
    sink.until("it came", |sink| {
        sink.samples("GR-3.Opaque").iter().any(|sample| sample.value != Value::Absent)
    })
    .await;
    let sample = sink.samples("GR-3.Opaque").pop().unwrap();
    // Bad_DataTypeIdUnknown, OPC 10000-6 A.2.
    assert_eq!(sample.quality, Quality(0x8011_0000));
    let world = sink.world();
    let error =
        world.signals().find(|signal| signal.description.role == Some(Role::ConnectionError)).unwrap();
    let key = error.description.key.to_string();
    let words = "1 structured variables cannot be read by their fields";
    sink.until("the reason is said", |sink| {
        sink.value(&key).is_some_and(|value| value.as_text().is_some_and(|text| text.contains(words)))
    })
    .await;
    running.stop().await;
}
