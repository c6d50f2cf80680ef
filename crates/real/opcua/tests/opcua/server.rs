//! Servers that are narrow, that change, and that start again.

use crate::rig::{Rig, device, options};
use std::collections::BTreeSet;
use trine_base::{Quality, Value};
use trine_connector::kit::MemorySink;
use trine_connector::{Clock, SystemClock};
use trine_emulator::opcua::OpcUaHostLimits;
use trine_emulator::{Fault, Reading};
use trine_opcua::OpcUaOptions;
use trine_world::FactKind;

#[tokio::test(flavor = "multi_thread")]
async fn a_narrow_server_is_asked_in_pieces_and_by_continuation_points() {
    let devices: Vec<_> = (0..25).map(|n| device(&format!("M-{n}"))).collect();
    let narrow = OpcUaHostLimits {
        references_per_node: 3,
        nodes_per_read: 7,
        nodes_per_browse: 2,
        items_per_call: 4,
        items_per_subscription: 40,
        queue_size: 10,
    };
    let rig = Rig::start(&devices, |options| options.limits = narrow).await;
    let sink = MemorySink::default();
    let running = rig.connect(&sink, options("plc", &rig.endpoint()));
    sink.until("all signals are there", |sink| sink.world().signals().count() >= 25 * 6).await;
    for device in 0..25 {
        rig.publish(device, 0, Value::Number(f64::from(device)));
    }
    for device in 0..25 {
        let key = rig.host.address(device, 0);
        let value = Some(Value::Number(f64::from(device)));
        sink.until("every subscription works", |sink| sink.value(&key) == value).await;
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_outlive_a_restart_that_moves_the_namespaces() {
    let mut rig = Rig::start(&[device("GR-3")], |_| {}).await;
    let sink = MemorySink::default();
    let running = rig.connect(&sink, options("plc", &rig.endpoint()));
    rig.publish(0, 0, Value::Number(1.0));
    sink.until("the first value came", |sink| sink.value("Speed") == Some(Value::Number(1.0))).await;
    let keys = |sink: &MemorySink| -> BTreeSet<_> {
        sink.world().signals().map(|signal| (signal.description.key.clone(), signal.id)).collect()
    };
    let before = keys(&sink);
    rig.restart(&[device("GR-3"), device("GR-4")], |options| {
        options.other_namespaces = vec!["urn:example:new".into(), "urn:example:newer".into()];
    })
    .await;
    sink.until("the new machine is there", |sink| sink.world().thing_by_key("urn:trine:test:GR-4").is_some())
        .await;
    rig.publish(0, 0, Value::Number(2.0));
    sink.until("the old signal goes on", |sink| sink.value("GR-3.Spindle.Speed") == Some(Value::Number(2.0)))
        .await;
    assert!(before.is_subset(&keys(&sink)), "known signals keep their keys and ids");
    let opened = sink.facts().iter().filter(|fact| matches!(fact.kind, FactKind::GapOpened { .. })).count();
    assert!(opened >= 1, "the restart left a gap");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_while_the_line_was_cut_is_fetched() {
    let rig = Rig::start(&[device("GR-3")], |_| {}).await;
    let sink = MemorySink::default();
    let running = rig.connect(&sink, options("plc", &rig.endpoint()));
    rig.publish(0, 0, Value::Number(0.0));
    sink.until("the first value came", |sink| sink.value("Speed").is_some()).await;
    for round in 0..5 {
        rig.host.fault(Fault::Drop);
        for step in 0..20 {
            rig.publish(0, 0, Value::Number(f64::from(round * 100 + step + 1)));
        }
        let last = Some(Value::Number(f64::from(round * 100 + 20)));
        sink.until("the last value came", |sink| sink.value("Speed") == last).await;
    }
    let values: Vec<_> = sink.samples("Speed").iter().filter_map(|sample| sample.value.as_f64()).collect();
    let wanted = (0..5).flat_map(|round| (1..=20).map(move |step| f64::from(round * 100 + step)));
    let wanted: Vec<_> = std::iter::once(0.0).chain(wanted).collect();
    let mut came = values.clone();
    came.dedup();
    assert_eq!(came, wanted, "the session was resumed with its subscriptions");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_names_a_signal_twice_keeps_both_values() {
    let rig = Rig::start(&[device("GR-3")], |_| {}).await;
    let sink = MemorySink::default();
    let running = rig.connect(&sink, options("plc", &rig.endpoint()));
    rig.publish(0, 0, Value::Number(0.0));
    sink.until("the first value came", |sink| sink.value("Speed").is_some()).await;
    let at = SystemClock.now();
    let reading = |step: u32| Reading {
        device: 0,
        signal: 0,
        at: at.plus_ns(i64::from(step) * 1000),
        value: Value::Number(f64::from(step)),
        quality: Quality::GOOD,
    };
    rig.host.publish(&[reading(1), reading(2), reading(3)]);
    sink.until("the last value came", |sink| sink.value("Speed") == Some(Value::Number(3.0))).await;
    let values: Vec<_> = sink.samples("Speed").iter().filter_map(|sample| sample.value.as_f64()).collect();
    assert_eq!(values, [0.0, 1.0, 2.0, 3.0]);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shuffled_and_repeated_messages_lose_nothing() {
    let rig = Rig::start(&[device("GR-3")], |_| {}).await;
    let sink = MemorySink::default();
    let running = rig.connect(&sink, options("plc", &rig.endpoint()));
    rig.publish(0, 0, Value::Number(0.0));
    sink.until("the first value came", |sink| sink.value("Speed").is_some()).await;
    rig.host.fault(Fault::Shuffle);
    rig.publish(0, 0, Value::Number(1.0));
    rig.publish(0, 0, Value::Number(2.0));
    sink.until("the last value came", |sink| sink.value("Speed") == Some(Value::Number(2.0))).await;
    let came = sink.samples("Speed");
    for wanted in [0.0, 1.0, 2.0] {
        assert!(came.iter().any(|sample| sample.value == Value::Number(wanted)), "{wanted} came");
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn values_that_the_server_threw_away_are_counted() {
    let rig = Rig::start(&[device("GR-3")], |_| {}).await;
    let sink = MemorySink::default();
    let narrow = OpcUaOptions { queue_size: 2, ..options("plc", &rig.endpoint()) };
    let running = rig.connect(&sink, narrow);
    rig.publish(0, 0, Value::Number(0.0));
    sink.until("the first value came", |sink| sink.value("Speed").is_some()).await;
    let mut value = 0.0;
    let lost = |sink: &MemorySink| sink.value("/#lost").and_then(|value| value.as_f64()).unwrap_or_default();
    sink.until("the loss is counted", |sink| {
        for _ in 0..20 {
            value += 1.0;
            rig.publish(0, 0, Value::Number(value));
        }
        lost(sink) > 0.0
    })
    .await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_sampling_behind_a_living_session_is_shown_as_quiet() {
    let rig = Rig::start(&[device("GR-3")], |_| {}).await;
    let sink = MemorySink::default();
    let running = rig.connect(&sink, options("plc", &rig.endpoint()));
    rig.publish(0, 0, Value::Number(0.0));
    sink.until("the first value came", |sink| sink.value("Speed").is_some()).await;
    rig.host.fault(Fault::Freeze(true));
    rig.publish(0, 0, Value::Number(1.0));
    let state = |sink: &MemorySink| sink.value("/#state");
    sink.until("it is shown as quiet", |sink| state(sink) == Some(Value::text("quiet"))).await;
    rig.host.fault(Fault::Freeze(false));
    // Nothing changes any more: the value that was missed comes with the rebuilt subscription.
    sink.until("the missed value came", |sink| sink.value("Speed") == Some(Value::Number(1.0))).await;
    sink.until("it is connected again", |sink| state(sink) == Some(Value::text("connected"))).await;
    let reconnects = sink.value("/#reconnects").and_then(|value| value.as_f64());
    assert_eq!(reconnects, Some(0.0), "the session itself was not built again");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_silent_variable_among_others_is_found_shown_and_monitored_anew() {
    let rig = Rig::start(&[device("GR-3"), device("GR-4")], |_| {}).await;
    let sink = MemorySink::default();
    let running = rig.connect(&sink, options("plc", &rig.endpoint()));
    rig.publish(0, 0, Value::Number(0.0));
    sink.until("the first value came", |sink| sink.value("GR-3.Spindle.Speed").is_some()).await;
    rig.host.fault(Fault::Stick { device: 0, signal: 0 });
    rig.publish(0, 0, Value::Number(1.0));
    let mut other = 0.0;
    let opened = |sink: &MemorySink| {
        sink.facts().into_iter().find_map(|fact| match fact.kind {
            FactKind::GapOpened { signals, cause, .. } if signals.len() == 1 => Some((signals, cause)),
            _ => None,
        })
    };
    sink.until("the silence of one is recorded", |sink| {
        other += 1.0;
        rig.publish(1, 0, Value::Number(other));
        opened(sink).is_some()
    })
    .await;
    let (signals, cause) = opened(&sink).unwrap();
    let key = format!("connection/plc/{}", rig.host.address(0, 0));
    assert_eq!(signals, [sink.world().signal_by_key(&key).unwrap().id]);
    assert!(cause.contains("GR-3.Spindle.Speed"), "{cause}");
    sink.until("the missed value came", |sink| sink.value("GR-3.Spindle.Speed") == Some(Value::Number(1.0)))
        .await;
    sink.until("the gap is closed", |sink| sink.world().gaps().count() == 0).await;
    let states: Vec<_> = sink.samples("/#state").iter().map(|sample| sample.value.clone()).collect();
    assert!(states.contains(&Value::text("degraded")), "{states:?}");
    rig.publish(0, 0, Value::Number(2.0));
    sink.until("it goes on", |sink| sink.value("GR-3.Spindle.Speed") == Some(Value::Number(2.0))).await;
    sink.until("all is well", |sink| sink.value("/#state") == Some(Value::text("connected"))).await;
    let reconnects = sink.value("/#reconnects").and_then(|value| value.as_f64());
    assert_eq!(reconnects, Some(0.0), "the session itself was not built again");
    assert!(!states.contains(&Value::text("quiet")), "the others were not touched");
    running.stop().await;
}
