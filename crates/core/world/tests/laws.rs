//! The laws of the fold: same facts, same world; a snapshot and the tail make the same world as all facts.

use proptest::prelude::*;
use trine_base::{Instant, SignalId, ThingId};
use trine_world::{
    Fact, FactKind, Level, NewFact, Origin, Place, Relation, RelationKind, SignalDescription,
    ThingDescription, ValueKind, World,
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
    prop_oneof![4 => thing, 6 => signal, 2 => place, 2 => relation, 3 => alarm, 1 => retired]
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
