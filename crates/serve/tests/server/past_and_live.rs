//! Invariant 3: one path for past and live. What is seen as it happens is what is seen when one looks back.

use crate::plant::{Plant, second};
use crate::socket::Frame;
use serde_json::json;
use trine_base::{Quality, Sample, SignalId, Value};

/// Samples of every type and severity; some signals stay silent for a while.
fn step(s: i64) -> Vec<Sample> {
    let value = |signal: i64| match (s + signal) % 5 {
        0 => Value::Absent,
        1 => Value::Boolean(s % 2 == 0),
        2 => Value::Integer(s * signal - 40),
        3 => Value::Number(s as f64 / 7.0),
        _ => Value::text(format!("第{s}步 of {signal}")),
    };
    let quality = |signal: i64| match (s * signal) % 4 {
        0 => Quality::BAD_NO_DATA,
        1 => Quality::UNCERTAIN_LAST_USABLE,
        _ => Quality::GOOD,
    };
    let speaks = |signal: &i64| (s + signal) % 3 != 0;
    (1..=20i64)
        .filter(speaks)
        .map(|signal| Sample {
            signal: SignalId(signal as u32),
            source: second(s),
            quality: quality(signal),
            value: value(signal),
        })
        .collect()
}

/// The parts of a frame that say what is so, without the marks that tell past from live.
fn shown(frame: &Frame) -> String {
    format!("{} {:?}", frame.instant, frame.updates)
}

#[tokio::test]
async fn past_frames_are_the_live_frames() {
    let plant = Plant::empty().await;
    let mut viewer = plant.viewer().await;
    let mut keyframes = Vec::new();
    for s in 0..12 {
        plant.set_clock(second(s));
        plant.submit(second(s), step(s)).await;
        viewer.view(json!({ "epoch": s, "rateHz": 60 })).await;
        let frame = loop {
            let frame = viewer.frame().await;
            if frame.is_keyframe && i64::from(frame.epoch) == s {
                break frame;
            }
        };
        assert!(frame.live);
        keyframes.push(frame);
    }
    // Sealed to Parquet or still in memory: the answer is the same.
    for is_sealed in [false, true] {
        if is_sealed {
            plant.site.history().seal().unwrap();
        }
        for (s, live) in keyframes.iter().enumerate() {
            let epoch = 100 + s as u16 + 50 * u16::from(is_sealed);
            viewer.view(json!({ "epoch": epoch, "at": second(s as i64).to_string(), "speed": 0 })).await;
            let past = loop {
                let frame = viewer.frame().await;
                if frame.epoch == epoch {
                    break frame;
                }
            };
            assert!(past.is_keyframe && !past.live);
            assert_eq!(shown(&past), shown(live), "second {s}, sealed: {is_sealed}");
        }
    }
    assert_eq!(keyframes[11].updates.len(), 20);
}

/// Deltas of a live view and of playback over the same instants lead to the same.
#[tokio::test]
async fn playback_leads_where_live_led() {
    let plant = Plant::empty().await;
    plant.submit(second(0), step(0)).await;
    let mut viewer = plant.viewer().await;
    viewer.view(json!({ "rateHz": 60 })).await;
    let mut live = viewer.frame().await;
    for s in 1..8 {
        plant.set_clock(second(s));
        plant.submit(second(s), step(s)).await;
        while live.updates.values().all(|update| update.age_s >= 0.0) {
            let delta = viewer.change().await;
            let is_all = delta.updates.len() == step(s).len();
            live.updates.extend(delta.updates);
            if is_all {
                break;
            }
        }
    }
    viewer.view(json!({ "epoch": 1, "at": second(0).to_string(), "speed": 20, "rateHz": 60 })).await;
    let mut past = loop {
        let frame = viewer.frame().await;
        if frame.epoch == 1 {
            break frame;
        }
    };
    while past.instant < second(7) {
        let delta = viewer.frame().await;
        past.instant = delta.instant;
        past.updates.extend(delta.updates);
    }
    let values = |frame: &Frame| -> Vec<(u32, Value, u16)> {
        frame.updates.iter().map(|(id, update)| (*id, update.value.clone(), update.status)).collect()
    };
    assert_eq!(values(&past), values(&live));
}
