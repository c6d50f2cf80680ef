//! What was decided, and why, in words for the person who asked.

use serde::{Deserialize, Serialize};
use std::sync::Arc;
use trine_base::Instant;

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It may be done.
    Allow,
    /// It may not.
    Deny,
}

/// A rule that decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    /// Id of the policy; empty when it is that none allows it.
    pub policy: Arc<str>,
    /// What the policy says, in plain words.
    pub says: Arc<str>,
}

/// What would have to be there, found by trying.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "missing")]
pub enum Missing {
    /// To have said who they are.
    Identity,
    /// A role.
    Role {
        /// Which.
        role: Arc<str>,
    },
    /// A credential.
    Credential {
        /// What it certifies.
        kind: Arc<str>,
    },
    /// To prove again, or by a stronger way, who they are.
    Authentication,
    /// A scope of the token.
    Scope {
        /// Which.
        scope: Arc<str>,
    },
}

/// The answer of the decision point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// Yes or no.
    pub outcome: Outcome,
    /// The rules that decided.
    pub reasons: Vec<Reason>,
    /// Until when it holds if nobody changes anything: the first expiry that it rests on.
    pub until: Instant,
}

impl Decision {
    /// Whether it may be done.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.outcome == Outcome::Allow
    }

    /// The reasons as sentences.
    #[must_use]
    pub fn in_words(&self) -> Vec<String> {
        self.reasons.iter().map(|reason| reason.says.to_string()).collect()
    }
}
