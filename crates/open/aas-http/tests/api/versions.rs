//! 3.0 and 3.1: where they differ, live values, and who may.

use crate::kit::{b64, plant, plant_with, property, shell, submodel};
use axum::http::HeaderMap;
use serde_json::{Value, json};
use std::sync::Arc;
use trine_aas_http::{Action, ApiError, ApiOptions, Gate, LiveValues, Reason, Route};

#[tokio::test(flavor = "multi_thread")]
async fn each_version_gets_the_form_that_it_knows() {
    let plant = plant();
    plant.expect(201, "POST", "/submodels", Some(submodel("m"))).await;
    let get = async |version: &str, path: &str| {
        let path = format!("/api/aas/{version}/submodels/{}{path}", b64("m"));
        plant.send("GET", &path, None, &[]).await
    };
    assert_eq!(get("v3.0", "/submodel-elements/Speed/$value").await.json(), json!({ "Speed": 5 }));
    assert_eq!(get("v3.1", "/submodel-elements/Speed/$value").await.json(), json!(5));
    assert_eq!(get("v3", "/submodel-elements/Speed/$value").await.json(), json!(5));
    assert!(get("v3.0", "/submodel-elements/$value").await.json()["result"].is_array());
    assert!(get("v3.1", "/submodel-elements/$value").await.json()["result"].is_object());
    assert_eq!(get("v3.0", "/submodel-elements/Pump/$metadata").await.status.as_u16(), 400);
    assert_eq!(get("v3.1", "/submodel-elements/Pump/$metadata").await.status.as_u16(), 200);
    assert_eq!(get("v2", "").await.status.as_u16(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shell_and_a_submodel_are_services_of_their_own() {
    let plant = plant();
    plant.expect(201, "POST", "/shells", Some(shell("s", &["m"]))).await;
    plant.expect(201, "POST", "/submodels", Some(submodel("m"))).await;
    let base = format!("/shells/{}", b64("s"));
    assert_eq!(plant.get(&format!("{base}/aas")).await, plant.get(&base).await);
    let of_submodel = format!("{base}/submodels/{}", b64("m"));
    assert_eq!(plant.get(&format!("{of_submodel}/submodel")).await, plant.get(&of_submodel).await);
    for service in ["", &base, &of_submodel] {
        let profiles = plant.get(&format!("{service}/description")).await;
        assert!(profiles["profiles"].as_array().is_some_and(|all| all.len() > 27));
        let environment = plant.get(&format!("{service}/serialization")).await;
        assert_eq!(environment["submodels"][0]["id"], "m", "{service}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_base_for_reading_changes_nothing() {
    let plant = plant();
    plant.expect(201, "POST", "/submodels", Some(submodel("m"))).await;
    let ask = async |method: &str, path: &str| {
        plant.send(method, &format!("/api/aas/v3.1-read{path}"), None, &[]).await
    };
    assert_eq!(ask("GET", &format!("/submodels/{}", b64("m"))).await.status.as_u16(), 200);
    for (method, path) in [("POST", "/submodels".to_owned()), ("DELETE", format!("/submodels/{}", b64("m")))]
    {
        let refused = ask(method, &path).await;
        assert_eq!((refused.status.as_u16(), &refused.headers["allow"]), (405, &"GET".parse().unwrap()));
    }
    assert_eq!(ask("POST", "/bulk/shell-descriptors").await.status.as_u16(), 404);
}

struct Sensor;

impl LiveValues for Sensor {
    fn newest(&self, key: &str) -> Option<String> {
        (key == "line/speed").then(|| "42".to_owned())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_is_live_is_shown() {
    let plant = plant_with(ApiOptions { live: Arc::new(Sensor), ..ApiOptions::default() });
    let bound = |mut property: Value, key: &str| {
        property["qualifiers"] = json!([{ "type": "trine:signal", "valueType": "xs:string", "value": key }]);
        property
    };
    let mut submodel = submodel("m");
    submodel["submodelElements"] = json!([
        bound(property("Speed", "xs:int", "5"), "line/speed"),
        bound(property("Other", "xs:int", "6"), "line/gone"),
    ]);
    plant.expect(201, "POST", "/submodels", Some(submodel)).await;
    let base = format!("/submodels/{}", b64("m"));
    assert_eq!(plant.get(&format!("{base}/$value")).await, json!({ "Speed": 42, "Other": 6 }));
    assert_eq!(plant.get(&format!("{base}/submodel-elements/Speed")).await["value"], "42");
}

struct ReadOnly;

impl Gate for ReadOnly {
    fn may(&self, headers: &HeaderMap, action: Action, _: &Route) -> Result<(), ApiError> {
        if action == Action::Read || headers.contains_key("x-let-me") {
            return Ok(());
        }
        Err(ApiError::new(Reason::Forbidden, "Only reading is allowed."))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gate_is_asked_before_anything_happens() {
    let plant = plant_with(ApiOptions { gate: Arc::new(ReadOnly), ..ApiOptions::default() });
    plant.expect(403, "POST", "/shells", Some(shell("s", &[]))).await;
    plant.expect(403, "DELETE", &format!("/shells/{}", b64("s")), None).await;
    let import = plant.send("POST", "/api/aas/import", Some(("application/json", b"{}".to_vec())), &[]).await;
    assert_eq!(import.status.as_u16(), 403);
    assert_eq!(plant.get("/shells").await["result"], json!([]));
    let query = json!({ "$condition": { "$boolean": true } });
    plant.expect(200, "POST", "/query/shells", Some(query)).await;
}
