//! What the standard policies allow and forbid.

use crate::plant::{NOW, Plant, offer, person};
use trine_base::Instant;
use trine_policy::{Action, Principal, PrincipalKind, Question, Strength, Target};
use trine_world::{BranchId, FactKind};

#[test]
fn nothing_is_allowed_that_no_policy_allows() {
    let plant = Plant::new();
    for action in Action::ALL {
        assert!(!plant.may(&Principal::nobody(), *action, &Target::Site), "{action:?}");
        assert!(!plant.may(&Principal::nobody(), *action, &plant.thing("robot")), "{action:?}");
    }
    assert!(!plant.may(&person("person/a"), Action::See, &Target::Offer("not there".into())));
}

#[test]
fn a_guest_sees_everything_and_acts_on_nothing() {
    let plant = Plant::new();
    let guest = Principal::guest("guest/1", "Visitor");
    for action in [Action::See, Action::ReadHistory, Action::Export, Action::MakeFuture, Action::Appear] {
        assert!(plant.may(&guest, action, &plant.thing("robot")), "{action:?}");
    }
    let acts = Action::ALL.iter().filter(|action| {
        matches!(action.group(), trine_policy::ActionGroup::Operate | trine_policy::ActionGroup::Administer)
    });
    for action in acts {
        assert!(!plant.may(&guest, *action, &plant.thing("robot")), "{action:?}");
        assert!(!plant.may(&guest.clone().with_role("operator"), *action, &offer()), "{action:?}");
    }
}

#[test]
fn a_role_counts_where_it_was_granted_and_through_units() {
    let mut plant = Plant::new();
    plant.grant("g1", "person/a", "operator", Some("line-1"));
    plant.grant("g2", "crew", "operator", Some("line-2"));
    let (a, b) = (person("person/a"), person("person/b"));
    assert!(plant.may(&a, Action::Start, &plant.thing("robot")));
    assert!(!plant.may(&a, Action::Start, &plant.thing("press")));
    assert!(!plant.may(&b, Action::Start, &plant.thing("press")));
    plant.say(FactKind::MemberJoined { member: "person/b".into(), unit: "crew/nights".into() });
    assert!(plant.may(&b, Action::Start, &plant.thing("press")));
    assert!(!plant.may(&b, Action::Start, &plant.thing("robot")));
    let nights = plant.world.thing_by_key("crew/nights").unwrap().id;
    plant.say(FactKind::ThingRetired { thing: nights });
    assert!(!plant.may(&b, Action::Start, &plant.thing("press")), "the unit was dissolved");
}

#[test]
fn an_administrator_administers_and_does_not_operate() {
    let plant = Plant::new();
    let administrator = person("person/a").with_role("administrator");
    assert!(plant.may(&administrator, Action::Grant, &Target::Site));
    assert!(plant.may(&administrator, Action::Halt, &Target::Site));
    assert!(!plant.may(&administrator, Action::Start, &offer()));
    let claimed = Principal::new("person/a", PrincipalKind::Person, "A").with_role("administrator");
    assert!(!plant.may(&claimed, Action::Grant, &Target::Site), "who only says so has not proven it");
}

#[test]
fn a_command_takes_the_role_and_the_certificate_until_it_expires() {
    let mut plant = Plant::new();
    plant.grant("g1", "person/a", "operator", None);
    plant.guard("line-1", false, Some("welding-robots"));
    let march = Instant::from_ms(2_000_000);
    let a = person("person/a");
    let certified = a.clone().with_credential("welding-robots", "school", Some(march));
    let other = a.clone().with_credential("forklifts", "school", Some(march));
    assert!(!plant.may(&a, Action::Start, &offer()));
    assert!(!plant.may(&other, Action::Start, &offer()));
    assert!(plant.may(&certified, Action::Start, &offer()));
    let kept = plant.ask(&certified, Action::Start, &offer());
    assert!(kept.until <= march);
    plant.now = march;
    assert!(!plant.may(&certified, Action::Start, &offer()), "it expired, though the answer was kept");
}

#[test]
fn no_branch_and_no_halted_site_is_acted_on() {
    let mut plant = Plant::new();
    let operator = person("person/a").with_role("operator").with_role("planner");
    let branch = Target::Branch(BranchId("what-if-1".into()));
    for action in [Action::Start, Action::Stop, Action::SetPoint, Action::Dispatch, Action::Acknowledge] {
        assert!(!plant.may(&operator, action, &branch), "{action:?}");
    }
    assert!(plant.may(&operator, Action::Start, &offer()));
    plant.say(FactKind::SiteHalted { reason: "drill".into() });
    for action in [Action::Start, Action::Stop, Action::SetPoint, Action::Dispatch, Action::Acknowledge] {
        assert!(!plant.may(&operator, action, &offer()), "{action:?}");
    }
    assert!(!plant.may(&operator, Action::Resume, &Target::Site), "an administrator takes it off");
    plant.say(FactKind::SiteResumed { reason: "over".into() });
    assert!(plant.may(&operator, Action::Start, &offer()));
}

#[test]
fn a_token_is_good_for_its_scopes_and_a_session_for_its_time() {
    let plant = Plant::new();
    let mut token = person("person/a").with_role("operator");
    token.scopes = Some(["read".into()].into());
    assert!(plant.may(&token, Action::See, &Target::Site));
    assert!(!plant.may(&token, Action::Start, &offer()));
    token.scopes = Some(["start".into()].into());
    assert!(plant.may(&token, Action::Start, &offer()));
    assert!(!plant.may(&token, Action::Stop, &offer()));
    token.expires = Some(NOW);
    assert!(!plant.may(&token, Action::Start, &offer()));
}

#[test]
fn another_company_sees_what_a_contract_shares_and_no_more() {
    let mut plant = Plant::new();
    let mut supplier = person("person/s").with_role("operator").with_role("administrator");
    supplier.company = Some("supplier".into());
    for action in Action::ALL {
        assert!(!plant.may(&supplier, *action, &plant.thing("robot")), "{action:?}");
    }
    let end = Instant::from_ms(1_500_000);
    plant.contract("supplier", "line-1", "read", Some(end));
    assert!(plant.may(&supplier, Action::ReadHistory, &plant.thing("robot")));
    assert!(!plant.may(&supplier, Action::ReadHistory, &plant.thing("press")));
    assert!(!plant.may(&supplier, Action::See, &Target::Site));
    plant.now = end;
    assert!(!plant.may(&supplier, Action::ReadHistory, &plant.thing("robot")));
}

#[test]
fn a_policy_of_the_site_adds_forbids_and_replaces() {
    let mut plant = Plant::new();
    let a = person("person/a");
    plant.policy(
        "stop",
        r#"permit(principal, action == Trine::Action::"stop", resource in Trine::Place::"line-1");"#,
        true,
    );
    assert!(plant.may(&a, Action::Stop, &plant.thing("robot")));
    assert!(!plant.may(&a, Action::Stop, &plant.thing("press")));
    plant.policy("old", r#"forbid(principal is Trine::Guest, action == Trine::Action::"read-history", resource) when { context.ageHours > 24 };"#, true);
    let guest = Principal::guest("guest/1", "V");
    let look = |age_h| {
        let question = Question { age_h, ..Question::new(&guest, Action::ReadHistory, &Target::Site) };
        plant.point.decide(&plant.world, plant.now, &question).is_allowed()
    };
    assert!(look(24) && !look(25));
    plant.policy("guests-look", "permit(principal, action, resource) when { false };", false);
    assert!(!plant.may(&guest, Action::See, &Target::Site), "a standard policy can be switched off");
    plant.say(FactKind::PolicyRemoved { policy: "guests-look".into() });
    assert!(plant.may(&guest, Action::See, &Target::Site));
}

#[test]
fn a_policy_that_fails_forbids_rather_than_allows() {
    let mut plant = Plant::new();
    let strong = person("person/a").proven(NOW, Strength::Strong);
    // It passes the schema and overflows when it is asked.
    let text = "forbid(principal, action, resource) when { context.strength * 9223372036854775807 < 0 };";
    plant.policy("overflow", text, true);
    let decision = plant.ask(&strong, Action::See, &Target::Site);
    assert!(!decision.is_allowed());
    assert!(decision.in_words()[0].contains("could not be evaluated"), "{decision:?}");
}
