//! The table that says the content type of each part.
//!
//! Spec: ECMA-376 Part 2, clause Content Types Stream Markup.

use super::fault::PackageFaultKind;
use super::relations::{attribute, escaped, rows};
use std::collections::BTreeMap;

const NAMESPACE: &str = "http://schemas.openxmlformats.org/package/2006/content-types";
/// The name of the table in the archive.
pub(super) const NAME: &str = "[Content_Types].xml";

/// Content types by endings and by parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ContentTypes {
    defaults: BTreeMap<String, String>,
    overrides: BTreeMap<String, String>,
}

impl ContentTypes {
    /// Reads the table.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, PackageFaultKind> {
        let mut types = Self::default();
        for (name, row) in rows(bytes)? {
            let Some(content_type) = attribute(&row, "ContentType") else { continue };
            if let ("Default", Some(ending)) = (name.as_str(), attribute(&row, "Extension")) {
                types.defaults.insert(ending.to_ascii_lowercase(), content_type.to_owned());
            } else if let ("Override", Some(part)) = (name.as_str(), attribute(&row, "PartName")) {
                types.set(part.trim_start_matches('/'), content_type);
            }
        }
        Ok(types)
    }

    /// The content type of a part.
    pub(super) fn of(&self, part: &str) -> Option<&str> {
        let ending =
            || part.rsplit('/').next()?.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        let by_ending = || self.defaults.get(&ending()?);
        self.overrides.get(part).or_else(by_ending).map(String::as_str)
    }

    /// Sets the content type of a part.
    pub(super) fn set(&mut self, part: &str, content_type: &str) {
        self.overrides.insert(part.to_owned(), content_type.to_owned());
    }

    /// Forgets a part.
    pub(super) fn forget(&mut self, part: &str) {
        self.overrides.remove(part);
    }

    /// The type of all parts of an ending.
    pub(super) fn set_default(&mut self, ending: &str, content_type: &str) {
        self.defaults.insert(ending.to_owned(), content_type.to_owned());
    }

    /// Writes the table.
    pub(super) fn write(&self) -> Vec<u8> {
        let mut out = format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Types xmlns=\"{NAMESPACE}\">");
        for (ending, kind) in &self.defaults {
            let (ending, kind) = (escaped(ending), escaped(kind));
            out.push_str(&format!("<Default Extension=\"{ending}\" ContentType=\"{kind}\"/>"));
        }
        for (part, kind) in &self.overrides {
            let (part, kind) = (escaped(part), escaped(kind));
            out.push_str(&format!("<Override PartName=\"/{part}\" ContentType=\"{kind}\"/>"));
        }
        out.push_str("</Types>");
        out.into_bytes()
    }
}
