//! Shells, submodels and concepts that travel together in one file.

use super::{AssetAdministrationShell, ConceptDescription, Submodel, Unknown, put};
use crate::FaultKind;
use crate::decode::{Context, Decode, Fields};
use crate::fault::Step;
use crate::tree::Tree;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// The content of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Environment {
    /// Shells.
    pub asset_administration_shells: Vec<AssetAdministrationShell>,
    /// Submodels.
    pub submodels: Vec<Submodel>,
    /// Concepts.
    pub concept_descriptions: Vec<ConceptDescription>,
    /// Members that are not part of the metamodel or could not be understood.
    pub unknown: Unknown,
}

impl Environment {
    /// The submodel of this id.
    #[must_use]
    pub fn submodel(&self, id: &str) -> Option<&Submodel> {
        self.submodels.iter().find(|it| it.id == id)
    }

    /// The concept of this id.
    #[must_use]
    pub fn concept(&self, id: &str) -> Option<&ConceptDescription> {
        self.concept_descriptions.iter().find(|it| it.id == id)
    }
}

/// Reads a list of identifiables. Unlike other lists, one bad item does not cost the others.
fn read_each<T: Decode>(fields: &mut Fields<'_, '_>, name: &'static str, cx: &mut Context<'_>) -> Vec<T> {
    let Some(tree) = fields.take(name) else { return Vec::new() };
    cx.at(Step::Member(name), |cx| {
        let Tree::List(items) = tree else { return cx.wrong_type("a list", tree).unwrap_or_default() };
        if items.is_empty() {
            cx.report(FaultKind::EmptyList);
        }
        let items = items.iter().enumerate();
        items.filter_map(|(index, item)| cx.at(Step::Item(index), |cx| T::decode(item, cx))).collect()
    })
}

impl Decode for Environment {
    fn decode(tree: &Tree<'_>, cx: &mut Context<'_>) -> Option<Self> {
        let mut fields = Fields::of(tree, cx)?;
        Some(Self {
            asset_administration_shells: read_each(&mut fields, "assetAdministrationShells", cx),
            submodels: read_each(&mut fields, "submodels", cx),
            concept_descriptions: read_each(&mut fields, "conceptDescriptions", cx),
            unknown: fields.rest(cx),
        })
    }
}

impl Serialize for Environment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        put(&mut map, "assetAdministrationShells", &self.asset_administration_shells)?;
        put(&mut map, "submodels", &self.submodels)?;
        put(&mut map, "conceptDescriptions", &self.concept_descriptions)?;
        self.unknown.write(&mut map)?;
        map.end()
    }
}
