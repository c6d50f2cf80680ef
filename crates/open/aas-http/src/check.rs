//! Whether a body has the shape that the official schemas demand, and each place where it has not.
//!
//! The shape only: members, their types, words of enumerations, patterns and lengths, as tables that stand beside the
//! schemas. What the metamodel's constraints say beyond that is reported by an import and does not keep a client from
//! storing its work.
//!
//! Spec: IDTA-01001 and IDTA-01002, JSON schemas; where 3.0 and 3.1 differ, what either allows is taken.

mod tables;
mod text;

use crate::{ApiError, Reason};
use serde_json::{Map, Value};

pub(crate) use tables::{
    ASSET_INFORMATION, ASSET_LINK, CONCEPT, ELEMENT_METADATA, OPERATION_REQUEST, OPERATION_VALUES, REFERENCE,
    SHELL, SHELL_DESCRIPTOR, SPECIFIC_ASSET_ID, SUBMODEL, SUBMODEL_DESCRIPTOR, SUBMODEL_METADATA,
};
pub(crate) use text::instant;

/// Faults that are listed at most.
const FAULTS: usize = 20;
/// Levels of nesting that are taken.
const DEPTH: usize = 100;

/// What a member is.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    /// A text of some pattern and at most so many characters.
    Text(fn(&str) -> bool, usize),
    /// One of these words.
    Word(&'static [&'static str]),
    /// `true` or `false`.
    Truth,
    /// An object of a class.
    One(&'static Class),
    /// A list of objects of a class, not shorter than this.
    Many(&'static Class, usize),
    /// A list of texts.
    Texts(usize),
    /// A submodel element.
    Element,
    /// A list of submodel elements, at least one.
    Elements,
    /// Anything that is an object.
    Object,
}

/// A member of a class.
pub(crate) struct Member {
    pub name: &'static str,
    pub is_required: bool,
    pub shape: Shape,
}

/// What an object has.
pub(crate) struct Class {
    pub name: &'static str,
    pub parents: &'static [&'static Class],
    pub members: &'static [Member],
    /// The `modelType` that it must say.
    pub model_type: Option<&'static str>,
}

struct Faults(Vec<String>);

impl Faults {
    fn add(&mut self, at: &str, what: impl AsRef<str>) {
        if self.0.len() < FAULTS {
            self.0.push(format!("{at}: {}", what.as_ref()));
        }
    }
}

/// Checks an object of a class.
///
/// # Errors
/// A message for each place that does not fit.
pub(crate) fn object(class: &'static Class, value: &Value) -> Result<(), ApiError> {
    report(|faults| check_object(class, value, "$", DEPTH, faults))
}

/// Checks a list of objects of a class.
///
/// # Errors
/// As [`object`].
pub(crate) fn list(class: &'static Class, value: &Value) -> Result<(), ApiError> {
    report(|faults| check(Shape::Many(class, 0), value, "$", DEPTH, faults))
}

/// Checks a submodel element.
///
/// # Errors
/// As [`object`].
pub(crate) fn element(value: &Value) -> Result<(), ApiError> {
    report(|faults| check_element(value, "$", DEPTH, faults))
}

fn report(look: impl FnOnce(&mut Faults)) -> Result<(), ApiError> {
    let mut faults = Faults(Vec::new());
    look(&mut faults);
    let Faults(texts) = faults;
    if texts.is_empty() { Ok(()) } else { Err(ApiError { reason: Reason::Invalid, texts }) }
}

fn check_object(class: &'static Class, value: &Value, at: &str, depth: usize, faults: &mut Faults) {
    let Some(object) = value.as_object() else {
        faults.add(at, format!("{} is expected, as an object.", class.name));
        return;
    };
    if depth == 0 {
        faults.add(at, format!("it nests deeper than {DEPTH} levels."));
        return;
    }
    if let Some(wanted) = class.model_type
        && object.get("modelType").and_then(Value::as_str) != Some(wanted)
    {
        faults.add(at, format!("`modelType` must be `{wanted}`."));
    }
    check_members(class, object, at, depth, faults);
}

fn check_members(
    class: &'static Class,
    object: &Map<String, Value>,
    at: &str,
    depth: usize,
    faults: &mut Faults,
) {
    class.parents.iter().for_each(|parent| check_members(parent, object, at, depth, faults));
    for member in class.members {
        match object.get(member.name) {
            Some(value) => check(member.shape, value, &format!("{at}.{}", member.name), depth - 1, faults),
            None if member.is_required => faults.add(at, format!("`{}` is missing.", member.name)),
            None => {}
        }
    }
}

fn check(shape: Shape, value: &Value, at: &str, depth: usize, faults: &mut Faults) {
    let expected = |what: &str, faults: &mut Faults| faults.add(at, format!("{what} is expected."));
    match (shape, value) {
        (Shape::Text(fits, longest), Value::String(text)) => {
            if text.chars().count() > longest {
                faults.add(at, format!("it is longer than {longest} characters."));
            } else if !fits(text) {
                faults.add(at, "the text has another form than the specification demands.");
            }
        }
        (Shape::Text(..), _) => expected("a text", faults),
        (Shape::Word(words), value) => {
            if !value.as_str().is_some_and(|text| words.contains(&text)) {
                expected(&format!("one of {}", words.join(", ")), faults);
            }
        }
        (Shape::Truth, value) if !value.is_boolean() => expected("`true` or `false`", faults),
        (Shape::Object, value) if !value.is_object() => expected("an object", faults),
        (Shape::Truth | Shape::Object, _) => {}
        (Shape::One(class), value) => check_object(class, value, at, depth, faults),
        (Shape::Element, value) => check_element(value, at, depth, faults),
        (Shape::Many(class, least), Value::Array(items)) => {
            each(items, least, at, faults, |item, at, faults| check_object(class, item, at, depth, faults));
        }
        (Shape::Elements, Value::Array(items)) => {
            each(items, 1, at, faults, |item, at, faults| check_element(item, at, depth, faults));
        }
        (Shape::Texts(longest), Value::Array(items)) => each(items, 0, at, faults, |item, at, faults| {
            check(Shape::Text(text::any, longest), item, at, depth, faults);
        }),
        (Shape::Many(..) | Shape::Elements | Shape::Texts(_), _) => expected("a list", faults),
    }
}

fn each(
    items: &[Value],
    least: usize,
    at: &str,
    faults: &mut Faults,
    mut look: impl FnMut(&Value, &str, &mut Faults),
) {
    if items.len() < least {
        faults.add(at, "the list must not be empty; leave it out instead.");
    }
    for (n, item) in items.iter().enumerate() {
        if faults.0.len() >= FAULTS {
            return;
        }
        look(item, &format!("{at}[{n}]"), faults);
    }
}

fn check_element(value: &Value, at: &str, depth: usize, faults: &mut Faults) {
    let kind = value["modelType"].as_str().unwrap_or_default();
    match tables::ELEMENTS.iter().find(|class| class.name == kind) {
        Some(class) => check_object(class, value, at, depth, faults),
        None => faults.add(at, "a submodel element is expected, with its `modelType`."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn faults(value: &Value) -> Vec<String> {
        object(&SUBMODEL, value).err().map(|error| error.texts).unwrap_or_default()
    }

    #[test]
    fn each_fault_is_named_with_its_place() {
        let submodel = json!({ "modelType": "Submodel", "id": "", "idShort": "1x", "submodelElements": [
            { "modelType": "Property", "idShort": "Fine", "valueType": "xs:int" },
            { "modelType": "Property", "idShort": "Bare" },
            { "modelType": "Nothing" },
            { "modelType": "SubmodelElementCollection", "idShort": "List", "value": [] } ] });
        let faults = faults(&submodel);
        for place in [
            "$.id:",
            "$.idShort:",
            "$.submodelElements[1]: `valueType`",
            "$.submodelElements[2]:",
            "$.submodelElements[3].value:",
        ] {
            assert!(faults.iter().any(|fault| fault.starts_with(place)), "{place} in {faults:?}");
        }
        assert_eq!(faults.len(), 5);
    }

    #[test]
    fn a_sound_submodel_has_none() {
        let submodel = json!({ "modelType": "Submodel", "id": "m", "idShort": "Plate", "kind": "Instance",
            "semanticId": { "type": "ExternalReference", "keys": [{ "type": "GlobalReference", "value": "x" }] } });
        assert_eq!(faults(&submodel), Vec::<String>::new());
    }

    #[test]
    fn nesting_without_end_is_refused() {
        let mut value = json!({ "modelType": "Property", "idShort": "Leaf", "valueType": "xs:int" });
        for _ in 0..DEPTH {
            value = json!({ "modelType": "SubmodelElementCollection", "idShort": "Col", "value": [value] });
        }
        assert!(element(&value).is_err());
    }
}
