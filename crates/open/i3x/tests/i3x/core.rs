//! CORE-01 to CORE-06: what the server says of itself, and how it speaks.

use crate::plant::{Plant, answer, assert_failure};
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use serde_json::json;
use tower::ServiceExt as _;

#[tokio::test]
async fn it_says_what_it_is_and_can() {
    let info = Plant::start().await.get("/info").await;
    assert_eq!(info.status, 200);
    assert_eq!(info.json["specVersion"], "1.0");
    let capabilities = &info.json["capabilities"];
    assert_eq!(capabilities["query"], json!({ "history": true }));
    assert_eq!(capabilities["update"], json!({ "current": false, "history": false }));
    assert_eq!(capabilities["subscribe"], json!({ "stream": true }));
}

#[tokio::test]
async fn it_compresses_for_whoever_asks() {
    let plant = Plant::start().await;
    let request =
        Request::get(format!("{}/namespaces", trine_i3x::BASE)).header(header::ACCEPT_ENCODING, "gzip");
    let response = plant.calls.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.headers()[header::CONTENT_ENCODING], "gzip");
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    assert_eq!(bytes[..2], [0x1f, 0x8b]);
}

#[tokio::test]
async fn what_cannot_be_answered_is_refused_in_its_own_shape() {
    let plant = Plant::start().await;
    assert_failure(&plant.get("/nothing").await, 404);
    assert_failure(&plant.get("/objects/value").await, 405);
    assert_failure(&plant.get("/objects?root=perhaps").await, 400);
    assert_failure(&plant.post("/objects/value", json!({})).await, 400);
    assert_failure(&plant.post("/objects/value", json!({ "elementIds": "thing/press" })).await, 400);
    assert_failure(&plant.post("/objects/value", json!({ "elementIds": [], "maxDepth": -1 })).await, 400);
    let many: Vec<String> = (0..1_001).map(|n| format!("thing/{n}")).collect();
    assert_failure(&plant.post("/objects/list", json!({ "elementIds": many })).await, 400);
    let garbage = plant.raw("POST", "/objects/value", Body::from(&b"\xff{"[..])).await;
    assert_failure(&answer(garbage).await, 400);
}

#[tokio::test]
async fn nothing_is_written_past_the_commands() {
    let plant = Plant::start().await;
    for path in ["/objects/value", "/objects/history"] {
        let update = json!({ "updates": [{ "elementId": "signal/press/heat", "value": { "value": 1.0 } }] });
        let put = plant.raw("PUT", path, Body::from(update.to_string())).await;
        assert_failure(&answer(put).await, 501);
    }
}
