//! What can be asked.

use crate::error::FutureError;
use crate::plan::Goal;
use serde::Deserialize;
use trine_base::{Instant, ThingId};
use trine_forecast::Change;

/// How far ahead, unless somebody says: a shift.
const HOURS: f64 = 8.0;
/// The nearest and the farthest horizon, h.
const HOURS_RANGE: std::ops::RangeInclusive<f64> = 0.1..=168.0;
/// Replications, unless somebody says.
const REPLICATIONS: u32 = 100;
/// The fewest and the most replications.
const REPLICATIONS_RANGE: std::ops::RangeInclusive<u32> = 10..=2_000;
/// The longest search for a plan, s.
const SECONDS_RANGE: std::ops::RangeInclusive<f64> = 0.1..=600.0;
/// How long a plan is searched for, unless somebody says, s.
const SECONDS: f64 = 10.0;
/// Changes of one what-if.
const CHANGES_MAX: usize = 100;

/// Asks what is expected.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ForecastRequest {
    /// How far ahead, h.
    pub hours: Option<f64>,
    /// How many runs.
    pub replications: Option<u32>,
}

/// Asks what would be.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WhatIfRequest {
    /// What people call it.
    pub name: String,
    /// Which branch it leaves; `live` when it is left out.
    #[serde(default)]
    pub parent: Option<String>,
    /// When it leaves; now when it is left out.
    #[serde(default)]
    pub at: Option<Instant>,
    /// How far ahead, h.
    #[serde(default)]
    pub hours: Option<f64>,
    /// How many runs.
    #[serde(default)]
    pub replications: Option<u32>,
    /// What is different.
    #[serde(default)]
    pub changes: Vec<serde_json::Value>,
}

/// Asks whether the model fits its own past.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ValidationRequest {
    /// How many of the last hours are simulated from their beginning.
    pub hours: Option<f64>,
}

/// Asks for a plan.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PlanRequest {
    /// What people call it.
    pub name: Option<String>,
    /// What is to be small.
    pub objective: Goal,
    /// How long to search, s.
    pub seconds: Option<f64>,
    /// Whether the best few plans are tried in the simulation, and the one that stands up to breakdowns is taken.
    pub robust: bool,
}

/// Puts an operation somewhere else.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MoveRequest {
    /// Its lasting name.
    pub operation: String,
    /// The machine.
    pub thing: ThingId,
    /// When it is to begin.
    pub start: Instant,
}

/// A horizon in nanoseconds.
pub(crate) fn horizon_ns(hours: Option<f64>) -> Result<i64, FutureError> {
    let hours = hours.unwrap_or(HOURS);
    if !HOURS_RANGE.contains(&hours) {
        return Err(FutureError::Refused(vec![format!(
            "hours: {hours} is not from {} to {}",
            HOURS_RANGE.start(),
            HOURS_RANGE.end()
        )]));
    }
    Ok((hours * 3.6e12) as i64)
}

/// A number of runs.
pub(crate) fn replications(asked: Option<u32>) -> Result<u32, FutureError> {
    let asked = asked.unwrap_or(REPLICATIONS);
    if !REPLICATIONS_RANGE.contains(&asked) {
        return Err(FutureError::Refused(vec![format!(
            "replications: {asked} is not from {} to {}",
            REPLICATIONS_RANGE.start(),
            REPLICATIONS_RANGE.end()
        )]));
    }
    Ok(asked)
}

impl PlanRequest {
    /// How long to search.
    pub(crate) fn budget(&self) -> Result<std::time::Duration, FutureError> {
        let seconds = self.seconds.unwrap_or(SECONDS);
        if !SECONDS_RANGE.contains(&seconds) {
            return Err(FutureError::Refused(vec![format!(
                "seconds: {seconds} is not from {} to {}",
                SECONDS_RANGE.start(),
                SECONDS_RANGE.end()
            )]));
        }
        Ok(std::time::Duration::from_secs_f64(seconds))
    }
}

impl WhatIfRequest {
    /// The changes in the words of the model; a sentence for each that is not understood.
    pub(crate) fn changes(&self) -> Result<Vec<Change>, FutureError> {
        if self.changes.len() > CHANGES_MAX {
            return Err(FutureError::Refused(vec![format!("a what-if has at most {CHANGES_MAX} changes")]));
        }
        let read = |(index, said): (usize, &serde_json::Value)| {
            serde_json::from_value::<Change>(said.clone()).map_err(|error| (index, error.to_string()))
        };
        let (mut changes, mut faults) = (Vec::new(), Vec::new());
        for change in self.changes.iter().enumerate().map(read) {
            match change {
                Ok(change) => changes.push(change),
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(changes) } else { Err(FutureError::Changes(faults)) }
    }
}
