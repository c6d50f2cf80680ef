//! Shells, their assets, and what all identifiables have.

use super::Constraint as C;
use super::text::is_version;
use super::walk::Walk;
use crate::{
    AdministrativeInformation, AssetAdministrationShell, AssetInformation, AssetKind, Details, Extension,
    FaultKind, Qualifier, QualifierKind, ReferenceType, Resource, SharedReference, SpecificAssetId, Text,
    Version,
};
use std::collections::BTreeSet;

/// How long names of things are.
const NAME_CHARS_MAX: usize = 128;
/// How long descriptions are.
pub(super) const TEXT_CHARS_MAX: usize = 1023;

impl Walk {
    pub(super) fn shell(&mut self, shell: &AssetAdministrationShell) {
        self.referable(&shell.id_short, &shell.details);
        self.identifiable(&shell.id, shell.administration.as_deref());
        self.specifications(&shell.details);
        self.model_reference("derivedFrom", shell.derived_from.as_ref());
        self.member("assetInformation", |it| it.asset(&shell.asset_information));
        self.each("submodels", &shell.submodels, |it, reference| it.only_model(reference));
    }

    /// A reference that must lead into the metamodel.
    pub(super) fn model_reference(&mut self, name: &'static str, reference: Option<&SharedReference>) {
        if let Some(reference) = reference {
            self.member(name, |it| it.only_model(reference));
        }
    }

    fn only_model(&mut self, reference: &SharedReference) {
        self.reference(reference);
        if reference.kind != ReferenceType::ModelReference {
            self.report(FaultKind::Form { what: "a model reference", text: reference.kind.to_string() });
        }
    }

    pub(super) fn identifiable(&mut self, id: &str, administration: Option<&AdministrativeInformation>) {
        self.id("id", id);
        if let Some(administration) = administration {
            self.member("administration", |it| it.administration(administration));
        }
    }

    fn administration(&mut self, it: &AdministrativeInformation) {
        for (name, text) in [("version", &it.version), ("revision", &it.revision)] {
            self.optional_text(name, text, 4);
            if let Some(text) = text {
                self.form(name, text, "a number without leading zeros", is_version(text));
            }
        }
        self.demand(C::Aasd005, it.revision.is_none() || it.version.is_some());
        self.optional_reference("creator", &it.creator);
        if let Some(template) = &it.template_id {
            self.id("templateId", template);
        }
        self.embedded(&it.embedded_data_specifications);
    }

    /// What all referables have.
    pub(super) fn referable(&mut self, id_short: &Option<Text>, details: &Details) {
        self.id_short(id_short);
        self.optional_text("category", &details.category, NAME_CHARS_MAX);
        self.lang_strings("displayName", &details.display_name, NAME_CHARS_MAX);
        self.lang_strings("description", &details.description, TEXT_CHARS_MAX);
        self.extensions(&details.extensions);
    }

    fn extensions(&mut self, extensions: &[Extension]) {
        let mut names = BTreeSet::new();
        self.each("extensions", extensions, |it, extension| {
            it.demand(C::Aasd077, names.insert(&extension.name));
            it.semantics(&extension.semantic_id, &extension.supplemental_semantic_ids);
            it.text("name", &extension.name, NAME_CHARS_MAX);
            it.value(
                "value",
                extension.value_type.unwrap_or(crate::DataTypeDefXsd::String),
                &extension.value,
            );
            it.references("refersTo", &extension.refers_to);
        });
    }

    /// What has a meaning.
    pub(super) fn semantics(&mut self, id: &Option<SharedReference>, supplemental: &[SharedReference]) {
        self.optional_reference("semanticId", id);
        self.references("supplementalSemanticIds", supplemental);
        self.demand(C::Aasd118, supplemental.is_empty() || id.is_some());
    }

    /// The qualifiers of something; says whether one is of a template.
    pub(super) fn qualifiers(&mut self, qualifiers: &[Qualifier]) -> bool {
        let mut types = BTreeSet::new();
        self.each("qualifiers", qualifiers, |it, qualifier| {
            it.demand(C::Aasd021, types.insert(&qualifier.kind));
            it.semantics(&qualifier.semantic_id, &qualifier.supplemental_semantic_ids);
            it.text("type", &qualifier.kind, NAME_CHARS_MAX);
            it.qualifier_value(qualifier);
            it.optional_reference("valueId", &qualifier.value_id);
        });
        qualifiers.iter().any(|it| it.qualifier_kind == Some(QualifierKind::TemplateQualifier))
    }

    fn qualifier_value(&mut self, qualifier: &Qualifier) {
        let Some(value) = &qualifier.value else { return };
        self.member("value", |it| {
            it.demand(C::Aasd130, value.chars().all(crate::xsd::is_xml_char));
            it.demand(C::Aasd020, value.is_empty() || crate::xsd::is_valid(qualifier.value_type, value));
        });
    }

    fn asset(&mut self, it: &AssetInformation) {
        if it.asset_kind == AssetKind::Role && self.version == Version::V3_0 {
            self.member("assetKind", |walk| {
                walk.report(FaultKind::UnknownWord { of: "AssetKind of 3.0", value: "Role".into() });
            });
        }
        self.demand(C::Aasd131, it.global_asset_id.is_some() || !it.specific_asset_ids.is_empty());
        for (name, id) in [("globalAssetId", &it.global_asset_id), ("assetType", &it.asset_type)] {
            if let Some(id) = id {
                self.id(name, id);
            }
        }
        self.asset_ids(&it.specific_asset_ids, it.global_asset_id.as_ref());
        if let Some(thumbnail) = &it.default_thumbnail {
            self.member("defaultThumbnail", |walk| walk.resource(thumbnail));
        }
    }

    pub(super) fn asset_ids(&mut self, ids: &[SpecificAssetId], global: Option<&Text>) {
        self.each("specificAssetIds", ids, |it, id| {
            it.semantics(&id.semantic_id, &id.supplemental_semantic_ids);
            it.text("name", &id.name, 64);
            it.id("value", &id.value);
            let reserved = id.name.eq_ignore_ascii_case("globalAssetId");
            it.demand(C::Aasd116, !reserved || global == Some(&id.value));
            it.optional_reference("externalSubjectId", &id.external_subject_id);
            let subject = id.external_subject_id.as_ref();
            it.demand(C::Aasd133, subject.is_none_or(|it| it.kind == ReferenceType::ExternalReference));
        });
    }

    fn resource(&mut self, it: &Resource) {
        self.path("path", &it.path);
        self.content_type(&it.content_type);
    }
}
