//! Whatever a client sends: a clear problem, and the server lives.

use crate::http;
use crate::plant::{Plant, second};
use crate::socket::{Message, Viewer};
use futures_util::SinkExt;
use serde_json::json;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const HOUR: &str = "from=2026-11-23T05:00:00Z&to=2026-11-23T06:00:00Z";

/// A list of numbers from 1, with commas.
fn ids(count: usize) -> String {
    (1..=count).map(|id| id.to_string()).collect::<Vec<_>>().join(",")
}

#[tokio::test]
async fn each_limit_has_a_problem_that_names_it() {
    let plant = Plant::start().await;
    let many = ids(1001);
    let thousand = ids(1000);
    for path in [
        format!("values?signals={many}"),
        format!("samples?signals={many}&{HOUR}"),
        format!("buckets?signals={many}&{HOUR}"),
        format!("export?signals={many}&{HOUR}"),
        format!("samples?signals=1&{HOUR}&limit=200001"),
        format!("buckets?signals=1&{HOUR}&buckets=5001"),
        format!("buckets?signals={thousand}&{HOUR}&buckets=501"),
        format!("timeline?{HOUR}&buckets=5001"),
        "events?limit=1001".to_owned(),
        "search?q=x&limit=201".to_owned(),
        format!("search?q={}", "x".repeat(201)),
    ] {
        let shown: String = path.chars().take(60).collect();
        assert_eq!(
            plant.problem(&format!("/api/v1/{path}")).await,
            (400, "limit-exceeded".into()),
            "{shown}"
        );
    }
    let answer = plant.get(&format!("/api/v1/buckets?signals={thousand}&{HOUR}&buckets=500")).await;
    assert_eq!(answer.status, 200, "at the limit it is answered");
}

#[tokio::test]
async fn garbage_in_queries_is_refused_with_words() {
    let plant = Plant::start().await;
    for path in [
        "values",
        "values?signals=",
        "values?signals=,,",
        "values?signals=abc",
        "values?signals=-1",
        "values?signals=4294967296",
        "values?signals=1&at=yesterday",
        "values?signals=1&at=2026-13-45T99:00:00Z",
        "values?signals=1&asKnownAt=1e400",
        "samples?signals=1",
        "samples?signals=1&from=2026-11-23T05:00:00Z&to=2026-11-23T05:00:00Z",
        "samples?signals=1&from=2026-11-23T06:00:00Z&to=2026-11-23T05:00:00Z",
        "samples?signals=1&from=now&to=now",
        "samples?signals=1&from=2026-11-23T05:00:00Z&limit=-1",
        "samples?signals=1&from=2026-11-23T05:00:00Z&limit=99999999999999999999999",
        "buckets?signals=1&from=9999-01-01T00:00:00Z",
        "buckets?signals=1&from=2026-11-23T05:00:00Z&buckets=1.5",
        "events?order=sideways",
        "events?cursor=x",
        "events?thing=%00",
        "events?limit=",
        "timeline",
        "search",
        "export",
        "export?from=2026-11-23T05:00:00Z&format=xlsx",
        "export?from=2026-11-23T05:00:00Z&signals=all,1",
        "world?at=%F0%9F%92%A9",
        "view",
    ] {
        assert_eq!(
            plant.problem(&format!("/api/v1/{path}")).await,
            (400, "invalid-request".into()),
            "{path}"
        );
    }
    for path in ["world?branch=dream", "values?signals=1&branch=%20", "nothing", "", "things/"] {
        let (status, code) = plant.problem(&format!("/api/v1/{path}")).await;
        assert_eq!((status, code.as_str()), (404, "not-found"), "{path}");
    }
}

/// The ends of time, whole ages, ids that nobody has: answered, with nothing in it.
#[tokio::test]
async fn extremes_are_answered() {
    let plant = Plant::start().await;
    let ages = "from=1677-09-22T00:00:00Z&to=2262-04-11T23:47:16Z";
    for path in [
        format!("samples?signals=1,4294967295&{ages}"),
        format!("buckets?signals=1,4294967295&{ages}&buckets=5000"),
        format!("timeline?{ages}&buckets=5000"),
        format!("timeline?{ages}&buckets=0"),
        format!("events?{ages}&thing=4294967295&cursor=18446744073709551615"),
        "values?signals=0,4294967295&at=1677-09-22T00:00:00Z".to_owned(),
        "values?signals=1&at=2262-04-11T23:47:16Z&asKnownAt=1677-09-22T00:00:00Z".to_owned(),
        "samples?signals=1&from=2026-11-23T05:00:00Z&limit=0".to_owned(),
        "world?at=1677-09-22T00:00:00Z".to_owned(),
        format!("export?{ages}"),
    ] {
        let answer = plant.get(&format!("/api/v1/{path}")).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    }
}

#[tokio::test]
async fn other_methods_are_problems_too() {
    let plant = Plant::start().await;
    for (method, path) in [
        ("POST", "/api/v1/world"),
        ("DELETE", "/api/v1/things/1"),
        ("PUT", "/api/v1/connections"),
        ("PATCH", "/metrics"),
        ("POST", "/api/v1/view"),
    ] {
        let answer = http::request(&plant.address, method, path, "Content-Length: 0\r\n").await;
        assert_eq!(answer.problem(), (405, "method-not-allowed".into()), "{method} {path}");
        assert!(answer.header("allow").is_some(), "{method} {path}");
    }
    let answer = http::request(&plant.address, "DELETE", "/api/v1/nothing", "").await;
    assert_eq!(answer.problem(), (404, "not-found".into()));
}

#[tokio::test]
async fn what_is_no_request_ends_the_connection_only() {
    let plant = Plant::start().await;
    let huge = format!("GET /api/v1/site?{} HTTP/1.1\r\n\r\n", "x".repeat(1 << 20));
    for bytes in [
        &b"\x16\x03\x01\x02\x00"[..],
        b"GET\r\n\r\n",
        b"\r\n\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        huge.as_bytes(),
    ] {
        let answer = http::raw(&plant.address, bytes).await;
        assert!(answer.status == 0 || (400..500).contains(&answer.status), "{}", answer.status);
    }
    let long = "x".repeat(2 << 20);
    let answer =
        http::post(&plant.address, "/api/v1/connections", "Content-Type: application/json\r\n", &long).await;
    assert!(answer.status == 0 || answer.status == 400 || answer.status == 413, "{}", answer.status);
    assert_eq!(plant.get("/healthz").await.status, 200);
}

/// A client that never ends its request's head is let go.
#[tokio::test]
async fn a_slow_head_does_not_hold_its_place_for_ever() {
    let plant = Plant::empty().await;
    let mut slow = TcpStream::connect(&plant.address).await.unwrap();
    slow.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n").await.unwrap();
    let mut rest = Vec::new();
    let closed = tokio::time::timeout(Duration::from_secs(40), slow.read_to_end(&mut rest)).await;
    assert!(closed.is_ok(), "the server still waits for the rest of the head");
}

#[tokio::test]
async fn the_socket_explains_what_it_does_not_understand() {
    let plant = Plant::start().await;
    let mut viewer = plant.viewer().await;
    for (message, code) in [
        (json!("view"), "invalid-request"),
        (json!({}), "invalid-request"),
        (json!({ "type": "fly" }), "invalid-request"),
        (json!({ "type": "view", "at": 17 }), "invalid-request"),
        (json!({ "type": "view", "at": "tomorrow" }), "invalid-request"),
        (json!({ "type": "view", "epoch": -1 }), "invalid-request"),
        (json!({ "type": "view", "epoch": 1e300 }), "invalid-request"),
        (json!({ "type": "view", "interest": { "everything": true } }), "invalid-request"),
        (json!({ "type": "view", "interest": { "roles": ["king"] } }), "invalid-request"),
        (json!({ "type": "view", "interest": { "area": [0, 1, 2] } }), "invalid-request"),
        (json!({ "type": "view", "interest": { "signals": [-1] } }), "invalid-request"),
        (json!({ "type": "view", "interest": { "signals": vec![1; 100_001] } }), "limit-exceeded"),
        (json!({ "type": "view", "speed": -1 }), "limit-exceeded"),
        (json!({ "type": "view", "speed": 1e9 }), "limit-exceeded"),
        (json!({ "type": "view", "rateHz": 0 }), "limit-exceeded"),
        (json!({ "type": "view", "rateHz": 61 }), "limit-exceeded"),
        (json!({ "type": "view", "branch": "dream" }), "not-found"),
    ] {
        viewer.say(message.clone()).await;
        let answer = viewer.text().await;
        assert_eq!((&answer["type"], &answer["code"]), (&json!("problem"), &json!(code)), "{message}");
    }
    viewer.socket.send(Message::text("{\"type\":\"view\"")).await.unwrap();
    assert_eq!(viewer.text().await["code"], "invalid-request");
    viewer.socket.send(Message::binary(vec![0, 255, 1])).await.unwrap();
    assert!(viewer.text().await["detail"].as_str().unwrap().contains("binary"));
    viewer.say(json!({ "type": "ping", "id": u64::MAX })).await;
    assert_eq!(viewer.text().await, json!({ "type": "pong", "id": u64::MAX }), "and still it answers");
}

#[tokio::test]
async fn an_oversized_message_ends_the_socket_with_a_reason() {
    let plant = Plant::start().await;
    let mut viewer = plant.viewer().await;
    // The server may close before it has taken all of it.
    let _ = viewer.socket.send(Message::text("x".repeat((1 << 20) + 1))).await;
    loop {
        match viewer.next().await {
            Some(Message::Close(Some(frame))) => {
                break assert!(frame.reason.contains("1048576"), "{frame:?}");
            }
            Some(_) => {}
            None => break,
        }
    }
    assert!(plant.viewer().await.next_pong(1).await);
}

/// Dragging the timeline: thousands of views in a row, of which only the newest counts.
#[tokio::test]
async fn thousands_of_views_do_not_queue_up() {
    let plant = Plant::start().await;
    let mut viewer = plant.viewer().await;
    for epoch in 1..=5000u32 {
        let at = second(i64::from(epoch) % 60).to_string();
        viewer.view(json!({ "epoch": epoch, "at": at, "speed": 0 })).await;
    }
    let mut frames = 0;
    loop {
        let frame = viewer.frame().await;
        frames += 1;
        if u32::from(frame.epoch) == 5000 {
            assert_eq!(frame.instant, second(5000 % 60));
            break;
        }
    }
    assert!(frames < 5000, "{frames} frames for views that nobody waited for");
}

impl Viewer {
    async fn next_pong(&mut self, id: u64) -> bool {
        self.say(json!({ "type": "ping", "id": id })).await;
        self.text_of("pong").await["id"] == id
    }
}
