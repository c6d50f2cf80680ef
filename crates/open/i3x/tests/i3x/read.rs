//! QRY-01 to QRY-09: the present and the past.

use crate::plant::{BOGUS, HEAT, LINE, PRESS, Plant, RAM, STATE, assert_failure, second};
use serde_json::{Value, json};
use trine_base::{Quality, Value as Measured};

/// QRY-01, QRY-03, QRY-04
#[tokio::test]
async fn the_present_has_value_quality_and_time() {
    let plant = Plant::start().await;
    plant.heat(1, 71.5).await;
    plant.record("press/state", 2, Measured::text("running"), Quality::GOOD).await;
    let results = plant.bulk("/objects/value", json!({}), &[HEAT, BOGUS, STATE, PRESS]).await;
    let heat = &results[0]["result"];
    assert_eq!((&heat["value"], &heat["quality"]), (&json!(71.5), &json!("Good")));
    assert_eq!(heat["timestamp"], "2026-11-23T12:00:01Z");
    assert_eq!(heat["isComposition"], false);
    assert_eq!(results[1]["responseDetail"]["status"], 404);
    assert_eq!(results[2]["result"]["value"], "running");
    assert_eq!(results[3]["result"]["value"], json!({ "ManufacturerName": "Hammer & Daughters" }));
}

/// QRY-02
#[tokio::test]
async fn what_has_no_value_says_so() {
    let plant = Plant::start().await;
    let read = async || plant.bulk("/objects/value", json!({}), &[HEAT]).await[0]["result"].clone();
    let unheard = read().await;
    assert_eq!((&unheard["value"], &unheard["quality"]), (&Value::Null, &json!("GoodNoData")));
    plant.record("press/heat", 1, Measured::Number(70.0), Quality::BAD_NO_COMMUNICATION).await;
    let bad = read().await;
    assert_eq!((&bad["value"], &bad["quality"]), (&Value::Null, &json!("Bad")));
    plant.record("press/heat", 2, Measured::Number(70.0), Quality::UNCERTAIN).await;
    let uncertain = read().await;
    assert_eq!((&uncertain["value"], &uncertain["quality"]), (&json!(70.0), &json!("Uncertain")));
}

/// QRY-05, QRY-06
#[tokio::test]
async fn a_composition_is_read_as_deep_as_is_wanted() {
    let plant = Plant::start().await;
    plant.heat(1, 71.5).await;
    plant.record("press/ram/strokes", 2, Measured::Integer(9), Quality::GOOD).await;
    let read = async |id: &str, depth: Value| {
        plant.bulk("/objects/value", json!({ "maxDepth": depth }), &[id]).await[0]["result"].clone()
    };
    assert!(read(PRESS, json!(1)).await.get("components").is_none());
    assert_eq!(read(PRESS, Value::Null).await["isComposition"], true, "one is the usual depth");
    let two = read(PRESS, json!(2)).await;
    assert_eq!(two["components"][HEAT]["value"], 71.5);
    assert!(two["components"][RAM].get("components").is_none());
    let all = read(PRESS, json!(0)).await;
    assert_eq!(all["components"][RAM]["components"]["signal/press/ram/strokes"]["value"], 9);
    // What only stands in the line is no part of its value.
    assert!(read(LINE, json!(0)).await.get("components").is_none());
}

/// QRY-07 to QRY-09
#[tokio::test]
async fn the_past_is_told_in_the_order_of_time() {
    let plant = Plant::start().await;
    for s in 1..=5 {
        plant.heat(s, s as f64).await;
    }
    let stretch = json!({ "startTime": second(2), "endTime": second(4) });
    let results = plant.bulk("/objects/history", stretch.clone(), &[HEAT, BOGUS, STATE]).await;
    let values = |result: &Value| -> Vec<f64> {
        let values = result["result"]["values"].as_array().unwrap().iter();
        values.map(|vqt| vqt["value"].as_f64().unwrap()).collect()
    };
    assert_eq!(values(&results[0]), [2.0, 3.0, 4.0], "both ends belong to the stretch");
    assert_eq!(results[0]["result"]["values"][0]["timestamp"], "2026-11-23T12:00:02Z");
    assert_eq!(results[1]["responseDetail"]["status"], 404);
    assert_eq!(values(&results[2]), [0.0; 0]);
    let mut deep = stretch;
    deep["maxDepth"] = json!(0);
    let press = plant.bulk("/objects/history", deep, &[PRESS]).await;
    assert_eq!(press[0]["result"]["isComposition"], true);
    assert_eq!(press[0]["result"]["components"][HEAT]["values"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_stretch_that_is_none_is_refused() {
    let plant = Plant::start().await;
    for (start, end) in
        [("yesterday", "2026-11-23T12:00:00Z"), ("2026-11-23T12:00:01Z", "2026-11-23T12:00:00Z")]
    {
        let body = json!({ "elementIds": [HEAT], "startTime": start, "endTime": end });
        assert_failure(&plant.post("/objects/history", body).await, 400);
    }
    assert_failure(&plant.post("/objects/history", json!({ "elementIds": [HEAT] })).await, 400);
}
