//! Beginning and ending: where the server listens, and that a stop leaves nobody hanging.

use crate::http;
use crate::plant::Plant;
use crate::socket::Message;
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};
use trine_serve::{NoConnections, ServeError, ServeOptions, Server};

async fn bind(plant: &Plant, listen: &str) -> Result<Server, ServeError> {
    let futures = Arc::clone(&plant.futures);
    let options = ServeOptions {
        listen: listen.parse().unwrap(),
        connections: Arc::new(NoConnections),
        futures,
        standards: axum::Router::new(),
    };
    Server::bind(plant.site.clone(), options).await
}

#[tokio::test]
async fn it_refuses_to_listen_wider_than_this_machine() {
    let plant = Plant::empty().await;
    for wide in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80"] {
        let refused = bind(&plant, wide).await.err().unwrap();
        assert!(matches!(refused, ServeError::NotLoopback(_)), "{wide}: {refused}");
        assert!(refused.to_string().contains("no access control"), "{refused}");
    }
    let taken = bind(&plant, &plant.address).await.err().unwrap();
    assert!(matches!(taken, ServeError::Bind { .. }), "{taken}");
}

#[tokio::test]
async fn a_stop_says_farewell_to_viewers_and_ends_open_requests() {
    let plant = Plant::start().await;
    let (mut live, mut past, mut asks_nothing) =
        (plant.viewer().await, plant.viewer().await, plant.viewer().await);
    live.view(json!({})).await;
    past.view(json!({ "at": "2026-11-23T05:00:00Z", "speed": 1 })).await;
    assert!(live.frame().await.is_keyframe && past.frame().await.is_keyframe);
    let idle = tokio::net::TcpStream::connect(&plant.address).await.unwrap();
    let began = Instant::now();
    plant.stop.cancel();
    for viewer in [&mut live, &mut past, &mut asks_nothing] {
        let farewell = loop {
            if let Message::Close(frame) = viewer.next().await.expect("a farewell") {
                break frame.unwrap();
            }
        };
        assert_eq!(u16::from(farewell.code), 1001);
    }
    let stopped = tokio::time::timeout(Duration::from_secs(10), plant.running).await;
    stopped.expect("the server ends").unwrap().unwrap();
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    assert!(tokio::net::TcpStream::connect(&plant.address).await.is_err());
    drop(idle);
}

#[tokio::test]
async fn a_stop_does_not_wait_for_a_client_that_reads_no_more() {
    let plant = Plant::start().await;
    let stalled = http::begin(&plant.address, "/api/v1/world").await;
    plant.stop.cancel();
    tokio::time::timeout(Duration::from_secs(10), plant.running)
        .await
        .expect("the server ends")
        .unwrap()
        .unwrap();
    drop(stalled);
}
