//! Qualifiers and extensions: what is said of an element beside its own members.

use super::{DataTypeDefXsd, SharedReference};
use crate::Text;
use crate::class::{class, words};

words! {
    /// What a qualifier qualifies; a concept where nothing is said.
    QualifierKind {
        ConceptQualifier = "ConceptQualifier",
        TemplateQualifier = "TemplateQualifier",
        ValueQualifier = "ValueQualifier",
    }
}

class! {
    /// A typed statement about an element.
    Qualifier {
        /// What the statement means.
        semantic_id: optional Option<SharedReference> = "semanticId",
        /// What else it means.
        supplemental_semantic_ids: optional Vec<SharedReference> = "supplementalSemanticIds",
        /// What it qualifies.
        qualifier_kind: optional Option<QualifierKind> = "kind",
        /// Its name within the element.
        kind: required Text = "type",
        /// The type of its value.
        value_type: required DataTypeDefXsd = "valueType",
        /// Its value.
        value: optional Option<Text> = "value",
        /// The global id of a coded value.
        value_id: optional Option<SharedReference> = "valueId",
    }
}

class! {
    /// A proprietary addition.
    Extension {
        /// What the addition means.
        semantic_id: optional Option<SharedReference> = "semanticId",
        /// What else it means.
        supplemental_semantic_ids: optional Vec<SharedReference> = "supplementalSemanticIds",
        /// Its name within the element.
        name: required Text = "name",
        /// The type of its value; `xs:string` where nothing is said.
        value_type: optional Option<DataTypeDefXsd> = "valueType",
        /// Its value.
        value: optional Option<Text> = "value",
        /// What it is about.
        refers_to: optional Vec<SharedReference> = "refersTo",
    }
}
