//! The people's process: everybody walks, tells of it, and notes how old what comes of the others is.

use crate::Outcome;
use futures_util::stream::SplitSink;
use futures_util::{SinkExt, StreamExt};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::BufRead;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout_at};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use trine_presence::{Pose, decode, encode_pose};

const RATE_HZ: f64 = 15.0;
const SETTLE: Duration = Duration::from_secs(3);
/// Steps of each person that are remembered; what comes is one of them.
const REMEMBERED: usize = 40;
const NEAR_M: f32 = 8.0;

/// What all people together have seen.
#[derive(Default, Serialize, Deserialize)]
pub struct Report {
    pub bytes: u64,
    pub poses: u64,
    pub age_p50_ms: f64,
    pub age_p99_ms: f64,
    pub near_gap_p99_ms: f64,
}

impl Report {
    /// Takes the line that [`run`], and the peer's people, end with.
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
    if line.trim() == word { Ok(()) } else { Err(format!("the people say {line:?}").into()) }
}

/// Where a person is after so many seconds: loops through a hall of 120 by 70 m. The peer's people walk the same.
fn walk(person: usize, seconds: f64) -> [f32; 2] {
    let n = person as f64;
    let a = 0.05 + 0.004 * (n % 7.0);
    let b = 0.06 + 0.005 * (n % 5.0);
    let x = 60.0 + 55.0 * (a * seconds + n * 1.7).sin();
    let y = 35.0 + 30.0 * (b * seconds + n * 2.3).cos();
    [x as f32, y as f32]
}

/// When each person was where, newest last: what was told to the server.
type Steps = Arc<Mutex<BTreeMap<u16, Vec<(Instant, [f32; 2])>>>>;

/// `ADDRESS PEOPLE SECONDS`: says `ready` when the measuring begins, and a [`Report`] when it ends.
pub fn run(arguments: &[String]) -> Outcome<()> {
    let [address, people, seconds] = arguments else { return Err("three arguments".into()) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let length = Duration::from_secs(seconds.parse()?);
    let report = runtime.block_on(all(address, people.parse()?, length))?;
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}

async fn all(address: &str, people: usize, length: Duration) -> Outcome<Report> {
    let steps = Steps::default();
    let start = Instant::now();
    let begin = start + SETTLE + Duration::from_millis(10) * people as u32;
    let mut tasks = Vec::new();
    for person in 0..people {
        let (socket, seat) = enter(address, person).await?;
        tasks.push(tokio::spawn(one(socket, seat, person, start, begin, begin + length, Arc::clone(&steps))));
    }
    tokio::time::sleep_until(begin).await;
    println!("ready");
    let (mut report, mut ages, mut gaps) = (Report::default(), Vec::new(), Vec::new());
    for task in tasks {
        let seen = task.await??;
        report.bytes += seen.bytes;
        ages.extend(seen.ages_ms);
        gaps.extend(seen.near_gaps_ms);
    }
    report.poses = ages.len() as u64;
    report.age_p50_ms = at(&mut ages, 0.5);
    report.age_p99_ms = at(&mut ages, 0.99);
    report.near_gap_p99_ms = at(&mut gaps, 0.99);
    Ok(report)
}

fn at(values: &mut [f64], part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(((values.len().max(1) - 1) as f64 * part) as usize).copied().unwrap_or(f64::NAN)
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn enter(address: &str, person: usize) -> Outcome<(Socket, u16)> {
    let (mut socket, _) = connect_async(format!("ws://{address}/api/v1/meet")).await?;
    let enter = serde_json::json!({
        "type": "enter", "name": format!("Person {person}"), "guest": format!("the secret of person {person}"),
    });
    socket.send(Message::text(enter.to_string())).await?;
    loop {
        let Message::Text(text) = socket.next().await.ok_or("the server has closed")?? else { continue };
        let said: serde_json::Value = serde_json::from_str(&text)?;
        if let Some(seat) = said["seat"].as_u64() {
            return Ok((socket, u16::try_from(seat)?));
        }
    }
}

/// What one person has seen in the time.
#[derive(Default)]
struct Seen {
    bytes: u64,
    ages_ms: Vec<f64>,
    near_gaps_ms: Vec<f64>,
}

async fn one(
    socket: Socket,
    seat: u16,
    person: usize,
    start: Instant,
    begin: Instant,
    end: Instant,
    steps: Steps,
) -> Outcome<Seen> {
    let (sink, mut stream) = socket.split();
    let walking = tokio::spawn(go(sink, seat, person, start, Arc::clone(&steps)));
    let mut seen = Seen::default();
    let mut before = BTreeMap::new();
    while let Ok(message) = timeout_at(end, stream.next()).await {
        let message = message.ok_or("the server has closed")??;
        let now = Instant::now();
        if now < begin {
            continue;
        }
        // Four bytes of WebSocket stand before each message.
        seen.bytes += message.len() as u64 + 4;
        let Message::Binary(bytes) = message else { continue };
        let own = walk(person, (now - start).as_secs_f64());
        let steps = steps.lock().unwrap_or_else(PoisonError::into_inner);
        for record in decode(&bytes)?.people {
            let told = [record.pose.position[0], record.pose.position[1]];
            if let Some(sent) = steps.get(&record.seat.0).and_then(|known| when(known, told)) {
                seen.ages_ms.push((now - sent).as_secs_f64() * 1e3);
            }
            let last = before.insert(record.seat, now);
            let is_near = (told[0] - own[0]).hypot(told[1] - own[1]) < NEAR_M;
            if let (Some(last), true) = (last, is_near) {
                seen.near_gaps_ms.push((now - last).as_secs_f64() * 1e3);
            }
        }
    }
    walking.abort();
    Ok(seen)
}

/// When somebody was there: the step that lies nearest.
fn when(known: &[(Instant, [f32; 2])], told: [f32; 2]) -> Option<Instant> {
    let far = |at: &[f32; 2]| (at[0] - told[0]).hypot(at[1] - told[1]);
    let nearest = known.iter().min_by(|a, b| far(&a.1).total_cmp(&far(&b.1)))?;
    (far(&nearest.1) < 0.012).then_some(nearest.0)
}

async fn go(
    mut sink: SplitSink<Socket, Message>,
    seat: u16,
    person: usize,
    start: Instant,
    steps: Steps,
) -> Outcome<()> {
    let mut ticker = interval(Duration::from_secs_f64(1.0 / RATE_HZ));
    ticker.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticker.tick().await;
        let now = Instant::now();
        let at = walk(person, (now - start).as_secs_f64());
        {
            let mut steps = steps.lock().unwrap_or_else(PoisonError::into_inner);
            let own = steps.entry(seat).or_default();
            own.push((now, at));
            if own.len() > REMEMBERED {
                own.remove(0);
            }
        }
        let pose = Pose { position: [at[0], at[1], 0.0], yaw: at[0], head_yaw: at[1], ..Pose::default() };
        sink.send(Message::binary(encode_pose(&pose, false))).await?;
    }
}
