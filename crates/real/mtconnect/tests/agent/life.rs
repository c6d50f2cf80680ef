//! What an agent says in sound days.

use crate::rig::{Rig, now, reading};
use trine_base::{Quality, Unit, Value};
use trine_emulator::Reading;
use trine_world::{Role, ValueKind};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_probed_becomes_things_and_what_is_streamed_samples() {
    let rig = Rig::running().await;
    let at = now();
    let good = |signal, value| Reading { at, ..reading(signal, value) };
    rig.host.publish(&[
        good(0, Value::Number(3.5)),
        good(1, Value::text("starved")),
        good(2, Value::Integer(4)),
        good(3, Value::Boolean(true)),
        good(4, Value::text("P<17> & more")),
        good(5, Value::text("FAULT|VIB|1|HIGH|Too \"loud\" | see manual")),
    ]);
    rig.sink
        .until("the condition arrives", |sink| {
            sink.value("GR-1-Health") == Some(Value::text("FAULT|VIB|1|HIGH|Too \"loud\" | see manual"))
        })
        .await;
    assert_eq!(rig.sink.value("GR-1-Vibration"), Some(Value::Number(3.5)));
    assert_eq!(rig.sink.value("GR-1-State"), Some(Value::text("starved")));
    assert_eq!(rig.sink.value("GR-1-Count"), Some(Value::Integer(4)));
    assert_eq!(rig.sink.value("GR-1-Guard"), Some(Value::Boolean(true)));
    assert_eq!(rig.sink.value("GR-1-Part"), Some(Value::text("P<17> & more")));
    assert_eq!(rig.sink.samples("GR-1-Vibration").pop().unwrap().source, at, "to the nanosecond");

    let world = rig.sink.world();
    let thing = &world.thing_by_key("urn:grinder:1").unwrap().description;
    assert_eq!((&*thing.name, &*thing.class), ("GR-1", "grinding-machine"));
    assert_eq!(thing.nameplate["ManufacturerName"], "Robots & Presses \"Ltd\"");
    assert_eq!(thing.nameplate["SerialNumber"], "<17>");
    let key = format!("connection/a/{}", rig.host.address(3, 0));
    let vibration = &world.signal_by_key(&key).unwrap().description;
    assert_eq!((vibration.kind, vibration.role), (ValueKind::Number, Some(Role::Vibration)));
    assert_eq!((vibration.unit.clone(), vibration.range), (Some(Unit::named("C16")), Some([0.0, 9.0])));
    assert_eq!(vibration.limits.unwrap().alarm, Some(7.1));
    assert_eq!((&*vibration.name, vibration.path.as_slice()), ("The Vibration", &["Spindle".to_owned()][..]));
    let of = |signal| {
        let key = format!("connection/a/{}", rig.host.address(3, signal));
        let description = world.signal_by_key(&key).unwrap().description.clone();
        (description.kind, description.role)
    };
    assert_eq!(of(1), (ValueKind::Enumeration, Some(Role::State)));
    assert_eq!(of(2), (ValueKind::Integer, Some(Role::PartCount)));
    assert_eq!(of(3), (ValueKind::Boolean, None));
    assert_eq!(of(4), (ValueKind::Text, Some(Role::Part)));
    assert_eq!(of(5), (ValueKind::Text, Some(Role::Condition)));
    assert_eq!(of(6), (ValueKind::Number, Some(Role::SpindleSpeed)));
}

#[tokio::test(flavor = "multi_thread")]
async fn unavailable_is_kept_for_what_it_is() {
    let rig = Rig::running().await;
    let first = rig.sink.samples("GR-1-Vibration").remove(0);
    assert_eq!((first.value, first.quality), (Value::Absent, Quality::BAD_NO_DATA), "not reported yet");
    let health = rig.sink.samples("GR-1-Health").remove(0);
    assert_eq!((health.value, health.quality), (Value::text("UNAVAILABLE||||"), Quality::BAD_NO_DATA));
    rig.vibrate(1.0);
    rig.vibrates(1.0).await;
    rig.host.publish(&[Reading { quality: Quality::BAD, ..reading(0, Value::Number(2.0)) }]);
    rig.sink.until("it is unavailable", |sink| sink.value("GR-1-Vibration") == Some(Value::Absent)).await;
}
