//! One submodel in each form that the API writes.

use super::*;
use crate::{IdShortPath, Submodel};
use serde_json::{Value, json};

fn sample() -> Submodel {
    let to = json!({"type": "ExternalReference", "keys": [{"type": "GlobalReference", "value": "urn:x"}]});
    let document = json!({"modelType": "Submodel", "id": "urn:sm", "submodelElements": [
        {"modelType": "Property", "idShort": "P", "valueType": "xs:int", "value": "5"},
        {"modelType": "Property", "idShort": "Flag", "valueType": "xs:boolean", "value": "1"},
        {"modelType": "Property", "idShort": "Exact", "valueType": "xs:decimal", "value": "0.1234567890123456789"},
        {"modelType": "MultiLanguageProperty", "idShort": "M", "value": [{"language": "de", "text": "Hallo"}]},
        {"modelType": "Range", "idShort": "R", "valueType": "xs:double", "min": "0.5", "max": "INF"},
        {"modelType": "Blob", "idShort": "B", "contentType": "a/b", "value": "AQID"},
        {"modelType": "File", "idShort": "F", "contentType": "a/b", "value": "/f.pdf"},
        {"modelType": "ReferenceElement", "idShort": "Ref", "value": to},
        {"modelType": "RelationshipElement", "idShort": "Rel", "first": to, "second": to},
        {"modelType": "AnnotatedRelationshipElement", "idShort": "Ann", "first": to, "second": to,
         "annotations": [{"modelType": "Property", "idShort": "N", "valueType": "xs:string", "value": "n"}]},
        {"modelType": "Capability", "idShort": "C"},
        {"modelType": "BasicEventElement", "idShort": "Ev", "observed": to, "direction": "input", "state": "off"},
        {"modelType": "Entity", "idShort": "En", "entityType": "SelfManagedEntity", "globalAssetId": "urn:a",
         "specificAssetIds": [{"name": "sn", "value": "1"}],
         "statements": [{"modelType": "Property", "idShort": "S", "valueType": "xs:string", "value": "s"}]},
        {"modelType": "SubmodelElementCollection", "idShort": "Co", "value": [
            {"modelType": "SubmodelElementList", "idShort": "L", "typeValueListElement": "Property",
             "valueTypeListElement": "xs:int", "value": [{"modelType": "Property", "valueType": "xs:int", "value": "1"}]}]},
    ]});
    crate::json::read_value::<Submodel>(document).strict().unwrap()
}

fn expected_value() -> Value {
    let to = json!({"type": "ExternalReference", "keys": [{"type": "GlobalReference", "value": "urn:x"}]});
    json!({
        "P": 5, "Flag": true, "Exact": "0.1234567890123456789", "M": [{"de": "Hallo"}],
        "R": {"min": 0.5, "max": "INF"}, "B": {"contentType": "a/b", "value": "AQID"},
        "F": {"contentType": "a/b", "value": "/f.pdf"}, "Ref": to, "Rel": {"first": to, "second": to},
        "Ann": {"first": to, "second": to, "annotations": {"N": "n"}}, "Ev": {"observed": to},
        "En": {"entityType": "SelfManagedEntity", "globalAssetId": "urn:a", "specificAssetIds": [{"sn": "1"}],
               "statements": {"S": "s"}},
        "Co": {"L": [1]},
    })
}

fn path(text: &str) -> IdShortPath {
    text.parse().unwrap()
}

#[test]
fn values_are_written() {
    assert_eq!(submodel_value(&sample(), Level::Deep, Extent::WithBlobValue), expected_value());
    let without = submodel_value(&sample(), Level::Core, Extent::WithoutBlobValue);
    assert_eq!(without["B"], json!({"contentType": "a/b"}));
    assert_eq!(without["Co"], json!({}), "the core of a submodel has no grandchildren");
}

#[test]
fn values_that_were_written_can_be_set() {
    let mut submodel = sample();
    set_submodel_value(&mut submodel, &expected_value()).unwrap();
    assert_eq!(submodel_value(&submodel, Level::Deep, Extent::WithBlobValue), expected_value());
    set_submodel_value(
        &mut submodel,
        &json!({"P": -7, "Co": {"L": [2, 3]}, "M": {"en": "Hi", "fr": "Salut"}}),
    )
    .unwrap();
    let after = submodel_value(&submodel, Level::Deep, Extent::WithBlobValue);
    assert_eq!((&after["P"], &after["Co"]), (&json!(-7), &json!({"L": [2, 3]})));
    assert_eq!(after["M"], json!([{"en": "Hi"}, {"fr": "Salut"}]));
    assert_eq!(after["F"], expected_value()["F"], "what is not named stays");
}

#[test]
fn values_that_do_not_fit_change_nothing() {
    for (value, place) in [
        (json!({"P": "x"}), "$.P"),
        (json!({"P": 1.5}), "$.P"),
        (json!({"P": 3_000_000_000_u64}), "$.P"),
        (json!({"P": 6, "Flag": 1}), "$.Flag"),
        (json!({"P": 6, "Nobody": 1}), "$"),
        (json!({"M": [{"de": 5}]}), "$.M[0].de"),
        (json!({"R": {"mid": 1}}), "$.R"),
        (json!({"B": {"value": "*"}}), "$.B.value"),
        (json!({"Ref": {"type": "Nonsense", "keys": []}}), "$.Ref"),
        (json!({"C": 1}), "$.C"),
        (json!({"Co": {"L": {"0": 1}}}), "$.Co.L"),
        (json!({"En": {"entityType": "x"}}), "$.En.entityType"),
        (json!([]), "$"),
    ] {
        let mut submodel = sample();
        let error = set_submodel_value(&mut submodel, &value).unwrap_err();
        assert_eq!(error.path, place, "{value}");
        assert_eq!(submodel, sample(), "{value}");
    }
}

#[test]
fn metadata_has_no_values() {
    let sample = sample();
    let of = |text| serde_json::to_value(metadata(sample.element(&path(text)).unwrap())).unwrap();
    assert_eq!(of("P"), json!({"modelType": "Property", "idShort": "P", "valueType": "xs:int"}));
    assert_eq!(
        of("Co.L"),
        json!({"modelType": "SubmodelElementList", "idShort": "L", "typeValueListElement": "Property",
               "valueTypeListElement": "xs:int"})
    );
    assert_eq!(
        of("Ev"),
        json!({"modelType": "BasicEventElement", "idShort": "Ev", "direction": "input", "state": "off"})
    );
    assert_eq!(of("En"), json!({"modelType": "Entity", "idShort": "En"}));
    let whole = serde_json::to_value(submodel_metadata(&sample)).unwrap();
    assert_eq!(whole, json!({"modelType": "Submodel", "id": "urn:sm"}));
}

#[test]
fn paths_go_as_deep_as_the_level() {
    let sample = sample();
    let all = submodel_paths(&sample, Level::Deep);
    assert_eq!(&all[all.len() - 3..], ["Co", "Co.L", "Co.L[0]"]);
    assert_eq!(submodel_paths(&sample, Level::Core).len(), sample.submodel_elements.len());
    let co = sample.element(&path("Co")).unwrap();
    assert_eq!(element_paths(co, &path("Co"), Level::Core), ["Co", "Co.L"]);
    assert_eq!(element_paths(co, &path("Co"), Level::Deep), ["Co", "Co.L", "Co.L[0]"]);
}

#[test]
fn references_name_the_kind_of_each_step() {
    let reference = element_reference(&sample(), &path("Co.L[0]")).unwrap();
    let keys: Vec<String> = reference.keys.iter().map(|key| format!("{} {}", key.kind, key.value)).collect();
    assert_eq!(
        keys,
        ["Submodel urn:sm", "SubmodelElementCollection Co", "SubmodelElementList L", "Property 0"]
    );
    assert_eq!(element_reference(&sample(), &path("Co.X")), None);
}

#[test]
fn a_cut_keeps_what_the_level_and_the_extent_show() {
    let sample = sample();
    assert!(matches!(submodel(&sample, Level::Deep, Extent::WithBlobValue), std::borrow::Cow::Borrowed(_)));
    let cut = submodel(&sample, Level::Core, Extent::WithoutBlobValue);
    assert!(cut.element(&path("Co")).is_some() && cut.element(&path("Co.L")).is_none());
    assert!(!serde_json::to_string(&*cut).unwrap().contains("AQID"));
    let co = element(sample.element(&path("Co")).unwrap(), Level::Core, Extent::WithBlobValue);
    assert!(co.children().len() == 1 && co.children()[0].children().is_empty());
}
