//! The package: environments, files, and how they belong together.

use super::content_types::{self, ContentTypes};
use super::fault::{Limits, PackageFault, PackageFaultKind as Kind};
use super::relations::{self, Relation, RelationKind};
use super::{names, zip};
use crate::json::Reading;
use crate::xml::UnwritableXml;
use crate::{Environment, Pool, Version, json, xml};
use std::collections::{BTreeMap, BTreeSet};

const RELATIONS_TYPE: &str = "application/vnd.openxmlformats-package.relationships+xml";
const ORIGIN: &str = "aasx/aasx-origin";

/// A package in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    specs: Vec<Spec>,
    parts: BTreeMap<String, Vec<u8>>,
    relations: BTreeMap<String, Vec<Relation>>,
    types: ContentTypes,
}

/// A part with an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// The name of the part.
    pub part: String,
    /// How it is written.
    pub format: SpecFormat,
    /// What is in it.
    pub environment: Environment,
}

/// How an environment is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpecFormat {
    /// JSON, which is the same for 3.0 and 3.1.
    Json,
    /// XML with the namespace of a metamodel.
    Xml(Version),
}

/// A part that is not an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// Its name, without a slash before it.
    pub name: &'a str,
    /// Its MIME type, when the package says one.
    pub content_type: Option<&'a str>,
    /// What is in it.
    pub bytes: &'a [u8],
}

/// What was read of a package, and all that is wrong with it.
#[derive(Clone, Debug)]
pub struct PackageReading {
    /// The package with all that is sound of it; `None` when it is no archive.
    pub package: Option<Package>,
    /// What is wrong.
    pub faults: Vec<PackageFault>,
}

impl Package {
    /// A package with one environment and no files.
    #[must_use]
    pub fn new(environment: Environment, format: SpecFormat) -> Self {
        let part = match format {
            SpecFormat::Json => "aasx/data.json",
            SpecFormat::Xml(_) => "aasx/data.xml",
        };
        let mut types = ContentTypes::default();
        types.set_default("rels", RELATIONS_TYPE);
        types.set(ORIGIN, "text/plain");
        types.set(part, if format == SpecFormat::Json { "application/json" } else { "application/xml" });
        let lead = |kind: RelationKind, target: &str| {
            let (id, target) = ("r1".to_owned(), format!("/{target}"));
            vec![Relation { id, type_uri: kind.uri().to_owned(), target, external: false }]
        };
        Self {
            specs: vec![Spec { part: part.to_owned(), format, environment }],
            parts: BTreeMap::from([(ORIGIN.to_owned(), b"Intentionally empty.".to_vec())]),
            relations: BTreeMap::from([
                (String::new(), lead(RelationKind::Origin, ORIGIN)),
                (ORIGIN.to_owned(), lead(RelationKind::Spec, part)),
            ]),
            types,
        }
    }

    /// Reads a package.
    #[must_use]
    pub fn read(bytes: &[u8], limits: &Limits) -> PackageReading {
        let mut faults = Vec::new();
        let entries = zip::read(bytes, limits, &mut faults);
        if entries.is_empty() {
            if faults.is_empty() {
                faults.push(PackageFault::new("", Kind::NoArchive("it has no parts")));
            }
            return PackageReading { package: None, faults };
        }
        let mut opening = Opening { package: Self::empty(), faults };
        for entry in entries {
            opening.take(entry);
        }
        opening.read_specs();
        opening.check();
        PackageReading { package: Some(opening.package), faults: opening.faults }
    }

    fn empty() -> Self {
        Self {
            specs: Vec::new(),
            parts: BTreeMap::new(),
            relations: BTreeMap::new(),
            types: ContentTypes::default(),
        }
    }

    /// Writes the package. The same package gives the same bytes.
    ///
    /// # Errors
    ///
    /// When an environment has a character that its XML cannot have.
    pub fn write(&self) -> Result<Vec<u8>, UnwritableXml> {
        let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for spec in &self.specs {
            files.insert(spec.part.clone(), spec.write()?);
        }
        for (source, relations) in &self.relations {
            files.insert(names::relations_of(source), relations::write(relations));
        }
        let types = self.types.write();
        let mut entries: Vec<(&str, &[u8])> = vec![(content_types::NAME, &types)];
        entries.extend(files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())));
        entries.extend(self.parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())));
        Ok(zip::write(&entries))
    }

    /// Its environments.
    #[must_use]
    pub fn specs(&self) -> &[Spec] {
        &self.specs
    }

    /// Its environments, to be changed.
    pub fn specs_mut(&mut self) -> &mut [Spec] {
        &mut self.specs
    }

    /// All its environments as one.
    #[must_use]
    pub fn environment(&self) -> Environment {
        let mut all = Environment::default();
        for spec in &self.specs {
            let it = &spec.environment;
            all.asset_administration_shells.extend(it.asset_administration_shells.iter().cloned());
            all.submodels.extend(it.submodels.iter().cloned());
            all.concept_descriptions.extend(it.concept_descriptions.iter().cloned());
        }
        all
    }

    /// The parts that are not environments, by their names.
    pub fn files(&self) -> impl Iterator<Item = Part<'_>> {
        self.parts.iter().map(|(name, bytes)| self.part(name, bytes))
    }

    /// The part that a path in an environment means: `/aasx/files/a.pdf`, also with `file:` before it.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<Part<'_>> {
        let path = path.strip_prefix("file://").or_else(|| path.strip_prefix("file:")).unwrap_or(path);
        let name = names::resolve("", &format!("/{}", path.trim_start_matches('/')))?;
        self.parts.get_key_value(&name).map(|(name, bytes)| self.part(name, bytes))
    }

    fn part<'a>(&'a self, name: &'a str, bytes: &'a [u8]) -> Part<'a> {
        Part { name, content_type: self.types.of(name), bytes }
    }

    /// The picture of the package.
    #[must_use]
    pub fn thumbnail(&self) -> Option<Part<'_>> {
        let kind = |it: &&Relation| RelationKind::of(&it.type_uri) == RelationKind::Thumbnail;
        let relation = self.relations.get("")?.iter().find(kind)?;
        self.file(&relation.target)
    }

    /// Puts a file in, or another in its place, as a supplement of its first environment. Returns the path by which
    /// an environment names it; `None` when the name is none that a part may have, or is one of the package's own.
    pub fn add_file(&mut self, name: &str, content_type: &str, bytes: Vec<u8>) -> Option<String> {
        let name = names::resolve("", &format!("/{}", name.trim_start_matches('/')))?;
        let own = name == content_types::NAME || names::source_of(&name).is_some();
        if own || self.specs.iter().any(|spec| spec.part == name) {
            return None;
        }
        let source = self.specs.first().map(|spec| spec.part.clone()).unwrap_or_default();
        self.relate(&source, RelationKind::Supplement, &name);
        self.types.set(&name, content_type);
        let path = format!("/{name}");
        self.parts.insert(name, bytes);
        Some(path)
    }

    /// Takes a file out, with all that leads to it; `false` when there is none.
    pub fn remove_file(&mut self, path: &str) -> bool {
        let Some(name) = self.file(path).map(|part| part.name.to_owned()) else { return false };
        self.parts.remove(&name);
        self.types.forget(&name);
        for (source, relations) in &mut self.relations {
            relations.retain(|it| names::resolve(source, &it.target).as_ref() != Some(&name));
        }
        true
    }

    /// Puts the picture of the package in.
    pub fn set_thumbnail(&mut self, name: &str, content_type: &str, bytes: Vec<u8>) -> Option<String> {
        let path = self.add_file(name, content_type, bytes)?;
        let others = self.relations.entry(String::new()).or_default();
        others.retain(|it| RelationKind::of(&it.type_uri) != RelationKind::Thumbnail);
        self.relate("", RelationKind::Thumbnail, path.trim_start_matches('/'));
        Some(path)
    }

    /// Notes that a part belongs to another, once.
    fn relate(&mut self, source: &str, kind: RelationKind, target: &str) {
        let relations = self.relations.entry(source.to_owned()).or_default();
        let known = |it: &Relation| {
            RelationKind::of(&it.type_uri) == kind
                && names::resolve(source, &it.target).as_deref() == Some(target)
        };
        if relations.iter().any(known) {
            return;
        }
        let ids: BTreeSet<&str> = relations.iter().map(|it| it.id.as_str()).collect();
        let id = (1..).map(|n| format!("r{n}")).find(|id| !ids.contains(id.as_str())).unwrap_or_default();
        let target = format!("/{target}").replace('%', "%25").replace(' ', "%20");
        relations.push(Relation { id, type_uri: kind.uri().to_owned(), target, external: false });
    }
}

impl Spec {
    fn write(&self) -> Result<Vec<u8>, UnwritableXml> {
        match self.format {
            SpecFormat::Json => Ok(json::write(&self.environment)),
            SpecFormat::Xml(version) => xml::write(&self.environment, version),
        }
    }
}

/// A package while it is being read.
struct Opening {
    package: Package,
    faults: Vec<PackageFault>,
}

impl Opening {
    /// Sorts one file of the archive in. A table that is not sound stays as a part.
    fn take(&mut self, entry: zip::Entry) {
        let table = if entry.name == content_types::NAME {
            ContentTypes::read(&entry.bytes).map(|types| self.package.types = types)
        } else if let Some(source) = names::source_of(&entry.name) {
            relations::read(&entry.bytes)
                .map(|relations| drop(self.package.relations.insert(source, relations)))
        } else {
            self.package.parts.insert(entry.name, entry.bytes);
            return;
        };
        if let Err(kind) = table {
            self.faults.push(PackageFault::new(entry.name, kind));
        }
    }

    /// Reads the parts that relations name as environments.
    fn read_specs(&mut self) {
        let mut found = BTreeSet::new();
        for (source, relations) in &self.package.relations {
            let specs = relations.iter().filter(|it| RelationKind::of(&it.type_uri) == RelationKind::Spec);
            found.extend(specs.filter_map(|it| names::resolve(source, &it.target)));
        }
        let mut pool = Pool::new();
        for name in found {
            let Some(bytes) = self.package.parts.get(&name) else { continue };
            let (reading, format) = read_spec(bytes, &mut pool);
            self.faults
                .extend(reading.faults.into_iter().map(|it| PackageFault::new(&name, Kind::Content(it))));
            if let Some(environment) = reading.value {
                self.package.parts.remove(&name);
                self.package.specs.push(Spec { part: name, format, environment });
            }
        }
        if self.package.specs.is_empty() {
            self.faults.push(PackageFault::new("", Kind::NoSpec));
        }
    }

    /// Reports relations that lead nowhere, and parts without a content type.
    fn check(&mut self) {
        let package = &self.package;
        let there = |name: &String| {
            package.parts.contains_key(name) || package.specs.iter().any(|spec| spec.part == *name)
        };
        for (source, relations) in &package.relations {
            for relation in relations {
                let outside = relation.external && relation.target.contains("://");
                if !outside && !names::resolve(source, &relation.target).is_some_and(|name| there(&name)) {
                    let target = relation.target.chars().take(200).collect();
                    self.faults.push(PackageFault::new(source, Kind::MissingTarget(target)));
                }
            }
        }
        let untyped = package.parts.keys().filter(|name| package.types.of(name).is_none());
        self.faults.extend(untyped.map(|name| PackageFault::new(name, Kind::NoContentType)));
    }
}

/// Reads an environment; its first character says in which form it is.
fn read_spec(bytes: &[u8], pool: &mut Pool) -> (Reading<Environment>, SpecFormat) {
    let bare = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bare.trim_ascii_start().starts_with(b"<") {
        let (reading, version) = xml::read_pooled(bare, pool);
        return (reading, SpecFormat::Xml(version.unwrap_or(Version::V3_0)));
    }
    (json::read_pooled(bare, pool), SpecFormat::Json)
}
