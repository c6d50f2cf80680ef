//! SUB-01 to SUB-16: subscriptions, sync and streams.

use crate::plant::{BOGUS, HEAT, PRESS, Plant, STATE, assert_failure, outcomes};
use axum::body::{Body, BodyDataStream};
use axum::http::header;
use futures_util::StreamExt as _;
use serde_json::{Value, json};

fn numbers(batches: &Value) -> Vec<u64> {
    batches.as_array().unwrap().iter().map(|batch| batch["sequenceNumber"].as_u64().unwrap()).collect()
}

/// All values that a sync told of an element.
fn values(batches: &Value, id: &str) -> Vec<Value> {
    let updates = batches.as_array().unwrap().iter().flat_map(|batch| batch["updates"].as_array().unwrap());
    updates.filter(|update| update["elementId"] == id).map(|update| update["value"].clone()).collect()
}

/// SUB-01, SUB-02, SUB-10, SUB-11
#[tokio::test]
async fn a_subscription_is_made_found_and_ended() {
    let plant = Plant::start().await;
    let id = plant.subscription(&[HEAT]).await;
    let of = |ids: &[&str]| json!({ "clientId": "c", "subscriptionIds": ids });
    let listed = plant.post("/subscriptions/list", of(&[&id, BOGUS])).await;
    let listed = outcomes(&listed, "subscriptionId", &[&id, BOGUS]);
    assert_eq!(listed[0]["result"]["displayName"], "d");
    assert_eq!(listed[0]["result"]["monitoredObjects"], json!([{ "elementId": HEAT, "maxDepth": 1 }]));
    let deleted = plant.post("/subscriptions/delete", of(&[&id])).await;
    assert_eq!(outcomes(&deleted, "subscriptionId", &[&id])[0]["success"], true);
    assert_failure(&plant.sync(&id, Value::Null).await, 404);
    let stream = plant.raw("POST", "/subscriptions/stream", Body::from(client(&id).to_string())).await;
    assert_eq!(stream.status(), 404);
}

fn client(id: &str) -> Value {
    json!({ "clientId": "c", "subscriptionId": id })
}

/// SUB-15, SUB-16
#[tokio::test]
async fn a_subscription_belongs_to_its_client() {
    let plant = Plant::start().await;
    let id = plant.subscription(&[HEAT]).await;
    assert_failure(&plant.post("/subscriptions", json!({ "displayName": "d" })).await, 400);
    assert_failure(&plant.post("/subscriptions", json!({ "clientId": "" })).await, 400);
    for path in ["sync", "stream", "register", "unregister"] {
        let path = format!("/subscriptions/{path}");
        let nobodys = json!({ "subscriptionId": id, "elementIds": [HEAT] });
        assert_failure(&plant.post(&path, nobodys).await, 400);
        let others = json!({ "clientId": "other", "subscriptionId": id, "elementIds": [HEAT] });
        assert_failure(&plant.post(&path, others).await, 404);
    }
    for path in ["/subscriptions/list", "/subscriptions/delete"] {
        let others = json!({ "clientId": "other", "subscriptionIds": [id] });
        let outcome = outcomes(&plant.post(path, others).await, "subscriptionId", &[&id]);
        assert_eq!(outcome[0]["responseDetail"]["status"], 404);
    }
    assert_eq!(plant.sync(&id, Value::Null).await.status, 200, "it is still there");
}

/// SUB-03, SUB-04, SUB-05, SUB-08
#[tokio::test]
async fn objects_come_and_go_one_by_one() {
    let plant = Plant::start().await;
    let id = plant.subscription(&[HEAT]).await;
    let again = plant.bulk("/subscriptions/register", client(&id), &[HEAT, BOGUS, STATE]).await;
    assert_eq!([&again[0]["success"], &again[1]["success"], &again[2]["success"]], [true, false, true]);
    let gone = plant.bulk("/subscriptions/unregister", client(&id), &[HEAT, BOGUS]).await;
    assert_eq!([&gone[0]["success"], &gone[1]["success"]], [true, false]);
    plant.heat(1, 70.0).await;
    assert_eq!(values(&plant.sync(&id, Value::Null).await.json["result"], HEAT), [json!(null); 0]);
}

/// SUB-06, SUB-07, SUB-13
#[tokio::test]
async fn what_is_told_is_told_until_it_is_acknowledged() {
    let plant = Plant::start().await;
    plant.heat(1, 1.0).await;
    let id = plant.subscription(&[HEAT]).await;
    let first = plant.sync(&id, Value::Null).await;
    assert_eq!(values(&first.json["result"], HEAT), [1.0], "it begins with what is");
    plant.heat(2, 2.0).await;
    let second = plant.sync(&id, Value::Null).await.json["result"].clone();
    assert_eq!((numbers(&second), values(&second, HEAT)), (vec![1, 2], vec![json!(1.0), json!(2.0)]));
    assert!(second[1]["updates"][0]["timestamp"].is_string() && second[1]["updates"][0]["quality"] == "Good");
    let acknowledged = plant.sync(&id, json!(1)).await.json["result"].clone();
    assert_eq!(numbers(&acknowledged), [2]);
    // What was never told cannot be acknowledged.
    for nonsense in [json!(99), json!(-7), json!(0.5), json!(u64::MAX)] {
        assert_eq!(numbers(&plant.sync(&id, nonsense).await.json["result"]), [2]);
    }
    assert_eq!(plant.sync(&id, json!(-1)).await.json["result"], json!([]));
    plant.heat(3, 3.0).await;
    assert_eq!(numbers(&plant.sync(&id, Value::Null).await.json["result"]), [3]);
}

#[tokio::test]
async fn a_thing_is_followed_as_deep_as_is_wanted() {
    let plant = Plant::start().await;
    let id = plant.subscription(&[PRESS]).await;
    let deep = json!({ "clientId": "c", "subscriptionId": plant.subscription(&[]).await, "maxDepth": 0 });
    plant.bulk("/subscriptions/register", deep.clone(), &[PRESS]).await;
    plant.heat(1, 1.0).await;
    let shallow = plant.sync(&id, Value::Null).await.json["result"].clone();
    assert_eq!((values(&shallow, PRESS).len(), values(&shallow, HEAT).len()), (1, 0));
    let all = plant.sync(deep["subscriptionId"].as_str().unwrap(), Value::Null).await.json["result"].clone();
    assert_eq!((values(&all, PRESS).len(), values(&all, HEAT)), (1, vec![json!(1.0)]));
}

#[tokio::test]
async fn whoever_does_not_ask_loses_the_oldest_and_is_told() {
    const GAUGES: usize = 2_000;
    let plant = Plant::with_wall(GAUGES).await;
    let (id, other) = (plant.subscription(&[]).await, plant.subscription(&[]).await);
    let deep = json!({ "clientId": "c", "subscriptionId": id, "maxDepth": 2 });
    plant.bulk("/subscriptions/register", deep, &["thing/wall"]).await;
    for s in 1..=6 {
        plant.wall(GAUGES, s).await;
        // The question of another makes the server look.
        plant.sync(&other, Value::Null).await;
    }
    let short = plant.sync(&id, Value::Null).await;
    assert_eq!((short.status, &short.json["success"]), (206, &json!(true)));
    assert_eq!(short.json["responseDetail"]["status"], 206);
    assert!(numbers(&short.json["result"])[0] > 1, "the numbers tell how much");
    assert_eq!(values(&short.json["result"], "signal/wall/7").last(), Some(&json!(6.0)));
    assert_eq!(plant.sync(&id, json!(-1)).await.status, 200);
}

async fn open(plant: &Plant, id: &str) -> BodyDataStream {
    let response = plant.raw("POST", "/subscriptions/stream", Body::from(client(id).to_string())).await;
    assert_eq!(response.status(), 200);
    assert!(response.headers()[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/event-stream"));
    response.into_body().into_data_stream()
}

/// The updates of the next event; none at the end.
async fn event(stream: &mut BodyDataStream) -> Option<Value> {
    let bytes = stream.next().await?.unwrap();
    let text = std::str::from_utf8(&bytes).unwrap();
    Some(serde_json::from_str(text.strip_prefix("data: ").unwrap().trim()).unwrap())
}

/// SUB-09, SUB-14
#[tokio::test]
async fn a_stream_sends_what_waits_and_gives_way_to_the_next() {
    let plant = Plant::start().await;
    plant.heat(1, 1.0).await;
    let id = plant.subscription(&[HEAT]).await;
    let mut first = open(&plant, &id).await;
    assert_eq!(event(&mut first).await.unwrap()[0]["value"], 1.0);
    assert_failure(&plant.sync(&id, Value::Null).await, 400);
    plant.heat(2, 2.0).await;
    assert_eq!(event(&mut first).await.unwrap()[0]["value"], 2.0);
    let mut second = open(&plant, &id).await;
    assert_eq!(event(&mut first).await, None, "it ends without an error");
    drop(first);
    plant.heat(3, 3.0).await;
    assert_eq!(event(&mut second).await.unwrap()[0]["value"], 3.0);
    drop(second);
    assert_eq!(plant.sync(&id, Value::Null).await.status, 200, "whoever leaves may ask again");
}

#[tokio::test]
async fn a_stream_ends_with_its_subscription_and_with_the_server() {
    let plant = Plant::start().await;
    let (one, other) = (plant.subscription(&[HEAT]).await, plant.subscription(&[HEAT]).await);
    let (mut deleted, mut stopped) = (open(&plant, &one).await, open(&plant, &other).await);
    plant.post("/subscriptions/delete", json!({ "clientId": "c", "subscriptionIds": [one] })).await;
    assert_eq!(event(&mut deleted).await, None);
    plant.stop.cancel();
    assert_eq!(event(&mut stopped).await, None);
}
