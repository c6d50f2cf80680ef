//! Physics models, as those who look ahead and those who serve see them: files that are kept, and models that are
//! stepped along while a branch is written.
//!
//! Who runs the models is another crate, and may be none: a program that was built without them says so.

use crate::{FutureError, Futures};
use serde::Serialize;
use std::collections::BTreeSet;
use trine_base::{Instant, Sample, ThingId};
use trine_site::{BranchWriter, SiteError, Track};
use trine_world::{FactKind, PhysicsModel};

/// A model file that is kept.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelFile {
    /// SHA-256 of the file, in hexadecimal.
    pub file: String,
    /// What the file calls the model.
    pub name: String,
    /// Version of FMI.
    pub fmi: String,
    /// The step that the file proposes, s.
    pub step_s: Option<f64>,
    /// The kinds of machine that it has binaries for.
    pub platforms: BTreeSet<String>,
    /// Whether this machine is one of them.
    pub runs_here: bool,
    /// What can be wired: inputs, parameters, outputs.
    pub variables: Vec<ModelVariable>,
}

/// A variable that can be wired.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModelVariable {
    /// Its name.
    pub name: String,
    /// `input`, `parameter`, `output`.
    pub causality: String,
    /// Its unit as the file writes it.
    pub unit: String,
    /// Its value at the start.
    pub start: Option<f64>,
    /// What it is, in words.
    pub description: String,
}

/// Keeps and runs physics models.
pub trait Physics: Send + Sync {
    /// Keeps a model file.
    ///
    /// # Errors
    /// What is wrong with the file; nothing of it is kept then.
    fn keep(&self, bytes: &[u8]) -> Result<ModelFile, FutureError>;

    /// A file that is kept.
    ///
    /// # Errors
    /// When there is none.
    fn file(&self, digest: &str) -> Result<ModelFile, FutureError>;

    /// Fits a wiring to its file: the same with the model's name.
    ///
    /// # Errors
    /// When the file is not there, cannot run on this machine, or has no such variables.
    fn fit(&self, model: PhysicsModel) -> Result<PhysicsModel, FutureError>;

    /// Starts the models of a branch that is being written; their signals are described in it.
    ///
    /// # Errors
    /// When the branch cannot be written. A model that does not start is a note.
    fn along(&self, writer: &mut BranchWriter, parent: &Track) -> Result<Box<dyn Along>, SiteError>;
}

/// The models of one branch.
pub trait Along {
    /// Steps the models up to an instant, by what is simulated meanwhile, and puts what they give in between.
    fn step(&mut self, simulated: Vec<Sample>, to: Instant) -> Vec<Sample>;

    /// What should be known: a model that did not start, or ended early.
    fn notes(&self) -> Vec<String>;
}

/// No models at all.
pub struct NoModels;

impl Along for NoModels {
    fn step(&mut self, simulated: Vec<Sample>, _: Instant) -> Vec<Sample> {
        simulated
    }

    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

impl Futures {
    /// Whether physics models can run here.
    #[must_use]
    pub fn has_physics(&self) -> bool {
        self.physics.is_some()
    }

    fn physics(&self) -> Result<&dyn Physics, FutureError> {
        let without = "this program was built without physics models; build it with `--features fmu`";
        self.physics.as_deref().ok_or_else(|| FutureError::Refused(vec![without.to_owned()]))
    }

    /// Keeps a model file.
    ///
    /// # Errors
    /// What is wrong with the file, or that this program runs no models.
    pub fn keep_model(&self, bytes: &[u8]) -> Result<ModelFile, FutureError> {
        self.physics()?.keep(bytes)
    }

    /// A model file that is kept.
    ///
    /// # Errors
    /// When there is none, or this program runs no models.
    pub fn model_file(&self, digest: &str) -> Result<ModelFile, FutureError> {
        self.physics()?.file(digest)
    }

    /// Fits a wiring to its file: the same with the model's name.
    ///
    /// # Errors
    /// When the file is not there, cannot run here, or has no such variables.
    pub fn fit_model(&self, model: PhysicsModel) -> Result<PhysicsModel, FutureError> {
        self.physics()?.fit(model)
    }

    /// Puts a model that fits behind a thing, in place of the one before.
    ///
    /// # Errors
    /// Why the world refuses it, or that it cannot be recorded.
    pub async fn attach_model(&self, thing: ThingId, model: PhysicsModel) -> Result<(), FutureError> {
        self.record_as("physics", FactKind::ModelAttached { thing, model }).await
    }

    /// Takes the model behind a thing away; its past stays.
    ///
    /// # Errors
    /// When there is none, or it cannot be recorded.
    pub async fn detach_model(&self, thing: ThingId) -> Result<(), FutureError> {
        if self.site.world().physics_of(thing).is_none() {
            return Err(FutureError::NotFound(format!("Thing {thing} has no physics model.")));
        }
        self.record_as("physics", FactKind::ModelDetached { thing }).await
    }
}
