//! Submodels: one aspect of an asset, as a tree of elements.

use super::{AdministrativeInformation, Details, DetailsBox, SharedReference, SubmodelElement, put};
use crate::Text;
use crate::class::words;
use crate::decode::{Context, Decode, Fields};
use crate::tree::Tree;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

words! {
    /// Whether it describes a thing or is the form that descriptions follow; a thing where nothing is said.
    ModellingKind {
        Instance = "Instance",
        Template = "Template",
    }
}

/// One aspect of an asset.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Submodel {
    /// Its id in the whole world.
    pub id: Text,
    /// Its short name.
    pub id_short: Option<Text>,
    /// Version and provenance.
    pub administration: Option<Box<AdministrativeInformation>>,
    /// Thing or template.
    pub kind: Option<ModellingKind>,
    /// Which aspect it is.
    pub semantic_id: Option<SharedReference>,
    /// The rarer members.
    pub details: DetailsBox,
    /// Its elements.
    pub submodel_elements: Vec<SubmodelElement>,
}

impl Submodel {
    /// A submodel without elements.
    #[must_use]
    pub fn new(id: impl Into<Text>) -> Self {
        Self {
            id: id.into(),
            id_short: None,
            administration: None,
            kind: None,
            semantic_id: None,
            details: DetailsBox::default(),
            submodel_elements: Vec::new(),
        }
    }

    /// Writes all but the elements and the model type.
    pub(crate) fn write_head<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.details.write_referable(map, &self.id_short)?;
        put(map, "administration", &self.administration)?;
        map.serialize_entry("id", &self.id)?;
        put(map, "kind", &self.kind)?;
        self.details.write_semantics(map, &self.semantic_id)?;
        put(map, "embeddedDataSpecifications", &self.details.embedded_data_specifications)
    }
}

impl Decode for Submodel {
    fn decode(tree: &Tree<'_>, cx: &mut Context<'_>) -> Option<Self> {
        let mut fields = Fields::of(tree, cx)?;
        let mut details = Details::default();
        let model_type = fields.model_type("Submodel", cx);
        let id_short = details.read_referable(&mut fields, cx);
        let administration = fields.optional("administration", cx);
        let id = fields.required("id", cx);
        let kind = fields.optional("kind", cx);
        let semantic_id = details.read_semantics(&mut fields, cx);
        details.embedded_data_specifications = fields.optional("embeddedDataSpecifications", cx);
        let submodel_elements = fields.optional("submodelElements", cx);
        details.unknown = fields.rest(cx);
        model_type.filter(|it| it == "Submodel")?;
        let details = details.into();
        Some(Self { id: id?, id_short, administration, kind, semantic_id, details, submodel_elements })
    }
}

impl Serialize for Submodel {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.write_head(&mut map)?;
        put(&mut map, "submodelElements", &self.submodel_elements)?;
        map.serialize_entry("modelType", "Submodel")?;
        self.details.unknown.write(&mut map)?;
        map.end()
    }
}
