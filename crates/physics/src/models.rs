//! The models of a site: files, wirings, and how they are run.

use crate::ModelError;
use crate::archive::library;
use crate::branch::Steps;
use crate::description::Description;
use crate::instance::Instance;
use crate::shelf::{Kept, Shelf};
use crate::wires::Wires;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use trine_future::{Along, FutureError, ModelFile, ModelVariable, Physics};
use trine_site::{BranchWriter, SiteError, Track};
use trine_world::PhysicsModel;

/// How long a model may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For loading and initializing.
    pub start: Duration,
    /// For one step.
    pub step: Duration,
    /// For all steps of one branch together.
    pub branch: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let (start, step, branch) =
            (Duration::from_secs(30), Duration::from_secs(10), Duration::from_secs(60));
        Self { start, step, branch }
    }
}

/// The models of a site.
pub struct Models {
    shelf: Shelf,
    /// Where models may write: one folder for each process is too much to ask, so they share it.
    scratch: PathBuf,
    command: Vec<OsString>,
    limits: Limits,
}

impl Models {
    /// The models in a data folder; `command` starts the process of a model.
    #[must_use]
    pub fn new(data: &Path, command: Vec<OsString>, limits: Limits) -> Arc<Self> {
        let scratch = data.join("models").join("scratch");
        Arc::new(Self { shelf: Shelf::new(data), scratch, command, limits })
    }

    /// Starts a model.
    ///
    /// # Errors
    /// When its file is not there, does not fit, or it does not start.
    pub fn start(&self, model: &PhysicsModel) -> Result<(Instance, Wires), ModelError> {
        let (folder, description) = self.shelf.unpacked(&model.file)?;
        let folder = std::path::absolute(folder)?;
        let wires = Wires::fit(model, &description, &folder)?;
        std::fs::create_dir_all(&self.scratch)?;
        let instance = Instance::start(&self.command, &self.scratch, &wires, model.step_s, self.limits)?;
        Ok((instance, wires))
    }

    /// What the file of a model says, if it is there.
    pub(crate) fn description(&self, model: &PhysicsModel) -> Option<Description> {
        self.shelf.get(&model.file).ok().map(|kept| kept.description)
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }
}

/// The name of the connection that a model is.
pub(crate) fn connection(thing: trine_base::ThingId) -> String {
    format!("model-{thing}")
}

impl Physics for Models {
    fn keep(&self, bytes: &[u8]) -> Result<ModelFile, FutureError> {
        self.shelf.put(bytes).map(|kept| described(&kept)).map_err(refused)
    }

    fn file(&self, digest: &str) -> Result<ModelFile, FutureError> {
        self.shelf.get(digest).map(|kept| described(&kept)).map_err(refused)
    }

    fn fit(&self, model: PhysicsModel) -> Result<PhysicsModel, FutureError> {
        let (folder, description) = self.shelf.unpacked(&model.file).map_err(refused)?;
        Wires::fit(&model, &description, &folder).map_err(refused)?;
        Ok(PhysicsModel { name: description.name, ..model })
    }

    fn along(&self, writer: &mut BranchWriter, parent: &Track) -> Result<Box<dyn Along>, SiteError> {
        Ok(Box::new(Steps::begin(self, writer, parent)?))
    }
}

fn refused(error: ModelError) -> FutureError {
    match error {
        ModelError::NoFile(_) => FutureError::NotFound(error.to_string()),
        ModelError::Disk(error) => FutureError::Storage(error),
        other => FutureError::Refused(vec![other.to_string()]),
    }
}

fn described(kept: &Kept) -> ModelFile {
    let Kept { digest, description, platforms } = kept;
    let here = library(description.version, &description.identifier);
    let is_wired = |causality: &str| {
        matches!(causality, "input" | "output" | "parameter" | "structuralParameter" | "calculatedParameter")
    };
    let variables = description.variables.iter().filter(|variable| is_wired(&variable.causality));
    let variable = |variable: &crate::description::Variable| ModelVariable {
        name: variable.name.clone(),
        causality: variable.causality.clone(),
        unit: variable.unit.clone(),
        start: variable.start,
        description: variable.description.clone(),
    };
    ModelFile {
        file: digest.clone(),
        name: description.name.clone(),
        fmi: description.version_text.clone(),
        step_s: description.step_s,
        platforms: platforms.clone(),
        runs_here: here.split('/').nth(1).is_some_and(|platform| platforms.contains(platform)),
        variables: variables.map(variable).collect(),
    }
}
