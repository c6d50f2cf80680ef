//! Handover Documentation: the documents of an asset and their files.
//!
//! Spec: IDTA 02004-1-2 (documents are counted) and 02004-2-0 (documents are listed); VDI 2770.

use super::look::Look;
use crate::{LangString, Submodel, Text};

/// A document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Its id in its domain.
    pub id: Option<Text>,
    /// Its class, VDI 2770: `03-02` is operation.
    pub class_id: Option<Text>,
    /// The name of its class.
    pub class_name: Option<Text>,
    /// Its versions.
    pub versions: Vec<DocumentVersion>,
}

/// One version of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentVersion {
    /// Its title in each language.
    pub title: Vec<LangString>,
    /// The version.
    pub version: Option<Text>,
    /// The languages it is written in.
    pub languages: Vec<Text>,
    /// The paths of its files.
    pub files: Vec<Text>,
    /// The path of its picture.
    pub preview: Option<Text>,
}

/// Reads the documents of an asset.
#[must_use]
pub fn read(submodel: &Submodel) -> Vec<Document> {
    let look = Look(&submodel.submodel_elements);
    let listed = look.each("Documents", &["0173-1#02-ABI500"]);
    let documents = if listed.is_empty() {
        look.each("Document", &["0173-1#02-ABI500", "0173-1#01-AHF579"])
    } else {
        listed
    };
    documents.into_iter().map(document).collect()
}

fn document(look: Look<'_>) -> Document {
    let ids = look.each_of(&[("DocumentIds", "0173-1#02-ABI501"), ("DocumentId", "0173-1#02-ABI501")]);
    let classes = look.each_of(&[
        ("DocumentClassifications", "0173-1#02-ABI502"),
        ("DocumentClassification", "0173-1#02-ABI502"),
    ]);
    let versions =
        look.each_of(&[("DocumentVersions", "0173-1#02-ABI503"), ("DocumentVersion", "0173-1#02-ABI503")]);
    let vdi = classes.iter().find(|it| {
        it.text("ClassificationSystem", &["0173-1#02-ABH997"]).is_some_and(|system| system.contains("2770"))
    });
    let class = vdi.or(classes.first());
    Document {
        id: ids.iter().find_map(|it| {
            it.text("DocumentIdentifier", &["0173-1#02-AAO099"])
                .or_else(|| it.text("ValueId", &["0173-1#02-ABH996"]))
        }),
        class_id: class.and_then(|it| it.text("ClassId", &["0173-1#02-ABH996"])),
        class_name: class.and_then(|it| it.text("ClassName", &["0173-1#02-AAO102"])),
        versions: versions.into_iter().map(version).collect(),
    }
}

fn version(look: Look<'_>) -> DocumentVersion {
    let files =
        look.each_element(&[("DigitalFiles", "0173-1#02-ABK126"), ("DigitalFile", "0173-1#02-ABK126")]);
    let languages = look.each_element(&[("Languages", "0173-1#02-AAN468"), ("Language", "0173-1#02-AAN468")]);
    DocumentVersion {
        title: look.languages("Title", &["0173-1#02-AAO105", "0173-1#02-ABG940"]),
        version: look
            .text("Version", &["0173-1#02-AAP003"])
            .or_else(|| look.text("DocumentVersionId", &["0173-1#02-AAO100"])),
        languages: languages.into_iter().filter_map(super::look::text_of).collect(),
        files: files.into_iter().filter_map(super::look::text_of).collect(),
        preview: look.text("PreviewFile", &["0173-1#02-ABK127"]),
    }
}
