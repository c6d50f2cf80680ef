//! Fields of the query language: `$aas#assetInformation.specificAssetIds[].name`, `$sme.Motor.Speed#value`.

use crate::path;
use serde_json::Value;
use trine_shells::{Field, asset_key, reference_key};

/// A field of a kind of document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FieldPath {
    /// The element that the field is of; `None`: the document; empty: any element.
    element: Option<String>,
    steps: Vec<FieldStep>,
    name: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum FieldStep {
    Member(String),
    /// Each of a list, or the one at a place.
    Items(Option<usize>),
}

const SHELL: &[&str] = &[
    "idShort",
    "id",
    "assetInformation.assetKind",
    "assetInformation.assetType",
    "assetInformation.globalAssetId",
    "assetInformation.specificAssetIds[]",
    "submodels[]",
];
const SUBMODEL: &[&str] = &["idShort", "id", "semanticId"];
const ELEMENT: &[&str] = &["idShort", "semanticId", "value", "valueType", "language"];
const CONCEPT: &[&str] = &["idShort", "id"];
const SHELL_DESCRIPTOR: &[&str] = &[
    "idShort",
    "id",
    "assetKind",
    "assetType",
    "globalAssetId",
    "specificAssetIds[]",
    "endpoints[]",
    "submodelDescriptors[]",
];
const SUBMODEL_DESCRIPTOR: &[&str] = &["idShort", "id", "semanticId", "endpoints[]"];
const ASSET_ID: &[&str] = &["name", "value", "externalSubjectId"];
const REFERENCE: &[&str] = &["type", "keys[].type", "keys[].value"];
const ENDPOINT: &[&str] = &["interface", "protocolinformation.href", "protocolInformation.href"];

impl FieldPath {
    /// Reads a field; `None` when there is none of that name.
    pub fn parse(text: &str) -> Option<Self> {
        let (of, name) = text.split_once('#')?;
        let (of, at) = match of.split_once('.') {
            Some((of, at)) => (of, Some(at)),
            None => (of, None),
        };
        let known = match of {
            "$aas" => SHELL,
            "$sm" => SUBMODEL,
            "$sme" => ELEMENT,
            "$cd" => CONCEPT,
            "$aasdesc" => SHELL_DESCRIPTOR,
            "$smdesc" => SUBMODEL_DESCRIPTOR,
            _ => return None,
        };
        let element = match (of, at) {
            ("$sme", None) => Some(String::new()),
            ("$sme", Some(at)) => Some(path::parse(&at.replace("[]", "[0]")).map(|_| at.to_owned())?),
            (_, None) => None,
            _ => return None,
        };
        is_known(known, name).then_some(())?;
        Some(Self { element, steps: steps(name)?, name: name.to_owned() })
    }

    /// The values of the field in a document.
    pub fn values(&self, document: &Value) -> Vec<Value> {
        let mut roots = Vec::new();
        match self.element.as_deref() {
            None => roots.push(document),
            Some("") => everything(document, &mut roots),
            Some(at) => at_path(document, at, &mut roots),
        }
        let mut values = Vec::new();
        roots.into_iter().for_each(|root| walk(root, &self.steps, &mut values));
        values
    }

    /// How the store searches for this field being this text.
    pub fn indexed(&self, text: &str) -> Option<(Field, String)> {
        if self.element.is_some() {
            return None;
        }
        match self.name.as_str() {
            "idShort" => Some((Field::IdShort, text.to_owned())),
            "assetInformation.globalAssetId" | "globalAssetId" => {
                Some((Field::AssetId, asset_key("globalAssetId", text)))
            }
            "semanticId" | "semanticId.keys[0].value" => None,
            "assetInformation.assetKind" | "assetKind" => Some((Field::AssetKind, text.to_owned())),
            "assetInformation.assetType" | "assetType" => Some((Field::AssetType, text.to_owned())),
            _ => None,
        }
    }
}

fn is_known(known: &[&str], name: &str) -> bool {
    let plain = generic(name);
    known.iter().any(|start| {
        let Some(rest) = plain.strip_prefix(start) else { return false };
        let below: &[&str] = match *start {
            "assetInformation.specificAssetIds[]" | "specificAssetIds[]" => ASSET_ID,
            "semanticId" | "submodels[]" => REFERENCE,
            "endpoints[]" => ENDPOINT,
            "submodelDescriptors[]" => SUBMODEL_DESCRIPTOR,
            _ => return rest.is_empty(),
        };
        let may_be_bare = *start == "semanticId";
        match rest.strip_prefix('.') {
            Some(rest) => {
                is_known(below, rest)
                    || rest.strip_prefix("externalSubjectId.").is_some_and(|rest| is_known(REFERENCE, rest))
            }
            None => rest.is_empty() && may_be_bare,
        }
    })
}

/// The name with every place of a list left open.
fn generic(name: &str) -> String {
    let mut plain = String::new();
    let mut is_inside = false;
    for c in name.chars() {
        match c {
            '[' => is_inside = true,
            ']' => is_inside = false,
            c if is_inside && c.is_ascii_digit() => continue,
            _ => {}
        }
        plain.push(c);
    }
    plain
}

fn steps(name: &str) -> Option<Vec<FieldStep>> {
    let mut steps = Vec::new();
    for part in name.split('.') {
        let (member, indices) = part.split_at(part.find('[').unwrap_or(part.len()));
        steps.push(FieldStep::Member(member.to_owned()));
        match indices.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some("") => steps.push(FieldStep::Items(None)),
            Some(index) => steps.push(FieldStep::Items(Some(index.parse().ok()?))),
            None if indices.is_empty() => {}
            None => return None,
        }
    }
    Some(steps)
}

fn walk(here: &Value, steps: &[FieldStep], values: &mut Vec<Value>) {
    let Some((step, rest)) = steps.split_first() else {
        return leaf(here, values);
    };
    match step {
        FieldStep::Member(name) => {
            // The schema writes one member in lower case.
            let name = if name == "protocolinformation" { "protocolInformation" } else { name };
            match here {
                // A text in several languages has its language and its text below `value`.
                Value::Object(members) if name == "language" && !members.contains_key("language") => {
                    walk(&members.get("value").cloned().unwrap_or_default(), steps, values);
                }
                Value::Array(items) => items.iter().for_each(|item| walk(item, steps, values)),
                here => here.get(name).into_iter().for_each(|member| walk(member, rest, values)),
            }
        }
        FieldStep::Items(place) => {
            let items = here.as_array().map(Vec::as_slice).unwrap_or_default();
            match place {
                Some(place) => items.get(*place).into_iter().for_each(|item| walk(item, rest, values)),
                None => items.iter().for_each(|item| walk(item, rest, values)),
            }
        }
    }
}

/// Plain values; a reference is the values of its keys, a text in several languages each of them.
fn leaf(value: &Value, values: &mut Vec<Value>) {
    match value {
        Value::Object(members) => {
            match (members.get("keys").and_then(Value::as_array), members.get("text")) {
                (Some(keys), _) => {
                    let key = reference_key(keys.iter().filter_map(|key| key["value"].as_str()));
                    values.push(key.into());
                }
                (None, Some(text)) => values.push(text.clone()),
                (None, None) => {}
            }
        }
        Value::Array(items) => items.iter().for_each(|item| leaf(item, values)),
        Value::Null => {}
        plain => values.push(plain.clone()),
    }
}

fn everything<'a>(element: &'a Value, roots: &mut Vec<&'a Value>) {
    for child in path::children(element) {
        roots.push(child);
        everything(child, roots);
    }
}

/// The elements at a path in which `[]` is each place of a list.
fn at_path<'a>(document: &'a Value, at: &str, roots: &mut Vec<&'a Value>) {
    match at.split_once("[]") {
        None => roots.extend(path::find(document, at).ok()),
        Some((before, after)) => {
            let Ok(list) = path::find(document, before) else { return };
            for place in 0..path::children(list).len() {
                at_path(document, &format!("{before}[{place}]{after}"), roots);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_are_those_of_the_language() {
        for known in [
            "$aas#idShort",
            "$aas#assetInformation.specificAssetIds[0].value",
            "$aas#submodels[].keys[0].value",
            "$sm#semanticId",
            "$sm#semanticId.keys[].value",
            "$sme#value",
            "$sme.A.B[0].C#idShort",
            "$sme.A[].B#value",
            "$cd#id",
            "$aasdesc#endpoints[].interface",
            "$smdesc#id",
            "$aas#assetInformation.specificAssetIds[].externalSubjectId.keys[0].value",
        ] {
            assert!(FieldPath::parse(known).is_some(), "{known}");
        }
        for unknown in
            ["", "$aas", "$aas#", "$aas#x", "$xy#id", "idShort", "$sm#value", "$aas#idShort.x", "$aas.A#id"]
        {
            assert!(FieldPath::parse(unknown).is_none(), "{unknown}");
        }
    }

    #[test]
    fn values_of_elements_are_found() {
        let submodel = json!({ "modelType": "Submodel", "submodelElements": [
            { "modelType": "SubmodelElementList", "idShort": "L", "value": [
                { "modelType": "Property", "value": "1" }, { "modelType": "Property", "value": "2" } ] } ] });
        let values = |field: &str| FieldPath::parse(field).unwrap().values(&submodel);
        assert_eq!(values("$sme.L[]#value"), [json!("1"), json!("2")]);
        assert_eq!(values("$sme.L[1]#value"), [json!("2")]);
        assert_eq!(values("$sme#idShort"), [json!("L")]);
    }
}
