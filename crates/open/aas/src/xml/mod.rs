//! XML in and out.
//!
//! A document becomes the same tree that JSON becomes, so that both are understood by the same code and the same
//! faults are found at the same paths. What XML does not say, whether an element is an object, a list or a text, is
//! in one table ([`shape`]).
//!
//! Spec: IDTA-01001, annex XML; namespaces `https://admin-shell.io/aas/3/0` and `…/3/1`.

mod read;
mod shape;
mod write;

use crate::json::{Reading, read_tree};
use crate::{Environment, Fault, Pool, Version};

pub use write::UnwritableXml;

/// The namespace of a metamodel.
#[must_use]
pub fn namespace(version: Version) -> &'static str {
    match version {
        Version::V3_0 => "https://admin-shell.io/aas/3/0",
        Version::V3_1 => "https://admin-shell.io/aas/3/1",
    }
}

/// Reads an environment from XML text, and says which metamodel its namespace names.
#[must_use]
pub fn read(bytes: &[u8]) -> (Reading<Environment>, Option<Version>) {
    read_pooled(bytes, &mut Pool::new())
}

/// The same, sharing its texts with what else was read with the pool.
#[must_use]
pub fn read_pooled(bytes: &[u8], pool: &mut Pool) -> (Reading<Environment>, Option<Version>) {
    let document = match read::document(bytes) {
        Ok(document) => document,
        Err(kind) => return (Reading { value: None, faults: vec![Fault { path: "$".into(), kind }] }, None),
    };
    let mut reading = read_tree(&document.tree, pool);
    reading.faults.splice(0..0, document.faults);
    (reading, Some(document.version))
}

/// Writes an environment as XML text.
///
/// # Errors
///
/// When a text has a character that XML cannot have (AASd-130).
pub fn write(environment: &Environment, version: Version) -> Result<Vec<u8>, UnwritableXml> {
    write::document(environment, version)
}

#[cfg(test)]
mod tests;
