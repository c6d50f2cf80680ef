//! Alarms that a server tells by events.

use crate::rig::{Rig, device, options};
use trine_base::Value;
use trine_connector::kit::MemorySink;
use trine_emulator::{Device, DeviceSignal, Fault};
use trine_world::{Role, ValueKind};

/// A machine with a condition as its signal 6.
fn with_condition(name: &str) -> Device {
    let mut device = device(name);
    let condition = DeviceSignal {
        id: "SystemCondition".into(),
        name: "Control".into(),
        path: Vec::new(),
        kind: ValueKind::Text,
        unit: "",
        range: None,
        limits: None,
        role: Some(Role::Condition),
        members: Vec::new(),
    };
    device.signals.push(condition);
    device
}

async fn rig() -> Rig {
    let devices = [with_condition("GR-3"), with_condition("GR-4")];
    Rig::start(&devices, |options| options.alarms_by_events = true).await
}

fn says(sink: &MemorySink, key: &str, text: &str) -> bool {
    sink.value(key) == Some(Value::text(text))
}

#[tokio::test(flavor = "multi_thread")]
async fn alarms_come_and_go_and_those_from_before_are_told() {
    let rig = rig().await;
    rig.publish(0, 6, Value::text("WARNING|SPN-452|3||spindle vibrates"));
    let sink = MemorySink::default();
    let running = rig.connect(&sink, options("plc", &rig.endpoint()));
    let of_3 = rig.host.address(0, 6);
    let of_4 = rig.host.address(1, 6);
    sink.until("the alarm from before is told", |sink| {
        says(sink, &of_3, "WARNING|SPN-452|3||spindle vibrates")
    })
    .await;
    sink.until("and that there is none elsewhere", |sink| says(sink, &of_4, "NORMAL||||")).await;
    let world = sink.world();
    let signal = world.signals().find(|signal| signal.description.key.ends_with(&of_3)).unwrap();
    assert_eq!(
        (&*signal.description.thing, signal.description.role),
        ("urn:trine:test:GR-3", Some(Role::Condition))
    );
    rig.publish(0, 6, Value::text("FAULT|SPN-710|2||spindle broken"));
    sink.until("a second one is raised", |sink| says(sink, &of_3, "FAULT|SPN-710|2||spindle broken")).await;
    rig.publish(0, 6, Value::text("NORMAL||||"));
    let ended = |sink: &MemorySink, code: &str| {
        let begin = format!("NORMAL|{code}|");
        let texts = sink.samples(&of_3);
        texts.iter().any(|sample| sample.value.as_text().is_some_and(|text| text.starts_with(&begin)))
    };
    sink.until("both have ended", |sink| ended(sink, "SPN-452") && ended(sink, "SPN-710")).await;
    let times: Vec<_> = sink.samples(&of_3).iter().map(|sample| sample.source).collect();
    assert!(times.windows(2).all(|pair| pair[0] < pair[1]), "no alarm hides another: {times:?}");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_that_ended_while_the_line_was_cut_does_not_stay() {
    let mut rig = rig().await;
    let sink = MemorySink::default();
    let running = rig.connect(&sink, options("plc", &rig.endpoint()));
    let key = rig.host.address(0, 6);
    sink.until("all is well", |sink| says(sink, &key, "NORMAL||||")).await;
    rig.publish(0, 6, Value::text("FAULT|SPN-710|2||spindle broken"));
    sink.until("it is raised", |sink| says(sink, &key, "FAULT|SPN-710|2||spindle broken")).await;
    rig.host.fault(Fault::Drop);
    // The new server knows of no alarm.
    let devices = [with_condition("GR-3"), with_condition("GR-4")];
    rig.restart(&devices, |options| options.alarms_by_events = true).await;
    sink.until("it has ended", |sink| says(sink, &key, "NORMAL|SPN-710|||")).await;
    running.stop().await;
}
