//! Lists: pages to their end, filters, and discovery.

use crate::kit::{Plant, b64, plant, shell, submodel};
use serde_json::{Value, json};

async fn pages(plant: &Plant, path: &str, limit: usize) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let sign = if path.contains('?') { '&' } else { '?' };
        let page = plant.get(&format!("{path}{sign}limit={limit}{cursor}")).await;
        let items = page["result"].as_array().unwrap().clone();
        assert!(items.len() <= limit);
        all.extend(items);
        match page["paging_metadata"]["cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_is_paged_to_its_end() {
    let plant = plant();
    for n in 0..7 {
        plant.expect(201, "POST", "/shells", Some(shell(&format!("s{n}"), &["m1", "m0", "m2"]))).await;
        plant.expect(201, "POST", "/submodels", Some(submodel(&format!("m{n}")))).await;
    }
    for limit in 1..9 {
        assert_eq!(pages(&plant, "/shells", limit).await.len(), 7);
        assert_eq!(pages(&plant, "/shells/$reference", limit).await.len(), 7);
        assert_eq!(pages(&plant, "/submodels/$path", limit).await.len(), 7 * 8);
        assert_eq!(pages(&plant, "/shell-descriptors", limit).await.len(), 7);
        assert_eq!(pages(&plant, "/lookup/shells", limit).await.len(), 7);
        let references = pages(&plant, &format!("/shells/{}/submodel-refs", b64("s1")), limit).await;
        let ids: Vec<&str> = references.iter().filter_map(|it| it["keys"][0]["value"].as_str()).collect();
        assert_eq!(ids, ["m0", "m1", "m2"]);
        let elements = pages(&plant, &format!("/submodels/{}/submodel-elements", b64("m1")), limit).await;
        let names: Vec<&str> = elements.iter().filter_map(|it| it["idShort"].as_str()).collect();
        assert_eq!(names, ["Speed", "Parts", "Manual", "Pump", "Start"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_must_all_agree() {
    let plant = plant();
    for id in ["a", "b"] {
        plant.expect(201, "POST", "/shells", Some(shell(id, &[]))).await;
        plant.expect(201, "POST", "/submodels", Some(submodel(id))).await;
    }
    let asset = |name: &str, value: &str| b64(&json!({ "name": name, "value": value }).to_string());
    let count = async |path: String| plant.get(&path).await["result"].as_array().unwrap().len();
    let (serial, global) = (asset("serial", "S-a"), asset("globalAssetId", "urn:asset:a"));
    assert_eq!(count(format!("/shells?assetIds={serial}&assetIds={global}&idShort=Pump")).await, 1);
    assert_eq!(
        count(format!("/shells?assetIds={serial}&assetIds={}", asset("globalAssetId", "urn:asset:b"))).await,
        0
    );
    assert_eq!(count(format!("/lookup/shells?assetIds={serial}")).await, 1);
    let reference = json!({ "type": "ExternalReference", "keys": [{ "type": "GlobalReference", "value": "urn:meaning" }] });
    assert_eq!(count(format!("/submodels?semanticId={}", b64(&reference.to_string()))).await, 2);
    assert_eq!(count(format!("/submodels?semanticId={}", b64("urn:meaning"))).await, 2);
    assert_eq!(count("/submodels?semanticId=urn:other".into()).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_are_answered_and_paged() {
    let plant = plant();
    for n in 0..5 {
        plant.expect(201, "POST", "/shells", Some(shell(&format!("s{n}"), &[]))).await;
    }
    let query =
        json!({ "$select": "id", "$condition": { "$ge": [{ "$field": "$aas#id" }, { "$strVal": "s2" }] } });
    let page = plant.expect(200, "POST", "/query/shells?limit=2", Some(query.clone())).await.json();
    assert_eq!(page["result"], json!(["s2", "s3"]));
    let cursor = page["paging_metadata"]["cursor"].as_str().unwrap();
    let page = plant
        .expect(200, "POST", &format!("/query/shells?limit=2&cursor={cursor}"), Some(query))
        .await
        .json();
    assert_eq!((&page["result"], page["paging_metadata"].get("cursor")), (&json!(["s4"]), None));
    plant.expect(400, "POST", "/query/shells", Some(json!({ "$condition": {}, "x": 1 }))).await;
}
