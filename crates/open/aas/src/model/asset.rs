//! What a shell says of its asset.

use super::{SharedReference, Unknown};
use crate::Text;
use crate::class::{class, words};

words! {
    /// Whether the asset is a thing, a type of things, or a role (3.1).
    AssetKind {
        Instance = "Instance",
        NotApplicable = "NotApplicable",
        Role = "Role",
        Type = "Type",
    }
}

class! {
    /// Which asset it is.
    AssetInformation {
        /// Thing or type.
        asset_kind: required AssetKind = "assetKind",
        /// Its id in the whole world.
        global_asset_id: optional Option<Text> = "globalAssetId",
        /// Its ids within somebody's domain.
        specific_asset_ids: optional Vec<SpecificAssetId> = "specificAssetIds",
        /// The id of its type.
        asset_type: optional Option<Text> = "assetType",
        /// A small picture.
        default_thumbnail: optional Option<Box<Resource>> = "defaultThumbnail",
    }
}

class! {
    /// An id within somebody's domain, such as a serial number.
    SpecificAssetId {
        /// What kind of id it is.
        semantic_id: optional Option<SharedReference> = "semanticId",
        /// What else it means.
        supplemental_semantic_ids: optional Vec<SharedReference> = "supplementalSemanticIds",
        /// Its name.
        name: required Text = "name",
        /// The id.
        value: required Text = "value",
        /// Who may see it.
        external_subject_id: optional Option<SharedReference> = "externalSubjectId",
    }
}

class! {
    /// A file.
    Resource {
        /// Its path or URL.
        path: required Text = "path",
        /// Its MIME type.
        content_type: optional Option<Text> = "contentType",
    }
}

impl AssetInformation {
    /// An asset known by its global id.
    #[must_use]
    pub fn global(asset_kind: AssetKind, id: impl Into<Text>) -> Self {
        Self {
            asset_kind,
            global_asset_id: Some(id.into()),
            specific_asset_ids: Vec::new(),
            asset_type: None,
            default_thumbnail: None,
            unknown: Unknown::NONE,
        }
    }
}

impl SpecificAssetId {
    /// An id by its name.
    #[must_use]
    pub fn new(name: impl Into<Text>, value: impl Into<Text>) -> Self {
        Self {
            semantic_id: None,
            supplemental_semantic_ids: Vec::new(),
            name: name.into(),
            value: value.into(),
            external_subject_id: None,
            unknown: Unknown::NONE,
        }
    }
}
