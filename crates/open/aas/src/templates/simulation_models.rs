//! Provision of Simulation Models: the files that behave like the asset.
//!
//! Spec: IDTA 02005-1-0 and 1-1.

use super::look::Look;
use crate::{Submodel, Text};

const BASE: &str = "https://admin-shell.io/idta/SimulationModels";

/// A simulation model of the asset.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SimulationModel {
    /// What it does.
    pub summary: Option<Text>,
    /// The kind of model.
    pub type_of_model: Option<Text>,
    /// What it covers.
    pub scope: Option<Text>,
    /// The kind of file: `FMU 2.0 co-simulation`, ….
    pub file_type: Option<Text>,
    /// Its files, the versions in the order of the submodel.
    pub files: Vec<ModelFile>,
    /// The path of its parameters.
    pub parameters: Option<Text>,
    /// The tool that it needs.
    pub tool: Option<Text>,
    /// How long it is usually run, s.
    pub default_time_s: Option<f64>,
}

/// A version of a model's file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelFile {
    /// Which version.
    pub version: Option<Text>,
    /// The path of the file.
    pub file: Option<Text>,
    /// The path of its picture.
    pub preview: Option<Text>,
}

/// Reads the models.
#[must_use]
pub fn read(submodel: &Submodel) -> Vec<SimulationModel> {
    let id = |name: &str| format!("{BASE}/{name}");
    let look = Look(&submodel.submodel_elements);
    look.each("SimulationModel", &[&id("SimulationModel")]).into_iter().map(model).collect()
}

fn model(look: Look<'_>) -> SimulationModel {
    let text = |look: Look<'_>, name: &str| look.text(name, &[&format!("{BASE}/{name}")]);
    let file = look.one("ModelFile", &[&format!("{BASE}/ModelFile")]).map_or(Look(&[]), Look::inside);
    let environment =
        look.one("Environment", &[&format!("{BASE}/Environment")]).map_or(Look(&[]), Look::inside);
    let tool = environment
        .one("SimulationTool", &[&format!("{BASE}/SimulationTool")])
        .map_or(Look(&[]), Look::inside);
    let versions = file.each("ModelFileVersion", &[&format!("{BASE}/ModelFileVersion")]);
    let version = |it: Look<'_>| ModelFile {
        version: text(it, "ModelVersionId"),
        file: text(it, "DigitalFile"),
        preview: text(it, "ModelPreviewImage"),
    };
    SimulationModel {
        summary: text(look, "Summary"),
        type_of_model: text(look, "TypeOfModel"),
        scope: text(look, "ScopeOfModel"),
        file_type: text(file, "ModelFileType"),
        files: versions.into_iter().map(version).collect(),
        parameters: text(look, "ParamFile"),
        tool: text(tool, "SimToolName"),
        default_time_s: look.number("DefaultSimTime", &[&format!("{BASE}/DefaultSimTime")]),
    }
}
