//! The decision point: asks the policies about a slice of the world, and remembers the answers as long as they hold.
//!
//! An answer is kept with the revisions of all that it rests on and with the first instant at which any of it expires.
//! Whoever asks brings the world of now: an answer from before a revocation does not fit that world and is not used, so
//! nothing has to be told to forget.

use crate::circumstances::{Circumstances, Question, units_of};
use crate::compiled::Compiled;
use crate::{Action, Decision, Outcome, Principal, PrincipalId, Reason, Resource, Target, schema};
use cedar_policy::{
    Authorizer, Context, Entities, Entity, EntityUid, PolicySet, Request, Response, RestrictedExpression,
};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};
use trine_base::Instant;
use trine_world::{Organisation, World};

/// Answers kept; when there are more, all are dropped and made again as they are asked for.
const KEPT: usize = 200_000;

/// Decides. One for a site; share it freely.
pub struct DecisionPoint {
    authorizer: Authorizer,
    compiled: RwLock<Option<(u64, Arc<Compiled>)>>,
    kept: RwLock<HashMap<Key, Kept>>,
    room: usize,
}

#[derive(PartialEq, Eq, Hash)]
struct Key {
    principal: PrincipalId,
    action: Action,
    target: Target,
    age_h: u32,
}

struct Kept {
    principal: Principal,
    revisions: Revisions,
    decision: Arc<Decision>,
}

/// All that an answer rests on; each rises with every change.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Revisions {
    common: u64,
    member: u64,
    structure: u64,
    offers: u64,
}

impl Revisions {
    fn of(world: &World, principal: &Principal) -> Self {
        let organisation = world.organisation();
        let units = organisation.member(&principal.id.0).map(|member| &member.units);
        let member = if units.is_none_or(BTreeSet::is_empty) && principal.units.is_empty() {
            organisation.member(&principal.id.0).map_or(0, |member| member.revision)
        } else {
            let units = units_of(world, principal);
            let holders = std::iter::once(&principal.id.0).chain(&units);
            let revisions = holders.filter_map(|holder| organisation.member(holder));
            revisions.map(|member| member.revision).max().unwrap_or(0)
        };
        let (structure, offers) = (world.revision(), world.commands().revision());
        Self { common: organisation.common_revision(), member, structure, offers }
    }
}

impl Default for DecisionPoint {
    fn default() -> Self {
        Self::with_room(KEPT)
    }
}

impl DecisionPoint {
    /// A decision point that remembers so many answers.
    #[must_use]
    pub fn with_room(room: usize) -> Self {
        let (compiled, kept) = (RwLock::default(), RwLock::default());
        Self { authorizer: Authorizer::new(), compiled, kept, room: room.max(1) }
    }

    /// Whether it may be done, in this world, at this instant. Nothing may that no policy allows.
    pub fn decide(&self, world: &World, now: Instant, question: &Question<'_>) -> Arc<Decision> {
        let revisions = Revisions::of(world, question.principal);
        let key = Key {
            principal: question.principal.id.clone(),
            action: question.action,
            target: question.target.clone(),
            age_h: question.age_h,
        };
        {
            let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(known) = kept.get(&key)
                && known.revisions == revisions
                && now < known.decision.until
                && known.principal == *question.principal
            {
                return Arc::clone(&known.decision);
            }
        }
        let decision = Arc::new(self.decide_anew(world, now, question));
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= self.room {
            kept.clear();
        }
        let principal = question.principal.clone();
        kept.insert(key, Kept { principal, revisions, decision: Arc::clone(&decision) });
        decision
    }

    /// The same without looking at or keeping answers.
    #[must_use]
    pub fn decide_anew(&self, world: &World, now: Instant, question: &Question<'_>) -> Decision {
        if question.principal.expires.is_some_and(|end| now >= end) {
            return refusal("", "The session or token has expired; sign in again.");
        }
        let Some(resource) = Resource::find(world, question.target) else {
            return refusal("", "There is no such thing.");
        };
        let circumstances = Circumstances::of(world, now, question, &resource);
        self.ask(world.organisation(), question, &resource, &circumstances)
    }

    pub(crate) fn ask(
        &self,
        organisation: &Organisation,
        question: &Question<'_>,
        resource: &Resource,
        circumstances: &Circumstances,
    ) -> Decision {
        let compiled = self.compiled(organisation);
        let Some(response) = self.response(&compiled.policies, question, resource, circumstances) else {
            return refusal("", "The question could not be put to the policies.");
        };
        decision(&compiled, &response, question.action, circumstances.until)
    }

    fn compiled(&self, organisation: &Organisation) -> Arc<Compiled> {
        let revision = organisation.policy_revision();
        {
            let known = self.compiled.read().unwrap_or_else(PoisonError::into_inner);
            if let Some((of, compiled)) = &*known
                && *of == revision
            {
                return Arc::clone(compiled);
            }
        }
        let compiled = Arc::new(Compiled::of(organisation).0);
        let mut known = self.compiled.write().unwrap_or_else(PoisonError::into_inner);
        *known = Some((revision, Arc::clone(&compiled)));
        compiled
    }

    fn response(
        &self,
        policies: &PolicySet,
        question: &Question<'_>,
        resource: &Resource,
        circumstances: &Circumstances,
    ) -> Option<Response> {
        let principal = schema::principal(question.principal.kind, &question.principal.id.0);
        let action = schema::action(question.action.as_str());
        let target = resource_uid(resource);
        let entities = slice(question, resource, circumstances, [&principal, &action, &target])?;
        let context = context(question, circumstances)?;
        let request = Request::new(principal, action, target, context, None).ok()?;
        Some(self.authorizer.is_authorized(&request, policies, &entities))
    }
}

fn refusal(policy: &str, says: &str) -> Decision {
    let reasons = vec![Reason { policy: policy.into(), says: says.into() }];
    // What is not there may come at any time: such an answer is not kept.
    Decision { outcome: Outcome::Deny, reasons, until: Instant::MIN }
}

fn decision(compiled: &Compiled, response: &Response, action: Action, until: Instant) -> Decision {
    let is_broken = response.diagnostics().errors().next().is_some();
    let allowed = response.decision() == cedar_policy::Decision::Allow && !is_broken;
    let mut reasons: Vec<Reason> = response
        .diagnostics()
        .reason()
        .map(|policy| policy.to_string())
        .map(|policy| {
            let says = compiled.says.get(&policy).cloned().unwrap_or_default();
            Reason { policy: policy.into(), says }
        })
        .collect();
    reasons.sort_by(|a, b| a.policy.cmp(&b.policy));
    if is_broken && response.decision() == cedar_policy::Decision::Allow {
        // A policy that fails might have forbidden it.
        let says = "A policy could not be evaluated, so nothing that it might forbid is allowed.".into();
        reasons = vec![Reason { policy: "".into(), says }];
    } else if !allowed && reasons.is_empty() {
        let says = format!("No policy lets you {}.", action.in_words()).into();
        reasons.push(Reason { policy: "".into(), says });
    }
    let outcome = if allowed { Outcome::Allow } else { Outcome::Deny };
    Decision { outcome, reasons, until }
}

fn resource_uid(resource: &Resource) -> EntityUid {
    match &resource.target {
        Target::Site => schema::resource("Trine::Site", "site"),
        Target::Thing(_) | Target::Signal(_) | Target::Offer(_) => {
            schema::resource("Trine::Thing", resource.within.first().map_or("", |key| key))
        }
        Target::Branch(branch) => schema::resource("Trine::Branch", &branch.0),
        Target::Person(person) => schema::resource("Trine::Account", person),
    }
}

/// The entities that policies can reach from this question, and no others.
fn slice(
    question: &Question<'_>,
    resource: &Resource,
    circumstances: &Circumstances,
    [principal, action, target]: [&EntityUid; 3],
) -> Option<Entities> {
    let text = |text: &str| RestrictedExpression::new_string(text.to_owned());
    let said = HashMap::from([
        ("name".to_owned(), text(&question.principal.name)),
        ("company".to_owned(), text(question.principal.company.as_deref().unwrap_or_default())),
    ]);
    let units: HashSet<EntityUid> = circumstances.units.iter().map(|unit| schema::unit(unit)).collect();
    let who = Entity::new(principal.clone(), said, units).ok()?;
    let mut said = HashMap::from([
        ("name".to_owned(), text(&resource.name)),
        ("class".to_owned(), text(&resource.class)),
        ("isLive".to_owned(), RestrictedExpression::new_bool(resource.is_live)),
        ("isDangerous".to_owned(), RestrictedExpression::new_bool(resource.is_dangerous)),
    ]);
    if let Some(credential) = &resource.credential {
        said.insert("credential".to_owned(), text(credential));
    }
    let places = resource.within.iter().map(|key| schema::place(key)).collect();
    let on_what = Entity::new(target.clone(), said, places).ok()?;
    let group = schema::action(question.action.group().as_str());
    let what = Entity::new_no_attrs(action.clone(), HashSet::from([group]));
    Entities::from_entities([who, on_what, what], None).ok()
}

fn context(question: &Question<'_>, circumstances: &Circumstances) -> Option<Context> {
    let words = |words: &BTreeSet<Arc<str>>| {
        RestrictedExpression::new_set(
            words.iter().map(|word| RestrictedExpression::new_string(word.to_string())),
        )
    };
    let flag = RestrictedExpression::new_bool;
    let pairs = [
        ("roles", words(&circumstances.roles)),
        ("certified", words(&circumstances.certified)),
        ("strength", RestrictedExpression::new_long(circumstances.strength)),
        ("isFresh", flag(circumstances.is_fresh)),
        ("inScope", flag(circumstances.in_scope)),
        ("sameCompany", flag(circumstances.same_company)),
        ("isShared", flag(circumstances.is_shared)),
        ("isHalted", flag(circumstances.is_halted)),
        ("ageHours", RestrictedExpression::new_long(i64::from(question.age_h))),
    ];
    Context::from_pairs(pairs.map(|(name, value)| (name.to_owned(), value))).ok()
}
