//! Invariant 4: a viewer that stops reading costs the others nothing, and the server next to nothing.

use crate::plant::{Plant, second};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant as Clock};
use trine_base::{Sample, SignalId, Value};

const SIGNALS: u32 = 10_000;

/// Bytes of memory that this process holds.
fn resident() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    pages.split_whitespace().nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap_or(0) * 4096
}

fn all_change(round: i64) -> Vec<Sample> {
    let number = Value::Number(round as f64);
    (1..=SIGNALS).map(|id| Sample::good(SignalId(id), second(0).plus_ns(round), number.clone())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_viewer_that_stops_reading_costs_the_others_nothing() {
    let plant = Arc::new(Plant::empty().await);
    plant.submit(second(0), all_change(0)).await;
    let over = Arc::new(AtomicBool::new(false));
    let (of_source, its_plant) = (Arc::clone(&over), Arc::clone(&plant));
    let source = tokio::spawn(async move {
        for round in 1.. {
            if of_source.load(Ordering::Relaxed) {
                return;
            }
            its_plant.submit(second(0), all_change(round)).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let mut stalled = Vec::new();
    for _ in 0..20 {
        let mut viewer = plant.viewer().await;
        viewer.view(json!({ "rateHz": 60 })).await;
        assert!(viewer.frame().await.is_keyframe);
        stalled.push(viewer);
    }
    let mut reader = plant.viewer().await;
    reader.view(json!({ "rateHz": 30 })).await;
    // The stalled ones have filled what the kernel holds for them by now.
    let mut memory = 0;
    let (mut frames, mut longest, mut before) = (0, Duration::ZERO, Clock::now());
    let begun = Clock::now();
    while begun.elapsed() < Duration::from_secs(4) {
        reader.frame().await;
        frames += 1;
        longest = longest.max(before.elapsed());
        before = Clock::now();
        if begun.elapsed() < Duration::from_secs(2) {
            memory = resident();
        }
    }
    over.store(true, Ordering::Relaxed);
    source.await.unwrap();
    assert!(frames > 40, "{frames} frames in 4 s at 30 Hz");
    assert!(longest < Duration::from_secs(1), "{longest:?} without a frame");
    // The history of what is submitted grows by some 40 MB a second; frames that queued up would be twenty times that.
    let grown = resident().saturating_sub(memory);
    assert!(grown < 400 << 20, "{grown} bytes more in two seconds");
    // Whoever reads again gets the newest values next, not what has piled up.
    let mut late = stalled.pop().unwrap();
    let newest = plant.site.live().get(SignalId(1)).unwrap().value;
    let mut passed = 0;
    while late.frame().await.updates.get(&1).is_none_or(|update| update.value != newest) {
        passed += 1;
    }
    assert!(passed < 120, "{passed} frames were kept for a viewer that did not read");
}
