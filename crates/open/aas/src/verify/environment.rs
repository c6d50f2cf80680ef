//! What only the whole of a file can say: ids that come twice, references that lead nowhere or in circles.

use super::Constraint as C;
use super::walk::Walk;
use crate::{DataSpecificationContent, Environment, FaultKind, Reference};
use std::collections::{BTreeMap, BTreeSet};

impl Walk {
    pub(super) fn environment(&mut self, it: &Environment) {
        let mut ids = BTreeSet::new();
        self.each("assetAdministrationShells", &it.asset_administration_shells, |walk, shell| {
            walk.unique(&mut ids, &shell.id);
            walk.shell(shell);
        });
        self.each("submodels", &it.submodels, |walk, submodel| {
            walk.unique(&mut ids, &submodel.id);
            walk.submodel(submodel);
        });
        self.each("conceptDescriptions", &it.concept_descriptions, |walk, concept| {
            walk.unique(&mut ids, &concept.id);
            walk.concept(concept);
        });
        self.dangling(it);
        self.circles(it);
        self.coded_values(it);
    }

    fn unique<'a>(&mut self, ids: &mut BTreeSet<&'a str>, id: &'a str) {
        if !ids.insert(id) {
            let id = id.chars().take(80).collect();
            self.member("id", |it| it.report(FaultKind::DuplicateId(id)));
        }
    }

    /// Submodels that a shell names and the file does not have. They may lie elsewhere, so this is a warning.
    fn dangling(&mut self, it: &Environment) {
        let known: BTreeSet<&str> = it.submodels.iter().map(|it| it.id.as_str()).collect();
        self.each("assetAdministrationShells", &it.asset_administration_shells, |walk, shell| {
            walk.each("submodels", &shell.submodels, |walk, reference| {
                let id = first_id(reference);
                if !id.is_some_and(|id| known.contains(id)) {
                    let id = id.unwrap_or_default().chars().take(80).collect();
                    walk.report(FaultKind::Dangling(id));
                }
            });
        });
    }

    /// Shells that are derived from themselves, over any number of others.
    fn circles(&mut self, it: &Environment) {
        let from = |shell: &crate::AssetAdministrationShell| {
            Some((shell.id.clone(), first_id(shell.derived_from.as_ref()?)?.to_owned()))
        };
        let parents: BTreeMap<_, _> = it.asset_administration_shells.iter().filter_map(from).collect();
        self.each("assetAdministrationShells", &it.asset_administration_shells, |walk, shell| {
            let (mut at, mut steps) = (shell.id.as_str(), 0);
            while let Some(parent) = parents.get(at) {
                (at, steps) = (parent, steps + 1);
                if at == shell.id {
                    walk.member("derivedFrom", |it| it.report(FaultKind::Circle));
                    return;
                }
                if steps > parents.len() {
                    return;
                }
            }
        });
    }

    /// Concepts that lists of values name must be values.
    fn coded_values(&mut self, it: &Environment) {
        let contents = |concept: &crate::ConceptDescription| {
            let specifications = concept.details.embedded_data_specifications.clone();
            specifications.into_iter().map(|it| {
                let DataSpecificationContent::Iec61360(content) = it.data_specification_content;
                content
            })
        };
        let named: BTreeSet<String> = it
            .concept_descriptions
            .iter()
            .flat_map(contents)
            .filter_map(|content| content.value_list)
            .flat_map(|list| list.value_reference_pairs)
            .filter_map(|pair| Some(pair.value_id?.target()?.to_string()))
            .collect();
        self.each("conceptDescriptions", &it.concept_descriptions, |walk, concept| {
            let valued = contents(concept).all(|content| content.value.is_some());
            walk.demand(C::Aasc3a003, !named.contains(concept.id.as_str()) || valued);
        });
    }
}

/// The id that a reference begins with.
fn first_id(reference: &Reference) -> Option<&str> {
    reference.keys.first().map(|key| key.value.as_str())
}
