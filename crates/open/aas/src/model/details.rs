//! What few elements have, out of the way of those that have none of it: eight bytes when empty.

use super::{EmbeddedDataSpecification, Extension, LangString, Qualifier, SharedReference, Unknown, put};
use crate::Text;
use crate::decode::{Context, Fields};
use serde::ser::SerializeMap;
use std::ops::Deref;

/// The rarer members of referables.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Details {
    /// Proprietary additions.
    pub extensions: Vec<Extension>,
    /// Deprecated: what kind of concept or data element it is.
    pub category: Option<Text>,
    /// Its name on screens.
    pub display_name: Vec<LangString>,
    /// What it is, in words.
    pub description: Vec<LangString>,
    /// What else it means.
    pub supplemental_semantic_ids: Vec<SharedReference>,
    /// Typed statements about it.
    pub qualifiers: Vec<Qualifier>,
    /// Data specifications.
    pub embedded_data_specifications: Vec<EmbeddedDataSpecification>,
    /// Members that are not part of the metamodel or could not be understood.
    pub unknown: Unknown,
}

static NONE: Details = Details {
    extensions: Vec::new(),
    category: None,
    display_name: Vec::new(),
    description: Vec::new(),
    supplemental_semantic_ids: Vec::new(),
    qualifiers: Vec::new(),
    embedded_data_specifications: Vec::new(),
    unknown: Unknown::NONE,
};

/// [`Details`] that cost an allocation only when there are some. Read through it; write with [`DetailsBox::edit`].
#[derive(Clone, Debug, Default, Eq)]
pub struct DetailsBox(Option<Box<Details>>);

impl DetailsBox {
    /// The details to be changed.
    pub fn edit(&mut self) -> &mut Details {
        self.0.get_or_insert_default()
    }
}

impl From<Details> for DetailsBox {
    fn from(details: Details) -> Self {
        Self((details != NONE).then(|| Box::new(details)))
    }
}

impl Deref for DetailsBox {
    type Target = Details;

    fn deref(&self) -> &Details {
        self.0.as_deref().unwrap_or(&NONE)
    }
}

impl PartialEq for DetailsBox {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl std::hash::Hash for DetailsBox {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl Details {
    /// Reads the members that every referable has. Returns the idShort beside them.
    pub(crate) fn read_referable(
        &mut self,
        fields: &mut Fields<'_, '_>,
        cx: &mut Context<'_>,
    ) -> Option<Text> {
        self.extensions = fields.optional("extensions", cx);
        self.category = fields.optional("category", cx);
        let id_short = fields.optional("idShort", cx);
        self.display_name = fields.optional("displayName", cx);
        self.description = fields.optional("description", cx);
        id_short
    }

    /// Reads the members of what has semantics and can be qualified. Returns the semantic id beside them.
    pub(crate) fn read_semantics(
        &mut self,
        fields: &mut Fields<'_, '_>,
        cx: &mut Context<'_>,
    ) -> Option<SharedReference> {
        let semantic_id = fields.optional("semanticId", cx);
        self.supplemental_semantic_ids = fields.optional("supplementalSemanticIds", cx);
        self.qualifiers = fields.optional("qualifiers", cx);
        semantic_id
    }

    /// Writes the members that every referable has.
    pub(crate) fn write_referable<M: SerializeMap>(
        &self,
        map: &mut M,
        id_short: &Option<Text>,
    ) -> Result<(), M::Error> {
        put(map, "extensions", &self.extensions)?;
        put(map, "category", &self.category)?;
        put(map, "idShort", id_short)?;
        put(map, "displayName", &self.display_name)?;
        put(map, "description", &self.description)
    }

    /// Writes the members of what has semantics and can be qualified.
    pub(crate) fn write_semantics<M: SerializeMap>(
        &self,
        map: &mut M,
        semantic_id: &Option<SharedReference>,
    ) -> Result<(), M::Error> {
        put(map, "semanticId", semantic_id)?;
        put(map, "supplementalSemanticIds", &self.supplemental_semantic_ids)?;
        put(map, "qualifiers", &self.qualifiers)
    }
}
