//! Decisions a second on one core, kept and made anew, over 10,000 people, things and contracts each.
//!
//! The floor is a look into a map with the same key; there is no peer here: Cedar itself decides.

use std::sync::Arc;
use std::time::{Duration, Instant as Clock};
use trine_base::{Instant, ThingId};
use trine_policy::{Action, DecisionPoint, Principal, PrincipalKind, Question, Strength, Target};
use trine_world::{Contract, FactKind, Level, NewFact, Origin, RoleGrant, ThingDescription, World};

const COUNT: u32 = 10_000;
const SPAN: Duration = Duration::from_secs(3);

fn main() {
    let now = Instant::from_ms(1_000_000);
    let world = world(now);
    let people: Vec<Principal> = (0..COUNT).map(|n| person(n, now)).collect();
    let point = DecisionPoint::default();
    let ask = |n: u32, decide: &mut dyn FnMut(&Question<'_>)| {
        let person = &people[(n.wrapping_mul(7919) % COUNT) as usize];
        let target = Target::Thing(ThingId(1 + n.wrapping_mul(104_729) % COUNT));
        let action = [Action::See, Action::Start, Action::ReadHistory, Action::Grant][(n % 4) as usize];
        decide(&Question::new(person, action, &target));
    };
    let mut times = Vec::new();
    let begun = Clock::now();
    let mut n = 0;
    while begun.elapsed() < SPAN {
        ask(n, &mut |question| {
            let one = Clock::now();
            std::hint::black_box(point.decide_anew(&world, now, question));
            times.push(one.elapsed());
        });
        n += 1;
    }
    let rate = f64::from(n) / begun.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e6;
    println!("anew: {rate:.0}/s, p50 {:.0} us, p99 {:.0} us", at(0.5), at(0.99));
    (0..COUNT).for_each(|n| ask(n, &mut |question| drop(point.decide(&world, now, question))));
    let begun = Clock::now();
    let mut n = 0;
    while begun.elapsed() < SPAN {
        for _ in 0..1000 {
            ask(n % COUNT, &mut |question| drop(std::hint::black_box(point.decide(&world, now, question))));
            n += 1;
        }
    }
    println!("kept: {:.0}/s", f64::from(n) / begun.elapsed().as_secs_f64());
}

fn person(n: u32, now: Instant) -> Principal {
    let mut person = Principal::new(&format!("person/{n}"), PrincipalKind::Person, &format!("Person {n}"));
    person.company = (n % 2 == 1).then(|| Arc::from(format!("company/{}", n % 100)));
    person.proven(now, Strength::Single).with_credential("welding-robots", "school", None)
}

fn world(now: Instant) -> World {
    let mut world = World::new();
    let mut say = |kind| {
        let proposal = NewFact { at: now, origin: Origin::new("bench"), kind };
        let fact = world.admit(proposal, now).expect("the fact fits");
        world.apply(&fact);
    };
    let mut thing = |key: String, level, parent: Option<String>| {
        let mut description = ThingDescription::new(&key, &key, "press", level);
        description.parent = parent.map(Arc::from);
        say(FactKind::ThingDescribed { thing: ThingId(0), description });
    };
    thing("company".into(), Level::Enterprise, None);
    thing("site".into(), Level::Site, Some("company".into()));
    (0..100).for_each(|line| thing(format!("line/{line}"), Level::WorkCenter, Some("site".into())));
    (0..100).for_each(|unit| thing(format!("unit/{unit}"), Level::Organisation, None));
    (0..COUNT)
        .for_each(|n| thing(format!("machine/{n}"), Level::WorkUnit, Some(format!("line/{}", n % 100))));
    for n in 0..COUNT {
        let (id, holder) = (format!("grant/{n}").into(), format!("person/{n}").into());
        let within = Some(Arc::from(format!("line/{}", n % 100)));
        let grant = RoleGrant { id, holder, role: "operator".into(), within, until: None };
        say(FactKind::RoleGranted { grant });
        let (member, unit) = (format!("person/{n}").into(), format!("unit/{}", n % 100).into());
        say(FactKind::MemberJoined { member, unit });
        let contract = Contract {
            id: format!("contract/{n}").into(),
            company: format!("company/{}", n % 100).into(),
            within: format!("machine/{n}").into(),
            actions: [Arc::from("read")].into(),
            until: None,
        };
        say(FactKind::ContractAgreed { contract });
    }
    world
}
