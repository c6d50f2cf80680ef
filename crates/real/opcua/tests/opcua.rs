//! The connector against the emulated server.

mod rig;

use rig::{Rig, device, options};
use trine_base::Value;
use trine_connector::kit::MemorySink;

#[tokio::test(flavor = "multi_thread")]
async fn values_come_in_order_with_their_time_and_unit() {
    let rig = Rig::start(&[device("GR-3")], |_| {}).await;
    let sink = MemorySink::default();
    let running = rig.connect(&sink, options("plc", &rig.endpoint()));
    rig.publish(0, 0, Value::Number(1.0));
    sink.until("the first value", |sink| sink.value("Speed") == Some(Value::Number(1.0))).await;
    for step in 2..50 {
        rig.publish(0, 0, Value::Number(f64::from(step)));
    }
    sink.until("the last value", |sink| sink.value("Speed") == Some(Value::Number(49.0))).await;
    let values: Vec<_> = sink.samples("Speed").iter().filter_map(|sample| sample.value.as_f64()).collect();
    assert_eq!(values, (1..50).map(f64::from).collect::<Vec<_>>());
    running.stop().await;
}
