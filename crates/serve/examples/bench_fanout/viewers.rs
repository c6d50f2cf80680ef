//! The viewers' process: takes frames as fast as they come, notes how old they are, decodes nothing.

use crate::{Outcome, now_ns};
use futures_util::{SinkExt, StreamExt};
use serde::{Deserialize, Serialize};
use std::io::BufRead;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::Barrier;
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

const VIEW: &str = r#"{"type":"view","epoch":1,"rateHz":10,"interest":{"all":true}}"#;
/// Until the keyframes are through and the groups run evenly.
const SETTLE: Duration = Duration::from_secs(2);

/// What all viewers together have seen.
#[derive(Default, Serialize, Deserialize)]
pub struct Report {
    pub frames: u64,
    pub bytes: u64,
    pub age_p50_ms: f64,
    pub age_p99_ms: f64,
}

impl Report {
    /// Takes the line that [`run`] ends with.
    pub fn read(said: &mut impl BufRead) -> Outcome<Self> {
        let mut line = String::new();
        said.read_line(&mut line)?;
        Ok(serde_json::from_str(&line)?)
    }
}

/// Reads a line that has to be this word.
pub fn expect(said: &mut impl BufRead, word: &str) -> Outcome<()> {
    let mut line = String::new();
    said.read_line(&mut line)?;
    if line.trim() == word { Ok(()) } else { Err(format!("the viewers say {line:?}").into()) }
}

/// `ADDRESS VIEWERS STALLED SECONDS`: says `ready` when the measuring begins, and a [`Report`] when it ends.
pub fn run(arguments: &[String]) -> Outcome<()> {
    let [address, viewers, stalled, seconds] = arguments else { return Err("four arguments".into()) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let length = Duration::from_secs(seconds.parse()?);
    let report = runtime.block_on(watch(address, viewers.parse()?, stalled.parse()?, length))?;
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}

async fn watch(address: &str, viewers: usize, stalled: usize, length: Duration) -> Outcome<Report> {
    let mut silent = Vec::new();
    for _ in 0..stalled {
        silent.push(connect(address).await?);
    }
    let start = Arc::new(Barrier::new(viewers + 1));
    let mut tasks = Vec::new();
    for _ in 0..viewers {
        tasks.push(tokio::spawn(one(connect(address).await?, Arc::clone(&start), length)));
    }
    start.wait().await;
    println!("ready");
    let (mut report, mut ages) = (Report::default(), Vec::new());
    for task in tasks {
        let (bytes, seen) = task.await??;
        report.bytes += bytes;
        ages.extend(seen);
    }
    drop(silent);
    ages.sort_by(f64::total_cmp);
    let at =
        |part: f64| ages.get(((ages.len().max(1) - 1) as f64 * part) as usize).copied().unwrap_or(f64::NAN);
    Ok(Report { frames: ages.len() as u64, age_p50_ms: at(0.5), age_p99_ms: at(0.99), ..report })
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn connect(address: &str) -> Outcome<Socket> {
    let (mut socket, _) = connect_async(format!("ws://{address}/api/v1/view")).await?;
    socket.send(Message::text(VIEW)).await?;
    Ok(socket)
}

/// Bytes and the ages of the frames that came in the time, ms.
async fn one(mut socket: Socket, start: Arc<Barrier>, length: Duration) -> Outcome<(u64, Vec<f64>)> {
    take(&mut socket, Instant::now() + SETTLE).await?;
    start.wait().await;
    take(&mut socket, Instant::now() + length).await
}

async fn take(socket: &mut Socket, until: Instant) -> Outcome<(u64, Vec<f64>)> {
    let (mut bytes, mut ages) = (0, Vec::new());
    while let Ok(message) = timeout_at(until, socket.next()).await {
        let Message::Binary(frame) = message.ok_or("the server has closed")?? else { continue };
        let instant = i64::from_le_bytes(frame[8..16].try_into()?);
        bytes += frame.len() as u64;
        ages.push((now_ns() - instant) as f64 / 1e6);
    }
    Ok((bytes, ages))
}
