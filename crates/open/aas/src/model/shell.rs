//! The shell itself.

use super::{AdministrativeInformation, AssetInformation, Details, DetailsBox, SharedReference, put};
use crate::Text;
use crate::decode::{Context, Decode, Fields};
use crate::tree::Tree;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// The shell of one asset: which asset it is, and the submodels that describe it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AssetAdministrationShell {
    /// Its id in the whole world.
    pub id: Text,
    /// Its short name.
    pub id_short: Option<Text>,
    /// Version and provenance.
    pub administration: Option<Box<AdministrativeInformation>>,
    /// The rarer members.
    pub details: DetailsBox,
    /// The shell that this one was made from.
    pub derived_from: Option<SharedReference>,
    /// Which asset it is.
    pub asset_information: AssetInformation,
    /// Its submodels.
    pub submodels: Vec<SharedReference>,
}

impl AssetAdministrationShell {
    /// A shell without submodels.
    #[must_use]
    pub fn new(id: impl Into<Text>, asset_information: AssetInformation) -> Self {
        Self {
            id: id.into(),
            id_short: None,
            administration: None,
            details: DetailsBox::default(),
            derived_from: None,
            asset_information,
            submodels: Vec::new(),
        }
    }
}

impl Decode for AssetAdministrationShell {
    fn decode(tree: &Tree<'_>, cx: &mut Context<'_>) -> Option<Self> {
        let mut fields = Fields::of(tree, cx)?;
        let mut details = Details::default();
        let model_type = fields.model_type("AssetAdministrationShell", cx);
        let id_short = details.read_referable(&mut fields, cx);
        let administration = fields.optional("administration", cx);
        let id = fields.required("id", cx);
        details.embedded_data_specifications = fields.optional("embeddedDataSpecifications", cx);
        let derived_from = fields.optional("derivedFrom", cx);
        let asset_information = fields.required("assetInformation", cx);
        let submodels = fields.optional("submodels", cx);
        details.unknown = fields.rest(cx);
        model_type.filter(|it| it == "AssetAdministrationShell")?;
        Some(Self {
            id: id?,
            id_short,
            administration,
            details: details.into(),
            derived_from,
            asset_information: asset_information?,
            submodels,
        })
    }
}

impl Serialize for AssetAdministrationShell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.details.write_referable(&mut map, &self.id_short)?;
        put(&mut map, "administration", &self.administration)?;
        map.serialize_entry("id", &self.id)?;
        put(&mut map, "embeddedDataSpecifications", &self.details.embedded_data_specifications)?;
        put(&mut map, "derivedFrom", &self.derived_from)?;
        map.serialize_entry("assetInformation", &self.asset_information)?;
        put(&mut map, "submodels", &self.submodels)?;
        map.serialize_entry("modelType", "AssetAdministrationShell")?;
        self.details.unknown.write(&mut map)?;
        map.end()
    }
}
