//! A small plant with a company, two lines, and people.

use std::sync::Arc;
use trine_base::{Instant, ThingId};
use trine_policy::{Action, Decision, DecisionPoint, Principal, PrincipalKind, Question, Strength, Target};
use trine_world::{
    CommandOffer, Contract, FactKind, Guard, Level, NewFact, Origin, PolicyDescription, RoleGrant,
    ThingDescription, Verb, World,
};

pub const NOW: Instant = Instant::from_ms(1_000_000);

pub struct Plant {
    pub world: World,
    pub point: DecisionPoint,
    pub now: Instant,
}

impl Plant {
    pub fn new() -> Self {
        let mut plant = Self { world: World::new(), point: DecisionPoint::default(), now: NOW };
        let thing = |key: &str, class: &str, level, parent: Option<&str>| {
            let mut thing = ThingDescription::new(key, key, class, level);
            thing.parent = parent.map(Arc::from);
            FactKind::ThingDescribed { thing: ThingId(0), description: thing }
        };
        plant.say(thing("company", "company", Level::Enterprise, None));
        plant.say(thing("site", "site", Level::Site, Some("company")));
        for line in ["line-1", "line-2"] {
            plant.say(thing(line, "line", Level::WorkCenter, Some("site")));
        }
        plant.say(thing("robot", "robot", Level::WorkUnit, Some("line-1")));
        plant.say(thing("press", "press", Level::WorkUnit, Some("line-2")));
        plant.say(thing("crew", "unit", Level::Organisation, None));
        plant.say(thing("crew/nights", "unit", Level::Organisation, Some("crew")));
        let offer = CommandOffer {
            key: "plc/robot/start".into(),
            thing: "robot".into(),
            name: "start".into(),
            verb: Verb::Start,
            argument: None,
            unit: None,
            range: None,
            shown_by: None,
        };
        plant.say(FactKind::CommandOffered { offer });
        plant
    }

    pub fn say(&mut self, kind: FactKind) {
        let proposal = NewFact { at: self.now, origin: Origin::new("test"), kind };
        let fact = self.world.admit(proposal, self.now).expect("the fact fits");
        self.world.apply(&fact);
    }

    pub fn grant(&mut self, id: &str, holder: &str, role: &str, within: Option<&str>) {
        let within = within.map(Arc::from);
        let grant =
            RoleGrant { id: id.into(), holder: holder.into(), role: role.into(), within, until: None };
        self.say(FactKind::RoleGranted { grant });
    }

    pub fn guard(&mut self, thing: &str, dangerous: bool, credential: Option<&str>) {
        let credential = credential.map(Arc::from);
        let guard = Guard { thing: thing.into(), verb: Some(Verb::Start), dangerous, credential };
        self.say(FactKind::CommandGuarded { guard });
    }

    pub fn policy(&mut self, id: &str, text: &str, enabled: bool) {
        let policy = PolicyDescription { id: id.into(), name: id.into(), text: text.into(), enabled };
        trine_policy::check_policy(&policy).expect("the policy fits");
        self.say(FactKind::PolicySet { policy });
    }

    pub fn contract(&mut self, company: &str, within: &str, action: &str, until: Option<Instant>) {
        let contract = Contract {
            id: format!("{company}-{within}").into(),
            company: company.into(),
            within: within.into(),
            actions: [Arc::from(action)].into(),
            until,
        };
        self.say(FactKind::ContractAgreed { contract });
    }

    pub fn thing(&self, key: &str) -> Target {
        Target::Thing(self.world.thing_by_key(key).expect("the thing is there").id)
    }

    pub fn ask(&self, principal: &Principal, action: Action, target: &Target) -> Arc<Decision> {
        self.point.decide(&self.world, self.now, &Question::new(principal, action, target))
    }

    pub fn may(&self, principal: &Principal, action: Action, target: &Target) -> bool {
        self.ask(principal, action, target).is_allowed()
    }
}

pub fn person(id: &str) -> Principal {
    Principal::new(id, PrincipalKind::Person, id).proven(NOW, Strength::Single)
}

pub fn offer() -> Target {
    Target::Offer("plc/robot/start".into())
}
