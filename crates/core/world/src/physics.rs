//! A physics model behind a thing: a file that computes what the thing does, fed from signals and constants.
//!
//! The file itself lies in the data folder under its digest; a fact says only which it is and how it is wired, so a
//! branch knows the same models as the plant that it forks from.
//!
//! Spec: FMI 2.0.4 and 3.0.1, co-simulation; the words (`input`, `output`, `parameter`) are theirs.

use crate::{Rejection, Role};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The shortest and the longest step that is taken, s.
const STEP_S: std::ops::RangeInclusive<f64> = 0.001..=3_600.0;
/// Variables that are wired at most.
const WIRES_MAX: usize = 1_000;
/// Characters of a SHA-256 in hexadecimal.
const DIGEST_LENGTH: usize = 64;

/// A model and its wiring.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PhysicsModel {
    /// SHA-256 of the file, in hexadecimal.
    pub file: Arc<str>,
    /// What the file calls the model.
    #[serde(default)]
    pub name: String,
    /// How far it is taken at once, s.
    #[serde(default = "one_second")]
    pub step_s: f64,
    /// Whether it runs beside the plant, or in branches alone.
    #[serde(default = "yes")]
    pub live: bool,
    /// What goes into it, by the name of the variable. A parameter takes a constant, once.
    #[serde(default)]
    pub inputs: BTreeMap<String, ModelInput>,
    /// What comes out of it, by the name of the variable.
    #[serde(default)]
    pub outputs: BTreeMap<String, ModelOutput>,
}

fn one_second() -> f64 {
    1.0
}

fn yes() -> bool {
    true
}

/// Where an input comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ModelInput {
    /// The signal with this key.
    Signal(Arc<str>),
    /// Always this.
    Constant(f64),
}

/// What an output becomes: a signal of the thing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ModelOutput {
    /// What people call it; the name of the variable, when it is empty.
    pub name: String,
    /// Its unit, by any name that is known; that of the file, when it is empty.
    pub unit: String,
    /// What the scene and the rules may do with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
}

impl PhysicsModel {
    /// Why this is no model that can run, whatever its file says.
    pub(crate) fn check(&self) -> Result<(), Rejection> {
        let refuse = |what: String| Err(Rejection::Physics { what });
        let is_digest = self.file.len() == DIGEST_LENGTH
            && self.file.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        if !is_digest {
            return refuse("the file of a model is named by its SHA-256, 64 small hexadecimal digits".into());
        }
        if !STEP_S.contains(&self.step_s) {
            return refuse(format!(
                "a step of {} s is not between {} and {} s",
                self.step_s,
                STEP_S.start(),
                STEP_S.end()
            ));
        }
        if self.outputs.is_empty() {
            return refuse(
                "a model whose outputs nobody takes computes for nothing; name one at least".into(),
            );
        }
        if self.inputs.len() + self.outputs.len() > WIRES_MAX {
            return refuse(format!("more than {WIRES_MAX} variables are wired"));
        }
        let bad = self
            .inputs
            .iter()
            .find(|(_, input)| matches!(input, ModelInput::Constant(value) if !value.is_finite()));
        bad.map_or(Ok(()), |(name, _)| refuse(format!("the constant of `{name}` is not finite")))
    }

    /// Keys of the signals that it listens to.
    pub fn signals(&self) -> impl Iterator<Item = &Arc<str>> {
        self.inputs.values().filter_map(|input| match input {
            ModelInput::Signal(key) => Some(key),
            ModelInput::Constant(_) => None,
        })
    }
}
