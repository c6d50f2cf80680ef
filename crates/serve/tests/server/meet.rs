//! People in a room, over real sockets, and what some of them try.

use crate::http;
use crate::plant::{Plant, second};
use crate::socket::Message;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use trine_presence::{Gesture, Pose, decode, encode_pose};

/// Somebody who is in, or wants in.
struct Guest {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    seat: u64,
    /// Where the others are, as the frames say.
    others: BTreeMap<u16, Pose>,
    /// Ids of the people by name, as the list says.
    people: BTreeMap<String, Json>,
    /// Seats of those who have gone, as the list says.
    gone: Vec<u64>,
}

impl Guest {
    async fn knock(plant: &Plant) -> Self {
        let (socket, _) = connect_async(format!("ws://{}/api/v1/meet", plant.address)).await.unwrap();
        Self { socket, seat: 0, others: BTreeMap::new(), people: BTreeMap::new(), gone: Vec::new() }
    }

    async fn enter(plant: &Plant, name: &str) -> Self {
        Self::enter_room(plant, name, "").await
    }

    async fn enter_room(plant: &Plant, name: &str, room: &str) -> Self {
        let mut guest = Self::knock(plant).await;
        let secret = format!("a secret that nobody knows, of {name}");
        guest.say(json!({ "type": "enter", "name": name, "guest": secret, "room": room })).await;
        let entered = guest.text_of("entered").await;
        guest.seat = entered["seat"].as_u64().unwrap();
        guest
    }

    async fn say(&mut self, message: Json) {
        self.socket.send(Message::text(message.to_string())).await.unwrap();
    }

    async fn stand_at(&mut self, x: f32, y: f32) {
        let pose = Pose { position: [x, y, 0.0], ..Pose::default() };
        self.socket.send(Message::binary(encode_pose(&pose, true))).await.unwrap();
    }

    async fn next(&mut self) -> Option<Message> {
        let next = tokio::time::timeout(Duration::from_secs(20), self.socket.next());
        let message = next.await.expect("a message within 20 s")?.ok()?;
        if let Message::Binary(bytes) = &message {
            let frame = decode(bytes).unwrap();
            self.others.retain(|seat, _| !frame.gone.iter().any(|gone| gone.0 == *seat));
            self.others.extend(frame.people.iter().map(|record| (record.seat.0, record.pose)));
        }
        if let Message::Text(text) = &message {
            let said: Json = serde_json::from_str(text).unwrap();
            self.gone.extend(said["gone"].as_array().into_iter().flatten().filter_map(Json::as_u64));
            for person in said["here"].as_array().into_iter().flatten() {
                self.people.insert(person["name"].as_str().unwrap().to_owned(), person["person"].clone());
            }
        }
        Some(message)
    }

    async fn text_of(&mut self, kind: &str) -> Json {
        loop {
            if let Message::Text(text) = self.next().await.expect("a text") {
                let text: Json = serde_json::from_str(&text).unwrap();
                if text["type"] == kind {
                    return text;
                }
            }
        }
    }

    /// Reads until somebody is seen so.
    async fn until_seen(&mut self, seat: u64, is_so: impl Fn(&Pose) -> bool) {
        while !self.others.get(&(seat as u16)).is_some_and(&is_so) {
            self.next().await.expect("the socket is open");
        }
    }

    /// Reads until the list says that somebody has gone.
    async fn until_gone(&mut self, seat: u64) {
        while !self.gone.contains(&seat) {
            self.next().await.expect("the socket is open");
        }
    }

    /// Reads until the list has somebody; the entry's id.
    async fn until_listed(&mut self, name: &str) -> Json {
        while !self.people.contains_key(name) {
            self.next().await.expect("the socket is open");
        }
        self.people[name].clone()
    }

    /// Reads until the server closes; the reason.
    async fn end(&mut self) -> String {
        loop {
            match self.next().await {
                Some(Message::Close(Some(frame))) => return frame.reason.to_string(),
                Some(_) => {}
                None => return String::new(),
            }
        }
    }
}

#[tokio::test]
async fn two_people_see_each_other_move_and_go() {
    let plant = Plant::start().await;
    let mut anna = Guest::enter(&plant, "Anna").await;
    let mut bruno = Guest::enter(&plant, "Bruno").await;
    anna.stand_at(1.0, 2.0).await;
    bruno.stand_at(4.0, 2.0).await;
    let is_at = |x: f32| move |pose: &Pose| (pose.position[0] - x).abs() < 0.011;
    bruno.until_seen(anna.seat, is_at(1.0)).await;
    anna.until_seen(bruno.seat, is_at(4.0)).await;
    assert!(bruno.until_listed("Anna").await.as_str().unwrap().starts_with("guest-"));
    let pointing = Pose {
        position: [1.5, 2.0, 0.0],
        gesture: Gesture::Wave,
        ray: Some([5.0, 5.0, 1.0]),
        ..Pose::default()
    };
    anna.socket.send(Message::binary(encode_pose(&pointing, false))).await.unwrap();
    bruno.until_seen(anna.seat, |pose| pose.ray.is_some() && pose.gesture == Gesture::Wave).await;
    let gone = anna.seat;
    drop(anna);
    bruno.until_gone(gone).await;
}

#[tokio::test]
async fn another_instant_is_told_and_a_branch_has_to_be_there() {
    let plant = Plant::start().await;
    let mut anna = Guest::enter(&plant, "Anna").await;
    let mut bruno = Guest::enter(&plant, "Bruno").await;
    let at = second(30).to_string();
    anna.say(json!({ "type": "stand", "branch": "live", "at": at, "speed": 0 })).await;
    loop {
        let list = bruno.text_of("people").await;
        if list["here"].as_array().unwrap().iter().any(|one| one["name"] == "Anna" && one["at"] == json!(at))
        {
            break;
        }
    }
    anna.say(json!({ "type": "stand", "branch": "a dream" })).await;
    assert_eq!(anna.text_of("problem").await["code"], "not-found");
}

#[tokio::test]
async fn words_go_where_they_are_meant_to_and_stay_text() {
    let plant = Plant::start().await;
    let mut anna = Guest::enter(&plant, "<img src=x onerror=alert(1)>").await;
    let mut bruno = Guest::enter(&plant, "Bruno").await;
    let mut clara = Guest::enter(&plant, "Clara").await;
    let mut apart = Guest::enter_room(&plant, "Dora", "training").await;
    for (guest, x) in [(&mut anna, 0.0), (&mut bruno, 3.0), (&mut clara, 60.0)] {
        guest.stand_at(x, 0.0).await;
    }
    bruno.until_seen(anna.seat, |_| true).await;
    anna.until_seen(bruno.seat, |pose| pose.position[0] > 2.9).await;
    anna.say(json!({ "type": "say", "to": "near", "text": "near\u{202E}" })).await;
    anna.say(json!({ "type": "say", "to": { "seat": clara.seat }, "text": "only you" })).await;
    anna.say(json!({ "type": "say", "to": "room", "text": "<b>all</b>" })).await;
    let heard = bruno.text_of("said").await;
    assert_eq!((&heard["text"], &heard["name"]), (&json!("near"), &json!("<img src=x onerror=alert(1)>")));
    assert_eq!(bruno.text_of("said").await["text"], "<b>all</b>");
    assert_eq!(clara.text_of("said").await["text"], "only you");
    assert_eq!(clara.text_of("said").await["text"], "<b>all</b>");
    apart.say(json!({ "type": "ping", "id": 5 })).await;
    while let Some(Message::Text(text)) = apart.next().await {
        assert!(!text.contains("said"), "another room hears nothing");
        if text.contains("pong") {
            break;
        }
    }
}

#[tokio::test]
async fn calls_are_relayed_within_hearing_and_not_past_a_block() {
    let plant = Plant::start().await;
    let mut anna = Guest::enter(&plant, "Anna").await;
    let mut bruno = Guest::enter(&plant, "Bruno").await;
    anna.stand_at(0.0, 0.0).await;
    bruno.stand_at(3.0, 0.0).await;
    anna.until_seen(bruno.seat, |_| true).await;
    let signal = |to: u64| json!({ "type": "signal", "to": to, "data": { "sdp": "v=0" } });
    anna.say(signal(bruno.seat)).await;
    assert_eq!(anna.text_of("problem").await["code"], "conflict", "nobody has a voice yet");
    for guest in [&mut anna, &mut bruno] {
        guest.say(json!({ "type": "voice", "on": true })).await;
        guest.say(json!({ "type": "ping", "id": 1 })).await;
        guest.text_of("pong").await;
    }
    anna.say(signal(bruno.seat)).await;
    let relayed = bruno.text_of("signal").await;
    assert_eq!((&relayed["from"], &relayed["data"]["sdp"]), (&json!(anna.seat), &json!("v=0")));
    bruno.stand_at(40.0, 0.0).await;
    anna.until_seen(bruno.seat, |pose| pose.position[0] > 30.0).await;
    anna.say(signal(bruno.seat)).await;
    assert_eq!(anna.text_of("problem").await["code"], "conflict", "too far");
    bruno.stand_at(3.0, 0.0).await;
    anna.until_seen(bruno.seat, |pose| pose.position[0] < 4.0).await;
    let id = anna.until_listed("Bruno").await;
    bruno.until_listed("Anna").await;
    anna.say(json!({ "type": "shun", "blocked": [id] })).await;
    anna.say(signal(bruno.seat)).await;
    assert_eq!(anna.text_of("problem").await["code"], "conflict", "blocked");
    bruno.until_gone(anna.seat).await;
}

#[tokio::test]
async fn who_follows_sees_what_is_seen_and_everyone_is_called() {
    let plant = Plant::start().await;
    let mut anna = Guest::enter(&plant, "Anna").await;
    let mut bruno = Guest::enter(&plant, "Bruno").await;
    bruno.say(json!({ "type": "follow", "seat": anna.seat })).await;
    assert_eq!(anna.text_of("followed").await["by"], json!([bruno.seat]));
    anna.say(json!({ "type": "look", "camera": { "mode": "walk" } })).await;
    assert_eq!(bruno.text_of("look").await["camera"]["mode"], "walk");
    anna.say(json!({ "type": "call", "position": [1.0, 2.0, 0.0], "text": "come" })).await;
    assert_eq!(bruno.text_of("called").await["text"], "come");
    drop(bruno);
    assert_eq!(anna.text_of("followed").await["by"], json!([]));
}

#[tokio::test]
async fn what_cannot_be_is_explained_and_the_room_goes_on() {
    let plant = Plant::start().await;
    let mut anna = Guest::enter(&plant, "Anna").await;
    for (message, code) in [
        (json!("enter"), "invalid-request"),
        (json!({ "type": "fly" }), "invalid-request"),
        (json!({ "type": "enter", "name": "Anna" }), "conflict"),
        (json!({ "type": "name", "name": "\u{200B}" }), "invalid-request"),
        (json!({ "type": "say", "to": "room", "text": " " }), "invalid-request"),
        (json!({ "type": "say", "to": { "seat": 1999 }, "text": "x" }), "not-found"),
        (json!({ "type": "say", "to": { "seat": 70000 }, "text": "x" }), "invalid-request"),
        (json!({ "type": "stand", "speed": -1 }), "limit-exceeded"),
        (json!({ "type": "stand", "at": "yesterday" }), "invalid-request"),
        (json!({ "type": "call", "position": [1e30, 0, 0] }), "invalid-request"),
        (json!({ "type": "follow", "seat": 1999 }), "not-found"),
        (json!({ "type": "report", "seat": 1999 }), "not-found"),
        (json!({ "type": "look", "camera": "x".repeat(600) }), "limit-exceeded"),
        (json!({ "type": "signal", "to": 1, "data": "x".repeat(20_000) }), "limit-exceeded"),
        (json!({ "type": "shun", "blocked": vec!["x"; 3] }), ""),
        (
            json!({ "type": "shun", "muted": (0..1001).map(|n| n.to_string()).collect::<Vec<_>>() }),
            "limit-exceeded",
        ),
    ] {
        anna.say(message.clone()).await;
        if !code.is_empty() {
            assert_eq!(anna.text_of("problem").await["code"], code, "{message}");
        }
    }
    let nan = Pose { position: [f32::NAN, 0.0, 0.0], ..Pose::default() };
    for bytes in
        [vec![], vec![0; 24], encode_pose(&nan, false), encode_pose(&Pose::default(), false)[..23].to_vec()]
    {
        anna.socket.send(Message::binary(bytes)).await.unwrap();
        assert_eq!(anna.text_of("problem").await["code"], "invalid-request");
    }
    anna.say(json!({ "type": "ping", "id": 9 })).await;
    assert_eq!(anna.text_of("pong").await["id"], 9, "and still it answers");
}

#[tokio::test]
async fn nobody_comes_in_without_saying_who() {
    let plant = Plant::start().await;
    for first in [
        json!({ "type": "ping", "id": 1 }),
        json!({ "type": "enter", "name": "", "guest": "0123456789abcdef" }),
        json!({ "type": "enter", "name": "Anna", "guest": "short" }),
        json!({ "type": "enter", "name": "Anna" }),
    ] {
        let mut guest = Guest::knock(&plant).await;
        guest.say(first).await;
        assert_eq!(guest.text_of("problem").await["code"], "invalid-request");
        assert_eq!(guest.end().await, "invalid-request");
    }
    let foreign = "GET /api/v1/meet HTTP/1.1\r\nHost: x\r\nOrigin: https://evil.example\r\nConnection: Upgrade, close\r\n\
                   Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    assert_eq!(http::raw(&plant.address, foreign.as_bytes()).await.status, 403);
}

#[tokio::test]
async fn a_flood_ends_with_the_one_who_makes_it() {
    let plant = Plant::start().await;
    let mut anna = Guest::enter(&plant, "Anna").await;
    let mut loud = Guest::enter(&plant, "Loud").await;
    anna.until_listed("Loud").await;
    // The server may close before it has taken all of it.
    for n in 0..4000 {
        if loud.socket.send(Message::text(json!({ "type": "ping", "id": n }).to_string())).await.is_err() {
            break;
        }
    }
    loud.end().await;
    let mut huge = Guest::enter(&plant, "Huge").await;
    anna.until_listed("Huge").await;
    let _ = huge.socket.send(Message::text("x".repeat(1 << 20))).await;
    huge.end().await;
    anna.say(json!({ "type": "ping", "id": 1 })).await;
    anna.text_of("pong").await;
    anna.until_gone(loud.seat).await;
    anna.until_gone(huge.seat).await;
}

/// Somebody who does not read holds up nobody.
#[tokio::test]
async fn who_does_not_read_costs_the_others_nothing() {
    let plant = Plant::start().await;
    let mut anna = Guest::enter(&plant, "Anna").await;
    let mut bruno = Guest::enter(&plant, "Bruno").await;
    let deaf = Guest::enter(&plant, "Deaf").await;
    for step in 0..60 {
        bruno.stand_at(step as f32 / 20.0, 0.0).await;
        anna.until_seen(bruno.seat, |pose| (pose.position[0] - step as f32 / 20.0).abs() < 0.011).await;
        bruno.say(json!({ "type": "look", "camera": "nobody follows" })).await;
    }
    drop(deaf);
}

#[tokio::test]
async fn a_session_is_recorded_with_those_who_say_yes() {
    let plant = Plant::start().await;
    let mut anna = Guest::enter(&plant, "Anna").await;
    let mut bruno = Guest::enter(&plant, "Bruno").await;
    let mut clara = Guest::enter(&plant, "Clara").await;
    for (guest, x) in [(&mut anna, 1.0), (&mut bruno, 2.0), (&mut clara, 77.0)] {
        guest.stand_at(x, 0.0).await;
    }
    assert_eq!(plant.json("/api/v1/recordings").await, json!([]));
    anna.say(json!({ "type": "record", "on": true, "name": "Hand-over" })).await;
    assert_eq!(anna.text_of("recording").await["recording"]["taken"], true);
    let told = bruno.text_of("recording").await;
    assert_eq!(
        (&told["recording"]["taken"], &told["recording"]["name"]),
        (&json!(false), &json!("Hand-over"))
    );
    bruno.say(json!({ "type": "consent", "yes": true })).await;
    assert_eq!(bruno.text_of("recording").await["recording"]["taken"], true);
    clara.say(json!({ "type": "say", "to": "room", "text": "not for the record" })).await;
    bruno.say(json!({ "type": "say", "to": "room", "text": "for the record" })).await;
    bruno.text_of("said").await;
    bruno.text_of("said").await;
    // Whoever comes later learns of it, too.
    let mut dora = Guest::enter(&plant, "Dora").await;
    assert_eq!(dora.text_of("recording").await["recording"]["taken"], false);
    plant.until_facts("recording.started.v1", 1).await;
    anna.say(json!({ "type": "record", "on": false })).await;
    assert!(anna.text_of("recording").await["recording"].is_null());
    plant.until_facts("recording.ended.v1", 1).await;
    let list = plant.json("/api/v1/recordings").await;
    assert_eq!(list[0]["people"], json!(["Anna", "Bruno"]), "{list}");
    let text = plant.get(&format!("/api/v1/recordings/{}", list[0]["id"].as_str().unwrap())).await.text();
    assert!(text.contains("for the record") && !text.contains("not for the record"), "{text}");
    assert!(text.contains("[1,200,0,0,") && !text.contains("7700") && !text.contains("Clara"), "{text}");
    for id in ["rec-1", "..%2Fworld", "%2e%2e", "a%2Fb"] {
        assert_eq!(plant.problem(&format!("/api/v1/recordings/{id}")).await.0, 404, "{id}");
    }
}
