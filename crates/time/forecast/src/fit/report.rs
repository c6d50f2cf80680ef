//! What a person needs to judge a fit.

use super::{Family, Fitted, Goodness};
use serde::{Deserialize, Serialize};
use trine_base::ThingId;
use trine_simulate::Distribution;

/// A family that was tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// Which family.
    pub family: Family,
    /// Its best distribution.
    pub distribution: Distribution,
    /// Akaike's criterion, corrected for small samples: lower is better.
    pub aicc: f64,
}

/// What was fitted to what, and how well.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FitReport {
    /// Whose.
    pub thing: ThingId,
    /// What people call it.
    pub name: String,
    /// What of it: `cycle time`, `time to failure`, `time to repair`, `set-up time`.
    pub quantity: String,
    /// `s` or `jobs`.
    pub unit: String,
    /// Values seen from beginning to end, and values that were cut off.
    pub whole: usize,
    /// Values of which only the beginning was seen.
    pub censored: usize,
    /// What the model uses.
    pub distribution: Distribution,
    /// What else was tried, the best first.
    pub candidates: Vec<Candidate>,
    /// Greatest distance between the data and the distribution, 0 to 1.
    pub distance: f64,
    /// What follows from it.
    pub goodness: Goodness,
    /// The machines whose data were used as well, in words; none when its own sufficed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pooled_with: Option<String>,
}

impl FitReport {
    /// The report of a fit that stands by itself.
    #[must_use]
    pub fn of(thing: ThingId, name: &str, quantity: &str, unit: &str, fitted: &Fitted) -> Self {
        Self {
            thing,
            name: name.into(),
            quantity: quantity.into(),
            unit: unit.into(),
            whole: fitted.counts.0,
            censored: fitted.counts.1,
            distribution: fitted.distribution.clone(),
            candidates: fitted.candidates.clone(),
            distance: fitted.distance,
            goodness: fitted.goodness,
            pooled_with: None,
        }
    }
}
