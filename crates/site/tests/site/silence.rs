//! Stretches without data: nobody knows the values in them, and they say why.

use crate::kit::{CONNECTION_STATE, LOAD, Plant, load, second, text};
use trine_base::{Quality, Value};
use trine_connector::Sink;
use trine_world::{FactKind, NewFact, Origin};

async fn open_gap(plant: &Plant, s: i64) -> u64 {
    let thing = plant.site.world().thing_by_key("line").unwrap().id;
    let kind = FactKind::GapOpened { thing, signals: Vec::new(), cause: "cable".into() };
    let opened = NewFact { at: second(s), origin: Origin::new("connection/line"), kind };
    Sink::record(&plant.site, vec![opened]).await.unwrap()[0].unwrap()
}

async fn close_gap(plant: &Plant, gap: u64, s: i64) {
    let thing = plant.site.world().thing_by_key("line").unwrap().id;
    let kind = FactKind::GapClosed { thing, gap };
    let closed = NewFact { at: second(s), origin: Origin::new("connection/line"), kind };
    Sink::record(&plant.site, vec![closed]).await.unwrap();
}

#[tokio::test]
async fn within_a_gap_nobody_knows_the_value() {
    let plant = Plant::new().await;
    plant.submit(vec![load(1, 5.0)]).await;
    plant.set_clock(4);
    let gap = open_gap(&plant, 2).await;
    close_gap(&plant, gap, 8).await;
    plant.set_clock(9);
    plant.submit(vec![load(9, 6.0)]).await;
    assert_eq!(plant.at(LOAD, second(1), None).unwrap().value, Value::Number(5.0));
    let within = plant.at(LOAD, second(7), None).unwrap();
    assert_eq!((within.value, within.quality), (Value::Absent, Quality::BAD_NO_COMMUNICATION));
    assert_eq!(plant.at(LOAD, second(9), None).unwrap().value, Value::Number(6.0));
    let gaps = plant.site.gaps_of(LOAD, second(0), second(20));
    assert_eq!((gaps[0].from, gaps[0].to, &*gaps[0].cause), (second(2), Some(second(8)), "cable"));
    assert!(plant.site.gaps_of(LOAD, second(10), second(20)).is_empty());
    assert!(plant.site.gaps_of(CONNECTION_STATE, second(0), second(20)).is_empty(), "its own health goes on");
}

#[tokio::test]
async fn a_kill_is_a_gap_of_every_connection_that_ran() {
    let plant = Plant::new().await;
    plant.set_clock(5);
    plant.submit(vec![text(CONNECTION_STATE, 5, "connected"), load(5, 5.0)]).await;
    let after = plant.killed(100);
    after.site.record_absence().await.unwrap();
    let gaps = after.site.gaps_of(LOAD, second(0), second(200));
    assert_eq!(gaps.len(), 1);
    assert_eq!((gaps[0].from, gaps[0].to), (second(5), Some(second(100))));
    assert!(gaps[0].cause.contains("not running"));
    assert!(after.site.world().gaps().next().is_none(), "it is closed");
    assert_eq!(after.at(LOAD, second(50), None).unwrap().value, Value::Absent);
}

#[tokio::test]
async fn a_gap_that_a_kill_left_open_is_closed() {
    let plant = Plant::new().await;
    plant.set_clock(5);
    plant.submit(vec![text(CONNECTION_STATE, 5, "disconnected"), load(5, 5.0)]).await;
    open_gap(&plant, 6).await;
    let after = plant.killed(100);
    after.site.record_absence().await.unwrap();
    let gaps = after.site.gaps_of(LOAD, second(0), second(200));
    assert_eq!(gaps[0].to, Some(second(100)));
    assert!(after.site.world().gaps().next().is_none());
}

#[tokio::test]
async fn a_connection_that_was_stopped_misses_nothing() {
    let plant = Plant::new().await;
    plant.submit(vec![text(CONNECTION_STATE, 0, "stopped"), load(0, 5.0)]).await;
    let after = plant.killed(100);
    after.site.record_absence().await.unwrap();
    assert!(after.site.gaps_of(LOAD, second(0), second(200)).is_empty());
    assert_eq!(after.at(LOAD, second(50), None).unwrap().value, Value::Number(5.0));
}
