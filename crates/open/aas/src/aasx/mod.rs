//! AASX: environments and their files in one package.
//!
//! A package is read as a whole into memory, within [`Limits`], and is written back with all its parts, also those
//! that nobody understands. What is wrong with one part does not cost the others: the report names each.
//!
//! Spec: IDTA-01005-3-0 (AASX); ECMA-376 Part 2 (Open Packaging Conventions); PKWARE APPNOTE 6.3 for the archive.

mod content_types;
mod fault;
mod names;
mod package;
mod relations;
mod zip;

pub use fault::{Limits, PackageFault, PackageFaultKind};
pub use package::{Package, PackageReading, Part, Spec, SpecFormat};
pub use relations::{Relation, RelationKind};

#[cfg(test)]
mod tests;
