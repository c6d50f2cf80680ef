//! What the emulator can do to a connector, and what the connector makes of it.

use crate::bench_of_devices::{Bench, press_with, state};
use trine_base::{Quality, Value};
use trine_emulator::Fault;

async fn arrives(bench: &Bench, force: f64) {
    let wanted = Some(Value::Number(force));
    bench.sink.until("the force arrives", |sink| sink.value("Ram/Force") == wanted).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_edge_node_is_found_and_found_again() {
    let (bench, host) = Bench::running().await;
    for force in 0..20 {
        press_with(&host, f64::from(force));
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    host.fault(Fault::Freeze(true));
    bench.sink.until("the silence is proved", |sink| state(sink) == "quiet").await;
    assert!(bench.gaps().iter().any(|cause| cause.contains("did not answer")), "{:?}", bench.gaps());
    host.fault(Fault::Freeze(false));
    press_with(&host, 99.0);
    arrives(&bench, 99.0).await;
    bench.sink.until("all is well", |sink| state(sink) == "connected" && bench.open_gaps() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_edge_node_comes_back() {
    let (bench, host) = Bench::running().await;
    press_with(&host, 1.0);
    arrives(&bench, 1.0).await;
    host.fault(Fault::Drop);
    bench.sink.until("the gap is there", |_| bench.gaps().iter().any(|cause| cause.contains("died"))).await;
    bench.sink.until("the gap is closed", |_| bench.open_gaps() == 0).await;
    press_with(&host, 2.0);
    arrives(&bench, 2.0).await;
}

/// tck-id-operational-behavior-host-reordering-rebirth: what garbage replaced is missing in the sequence.
#[tokio::test(flavor = "multi_thread")]
async fn garbage_is_named_counted_and_got_over() {
    let (bench, host) = Bench::running().await;
    host.fault(Fault::Garbage);
    press_with(&host, 1.0);
    bench.sink.until("it is named", |_| bench.error().contains("cannot be decoded")).await;
    press_with(&host, 2.0);
    bench.sink.until("a message is missed", |_| bench.lost() > 0).await;
    press_with(&host, 3.0);
    arrives(&bench, 3.0).await;
    bench.sink.until("no gap stays open", |_| bench.open_gaps() == 0).await;
    assert_eq!(state(&bench.sink), "connected");
}

/// tck-id-operational-behavior-host-reordering-success
#[tokio::test(flavor = "multi_thread")]
async fn shuffled_and_repeated_messages_come_out_once_and_in_order() {
    let (bench, host) = Bench::running().await;
    host.fault(Fault::Shuffle);
    for force in 1..=8 {
        press_with(&host, f64::from(force));
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    arrives(&bench, 8.0).await;
    let forces: Vec<_> =
        bench.sink.samples("Ram/Force").into_iter().filter_map(|sample| sample.value.as_f64()).collect();
    assert_eq!(forces, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
    assert_eq!((bench.lost(), bench.gaps().len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_hides_nothing() {
    let (bench, host) = Bench::running().await;
    host.fault(Fault::ClockJump(86_400));
    press_with(&host, 5.0);
    arrives(&bench, 5.0).await;
    assert_eq!(bench.sink.samples("Ram/Force").pop().unwrap().quality, Quality::UNCERTAIN_TIME);
    host.fault(Fault::ClockJump(-86_400 - 3_600));
    press_with(&host, 6.0);
    arrives(&bench, 6.0).await;
    assert!(bench.sink.samples("Ram/Force").pop().unwrap().quality.is_good(), "late is not wrong");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_is_gone_is_a_gap_of_the_whole_connection() {
    let bench = Bench::start();
    let port: u16 = bench.broker.url().rsplit_once(':').unwrap().1.parse().unwrap();
    bench.connect(bench.options());
    bench.sink.until("the connection stands", |sink| state(sink) == "connected").await;
    bench.broker.stop();
    bench.sink.until("the loss is noticed", |_| bench.open_gaps() == 1).await;
    let mut again = None;
    for _ in 0..200 {
        again = trine_emulator::broker::start(port).ok();
        if again.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(again.is_some());
    bench.sink.until("the gap is closed", |_| bench.open_gaps() == 0).await;
}
