//! The thing as it is, cut to a level and without the content of blobs where nobody wants it.

use super::{Extent, Level};
use crate::{ElementBody, Submodel, SubmodelElement};
use std::borrow::Cow;

/// A submodel at a level and an extent. Borrowed when nothing has to be cut.
#[must_use]
pub fn submodel(submodel: &Submodel, level: Level, extent: Extent) -> Cow<'_, Submodel> {
    if level == Level::Deep && (extent == Extent::WithBlobValue || !any_blob(&submodel.submodel_elements)) {
        return Cow::Borrowed(submodel);
    }
    let mut cut = submodel.clone();
    for child in &mut cut.submodel_elements {
        cut_element(child, level, extent, 1);
    }
    Cow::Owned(cut)
}

/// An element at a level and an extent. Borrowed when nothing has to be cut.
#[must_use]
pub fn element(element: &SubmodelElement, level: Level, extent: Extent) -> Cow<'_, SubmodelElement> {
    if level == Level::Deep && (extent == Extent::WithBlobValue || !has_blob(element)) {
        return Cow::Borrowed(element);
    }
    let mut cut = element.clone();
    cut_element(&mut cut, level, extent, 0);
    Cow::Owned(cut)
}

/// Cuts an element at `depth` below the thing that was asked for. At core level the grandchildren go.
fn cut_element(element: &mut SubmodelElement, level: Level, extent: Extent, depth: usize) {
    if let ElementBody::Blob(blob) = &mut element.body
        && extent == Extent::WithoutBlobValue
    {
        blob.value = None;
    }
    let Some(children) = element.children_mut() else { return };
    if level == Level::Core && depth > 0 {
        children.clear();
    }
    for child in children {
        cut_element(child, level, extent, depth + 1);
    }
}

fn any_blob(elements: &[SubmodelElement]) -> bool {
    elements.iter().any(has_blob)
}

fn has_blob(element: &SubmodelElement) -> bool {
    matches!(element.body, ElementBody::Blob(_)) || any_blob(element.children())
}
