//! Submodels and their elements.

use super::Constraint as C;
use super::reference::is_element;
use super::walk::Walk;
use crate::{
    BasicEventElement, DataTypeDefXsd, ElementBody, Entity, EntityType, FaultKind, KeyType, ModellingKind,
    Operation, SharedReference, Submodel, SubmodelElement, SubmodelElementList, Text, Version, xsd,
};
use std::collections::BTreeSet;

impl Walk {
    pub(super) fn submodel(&mut self, submodel: &Submodel) {
        let template = submodel.kind == Some(ModellingKind::Template);
        self.referable(&submodel.id_short, &submodel.details);
        self.identifiable(&submodel.id, submodel.administration.as_deref());
        self.semantics(&submodel.semantic_id, &submodel.details.supplemental_semantic_ids);
        let qualified = self.qualifiers(&submodel.details.qualifiers);
        self.demand(C::Aasd119, !qualified || template);
        self.specifications(&submodel.details);
        self.template = Some(template);
        self.named_elements("submodelElements", &submodel.submodel_elements);
        self.template = None;
    }

    /// Elements that need names, and different ones.
    fn named_elements(&mut self, name: &'static str, elements: &[SubmodelElement]) {
        let mut names = BTreeSet::new();
        self.each(name, elements, |it, element| {
            it.demand(C::Aasd117, element.id_short.is_some());
            let new = element.id_short.as_ref().is_none_or(|name| names.insert(name));
            it.demand(C::Aasd022, new);
            it.element(element, true);
        });
    }

    /// An element; one of a list has no name in 3.0.
    pub(super) fn element(&mut self, element: &SubmodelElement, named: bool) {
        self.referable(&element.id_short, &element.details);
        self.demand(C::Aasd120, named || element.id_short.is_none() || self.version == Version::V3_1);
        self.semantics(&element.semantic_id, &element.details.supplemental_semantic_ids);
        let qualified = self.qualifiers(&element.details.qualifiers);
        self.demand(C::Aasd129, !qualified || self.template != Some(false));
        self.specifications(&element.details);
        if is_data(element.model_type()) && self.version == Version::V3_0 {
            let category = element.details.category.as_deref();
            self.demand(
                C::Aasd090,
                category.is_none_or(|it| ["CONSTANT", "PARAMETER", "VARIABLE"].contains(&it)),
            );
        }
        self.body(&element.body);
    }

    fn body(&mut self, body: &ElementBody) {
        match body {
            ElementBody::Property(it) => {
                self.value("value", it.value_type, &it.value);
                self.optional_reference("valueId", &it.value_id);
            }
            ElementBody::MultiLanguageProperty(it) => {
                self.lang_strings("value", &it.value, 1023);
                self.optional_reference("valueId", &it.value_id);
            }
            ElementBody::Range(it) => {
                self.value("min", it.value_type, &it.min);
                self.value("max", it.value_type, &it.max);
            }
            ElementBody::Blob(it) => {
                self.wanted_by_3_0("contentType", it.content_type.is_some());
                self.content_type(&it.content_type);
                self.value("value", DataTypeDefXsd::Base64Binary, &it.value);
            }
            ElementBody::File(it) => {
                self.wanted_by_3_0("contentType", it.content_type.is_some());
                self.content_type(&it.content_type);
                if let Some(path) = &it.value {
                    self.path("value", path);
                }
            }
            ElementBody::ReferenceElement(it) => self.optional_reference("value", it),
            ElementBody::RelationshipElement(it) => self.relation(&it.first, &it.second),
            ElementBody::AnnotatedRelationshipElement(it) => {
                self.relation(&it.relation.first, &it.relation.second);
                self.annotations(&it.annotations);
            }
            ElementBody::BasicEventElement(it) => self.event(it),
            ElementBody::Entity(it) => self.entity(it),
            ElementBody::Operation(it) => self.operation(it),
            ElementBody::SubmodelElementCollection(it) => self.named_elements("value", it),
            ElementBody::SubmodelElementList(it) => self.list(it),
            ElementBody::Capability => {}
        }
    }

    fn relation(&mut self, first: &Option<SharedReference>, second: &Option<SharedReference>) {
        for (name, end) in [("first", first), ("second", second)] {
            self.wanted_by_3_0(name, end.is_some());
            self.optional_reference(name, end);
        }
    }

    /// Annotations are data elements.
    fn annotations(&mut self, annotations: &[SubmodelElement]) {
        self.named_elements("annotations", annotations);
        self.each("annotations", annotations, |it, annotation| {
            let kind = annotation.model_type();
            if !is_data(kind) {
                it.report(FaultKind::UnknownWord { of: "DataElement", value: kind.to_string() });
            }
        });
    }

    fn event(&mut self, it: &BasicEventElement) {
        self.model_reference("observed", Some(&it.observed));
        self.model_reference("messageBroker", it.message_broker.as_ref());
        self.optional_text("messageTopic", &it.message_topic, 255);
        let mut form = |name, text: &Option<Text>, what, holds: fn(&str) -> bool| {
            if let Some(text) = text {
                self.form(name, text, what, holds(text));
            }
        };
        form("lastUpdate", &it.last_update, "an xs:dateTime in UTC", xsd::is_date_time_utc);
        form("minInterval", &it.min_interval, "an xs:duration", xsd::is_duration);
        form("maxInterval", &it.max_interval, "an xs:duration", xsd::is_duration);
    }

    fn entity(&mut self, it: &Entity) {
        self.wanted_by_3_0("entityType", it.entity_type.is_some());
        let named = it.global_asset_id.is_some() || !it.specific_asset_ids.is_empty();
        self.demand(
            C::Aasd014,
            match it.entity_type {
                Some(EntityType::SelfManagedEntity) => named,
                Some(EntityType::CoManagedEntity) => !named || self.version == Version::V3_1,
                None => true,
            },
        );
        if let Some(id) = &it.global_asset_id {
            self.id("globalAssetId", id);
        }
        self.asset_ids(&it.specific_asset_ids, it.global_asset_id.as_ref());
        self.named_elements("statements", &it.statements);
    }

    fn operation(&mut self, it: &Operation) {
        let mut names = BTreeSet::new();
        // The elements of variables may have the qualifiers of templates.
        let template = self.template.take();
        for (name, variables) in [
            ("inputVariables", &it.input_variables),
            ("outputVariables", &it.output_variables),
            ("inoutputVariables", &it.inoutput_variables),
        ] {
            self.each(name, variables, |walk, variable| {
                let name = &variable.value.id_short;
                walk.demand(C::Aasd134, name.as_ref().is_none_or(|name| names.insert(name)));
                walk.member("value", |walk| {
                    walk.demand(C::Aasd117, name.is_some());
                    walk.element(&variable.value, true);
                });
            });
        }
        self.template = template;
    }

    fn list(&mut self, list: &SubmodelElementList) {
        self.optional_reference("semanticIdListElement", &list.semantic_id_list_element);
        let kind = list.type_value_list_element;
        if !is_element(kind) {
            let value = kind.to_string();
            self.member("typeValueListElement", |it| {
                it.report(FaultKind::UnknownWord { of: "AasSubmodelElements", value });
            });
        }
        let typed = matches!(kind, KeyType::Property | KeyType::Range);
        self.demand(C::Aasd109, !typed || list.value_type_list_element.is_some());
        let mut meaning: Option<&SharedReference> = None;
        self.each("value", &list.value, |it, element| {
            it.element(element, false);
            it.demand(C::Aasd108, is_a(element.model_type(), kind));
            let own = value_type(element);
            it.demand(C::Aasd109, !typed || own.is_none() || own == list.value_type_list_element);
            let Some(own) = &element.semantic_id else { return };
            let expected = list.semantic_id_list_element.as_ref();
            it.demand(C::Aasd107, expected.is_none_or(|expected| expected.leads_where(own)));
            it.demand(C::Aasd114, meaning.is_none_or(|first| first.leads_where(own)));
            meaning = meaning.or(Some(own));
        });
        let mut names = BTreeSet::new();
        let twice = list.value.iter().filter_map(|it| it.id_short.as_ref()).any(|name| !names.insert(name));
        self.demand(C::Aasd022, !twice);
    }
}

/// Whether a kind is a data element.
fn is_data(kind: KeyType) -> bool {
    use KeyType::{Blob, File, MultiLanguageProperty, Property, Range, ReferenceElement};
    matches!(kind, Blob | File | MultiLanguageProperty | Property | Range | ReferenceElement)
}

/// Whether a kind is another or one of its subclasses.
fn is_a(kind: KeyType, wanted: KeyType) -> bool {
    match wanted {
        KeyType::SubmodelElement => true,
        KeyType::DataElement => is_data(kind),
        KeyType::EventElement => kind == KeyType::BasicEventElement,
        KeyType::RelationshipElement => {
            matches!(kind, KeyType::RelationshipElement | KeyType::AnnotatedRelationshipElement)
        }
        same => kind == same,
    }
}

/// The type of an element's value.
fn value_type(element: &SubmodelElement) -> Option<DataTypeDefXsd> {
    match &element.body {
        ElementBody::Property(it) => Some(it.value_type),
        ElementBody::Range(it) => Some(it.value_type),
        _ => None,
    }
}
