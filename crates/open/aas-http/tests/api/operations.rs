//! Operations: waited for, asked for again, refused.

use crate::kit::{b64, plant, plant_with, property, submodel};
use serde_json::{Map, Value, json};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use trine_aas_http::{ApiOptions, Operations, Outcome};

struct Machine;

impl Operations for Machine {
    fn invoke(
        &self,
        _: &str,
        path: &str,
        inputs: Map<String, Value>,
    ) -> Pin<Box<dyn Future<Output = Outcome> + Send>> {
        assert_eq!(path, "Start");
        let done = inputs["Rate"].as_i64() > Some(3);
        let outputs = Map::from_iter([("Done".to_owned(), json!(done))]);
        Box::pin(async move { Outcome::Completed { outputs, inoutputs: Map::new() } })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_is_done_and_waited_for() {
    let plant = plant_with(ApiOptions { operations: Arc::new(Machine), ..ApiOptions::default() });
    plant.expect(201, "POST", "/submodels", Some(submodel("m"))).await;
    let start = format!("/submodels/{}/submodel-elements/Start", b64("m"));
    let full = json!({ "inputArguments": [{ "value": property("Rate", "xs:int", "5") }] });
    let result = plant.expect(200, "POST", &format!("{start}/invoke"), Some(full)).await.json();
    assert_eq!((&result["executionState"], &result["success"]), (&json!("Completed"), &json!(true)));
    assert_eq!(result["outputArguments"][0]["value"]["value"], "true");
    let values = json!({ "inputArguments": { "Rate": 1 } });
    let result = plant.expect(200, "POST", &format!("{start}/invoke/$value"), Some(values)).await.json();
    assert_eq!(result["outputArguments"], json!({ "Done": false }));
    plant.expect(409, "POST", &format!("{start}/invoke"), Some(json!({}))).await;
    plant
        .expect(
            405,
            "POST",
            &format!("/submodels/{}/submodel-elements/Speed/invoke", b64("m")),
            Some(json!({})),
        )
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_is_asked_for_again() {
    let plant = plant_with(ApiOptions { operations: Arc::new(Machine), ..ApiOptions::default() });
    plant.expect(201, "POST", "/submodels", Some(submodel("m"))).await;
    let start = format!("/submodels/{}/submodel-elements/Start", b64("m"));
    let request = json!({ "inputArguments": { "Rate": 5 }, "clientTimeoutDuration": "PT10S" });
    let accepted = plant.expect(202, "POST", &format!("{start}/invoke-async/$value"), Some(request)).await;
    let status = accepted.headers["location"].to_str().unwrap().to_owned();
    let result = loop {
        let answer = plant.send("GET", &status, None, &[]).await;
        match answer.status.as_u16() {
            302 => break answer.headers["location"].to_str().unwrap().to_owned(),
            other => assert_eq!(other, 200),
        }
        tokio::task::yield_now().await;
    };
    let values = plant.send("GET", &format!("{result}/$value"), None, &[]).await.json();
    assert_eq!(values["outputArguments"], json!({ "Done": true }));
    let foreign = result.replace(&b64("m"), &b64("other"));
    assert_eq!(plant.send("GET", &foreign, None, &[]).await.status.as_u16(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_bound_to_no_machine_says_so() {
    let plant = plant();
    plant.expect(201, "POST", "/submodels", Some(submodel("m"))).await;
    let path = format!("/submodels/{}/submodel-elements/Start/invoke/$value", b64("m"));
    let result =
        plant.expect(200, "POST", &path, Some(json!({ "inputArguments": { "Rate": 1 } }))).await.json();
    assert_eq!((&result["executionState"], &result["success"]), (&json!("Failed"), &json!(false)));
}
