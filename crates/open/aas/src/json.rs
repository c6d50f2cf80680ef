//! JSON in and out.
//!
//! Spec: IDTA-01001, annex JSON; the nesting bound is serde_json's 128 levels, which 60 levels of elements need.

use crate::decode::{Context, Decode};
use crate::tree::Tree;
use crate::{
    AssetAdministrationShell, AssetInformation, ConceptDescription, Environment, Fault, FaultKind, Pool,
    Reference, Submodel, SubmodelElement,
};

/// What was read, and all that is wrong with it.
#[derive(Clone, Debug)]
pub struct Reading<T> {
    /// What could be read; `None` when nothing of it can stand. With errors among the faults it holds what was
    /// understood, and the rest as it came.
    pub value: Option<T>,
    /// What is wrong, in the order of the document.
    pub faults: Vec<Fault>,
}

impl<T> Reading<T> {
    /// The value when nothing breaks the metamodel, all faults otherwise. Warnings are dropped.
    ///
    /// # Errors
    ///
    /// All errors of the document, each with its place.
    pub fn strict(self) -> Result<T, Vec<Fault>> {
        let errors: Vec<Fault> = self.faults.into_iter().filter(Fault::is_error).collect();
        match self.value {
            Some(value) if errors.is_empty() => Ok(value),
            _ => Err(errors),
        }
    }
}

mod sealed {
    /// What [`super::Class`] needs and nobody else may have.
    pub trait Sealed {}
}

/// What can stand alone in a document.
#[expect(private_bounds, reason = "how it is read is the crate's own business")]
pub trait Class: Decode + serde::Serialize + sealed::Sealed {}

macro_rules! stands_alone {
    ($($class:ty),+) => { $(impl sealed::Sealed for $class {} impl Class for $class {})+ };
}
stands_alone!(
    AssetAdministrationShell,
    AssetInformation,
    ConceptDescription,
    Environment,
    Submodel,
    SubmodelElement,
    Reference,
    crate::Resource,
    crate::SpecificAssetId,
    crate::LangString,
    crate::OperationVariable,
    crate::Qualifier,
    crate::Extension,
    crate::AdministrativeInformation,
    crate::DataSpecificationIec61360
);

/// Reads a class from JSON text.
#[must_use]
pub fn read<T: Class>(bytes: &[u8]) -> Reading<T> {
    read_pooled(bytes, &mut Pool::new())
}

/// Reads a class from JSON text, sharing its texts with what else was read with the pool.
#[must_use]
pub fn read_pooled<T: Class>(bytes: &[u8], pool: &mut Pool) -> Reading<T> {
    match serde_json::from_slice::<Tree<'_>>(bytes) {
        Ok(tree) => read_tree(&tree, pool),
        Err(error) => {
            let kind = if error.to_string().starts_with("recursion limit") {
                FaultKind::TooDeep
            } else {
                FaultKind::Syntax(error.to_string())
            };
            Reading { value: None, faults: vec![Fault { path: "$".into(), kind }] }
        }
    }
}

/// Reads a class from a JSON value.
#[must_use]
pub fn read_value<T: Class>(value: serde_json::Value) -> Reading<T> {
    read_tree(&Tree::from(value), &mut Pool::new())
}

/// Reads a class from a tree.
pub(crate) fn read_tree<T: Decode>(tree: &Tree<'_>, pool: &mut Pool) -> Reading<T> {
    let mut cx = Context::new(pool);
    let value = T::decode(tree, &mut cx);
    Reading { value, faults: cx.into_faults() }
}

/// Writes a class as JSON text.
#[must_use]
pub fn write<T: Class>(it: &T) -> Vec<u8> {
    serde_json::to_vec(it).expect("classes have string keys and no writer that fails")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// A submodel with each kind of element and most members.
    fn everything() -> Value {
        let to =
            json!({"type": "ExternalReference", "keys": [{"type": "GlobalReference", "value": "urn:x"}]});
        json!({
            "modelType": "Submodel", "id": "urn:sm", "idShort": "All", "kind": "Instance", "semanticId": to,
            "description": [{"language": "en", "text": "All there is"}],
            "administration": {"version": "1", "revision": "2", "templateId": "urn:t"},
            "submodelElements": [
                {"modelType": "Property", "idShort": "P", "valueType": "xs:int", "value": "5", "valueId": to,
                 "qualifiers": [{"type": "Q", "kind": "ValueQualifier", "valueType": "xs:int", "value": "1"}],
                 "extensions": [{"name": "E", "value": "x"}], "supplementalSemanticIds": [to], "semanticId": to},
                {"modelType": "MultiLanguageProperty", "idShort": "M", "value": [{"language": "de", "text": "Hallo"}]},
                {"modelType": "Range", "idShort": "R", "valueType": "xs:double", "min": "0.5", "max": "2"},
                {"modelType": "Blob", "idShort": "B", "contentType": "a/b", "value": "AQID"},
                {"modelType": "File", "idShort": "F", "contentType": "a/b", "value": "/aasx/f.pdf"},
                {"modelType": "ReferenceElement", "idShort": "Ref", "value": to},
                {"modelType": "RelationshipElement", "idShort": "Rel", "first": to, "second": to},
                {"modelType": "AnnotatedRelationshipElement", "idShort": "Ann", "first": to, "second": to,
                 "annotations": [{"modelType": "Property", "idShort": "N", "valueType": "xs:string"}]},
                {"modelType": "Capability", "idShort": "C"},
                {"modelType": "Operation", "idShort": "O", "inputVariables":
                 [{"value": {"modelType": "Property", "idShort": "I", "valueType": "xs:string"}}]},
                {"modelType": "BasicEventElement", "idShort": "Ev", "observed": to, "direction": "input",
                 "state": "off", "messageTopic": "t", "minInterval": "PT1S"},
                {"modelType": "Entity", "idShort": "En", "entityType": "SelfManagedEntity", "globalAssetId": "urn:a",
                 "specificAssetIds": [{"name": "n", "value": "v", "externalSubjectId": to}],
                 "statements": [{"modelType": "Capability", "idShort": "S"}]},
                {"modelType": "SubmodelElementCollection", "idShort": "Co", "value":
                 [{"modelType": "Capability", "idShort": "Deep"}]},
                {"modelType": "SubmodelElementList", "idShort": "L", "orderRelevant": false, "typeValueListElement":
                 "Property", "valueTypeListElement": "xs:int", "semanticIdListElement": to,
                 "value": [{"modelType": "Property", "valueType": "xs:int", "value": "1"}]},
            ]
        })
    }

    fn paths<T>(reading: &Reading<T>) -> Vec<String> {
        reading.faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_read_is_written_again() {
        let reading = read_value::<Submodel>(everything());
        assert_eq!(paths(&reading), Vec::<String>::new());
        let written = serde_json::to_value(reading.value.unwrap()).unwrap();
        assert_eq!(written, everything());
    }

    #[test]
    fn what_is_not_understood_is_kept() {
        let mut document = everything();
        document["vendor"] = json!({"deep": [1, 2.5, null]});
        document["submodelElements"][0]["valueType"] = json!("xs:int");
        document["submodelElements"][0]["semanticId"]["keys"][0]["note"] = json!(1);
        document["submodelElements"][3]["contentType"] = json!(17);
        let reading = read_value::<Submodel>(document.clone());
        assert_eq!(
            paths(&reading),
            [
                "$.submodelElements[0].semanticId.keys[0]: `note` is not part of the metamodel; it is kept as it is",
                "$.submodelElements[3].contentType: a number found where a string is expected",
                "$: `vendor` is not part of the metamodel; it is kept as it is",
            ]
        );
        assert_eq!(serde_json::to_value(reading.value.unwrap()).unwrap(), document);
    }

    #[test]
    fn every_fault_is_named_and_not_only_the_first() {
        let document = br#"{"submodels": [
            {"modelType": "Submodel", "idShort": 5, "kind": "Typo", "submodelElements": [
                {"modelType": "Property", "idShort": "A"}, {"modelType": "Elephant"}, 7]},
            {"modelType": "Submodel", "id": "urn:sound"}], "conceptDescriptions": [], "submodels": []}"#;
        let reading = read::<Environment>(document);
        assert_eq!(
            paths(&reading),
            [
                "$.submodels[0].idShort: a number found where a string is expected",
                "$.submodels[0]: `id` is missing",
                "$.submodels[0].kind: `Typo` is no ModellingKind",
                "$.submodels[0].submodelElements[0]: `valueType` is missing",
                "$.submodels[0].submodelElements[1].modelType: `Elephant` is no KeyType",
                "$.submodels[0].submodelElements[2]: a number found where an object is expected",
                "$.conceptDescriptions: an empty list must be left out",
                "$: `submodels` comes more than once",
            ]
        );
        let sound = reading.value.unwrap();
        assert_eq!(sound.submodels.len(), 1, "the sound one is offered");
    }

    #[test]
    fn nesting_is_bounded() {
        let mut document = String::from(r#"{"modelType": "Capability"}"#);
        for _ in 0..200 {
            document = format!(
                r#"{{"modelType": "SubmodelElementCollection", "idShort": "a", "value": [{document}]}}"#
            );
        }
        let reading = read::<SubmodelElement>(document.as_bytes());
        assert_eq!(reading.faults[0].kind, FaultKind::TooDeep);
        assert!(read::<SubmodelElement>("[".repeat(1 << 20).as_bytes()).value.is_none());
    }

    #[test]
    fn a_flood_of_faults_is_cut() {
        let items = vec!["0"; 5000].join(",");
        let reading = read::<Environment>(format!(r#"{{"submodels": [{items}]}}"#).as_bytes());
        assert_eq!(reading.faults.len(), 1001);
        assert_eq!(reading.faults[1000].kind, FaultKind::TooMany(1000));
    }

    #[test]
    fn text_that_is_no_json_is_refused() {
        for text in ["", "{", "{]", "\u{feff}{}", "{\"id\": \"\\ud800\"}"] {
            let reading = read::<Submodel>(text.as_bytes());
            assert!(matches!(reading.faults[0].kind, FaultKind::Syntax(_)), "{text}");
        }
    }
}
