//! Whether what was read satisfies the metamodel: its constraints, its lengths and patterns, its value types.
//!
//! Reading says whether a document has the right members of the right types; this says whether they may have those
//! values together. Every violation is reported, with its place and the constraint's number.
//!
//! Not decidable from a document alone, and so not judged: AASd-006, AASd-007, AASd-012 (a coded value lies with
//! whoever coded it), AASd-115 (a default), AASc-3a-003 beyond the environment.
//!
//! Spec: IDTA-01001-3-0 and -3-1, clause Constraints; IDTA-01003-a-3-0 and -3-1.

mod concept;
mod constraint;
mod element;
mod environment;
mod reference;
mod shell;
mod text;
mod walk;

pub use constraint::Constraint;

use crate::{
    AssetAdministrationShell, ConceptDescription, Environment, Fault, Reference, Submodel, SubmodelElement,
    Version,
};
use walk::Walk;

/// Everything that is wrong with an environment: each thing in it, ids that come twice, and references that lead
/// nowhere or in circles.
#[must_use]
pub fn environment(it: &Environment, version: Version) -> Vec<Fault> {
    let mut walk = Walk::new(version);
    walk.environment(it);
    walk.faults
}

/// Everything that is wrong with a shell.
#[must_use]
pub fn shell(it: &AssetAdministrationShell, version: Version) -> Vec<Fault> {
    let mut walk = Walk::new(version);
    walk.shell(it);
    walk.faults
}

/// Everything that is wrong with a submodel.
#[must_use]
pub fn submodel(it: &Submodel, version: Version) -> Vec<Fault> {
    let mut walk = Walk::new(version);
    walk.submodel(it);
    walk.faults
}

/// Everything that is wrong with an element. Whether it needs a name is for its container to say.
#[must_use]
pub fn element(it: &SubmodelElement, version: Version) -> Vec<Fault> {
    let mut walk = Walk::new(version);
    walk.element(it, true);
    walk.faults
}

/// Everything that is wrong with a concept description.
#[must_use]
pub fn concept(it: &ConceptDescription, version: Version) -> Vec<Fault> {
    let mut walk = Walk::new(version);
    walk.concept(it);
    walk.faults
}

/// Everything that is wrong with a reference.
#[must_use]
pub fn reference(it: &Reference, version: Version) -> Vec<Fault> {
    let mut walk = Walk::new(version);
    walk.reference(it);
    walk.faults
}

#[cfg(test)]
mod tests;
