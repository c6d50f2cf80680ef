//! What a document is searched by, read from its JSON text without building the rest of it.

use serde::Deserialize;
use std::borrow::Cow;
use trine_world::ShellKind as Kind;

/// What a document can be searched by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Field {
    /// `idShort`.
    IdShort = 0,
    /// Global and specific asset ids, as [`asset_key`] writes them.
    AssetId = 1,
    /// `semanticId`, as [`reference_key`] writes it.
    SemanticId = 2,
    /// Each of `isCaseOf`, as [`reference_key`] writes it.
    IsCaseOf = 3,
    /// The template of each embedded data specification, as [`reference_key`] writes it.
    DataSpecification = 4,
    /// `assetKind`.
    AssetKind = 5,
    /// `assetType`.
    AssetType = 6,
    /// The submodels that a shell refers to, by identifier.
    Submodel = 7,
    /// The shells that a package contains, by identifier.
    Shell = 8,
}

impl Field {
    /// Every field, by its number.
    pub const ALL: [Self; 9] = [
        Self::IdShort,
        Self::AssetId,
        Self::SemanticId,
        Self::IsCaseOf,
        Self::DataSpecification,
        Self::AssetKind,
        Self::AssetType,
        Self::Submodel,
        Self::Shell,
    ];
}

/// Parts are joined by a character that no identifier has: XML forbids it.
const JOINT: char = '\u{1f}';

/// How an asset id is searched. The global one has the name `globalAssetId` (constraint AASd-116).
#[must_use]
pub fn asset_key(name: &str, value: &str) -> String {
    format!("{name}{JOINT}{value}")
}

/// How a reference is searched: by the values of its keys.
#[must_use]
pub fn reference_key<'a>(values: impl IntoIterator<Item = &'a str>) -> String {
    let mut key = String::new();
    for value in values {
        if !key.is_empty() {
            key.push(JOINT);
        }
        key.push_str(value);
    }
    key
}

/// The keys of a document.
pub(crate) type Keys = Vec<(Field, String)>;

/// The keys of a document; none for what is not JSON or has another shape.
pub(crate) fn of(kind: Kind, document: &str) -> Keys {
    let keys = match kind {
        Kind::Shell => read(document, |shell: Shell<'_>, keys| {
            let Shell { id_short, asset_information, submodels } = shell;
            put(keys, Field::IdShort, id_short);
            if let Some(asset) = asset_information {
                asset.keys(keys);
            }
            let first = |reference: &Reference<'_>| reference.keys.first().map(|key| key.value.to_string());
            keys.extend(submodels.iter().filter_map(first).map(|id| (Field::Submodel, id)));
        }),
        Kind::ShellDescriptor => read(document, |descriptor: Descriptor<'_>, keys| {
            put(keys, Field::IdShort, descriptor.id_short);
            descriptor.asset.keys(keys);
        }),
        Kind::Submodel | Kind::SubmodelDescriptor | Kind::Concept => {
            read(document, |described: Described<'_>, keys| {
                put(keys, Field::IdShort, described.id_short);
                let semantic = described.semantic_id.iter();
                keys.extend(semantic.map(|reference| (Field::SemanticId, reference.key())));
                let cases = described.is_case_of.iter();
                keys.extend(cases.map(|reference| (Field::IsCaseOf, reference.key())));
                let specifications = described.embedded_data_specifications.iter();
                let templates = specifications.filter_map(|embedded| embedded.data_specification.as_ref());
                keys.extend(templates.map(|template| (Field::DataSpecification, template.key())));
            })
        }
        Kind::AssetLinks => read(document, |links: Vec<SpecificAssetId<'_>>, keys| {
            keys.extend(links.iter().map(SpecificAssetId::key));
        }),
        Kind::Package => read(document, |package: Package<'_>, keys| {
            keys.extend(package.aas_ids.into_iter().map(|id| (Field::Shell, id.into_owned())));
        }),
        Kind::File => Some(Vec::new()),
    };
    let mut keys = keys.unwrap_or_default();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn read<'a, T: Deserialize<'a>>(document: &'a str, keys_of: impl FnOnce(T, &mut Keys)) -> Option<Keys> {
    let mut keys = Vec::new();
    keys_of(serde_json::from_str(document).ok()?, &mut keys);
    Some(keys)
}

fn put(keys: &mut Keys, field: Field, value: Option<Cow<'_, str>>) {
    keys.extend(value.map(|value| (field, value.into_owned())));
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shell<'a> {
    #[serde(borrow)]
    id_short: Option<Cow<'a, str>>,
    #[serde(borrow)]
    asset_information: Option<Asset<'a>>,
    #[serde(borrow, default)]
    submodels: Vec<Reference<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asset<'a> {
    #[serde(borrow)]
    asset_kind: Option<Cow<'a, str>>,
    #[serde(borrow)]
    asset_type: Option<Cow<'a, str>>,
    #[serde(borrow)]
    global_asset_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    specific_asset_ids: Vec<SpecificAssetId<'a>>,
}

impl Asset<'_> {
    fn keys(self, keys: &mut Keys) {
        keys.extend(self.global_asset_id.map(|id| (Field::AssetId, asset_key("globalAssetId", &id))));
        keys.extend(self.specific_asset_ids.iter().map(SpecificAssetId::key));
        put(keys, Field::AssetKind, self.asset_kind);
        put(keys, Field::AssetType, self.asset_type);
    }
}

#[derive(Deserialize)]
struct SpecificAssetId<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    value: Cow<'a, str>,
}

impl SpecificAssetId<'_> {
    fn key(&self) -> (Field, String) {
        (Field::AssetId, asset_key(&self.name, &self.value))
    }
}

#[derive(Deserialize)]
struct Reference<'a> {
    #[serde(borrow, default)]
    keys: Vec<Key<'a>>,
}

#[derive(Deserialize)]
struct Key<'a> {
    #[serde(borrow)]
    value: Cow<'a, str>,
}

impl Reference<'_> {
    fn key(&self) -> String {
        reference_key(self.keys.iter().map(|key| &*key.value))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor<'a> {
    #[serde(borrow)]
    id_short: Option<Cow<'a, str>>,
    #[serde(flatten, borrow)]
    asset: Asset<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Described<'a> {
    #[serde(borrow)]
    id_short: Option<Cow<'a, str>>,
    #[serde(borrow)]
    semantic_id: Option<Reference<'a>>,
    #[serde(borrow, default)]
    is_case_of: Vec<Reference<'a>>,
    #[serde(borrow, default)]
    embedded_data_specifications: Vec<Embedded<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Embedded<'a> {
    #[serde(borrow)]
    data_specification: Option<Reference<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Package<'a> {
    #[serde(borrow, default)]
    aas_ids: Vec<Cow<'a, str>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_is_found_by_name_asset_and_submodel() {
        let shell = r#"{"id":"s","idShort":"Pump","assetInformation":{"assetKind":"Instance",
            "globalAssetId":"http://a/1","specificAssetIds":[{"name":"serial","value":"7"}]},
            "submodels":[{"type":"ModelReference","keys":[{"type":"Submodel","value":"m"}]}]}"#;
        let keys = of(Kind::Shell, shell);
        assert!(keys.contains(&(Field::IdShort, "Pump".into())));
        assert!(keys.contains(&(Field::AssetId, asset_key("globalAssetId", "http://a/1"))));
        assert!(keys.contains(&(Field::AssetId, asset_key("serial", "7"))));
        assert!(keys.contains(&(Field::Submodel, "m".into())));
        assert!(keys.contains(&(Field::AssetKind, "Instance".into())));
    }

    #[test]
    fn what_has_another_shape_has_no_keys() {
        assert_eq!(of(Kind::Shell, "not JSON"), Vec::new());
        assert_eq!(of(Kind::Submodel, r#"{"idShort":7}"#), Vec::new());
        assert_eq!(of(Kind::AssetLinks, r#"{"name":"a"}"#), Vec::new());
    }
}
