//! Branches: `live` is what happens; every other one forks from an instant of another and goes its own way.
//!
//! A branch holds only its difference. What was before its fork is its parent's.

use serde::{Deserialize, Serialize};
use std::sync::Arc;
use trine_base::Instant;

/// Id of a branch within the site; a short text that can stand in an address. `live` is there always.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BranchId(pub Arc<str>);

impl BranchId {
    /// The branch of what really happens; the only one with actuators.
    pub const LIVE: &'static str = "live";

    /// The branch of what really happens.
    #[must_use]
    pub fn live() -> Self {
        Self(Self::LIVE.into())
    }

    /// Whether it is.
    #[must_use]
    pub fn is_live(&self) -> bool {
        &*self.0 == Self::LIVE
    }

    /// Whether it can stand in an address and in the name of a folder: 1 to 64 of `a-z 0-9 -`, not `-` first.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let fits = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        (1..=64).contains(&self.0.len()) && self.0.bytes().all(fits) && !self.0.starts_with('-')
    }
}

impl std::fmt::Display for BranchId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a branch is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BranchPurpose {
    /// What is expected, with nothing changed.
    Forecast,
    /// What would be, with something changed.
    WhatIf,
    /// The model's own past, to compare it with what came.
    Validation,
}

/// A branch as the world knows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Branch {
    /// Its id.
    pub id: BranchId,
    /// What people call it.
    pub name: String,
    /// The branch that it left.
    pub parent: BranchId,
    /// The instant at which it left.
    pub forked_at: Instant,
    /// How far it goes.
    pub until: Instant,
    /// Why it is there.
    pub purpose: BranchPurpose,
    /// What is different in it, a JSON value each in the words of the model.
    #[serde(default)]
    pub changes: Vec<serde_json::Value>,
    /// Kept until somebody discards it; others go when newer ones come.
    #[serde(default)]
    pub kept: bool,
}
