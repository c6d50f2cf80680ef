//! `$metadata`: all but the values and the children.

use crate::model::{put, write_event_metadata, write_list_head};
use crate::{AssetAdministrationShell, ElementBody, Submodel, SubmodelElement};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// A thing without its value.
struct Metadata<'a, T>(&'a T);

/// An element without its value and its children.
pub fn metadata(element: &SubmodelElement) -> impl Serialize + '_ {
    Metadata(element)
}

/// A submodel without its elements.
pub fn submodel_metadata(submodel: &Submodel) -> impl Serialize + '_ {
    Metadata(submodel)
}

/// A shell without its asset and its submodels.
pub fn shell_metadata(shell: &AssetAdministrationShell) -> impl Serialize + '_ {
    Metadata(shell)
}

impl Serialize for Metadata<'_, SubmodelElement> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.0.write_head(&mut map)?;
        match &self.0.body {
            ElementBody::Property(it) => map.serialize_entry("valueType", &it.value_type)?,
            ElementBody::Range(it) => map.serialize_entry("valueType", &it.value_type)?,
            ElementBody::BasicEventElement(it) => write_event_metadata(&mut map, it)?,
            ElementBody::SubmodelElementList(it) => write_list_head(&mut map, it)?,
            _ => {}
        }
        map.serialize_entry("modelType", &self.0.model_type())?;
        map.end()
    }
}

impl Serialize for Metadata<'_, Submodel> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.0.write_head(&mut map)?;
        map.serialize_entry("modelType", "Submodel")?;
        map.end()
    }
}

impl Serialize for Metadata<'_, AssetAdministrationShell> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let it = self.0;
        let mut map = serializer.serialize_map(None)?;
        it.details.write_referable(&mut map, &it.id_short)?;
        put(&mut map, "administration", &it.administration)?;
        map.serialize_entry("id", &it.id)?;
        put(&mut map, "embeddedDataSpecifications", &it.details.embedded_data_specifications)?;
        put(&mut map, "derivedFrom", &it.derived_from)?;
        map.serialize_entry("modelType", "AssetAdministrationShell")?;
        map.end()
    }
}
