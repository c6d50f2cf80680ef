//! Bad input is named in plain words, with its place, before anything runs.

use crate::models::*;
use trine_simulate::Distribution;
use trine_simulate::flow::*;

/// A sound line, spoilt; some fault has to name both words.
fn assert_named(spoil: impl Fn(&mut FlowModel), place: &str, reason: &str) {
    let mut model = line(2, 2, |_| exponential(1.0));
    spoil(&mut model);
    let faults = Flow::start(&model, 1).expect_err("a spoilt model does not start");
    let is_named = |fault: &Fault| fault.place.contains(place) && fault.reason.contains(reason);
    assert!(faults.iter().any(is_named), "{faults:?}");
}

fn work(model: &mut FlowModel) -> &mut Operation {
    &mut model.stations[1].operations[0]
}

#[test]
fn numbers_that_lead_nowhere() {
    assert_named(
        |model| work(model).takes[0].buffer = 99,
        "station “station 1”, operation “work”",
        "number 99",
    );
    assert_named(
        |model| work(model).outcomes[0].gives[0].material = 5,
        "operation “work”",
        "material number 5",
    );
    assert_named(|model| model.stations[0].calendar = Some(3), "station 0", "calendar number 3");
    assert_named(|model| model.sinks[0].buffer = 17, "sink “exit”", "buffer number 17");
    assert_named(|model| work(model).crew = Some((0, 1)), "operation “work”", "crew number 0");
}

#[test]
fn times_and_chances_that_make_no_sense() {
    assert_named(|model| work(model).time_s = Distribution::Constant(-1.0), "operation “work”", "negative");
    assert_named(
        |model| work(model).time_s = Distribution::Exponential { mean: f64::NAN },
        "operation “work”",
        "mean",
    );
    assert_named(|model| work(model).outcomes[0].chance = 0.9, "operation “work”", "sum to 0.9");
    let nothing = Distribution::Constant(0.0);
    assert_named(
        |model| model.sources[0].arrivals = Arrivals::Every(nothing.clone()),
        "source “supply”",
        "0 s",
    );
    assert_named(
        |model| model.stations[0].failures.push(failure("f", nothing.clone(), exponential(1.0))),
        "failure “f”",
        "after 0 s",
    );
}

#[test]
fn routes_that_lead_nowhere() {
    assert_named(|model| model.sources.clear(), "station 0", "nothing ever brings");
    assert_named(|model| work(model).outcomes[0].gives[0].buffer = 1, "buffer “buffer 1”", "circle");
    assert_named(|model| work(model).takes[0].count = 5, "operation “work”", "5 pieces");
    let stand_still = |model: &mut FlowModel| {
        model.stations.iter_mut().for_each(|s| s.operations[0].time_s = Distribution::Constant(0.0));
    };
    assert_named(stand_still, "source “supply”", "time would stand still");
    let circle = |model: &mut FlowModel| {
        model.buffers[1].capacity = 0;
        work(model).outcomes[0].chance = 0.5;
        let back = Outcome { chance: 0.5, kind: OutcomeKind::Rework, gives: vec![pieces(0, 1)] };
        work(model).outcomes.push(back);
    };
    assert_named(circle, "station “station 1”", "hand to hand");
}

#[test]
fn calendars_and_horizons_that_never_come() {
    let closed = |model: &mut FlowModel| {
        model.calendars.push(Calendar { name: "never".into(), period_ns: SECOND, ..Calendar::default() });
        model.stations[0].calendar = Some(0);
    };
    assert_named(closed, "calendar “never”", "never open");
    let model = line(1, 1, |_| exponential(1.0));
    assert!(model.check_horizon(i64::MAX).unwrap().reason.contains("no end"));
    assert!(model.check_horizon(0).is_some() && model.check_horizon(SECOND).is_none());
}

#[test]
fn what_is_odd_but_runs_is_a_warning() {
    let mut model = line(2, 2, |_| exponential(1.0));
    model.orders.push(Order {
        name: "late".into(),
        release_ns: 5,
        due_ns: -1,
        quantity: 1,
        ..Order::default()
    });
    let faults = check(&model);
    assert!(faults.iter().all(|fault| fault.severity == Severity::Warning));
    let reasons: Vec<&str> = faults.iter().map(|fault| fault.reason.as_str()).collect();
    assert!(reasons.iter().any(|reason| reason.contains("due before it may begin")), "{reasons:?}");
    assert!(reasons.iter().any(|reason| reason.contains("late already")), "{reasons:?}");
    assert!(Flow::start(&model, 1).is_ok());
}
