//! Provision of 3D Models: the files that show the asset.
//!
//! Spec: IDTA 02026-1-0.

use super::look::{Look, text_of};
use crate::{ElementBody, Submodel, Text};

const BASE: &str = "https://admin-shell.io/idta/Models3D/Model3D";

/// A model of the asset.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model3d {
    /// Its title.
    pub title: Option<Text>,
    /// The path of its file in the package.
    pub file: Option<Text>,
    /// The MIME type of the file.
    pub content_type: Option<Text>,
    /// Where the file lies outside.
    pub external_urls: Vec<Text>,
    /// The format: `STEP`, `glTF`, ….
    pub format_name: Option<Text>,
    /// The path of its picture.
    pub preview: Option<Text>,
    /// The unit of its lengths.
    pub length_unit: Option<Text>,
    /// What it is good for.
    pub purposes: Vec<Text>,
}

/// Reads the models; a model with several versions comes once for each.
#[must_use]
pub fn read(submodel: &Submodel) -> Vec<Model3d> {
    let models = Look(&submodel.submodel_elements).each("Model3D", &[BASE]);
    models.into_iter().flat_map(model).collect()
}

fn concept(rest: &str) -> String {
    format!("{BASE}/{rest}")
}

fn model(look: Look<'_>) -> Vec<Model3d> {
    let file = look.within("File", &[&concept("File")]);
    let geometry = look.within("Geometry", &[&concept("Geometry")]);
    let purposes = look.within("Capability", &[&concept("Capability")]);
    let purposes = purposes.within("PosModelPurpose", &[&concept("Capability/PosModelPurpose")]);
    let common = Model3d {
        length_unit: geometry.text("LengthUnit", &[&concept("Geometry/LengthUnit")]),
        purposes: purposes.0.iter().filter_map(text_of).collect(),
        ..Model3d::default()
    };
    let versions = file.each("FileVersion", &[&concept("File/FileVersion")]);
    versions.into_iter().map(|it| version(it, common.clone())).collect()
}

fn version(look: Look<'_>, common: Model3d) -> Model3d {
    let digital = look.one("DigitalFile", &[&concept("File/FileVersion/DigitalFile")]);
    let content_type = digital.and_then(|it| match &it.body {
        ElementBody::File(file) => file.content_type.clone(),
        ElementBody::Blob(blob) => blob.content_type.clone(),
        _ => None,
    });
    let external = look.each("ExternalFile", &[&concept("File/FileVersion/ExternalFile")]);
    let url =
        |it: &Look<'_>| it.text("ExternalUrl", &[&concept("File/FileVersion/ExternalFile/ExternalUrl")]);
    let format = look.within("FileFormat", &[&concept("File/FileVersion/FileFormat")]);
    Model3d {
        title: look.text("Title", &[&concept("File/FileVersion/Title")]),
        file: digital.and_then(text_of),
        content_type,
        external_urls: external.iter().filter_map(url).collect(),
        format_name: format.text("FormatName", &[&concept("File/FileVersion/FileFormat/FormatName")]),
        preview: look.text("PreviewFile", &[&concept("File/FileVersion/PreviewFile")]),
        ..common
    }
}
