//! References and their keys.
//!
//! Spec: IDTA-01001, clauses Reference, Key and the enumerations of keys.

use super::Unknown;
use crate::Text;
use crate::class::{class, words};
use serde::{Serialize, Serializer};
use std::borrow::Borrow;
use std::ops::Deref;
use std::sync::Arc;

words! {
    /// Whether a reference leads into the metamodel or out of it.
    ReferenceType {
        ExternalReference = "ExternalReference",
        ModelReference = "ModelReference",
    }
}

words! {
    /// What a key of a reference names.
    KeyType {
        AnnotatedRelationshipElement = "AnnotatedRelationshipElement",
        AssetAdministrationShell = "AssetAdministrationShell",
        BasicEventElement = "BasicEventElement",
        Blob = "Blob",
        Capability = "Capability",
        ConceptDescription = "ConceptDescription",
        DataElement = "DataElement",
        Entity = "Entity",
        EventElement = "EventElement",
        File = "File",
        FragmentReference = "FragmentReference",
        GlobalReference = "GlobalReference",
        Identifiable = "Identifiable",
        MultiLanguageProperty = "MultiLanguageProperty",
        Operation = "Operation",
        Property = "Property",
        Range = "Range",
        Referable = "Referable",
        ReferenceElement = "ReferenceElement",
        RelationshipElement = "RelationshipElement",
        Submodel = "Submodel",
        SubmodelElement = "SubmodelElement",
        SubmodelElementCollection = "SubmodelElementCollection",
        SubmodelElementList = "SubmodelElementList",
    }
}

class! {
    /// One step of a reference.
    Key {
        /// What the step names.
        kind: required KeyType = "type",
        /// The id, idShort, or index.
        value: required Text = "value",
    }
}

class! {
    /// A chain of keys to something in this or another system.
    Reference {
        /// Into the metamodel or out of it.
        kind: required ReferenceType = "type",
        /// The semantic id that the referred thing had when the reference was made.
        referred_semantic_id: optional Option<SharedReference> = "referredSemanticId",
        /// The chain, from the outermost to the thing itself.
        keys: required Vec<Key> = "keys",
    }
}

impl Key {
    /// A key.
    #[must_use]
    pub fn new(kind: KeyType, value: impl Into<Text>) -> Self {
        Self { kind, value: value.into(), unknown: Unknown::NONE }
    }
}

impl Reference {
    /// A reference of these keys.
    #[must_use]
    pub fn new(kind: ReferenceType, keys: Vec<Key>) -> Self {
        Self { kind, referred_semantic_id: None, keys, unknown: Unknown::NONE }
    }

    /// A reference to something outside, by its global id.
    #[must_use]
    pub fn external(id: impl Into<Text>) -> Self {
        Self::new(ReferenceType::ExternalReference, vec![Key::new(KeyType::GlobalReference, id)])
    }

    /// A reference to an identifiable.
    #[must_use]
    pub fn model(kind: KeyType, id: impl Into<Text>) -> Self {
        Self::new(ReferenceType::ModelReference, vec![Key::new(kind, id)])
    }

    /// The value of the last key: what the reference means when it is a semantic id.
    #[must_use]
    pub fn target(&self) -> Option<&Text> {
        self.keys.last().map(|key| &key.value)
    }

    /// Whether type and keys are equal; what else a reference says does not change where it leads.
    #[must_use]
    pub fn leads_where(&self, other: &Self) -> bool {
        self.kind == other.kind && self.keys == other.keys
    }
}

/// A reference that equal places share: a template's semantic ids are in memory once, not once for each element.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SharedReference(Arc<Reference>);

impl SharedReference {
    /// The reference to be changed; it is copied when others share it.
    pub fn edit(&mut self) -> &mut Reference {
        Arc::make_mut(&mut self.0)
    }
}

impl From<Reference> for SharedReference {
    fn from(reference: Reference) -> Self {
        Self(Arc::new(reference))
    }
}

impl Deref for SharedReference {
    type Target = Reference;

    fn deref(&self) -> &Reference {
        &self.0
    }
}

impl Borrow<Reference> for SharedReference {
    fn borrow(&self) -> &Reference {
        &self.0
    }
}

impl Serialize for SharedReference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}
