//! What is wrong with a model, in words for the person who made it.

use serde::{Deserialize, Serialize};

/// How much a fault matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The model runs, but perhaps not as it was meant.
    Warning,
    /// The model does not run.
    Error,
}

/// Something wrong at a place of the model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fault {
    /// How much it matters.
    pub severity: Severity,
    /// Where: `station “Lathe 1”, operation “turn”`.
    pub place: String,
    /// What is wrong and what to do.
    pub reason: String,
}

impl Fault {
    /// The model cannot run because of this.
    #[must_use]
    pub fn error(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { severity: Severity::Error, place: place.into(), reason: reason.into() }
    }

    /// The model runs, but somebody should look at this.
    #[must_use]
    pub fn warning(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, place: place.into(), reason: reason.into() }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place, self.reason)
    }
}

impl std::error::Error for Fault {}
