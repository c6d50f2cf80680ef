//! The published submodel templates that Trine understands: typed content out of submodels, and submodels out of
//! typed content.
//!
//! Readers go by semantic ids, also supplemental and older ones, whatever their version; where a vendor left those
//! out, the idShort of the template serves. What a reader does not find is absent, never an error: real submodels
//! are incomplete.
//!
//! Spec: the submodel templates of the IDTA, each named in its module.

pub mod documentation;
pub mod interfaces;
pub mod location;
pub mod look;
pub mod models_3d;
pub mod nameplate;
pub mod simulation_models;
pub mod structures;
pub mod technical_data;
pub mod time_series;

use crate::Submodel;

/// A published template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Template {
    /// IDTA 02006.
    Nameplate,
    /// IDTA 02003.
    TechnicalData,
    /// IDTA 02004.
    HandoverDocumentation,
    /// IDTA 02026.
    Models3d,
    /// IDTA 02005.
    SimulationModels,
    /// IDTA 02045.
    AssetLocation,
    /// IDTA 02011.
    HierarchicalStructures,
    /// IDTA 02008.
    TimeSeries,
    /// IDTA 02017.
    AssetInterfaces,
}

/// How the submodels of each template begin their semantic ids, in any version.
const BEGINNINGS: &[(&str, Template)] = &[
    ("https://admin-shell.io/idta/nameplate/", Template::Nameplate),
    ("https://admin-shell.io/zvei/nameplate/", Template::Nameplate),
    ("0173-1#01-AHX837", Template::TechnicalData),
    ("https://admin-shell.io/zvei/technicaldata/submodel/", Template::TechnicalData),
    ("0173-1#01-AHF578", Template::HandoverDocumentation),
    ("https://admin-shell.io/vdi/2770/", Template::HandoverDocumentation),
    ("https://admin-shell.io/idta/models3d/", Template::Models3d),
    ("https://admin-shell.io/idta/simulationmodels/", Template::SimulationModels),
    ("https://admin-shell.io/idta/submodeltemplate/simulationmodels/", Template::SimulationModels),
    ("https://admin-shell.io/idta/smt/assetlocation/", Template::AssetLocation),
    ("https://admin-shell.io/idta/hierarchicalstructures/", Template::HierarchicalStructures),
    ("https://admin-shell.io/idta/timeseries/", Template::TimeSeries),
    ("https://admin-shell.io/idta/assetinterfacesdescription/", Template::AssetInterfaces),
];

/// The template that a submodel follows.
#[must_use]
pub fn template_of(submodel: &Submodel) -> Option<Template> {
    let ids = submodel.semantic_id.iter().chain(&submodel.details.supplemental_semantic_ids);
    let mut ids = ids.filter_map(|reference| reference.target()).map(|id| id.trim().to_ascii_lowercase());
    ids.find_map(|id| {
        let begins = |(beginning, _): &&(&str, Template)| {
            id.starts_with(&beginning.to_ascii_lowercase())
                || id.starts_with(&beginning.replacen("https", "http", 1))
        };
        BEGINNINGS.iter().find(begins).map(|(_, template)| *template)
    })
}

#[cfg(test)]
mod tests;
