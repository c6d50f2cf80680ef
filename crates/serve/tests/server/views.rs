//! The view socket: live, past, playback, interest.

use crate::plant::{
    CONDITION, COUNT, DOOR, PRESS, Plant, STATE, TEMPERATURE, VIBRATION, minute, ms, sample, second,
};
use crate::socket::{Frame, Message};
use serde_json::{Value as Json, json};
use std::time::Duration;
use trine_base::{Quality, Value};
use trine_connector::{Announcement, Sink};
use trine_world::{Level, Origin, SignalDescription, ThingDescription, ValueKind};

fn ids(frame: &Frame) -> Vec<u32> {
    frame.updates.keys().copied().collect()
}

#[tokio::test]
async fn live_is_a_keyframe_then_what_changes() {
    let plant = Plant::start().await;
    let mut viewer = plant.viewer().await;
    viewer.view(json!({ "epoch": 65_539, "rateHz": 60 })).await;
    let keyframe = viewer.frame().await;
    assert!(keyframe.is_keyframe && keyframe.live && keyframe.playing);
    assert_eq!((keyframe.epoch, keyframe.instant), (3, second(60)));
    assert_eq!(ids(&keyframe), [TEMPERATURE, COUNT, DOOR, STATE, VIBRATION, CONDITION]);
    assert_eq!(keyframe.updates[&TEMPERATURE].value, Value::Number(59.5));
    assert_eq!(keyframe.updates[&TEMPERATURE].age_s, 1.0);
    plant.submit(second(60), vec![sample(DOOR, second(60), Value::Boolean(true))]).await;
    let delta = viewer.change().await;
    assert!(!delta.is_keyframe && delta.live);
    assert_eq!((delta.epoch, ids(&delta)), (3, vec![DOOR]));
    assert_eq!(delta.updates[&DOOR].value, Value::Boolean(true));
    let quiet = viewer.frame().await;
    assert!(quiet.updates.is_empty(), "when nothing changes a frame comes all the same");
}

#[tokio::test]
async fn viewers_of_one_group_keep_their_own_epochs() {
    let plant = Plant::start().await;
    let (mut one, mut two) = (plant.viewer().await, plant.viewer().await);
    one.view(json!({ "epoch": 1 })).await;
    two.view(json!({ "epoch": 2 })).await;
    assert!(one.frame().await.is_keyframe && two.frame().await.is_keyframe);
    plant.submit(second(60), vec![sample(COUNT, second(60), Value::Integer(9))]).await;
    for (viewer, epoch) in [(&mut one, 1), (&mut two, 2)] {
        let delta = viewer.change().await;
        assert_eq!((delta.epoch, ids(&delta)), (epoch, vec![COUNT]));
    }
}

#[tokio::test]
async fn a_past_view_shows_what_held_then() {
    let plant = Plant::start().await;
    let mut viewer = plant.viewer().await;
    viewer.view(json!({ "at": "2026-11-23T05:00:30.25Z", "speed": 0, "epoch": 8 })).await;
    let keyframe = viewer.frame().await;
    assert!(keyframe.is_keyframe && !keyframe.live && !keyframe.playing);
    assert_eq!((keyframe.epoch, keyframe.instant), (8, ms(30_250)));
    assert_eq!(ids(&keyframe), [TEMPERATURE, COUNT, DOOR, STATE, VIBRATION, CONDITION]);
    for sample in minute(30) {
        let update = &keyframe.updates[&sample.signal.0];
        assert_eq!((&update.value, update.status), (&sample.value, sample.quality.upper()));
        assert_eq!(update.age_s, 0.25);
    }
    assert_eq!(keyframe.updates[&VIBRATION].status, Quality::BAD_NO_COMMUNICATION.upper());
    assert_eq!(keyframe.updates[&CONDITION].age_s, 5.25);
    let heartbeat = viewer.frame().await;
    assert_eq!((heartbeat.instant, heartbeat.updates.len()), (ms(30_250), 0), "it stands still");
}

#[tokio::test]
async fn before_the_first_sample_there_is_nothing_and_beyond_now_is_now() {
    let plant = Plant::start().await;
    let mut viewer = plant.viewer().await;
    viewer.view(json!({ "at": "2000-01-01T00:00:00Z", "speed": 0 })).await;
    assert_eq!(viewer.frame().await.updates.len(), 0);
    for at in ["2200-01-01T00:00:00Z", "now"] {
        viewer.view(json!({ "at": at, "speed": 0, "epoch": 2 })).await;
        let frame = loop {
            let frame = viewer.frame().await;
            if frame.epoch == 2 && frame.is_keyframe {
                break frame;
            }
        };
        assert_eq!(frame.instant, second(60));
        assert_eq!(frame.updates[&TEMPERATURE].value, Value::Number(59.5));
    }
}

/// The frames of playback put together are what held at its end, and the events come in between.
#[tokio::test]
async fn playback_passes_everything_and_ends_at_now() {
    let plant = Plant::start().await;
    let mut viewer = plant.viewer().await;
    viewer.view(json!({ "at": "2026-11-23T05:00:10Z", "speed": 50, "rateHz": 30 })).await;
    let mut shown = viewer.frame().await;
    assert_eq!(shown.updates[&TEMPERATURE].value, Value::Number(10.5));
    let (mut events, mut instant) = (Vec::new(), shown.instant);
    loop {
        match viewer.next().await.unwrap() {
            Message::Binary(bytes) => {
                let frame = crate::socket::decode(&bytes);
                assert!(!frame.live && frame.playing && frame.instant >= instant);
                instant = frame.instant;
                shown.updates.extend(frame.updates);
            }
            Message::Text(text) => {
                let said: Json = serde_json::from_str(&text).unwrap();
                if said["type"] == "ended" {
                    break;
                }
                events.push(said["event"]["type"].as_str().unwrap().to_owned());
            }
            _ => {}
        }
    }
    assert_eq!(instant, second(60));
    assert_eq!(shown.updates[&TEMPERATURE].value, Value::Number(59.5));
    assert_eq!(shown.updates[&STATE].value, Value::text("down"));
    for kind in ["org.trine.alarm.raised.v1", "org.trine.alarm.cleared.v1", "org.trine.state.changed.v1"] {
        assert!(events.iter().any(|event| event == kind), "{kind}: {events:?}");
    }
}

#[tokio::test]
async fn what_was_not_known_is_not_shown() {
    let plant = Plant::start().await;
    plant.submit(second(60), vec![sample(TEMPERATURE, ms(20_500), Value::Number(-7.0))]).await;
    let mut viewer = plant.viewer().await;
    let at = "2026-11-23T05:00:20.9Z";
    viewer.view(json!({ "at": at, "speed": 0 })).await;
    assert_eq!(viewer.frame().await.updates[&TEMPERATURE].value, Value::Number(-7.0));
    viewer.view(json!({ "at": at, "speed": 0, "epoch": 1, "asKnownAt": "2026-11-23T05:00:59Z" })).await;
    let known_then = loop {
        let frame = viewer.frame().await;
        if frame.epoch == 1 {
            break frame;
        }
    };
    assert_eq!(known_then.updates[&TEMPERATURE].value, Value::Number(20.5));
}

#[tokio::test]
async fn interest_is_by_area_class_role_thing_and_signal() {
    let plant = Plant::start().await;
    let press = vec![TEMPERATURE, COUNT, DOOR, STATE];
    let cases = [
        (json!({}), vec![]),
        (json!({ "all": true }), vec![TEMPERATURE, COUNT, DOOR, STATE, VIBRATION, CONDITION]),
        (json!({ "signals": [VIBRATION, 4_000_000_000u32] }), vec![VIBRATION]),
        (json!({ "things": [PRESS, 77] }), press.clone()),
        (json!({ "area": [0, 0, 10, 10] }), press.clone()),
        (
            json!({ "area": [0, 0, 100, 100], "roles": ["vibration", "temperature"] }),
            vec![TEMPERATURE, VIBRATION],
        ),
        (json!({ "area": [10, 10, 0, 0] }), vec![]),
        (json!({ "classes": ["grinding-machine"] }), vec![VIBRATION, CONDITION]),
        (json!({ "classes": ["press"], "roles": ["state"], "signals": [CONDITION] }), vec![STATE, CONDITION]),
        (json!({ "things": [] }), vec![]),
    ];
    let mut viewer = plant.viewer().await;
    for (epoch, (interest, wanted)) in (1u16..).zip(cases) {
        for at in [json!("2026-11-23T05:00:59Z"), Json::Null] {
            viewer.view(json!({ "epoch": epoch, "interest": interest, "at": at, "speed": 0 })).await;
            let frame = loop {
                let frame = viewer.frame().await;
                if frame.epoch == epoch && frame.is_keyframe && frame.live == at.is_null() {
                    break frame;
                }
            };
            assert_eq!(ids(&frame), wanted, "{interest} at {at}");
        }
    }
}

#[tokio::test]
async fn a_changed_structure_is_told_and_shown() {
    let plant = Plant::start().await;
    let mut viewer = plant.viewer().await;
    viewer.view(json!({ "interest": { "classes": ["robot"] } })).await;
    assert!(viewer.frame().await.updates.is_empty());
    let announcement = Announcement {
        things: vec![ThingDescription::new("robot", "Robot", "robot", Level::WorkUnit)],
        signals: vec![SignalDescription::new("robot", "line/robot/angle", "angle", ValueKind::Number)],
        ..Announcement::default()
    };
    let announced = plant.site.announce(Origin::new("test"), announcement).await.unwrap();
    let angle = announced.signals[0].unwrap().0;
    let revision = viewer.text_of("structure").await["revision"].as_u64().unwrap();
    assert!(revision > 6);
    plant.submit(second(60), vec![sample(angle, second(60), Value::Number(1.0))]).await;
    while !viewer.change().await.updates.contains_key(&angle) {}
}

/// Facts that happen now are told to whoever looks at the present.
#[tokio::test]
async fn live_events_come_as_they_happen() {
    let plant = Plant::start().await;
    let mut viewer = plant.viewer().await;
    viewer.view(json!({})).await;
    assert!(viewer.frame().await.live);
    plant.submit(second(60), vec![sample(CONDITION, second(60), Value::text("FAULT|X|1||hot"))]).await;
    let event = tokio::time::timeout(Duration::from_secs(10), viewer.text_of("event")).await.unwrap();
    assert_eq!(event["event"]["type"], "org.trine.alarm.raised.v1");
    assert_eq!(event["event"]["data"]["message"], "hot");
}
