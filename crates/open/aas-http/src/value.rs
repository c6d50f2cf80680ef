//! Values without the rest: the value-only form of submodels and elements, out and in, and values that are live.
//!
//! Spec: IDTA-01002, clause Format SerializationModifier, value-only.

use crate::path::{children, children_member, is_list};
use crate::{ApiError, Version};
use serde_json::{Map, Number, Value, json};
use trine_site::Site;

/// The qualifier that ties a property to a signal: its value is the signal's key.
pub(crate) const SIGNAL_QUALIFIER: &str = "trine:signal";

/// Who knows the newest value of a signal.
pub trait LiveValues: Send + Sync {
    /// The value of the signal with this key, as XML Schema writes it; `None` when there is none.
    fn newest(&self, key: &str) -> Option<String>;
}

/// Nothing is live.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLiveValues;

impl LiveValues for NoLiveValues {
    fn newest(&self, _: &str) -> Option<String> {
        None
    }
}

impl LiveValues for Site {
    fn newest(&self, key: &str) -> Option<String> {
        let signal = self.world().signal_by_key(key)?.id;
        let held = self.live().get(signal)?;
        match (held.value.as_text(), held.value.as_f64()) {
            (Some(text), _) => Some(text.to_owned()),
            (None, Some(number)) => Some(number.to_string()),
            (None, None) => None,
        }
    }
}

/// Puts live values in place of those that were stored.
pub(crate) fn fill_in(element: &mut Value, live: &dyn LiveValues) {
    if element["modelType"] == "Property"
        && let Some(key) = signal_of(element)
        && let Some(value) = live.newest(&key)
    {
        element["value"] = value.into();
    }
    let Some(member) = children_member(element) else { return };
    let children = element.get_mut(member).and_then(Value::as_array_mut);
    children.into_iter().flatten().for_each(|child| fill_in(child, live));
}

fn signal_of(element: &Value) -> Option<String> {
    let qualifiers = element.get("qualifiers")?.as_array()?;
    let qualifier = qualifiers.iter().find(|qualifier| qualifier["type"] == SIGNAL_QUALIFIER)?;
    qualifier["value"].as_str().map(Into::into)
}

/// The values of a submodel's elements, or of a list of elements, by name.
pub(crate) fn by_name<'a>(elements: impl IntoIterator<Item = &'a Value>, with_blobs: bool) -> Value {
    let named = elements.into_iter().filter_map(|element| {
        Some((element["idShort"].as_str()?.to_owned(), value_of(element, with_blobs)?))
    });
    Value::Object(named.collect())
}

/// The value of an element; `None` for kinds that have none.
pub(crate) fn value_of(element: &Value, with_blobs: bool) -> Option<Value> {
    let member = |name: &str| element.get(name).cloned();
    let value = match element["modelType"].as_str()? {
        "Property" => typed(element.get("value"), element["valueType"].as_str()),
        "MultiLanguageProperty" => languages(element),
        "Range" => some([
            ("min", element.get("min").map(|min| typed(Some(min), element["valueType"].as_str()))),
            ("max", element.get("max").map(|max| typed(Some(max), element["valueType"].as_str()))),
        ]),
        "Blob" => {
            some([("contentType", member("contentType")), ("value", member("value").filter(|_| with_blobs))])
        }
        "File" => some([("contentType", member("contentType")), ("value", member("value"))]),
        "ReferenceElement" => member("value").unwrap_or(Value::Null),
        "RelationshipElement" => some([("first", member("first")), ("second", member("second"))]),
        "AnnotatedRelationshipElement" => {
            let annotations = element.get("annotations").map(|_| by_name(children(element), with_blobs));
            some([("first", member("first")), ("second", member("second")), ("annotations", annotations)])
        }
        "Entity" => some([
            ("statements", element.get("statements").map(|_| by_name(children(element), with_blobs))),
            ("entityType", member("entityType")),
            ("globalAssetId", member("globalAssetId")),
            ("specificAssetIds", member("specificAssetIds").map(|ids| asset_ids(&ids))),
        ]),
        "BasicEventElement" => some([("observed", member("observed"))]),
        "SubmodelElementCollection" => by_name(children(element), with_blobs),
        "SubmodelElementList" => {
            children(element).iter().map(|child| value_of(child, with_blobs).unwrap_or(Value::Null)).collect()
        }
        _ => return None,
    };
    Some(value)
}

/// The value of an element as an answer of its own.
pub(crate) fn answer(element: &Value, with_blobs: bool, version: Version) -> Result<Value, ApiError> {
    let kind = element["modelType"].as_str().unwrap_or("element");
    let value = value_of(element, with_blobs)
        .ok_or_else(|| ApiError::invalid(format!("A {kind} has no value, so there is no `$value` of it.")))?;
    Ok(match (version, value) {
        (Version::V3_0, value @ (Value::Object(_) | Value::Array(_))) | (Version::V3_1, value) => value,
        (Version::V3_0, value) => json!({ element["idShort"].as_str().unwrap_or("value"): value }),
    })
}

fn some<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    let there = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(there.collect())
}

fn languages(element: &Value) -> Value {
    let texts = element.get("value").and_then(Value::as_array).into_iter().flatten();
    texts.map(|text| json!({ text["language"].as_str().unwrap_or_default(): text["text"] })).collect()
}

fn asset_ids(ids: &Value) -> Value {
    let ids = ids.as_array().into_iter().flatten();
    ids.map(|id| json!({ id["name"].as_str().unwrap_or_default(): id["value"] })).collect()
}

/// A value as JSON has it: numbers and truth values bare where JSON can say them.
pub(crate) fn typed(value: Option<&Value>, value_type: Option<&str>) -> Value {
    let Some(text) = value.and_then(Value::as_str) else { return value.cloned().unwrap_or(Value::Null) };
    let bare = match value_type {
        Some("xs:boolean") => match text {
            "true" | "1" => Some(Value::Bool(true)),
            "false" | "0" => Some(Value::Bool(false)),
            _ => None,
        },
        Some(kind) if is_numeric(kind) => number(text),
        _ => None,
    };
    bare.unwrap_or_else(|| text.into())
}

fn number(text: &str) -> Option<Value> {
    let plain = text.strip_prefix('+').unwrap_or(text);
    let whole = plain.parse::<i64>().map(Number::from).or_else(|_| plain.parse::<u64>().map(Number::from));
    let number = whole.ok().or_else(|| plain.parse().ok().and_then(Number::from_f64));
    number.map(Value::Number)
}

fn is_numeric(value_type: &str) -> bool {
    const NUMERIC: [&str; 16] = [
        "byte",
        "decimal",
        "double",
        "float",
        "int",
        "integer",
        "long",
        "negativeInteger",
        "nonNegativeInteger",
        "nonPositiveInteger",
        "positiveInteger",
        "short",
        "unsignedByte",
        "unsignedInt",
        "unsignedLong",
        "unsignedShort",
    ];
    value_type.strip_prefix("xs:").is_some_and(|name| NUMERIC.contains(&name))
}

/// Puts values in the value-only form into an element or a submodel.
///
/// # Errors
/// Names the first place where the form does not fit. The element may be changed in part: change a copy.
pub(crate) fn set(element: &mut Value, value: &Value, at: &str) -> Result<(), ApiError> {
    let wrong = |expected: &str| ApiError::invalid(format!("{at}: {expected} is expected."));
    let kind = element["modelType"].as_str().unwrap_or_default().to_owned();
    match kind.as_str() {
        "Property" => {
            let text = lexical(value).ok_or_else(|| wrong("a text, a number or a truth value"))?;
            element["value"] = text.into();
        }
        "Range" => {
            let object = value.as_object().ok_or_else(|| wrong("an object with `min` and `max`"))?;
            for name in ["min", "max"] {
                if let Some(end) = object.get(name) {
                    element[name] = lexical(end).ok_or_else(|| wrong("a number"))?.into();
                }
            }
        }
        "MultiLanguageProperty" => {
            element["value"] = texts(value).ok_or_else(|| wrong("texts by language"))?;
        }
        "Blob" | "File" => set_members(element, value, &["contentType", "value"], at)?,
        "ReferenceElement" => {
            element["value"] = reference(value).ok_or_else(|| wrong("a reference with type and keys"))?;
        }
        "BasicEventElement" => set_members(element, value, &["observed"], at)?,
        "RelationshipElement" => set_members(element, value, &["first", "second"], at)?,
        "AnnotatedRelationshipElement" => {
            set_members(element, value, &["first", "second"], at)?;
            if let Some(annotations) = value.get("annotations") {
                set_children(element, annotations, at)?;
            }
        }
        "Entity" => {
            set_members(element, value, &["entityType", "globalAssetId"], at)?;
            if let Some(statements) = value.get("statements") {
                set_children(element, statements, at)?;
            }
        }
        "Submodel" | "SubmodelElementCollection" | "SubmodelElementList" => set_children(element, value, at)?,
        _ => return Err(ApiError::invalid(format!("{at}: a {kind} has no value."))),
    }
    Ok(())
}

fn set_children(parent: &mut Value, values: &Value, at: &str) -> Result<(), ApiError> {
    let wrong = |what: &str| ApiError::invalid(format!("{at}: {what}"));
    let is_list = is_list(parent);
    let Some(member) = children_member(parent) else { return Err(wrong("it has no children.")) };
    let empty = &mut Vec::new();
    let children = parent.get_mut(member).and_then(Value::as_array_mut).unwrap_or(empty);
    match values {
        Value::Array(values) if is_list => {
            if values.len() != children.len() {
                return Err(wrong(&format!(
                    "the list has {} elements, not {}.",
                    children.len(),
                    values.len()
                )));
            }
            let pairs = children.iter_mut().zip(values).enumerate();
            pairs.into_iter().try_for_each(|(n, (child, value))| set(child, value, &format!("{at}[{n}]")))
        }
        Value::Object(values) if !is_list => values.iter().try_for_each(|(name, value)| {
            let child = children.iter_mut().find(|child| child["idShort"].as_str() == Some(name));
            let missing = || ApiError::not_found(format!("{at}: there is no element `{name}`."));
            let child = child.ok_or_else(missing)?;
            set(child, value, &format!("{at}.{name}"))
        }),
        _ => {
            Err(wrong(if is_list { "a list of values is expected." } else { "values by name are expected." }))
        }
    }
}

fn set_members(element: &mut Value, value: &Value, names: &[&str], at: &str) -> Result<(), ApiError> {
    let wrong = || ApiError::invalid(format!("{at}: an object with {} is expected.", names.join(", ")));
    let object = value.as_object().ok_or_else(wrong)?;
    for name in names {
        match object.get(*name) {
            Some(member) if matches!(*name, "first" | "second" | "observed") => {
                element[*name] = reference(member).ok_or_else(wrong)?;
            }
            Some(member) => element[*name] = member.as_str().ok_or_else(wrong)?.into(),
            None => {}
        }
    }
    Ok(())
}

/// A bare value as XML Schema writes it.
fn lexical(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

fn texts(value: &Value) -> Option<Value> {
    let pairs: Vec<(&String, &Value)> = match value {
        Value::Array(items) => {
            items.iter().map(Value::as_object).collect::<Option<Vec<_>>>()?.into_iter().flatten().collect()
        }
        Value::Object(by_language) => by_language.iter().collect(),
        _ => return None,
    };
    let text =
        |(language, text): (&String, &Value)| Some(json!({ "language": language, "text": text.as_str()? }));
    pairs.into_iter().map(text).collect()
}

fn reference(value: &Value) -> Option<Value> {
    let object: &Map<String, Value> = value.as_object()?;
    let is_whole = object.get("type")?.is_string() && !object.get("keys")?.as_array()?.is_empty();
    is_whole.then(|| value.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn motor() -> Value {
        json!({ "modelType": "Submodel", "id": "m", "submodelElements": [
            { "modelType": "Property", "idShort": "Speed", "valueType": "xs:int", "value": "5" },
            { "modelType": "Property", "idShort": "Name", "valueType": "xs:string", "value": "5" },
            { "modelType": "Range", "idShort": "Limits", "valueType": "xs:double", "min": "0.5", "max": "2.5" },
            { "modelType": "Capability", "idShort": "Turn" },
            { "modelType": "SubmodelElementList", "idShort": "List", "value": [
                { "modelType": "Property", "valueType": "xs:boolean", "value": "true" } ] },
            { "modelType": "Blob", "idShort": "Raw", "contentType": "a/b", "value": "AQID" } ] })
    }

    #[test]
    fn values_have_the_types_of_json() {
        let values = by_name(children(&motor()), false);
        let wanted = json!({ "Speed": 5, "Name": "5", "Limits": { "min": 0.5, "max": 2.5 }, "List": [true],
            "Raw": { "contentType": "a/b" } });
        assert_eq!(values, wanted);
    }

    #[test]
    fn what_is_set_is_read() {
        let mut motor = motor();
        let values = json!({ "Speed": 7, "Limits": { "min": 1, "max": 2 }, "List": [false] });
        set(&mut motor, &values, "$").unwrap();
        let read = by_name(children(&motor), false);
        assert_eq!((&read["Speed"], &read["List"]), (&json!(7), &json!([false])));
        for wrong in [
            json!({ "Nope": 1 }),
            json!({ "Speed": {} }),
            json!({ "List": [1, 2] }),
            json!([1]),
            json!({ "Turn": 1 }),
        ] {
            assert!(set(&mut motor, &wrong, "$").is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_json_cannot_say_stays_text() {
        let typed = |text: &str, kind: &str| typed(Some(&json!(text)), Some(kind));
        assert_eq!(typed("INF", "xs:double"), json!("INF"));
        assert_eq!(typed("18446744073709551615", "xs:unsignedLong"), json!(u64::MAX));
        assert_eq!(typed("maybe", "xs:boolean"), json!("maybe"));
    }
}
