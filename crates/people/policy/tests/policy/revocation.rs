//! No stale permit: whatever is granted and revoked in between, the answer is that of a point that remembers nothing,
//! and that of a naive model.

use crate::plant::{NOW, Plant, person};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use trine_base::Instant;
use trine_policy::{Action, DecisionPoint, Question};
use trine_world::{FactKind, NewFact, Origin, RoleGrant};

#[derive(Clone, Debug)]
enum Step {
    Grant { id: u8, holder: u8, operator: bool, line: u8, lasts: Option<u8> },
    Revoke { id: u8 },
    Join { person: u8 },
    Leave { person: u8 },
    Halt(bool),
    Later(u8),
    Ask { person: u8, line: u8 },
}

fn step() -> impl Strategy<Value = Step> {
    let grant = (0u8..5, 0u8..4, any::<bool>(), 0u8..3, proptest::option::of(1u8..20))
        .prop_map(|(id, holder, operator, line, lasts)| Step::Grant { id, holder, operator, line, lasts });
    prop_oneof![
        4 => grant,
        3 => (0u8..5).prop_map(|id| Step::Revoke { id }),
        1 => (0u8..3).prop_map(|person| Step::Join { person }),
        1 => (0u8..3).prop_map(|person| Step::Leave { person }),
        1 => any::<bool>().prop_map(Step::Halt),
        2 => (0u8..10).prop_map(Step::Later),
        8 => (0u8..3, 1u8..3).prop_map(|(person, line)| Step::Ask { person, line }),
    ]
}

/// What the rules are, without any machinery.
#[derive(Default)]
struct Model {
    grants: BTreeMap<u8, (u8, bool, u8, Option<Instant>)>,
    crew: [bool; 3],
    halted: bool,
}

impl Model {
    fn may_start(&self, person: u8, line: u8, now: Instant) -> bool {
        let counts = |(holder, operator, within, until): &(u8, bool, u8, Option<Instant>)| {
            let theirs = *holder == person || *holder == 3 && self.crew[usize::from(person)];
            theirs && *operator && (*within == 0 || *within == line) && until.is_none_or(|until| now < until)
        };
        !self.halted && self.grants.values().any(counts)
    }
}

fn holder(n: u8) -> String {
    if n == 3 { "crew".to_owned() } else { format!("person/{n}") }
}

/// Says it, if it fits; the model follows what was admitted.
fn say(plant: &mut Plant, kind: FactKind) -> bool {
    let proposal = NewFact { at: plant.now, origin: Origin::new("test"), kind };
    let fact = plant.world.admit(proposal, plant.now);
    fact.map(|fact| plant.world.apply(&fact)).is_ok()
}

fn take(plant: &mut Plant, model: &mut Model, step: &Step) {
    match step {
        Step::Grant { id, holder: who, operator, line, lasts } => {
            let until = lasts.map(|lasts| plant.now.plus_ns(i64::from(lasts) * 1_000_000));
            let within = (*line > 0).then(|| Arc::from(format!("line-{line}")));
            let role = if *operator { "operator" } else { "planner" };
            let (id_text, holder) = (format!("g{id}").into(), holder(*who).into());
            let grant = RoleGrant { id: id_text, holder, role: role.into(), within, until };
            if say(plant, FactKind::RoleGranted { grant }) {
                model.grants.insert(*id, (*who, *operator, *line, until));
            }
        }
        Step::Revoke { id } => {
            let said = say(plant, FactKind::RoleRevoked { grant: format!("g{id}").into() });
            assert_eq!(model.grants.remove(id).is_some(), said);
        }
        Step::Join { person } => {
            let (member, unit) = (holder(*person).into(), "crew/nights".into());
            say(plant, FactKind::MemberJoined { member, unit });
            model.crew[usize::from(*person)] = true;
        }
        Step::Leave { person } => {
            let (member, unit) = (holder(*person).into(), "crew/nights".into());
            say(plant, FactKind::MemberLeft { member, unit });
            model.crew[usize::from(*person)] = false;
        }
        Step::Halt(halt) => {
            let reason = String::new();
            let kind = if *halt { FactKind::SiteHalted { reason } } else { FactKind::SiteResumed { reason } };
            say(plant, kind);
            model.halted = *halt;
        }
        Step::Later(ms) => plant.now = plant.now.plus_ns(i64::from(*ms) * 1_000_000),
        Step::Ask { .. } => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_permit_outlives_what_it_rests_on(
        steps in proptest::collection::vec(step(), 1..60),
        room in prop_oneof![Just(1usize), Just(3), Just(1000)],
    ) {
        let mut plant = Plant::new();
        plant.point = DecisionPoint::with_room(room);
        plant.now = NOW;
        let mut model = Model::default();
        for step in &steps {
            take(&mut plant, &mut model, step);
            let Step::Ask { person: n, line } = step else { continue };
            let principal = person(&holder(*n));
            let target = plant.thing(if *line == 1 { "robot" } else { "press" });
            let kept = plant.may(&principal, Action::Start, &target);
            let question = Question::new(&principal, Action::Start, &target);
            let anew = plant.point.decide_anew(&plant.world, plant.now, &question).is_allowed();
            prop_assert_eq!(kept, anew, "what is kept differs from what is decided anew");
            prop_assert_eq!(kept, model.may_start(*n, *line, plant.now), "the model differs");
        }
    }
}
