//! The Asset Administration Shell: its metamodel, its JSON, XML and AASX forms, and the rules that hold in it.
//!
//! Pure: no file, no socket, no clock. Bytes come in, values and lists of faults go out. One set of types serves
//! metamodel 3.0 and 3.1, because 3.1 only loosened what 3.0 demanded; which of the two a thing must satisfy is
//! asked by [`Version`] when it is verified, not when it is read.
//!
//! What is not understood is kept ([`Unknown`]) and written back, and each thing that is wrong is named with its
//! place ([`Fault`]), all of them and not only the first.
//!
//! Spec: IDTA-01001-3-0 and IDTA-01001-3-1 (Part 1, Metamodel); IDTA-01002 (Part 2, API), clause Format
//! SerializationModifier; IDTA-01003-a (IEC 61360); IDTA-01005 (Part 5, AASX).

pub mod aasx;
mod class;
mod decode;
mod fault;
pub mod json;
mod model;
pub mod modifier;
pub mod path;
pub mod templates;
mod text;
mod tree;
pub mod verify;
pub mod xml;
pub mod xsd;

pub use fault::{Fault, FaultKind, Severity};
pub use json::Reading;
pub use model::*;
pub use path::{ChangeError, IdShortPath, ParsePathError, PathStep};
pub use text::{Pool, Text};

/// Which edition of the metamodel a thing must satisfy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// IDTA-01001-3-0.
    V3_0,
    /// IDTA-01001-3-1.
    V3_1,
}
