//! `$path`: the idShort paths of an element and of what is in it.

use super::Level;
use crate::path::{IdShortPath, PathStep};
use crate::{ElementBody, Submodel, SubmodelElement};

/// The paths of a submodel's elements: the direct ones, or all.
#[must_use]
pub fn submodel_paths(submodel: &Submodel, level: Level) -> Vec<String> {
    let mut paths = Vec::new();
    for child in &submodel.submodel_elements {
        if let Some(name) = &child.id_short {
            collect(child, &IdShortPath::name(name.clone()), (level == Level::Core).then_some(0), &mut paths);
        }
    }
    paths
}

/// The path of an element and those of its children: the direct ones, or all.
#[must_use]
pub fn element_paths(element: &SubmodelElement, path: &IdShortPath, level: Level) -> Vec<String> {
    let mut paths = Vec::new();
    collect(element, path, (level == Level::Core).then_some(1), &mut paths);
    paths
}

/// Collects the path of an element and of `levels` below it; all, when there is no number.
fn collect(element: &SubmodelElement, path: &IdShortPath, levels: Option<usize>, into: &mut Vec<String>) {
    into.push(path.to_string());
    if levels == Some(0) {
        return;
    }
    let in_list = matches!(element.body, ElementBody::SubmodelElementList(_));
    for (index, child) in element.children().iter().enumerate() {
        let step = match &child.id_short {
            _ if in_list => PathStep::Index(index),
            Some(name) => PathStep::Name(name.clone()),
            None => continue,
        };
        collect(child, &path.child(step), levels.map(|levels| levels - 1), into);
    }
}
