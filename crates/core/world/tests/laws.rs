//! The laws of the fold: same facts, same world; a snapshot and the tail make the same world as all facts.

use proptest::prelude::*;
use trine_base::{Instant, SignalId, ThingId};
use trine_world::{
    Branch, BranchId, BranchPurpose, CalendarDescription, Fact, FactKind, Level, ModelInput, ModelOutput,
    NewFact, OrderDescription, Origin, PhysicsModel, Place, Process, Relation, RelationKind,
    SignalDescription, StationProcess, ThingDescription, ValueKind, World,
};

fn key(n: u8) -> String {
    format!("thing-{}", n % 8)
}

fn proposal() -> impl Strategy<Value = FactKind> {
    let thing = (any::<u8>(), any::<u8>(), any::<bool>()).prop_map(|(n, parent, child)| {
        let mut description = ThingDescription::new(&key(n), &format!("T{n}"), "press", Level::WorkUnit);
        if child {
            description = description.in_parent(&key(parent));
        }
        FactKind::ThingDescribed { thing: ThingId(0), description }
    });
    let signal = (any::<u8>(), any::<u8>()).prop_map(|(n, s)| FactKind::SignalDescribed {
        signal: SignalId(0),
        description: SignalDescription::new(&key(n), &format!("s{}", s % 16), "S", ValueKind::Number),
    });
    let place = (1u32..12, -50.0..50.0f64).prop_map(|(thing, x)| FactKind::ThingPlaced {
        thing: ThingId(thing),
        place: Some(Place { position: [x, 0.0, 0.0], yaw_deg: 0.0, size: [1.0, 1.0, 1.0], proposed: true }),
    });
    let relation = (1u32..12, 1u32..12).prop_map(|(from, to)| {
        FactKind::Related(Relation { kind: RelationKind::FlowsTo, from: ThingId(from), to: ThingId(to) })
    });
    let alarm = (1u32..12, 1u32..20, any::<bool>()).prop_map(|(thing, signal, raised)| {
        let (thing, signal, code) = (ThingId(thing), SignalId(signal), "C".to_owned());
        if raised {
            FactKind::AlarmRaised { thing, signal, code, priority: 1, message: String::new() }
        } else {
            FactKind::AlarmCleared { thing, signal, code, alarm: 0 }
        }
    });
    let retired = (1u32..12).prop_map(|thing| FactKind::ThingRetired { thing: ThingId(thing) });
    let process = (1u32..12, 0u32..4, -1.0..90.0f64).prop_map(|(thing, slots, pitch_s)| {
        let station = StationProcess { slots, pitch_s, ..StationProcess::default() };
        FactKind::ProcessDescribed { thing: ThingId(thing), process: Process::Station(station) }
    });
    let order = (0u8..6, 0u32..40, any::<bool>()).prop_map(|(n, quantity, finished)| {
        let key = format!("PO-{n}").into();
        if finished {
            return FactKind::OrderFinished { order: key };
        }
        let (name, material, family) = (String::new(), "drive".into(), String::new());
        let (release, due, weight) = (None, None, 1.0);
        let order = OrderDescription { key, name, material, quantity, family, release, due, weight };
        FactKind::OrderReleased { order }
    });
    let branch = (0u8..5, 0u8..5, 0i64..50, any::<bool>()).prop_map(|(n, parent, at, discarded)| {
        let id = |n: u8| if n == 0 { BranchId::live() } else { BranchId(format!("b{n}").into()) };
        if discarded {
            return FactKind::BranchDiscarded { branch: id(n) };
        }
        let (forked_at, until) = (Instant::from_ms(at), Instant::from_ms(at + 20));
        let (name, parent, purpose) = (format!("B{n}"), id(parent), BranchPurpose::WhatIf);
        let branch =
            Branch { id: id(n), name, parent, forked_at, until, purpose, changes: vec![], kept: false };
        FactKind::BranchForked { branch }
    });
    let model =
        (1u32..12, 0u8..16, -1.0..5.0f64, any::<bool>()).prop_map(|(thing, signal, step_s, detached)| {
            let thing = ThingId(thing);
            if detached {
                return FactKind::ModelDetached { thing };
            }
            let inputs = [("u".to_owned(), ModelInput::Signal(format!("s{signal}").into()))];
            let outputs = [("y".to_owned(), ModelOutput::default())];
            let (inputs, outputs, file) = (inputs.into(), outputs.into(), "0a".repeat(32).into());
            FactKind::ModelAttached {
                thing,
                model: PhysicsModel { file, name: "M".into(), step_s, live: true, inputs, outputs },
            }
        });
    let more = prop_oneof![process, order, branch, model];
    prop_oneof![6 => more, 4 => thing, 6 => signal, 2 => place, 2 => relation, 3 => alarm, 1 => retired]
}

/// Proposes all and keeps the facts that were admitted.
fn history(proposals: Vec<FactKind>) -> (Vec<Fact>, World) {
    let mut world = World::new();
    let mut facts = Vec::new();
    for (n, kind) in proposals.into_iter().enumerate() {
        let at = Instant::from_ms(i64::try_from(n).unwrap());
        let proposal = NewFact { at, origin: Origin::new("test"), kind };
        if let Ok(fact) = world.admit(proposal, at) {
            world.apply(&fact);
            facts.push(fact);
        }
    }
    (facts, world)
}

proptest! {
    #[test]
    fn fold_of_snapshot_and_tail_is_fold_of_all(
        proposals in proptest::collection::vec(proposal(), 1..80),
        cut in any::<prop::sample::Index>(),
    ) {
        let (facts, whole) = history(proposals);
        let cut = cut.index(facts.len() + 1);
        let mut early = World::new();
        facts[..cut].iter().for_each(|fact| early.apply(fact));
        let mut restored = World::restore(&early.snapshot()).unwrap();
        facts[cut..].iter().for_each(|fact| restored.apply(fact));
        prop_assert_eq!(restored.snapshot(), whole.snapshot());
    }

    #[test]
    fn a_fact_survives_its_form_on_disk(proposals in proptest::collection::vec(proposal(), 1..40)) {
        for fact in history(proposals).0 {
            prop_assert_eq!(Fact::from_bytes(&fact.to_bytes()).unwrap(), fact);
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Fact::from_bytes(&bytes);
        let _ = World::restore(&bytes);
    }
}

#[test]
fn what_does_not_fit_is_refused_with_its_reason() {
    let world = World::new();
    let refuse = |kind| {
        let proposal = NewFact { at: Instant::EPOCH, origin: Origin::new("test"), kind };
        world.admit(proposal, Instant::EPOCH).unwrap_err().to_string()
    };
    let signal = SignalDescription::new("nowhere", "s", "S", ValueKind::Number);
    let message = refuse(FactKind::SignalDescribed { signal: SignalId(0), description: signal });
    assert!(message.contains("nowhere"), "{message}");
    let giant = ThingDescription::new(&"x".repeat(5000), "X", "press", Level::WorkUnit);
    let message = refuse(FactKind::ThingDescribed { thing: ThingId(0), description: giant });
    assert!(message.contains("longer than"), "{message}");
}

/// Folds what is admitted, and gives the reasons of what is not.
fn refusals(proposals: Vec<FactKind>) -> Vec<String> {
    let mut world = World::new();
    let mut reasons = Vec::new();
    for kind in proposals {
        let proposal = NewFact { at: Instant::EPOCH, origin: Origin::new("test"), kind };
        match world.admit(proposal, Instant::EPOCH) {
            Ok(fact) => world.apply(&fact),
            Err(reason) => reasons.push(reason.to_string()),
        }
    }
    reasons
}

#[test]
fn a_branch_leaves_another_that_is_there_and_goes_before_it() {
    let fork = |id: &str, parent: &str, at: i64| {
        let (id, parent) = (BranchId(id.into()), BranchId(parent.into()));
        let (name, changes, purpose) = ("a".to_owned(), Vec::new(), BranchPurpose::WhatIf);
        let (forked_at, until) = (Instant::from_ms(at), Instant::from_ms(100));
        let branch = Branch { id, name, parent, forked_at, until, purpose, changes, kept: false };
        FactKind::BranchForked { branch }
    };
    let discard = |id: &str| FactKind::BranchDiscarded { branch: BranchId(id.into()) };
    let reasons = refusals(vec![
        fork("a", "live", 10),
        fork("b", "a", 20),
        fork("c", "a", 5),
        fork("d", "nowhere", 5),
        fork("live", "live", 5),
        fork("../up", "live", 5),
        fork("e", "live", 100),
        discard("a"),
        discard("b"),
        discard("a"),
        discard("a"),
    ]);
    assert_eq!(
        reasons,
        [
            "`a` is not there at the instant of the fork",
            "there is no branch `nowhere`; it may have been discarded",
            "`live` is no id for a branch: 1 to 64 of a-z, 0-9 and -",
            "`../up` is no id for a branch: 1 to 64 of a-z, 0-9 and -",
            "the branch `a` would end before it begins",
            "the branch `b` forks from `a`; discard it first",
            "there is no branch `a`; it may have been discarded",
        ]
    );
}

#[test]
fn a_calendar_or_an_order_that_makes_no_sense_is_refused_in_plain_words() {
    let calendar = |open_s: Vec<(f64, f64)>, period_s| FactKind::CalendarDescribed {
        calendar: CalendarDescription {
            key: "day".into(),
            open_s,
            period_s,
            ..CalendarDescription::default()
        },
    };
    let order = |quantity, due_ms| {
        let (release, due) = (Some(Instant::from_ms(50)), Some(Instant::from_ms(due_ms)));
        let (key, name, material, family) = ("PO-1".into(), String::new(), "drive".into(), String::new());
        let order = OrderDescription { key, name, material, quantity, family, release, due, weight: 1.0 };
        FactKind::OrderReleased { order }
    };
    let reasons = refusals(vec![
        calendar(vec![(0.0, 8.0), (6.0, 12.0)], 24.0),
        calendar(vec![], 24.0),
        calendar(vec![(0.0, 8.0), (9.0, 12.0)], 24.0),
        order(0, 90),
        order(4, 10),
        order(4, 90),
        order(4, 90),
    ]);
    assert_eq!(
        reasons,
        [
            "the calendar `day` has open times that overlap, are out of order or go beyond its period",
            "the calendar `day` is never open",
            "order `PO-1` asks for no pieces",
            "order `PO-1` is due before it is released",
            "the fact says nothing new",
        ]
    );
}
