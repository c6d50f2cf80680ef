//! The policies that decide: the standard ones with those of the site, ready to be asked.

use crate::schema;
use cedar_policy::{Policy, PolicyId, PolicySet, ValidationMode, Validator};
use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::{Arc, LazyLock};
use trine_world::{Organisation, PolicyDescription};

/// What every site starts with.
pub const STANDARD: &str = include_str!("standard.cedar");

static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| Validator::new(schema::schema()));

/// A policy as people list it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyEntry {
    /// Its id.
    pub id: Arc<str>,
    /// What it says, in plain words.
    pub says: Arc<str>,
    /// In the Cedar language.
    pub text: String,
    /// Whether it came with the program.
    pub is_standard: bool,
    /// Whether it decides.
    pub enabled: bool,
}

/// Why a text is no policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// It is not in the Cedar language, or not exactly one policy.
    #[error("this is not one policy in the Cedar language: {0}")]
    Syntax(String),
    /// It speaks of what is not there.
    #[error("the policy does not fit what can be asked here: {0}")]
    Meaning(String),
}

/// Policies ready to be asked.
pub struct Compiled {
    pub policies: PolicySet,
    pub says: BTreeMap<String, Arc<str>>,
}

impl Compiled {
    /// The standard policies and those of the site that are enabled. A policy that cannot be read decides nothing, and the
    /// reason goes to the caller: policies are checked before they become facts, so this means a newer form.
    pub fn of(organisation: &Organisation) -> (Self, Vec<String>) {
        let mut texts: BTreeMap<Arc<str>, Policy> = standard();
        let mut faults = Vec::new();
        let mut names = BTreeMap::new();
        for said in organisation.policies() {
            // One that is switched off under the id of a standard policy switches that off.
            texts.remove(&said.id);
            if !said.enabled {
                continue;
            }
            names.insert(said.id.clone(), said.name.clone());
            match Policy::parse(Some(PolicyId::new(&said.id)), &said.text) {
                Ok(policy) => drop(texts.insert(said.id.clone(), policy)),
                Err(error) => faults.push(format!("the policy `{}` cannot be read: {error}", said.id)),
            }
        }
        let says = texts.iter().map(|(id, policy)| {
            let says = policy.annotation("says").map(Arc::from).or_else(|| names.get(id).cloned());
            (id.to_string(), says.unwrap_or_else(|| id.clone()))
        });
        let says = says.collect();
        let policies = PolicySet::from_policies(texts.into_values()).unwrap_or_default();
        (Self { policies, says }, faults)
    }
}

fn standard() -> BTreeMap<Arc<str>, Policy> {
    let read = PolicySet::from_str(STANDARD).expect("the standard policies can be read");
    let named = read.policies().map(|policy| {
        let id = policy.annotation("id").expect("a standard policy has an id");
        (Arc::from(id), policy.new_id(PolicyId::new(id)))
    });
    named.collect()
}

/// The standard policies and the site's own, as people list them.
#[must_use]
pub fn list(organisation: &Organisation) -> Vec<PolicyEntry> {
    let own = organisation.policies().map(|said| PolicyEntry {
        id: said.id.clone(),
        says: said.name.clone(),
        text: said.text.to_string(),
        is_standard: false,
        enabled: said.enabled,
    });
    let standard = standard().into_iter().filter(|(id, _)| organisation.policy(id).is_none());
    let standard = standard.map(|(id, policy)| PolicyEntry {
        says: policy.annotation("says").unwrap_or_default().into(),
        text: policy.to_string(),
        id,
        is_standard: true,
        enabled: true,
    });
    standard.chain(own).collect()
}

/// Reads a policy before it becomes a fact.
///
/// # Errors
/// When it cannot be read, or speaks of actions or attributes that are not there.
pub fn check(policy: &PolicyDescription) -> Result<(), PolicyError> {
    let id = PolicyId::new(&policy.id);
    let parsed =
        Policy::parse(Some(id), &policy.text).map_err(|error| PolicyError::Syntax(error.to_string()))?;
    let set = PolicySet::from_policies([parsed]).map_err(|error| PolicyError::Syntax(error.to_string()))?;
    let report = VALIDATOR.validate(&set, ValidationMode::Strict);
    if report.validation_passed() {
        return Ok(());
    }
    let errors: Vec<String> = report.validation_errors().map(ToString::to_string).collect();
    Err(PolicyError::Meaning(errors.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(text: &str) -> PolicyDescription {
        PolicyDescription { id: "p".into(), name: "P".into(), text: text.into(), enabled: true }
    }

    #[test]
    fn the_standard_policies_fit_the_schema() {
        for (id, text) in standard() {
            let text = text.to_string();
            assert_eq!(check(&policy(&text)), Ok(()), "{id}");
        }
        assert!(standard().len() >= 10);
    }

    #[test]
    fn what_is_no_policy_is_refused_with_its_reason() {
        let syntax = check(&policy("allow everybody")).unwrap_err();
        assert!(matches!(syntax, PolicyError::Syntax(_)), "{syntax}");
        let two = STANDARD.to_owned();
        assert!(matches!(check(&policy(&two)), Err(PolicyError::Syntax(_))));
        let action = "permit(principal, action == Trine::Action::\"fly\", resource);";
        assert!(matches!(check(&policy(action)), Err(PolicyError::Meaning(_))));
        let attribute = "permit(principal, action, resource) when { resource.colour == \"red\" };";
        assert!(matches!(check(&policy(attribute)), Err(PolicyError::Meaning(_))));
    }
}
