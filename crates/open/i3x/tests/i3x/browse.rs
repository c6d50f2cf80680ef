//! EXP-01 to EXP-22: namespaces, types, objects and how they belong together.

use crate::plant::{BOGUS, HEAT, LINE, PRESS, Plant, RAM};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

fn by<'a>(records: &'a Value, key: &str) -> BTreeMap<&'a str, &'a Value> {
    records.as_array().unwrap().iter().map(|record| (record[key].as_str().unwrap(), record)).collect()
}

/// EXP-01 to EXP-06
#[tokio::test]
async fn every_type_has_a_schema_and_belongs_to_a_namespace() {
    let plant = Plant::start().await;
    let namespaces = plant.result("/namespaces").await;
    let uris = by(&namespaces, "uri");
    assert_eq!(uris.len(), namespaces.as_array().unwrap().len(), "each is there once");
    let types = plant.result("/objecttypes").await;
    for record in types.as_array().unwrap() {
        assert!(uris.contains_key(record["namespaceUri"].as_str().unwrap()), "{record}");
        for key in ["elementId", "displayName", "sourceTypeId"] {
            assert!(record[key].as_str().is_some_and(|text| !text.is_empty()), "{record}");
        }
        assert!(record["schema"]["type"].is_string(), "{record}");
    }
    for uri in uris.keys() {
        let some = plant.result(&format!("/objecttypes?namespaceUri={uri}")).await;
        let expected: Vec<&Value> =
            types.as_array().unwrap().iter().filter(|record| record["namespaceUri"] == *uri).collect();
        assert_eq!(some.as_array().unwrap().iter().collect::<Vec<_>>(), expected);
    }
    assert_eq!(plant.result("/objecttypes?namespaceUri=urn:none").await, json!([]));
}

/// EXP-07, EXP-08, EXP-11
#[tokio::test]
async fn types_are_found_by_their_ids_in_the_order_of_the_request() {
    let plant = Plant::start().await;
    for (path, ids) in [
        ("/objecttypes/query", ["value/number", "class/press", BOGUS]),
        ("/relationshiptypes/query", ["HasParent", "FlowsFrom", BOGUS]),
    ] {
        let results = plant.bulk(path, json!({}), &ids).await;
        assert_eq!(results[0]["result"]["elementId"], ids[0]);
        assert_eq!(results[1]["result"]["elementId"], ids[1]);
        assert_eq!(results[2]["responseDetail"]["status"], 404);
    }
}

/// EXP-09, EXP-10
#[tokio::test]
async fn every_relationship_has_its_reverse() {
    let plant = Plant::start().await;
    let types = plant.result("/relationshiptypes").await;
    let by_id = by(&types, "elementId");
    for (id, record) in &by_id {
        let reverse = by_id[record["reverseOf"].as_str().unwrap()];
        assert_eq!(reverse["reverseOf"], **id);
        assert!(record["relationshipId"].is_string() && record["namespaceUri"].is_string());
    }
}

/// EXP-12 to EXP-16
#[tokio::test]
async fn things_and_signals_are_objects_below_one_root() {
    let plant = Plant::start().await;
    let objects = plant.result("/objects").await;
    let by_id = by(&objects, "elementId");
    let types = plant.result("/objecttypes").await;
    let types = by(&types, "elementId");
    let mut ids: BTreeSet<&str> = types.keys().copied().collect();
    for (id, object) in &by_id {
        assert!(types.contains_key(object["typeElementId"].as_str().unwrap()), "{object}");
        assert!(ids.insert(id), "{id} is there once");
        assert!(object["isComposition"].is_boolean() && object["isExtended"].is_boolean());
        let parent = object["parentId"].as_str();
        assert!(parent.map_or(*id == "site", |parent| by_id.contains_key(parent)), "{object}");
    }
    assert_eq!(by_id[PRESS]["parentId"], LINE);
    assert_eq!(by_id[HEAT]["parentId"], PRESS);
    assert_eq!(by_id[LINE]["isComposition"], false);
    assert_eq!(by_id[PRESS]["isComposition"], true);
    let roots = plant.result("/objects?root=true").await;
    assert_eq!((roots.as_array().unwrap().len(), &roots[0]["parentId"]), (1, &Value::Null));
    let presses = plant.result("/objects?typeElementId=class/press").await;
    assert_eq!(by(&presses, "elementId").into_keys().collect::<Vec<_>>(), [PRESS]);
}

/// EXP-17
#[tokio::test]
async fn metadata_come_when_they_are_wanted() {
    let plant = Plant::start().await;
    let objects = plant.result("/objects?includeMetadata=true").await;
    for object in objects.as_array().unwrap() {
        let metadata = &object["metadata"];
        assert!(metadata["typeNamespaceUri"].is_string() && metadata["sourceTypeId"].is_string(), "{object}");
        assert!(metadata["relationships"].is_object());
    }
    let heat = by(&objects, "elementId")[HEAT];
    assert_eq!(heat["metadata"]["relationships"]["ComponentOf"], json!([PRESS]));
    assert_eq!(heat["metadata"]["system"]["unit"]["code"], "CEL");
    assert!(plant.result("/objects").await[0].get("metadata").is_none());
}

/// EXP-18
#[tokio::test]
async fn objects_are_found_by_their_ids() {
    let plant = Plant::start().await;
    let results = plant.bulk("/objects/list", json!({}), &[PRESS, BOGUS, HEAT]).await;
    assert_eq!(results[0]["result"]["displayName"], "Press");
    assert_eq!(results[1]["responseDetail"]["status"], 404);
    assert_eq!(results[2]["result"]["typeElementId"], "value/number");
}

/// The edges that leave an object: relationship and where to.
async fn edges(plant: &Plant, id: &str, body: Value) -> BTreeSet<(String, String)> {
    let results = plant.bulk("/objects/related", body, &[id]).await;
    let edges = results[0]["result"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    edges.map(|edge| (text(&edge["sourceRelationship"]), text(&edge["object"]["elementId"]))).collect()
}

/// EXP-19 to EXP-22
#[tokio::test]
async fn every_edge_is_found_from_both_of_its_ends() {
    let plant = Plant::start().await;
    let types = plant.result("/relationshiptypes").await;
    let types = by(&types, "elementId");
    let objects = plant.result("/objects").await;
    let mut count = 0;
    for (id, object) in by(&objects, "elementId") {
        for (relationship, there) in edges(&plant, id, json!({})).await {
            let reverse = types[relationship.as_str()]["reverseOf"].as_str().unwrap();
            let back = edges(&plant, &there, json!({ "relationshipType": reverse })).await;
            assert!(back.contains(&(reverse.to_owned(), id.to_owned())), "{id} {relationship} {there}");
            assert!(back.iter().all(|(name, _)| name == reverse), "the filter holds");
            count += 1;
        }
        let parents: Vec<String> = edges(&plant, id, json!({ "relationshipType": "HasParent" }))
            .await
            .into_iter()
            .map(|(_, there)| there)
            .collect();
        assert_eq!(parents, object["parentId"].as_str().into_iter().collect::<Vec<_>>());
    }
    assert!(count > 20, "{count} edges");
    let saw = edges(&plant, "thing/saw", json!({})).await;
    assert!(saw.contains(&("FlowsTo".into(), PRESS.into())));
    let press = edges(&plant, PRESS, json!({})).await;
    assert!(
        press.contains(&("HasComponent".into(), RAM.into()))
            && press.contains(&("FlowsFrom".into(), "thing/saw".into()))
    );
    let unknown = plant.bulk("/objects/related", json!({}), &[BOGUS]).await;
    assert_eq!(unknown[0]["responseDetail"]["status"], 404);
}
