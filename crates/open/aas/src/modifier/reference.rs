//! `$reference`: the model reference that leads to a thing.

use crate::path::{IdShortPath, PathStep};
use crate::{Key, KeyType, Reference, Submodel};

/// The reference to a shell.
#[must_use]
pub fn shell_reference(id: &str) -> Reference {
    Reference::model(KeyType::AssetAdministrationShell, id)
}

/// The reference to a submodel.
#[must_use]
pub fn submodel_reference(id: &str) -> Reference {
    Reference::model(KeyType::Submodel, id)
}

/// The reference to a concept description.
#[must_use]
pub fn concept_reference(id: &str) -> Reference {
    Reference::model(KeyType::ConceptDescription, id)
}

/// The reference to an element, with the kind of each step; `None` when there is none at the path.
#[must_use]
pub fn element_reference(submodel: &Submodel, path: &IdShortPath) -> Option<Reference> {
    let mut reference = submodel_reference(&submodel.id);
    let mut so_far: Option<IdShortPath> = None;
    for step in path.steps() {
        let here = match (&so_far, step) {
            (Some(above), step) => above.child(step.clone()),
            (None, PathStep::Name(name)) => IdShortPath::name(name.clone()),
            (None, PathStep::Index(_)) => return None,
        };
        let value = match step {
            PathStep::Name(name) => name.clone(),
            PathStep::Index(index) => index.to_string().into(),
        };
        reference.keys.push(Key::new(submodel.element(&here)?.model_type(), value));
        so_far = Some(here);
    }
    Some(reference)
}
