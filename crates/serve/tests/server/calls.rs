//! Each call of REST answers what the plant did.

use crate::http;
use crate::plant::{COUNT, DOOR, Plant, STATE, TEMPERATURE, VIBRATION, ms, sample, second};
use serde_json::{Value as Json, json};
use trine_base::Value;

const SPAN: &str = "from=2026-11-23T05:00:00Z&to=2026-11-23T05:01:00Z";

#[tokio::test]
async fn site_and_world() {
    let plant = Plant::start().await;
    let site = plant.json("/api/v1/site").await;
    assert_eq!(site["now"], "2026-11-23T05:01:00Z");
    assert_eq!(site["earliest"], "2026-11-23T05:00:00Z");
    let world = plant.json("/api/v1/world").await;
    let names = |what: &str| -> Vec<String> {
        let all = world[what].as_array().unwrap().iter();
        all.map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("things"), ["Hall, north", "Press 1", "Grinder", "line"]);
    assert_eq!(names("signals").len(), 6);
    assert_eq!(world["things"][1]["parent"], world["things"][0]["id"]);
    assert_eq!(world["signals"][0]["unit"], "Cel");
    assert_eq!(world["alarms"], json!([]));
    let then = plant.json("/api/v1/world?at=2026-11-23T05:00:21Z").await;
    assert_eq!(then["alarms"][0]["code"], "VIB-2");
    assert_eq!(then["alarms"][0]["cleared"], Json::Null, "at that instant nobody knew when it would end");
}

#[tokio::test]
async fn one_thing() {
    let plant = Plant::start().await;
    let press = plant.json("/api/v1/things/2").await;
    assert_eq!(press["nameplate"]["SerialNumber"], "P-7");
    assert_eq!(press["signals"].as_array().unwrap().len(), 4);
    for (path, problem) in
        [("99", (404, "not-found")), ("x", (400, "invalid-request")), ("-1", (400, "invalid-request"))]
    {
        let (status, code) = plant.problem(&format!("/api/v1/things/{path}")).await;
        assert_eq!((status, code.as_str()), problem, "{path}");
    }
}

#[tokio::test]
async fn values_now_then_and_as_known() {
    let plant = Plant::start().await;
    let ids = format!("{TEMPERATURE},{COUNT},{DOOR},{STATE},{VIBRATION}");
    let values = plant.json(&format!("/api/v1/values?signals={ids}")).await;
    let found: Vec<&Json> = values.as_array().unwrap().iter().map(|held| &held["value"]).collect();
    assert_eq!(found, [&json!(59.5), &json!(5), &json!(false), &json!("down"), &json!(14.75)]);
    let at = "at=2026-11-23T05:00:30.9Z";
    let values = plant.json(&format!("/api/v1/values?signals={VIBRATION}&{at}")).await;
    assert_eq!(values[0]["status"], 0x8031);
    assert_eq!(values[0]["at"], "2026-11-23T05:00:30Z");
    // A late sample lands at its time, and is not known before it came.
    plant.submit(second(60), vec![sample(TEMPERATURE, ms(10_500), Value::Number(-1.0))]).await;
    let query = format!("/api/v1/values?signals={TEMPERATURE}&at=2026-11-23T05:00:10.7Z");
    assert_eq!(plant.json(&query).await[0]["value"], -1.0);
    let before = format!("{query}&asKnownAt=2026-11-23T05:00:59Z");
    assert_eq!(plant.json(&before).await[0]["value"], 10.5);
    let now = plant.json(&format!("/api/v1/values?signals={TEMPERATURE}")).await;
    assert_eq!(now[0]["value"], 59.5, "the present is not touched by what is late");
}

#[tokio::test]
async fn samples_and_buckets() {
    let plant = Plant::start().await;
    let samples = plant.json(&format!("/api/v1/samples?signals={TEMPERATURE},{STATE}&{SPAN}&limit=50")).await;
    assert_eq!(samples["truncated"], true);
    let lengths: usize =
        samples["series"].as_array().unwrap().iter().map(|s| s["samples"].as_array().unwrap().len()).sum();
    assert_eq!(lengths, 50);
    assert_eq!(samples["series"][0]["samples"][1], json!([1_795_410_001_000.0, 1.5, 0]));
    assert_eq!(samples["series"][1]["samples"][0][1], "running");
    let buckets = plant.json(&format!("/api/v1/buckets?signals={VIBRATION}&{SPAN}&buckets=2")).await;
    let second_half = &buckets["series"][0]["buckets"][1];
    assert_eq!(second_half["t"], 1_795_410_030_000.0);
    assert_eq!((&second_half["count"], &second_half["bad"]), (&json!(30), &json!(1)));
    assert_eq!((&second_half["min"], &second_half["max"]), (&json!(7.75), &json!(14.75)));
}

#[tokio::test]
async fn events_page_in_both_orders() {
    let plant = Plant::start().await;
    let all = plant.json("/api/v1/events?order=asc&limit=1000").await;
    let all: Vec<&Json> = all["events"].as_array().unwrap().iter().map(|event| &event["id"]).collect();
    for order in ["asc", "desc"] {
        let (mut paged, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = plant.json(&format!("/api/v1/events?order={order}&limit=3{cursor}")).await;
            paged.extend(page["events"].as_array().unwrap().iter().map(|event| event["id"].clone()));
            let Some(next) = page["cursor"].as_u64() else { break };
            cursor = format!("&cursor={next}");
        }
        if order == "desc" {
            paged.reverse();
        }
        assert_eq!(paged.iter().collect::<Vec<_>>(), all, "{order}");
    }
    let alarms = plant.json("/api/v1/events?kinds=alarm,org.trine.state&thing=3").await;
    let types: Vec<&str> =
        alarms["events"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["org.trine.alarm.cleared.v1", "org.trine.alarm.raised.v1"]);
}

#[tokio::test]
async fn timeline_counts_and_marks() {
    let plant = Plant::start().await;
    let strip = plant.json(&format!("/api/v1/timeline?{SPAN}&buckets=1")).await;
    let sum = |what: &str| -> u64 {
        strip["buckets"].as_array().unwrap().iter().map(|bucket| bucket[what].as_u64().unwrap()).sum()
    };
    assert_eq!((sum("output"), sum("alarms"), sum("down")), (5, 1, 1));
    assert_eq!(strip["alarms"][0]["at"], "2026-11-23T05:00:20Z");
    assert_eq!(strip["alarms"][0]["cleared"], "2026-11-23T05:00:25Z");
    assert_eq!(strip["truncated"], false);
}

#[tokio::test]
async fn search_finds_things_and_signals() {
    let plant = Plant::start().await;
    let hits = plant.json("/api/v1/search?q=press").await;
    assert_eq!(hits[0], json!({ "kind": "thing", "id": 2, "name": "Press 1", "where": "Hall, north" }));
    let hits = plant.json("/api/v1/search?q=GRIND%20vib").await;
    assert_eq!((&hits[0]["kind"], &hits[0]["id"]), (&json!("signal"), &json!(VIBRATION)));
    assert_eq!(plant.json("/api/v1/search?q=%20").await, json!([]));
}

#[tokio::test]
async fn connections_are_listed_and_a_fixed_site_takes_no_new_ones() {
    let plant = Plant::start().await;
    let rows = plant.json("/api/v1/connections").await;
    assert_eq!((&rows[0]["name"], &rows[0]["signals"]), (&json!("line"), &json!(6)));
    let json = "Content-Type: application/json\r\n";
    let body = r#"{"url":"mqtt://127.0.0.1"}"#;
    let post = |headers: &'static str, body: &'static str| {
        http::post(&plant.address, "/api/v1/connections", headers, body)
    };
    assert_eq!(post(json, body).await.problem(), (503, "unavailable".into()));
    for broken in ["", "{", r#"{"url":1}"#, r#"{"url":"mqtt://x","pasword":"y"}"#] {
        assert_eq!(post(json, broken).await.problem(), (400, "invalid-request".into()), "{broken}");
    }
    assert_eq!(post("", body).await.problem(), (400, "invalid-request".into()), "a form of another page");
    let foreign = "Content-Type: application/json\r\nOrigin: https://evil.example\r\n";
    assert_eq!(post(foreign, body).await.problem(), (403, "foreign-origin".into()));
}

#[tokio::test]
async fn health_metrics_and_headers() {
    let plant = Plant::start().await;
    let metrics = plant.get("/metrics").await.text();
    assert!(metrics.contains("\ntrine_samples_total 302\n"), "{metrics}");
    let answer = plant.get("/healthz").await;
    for (name, value) in [("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer")] {
        assert_eq!(answer.header(name), Some(value));
    }
    assert!(answer.header("content-security-policy").is_some());
    let head = http::request(&plant.address, "HEAD", "/api/v1/world", "").await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    let gzip = http::request(&plant.address, "GET", "/api/v1/world", "Accept-Encoding: gzip\r\n").await;
    assert_eq!(gzip.header("content-encoding"), Some("gzip"));
    assert_eq!(gzip.body[..2], [0x1F, 0x8B]);
}
