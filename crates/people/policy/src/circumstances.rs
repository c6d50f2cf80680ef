//! All that a decision rests on, gathered from the principal, the world and the clock for this one question.

use crate::{Action, Principal, PrincipalKind, Resource, Strength};
use std::collections::BTreeSet;
use std::sync::Arc;
use trine_base::Instant;
use trine_world::{Level, Organisation, RoleGrant, World};

/// How long a proof of identity counts as fresh, ns: 15 min.
pub const FRESH_NS: i64 = 900_000_000_000;

/// What is asked of the decision point.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// Who asks.
    pub principal: &'a Principal,
    /// What for.
    pub action: Action,
    /// On what.
    pub target: &'a crate::Target,
    /// How many whole hours before now the instant lies that is looked at; 0 for the present and what may come.
    pub age_h: u32,
}

impl<'a> Question<'a> {
    /// A question about the present.
    #[must_use]
    pub fn new(principal: &'a Principal, action: Action, target: &'a crate::Target) -> Self {
        Self { principal, action, target, age_h: 0 }
    }
}

/// What the policies are told beside who, what and on what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circumstances {
    pub roles: BTreeSet<Arc<str>>,
    pub units: BTreeSet<Arc<str>>,
    pub certified: BTreeSet<Arc<str>>,
    pub strength: i64,
    pub is_fresh: bool,
    pub in_scope: bool,
    pub same_company: bool,
    pub is_shared: bool,
    pub is_halted: bool,
    /// The first instant at which any of this changes by itself.
    pub until: Instant,
}

impl Circumstances {
    pub fn of(world: &World, now: Instant, question: &Question<'_>, resource: &Resource) -> Self {
        let principal = question.principal;
        let organisation = world.organisation();
        let mut ends = Ends { now, until: Instant::MAX };
        let units = units_of(world, principal);
        let mut roles = principal.roles.clone();
        for grant in grants(organisation, principal, &units) {
            let is_here = grant.within.as_ref().is_none_or(|key| resource.within.contains(key));
            if is_here && ends.counts(grant.until) {
                roles.insert(grant.role.clone());
            }
        }
        let certified = principal.credentials.iter().filter(|credential| ends.counts(credential.expires));
        let certified = certified.map(|credential| credential.kind.clone()).collect();
        let fresh = principal.authentication.map(|proof| proof.at.plus_ns(FRESH_NS));
        let is_fresh = fresh.is_some_and(|end| ends.counts(Some(end)));
        let _ = ends.counts(principal.expires);
        let owner = world.owner();
        let same_company = of_same_company(principal, resource, owner);
        let is_shared = is_shared(organisation, question, resource, &mut ends);
        Self {
            roles,
            units,
            certified,
            strength: strength(principal),
            is_fresh,
            in_scope: in_scope(principal, question.action),
            same_company,
            is_shared,
            is_halted: organisation.halt().is_some(),
            until: ends.until,
        }
    }
}

/// Tells what counts now, and remembers the first end among it.
struct Ends {
    now: Instant,
    until: Instant,
}

impl Ends {
    fn counts(&mut self, end: Option<Instant>) -> bool {
        let Some(end) = end else { return true };
        if self.now >= end {
            return false;
        }
        self.until = self.until.min(end);
        true
    }
}

fn strength(principal: &Principal) -> i64 {
    match principal.authentication.map(|proof| proof.strength) {
        None => 0,
        Some(Strength::Claimed) => 1,
        Some(Strength::Single) => 2,
        Some(Strength::Strong) => 3,
    }
}

fn in_scope(principal: &Principal, action: Action) -> bool {
    let covers = |scopes: &BTreeSet<Arc<str>>| {
        scopes.contains(action.as_str()) || scopes.contains(action.group().as_str())
    };
    principal.scopes.as_ref().is_none_or(covers)
}

/// The units of a principal, and those that they are in. A unit that was dissolved has no members.
pub fn units_of(world: &World, principal: &Principal) -> BTreeSet<Arc<str>> {
    let mut units = principal.units.clone();
    let member = world.organisation().member(&principal.id.0);
    let said = member.into_iter().flat_map(|member| &member.units);
    for unit in principal.units.iter().chain(said) {
        let mut above = world.thing_by_key(unit);
        while let Some(thing) = above.filter(|thing| thing.description.level == Level::Organisation) {
            units.insert(thing.description.key.clone());
            above = thing.description.parent.as_deref().and_then(|key| world.thing_by_key(key));
        }
    }
    units
}

/// The grants that a principal holds, by itself or by its units.
pub fn grants<'a>(
    organisation: &'a Organisation,
    principal: &'a Principal,
    units: &'a BTreeSet<Arc<str>>,
) -> impl Iterator<Item = &'a RoleGrant> {
    let holders = std::iter::once(&principal.id.0).chain(units);
    holders.filter_map(|holder| organisation.member(holder)).flat_map(|member| member.grants.values())
}

fn of_same_company(principal: &Principal, resource: &Resource, owner: Option<&Arc<str>>) -> bool {
    if principal.kind == PrincipalKind::Nobody {
        return false;
    }
    let theirs = principal.company.as_ref().or(owner);
    theirs == resource.company.as_ref().or(owner)
}

fn is_shared(
    organisation: &Organisation,
    question: &Question<'_>,
    resource: &Resource,
    ends: &mut Ends,
) -> bool {
    let Some(company) = &question.principal.company else { return false };
    let action = question.action;
    let allows = |actions: &BTreeSet<Arc<str>>| {
        actions.contains(action.as_str()) || actions.contains(action.group().as_str())
    };
    let mut is_shared = false;
    for contract in organisation.contracts_with(company) {
        if resource.within.contains(&contract.within)
            && allows(&contract.actions)
            && ends.counts(contract.until)
        {
            is_shared = true;
        }
    }
    is_shared
}
