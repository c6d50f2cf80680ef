//! A viewer: says JSON, understands frames.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite};
use trine_base::{Instant, Value};
pub use tungstenite::Message;

/// One signal in a frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    pub value: Value,
    pub age_s: f32,
    pub status: u16,
}

/// A decoded frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    pub is_keyframe: bool,
    pub live: bool,
    pub playing: bool,
    pub epoch: u16,
    pub instant: Instant,
    pub updates: BTreeMap<u32, Update>,
}

pub struct Viewer {
    pub socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Viewer {
    /// Connects and takes the greeting.
    pub async fn connect(address: &str) -> Self {
        let (socket, _) = connect_async(format!("ws://{address}/api/v1/view")).await.unwrap();
        let mut viewer = Self { socket };
        assert_eq!(viewer.text().await["type"], "hello");
        viewer
    }

    pub async fn say(&mut self, message: Json) {
        self.socket.send(Message::text(message.to_string())).await.unwrap();
    }

    /// Asks for a view; what is not said is left to the server.
    pub async fn view(&mut self, more: Json) {
        let mut view = json!({ "type": "view", "interest": { "all": true } });
        view.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.say(view).await;
    }

    pub async fn next(&mut self) -> Option<Message> {
        let next = tokio::time::timeout(Duration::from_secs(20), self.socket.next());
        next.await.expect("a message within 20 s")?.ok()
    }

    /// The next text; frames are passed over.
    pub async fn text(&mut self) -> Json {
        loop {
            if let Message::Text(text) = self.next().await.expect("a text") {
                return serde_json::from_str(&text).unwrap();
            }
        }
    }

    /// The next text of a type; others are passed over.
    pub async fn text_of(&mut self, kind: &str) -> Json {
        loop {
            let text = self.text().await;
            if text["type"] == kind {
                return text;
            }
        }
    }

    /// The next frame; texts are passed over.
    pub async fn frame(&mut self) -> Frame {
        loop {
            if let Message::Binary(bytes) = self.next().await.expect("a frame") {
                return decode(&bytes);
            }
        }
    }

    /// The next frame that tells something.
    pub async fn change(&mut self) -> Frame {
        loop {
            let frame = self.frame().await;
            if frame.is_keyframe || !frame.updates.is_empty() {
                return frame;
            }
        }
    }
}

/// Reads a frame by the layout of `docs/wire.md`.
pub fn decode(bytes: &[u8]) -> Frame {
    let u32_at = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    assert_eq!(u32_at(0), 0x3146_5254);
    let (n, text_bytes) = (u32_at(16) as usize, u32_at(20) as usize);
    assert_eq!(bytes.len(), 24 + 19 * n + text_bytes);
    let texts = &bytes[24 + 19 * n..];
    let update = |i: usize| {
        let number = f64::from_le_bytes(bytes[24 + 8 * i..][..8].try_into().unwrap());
        let value = match bytes[24 + 18 * n + i] {
            0 => Value::Absent,
            1 => Value::Boolean(number == 1.0),
            2 => Value::Integer(number as i64),
            3 => Value::Number(number),
            4 => Value::text(text_at(texts, number as usize)),
            other => panic!("type {other}"),
        };
        let age_s = f32::from_le_bytes(bytes[24 + 8 * n + 4 * i..][..4].try_into().unwrap());
        let status = u16::from_le_bytes(bytes[24 + 16 * n + 2 * i..][..2].try_into().unwrap());
        (u32_at(24 + 12 * n + 4 * i), Update { value, age_s, status })
    };
    Frame {
        is_keyframe: bytes[4] == 1,
        live: bytes[5] & 1 != 0,
        playing: bytes[5] & 2 != 0,
        epoch: u16::from_le_bytes([bytes[6], bytes[7]]),
        instant: Instant::from_ns(i64::from_le_bytes(bytes[8..16].try_into().unwrap())),
        updates: (0..n).map(update).collect(),
    }
}

fn text_at(texts: &[u8], offset: usize) -> &str {
    let length = usize::from(u16::from_le_bytes([texts[offset], texts[offset + 1]]));
    std::str::from_utf8(&texts[offset + 2..][..length]).unwrap()
}
