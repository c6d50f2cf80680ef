//! A client that does exactly what a test says, wrong things included.

use crate::{Frame, Trine};
use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};
use tungstenite::{Message, WebSocket};

/// Nobody waits longer for an answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// An HTTP answer.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, decoded from its transfer encoding.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.body).with_context(|| self.text().chars().take(300).collect::<String>())
    }

    /// Whether it is a problem document with a stable code.
    #[must_use]
    pub fn is_problem(&self) -> bool {
        let has_code =
            self.json().is_ok_and(|json| json["code"].as_str().is_some_and(|code| !code.is_empty()));
        self.header("content-type").is_some_and(|kind| kind.starts_with("application/problem+json"))
            && has_code
    }
}

/// `GET`.
pub fn get(trine: &Trine, path: &str) -> Result<Answer> {
    send(trine, "GET", path, b"")
}

/// `GET` of JSON that must be there.
pub fn get_json(trine: &Trine, path: &str) -> Result<Value> {
    let answer = get(trine, path)?;
    ensure!(answer.status == 200, "{path}: {} {}", answer.status, answer.text());
    answer.json()
}

/// Any request; a body is sent as JSON.
pub fn send(trine: &Trine, method: &str, path: &str, body: &[u8]) -> Result<Answer> {
    let address = trine.address();
    let length = body.len();
    let mut request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    )
    .into_bytes();
    request.extend_from_slice(body);
    parse(&raw(trine, &request)?)
}

/// Sends bytes as they are and reads until the server closes. An answer may come before all was sent.
pub fn raw(trine: &Trine, bytes: &[u8]) -> Result<Vec<u8>> {
    let mut stream = TcpStream::connect(trine.address())?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    // A server that has seen enough closes while we still write.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let mut part = [0; 65536];
    loop {
        match stream.read(&mut part) {
            Ok(0) => return Ok(answer),
            Ok(length) => answer.extend_from_slice(&part[..length]),
            Err(_) if !answer.is_empty() => return Ok(answer),
            Err(error) => return Err(error.into()),
        }
    }
}

fn parse(bytes: &[u8]) -> Result<Answer> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").context("no end of the headers")?;
    let head = std::str::from_utf8(&bytes[..end])?;
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).context("no status")?.parse()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let is_chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = &bytes[end + 4..];
    let body = if is_chunked { unchunk(body)? } else { body.to_vec() };
    Ok(Answer { status, headers, body })
}

fn unchunk(mut bytes: &[u8]) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = bytes.windows(2).position(|window| window == b"\r\n").context("no length of a chunk")?;
        let length = usize::from_str_radix(std::str::from_utf8(&bytes[..end])?.trim(), 16)?;
        bytes = &bytes[end + 2..];
        if length == 0 {
            return Ok(body);
        }
        ensure!(bytes.len() >= length + 2, "a chunk is cut");
        body.extend_from_slice(&bytes[..length]);
        bytes = &bytes[length + 2..];
    }
}

/// A view socket.
pub struct Viewer {
    socket: WebSocket<TcpStream>,
    /// Bytes of binary frames read so far.
    pub bytes: u64,
}

impl Viewer {
    /// Opens a view socket.
    pub fn open(trine: &Trine) -> Result<Self> {
        let stream = TcpStream::connect(trine.address())?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let url = format!("ws://{}/api/v1/view", trine.address());
        let (socket, _) =
            tungstenite::client(url.as_str(), stream).map_err(|error| anyhow::anyhow!("{error}"))?;
        Ok(Self { socket, bytes: 0 })
    }

    /// Sends text.
    pub fn say(&mut self, text: &str) -> Result<()> {
        Ok(self.socket.send(Message::text(text))?)
    }

    /// Sends bytes.
    pub fn say_bytes(&mut self, bytes: Vec<u8>) -> Result<()> {
        Ok(self.socket.send(Message::binary(bytes))?)
    }

    /// Asks for all of the live plant.
    pub fn watch_all(&mut self, rate_hz: u32) -> Result<()> {
        self.say(&format!(
            r#"{{"type":"view","epoch":1,"branch":"live","at":null,"speed":1,"asKnownAt":null,"rateHz":{rate_hz},"interest":{{"all":true}}}}"#
        ))
    }

    /// The next binary frame; text in between is passed over.
    pub fn frame(&mut self) -> Result<Frame> {
        loop {
            if let Message::Binary(bytes) = self.socket.read()? {
                self.bytes += bytes.len() as u64;
                return Frame::parse(&bytes);
            }
        }
    }

    /// The next text of a type; frames and other texts are passed over.
    pub fn text(&mut self, kind: &str) -> Result<Value> {
        let started = Instant::now();
        while started.elapsed() < PATIENCE / 4 {
            if let Message::Text(text) = self.socket.read()? {
                let json: Value = serde_json::from_str(&text)?;
                if json["type"] == kind {
                    return Ok(json);
                }
            }
        }
        bail!("no `{kind}` came")
    }
}
