//! Questions about decisions: what is missing and whom to ask, who can do this, and what a change would have decided.
//!
//! What is missing is found by trying: the same question is put again with a role, a certificate or a proof of identity
//! more, until the answer is yes. So it is right for policies that nobody has foreseen.

use crate::circumstances::{Circumstances, Question, grants, units_of};
use crate::{Action, Decision, DecisionPoint, Missing, Outcome, Principal, PrincipalKind, Resource, Target};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;
use trine_base::Instant;
use trine_world::{FactKind, NewFact, Origin, PolicyDescription, Rejection, World};

/// Roles that the standard policies speak of.
pub const STANDARD_ROLES: [&str; 4] = ["administrator", "operator", "planner", "technician"];

/// A decision with what would turn it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The decision.
    #[serde(flatten)]
    pub decision: Decision,
    /// What would have to be there; empty when it is allowed, or when nothing that is tried helps.
    pub missing: Vec<Missing>,
    /// Who could give it: ids of the administrators.
    pub ask: Vec<Arc<str>>,
}

/// A decision that was made, as the record keeps it: enough to make it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PastDecision {
    /// When.
    pub at: Instant,
    /// Who asked, as they were then.
    pub principal: Principal,
    /// What for.
    pub action: Action,
    /// On what.
    pub target: Target,
    /// How old what they looked at was, h.
    #[serde(default)]
    pub age_h: u32,
    /// What was decided.
    pub outcome: Outcome,
}

/// A past decision that a change would have made differently.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Turned {
    /// As it was.
    #[serde(flatten)]
    pub past: PastDecision,
    /// As it would have been.
    pub would_be: Decision,
}

impl DecisionPoint {
    /// Why, what is missing, and whom to ask.
    #[must_use]
    pub fn explain(&self, world: &World, now: Instant, question: &Question<'_>) -> Explanation {
        let decision = self.decide_anew(world, now, question);
        let missing = if decision.is_allowed() { Vec::new() } else { self.missing(world, now, question) };
        let ask = if decision.is_allowed() { Vec::new() } else { administrators(world, now) };
        Explanation { decision, missing, ask }
    }

    fn missing(&self, world: &World, now: Instant, question: &Question<'_>) -> Vec<Missing> {
        let Some(resource) = Resource::find(world, question.target) else { return Vec::new() };
        let mut found: Vec<Missing> = Vec::new();
        let unlocks = |with: &[Missing]| {
            let principal = granted(question.principal, with);
            let question = Question { principal: &principal, ..question.clone() };
            let mut circumstances = Circumstances::of(world, now, &question, &resource);
            for missing in with {
                grant_here(&mut circumstances, missing);
            }
            self.ask(world.organisation(), &question, &resource, &circumstances).is_allowed()
        };
        let sure = surroundings(question, &resource);
        let roles = roles_of(world).into_iter().map(|role| Missing::Role { role });
        let tries = std::iter::once(None).chain(roles.map(Some));
        for role in tries {
            let all: Vec<Missing> = sure.iter().cloned().chain(role).collect();
            if unlocks(&all) {
                found = all;
                break;
            }
        }
        // Only what is needed stays.
        for candidate in found.clone() {
            let rest: Vec<Missing> = found.iter().filter(|other| **other != candidate).cloned().collect();
            if unlocks(&rest) {
                found = rest;
            }
        }
        found
    }

    /// Of these principals, those who may do it, and by which rule.
    pub fn who_can<'a>(
        &self,
        world: &World,
        now: Instant,
        action: Action,
        target: &Target,
        principals: impl Iterator<Item = &'a Principal>,
    ) -> Vec<(&'a Principal, Decision)> {
        let decide = |principal: &'a Principal| {
            let decision = self.decide_anew(world, now, &Question::new(principal, action, target));
            (principal, decision)
        };
        principals.map(decide).filter(|(_, decision)| decision.is_allowed()).collect()
    }

    /// Which past decisions a policy would have turned, had it been so in the world of now.
    ///
    /// # Errors
    /// When the policy does not fit.
    pub fn try_on(
        world: &World,
        policy: &PolicyDescription,
        past: impl Iterator<Item = PastDecision>,
    ) -> Result<Vec<Turned>, Rejection> {
        let enabled = PolicyDescription { enabled: true, ..policy.clone() };
        let mut changed = world.clone();
        let kind = FactKind::PolicySet { policy: enabled };
        let proposal = NewFact { at: Instant::EPOCH, origin: Origin::new("trial"), kind };
        match world.admit(proposal, Instant::EPOCH) {
            Ok(fact) => changed.apply(&fact),
            Err(Rejection::NothingNew) => {}
            Err(other) => return Err(other),
        }
        let point = Self::with_room(1);
        let turned = past.filter_map(|past| {
            let question = Question {
                principal: &past.principal,
                action: past.action,
                target: &past.target,
                age_h: past.age_h,
            };
            let would_be = point.decide_anew(&changed, past.at, &question);
            (would_be.outcome != past.outcome).then_some(Turned { past, would_be })
        });
        Ok(turned.collect())
    }
}

/// What a person can come by without a role: to sign in, to prove it again, a certificate, a token that is good for it.
fn surroundings(question: &Question<'_>, resource: &Resource) -> Vec<Missing> {
    let mut missing = vec![Missing::Authentication];
    if matches!(question.principal.kind, PrincipalKind::Nobody | PrincipalKind::Guest) {
        missing.push(Missing::Identity);
    }
    if let Some(kind) = &resource.credential {
        missing.push(Missing::Credential { kind: kind.clone() });
    }
    if question.principal.scopes.is_some() {
        missing.push(Missing::Scope { scope: question.action.as_str().into() });
    }
    missing
}

fn granted(principal: &Principal, with: &[Missing]) -> Principal {
    let mut granted = principal.clone();
    if with.contains(&Missing::Identity) {
        granted.kind = PrincipalKind::Person;
    }
    granted
}

fn grant_here(circumstances: &mut Circumstances, missing: &Missing) {
    match missing {
        Missing::Identity => {}
        Missing::Role { role } => drop(circumstances.roles.insert(role.clone())),
        Missing::Credential { kind } => drop(circumstances.certified.insert(kind.clone())),
        Missing::Authentication => {
            circumstances.strength = 3;
            circumstances.is_fresh = true;
        }
        Missing::Scope { .. } => circumstances.in_scope = true,
    }
}

/// The standard roles, and whatever roles the world has ever granted and not revoked.
fn roles_of(world: &World) -> BTreeSet<Arc<str>> {
    let members = world.organisation().members();
    let granted = members.flat_map(|(_, member)| member.grants.values()).map(|grant| grant.role.clone());
    STANDARD_ROLES.into_iter().map(Arc::from).chain(granted).collect()
}

/// Who holds the role of administrator all over the site, as far as the world knows.
fn administrators(world: &World, now: Instant) -> Vec<Arc<str>> {
    let is_administrator = |grants: &trine_world::Member| {
        let counts = |grant: &&trine_world::RoleGrant| {
            &*grant.role == "administrator" && grant.within.is_none() && grant.counts_at(now)
        };
        grants.grants.values().any(|grant| counts(&grant))
    };
    let members = world.organisation().members();
    members.filter(|(_, member)| is_administrator(member)).map(|(id, _)| id.clone()).take(10).collect()
}

/// The roles that somebody holds, each with where it counts (`None`: all over the site).
#[must_use]
pub fn roles_held(world: &World, now: Instant, principal: &Principal) -> Vec<(Arc<str>, Option<Arc<str>>)> {
    let units = units_of(world, principal);
    let vouched = principal.roles.iter().map(|role| (role.clone(), None));
    let granted = grants(world.organisation(), principal, &units).filter(|grant| grant.counts_at(now));
    let mut held: Vec<_> =
        vouched.chain(granted.map(|grant| (grant.role.clone(), grant.within.clone()))).collect();
    held.sort();
    held.dedup();
    held
}
