//! Servers that are narrow, that change, and that start again.

use crate::rig::{Rig, device, options};
use std::collections::BTreeSet;
use trine_base::Value;
use trine_connector::kit::MemorySink;
use trine_emulator::opcua::OpcUaHostLimits;
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
        rig.host.fault(trine_emulator::Fault::Drop);
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
