//! What clients should not send: each is refused with a message, and nothing changes.

use crate::kit::{b64, plant, shell, submodel};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn wrong_requests_get_a_result_with_messages() {
    let plant = plant();
    plant.expect(201, "POST", "/submodels", Some(submodel("m"))).await;
    let element = format!("/submodels/{}/submodel-elements", b64("m"));
    let cases = [
        (404, "GET", "/shells/%25%25%25".to_owned()),
        (404, "GET", "/shells/invalid-base64url=====".to_owned()),
        (400, "GET", "/shells?limit=0".to_owned()),
        (404, "GET", "/shells?assetIds=invalid-base64url=====".to_owned()),
        (404, "GET", "/shells?cursor=%25".to_owned()),
        (400, "GET", "/submodels?level=deeper".to_owned()),
        (400, "GET", "/submodels?extent=all".to_owned()),
        (400, "GET", "/serialization?includeConceptDescriptions=maybe".to_owned()),
        (400, "GET", "/shell-descriptors?assetKind=Thing".to_owned()),
        (404, "GET", format!("{element}/No.Such")),
        (404, "GET", format!("{element}/Parts..Inner")),
        (400, "GET", format!("{element}/Pump/$value")),
        (400, "GET", format!("{element}/Speed/$path")),
        (405, "DELETE", "/shells".to_owned()),
        (405, "POST", "/description".to_owned()),
        (404, "GET", "/nothing".to_owned()),
    ];
    for (status, method, path) in cases {
        let answer = plant.expect(status, method, &path, None).await;
        let said = answer.json();
        let message = &said["messages"][0];
        assert_eq!(message["messageType"], "Error", "{path}");
        assert_eq!(message["code"], status.to_string(), "{path}");
        assert!(message["timestamp"].as_str().is_some_and(|at| at.ends_with('Z')), "{path}: {message}");
        assert_eq!(answer.headers.contains_key("allow"), status == 405, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_bodies_change_nothing() {
    let plant = plant();
    let post = async |kind: &str, body: Vec<u8>| {
        plant.send("POST", "/api/aas/v3.1/shells", Some((kind, body)), &[]).await.status.as_u16()
    };
    assert_eq!(post("text/plain", shell("s", &[]).to_string().into_bytes()).await, 415);
    assert_eq!(post("application/json", b"{".to_vec()).await, 400);
    assert_eq!(post("application/json", b"[]".to_vec()).await, 400);
    assert_eq!(post("application/json", vec![b'['; 1 << 20]).await, 400);
    assert_eq!(post("application/json", vec![b' '; (24 << 20) + 1]).await, 413);
    let mut faulty = shell("s", &[]);
    faulty["assetInformation"]["assetKind"] = json!("Thing");
    faulty["idShort"] = json!("9");
    let answer = plant.expect(400, "POST", "/shells", Some(faulty)).await.json();
    let texts: Vec<&str> =
        answer["messages"].as_array().unwrap().iter().filter_map(|it| it["text"].as_str()).collect();
    assert!(texts.iter().any(|text| text.starts_with("$.idShort")), "{texts:?}");
    assert!(texts.iter().any(|text| text.starts_with("$.assetInformation.assetKind")), "{texts:?}");
    let mut endless = shell("s", &[]);
    endless["id"] = json!("x".repeat(1 << 20));
    plant.expect(400, "POST", "/shells", Some(endless)).await;
    assert_eq!(plant.get("/shells").await["result"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_there_already_stays() {
    let plant = plant();
    plant.expect(201, "POST", "/shells", Some(shell("s", &[]))).await;
    plant.expect(409, "POST", "/shells", Some(shell("s", &["m"]))).await;
    plant.expect(409, "PUT", &format!("/shells/{}", b64("s")), Some(shell("t", &[]))).await;
    assert_eq!(plant.get(&format!("/shells/{}", b64("s"))).await, shell("s", &[]));
    plant.expect(204, "PUT", &format!("/shells/{}", b64("s")), Some(shell("s", &["m"]))).await;
    assert_eq!(plant.get(&format!("/shells/{}", b64("s"))).await, shell("s", &["m"]));
    plant.expect(204, "DELETE", &format!("/shells/{}", b64("s")), None).await;
    plant.expect(404, "DELETE", &format!("/shells/{}", b64("s")), None).await;
}
