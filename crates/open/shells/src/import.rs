//! From a package, or an environment in JSON or XML, to changes of documents: what is sound, and a report of what is not.

use crate::{BlobId, Blobs, Change, Kind, ShellsError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use trine_aas::aasx::{Limits, Package, PackageFault};
use trine_aas::{Environment, xml};

/// Faults that are listed; more are counted.
const LISTED: usize = 1000;

/// What an import would do, or did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// Shells that are taken.
    pub shells: usize,
    /// Submodels that are taken.
    pub submodels: usize,
    /// Concept descriptions that are taken.
    pub concepts: usize,
    /// Files that are taken.
    pub files: usize,
    /// What is wrong, each with its place; what it is about is left away.
    pub errors: Vec<String>,
    /// What is odd and does no harm, each with its place.
    pub warnings: Vec<String>,
    /// Faults that are not listed.
    pub unlisted: usize,
    /// Whether it was done, or only looked at.
    pub applied: bool,
}

/// What is to be recorded, and the report about it.
#[derive(Debug, Default)]
pub struct Import {
    /// All of it, or nothing.
    pub changes: Vec<Change>,
    /// For the person who asked.
    pub report: ImportReport,
}

/// The key of a file: its owner and its path there.
#[must_use]
pub fn file_key(owner: &str, path: &str) -> String {
    format!("{owner}\u{1f}{path}")
}

/// Looks at what was given: a package, or an environment in JSON or XML. Its files are kept already; nothing refers to
/// them until the changes are recorded. Blocks.
///
/// # Errors
/// When a file cannot be kept.
pub fn read(bytes: &[u8], file_name: &str, blobs: &Blobs) -> Result<Import, ShellsError> {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if start.starts_with(b"{") {
        let reading = trine_aas::json::read::<Environment>(start);
        let mut import = Import::default();
        import.note(reading.faults.iter().map(|fault| (fault.is_error(), fault.to_string())));
        import.take(&reading.value.unwrap_or_default());
        return Ok(import);
    }
    if start.starts_with(b"<") {
        let (reading, _) = xml::read(start);
        let mut import = Import::default();
        import.note(reading.faults.iter().map(|fault| (fault.is_error(), fault.to_string())));
        import.take(&reading.value.unwrap_or_default());
        return Ok(import);
    }
    read_package(bytes, file_name, blobs)
}

fn read_package(bytes: &[u8], file_name: &str, blobs: &Blobs) -> Result<Import, ShellsError> {
    let reading = Package::read(bytes, &Limits::default());
    let mut import = Import::default();
    import.note(reading.faults.iter().map(|fault: &PackageFault| (fault.is_error(), fault.to_string())));
    let Some(package) = reading.package else { return Ok(import) };
    import.take(&package.environment());
    import.take_files(&package, blobs)?;
    let shells: Vec<&str> = import.ids(Kind::Shell);
    if !shells.is_empty() {
        let blob = blobs.put(bytes)?;
        let id = format!("import-{}", &blob.to_string()[..32]);
        let document = json!({ "blob": blob.to_string(), "fileName": file_name, "aasIds": shells });
        import.changes.push(Change::put(Kind::Package, &id, document.to_string()));
    }
    Ok(import)
}

impl Import {
    fn note(&mut self, faults: impl Iterator<Item = (bool, String)>) {
        for (is_error, text) in faults {
            let report = &mut self.report;
            if report.errors.len() + report.warnings.len() >= LISTED {
                report.unlisted += 1;
            } else if is_error {
                report.errors.push(text);
            } else {
                report.warnings.push(text);
            }
        }
    }

    fn ids(&self, kind: Kind) -> Vec<&str> {
        self.changes.iter().filter(|change| change.kind == kind).map(|change| &*change.id).collect()
    }

    fn take(&mut self, environment: &Environment) {
        let document = serde_json::to_value(environment).unwrap_or_default();
        let lists = [
            (Kind::Shell, "assetAdministrationShells"),
            (Kind::Submodel, "submodels"),
            (Kind::Concept, "conceptDescriptions"),
        ];
        for (kind, name) in lists {
            let mut seen = BTreeSet::new();
            for (n, item) in document[name].as_array().into_iter().flatten().enumerate() {
                let id = item["id"].as_str().unwrap_or_default();
                let place = format!("$.{name}[{n}]");
                if id.is_empty() || id.chars().count() > 2048 {
                    self.note(
                        [(true, format!("{place}: its id is missing or too long, so it is left away"))]
                            .into_iter(),
                    );
                } else if !seen.insert(id.to_owned()) {
                    let start: String = id.chars().take(200).collect();
                    self.note(
                        [(
                            true,
                            format!("{place}: there is another with the id `{start}`; the first counts"),
                        )]
                        .into_iter(),
                    );
                } else {
                    self.changes.push(Change::put(kind, id, item.to_string()));
                    self.count(kind);
                }
            }
        }
        self.report_dangling(&document);
    }

    fn count(&mut self, kind: Kind) {
        match kind {
            Kind::Shell => self.report.shells += 1,
            Kind::Submodel => self.report.submodels += 1,
            Kind::Concept => self.report.concepts += 1,
            _ => {}
        }
    }

    fn report_dangling(&mut self, document: &Value) {
        let there: BTreeSet<&str> = document["submodels"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|it| it["id"].as_str())
            .collect();
        let mut dangling = Vec::new();
        for (n, shell) in document["assetAdministrationShells"].as_array().into_iter().flatten().enumerate() {
            for (m, reference) in shell["submodels"].as_array().into_iter().flatten().enumerate() {
                let id = reference["keys"][0]["value"].as_str().unwrap_or_default();
                if !there.contains(id) {
                    let start: String = id.chars().take(200).collect();
                    let place = format!("$.assetAdministrationShells[{n}].submodels[{m}]");
                    dangling.push((false, format!("{place}: the submodel `{start}` is not in the package")));
                }
            }
        }
        self.note(dangling.into_iter());
    }

    /// Binds the files that elements and thumbnails name to their owners.
    fn take_files(&mut self, package: &Package, blobs: &Blobs) -> Result<(), ShellsError> {
        let mut kept: BTreeMap<String, BlobId> = BTreeMap::new();
        let mut files = Vec::new();
        for change in &self.changes {
            let document: Value =
                serde_json::from_str(change.document.as_deref().unwrap_or("null")).unwrap_or_default();
            let mut paths = BTreeSet::new();
            paths_in(&document, &mut paths);
            for path in paths {
                let Some(part) = package.file(path) else { continue };
                let blob = match kept.get(part.name) {
                    Some(blob) => blob.clone(),
                    None => blobs.put(part.bytes)?,
                };
                kept.insert(part.name.to_owned(), blob.clone());
                let name = part.name.rsplit('/').next().unwrap_or("file");
                let kind = part.content_type.unwrap_or("application/octet-stream");
                let document = json!({ "blob": blob.to_string(), "contentType": kind, "fileName": name });
                files.push(Change::put(Kind::File, &file_key(&change.id, path), document.to_string()));
            }
        }
        self.report.files = kept.len();
        self.changes.extend(files);
        Ok(())
    }
}

/// The paths of File elements and thumbnails in a document.
fn paths_in<'a>(value: &'a Value, paths: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(members) => {
            if members.get("modelType").is_some_and(|kind| kind == "File") {
                paths.extend(members.get("value").and_then(Value::as_str));
            }
            if let Some(picture) = members.get("defaultThumbnail") {
                paths.extend(picture["path"].as_str());
            }
            members.values().for_each(|member| paths_in(member, paths));
        }
        Value::Array(items) => items.iter().for_each(|item| paths_in(item, paths)),
        _ => {}
    }
}
