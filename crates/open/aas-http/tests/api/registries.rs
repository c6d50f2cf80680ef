//! Registries and links: registered, derived, and many at once.

use crate::kit::{b64, plant, shell, submodel};
use serde_json::{Value, json};

fn descriptor(id: &str) -> Value {
    json!({ "id": id, "endpoints": [{ "interface": "AAS-3.0", "protocolInformation": { "href": "http://elsewhere/" } }] })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_repository_has_is_registered_by_itself() {
    let plant = plant();
    plant.expect(201, "POST", "/shells", Some(shell("s", &[]))).await;
    plant.expect(201, "POST", "/submodels", Some(submodel("m"))).await;
    let entry = plant.get(&format!("/shell-descriptors/{}", b64("s"))).await;
    assert_eq!(entry["globalAssetId"], "urn:asset:s");
    let href = entry["endpoints"][0]["protocolInformation"]["href"].as_str().unwrap();
    assert!(href.ends_with(&format!("/shells/{}", b64("s"))), "{href}");
    plant.expect(201, "POST", "/shell-descriptors", Some(descriptor("s"))).await;
    assert_eq!(plant.get(&format!("/shell-descriptors/{}", b64("s"))).await, descriptor("s"));
    assert_eq!(plant.get("/shell-descriptors").await["result"], json!([descriptor("s")]));
    assert_eq!(plant.get("/submodel-descriptors").await["result"][0]["id"], "m");
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_have_submodels() {
    let plant = plant();
    plant.expect(201, "POST", "/shell-descriptors", Some(descriptor("s"))).await;
    let nested = format!("/shell-descriptors/{}/submodel-descriptors", b64("s"));
    plant.expect(201, "POST", &nested, Some(descriptor("m"))).await;
    plant.expect(409, "POST", &nested, Some(descriptor("m"))).await;
    plant.expect(201, "PUT", &format!("{nested}/{}", b64("n")), Some(descriptor("n"))).await;
    plant.expect(204, "DELETE", &format!("{nested}/{}", b64("m")), None).await;
    assert_eq!(plant.get(&nested).await["result"], json!([descriptor("n")]));
    plant.expect(404, "GET", &format!("{nested}/{}", b64("m")), None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_entries_are_changed_together_or_not_at_all() {
    let plant = plant();
    let bulk = async |method: &str, body: Value| {
        let accepted = plant.expect(202, method, "/bulk/submodel-descriptors", Some(body)).await;
        let status = accepted.headers["location"].to_str().unwrap().to_owned();
        let found = plant.send("GET", &status, None, &[]).await;
        let result = found.headers["location"].to_str().unwrap().to_owned();
        plant.send("GET", &result, None, &[]).await.status.as_u16()
    };
    assert_eq!(bulk("POST", json!([descriptor("a"), descriptor("b")])).await, 204);
    assert_eq!(bulk("POST", json!([descriptor("c"), descriptor("b")])).await, 400);
    plant.expect(404, "GET", &format!("/submodel-descriptors/{}", b64("c")), None).await;
    assert_eq!(bulk("DELETE", json!(["a", "x"])).await, 400);
    assert_eq!(bulk("DELETE", json!(["a", "b"])).await, 204);
    assert_eq!(plant.get("/submodel-descriptors").await["result"], json!([]));
    plant.expect(400, "POST", "/bulk/submodel-descriptors", Some(json!([{}]))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn links_lead_to_shells() {
    let plant = plant();
    plant.expect(201, "POST", "/shells", Some(shell("s", &[]))).await;
    let links = plant.get(&format!("/lookup/shells/{}", b64("s"))).await;
    assert_eq!(links[0], json!({ "name": "globalAssetId", "value": "urn:asset:s" }));
    let posted = json!([{ "name": "serial", "value": "S-s" }]);
    plant.expect(201, "POST", &format!("/lookup/shells/{}", b64("far")), Some(posted.clone())).await;
    let found = plant.expect(200, "POST", "/lookup/shellsByAssetLink", Some(posted)).await.json();
    assert_eq!(found["result"], json!(["far", "s"]));
    plant.expect(204, "DELETE", &format!("/lookup/shells/{}", b64("far")), None).await;
    plant.expect(404, "GET", &format!("/lookup/shells/{}", b64("far")), None).await;
}
