//! idShort paths: `Motor.Limits[2].Max`.
//!
//! Spec: IDTA-01002, clause idShortPath.

use crate::ApiError;
use serde_json::Value;
use std::fmt::Write as _;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The child with this idShort.
    Name(String),
    /// The child at this place of a list.
    Index(usize),
}

/// Reads a path.
pub(crate) fn parse(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for (n, part) in path.split('.').enumerate() {
        let (name, indices) = part.split_at(part.find('[').unwrap_or(part.len()));
        match name {
            "" if n > 0 || indices.is_empty() => return None,
            "" => {}
            name => steps.push(Step::Name(name.to_owned())),
        }
        let mut rest = indices;
        while !rest.is_empty() {
            let (index, after) = rest.strip_prefix('[')?.split_once(']')?;
            steps.push(Step::Index(index.parse().ok()?));
            rest = after;
        }
    }
    Some(steps)
}

/// The name of the member that holds an element's children, and whether they are found by place.
pub(crate) fn children_member(element: &Value) -> Option<&'static str> {
    match element["modelType"].as_str()? {
        "Submodel" => Some("submodelElements"),
        "SubmodelElementCollection" | "SubmodelElementList" => Some("value"),
        "Entity" => Some("statements"),
        "AnnotatedRelationshipElement" => Some("annotations"),
        _ => None,
    }
}

pub(crate) fn is_list(element: &Value) -> bool {
    element["modelType"] == "SubmodelElementList"
}

/// The children of a submodel or an element.
pub(crate) fn children(element: &Value) -> &[Value] {
    let children = children_member(element).and_then(|member| element.get(member)).and_then(Value::as_array);
    children.map_or(&[], Vec::as_slice)
}

/// The place of a child.
pub(crate) fn position(parent: &Value, step: &Step) -> Option<usize> {
    let children = children(parent);
    match step {
        Step::Name(name) if !is_list(parent) => {
            children.iter().position(|child| child["idShort"].as_str() == Some(name))
        }
        Step::Index(index) if is_list(parent) && *index < children.len() => Some(*index),
        _ => None,
    }
}

/// The element at a path.
pub(crate) fn find<'a>(submodel: &'a Value, path: &str) -> Result<&'a Value, ApiError> {
    let steps = parse(path).ok_or_else(|| missing(path))?;
    let mut here = submodel;
    for step in &steps {
        let place = position(here, step).ok_or_else(|| missing(path))?;
        here = &children(here)[place];
    }
    Ok(here)
}

/// The element at a path, to change it.
pub(crate) fn find_mut<'a>(submodel: &'a mut Value, path: &[Step]) -> Option<&'a mut Value> {
    let mut here = submodel;
    for step in path {
        let place = position(here, step)?;
        let member = children_member(here)?;
        here = here.get_mut(member)?.get_mut(place)?;
    }
    Some(here)
}

/// There is no element at a path.
pub(crate) fn missing(path: &str) -> ApiError {
    let start: String = path.chars().take(200).collect();
    ApiError::not_found(format!("The submodel has no element at `{start}`."))
}

/// The path of a child.
pub(crate) fn below(path: &str, parent: &Value, place: usize, child: &Value) -> String {
    let mut below = path.to_owned();
    if is_list(parent) {
        let _ = write!(below, "[{place}]");
    } else {
        if !below.is_empty() {
            below.push('.');
        }
        below.push_str(child["idShort"].as_str().unwrap_or_default());
    }
    below
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read() {
        let name = |name: &str| Step::Name(name.into());
        assert_eq!(parse("A"), Some(vec![name("A")]));
        assert_eq!(
            parse("A.B[2][0].C"),
            Some(vec![name("A"), name("B"), Step::Index(2), Step::Index(0), name("C")])
        );
        for wrong in ["", ".", "A.", ".A", "A[", "A[x]", "A[1]B", "A[-1]", "A.[1]", "A]"] {
            assert!(parse(wrong).is_none_or(|steps| steps == vec![name("A]")]), "{wrong}");
        }
    }
}
