//! Why not, what is missing, whom to ask, who can, and what a change would have decided.

use crate::plant::{Plant, offer, person};
use trine_policy::{Action, DecisionPoint, Missing, PastDecision, Principal, Question, Target};
use trine_world::PolicyDescription;

#[test]
fn a_person_reads_what_is_missing_and_whom_to_ask() {
    let mut plant = Plant::new();
    plant.guard("robot", false, Some("welding-robots"));
    plant.grant("g1", "person/boss", "administrator", None);
    let (a, target) = (person("person/a"), offer());
    let why = plant.point.explain(&plant.world, plant.now, &Question::new(&a, Action::Start, &target));
    let (role, kind) = ("operator".into(), "welding-robots".into());
    assert_eq!(why.missing, [Missing::Credential { kind }, Missing::Role { role }]);
    assert_eq!(why.ask, ["person/boss".into()]);
    assert_eq!(why.decision.in_words(), ["This takes a certificate that is valid now."]);
    let guest = Principal::guest("guest/1", "V");
    let dispatch = Question::new(&guest, Action::Dispatch, &Target::Site);
    let why = plant.point.explain(&plant.world, plant.now, &dispatch);
    assert_eq!(why.missing, [Missing::Authentication, Missing::Role { role: "planner".into() }]);
}

#[test]
fn what_nothing_would_help_says_so() {
    let mut plant = Plant::new();
    let operator = person("person/a").with_role("operator");
    plant.say(trine_world::FactKind::SiteHalted { reason: "drill".into() });
    let target = offer();
    let question = Question::new(&operator, Action::Start, &target);
    let why = plant.point.explain(&plant.world, plant.now, &question);
    assert_eq!(why.missing, []);
    assert!(why.decision.in_words()[0].contains("read-only"));
}

#[test]
fn an_administrator_asks_who_can_and_tries_a_policy_on_the_past() {
    let mut plant = Plant::new();
    plant.grant("g1", "person/a", "operator", Some("line-1"));
    let everybody = [person("person/a"), person("person/b"), Principal::guest("guest/1", "V")];
    let who = |action| {
        let can = plant.point.who_can(&plant.world, plant.now, action, &offer(), everybody.iter());
        can.into_iter().map(|(principal, _)| principal.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(who(Action::Start), ["person/a"]);
    assert_eq!(who(Action::See).len(), 3);
    let past = |principal: &Principal, action| {
        let target = offer();
        let outcome = plant.ask(principal, action, &target).outcome;
        PastDecision { at: plant.now, principal: principal.clone(), action, target, age_h: 0, outcome }
    };
    let record = [past(&everybody[0], Action::Start), past(&everybody[2], Action::See)];
    let text = "forbid(principal is Trine::Guest, action, resource);";
    let policy =
        PolicyDescription { id: "no-guests".into(), name: "".into(), text: text.into(), enabled: false };
    let named = PolicyDescription { name: "No guests".into(), ..policy };
    let turned = DecisionPoint::try_on(&plant.world, &named, record.into_iter()).unwrap();
    assert_eq!(turned.len(), 1);
    assert_eq!(&*turned[0].past.principal.id.0, "guest/1");
    assert_eq!(turned[0].would_be.in_words(), ["No guests"]);
}
