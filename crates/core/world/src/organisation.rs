//! Who is what in the company, as the facts say: roles, units, contracts with others, policies, and whether the site
//! takes orders at all.
//!
//! Companies, units, roles and shifts themselves are things of the level [`crate::Level::Organisation`] (a company:
//! [`crate::Level::Enterprise`]), so that they have keys, names, parents and a past like any other thing.
//!
//! Spec: IEC 62264-1 (ISA-95) 5.2 and the personnel model of IEC 62264-2: person, personnel class (here: role).

use crate::{FactKind, Rejection};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use trine_base::Instant;

/// Longest text of a policy, bytes.
pub const POLICY_BYTES_MAX: usize = 16_384;

/// A role in the hands of somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleGrant {
    /// Its id, unique within the site.
    pub id: Arc<str>,
    /// Who holds it: the id of a principal, or the key of a unit whose members all hold it.
    pub holder: Arc<str>,
    /// Which role: `operator`, or any word that a policy uses.
    pub role: Arc<str>,
    /// Key of the thing in which it counts; `None`: all over the site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Arc<str>>,
    /// The first instant at which it no longer counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
}

impl RoleGrant {
    /// Whether it counts at this instant.
    #[must_use]
    pub fn counts_at(&self, now: Instant) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// What another company may do here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contract {
    /// Its id, unique within the site.
    pub id: Arc<str>,
    /// Key of the other company.
    pub company: Arc<str>,
    /// Key of the thing that it is about, with all that is in it.
    pub within: Arc<str>,
    /// Words of the actions, or of groups of actions, that it allows.
    pub actions: BTreeSet<Arc<str>>,
    /// The first instant at which it no longer counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
}

/// A policy of this site, beside the standard ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyDescription {
    /// Its id, unique within the site; that of a standard policy replaces it.
    pub id: Arc<str>,
    /// What people call it.
    pub name: Arc<str>,
    /// In the Cedar language.
    pub text: Arc<str>,
    /// Whether it decides; a draft is only tried.
    pub enabled: bool,
}

/// The site takes no commands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Halt {
    /// Since when.
    pub since: Instant,
    /// Who said so.
    pub by: Arc<str>,
    /// Why.
    pub reason: String,
}

/// What is said of one holder of roles.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// Number of the fact that changed it last.
    pub revision: u64,
    /// Roles by the id of their grant.
    pub grants: BTreeMap<Arc<str>, RoleGrant>,
    /// Keys of the units that it belongs to.
    pub units: BTreeSet<Arc<str>>,
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Organisation {
    policy_revision: u64,
    common_revision: u64,
    members: BTreeMap<Arc<str>, Member>,
    holders: BTreeMap<Arc<str>, Arc<str>>,
    contracts: BTreeMap<Arc<str>, BTreeMap<Arc<str>, Contract>>,
    partners: BTreeMap<Arc<str>, Arc<str>>,
    policies: BTreeMap<Arc<str>, PolicyDescription>,
    halt: Option<Halt>,
}

impl Organisation {
    /// Number of the fact that last changed a policy.
    #[must_use]
    pub fn policy_revision(&self) -> u64 {
        self.policy_revision
    }

    /// Number of the fact that last changed something that concerns everybody: a policy, a contract, a halt.
    #[must_use]
    pub fn common_revision(&self) -> u64 {
        self.common_revision
    }

    /// What is said of a principal or of a unit.
    #[must_use]
    pub fn member(&self, holder: &str) -> Option<&Member> {
        self.members.get(holder)
    }

    /// All who hold or belong to something, by id.
    pub fn members(&self) -> impl Iterator<Item = (&Arc<str>, &Member)> {
        self.members.iter()
    }

    /// The grant with this id.
    #[must_use]
    pub fn grant(&self, id: &str) -> Option<&RoleGrant> {
        self.members.get(self.holders.get(id)?)?.grants.get(id)
    }

    /// All contracts, by company and id.
    pub fn contracts(&self) -> impl Iterator<Item = &Contract> {
        self.contracts.values().flat_map(BTreeMap::values)
    }

    /// The contracts with a company, by id.
    pub fn contracts_with(&self, company: &str) -> impl Iterator<Item = &Contract> {
        self.contracts.get(company).into_iter().flat_map(BTreeMap::values)
    }

    /// The contract with this id.
    #[must_use]
    pub fn contract(&self, id: &str) -> Option<&Contract> {
        self.contracts.get(self.partners.get(id)?)?.get(id)
    }

    /// The site's own policies by id.
    pub fn policies(&self) -> impl Iterator<Item = &PolicyDescription> {
        self.policies.values()
    }

    /// The site's own policy with this id.
    #[must_use]
    pub fn policy(&self, id: &str) -> Option<&PolicyDescription> {
        self.policies.get(id)
    }

    /// Why the site takes no commands, if it takes none.
    #[must_use]
    pub fn halt(&self) -> Option<&Halt> {
        self.halt.as_ref()
    }

    pub(crate) fn check(&self, kind: &FactKind) -> Result<(), Rejection> {
        let is_new = match kind {
            FactKind::RoleGranted { grant } => {
                check_words(&[&grant.id, &grant.holder, &grant.role])?;
                let holder = self.holders.get(&grant.id);
                if holder.is_some_and(|holder| *holder != grant.holder) {
                    return refuse(format!("the grant `{}` is in other hands", grant.id));
                }
                self.grant(&grant.id) != Some(grant)
            }
            FactKind::RoleRevoked { grant } => self.holders.contains_key(grant),
            FactKind::MemberJoined { member, unit } => {
                check_words(&[member, unit])?;
                !self.belongs(member, unit)
            }
            FactKind::MemberLeft { member, unit } => self.belongs(member, unit),
            FactKind::ContractAgreed { contract } => {
                check_words(&[&contract.id, &contract.company, &contract.within])?;
                let partner = self.partners.get(&contract.id);
                if partner.is_some_and(|partner| *partner != contract.company) {
                    return refuse(format!("the contract `{}` is with another company", contract.id));
                }
                self.contract(&contract.id) != Some(contract)
            }
            FactKind::ContractEnded { contract } => self.partners.contains_key(contract),
            FactKind::PolicySet { policy } => {
                check_words(&[&policy.id, &policy.name])?;
                if policy.text.is_empty() || policy.text.len() > POLICY_BYTES_MAX {
                    return refuse(format!("a policy has 1 to {POLICY_BYTES_MAX} bytes"));
                }
                self.policies.get(&policy.id) != Some(policy)
            }
            FactKind::PolicyRemoved { policy } => self.policies.contains_key(policy),
            FactKind::SiteHalted { .. } => self.halt.is_none(),
            FactKind::SiteResumed { .. } => self.halt.is_some(),
            _ => true,
        };
        if is_new { Ok(()) } else { Err(Rejection::NothingNew) }
    }

    fn belongs(&self, member: &str, unit: &str) -> bool {
        self.members.get(member).is_some_and(|member| member.units.contains(unit))
    }

    pub(crate) fn apply(&mut self, number: u64, at: Instant, by: &Arc<str>, kind: &FactKind) {
        match kind {
            FactKind::RoleGranted { grant } => {
                self.holders.insert(grant.id.clone(), grant.holder.clone());
                self.touch(&grant.holder, number).grants.insert(grant.id.clone(), grant.clone());
            }
            FactKind::RoleRevoked { grant } => {
                if let Some(holder) = self.holders.remove(grant) {
                    self.touch(&holder, number).grants.remove(grant);
                }
            }
            FactKind::MemberJoined { member, unit } => {
                self.touch(member, number).units.insert(unit.clone());
            }
            FactKind::MemberLeft { member, unit } => {
                self.touch(member, number).units.remove(unit);
            }
            FactKind::ContractAgreed { contract } => {
                self.common_revision = number;
                self.partners.insert(contract.id.clone(), contract.company.clone());
                let with = self.contracts.entry(contract.company.clone()).or_default();
                with.insert(contract.id.clone(), contract.clone());
            }
            FactKind::ContractEnded { contract } => {
                self.common_revision = number;
                if let Some(company) = self.partners.remove(contract)
                    && let Some(with) = self.contracts.get_mut(&company)
                {
                    with.remove(contract);
                }
            }
            FactKind::PolicySet { policy } => {
                (self.policy_revision, self.common_revision) = (number, number);
                self.policies.insert(policy.id.clone(), policy.clone());
            }
            FactKind::PolicyRemoved { policy } => {
                (self.policy_revision, self.common_revision) = (number, number);
                self.policies.remove(policy);
            }
            FactKind::SiteHalted { reason } => {
                self.common_revision = number;
                self.halt = Some(Halt { since: at, by: by.clone(), reason: reason.clone() });
            }
            FactKind::SiteResumed { .. } => {
                self.common_revision = number;
                self.halt = None;
            }
            _ => {}
        }
    }

    /// A member keeps its revision when nothing is left of it, so that a revision never comes twice.
    fn touch(&mut self, holder: &Arc<str>, number: u64) -> &mut Member {
        let member = self.members.entry(holder.clone()).or_default();
        member.revision = number;
        member
    }
}

fn refuse(what: String) -> Result<(), Rejection> {
    Err(Rejection::Organisation { what })
}

fn check_words(words: &[&Arc<str>]) -> Result<(), Rejection> {
    words.iter().try_for_each(|word| crate::admit::check_text("word", word))
}
