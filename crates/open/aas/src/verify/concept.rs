//! Concepts and their IEC 61360 content.
//!
//! Spec: IDTA-01003-a, AASc-3a-002 to AASc-3a-050.

use super::Constraint as C;
use super::shell::TEXT_CHARS_MAX;
use super::text::is_english;
use super::walk::Walk;
use crate::{
    ConceptDescription, DataSpecificationContent, DataSpecificationIec61360, DataTypeIec61360 as T, Details,
    EmbeddedDataSpecification, LangString,
};

/// How the specification is named, and how older files name it.
const TEMPLATES: &[&str] = &[
    "https://admin-shell.io/DataSpecificationTemplates/DataSpecificationIec61360/3",
    "https://admin-shell.io/DataSpecificationTemplates/DataSpecificationIec61360/3/0",
    "https://admin-shell.io/DataSpecificationTemplates/DataSpecificationIec61360/3/1",
];

/// Whether a data type, or none, will do.
type Judge = fn(Option<T>) -> bool;

/// What a category wants of the data type.
fn wanted(category: &str) -> Option<(C, Judge)> {
    Some(match category {
        "PROPERTY" | "VALUE" => (C::Aasc3a004, |kind| {
            kind.is_some_and(|it| !matches!(it, T::Blob | T::File | T::Html | T::Iri | T::Irdi))
        }),
        "REFERENCE" => (C::Aasc3a005, |kind| matches!(kind, Some(T::String | T::Iri | T::Irdi))),
        "DOCUMENT" => (C::Aasc3a006, |kind| matches!(kind, Some(T::File | T::Blob | T::Html))),
        "QUALIFIER_TYPE" => (C::Aasc3a007, |kind| kind.is_some()),
        _ => return None,
    })
}

fn in_english(texts: &[LangString]) -> bool {
    texts.iter().any(|it| is_english(&it.language))
}

impl Walk {
    pub(super) fn concept(&mut self, concept: &ConceptDescription) {
        self.referable(&concept.id_short, &concept.details);
        self.identifiable(&concept.id, concept.administration.as_deref());
        self.specifications(&concept.details);
        self.references("isCaseOf", &concept.is_case_of);
        let specifications = &concept.details.embedded_data_specifications;
        self.each("embeddedDataSpecifications", specifications, |it, specification| {
            let DataSpecificationContent::Iec61360(content) = &specification.data_specification_content;
            it.member("dataSpecificationContent", |it| it.concept_content(&concept.details, content));
        });
    }

    /// What only concept descriptions must say.
    fn concept_content(&mut self, details: &Details, content: &DataSpecificationIec61360) {
        if let Some((constraint, holds)) = details.category.as_deref().and_then(wanted) {
            self.demand(constraint, holds(content.data_type));
        }
        self.demand(C::Aasc3a008, content.value.is_some() || in_english(&content.definition));
    }

    /// The data specifications of something.
    pub(super) fn specifications(&mut self, details: &Details) {
        self.embedded(&details.embedded_data_specifications);
    }

    pub(super) fn embedded(&mut self, specifications: &[EmbeddedDataSpecification]) {
        self.each("embeddedDataSpecifications", specifications, |it, specification| {
            it.member("dataSpecification", |it| {
                it.reference(&specification.data_specification);
                let named = specification.data_specification.target();
                it.demand(C::Aasc3a050, named.is_some_and(|id| is_template(id)));
            });
            let DataSpecificationContent::Iec61360(content) = &specification.data_specification_content;
            it.member("dataSpecificationContent", |it| it.content(content));
        });
    }

    fn content(&mut self, it: &DataSpecificationIec61360) {
        self.lang_strings("preferredName", &it.preferred_name, 255);
        self.lang_strings("shortName", &it.short_name, 18);
        self.lang_strings("definition", &it.definition, TEXT_CHARS_MAX);
        let free = [
            ("unit", &it.unit),
            ("sourceOfDefinition", &it.source_of_definition),
            ("symbol", &it.symbol),
            ("valueFormat", &it.value_format),
        ];
        for (name, text) in free {
            self.optional_text(name, text, usize::MAX);
        }
        if let Some(value) = &it.value {
            self.id("value", value);
        }
        self.optional_reference("unitId", &it.unit_id);
        if let Some(list) = &it.value_list {
            self.member("valueList", |walk| {
                walk.each("valueReferencePairs", &list.value_reference_pairs, |walk, pair| {
                    walk.id("value", &pair.value);
                    walk.wanted_by_3_0("valueId", pair.value_id.is_some());
                    walk.optional_reference("valueId", &pair.value_id);
                });
            });
        }
        self.demand(C::Aasc3a002, in_english(&it.preferred_name));
        let measured = matches!(
            it.data_type,
            Some(
                T::IntegerMeasure
                    | T::RealMeasure
                    | T::RationalMeasure
                    | T::IntegerCurrency
                    | T::RealCurrency
            )
        );
        self.demand(C::Aasc3a009, !measured || it.unit.is_some() || it.unit_id.is_some());
        self.demand(C::Aasc3a010, it.value.is_none() || it.value_list.is_none());
    }
}

/// Whether an id names the template, in the spelling of any edition.
fn is_template(id: &str) -> bool {
    let https = id
        .replacen("http://", "https://", 1)
        .replace("DataSpecificationIEC61360", "DataSpecificationIec61360");
    TEMPLATES.contains(&https.as_str())
}
