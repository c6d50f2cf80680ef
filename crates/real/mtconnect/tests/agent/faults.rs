//! What the emulator can do to a connector, and what the connector makes of it.

use crate::rig::{Rig, state};
use trine_base::Quality;
use trine_emulator::Fault;

#[tokio::test(flavor = "multi_thread")]
async fn shuffled_and_repeated_documents_come_out_once_and_in_order() {
    let rig = Rig::running().await;
    rig.host.fault(Fault::Shuffle);
    for value in 1..=20 {
        rig.vibrate(f64::from(value));
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    rig.vibrates(20.0).await;
    let values: Vec<_> =
        rig.sink.samples("GR-1-Vibration").into_iter().filter_map(|sample| sample.value.as_f64()).collect();
    assert_eq!(values, (1..=20).map(f64::from).collect::<Vec<_>>());
    assert_eq!((rig.lost(), rig.gaps().len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_to_garbage_or_a_cut_connection() {
    let rig = Rig::running().await;
    for value in 1..=60 {
        rig.vibrate(f64::from(value));
        match value {
            15 => rig.host.fault(Fault::Garbage),
            30 => rig.host.fault(Fault::Drop),
            _ => {}
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    rig.vibrates(60.0).await;
    let values: Vec<_> =
        rig.sink.samples("GR-1-Vibration").into_iter().filter_map(|sample| sample.value.as_f64()).collect();
    assert_eq!(values, (1..=60).map(f64::from).collect::<Vec<_>>(), "the agent's buffer brings it all");
    assert_eq!(rig.lost(), 0);
    rig.sink.until("no gap stays open", |_| rig.open_gaps() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_agent_is_quiet_and_comes_back() {
    let rig = Rig::running().await;
    rig.host.fault(Fault::Freeze(true));
    rig.sink
        .until("the silence is shown", |sink| ["quiet", "disconnected"].contains(&state(sink).as_str()))
        .await;
    assert!(rig.gaps().iter().any(|cause| cause.contains("no heartbeat")), "{:?}", rig.gaps());
    rig.host.fault(Fault::Freeze(false));
    rig.sink.until("the gap is closed", |_| rig.open_gaps() == 0).await;
    rig.vibrate(9.0);
    rig.vibrates(9.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_hides_nothing() {
    let rig = Rig::running().await;
    rig.host.fault(Fault::ClockJump(86_400));
    rig.vibrate(5.0);
    rig.vibrates(5.0).await;
    assert_eq!(rig.sink.samples("GR-1-Vibration").pop().unwrap().quality, Quality::UNCERTAIN_TIME);
    rig.host.fault(Fault::ClockJump(-86_400));
    rig.vibrate(6.0);
    rig.vibrates(6.0).await;
    assert!(rig.sink.samples("GR-1-Vibration").pop().unwrap().quality.is_good());
}
