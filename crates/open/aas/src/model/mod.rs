//! The classes of the metamodel, one file for each idea.

mod administration;
mod asset;
mod concept;
mod details;
mod element;
mod environment;
mod lang;
mod qualifier;
mod reference;
mod shell;
mod specification;
mod submodel;
mod unknown;
mod xsd;

pub use administration::AdministrativeInformation;
pub use asset::{AssetInformation, AssetKind, Resource, SpecificAssetId};
pub use concept::ConceptDescription;
pub use details::{Details, DetailsBox};
pub use element::*;
pub(crate) use element::{write_event_metadata, write_list_head};
pub use environment::Environment;
pub use lang::LangString;
pub use qualifier::{Extension, Qualifier, QualifierKind};
pub use reference::{Key, KeyType, Reference, ReferenceType, SharedReference};
pub use shell::AssetAdministrationShell;
pub use specification::{
    DataSpecificationContent, DataSpecificationIec61360, DataTypeIec61360, EmbeddedDataSpecification,
    LevelType, ValueList, ValueReferencePair,
};
pub use submodel::{ModellingKind, Submodel};
pub use unknown::Unknown;
pub use xsd::DataTypeDefXsd;

use crate::decode::Member;
use serde::Serialize;
use serde::ser::SerializeMap;

/// Writes a member unless it is absent.
pub(crate) fn put<M, T>(map: &mut M, name: &'static str, value: &T) -> Result<(), M::Error>
where
    M: SerializeMap,
    T: Member + Serialize,
{
    if value.is_absent() { Ok(()) } else { map.serialize_entry(name, value) }
}
