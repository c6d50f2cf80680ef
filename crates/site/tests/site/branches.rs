//! Branches: what forks shares its parent's past, goes its own way, and is there after a kill or not at all.

use crate::kit::{LOAD, Plant, STATE, load, second, text};
use trine_base::{Instant, ThingId, Value};
use trine_history::SignalFilter;
use trine_site::{FactFilter, SiteError, Track};
use trine_world::{Branch, BranchId, BranchPurpose, FactKind, Level, NewFact, Origin, ThingDescription};

fn branch(id: &str, parent: &str, from_s: i64, until_s: i64) -> Branch {
    Branch {
        id: BranchId(id.into()),
        name: id.to_uppercase(),
        parent: BranchId(parent.into()),
        forked_at: second(from_s),
        until: second(until_s),
        purpose: BranchPurpose::WhatIf,
        changes: Vec::new(),
        kept: false,
    }
}

/// A plant that has run for 50 s; its load is the second, and it goes down every ten seconds.
async fn plant() -> Plant {
    let plant = Plant::new().await;
    for s in 0..50 {
        plant.set_clock(s);
        let state = if s % 10 < 7 { "running" } else { "down" };
        plant.submit(vec![load(s, s as f64), text(STATE, s, state)]).await;
    }
    plant.until_facts("state.changed", 10).await;
    plant
}

/// A future in which the load is a hundred more, and the machine never goes down.
async fn future(plant: &Plant, id: &str, parent: &str, from_s: i64) -> Track {
    let mut writer = plant.site.begin_branch(branch(id, parent, from_s, from_s + 100)).unwrap();
    for s in from_s..from_s + 100 {
        writer.append(&[load(s, s as f64 + 100.0), text(STATE, s, "running")]).unwrap();
    }
    writer.put_note("report", b"all is well").unwrap();
    plant.site.add_branch(writer).await.unwrap();
    plant.site.track(&BranchId(id.into())).unwrap()
}

fn load_at(track: &Track, s: i64) -> Option<f64> {
    let held = track.at(&SignalFilter::one(LOAD), second(s), None).unwrap();
    held.first().and_then(|held| held.value.as_f64())
}

fn changes(track: &Track, newest_first: bool, limit: usize) -> Vec<Instant> {
    let filter = FactFilter { kinds: Some(vec!["state.changed".into()]), ..FactFilter::default() };
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = track.facts(&filter, newest_first, cursor, limit).unwrap();
        found.extend(page.facts.iter().map(|fact| fact.at));
        cursor = page.cursor;
        if cursor.is_none() {
            return found;
        }
    }
}

#[tokio::test]
async fn a_branch_shares_the_past_and_goes_its_own_way() {
    let plant = plant().await;
    let track = future(&plant, "a", "live", 40).await;
    assert_eq!(
        (load_at(&track, 39), load_at(&track, 40), load_at(&track, 120)),
        (Some(39.0), Some(140.0), Some(220.0))
    );
    assert_eq!(load_at(&plant.site.live_track(), 45), Some(45.0), "live does not know of it");
    let range = track.range(&SignalFilter::one(LOAD), second(38), second(42), None, 10).unwrap();
    let values: Vec<f64> = range.samples.iter().filter_map(|held| held.value.as_f64()).collect();
    assert_eq!(values, [38.0, 39.0, 140.0, 141.0]);
    let cut_short = track.range(&SignalFilter::one(LOAD), second(38), second(42), None, 3).unwrap();
    assert!(cut_short.truncated);
    // Live goes down at 7, 17, 27, 37 and 47, and comes back at 10, 20, 30, 40.
    let strip = track.timeline(second(0), second(140), 10, 10).unwrap();
    let down: u32 = strip.buckets.iter().map(|bucket| bucket.down).sum();
    assert_eq!(down, 4);
}

#[tokio::test]
async fn buckets_are_those_of_one_history_that_had_both_sides() {
    let plant = plant().await;
    let track = future(&plant, "a", "live", 40).await;
    let whole = Plant::new().await;
    let both = (0..40).map(|s| load(s, s as f64)).chain((40..140).map(|s| load(s, s as f64 + 100.0)));
    whole.submit(both.collect()).await;
    for (from, to, n) in [(0, 140, 7), (33, 47, 5), (39, 41, 1), (40, 60, 3), (0, 40, 4), (38, 140, 400)] {
        let ours = track.buckets(LOAD, second(from), second(to), n, None).unwrap();
        let theirs = whole.site.history().buckets(LOAD, second(from), second(to), n, None).unwrap();
        assert_eq!(ours, theirs, "{from}..{to} in {n}");
    }
}

#[tokio::test]
async fn facts_page_through_both_sides_in_either_order() {
    let plant = plant().await;
    let track = future(&plant, "a", "live", 40).await;
    let all = changes(&track, false, 1000);
    // At the fork the machine was down; in the branch it runs at once.
    assert_eq!(all.last(), Some(&second(40)));
    assert!(all.is_sorted());
    for limit in [1, 2, 3, 5] {
        assert_eq!(changes(&track, false, limit), all, "{limit} a page");
        let mut back = changes(&track, true, limit);
        back.reverse();
        assert_eq!(back, all, "{limit} a page, newest first");
    }
}

#[tokio::test]
async fn a_branch_of_a_branch_reads_through_both() {
    let plant = plant().await;
    future(&plant, "a", "live", 40).await;
    let mut writer = plant.site.begin_branch(branch("b", "a", 60, 90)).unwrap();
    writer.append(&[load(60, 1.0), load(70, 2.0)]).unwrap();
    plant.site.add_branch(writer).await.unwrap();
    let track = plant.site.track(&BranchId("b".into())).unwrap();
    let seen = [30, 50, 59, 60, 65, 80].map(|s| load_at(&track, s).unwrap());
    assert_eq!(seen, [30.0, 150.0, 159.0, 1.0, 1.0, 2.0]);
    let error = plant.site.discard_branch(&BranchId("a".into())).await.unwrap_err();
    assert!(error.to_string().contains("`b` forks from `a`"), "{error}");
}

#[tokio::test]
async fn what_only_a_branch_has_is_in_its_world_only() {
    let plant = plant().await;
    let mut writer = plant.site.begin_branch(branch("a", "live", 40, 80)).unwrap();
    let description = ThingDescription::new("press-2", "Press 2", "press", Level::WorkUnit);
    let kind = FactKind::ThingDescribed { thing: ThingId(0), description };
    writer.propose(vec![NewFact { at: second(40), origin: Origin::new("what-if"), kind }]).unwrap();
    writer.append(&[load(41, 1.0)]).unwrap();
    plant.site.add_branch(writer).await.unwrap();
    let track = plant.site.track(&BranchId("a".into())).unwrap();
    assert!(track.world_at(second(50)).unwrap().thing_by_key("press-2").is_some());
    assert!(track.world_at(second(39)).unwrap().thing_by_key("press-2").is_none());
    assert!(plant.site.world().thing_by_key("press-2").is_none());
}

#[tokio::test]
async fn killed_a_finished_branch_is_there_and_an_unfinished_one_is_not() {
    let plant = plant().await;
    future(&plant, "whole", "live", 40).await;
    let mut half = plant.site.begin_branch(branch("half", "live", 40, 80)).unwrap();
    half.append(&[load(41, 7.0)]).unwrap();
    let killed = plant.killed(60);
    let track = killed.site.track(&BranchId("whole".into())).unwrap();
    assert_eq!(track.note("report").unwrap().as_deref(), Some(&b"all is well"[..]));
    assert_eq!(track.note("bands").unwrap(), None);
    assert_eq!((load_at(&track, 39), load_at(&track, 120)), (Some(39.0), Some(220.0)));
    assert_eq!(
        changes(&track, false, 100).len(),
        changes(&plant.site.track(&BranchId("whole".into())).unwrap(), false, 100).len()
    );
    assert!(killed.site.track(&BranchId("half".into())).is_none());
    assert!(!killed.folder.path().join("branches/half").exists());
}

#[tokio::test]
async fn a_discarded_branch_goes_when_nobody_looks_at_it_any_more() {
    let plant = plant().await;
    let track = future(&plant, "a", "live", 40).await;
    plant.site.discard_branch(&BranchId("a".into())).await.unwrap();
    assert!(plant.site.track(&BranchId("a".into())).is_none());
    assert_eq!(load_at(&track, 120), Some(220.0), "who looks at it goes on looking");
    let folder = plant.folder.path().join("branches/a");
    assert!(folder.exists());
    drop(track);
    assert!(!folder.exists());
    let again = plant.site.discard_branch(&BranchId("a".into())).await.unwrap_err();
    assert!(again.to_string().contains("no branch"), "{again}");
}

#[tokio::test]
async fn a_branch_that_cannot_be_is_refused_and_leaves_nothing() {
    let plant = plant().await;
    future(&plant, "a", "live", 40).await;
    let refuse = |id: &str, parent: &str, from, until| {
        plant.site.begin_branch(branch(id, parent, from, until)).err().expect("it is refused").to_string()
    };
    assert!(refuse("a", "live", 40, 80).contains("already"));
    assert!(refuse("b", "nowhere", 40, 80).contains("no branch `nowhere`"));
    assert!(refuse("c", "live", 40, 40).contains("end before it begins"));
    assert!(refuse("..", "live", 40, 80).contains("no id for a branch"));
    let writer = plant.site.begin_branch(branch("d", "live", 40, 80)).unwrap();
    drop(writer);
    assert!(!plant.folder.path().join("branches/d").exists());
    assert!(matches!(
        plant.site.describe_branch(&BranchId("z".into()), "Z", true).await,
        Err(SiteError::NoBranch { .. })
    ));
}

#[tokio::test]
async fn a_kept_branch_has_its_name_after_a_start() {
    let plant = plant().await;
    future(&plant, "a", "live", 40).await;
    plant.site.describe_branch(&BranchId("a".into()), "Two presses", true).await.unwrap();
    let killed = plant.killed(60);
    let known = killed.site.world().branch(&BranchId("a".into())).cloned().unwrap();
    assert_eq!((known.name.as_str(), known.kept), ("Two presses", true));
    assert_eq!(
        Value::Number(220.0),
        killed.site.track(&known.id).unwrap().at(&SignalFilter::one(LOAD), second(120), None).unwrap()[0]
            .value
    );
}
