//! Parts of submodels and elements: metadata, references, paths, and how deep and with which blobs they are shown.
//!
//! Spec: IDTA-01002, clause SerializationModifier.

use crate::params::Level;
use crate::path::{self, Step, below, children, children_member};
use crate::{ApiError, Version};
use serde_json::{Value, json};

/// Leaves away what is deeper than asked for, and the content of blobs unless it is wanted.
pub(crate) fn show(element: &mut Value, level: Level, with_blobs: bool) {
    let depth = if level == Level::Core { 1 } else { usize::MAX };
    trim(element, depth, with_blobs);
}

/// Like [`show`] for an element of a list of elements, which is the level that is asked for.
pub(crate) fn show_listed(element: &mut Value, level: Level, with_blobs: bool) {
    let depth = if level == Level::Core { 0 } else { usize::MAX };
    trim(element, depth, with_blobs);
}

fn trim(element: &mut Value, depth: usize, with_blobs: bool) {
    if !with_blobs && element["modelType"] == "Blob" {
        remove(element, "value");
    }
    let Some(member) = children_member(element) else { return };
    if depth == 0 {
        remove(element, member);
        return;
    }
    let children = element.get_mut(member).and_then(Value::as_array_mut);
    children.into_iter().flatten().for_each(|child| trim(child, depth - 1, with_blobs));
}

fn remove(element: &mut Value, member: &str) {
    if let Some(members) = element.as_object_mut() {
        members.remove(member);
    }
}

/// Leaves what describes a submodel or an element, and not what it holds. What the metamodel 3.0 demands to be there
/// (the ends of a relationship, a content type, the type of an entity) stays.
pub(crate) fn metadata(element: &mut Value) {
    if let Some(member) = children_member(element) {
        remove(element, member);
    }
    let held: &[&str] = match element["modelType"].as_str() {
        Some("Property" | "MultiLanguageProperty") => &["value", "valueId"],
        Some("Range") => &["min", "max"],
        Some("Blob" | "File" | "ReferenceElement") => &["value"],
        Some("Operation") => &["inputVariables", "outputVariables", "inoutputVariables"],
        _ => &[],
    };
    held.iter().for_each(|member| remove(element, member));
}

/// The metadata of an element as an answer of its own.
pub(crate) fn metadata_answer(mut element: Value, version: Version) -> Result<Value, ApiError> {
    let kind = element["modelType"].as_str().unwrap_or_default();
    if version == Version::V3_0 && matches!(kind, "Operation" | "Capability") {
        return Err(ApiError::invalid(format!("A {kind} has no `$metadata` in version 3.0.")));
    }
    metadata(&mut element);
    Ok(element)
}

/// A reference to an identifiable.
pub(crate) fn reference(kind: &str, id: &str) -> Value {
    json!({ "type": "ModelReference", "keys": [{ "type": kind, "value": id }] })
}

/// A reference to the element at a path of a submodel.
pub(crate) fn element_reference(submodel: &Value, path: &str) -> Result<Value, ApiError> {
    let steps = path::parse(path).ok_or_else(|| path::missing(path))?;
    let mut keys = vec![json!({ "type": "Submodel", "value": submodel["id"] })];
    let mut here = submodel;
    for step in &steps {
        let place = path::position(here, step).ok_or_else(|| path::missing(path))?;
        here = &children(here)[place];
        let value = match step {
            Step::Name(name) => name.clone(),
            Step::Index(index) => index.to_string(),
        };
        keys.push(json!({ "type": here["modelType"], "value": value }));
    }
    Ok(json!({ "type": "ModelReference", "keys": keys }))
}

/// The paths of all elements below one, in order.
pub(crate) fn paths_below(parent: &Value, at: &str, level: Level, paths: &mut Vec<String>) {
    for (place, child) in children(parent).iter().enumerate() {
        let path = below(at, parent, place, child);
        paths.push(path.clone());
        if level == Level::Deep {
            paths_below(child, &path, level, paths);
        }
    }
}

/// The paths of an element and of what is below it.
pub(crate) fn paths_answer(element: &Value, at: &str, level: Level) -> Result<Vec<String>, ApiError> {
    let kind = element["modelType"].as_str().unwrap_or_default();
    if !matches!(kind, "SubmodelElementCollection" | "SubmodelElementList" | "Entity") {
        return Err(ApiError::invalid(format!(
            "A {kind} has no elements below it, so there is no `$path` of it."
        )));
    }
    let mut paths = vec![at.to_owned()];
    paths_below(element, at, level, &mut paths);
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested() -> Value {
        json!({ "modelType": "Submodel", "id": "m", "submodelElements": [
            { "modelType": "SubmodelElementCollection", "idShort": "Out", "value": [
                { "modelType": "SubmodelElementList", "idShort": "In", "value": [
                    { "modelType": "Blob", "contentType": "a/b", "value": "AQ==" } ] } ] } ] })
    }

    #[test]
    fn core_is_the_level_and_its_children() {
        let mut submodel = nested();
        show(&mut submodel, Level::Core, true);
        let mut wanted = nested();
        remove(&mut wanted["submodelElements"][0], "value");
        assert_eq!(submodel, wanted);
    }

    #[test]
    fn blobs_are_left_away_at_any_depth() {
        let mut submodel = nested();
        show(&mut submodel, Level::Deep, false);
        let blob = path::find(&submodel, "Out.In[0]").unwrap();
        assert_eq!(*blob, json!({ "modelType": "Blob", "contentType": "a/b" }));
    }

    #[test]
    fn references_name_each_step() {
        let reference = element_reference(&nested(), "Out.In[0]").unwrap();
        let keys: Vec<&str> =
            reference["keys"].as_array().unwrap().iter().filter_map(|key| key["value"].as_str()).collect();
        assert_eq!(keys, ["m", "Out", "In", "0"]);
        assert!(element_reference(&nested(), "Out[0]").is_err());
    }

    #[test]
    fn paths_are_in_order() {
        let mut paths = Vec::new();
        paths_below(&nested(), "", Level::Deep, &mut paths);
        assert_eq!(paths, ["Out", "Out.In", "Out.In[0]"]);
    }
}
