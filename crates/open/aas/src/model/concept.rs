//! Concept descriptions: what a semantic id means.

use super::{AdministrativeInformation, Details, DetailsBox, SharedReference, put};
use crate::Text;
use crate::decode::{Context, Decode, Fields};
use crate::tree::Tree;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// The description of a concept.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConceptDescription {
    /// The id by which semantic ids name it.
    pub id: Text,
    /// Its short name.
    pub id_short: Option<Text>,
    /// Version and provenance.
    pub administration: Option<Box<AdministrativeInformation>>,
    /// The rarer members.
    pub details: DetailsBox,
    /// Concepts elsewhere that mean the same.
    pub is_case_of: Vec<SharedReference>,
}

impl ConceptDescription {
    /// A concept with nothing but its id.
    #[must_use]
    pub fn new(id: impl Into<Text>) -> Self {
        Self {
            id: id.into(),
            id_short: None,
            administration: None,
            details: DetailsBox::default(),
            is_case_of: Vec::new(),
        }
    }
}

impl Decode for ConceptDescription {
    fn decode(tree: &Tree<'_>, cx: &mut Context<'_>) -> Option<Self> {
        let mut fields = Fields::of(tree, cx)?;
        let mut details = Details::default();
        let model_type = fields.model_type("ConceptDescription", cx);
        let id_short = details.read_referable(&mut fields, cx);
        let administration = fields.optional("administration", cx);
        let id = fields.required("id", cx);
        details.embedded_data_specifications = fields.optional("embeddedDataSpecifications", cx);
        let is_case_of = fields.optional("isCaseOf", cx);
        details.unknown = fields.rest(cx);
        model_type.filter(|it| it == "ConceptDescription")?;
        Some(Self { id: id?, id_short, administration, details: details.into(), is_case_of })
    }
}

impl Serialize for ConceptDescription {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.details.write_referable(&mut map, &self.id_short)?;
        put(&mut map, "administration", &self.administration)?;
        map.serialize_entry("id", &self.id)?;
        put(&mut map, "embeddedDataSpecifications", &self.details.embedded_data_specifications)?;
        put(&mut map, "isCaseOf", &self.is_case_of)?;
        map.serialize_entry("modelType", "ConceptDescription")?;
        self.details.unknown.write(&mut map)?;
        map.end()
    }
}
