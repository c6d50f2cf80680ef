//! A table: for each constraint something that holds, and the same with it broken.

#![expect(clippy::needless_pass_by_value, reason = "a call reads as the document that it makes")]

use super::*;
use crate::json::read_value;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// An external reference.
fn ext(id: &str) -> Value {
    json!({"type": "ExternalReference", "keys": [{"type": "GlobalReference", "value": id}]})
}

/// A reference of keys.
fn keys(kind: &str, keys: &[(&str, &str)]) -> Value {
    let keys: Vec<Value> = keys.iter().map(|(kind, value)| json!({"type": kind, "value": value})).collect();
    json!({"type": kind, "keys": keys})
}

fn prop(id_short: &str, more: Value) -> Value {
    merge(json!({"modelType": "Property", "idShort": id_short, "valueType": "xs:int"}), more)
}

fn merge(mut into: Value, more: Value) -> Value {
    into.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    into
}

fn submodel_of(elements: Value) -> Value {
    json!({"submodels": [{"modelType": "Submodel", "id": "urn:sm", "submodelElements": elements}]})
}

fn with(more: Value) -> Value {
    submodel_of(json!([prop("P0", more)]))
}

fn list(more: Value) -> Value {
    let base = json!({"modelType": "SubmodelElementList", "idShort": "L0", "typeValueListElement": "Property",
                      "valueTypeListElement": "xs:int"});
    submodel_of(json!([merge(base, more)]))
}

fn asset(more: Value) -> Value {
    let info = merge(json!({"assetKind": "Instance"}), more);
    json!({"assetAdministrationShells": [{"modelType": "AssetAdministrationShell", "id": "urn:aas", "assetInformation": info}]})
}

fn concept(category: &str, content: Value) -> Value {
    let base = json!({"modelType": "DataSpecificationIec61360", "preferredName": [{"language": "en", "text": "n"}],
                      "definition": [{"language": "en-GB", "text": "d"}]});
    let specification = json!({
        "dataSpecification": ext("https://admin-shell.io/DataSpecificationTemplates/DataSpecificationIec61360/3"),
        "dataSpecificationContent": merge(base, content)});
    let mut concept = json!({"modelType": "ConceptDescription", "id": "urn:cd", "embeddedDataSpecifications": [specification]});
    if !category.is_empty() {
        concept["category"] = category.into();
    }
    json!({"conceptDescriptions": [concept]})
}

fn semantic(reference: Value) -> Value {
    with(json!({"semanticId": reference}))
}

fn qualified(kind: &str) -> Value {
    json!({"qualifiers": [{"type": "q", "kind": kind, "valueType": "xs:string"}]})
}

fn violations(document: &Value, version: Version) -> Vec<String> {
    let reading = read_value::<Environment>(document.clone());
    assert_eq!(reading.faults, [], "{document}");
    environment(&reading.value.unwrap(), version).iter().map(ToString::to_string).collect()
}

/// `(constraint, what holds, what does not)`, all of 3.0.
fn table() -> Vec<(Constraint, Value, Value)> {
    use Constraint as C;
    let mlp = |more: Value| {
        submodel_of(json!([merge(json!({"modelType": "MultiLanguageProperty", "idShort": "M0"}), more)]))
    };
    let one = |value: Value| list(json!({"value": [value]}));
    let item = |more: Value| merge(json!({"modelType": "Property", "valueType": "xs:int"}), more);
    let entity =
        |more: Value| submodel_of(json!([merge(json!({"modelType": "Entity", "idShort": "E0"}), more)]));
    let template = |kind: &str, more: Value| {
        let mut document = with(json!({}));
        document["submodels"][0]["kind"] = kind.into();
        let submodel = document["submodels"][0].take();
        json!({"submodels": [merge(submodel, more)]})
    };
    let operation = |second: &str| {
        submodel_of(json!([{"modelType": "Operation", "idShort": "O0",
            "inputVariables": [{"value": prop("V0", json!({}))}], "outputVariables": [{"value": prop(second, json!({}))}]}]))
    };
    let pair = |value: Value| {
        let mut document = concept(
            "",
            json!({"valueList": {"valueReferencePairs": [{"value": "v", "valueId": ext("urn:v")}]}}),
        );
        let mut coded = concept("", value)["conceptDescriptions"][0].take();
        coded["id"] = "urn:v".into();
        document["conceptDescriptions"].as_array_mut().unwrap().push(coded);
        document
    };
    let spec = |id: &str| {
        let mut document = concept("", json!({}));
        document["conceptDescriptions"][0]["embeddedDataSpecifications"][0]["dataSpecification"] = ext(id);
        document
    };
    let sm = ("Submodel", "urn:sm");
    vec![
        (
            C::Aasd002,
            submodel_of(json!([prop("a_1", json!({}))])),
            submodel_of(json!([prop("1a", json!({}))])),
        ),
        (
            C::Aasd005,
            template("Instance", json!({"administration": {"version": "1", "revision": "0"}})),
            template("Instance", json!({"administration": {"revision": "0"}})),
        ),
        (
            C::Aasd014,
            entity(json!({"entityType": "SelfManagedEntity", "globalAssetId": "urn:a"})),
            entity(json!({"entityType": "SelfManagedEntity"})),
        ),
        (
            C::Aasd014,
            entity(json!({"entityType": "CoManagedEntity"})),
            entity(json!({"entityType": "CoManagedEntity", "globalAssetId": "urn:a"})),
        ),
        (
            C::Aasd020,
            with(json!({"qualifiers": [{"type": "q", "valueType": "xs:int", "value": "1"}]})),
            with(json!({"qualifiers": [{"type": "q", "valueType": "xs:int", "value": "x"}]})),
        ),
        (
            C::Aasd021,
            with(
                json!({"qualifiers": [{"type": "q", "valueType": "xs:int"}, {"type": "r", "valueType": "xs:int"}]}),
            ),
            with(
                json!({"qualifiers": [{"type": "q", "valueType": "xs:int"}, {"type": "q", "valueType": "xs:int"}]}),
            ),
        ),
        (
            C::Aasd022,
            submodel_of(json!([prop("a", json!({})), prop("A", json!({}))])),
            submodel_of(json!([prop("a", json!({})), prop("a", json!({}))])),
        ),
        (
            C::Aasd077,
            with(json!({"extensions": [{"name": "a"}, {"name": "b"}]})),
            with(json!({"extensions": [{"name": "a"}, {"name": "a"}]})),
        ),
        (C::Aasd090, with(json!({"category": "PARAMETER"})), with(json!({"category": "parameter"}))),
        (
            C::Aasd107,
            list(
                json!({"semanticIdListElement": ext("urn:x"), "value": [item(json!({"semanticId": ext("urn:x")}))]}),
            ),
            list(
                json!({"semanticIdListElement": ext("urn:y"), "value": [item(json!({"semanticId": ext("urn:x")}))]}),
            ),
        ),
        (C::Aasd108, one(item(json!({}))), one(json!({"modelType": "Range", "valueType": "xs:int"}))),
        (C::Aasd109, one(item(json!({}))), one(item(json!({"valueType": "xs:long"})))),
        (
            C::Aasd109,
            one(item(json!({}))),
            submodel_of(
                json!([{"modelType": "SubmodelElementList", "idShort": "L0", "typeValueListElement": "Range"}]),
            ),
        ),
        (
            C::Aasd114,
            list(
                json!({"value": [item(json!({"semanticId": ext("urn:x")})), item(json!({"semanticId": ext("urn:x")}))]}),
            ),
            list(
                json!({"value": [item(json!({"semanticId": ext("urn:x")})), item(json!({"semanticId": ext("urn:y")}))]}),
            ),
        ),
        (
            C::Aasd116,
            asset(
                json!({"globalAssetId": "urn:a", "specificAssetIds": [{"name": "globalassetid", "value": "urn:a"}]}),
            ),
            asset(
                json!({"globalAssetId": "urn:a", "specificAssetIds": [{"name": "globalassetid", "value": "urn:b"}]}),
            ),
        ),
        (C::Aasd117, with(json!({})), submodel_of(json!([{"modelType": "Capability"}]))),
        (
            C::Aasd118,
            with(json!({"semanticId": ext("urn:x"), "supplementalSemanticIds": [ext("urn:y")]})),
            with(json!({"supplementalSemanticIds": [ext("urn:y")]})),
        ),
        (
            C::Aasd119,
            template("Template", qualified("TemplateQualifier")),
            template("Instance", qualified("TemplateQualifier")),
        ),
        (C::Aasd120, one(item(json!({}))), one(prop("x", json!({})))),
        (C::Aasd121, semantic(ext("urn:x")), semantic(keys("ExternalReference", &[("Property", "p")]))),
        (C::Aasd122, semantic(ext("urn:x")), semantic(keys("ExternalReference", &[sm]))),
        (
            C::Aasd123,
            semantic(keys("ModelReference", &[sm])),
            semantic(keys("ModelReference", &[("GlobalReference", "x")])),
        ),
        (
            C::Aasd124,
            semantic(keys("ExternalReference", &[("GlobalReference", "x"), ("FragmentReference", "f")])),
            semantic(keys("ExternalReference", &[("GlobalReference", "x"), ("Property", "f")])),
        ),
        (
            C::Aasd125,
            semantic(keys("ModelReference", &[sm, ("Property", "p")])),
            semantic(keys("ModelReference", &[sm, sm])),
        ),
        (
            C::Aasd126,
            semantic(keys("ModelReference", &[sm, ("File", "f"), ("FragmentReference", "x")])),
            semantic(keys(
                "ModelReference",
                &[sm, ("File", "f"), ("FragmentReference", "x"), ("Property", "p")],
            )),
        ),
        (
            C::Aasd127,
            semantic(keys("ModelReference", &[sm, ("Blob", "f"), ("FragmentReference", "x")])),
            semantic(keys("ModelReference", &[sm, ("Property", "f"), ("FragmentReference", "x")])),
        ),
        (
            C::Aasd128,
            semantic(keys("ModelReference", &[sm, ("SubmodelElementList", "l"), ("Property", "0")])),
            semantic(keys("ModelReference", &[sm, ("SubmodelElementList", "l"), ("Property", "p")])),
        ),
        (C::Aasd129, with(qualified("ValueQualifier")), with(qualified("TemplateQualifier"))),
        (
            C::Aasd130,
            with(json!({"displayName": [{"language": "en", "text": "a\nb"}]})),
            with(json!({"displayName": [{"language": "en", "text": "a\u{1}b"}]})),
        ),
        (C::Aasd131, asset(json!({"specificAssetIds": [{"name": "n", "value": "v"}]})), asset(json!({}))),
        (
            C::Aasd133,
            asset(
                json!({"specificAssetIds": [{"name": "n", "value": "v", "externalSubjectId": ext("urn:x")}]}),
            ),
            asset(
                json!({"specificAssetIds": [{"name": "n", "value": "v", "externalSubjectId": keys("ModelReference", &[sm])}]}),
            ),
        ),
        (C::Aasd134, operation("W0"), operation("V0")),
        (
            C::Aasc3a002,
            concept("", json!({})),
            concept("", json!({"preferredName": [{"language": "de", "text": "n"}]})),
        ),
        (C::Aasc3a003, pair(json!({"value": "v"})), pair(json!({}))),
        (
            C::Aasc3a004,
            concept("PROPERTY", json!({"dataType": "STRING"})),
            concept("VALUE", json!({"dataType": "FILE"})),
        ),
        (
            C::Aasc3a005,
            concept("REFERENCE", json!({"dataType": "IRI"})),
            concept("REFERENCE", json!({"dataType": "DATE"})),
        ),
        (C::Aasc3a006, concept("DOCUMENT", json!({"dataType": "HTML"})), concept("DOCUMENT", json!({}))),
        (
            C::Aasc3a007,
            concept("QUALIFIER_TYPE", json!({"dataType": "DATE"})),
            concept("QUALIFIER_TYPE", json!({})),
        ),
        (
            C::Aasc3a008,
            concept("", json!({"definition": [{"language": "de", "text": "d"}], "value": "v"})),
            concept("", json!({"definition": [{"language": "de", "text": "d"}]})),
        ),
        (
            C::Aasc3a009,
            concept("", json!({"dataType": "REAL_MEASURE", "unit": "mm"})),
            concept("", json!({"dataType": "REAL_MEASURE"})),
        ),
        (
            C::Aasc3a010,
            concept("", json!({"value": "v"})),
            concept(
                "",
                json!({"value": "v", "valueList": {"valueReferencePairs": [{"value": "v", "valueId": ext("urn:x")}]}}),
            ),
        ),
        (
            C::Aasc3a050,
            spec("http://admin-shell.io/DataSpecificationTemplates/DataSpecificationIEC61360/3/0"),
            spec("urn:x"),
        ),
        (
            C::Aasd118,
            mlp(json!({"value": [{"language": "zh-Hans-CN", "text": "x"}]})),
            mlp(json!({"supplementalSemanticIds": [ext("urn:y")]})),
        ),
    ]
}

#[test]
fn each_constraint_holds_and_fails() {
    let mut seen = BTreeSet::new();
    for (constraint, holds, fails) in table() {
        seen.insert(constraint);
        assert_eq!(violations(&holds, Version::V3_0), Vec::<String>::new(), "{constraint} holds in {holds}");
        let found = violations(&fails, Version::V3_0);
        assert!(
            found.iter().any(|it| it.contains(constraint.as_str())),
            "{constraint} fails in {fails}: {found:?}"
        );
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), Constraint::ALL, "each constraint has a line");
}

#[test]
fn editions_differ_where_they_differ() {
    let file = |more: Value| submodel_of(json!([merge(json!({"modelType": "File", "idShort": "F0"}), more)]));
    let long = "a".repeat(2040);
    let mime = format!("a/{}", "b".repeat(110));
    // What 3.0 refuses and 3.1 takes.
    for document in [
        file(json!({})),
        file(json!({"contentType": mime})),
        submodel_of(json!([{"modelType": "Entity", "idShort": "E0"}])),
        submodel_of(json!([{"modelType": "RelationshipElement", "idShort": "R0"}])),
        submodel_of(json!([prop("a-b", json!({}))])),
        with(json!({"category": "ANYTHING"})),
        list(json!({"value": [prop("x0", json!({}))]})),
        asset(json!({"assetKind": "Role", "globalAssetId": "urn:a"})),
        asset(json!({"globalAssetId": long})),
    ] {
        assert_ne!(violations(&document, Version::V3_0), Vec::<String>::new(), "{document}");
        assert_eq!(violations(&document, Version::V3_1), Vec::<String>::new(), "{document}");
    }
    // What 3.0 takes and 3.1 refuses.
    let document = submodel_of(json!([prop("a", json!({}))]));
    assert_eq!(violations(&document, Version::V3_0), Vec::<String>::new());
    assert_ne!(violations(&document, Version::V3_1), Vec::<String>::new());
    for name in ["a-", "-a", "a b", "ä1", "_a"] {
        let document = submodel_of(json!([prop(name, json!({}))]));
        assert_ne!(violations(&document, Version::V3_1), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn lengths_and_forms_are_judged() {
    let long = |n: usize| "x".repeat(n);
    let named = |text: &str| with(json!({"displayName": [{"language": "en", "text": text}]}));
    let administration = |version: &str| json!({"submodels": [{"modelType": "Submodel", "id": "urn:sm", "administration": {"version": version}}]});
    let file = |path: &str, kind: &str| {
        submodel_of(json!([{"modelType": "File", "idShort": "F0", "value": path, "contentType": kind}]))
    };
    let event = |more: Value| {
        let to = keys("ModelReference", &[("Submodel", "urn:sm")]);
        submodel_of(json!([merge(
            json!({"modelType": "BasicEventElement", "idShort": "E0", "observed": to,
                                        "direction": "input", "state": "on"}),
            more
        )]))
    };
    for (holds, fails) in [
        (named(&long(128)), named(&long(129))),
        (named("x"), named("")),
        (with(json!({"category": "VARIABLE"})), with(json!({"category": ""}))),
        (administration("9999"), administration("01")),
        (administration("0"), administration("10000")),
        (file("/aasx/a.pdf", "application/pdf"), file("/a b", "application/pdf")),
        (file("/a", "text/plain; charset=\"utf 8\"; a=b"), file("/a", "text")),
        (file("/a", "text/plain;a=b"), file("/a", "text/plain; a")),
        (
            event(json!({"lastUpdate": "2024-02-29T00:00:00Z"})),
            event(json!({"lastUpdate": "2023-02-29T00:00:00Z"})),
        ),
        (event(json!({"minInterval": "PT1S"})), event(json!({"minInterval": "1s"}))),
        (event(json!({"messageTopic": long(255)})), event(json!({"messageTopic": long(256)}))),
        (with(json!({"value": "5"})), with(json!({"value": "5.5"}))),
        (
            submodel_of(json!([prop(&long(128), json!({}))])),
            submodel_of(json!([prop(&long(129), json!({}))])),
        ),
        (asset(json!({"globalAssetId": long(2000)})), asset(json!({"globalAssetId": long(1 << 20)}))),
        (
            asset(json!({"globalAssetId": "a", "specificAssetIds": [{"name": long(64), "value": "v"}]})),
            asset(json!({"globalAssetId": "a", "specificAssetIds": [{"name": long(65), "value": "v"}]})),
        ),
    ] {
        assert_eq!(violations(&holds, Version::V3_0), Vec::<String>::new());
        let found = violations(&fails, Version::V3_0);
        assert!(!found.is_empty(), "{fails}");
        assert!(found.iter().all(|it| it.len() < 1000), "a report does not repeat a megabyte");
    }
}

#[test]
fn language_tags_are_those_of_bcp_47() {
    for tag in [
        "en",
        "de-AT",
        "zh-Hans-CN",
        "zh-cmn-Hans-CN",
        "sl-rozaj-biske",
        "de-CH-1901",
        "en-a-bbb-x-a",
        "x-any",
        "i-klingon",
        "es-419",
        "qaa-Qaaa-QM-x-southern",
    ] {
        assert!(text::is_language(tag), "{tag}");
    }
    for tag in
        ["", "e", "en-", "-en", "en_US", "en-a", "a-DE", "de-419-DE", "englishlang", "x", "en-x", "日本"]
    {
        assert!(!text::is_language(tag), "{tag}");
    }
}

#[test]
fn a_file_is_judged_as_a_whole() {
    let shell = |id: &str, from: &str, submodel: &str| {
        json!({"modelType": "AssetAdministrationShell", "id": id,
               "assetInformation": {"assetKind": "Instance", "globalAssetId": "urn:a"},
               "derivedFrom": keys("ModelReference", &[("AssetAdministrationShell", from)]),
               "submodels": [keys("ModelReference", &[("Submodel", submodel)])]})
    };
    let document = json!({
        "assetAdministrationShells": [shell("a", "b", "s"), shell("b", "c", "s"), shell("c", "a", "gone"), shell("d", "a", "s")],
        "submodels": [{"modelType": "Submodel", "id": "s"}, {"modelType": "Submodel", "id": "s"}]});
    assert_eq!(
        violations(&document, Version::V3_0),
        [
            "$.submodels[1].id: the id `s` comes more than once",
            "$.assetAdministrationShells[2].submodels[0]: `gone` is not in this file",
            "$.assetAdministrationShells[0].derivedFrom: the shell is derived from itself",
            "$.assetAdministrationShells[1].derivedFrom: the shell is derived from itself",
            "$.assetAdministrationShells[2].derivedFrom: the shell is derived from itself",
        ]
    );
}

#[test]
fn variables_of_operations_may_have_qualifiers_of_templates() {
    let variable = json!({"value": prop("V0", qualified("TemplateQualifier"))});
    let document =
        submodel_of(json!([{"modelType": "Operation", "idShort": "O0", "inputVariables": [variable]}]));
    assert_eq!(violations(&document, Version::V3_0), Vec::<String>::new());
}
