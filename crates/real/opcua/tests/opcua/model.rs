//! What the connector makes of an address space.

use crate::rig::{Rig, device, options};
use trine_base::Value;
use trine_connector::kit::MemorySink;
use trine_world::{Level, Limits, RelationKind, Role, ValueKind};

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_comes_with_its_plate_and_its_signals_with_all_that_is_said_of_them() {
    let rig = Rig::start(&[device("GR-3")], |_| {}).await;
    let sink = MemorySink::default();
    let running = rig.connect(&sink, options("plc", &rig.endpoint()));
    sink.until("the machine is there", |sink| sink.world().thing_by_key("urn:trine:test:GR-3").is_some())
        .await;
    let world = sink.world();
    let thing = world.thing_by_key("urn:trine:test:GR-3").unwrap();
    let description = &thing.description;
    assert_eq!((&*description.name, &*description.class), ("GR-3", "grinding-machine"));
    assert_eq!(description.level, Level::WorkUnit);
    for (name, value) in
        [("ManufacturerName", "Muster AG"), ("SerialNumber", "SN-GR-3"), ("Note", "by the window")]
    {
        assert_eq!(description.nameplate.get(name).map(String::as_str), Some(value), "{name}");
    }
    let connected = |r: &&trine_world::Relation| r.kind == RelationKind::ConnectedBy && r.from == thing.id;
    assert_eq!(world.relations().filter(connected).count(), 1);
    let signals: Vec<_> = world.signals_of(thing.id).collect();
    assert_eq!(signals.len(), 6);
    let speed =
        &world.signal_by_key(&format!("connection/plc/{}", rig.host.address(0, 0))).unwrap().description;
    assert_eq!(speed.kind, ValueKind::Number);
    assert_eq!(speed.unit.as_ref().map(|unit| unit.code.as_str()), Some("RPM"));
    assert_eq!(speed.range, Some([0.0, 6000.0]));
    assert_eq!(speed.limits, Some(Limits { warn: Some(5000.0), alarm: Some(5800.0) }));
    assert_eq!((speed.path.as_slice(), speed.role), (&["Spindle".to_owned()][..], Some(Role::SpindleSpeed)));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn enumerations_come_as_the_words_of_the_server() {
    let rig = Rig::start(&[device("GR-3")], |_| {}).await;
    let sink = MemorySink::default();
    let running = rig.connect(&sink, options("plc", &rig.endpoint()));
    rig.publish(0, 2, Value::text("running"));
    rig.publish(0, 5, Value::Integer(20));
    rig.publish(0, 3, Value::text("O-77"));
    rig.publish(0, 4, Value::Boolean(true));
    rig.publish(0, 1, Value::Integer(12));
    sink.until("the state came", |sink| sink.value(".State") == Some(Value::text("running"))).await;
    sink.until("the phase came", |sink| sink.value(".Phase") == Some(Value::text("fine"))).await;
    sink.until("the program came", |sink| sink.value(".Program") == Some(Value::text("O-77"))).await;
    sink.until("the switch came", |sink| sink.value("Coolant.Coolant") == Some(Value::Boolean(true))).await;
    sink.until("the counter came", |sink| sink.value(".Parts") == Some(Value::Integer(12))).await;
    let key = format!("connection/plc/{}", rig.host.address(0, 5));
    let phase = sink.world().signal_by_key(&key).unwrap().description.clone();
    assert_eq!(phase.kind, ValueKind::Enumeration);
    assert_eq!(phase.members, vec![(10, "rough".into()), (20, "fine".into())]);
    running.stop().await;
}
