//! `$value`: only the values, out and in.
//!
//! A number or a boolean of JSON stands for a value of a numeric or boolean type where JSON can say it without
//! loss; all else is a string. Coming in, a value of another form than its element's is refused, and nothing is
//! changed.
//!
//! Spec: IDTA-01002, clause Format Value; its table of JSON types for each xs type.

use super::{Extent, Level};
use crate::decode::Decode;
use crate::json::{Class, read_value};
use crate::xsd;
use crate::{
    AnnotatedRelationshipElement, BasicEventElement, Blob, DataTypeDefXsd, ElementBody, Entity, EntityType,
    File, LangString, MultiLanguageProperty, Range, Reference, RelationshipElement, SpecificAssetId,
    Submodel, SubmodelElement, Text,
};
use serde_json::{Map, Value, json};

/// Why values were not taken. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {kind}")]
pub struct ValueError {
    /// The place in the values, as a JSON path.
    pub path: String,
    /// What is wrong there.
    pub kind: ValueErrorKind,
}

/// What can be wrong with a value that comes in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueErrorKind {
    /// The element's values have another form.
    #[error("{found} found where {expected} is expected")]
    Form {
        /// What the element takes.
        expected: &'static str,
        /// What came.
        found: &'static str,
    },
    /// The text is no value of the type.
    #[error("`{text}` is no {kind}")]
    Type {
        /// The type of the element's value.
        kind: DataTypeDefXsd,
        /// What came.
        text: String,
    },
    /// The element has no such member.
    #[error("there is no `{0}`")]
    NoMember(String),
    /// The element has no value that could be set.
    #[error("an element of this kind has no value")]
    NoValue,
    /// A reference, a language or an asset id is not sound.
    #[error("{0}")]
    Unsound(String),
}

/// The values of a submodel's elements by their names.
#[must_use]
pub fn submodel_value(submodel: &Submodel, level: Level, extent: Extent) -> Value {
    Value::Object(named(&submodel.submodel_elements, level, extent, 1))
}

/// The value of an element; `None` when its kind has none.
#[must_use]
pub fn element_value(element: &SubmodelElement, level: Level, extent: Extent) -> Option<Value> {
    value_of(element, level, extent, 0)
}

/// The values of siblings by their names.
fn named(elements: &[SubmodelElement], level: Level, extent: Extent, depth: usize) -> Map<String, Value> {
    let pairs = elements.iter().filter_map(|element| {
        Some((element.id_short.as_ref()?.to_string(), value_of(element, level, extent, depth)?))
    });
    pairs.collect()
}

/// The children that a level shows below a thing at `depth`.
fn shown(elements: &[SubmodelElement], level: Level, depth: usize) -> &[SubmodelElement] {
    if level == Level::Core && depth > 0 { &[] } else { elements }
}

fn value_of(element: &SubmodelElement, level: Level, extent: Extent, depth: usize) -> Option<Value> {
    let children = |elements| named(shown(elements, level, depth), level, extent, depth + 1);
    Some(match &element.body {
        ElementBody::Property(it) => json_value(it.value_type, it.value.as_ref()?),
        ElementBody::MultiLanguageProperty(it) => {
            it.value.iter().map(|text| json!({text.language.as_str(): text.text})).collect()
        }
        ElementBody::Range(it) => object([
            ("min", it.min.as_ref().map(|min| json_value(it.value_type, min))),
            ("max", it.max.as_ref().map(|max| json_value(it.value_type, max))),
        ]),
        ElementBody::Blob(it) => object([
            ("contentType", it.content_type.as_ref().map(text)),
            ("value", it.value.as_ref().filter(|_| extent == Extent::WithBlobValue).map(text)),
        ]),
        ElementBody::File(it) => object([
            ("contentType", it.content_type.as_ref().map(text)),
            ("value", it.value.as_ref().map(text)),
        ]),
        ElementBody::ReferenceElement(it) => reference(it.as_ref()?),
        ElementBody::RelationshipElement(it) => Value::Object(relation(it)),
        ElementBody::AnnotatedRelationshipElement(it) => {
            let mut value = relation(&it.relation);
            value.insert("annotations".into(), Value::Object(children(&it.annotations)));
            Value::Object(value)
        }
        ElementBody::BasicEventElement(it) => json!({"observed": reference(&it.observed)}),
        ElementBody::Entity(it) => {
            let ids = it.specific_asset_ids.iter().map(|id| json!({id.name.as_str(): id.value}));
            object([
                ("entityType", it.entity_type.map(|kind| json!(kind))),
                ("globalAssetId", it.global_asset_id.as_ref().map(text)),
                ("specificAssetIds", (!it.specific_asset_ids.is_empty()).then(|| ids.collect())),
                ("statements", Some(Value::Object(children(&it.statements)))),
            ])
        }
        ElementBody::SubmodelElementCollection(it) => Value::Object(children(it)),
        ElementBody::SubmodelElementList(it) => {
            let items = shown(&it.value, level, depth).iter();
            items.filter_map(|item| value_of(item, level, extent, depth + 1)).collect()
        }
        ElementBody::Capability | ElementBody::Operation(_) => return None,
    })
}

/// An object of the members that are there.
fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

fn text(text: &Text) -> Value {
    Value::String(text.to_string())
}

fn reference(it: &Reference) -> Value {
    serde_json::to_value(it).unwrap_or_default()
}

fn relation(it: &RelationshipElement) -> Map<String, Value> {
    let ends = [("first", &it.first), ("second", &it.second)];
    ends.into_iter().filter_map(|(name, end)| Some((name.to_owned(), reference(end.as_ref()?)))).collect()
}

/// How many digits a double keeps.
const DOUBLE_DIGITS: usize = 15;

/// A value as JSON says it: a boolean, a number where no digit is lost, or its text.
#[must_use]
pub fn json_value(kind: DataTypeDefXsd, text: &str) -> Value {
    let as_text = || Value::String(text.to_owned());
    if !xsd::is_valid(kind, text) {
        return as_text();
    }
    if kind == DataTypeDefXsd::Boolean {
        return Value::Bool(matches!(text, "true" | "1"));
    }
    if !xsd::is_numeric(kind) {
        return as_text();
    }
    let bare = text.strip_prefix('+').unwrap_or(text);
    let floating = matches!(kind, DataTypeDefXsd::Double | DataTypeDefXsd::Float);
    if !floating && !bare.contains('.') {
        let whole = bare.parse::<i64>().map(Value::from);
        return whole.or_else(|_| bare.parse::<u64>().map(Value::from)).unwrap_or_else(|_| as_text());
    }
    let digits = bare.bytes().filter(u8::is_ascii_digit).count();
    let number = bare.parse::<f64>().ok().filter(|_| floating || digits <= DOUBLE_DIGITS);
    number.and_then(serde_json::Number::from_f64).map_or_else(as_text, Value::Number)
}

/// Sets the values of a submodel's elements. Elements that are not named keep theirs.
///
/// # Errors
///
/// The first value that does not fit, with its place; then nothing is changed.
pub fn set_submodel_value(submodel: &mut Submodel, value: &Value) -> Result<(), ValueError> {
    let mut elements = submodel.submodel_elements.clone();
    set_named(&mut elements, value, "$")?;
    submodel.submodel_elements = elements;
    Ok(())
}

/// Sets the value of an element, and of those in it that are named.
///
/// # Errors
///
/// The first value that does not fit, with its place; then nothing is changed.
pub fn set_element_value(element: &mut SubmodelElement, value: &Value) -> Result<(), ValueError> {
    let mut changed = element.clone();
    set(&mut changed, value, "$")?;
    *element = changed;
    Ok(())
}

type Done = Result<(), ValueError>;

fn fail<T>(path: &str, kind: ValueErrorKind) -> Result<T, ValueError> {
    Err(ValueError { path: path.to_owned(), kind })
}

fn form<T>(path: &str, expected: &'static str, value: &Value) -> Result<T, ValueError> {
    let found = match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    fail(path, ValueErrorKind::Form { expected, found })
}

fn members<'v>(value: &'v Value, path: &str) -> Result<&'v Map<String, Value>, ValueError> {
    value.as_object().map_or_else(|| form(path, "an object", value), Ok)
}

fn items<'v>(value: &'v Value, path: &str) -> Result<&'v Vec<Value>, ValueError> {
    value.as_array().map_or_else(|| form(path, "a list", value), Ok)
}

fn string(value: &Value, path: &str) -> Result<Text, ValueError> {
    value.as_str().map_or_else(|| form(path, "a string", value), |text| Ok(text.into()))
}

/// Takes each member of an object, and refuses those that nobody takes.
fn each_member(
    value: &Value,
    path: &str,
    mut take: impl FnMut(&str, &Value, &str) -> Result<bool, ValueError>,
) -> Done {
    for (name, member) in members(value, path)? {
        let at = format!("{path}.{name}");
        if !take(name, member, &at)? {
            return fail(path, ValueErrorKind::NoMember(name.clone()));
        }
    }
    Ok(())
}

fn set_named(elements: &mut [SubmodelElement], value: &Value, path: &str) -> Done {
    each_member(value, path, |name, member, at| {
        match elements.iter_mut().find(|it| it.id_short.as_deref() == Some(name)) {
            Some(element) => set(element, member, at).map(|()| true),
            None => Ok(false),
        }
    })
}

fn set(element: &mut SubmodelElement, value: &Value, path: &str) -> Done {
    match &mut element.body {
        ElementBody::Property(it) => {
            it.value = Some(text_value(it.value_type, value, path)?);
            Ok(())
        }
        ElementBody::MultiLanguageProperty(it) => set_languages(it, value, path),
        ElementBody::Range(it) => set_range(it, value, path),
        ElementBody::Blob(it) => set_blob(it, value, path),
        ElementBody::File(it) => set_file(it, value, path),
        ElementBody::ReferenceElement(it) => {
            *it = Some(read::<Reference>(value, path)?.into());
            Ok(())
        }
        ElementBody::RelationshipElement(it) => {
            each_member(value, path, |name, member, at| set_end(it, name, member, at))
        }
        ElementBody::AnnotatedRelationshipElement(it) => set_annotated(it, value, path),
        ElementBody::BasicEventElement(it) => set_event(it, value, path),
        ElementBody::Entity(it) => set_entity(it, value, path),
        ElementBody::SubmodelElementCollection(it) => set_named(it, value, path),
        ElementBody::SubmodelElementList(it) => set_items(&mut it.value, value, path),
        ElementBody::Capability | ElementBody::Operation(_) => fail(path, ValueErrorKind::NoValue),
    }
}

/// The text of a value of a type.
fn text_value(kind: DataTypeDefXsd, value: &Value, path: &str) -> Result<Text, ValueError> {
    let text: Text = match value {
        Value::String(text) => text.into(),
        Value::Bool(it) if kind == DataTypeDefXsd::Boolean => if *it { "true" } else { "false" }.into(),
        Value::Number(number) if xsd::is_numeric(kind) => number.to_string().into(),
        other => return form(path, kind.as_str(), other),
    };
    if xsd::is_valid(kind, &text) {
        return Ok(text);
    }
    fail(path, ValueErrorKind::Type { kind, text: text.chars().take(80).collect() })
}

/// Reads a class in the place of a value.
fn read<T: Class + Decode>(value: &Value, path: &str) -> Result<T, ValueError> {
    read_value::<T>(value.clone()).strict().or_else(|faults| {
        let reason = faults.first().map_or_else(String::new, ToString::to_string);
        fail(path, ValueErrorKind::Unsound(reason))
    })
}

/// A list of objects with one language each, or one object with all.
fn set_languages(it: &mut MultiLanguageProperty, value: &Value, path: &str) -> Done {
    let mut texts = Vec::new();
    let mut take = |value: &Value, path: &str| {
        each_member(value, path, |language, member, at| {
            texts.push(LangString::new(language, string(member, at)?));
            Ok(true)
        })
    };
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                take(item, &format!("{path}[{index}]"))?;
            }
        }
        one => take(one, path)?,
    }
    it.value = texts;
    Ok(())
}

fn set_range(it: &mut Range, value: &Value, path: &str) -> Done {
    let kind = it.value_type;
    each_member(value, path, |name, member, at| {
        let end = match name {
            "min" => &mut it.min,
            "max" => &mut it.max,
            _ => return Ok(false),
        };
        *end = Some(text_value(kind, member, at)?);
        Ok(true)
    })
}

fn set_blob(it: &mut Blob, value: &Value, path: &str) -> Done {
    each_member(value, path, |name, member, at| {
        match name {
            "contentType" => it.content_type = Some(string(member, at)?),
            "value" => it.value = Some(text_value(DataTypeDefXsd::Base64Binary, member, at)?),
            _ => return Ok(false),
        }
        Ok(true)
    })
}

fn set_file(it: &mut File, value: &Value, path: &str) -> Done {
    each_member(value, path, |name, member, at| {
        match name {
            "contentType" => it.content_type = Some(string(member, at)?),
            "value" => it.value = Some(text_value(DataTypeDefXsd::AnyUri, member, at)?),
            _ => return Ok(false),
        }
        Ok(true)
    })
}

/// Sets one end of a relation; `false` when the name is none.
fn set_end(it: &mut RelationshipElement, name: &str, value: &Value, path: &str) -> Result<bool, ValueError> {
    let end = match name {
        "first" => &mut it.first,
        "second" => &mut it.second,
        _ => return Ok(false),
    };
    *end = Some(read::<Reference>(value, path)?.into());
    Ok(true)
}

fn set_annotated(it: &mut AnnotatedRelationshipElement, value: &Value, path: &str) -> Done {
    each_member(value, path, |name, member, at| {
        if name != "annotations" {
            return set_end(&mut it.relation, name, member, at);
        }
        // Metamodel 3.0 wrote a list of objects here, 3.1 writes one object.
        match member {
            Value::Array(items) => items.iter().try_for_each(|item| set_named(&mut it.annotations, item, at)),
            one => set_named(&mut it.annotations, one, at),
        }
        .map(|()| true)
    })
}

fn set_event(it: &mut BasicEventElement, value: &Value, path: &str) -> Done {
    each_member(value, path, |name, member, at| {
        if name != "observed" {
            return Ok(false);
        }
        it.observed = read::<Reference>(member, at)?.into();
        Ok(true)
    })
}

fn set_entity(it: &mut Entity, value: &Value, path: &str) -> Done {
    each_member(value, path, |name, member, at| {
        match name {
            "statements" => set_named(&mut it.statements, member, at)?,
            "globalAssetId" => it.global_asset_id = Some(string(member, at)?),
            "entityType" => {
                let word = string(member, at)?;
                let Some(kind) = EntityType::from_word(&word) else {
                    return form(at, "an EntityType", member);
                };
                it.entity_type = Some(kind);
            }
            "specificAssetIds" => set_asset_ids(it, member, at)?,
            _ => return Ok(false),
        }
        Ok(true)
    })
}

/// Sets asset ids by their names; one that is known keeps what else is said of it.
fn set_asset_ids(it: &mut Entity, value: &Value, path: &str) -> Done {
    let mut ids = Vec::new();
    for (index, item) in items(value, path)?.iter().enumerate() {
        each_member(item, &format!("{path}[{index}]"), |name, member, at| {
            let value = string(member, at)?;
            let known = it.specific_asset_ids.iter().find(|id| id.name == name);
            let mut id = known.cloned().unwrap_or_else(|| SpecificAssetId::new(name, ""));
            id.value = value;
            ids.push(id);
            Ok(true)
        })?;
    }
    it.specific_asset_ids = ids;
    Ok(())
}

/// Sets the values of a list's elements. The list gets shorter with the values; longer only as a copy of its first.
fn set_items(elements: &mut Vec<SubmodelElement>, value: &Value, path: &str) -> Done {
    let values = items(value, path)?;
    if let Some(first) = elements.first().cloned() {
        elements.resize(values.len(), first);
    } else if !values.is_empty() {
        return fail(path, ValueErrorKind::NoMember("[0]".into()));
    }
    for (index, (element, value)) in elements.iter_mut().zip(values).enumerate() {
        set(element, value, &format!("{path}[{index}]"))?;
    }
    Ok(())
}
