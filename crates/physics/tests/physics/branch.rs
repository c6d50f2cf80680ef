//! A model in a branch: stepped by the calendar of what is simulated, and written between its samples.

use crate::fmu::{models, wired};
use crate::live::hall;
use trine_base::{Instant, Sample, Value};
use trine_future::Physics as _;
use trine_history::SignalFilter;
use trine_site::Site;
use trine_world::{Branch, BranchId, BranchPurpose, FactKind, ModelInput, NewFact, Origin, PhysicsModel};

const SECOND: i64 = 1_000_000_000;

async fn attach(site: &Site, kind: FactKind) {
    let fact = NewFact { at: site.now(), origin: Origin::new("test"), kind };
    site.propose(site.now(), vec![fact]).await.unwrap().remove(0).unwrap();
}

fn branch(fork: Instant, seconds: i64) -> Branch {
    let (id, name) = (BranchId("w1".into()), "What if".to_owned());
    let (until, purpose) = (fork.plus_ns(seconds * SECOND), BranchPurpose::WhatIf);
    Branch {
        id,
        name,
        parent: BranchId::live(),
        forked_at: fork,
        until,
        purpose,
        changes: vec![],
        kept: false,
    }
}

/// Runs a branch of 20 s in which the power goes from 0 to 8 at 10 s, and gives heat by second, and what was noted.
async fn run(
    constants: &[(&str, f64)],
    change: impl Fn(&mut PhysicsModel),
) -> Option<(Vec<f64>, Vec<String>)> {
    let folder = tempfile::tempdir().unwrap();
    let models = models(folder.path());
    let mut model = wired(&models, 3, constants)?;
    let (site, thing, power) = hall(folder.path()).await;
    model.inputs.insert("power".into(), ModelInput::Signal("plc/power".into()));
    model.live = false;
    change(&mut model);
    attach(&site, FactKind::ModelAttached { thing, model }).await;
    let fork = site.now();
    let mut writer = site.begin_branch(branch(fork, 20)).unwrap();
    let mut along = models.along(&mut writer, &site.live_track()).unwrap();
    for part in 0..4 {
        let (from, to) = (fork.plus_ns(part * 5 * SECOND), fork.plus_ns((part + 1) * 5 * SECOND));
        let value = if part < 2 { 0.0 } else { 8.0 };
        let simulated = vec![Sample::good(power, from.plus_ns(1), Value::Number(value))];
        let samples = along.step(simulated, to);
        assert!(samples.is_sorted_by_key(|sample| sample.source), "out of order");
        writer.append(&samples).unwrap();
    }
    let notes = along.notes();
    site.add_branch(writer).await.unwrap();
    let track = site.track(&BranchId("w1".into())).unwrap();
    let key = format!("connection/model-{thing}/heat");
    let Some(heat) = track.world_at(track.end()).unwrap().signal_by_key(&key).map(|signal| signal.id) else {
        return Some((Vec::new(), notes));
    };
    let held =
        track.range(&SignalFilter::one(heat), fork, fork.plus_ns(21 * SECOND), None, 1000).unwrap().samples;
    Some((held.iter().filter_map(|held| held.value.as_f64()).collect(), notes))
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_fed_by_what_is_simulated() {
    let Some((heat, notes)) = run(&[], |_| {}).await else { return };
    assert_eq!(heat.len(), 20, "{notes:?}");
    assert!(heat[..10].iter().all(|heat| (heat - 20.0).abs() < 1e-9), "{heat:?}");
    let expected = |step: f64| 100.0 - 80.0 * (-step / 5.0).exp();
    assert!((heat[10] - expected(1.0)).abs() < 1e-9 && (heat[19] - expected(10.0)).abs() < 1e-9, "{heat:?}");
    assert!(notes[0].contains("starts anew at the fork"), "{notes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_is_a_note_and_the_branch_goes_on() {
    let Some((heat, notes)) = run(&[("fault", 1.0), ("fault_at", 12.0)], |_| {}).await else { return };
    assert_eq!(heat.len(), 12);
    assert!(notes[1].contains("ends early") && notes[1].contains("memory"), "{notes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_does_not_start_is_a_note() {
    let Some((heat, notes)) = run(&[], |model| model.file = "0".repeat(64).into()).await else { return };
    assert!(heat.is_empty());
    assert!(notes[0].contains("is not in this branch") && notes[0].contains("upload it first"), "{notes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_too_fine_for_the_horizon_is_made_coarser() {
    let folder = tempfile::tempdir().unwrap();
    let models = models(folder.path());
    let Some(mut model) = wired(&models, 2, &[]) else { return };
    let (site, thing, _) = hall(folder.path()).await;
    model.step_s = 0.001;
    attach(&site, FactKind::ModelAttached { thing, model }).await;
    let mut writer = site.begin_branch(branch(site.now(), 8 * 3600)).unwrap();
    let along = models.along(&mut writer, &site.live_track()).unwrap();
    assert!(along.notes()[0].contains("steps of 0.145 s"), "{:?}", along.notes());
}
