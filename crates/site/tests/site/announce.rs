//! What is announced becomes the world, and stays it.

use crate::kit::{CONDITION, LOAD, Plant, STATE, announcement, load, second, text};
use trine_base::{Instant, Value};
use trine_connector::{Announcement, Sink};
use trine_site::Site;
use trine_world::{Level, Origin, SignalDescription, ThingDescription, ValueKind};

#[tokio::test]
async fn announcing_again_changes_nothing() {
    let plant = Plant::new().await;
    let before = plant.site.world().snapshot();
    let again = plant.site.announce(Origin::new("test"), announcement()).await.unwrap();
    assert_eq!(again.signals[1], Some(LOAD));
    assert_eq!(again.refused, [""; 0]);
    assert_eq!(plant.site.world().snapshot(), before);
}

#[tokio::test]
async fn what_does_not_fit_is_refused_with_words_and_the_rest_is_taken() {
    let plant = Plant::new().await;
    let said = Announcement {
        things: vec![
            ThingDescription::new("", "nameless", "press", Level::WorkUnit),
            ThingDescription::new("robot", "Robot", "robot", Level::WorkUnit).in_parent("nobody"),
            ThingDescription::new("robot", "Robot", "robot", Level::WorkUnit),
        ],
        signals: vec![
            SignalDescription::new("ghost", "line/ghost", "ghost", ValueKind::Number),
            SignalDescription::new("robot", "line/angle", "angle", ValueKind::Number),
            SignalDescription::new("robot", &"x".repeat(5000), "long", ValueKind::Number),
        ],
        ..Announcement::default()
    };
    let announced = plant.site.announce(Origin::new("test"), said).await.unwrap();
    assert_eq!(announced.refused.len(), 4, "{:?}", announced.refused);
    assert!(announced.things[2].is_some());
    assert_eq!(announced.signals.iter().map(Option::is_some).collect::<Vec<_>>(), [false, true, false]);
    assert!(plant.site.world().thing_by_key("robot").unwrap().place.is_some_and(|place| place.proposed));
}

/// A large plant announces itself in one go: more than a record of the log holds.
#[tokio::test]
async fn an_announcement_may_be_large() {
    let plant = Plant::new().await;
    let address = "x".repeat(900);
    let signal = |n: usize| {
        SignalDescription::new("press", &format!("line/{n}/{address}"), &format!("s{n}"), ValueKind::Number)
    };
    let said = Announcement { signals: (0..20_000).map(signal).collect(), ..Announcement::default() };
    let announced = plant.site.announce(Origin::new("test"), said).await.unwrap();
    assert_eq!(announced.refused, [""; 0]);
    assert!(announced.signals.iter().all(Option::is_some));
    let before = account(&plant.site);
    assert_eq!(account(&plant.killed(60).site), before);
}

#[tokio::test]
async fn an_announcement_does_not_erase_the_nameplate() {
    let plant = Plant::new().await;
    let said =
        ThingDescription::new("press", "Press 1", "controller", Level::WorkUnit).with_plate("Model", "X");
    let said = Announcement { things: vec![said], ..Announcement::default() };
    plant.site.announce(Origin::new("other"), said).await.unwrap();
    let world = plant.site.world();
    let press = &world.thing_by_key("press").unwrap().description;
    assert_eq!((&*press.name, &*press.class), ("Press 1", "press"));
    assert_eq!(press.nameplate["SerialNumber"], "P-7");
    assert_eq!(press.nameplate["Model"], "X");
}

/// Everything that can be asked of a site, as one text.
fn account(site: &Site) -> String {
    let (from, to) = (second(-100), second(1000));
    let mut live = Vec::new();
    site.live().changed_since(0, |_| true, &mut live);
    let facts = site.facts(&trine_site::FactFilter::default(), false, None, 1000).unwrap().facts;
    let strip = site.live_track().timeline(from, to, 10, 100).unwrap();
    let alarms: Vec<_> = (0..60).map(|s| site.alarms_at(second(s))).collect();
    let samples = site.history().range(&trine_history::SignalFilter::All, from, to, None, 10_000).unwrap();
    let world = String::from_utf8(site.world().snapshot()).unwrap();
    format!("{world}\n{live:?}\n{facts:?}\n{strip:?}\n{alarms:?}\n{samples:?}")
}

async fn some_life(plant: &Plant) {
    for s in 0..50 {
        plant.set_clock(s);
        let state = if s % 10 < 7 { "running" } else { "down" };
        let condition = if s % 20 < 5 { "FAULT|V|1||loud" } else { "NORMAL||||" };
        plant.submit(vec![load(s, s as f64), text(STATE, s, state), text(CONDITION, s, condition)]).await;
    }
    plant.until_facts("alarm.cleared", 3).await;
    plant.until_facts("state.changed", 10).await;
}

#[tokio::test]
async fn closed_or_killed_the_site_opens_as_it_was() {
    let plant = Plant::new().await;
    some_life(&plant).await;
    let before = account(&plant.site);
    assert_eq!(account(&plant.killed(60).site), before, "killed");
    plant.site.close().unwrap();
    assert_eq!(account(&plant.site), before, "closing changes nothing");
    assert_eq!(account(&plant.killed(60).site), before, "closed");
}

/// Invariant 2: snapshot and tail, or everything from the log: the same world to the byte.
#[tokio::test]
async fn a_snapshot_that_is_missing_damaged_or_strange_is_made_good() {
    let plant = Plant::new().await;
    some_life(&plant).await;
    plant.site.close().unwrap();
    let before = account(&plant.site);
    let name = "world.snapshot";
    let whole = std::fs::read(plant.folder.path().join(name)).unwrap();
    let flipped: Vec<u8> = whole
        .iter()
        .enumerate()
        .map(|(at, byte)| if at == whole.len() / 2 { byte ^ 1 } else { *byte })
        .collect();
    let cut = whole[..whole.len() - 10].to_vec();
    for bytes in [None, Some(Vec::new()), Some(b"\xFF\xFE".to_vec()), Some(flipped), Some(cut)] {
        let image = crate::kit::image(plant.folder.path());
        match &bytes {
            None => std::fs::remove_file(image.path().join(name)).unwrap(),
            Some(bytes) => std::fs::write(image.path().join(name), bytes).unwrap(),
        }
        assert_eq!(account(&Plant::open(image, 60).site), before);
    }
    // The snapshot of another site, whose log is longer than ours.
    let young = Plant::new().await;
    let fresh = account(&young.site);
    std::fs::write(young.folder.path().join(name), &whole).unwrap();
    assert_eq!(account(&young.killed(60).site), fresh);
}

#[tokio::test]
async fn absurd_times_are_kept_and_break_nothing() {
    let plant = Plant::new().await;
    for at in [Instant::MIN, Instant::MAX, Instant::EPOCH, Instant::from_ns(-1)] {
        let mut samples = vec![load(0, 1.0), text(STATE, 0, "down"), text(CONDITION, 0, "FAULT|V|1||x")];
        samples[1].value = Value::text(if at < Instant::EPOCH { "down" } else { "running" });
        samples.iter_mut().for_each(|sample| sample.source = at);
        plant.submit(samples).await;
    }
    plant.until_facts("state.changed", 1).await;
    let before = account(&plant.site);
    let strip = plant.site.live_track().timeline(Instant::MIN, Instant::MAX, 5, 5).unwrap();
    assert!(strip.buckets.len() <= 5);
    assert_eq!(plant.at(LOAD, Instant::MAX, None).unwrap().source, Instant::MAX);
    assert_eq!(account(&plant.killed(60).site), before);
}
