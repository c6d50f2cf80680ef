//! Fan-out: 200 viewers of 10,000 signals that change at 10 Hz, over loopback, with and without one that stops reading.
//! One JSON line a figure, beside the floor: the same server does nothing but send a prebuilt frame to each socket.
//!
//! The viewers run in a process of their own (this program again), so that the server's CPU is the server's alone.
//!
//! `bench_fanout [FOLDER] [SECONDS] [VIEWERS]`

mod viewers;

use axum::Router;
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::routing::get;
use bytes::Bytes;
use std::error::Error;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use trine_base::{Held, Instant, Sample, SignalId, Value};
use trine_connector::{Clock as _, SystemClock};
use trine_future::{FutureOptions, Futures};
use trine_serve::frame::{self, FrameHead, FrameKind};
use trine_serve::{NoConnections, ServeOptions, Server};
use trine_site::{Site, SiteOptions};
use viewers::Report;

const SIGNALS: u32 = 10_000;
const PERIOD: Duration = Duration::from_millis(100);

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// What a run is like.
#[derive(Clone, Copy)]
struct Plan {
    viewers: usize,
    stalled: usize,
    length: Duration,
}

/// What it measured.
struct Measured {
    report: Report,
    server_cpu_s: f64,
}

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.get(1).is_some_and(|first| first == "viewers") {
        return viewers::run(&arguments[2..]);
    }
    let parent = arguments.get(1).map_or(".", String::as_str);
    let seconds = arguments.get(2).map_or(Ok(10), |text| text.parse())?;
    let viewers = arguments.get(3).map_or(Ok(200), |text| text.parse())?;
    let plan = Plan { viewers, stalled: 0, length: Duration::from_secs(seconds) };
    let folder = tempfile::tempdir_in(parent)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(compare(folder.path(), plan))
}

async fn compare(folder: &std::path::Path, plan: Plan) -> Outcome<()> {
    let floor = floor(plan).await?;
    let site = Site::open(SiteOptions::in_folder(folder), Arc::new(SystemClock))?;
    let source = tokio::spawn(change_all(site.clone()));
    let idle = cpu_over(plan.length / 2).await;
    let clear = serve(&site, plan).await?;
    let stalled = serve(&site, Plan { stalled: 1, ..plan }).await?;
    source.abort();
    let each = plan.viewers as f64 * plan.length.as_secs_f64();
    let beside = "broadcast of a prebuilt frame";
    let rate = |run: &Measured| run.report.bytes as f64 / each;
    line("fan-out bytes per viewer", rate(&clear), "B/s", beside, rate(&floor));
    let own = (clear.server_cpu_s - idle * plan.length.as_secs_f64()).max(0.0);
    line("fan-out CPU per viewer-second", own / each * 1e6, "µs", beside, floor.server_cpu_s / each * 1e6);
    line(
        "fan-out frames per viewer",
        clear.report.frames as f64 / each,
        "1/s",
        beside,
        floor.report.frames as f64 / each,
    );
    line("fan-out frame age p50", clear.report.age_p50_ms, "ms", beside, floor.report.age_p50_ms);
    line("fan-out frame age p99", clear.report.age_p99_ms, "ms", beside, floor.report.age_p99_ms);
    line(
        "fan-out frame age p99, one viewer stalled",
        stalled.report.age_p99_ms,
        "ms",
        "none stalled",
        clear.report.age_p99_ms,
    );
    line(
        "ingest of the changes alone",
        idle,
        "CPU",
        "fan-out included",
        clear.server_cpu_s / plan.length.as_secs_f64(),
    );
    Ok(())
}

/// Every signal, ten times a second.
async fn change_all(site: Site) {
    let mut ticker = tokio::time::interval(PERIOD);
    for round in 0u32.. {
        ticker.tick().await;
        let now = SystemClock.now();
        let value = |id: u32| Value::Number(f64::from((id * 7 + round) % 10_000) / 100.0);
        let samples = (1..=SIGNALS).map(|id| Sample::good(SignalId(id), now, value(id))).collect();
        if site.submit(now, samples).await.is_err() {
            return;
        }
    }
}

async fn serve(site: &Site, plan: Plan) -> Outcome<Measured> {
    let plans = tempfile::tempdir()?;
    let futures = Futures::open(site.clone(), plans.path(), FutureOptions::on_request())?;
    let options = ServeOptions {
        listen: "127.0.0.1:0".parse()?,
        connections: Arc::new(NoConnections),
        futures,
        standards: axum::Router::new(),
    };
    let server = Server::bind(site.clone(), options).await?;
    let address = server.url()?.trim_start_matches("http://").to_owned();
    let stop = CancellationToken::new();
    let running = tokio::spawn(server.run(stop.clone()));
    let measured = look(&address, plan).await;
    stop.cancel();
    running.await??;
    measured
}

/// The floor: a frame as large, built once a period for all, and sent.
async fn floor(plan: Plan) -> Outcome<Measured> {
    let updates: Vec<Held> = (1..=SIGNALS).map(update).collect();
    let (frames, seats) = watch::channel(Bytes::new());
    let ticker = tokio::spawn(async move {
        let mut ticker = tokio::time::interval(PERIOD);
        loop {
            ticker.tick().await;
            let instant = SystemClock.now();
            let head = FrameHead { kind: FrameKind::Delta, live: true, playing: true, epoch: 0, instant };
            frames.send_replace(frame::encode(head, &updates));
        }
    });
    let route = get(move |upgrade: WebSocketUpgrade| {
        let mut seat = seats.clone();
        async move {
            upgrade.on_upgrade(async move |mut socket| {
                while seat.changed().await.is_ok() {
                    let frame = seat.borrow_and_update().clone();
                    if socket.send(Message::Binary(frame)).await.is_err() {
                        return;
                    }
                }
            })
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let serving =
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/api/v1/view", route)).await });
    let measured = look(&address, plan).await;
    serving.abort();
    ticker.abort();
    measured
}

fn update(id: u32) -> Held {
    let now = SystemClock.now();
    let value = Value::Number(f64::from(id));
    Held { signal: SignalId(id), source: now, recorded: now, quality: trine_base::Quality::GOOD, value }
}

/// Starts the viewers' process and waits for what it has seen.
async fn look(address: &str, plan: Plan) -> Outcome<Measured> {
    let Plan { viewers, stalled, length } = plan;
    let mut viewers = Command::new(std::env::current_exe()?)
        .args(["viewers", address, &viewers.to_string(), &stalled.to_string(), &length.as_secs().to_string()])
        .stdout(Stdio::piped())
        .spawn()?;
    let mut said = std::io::BufReader::new(viewers.stdout.take().ok_or("no output")?);
    let waited = tokio::task::spawn_blocking(move || -> Outcome<Measured> {
        viewers::expect(&mut said, "ready")?;
        let before = cpu_s();
        let report = Report::read(&mut said)?;
        let server_cpu_s = cpu_s() - before;
        viewers.wait()?;
        Ok(Measured { report, server_cpu_s })
    });
    waited.await?
}

/// Cores in use over a while.
async fn cpu_over(length: Duration) -> f64 {
    let before = cpu_s();
    tokio::time::sleep(length).await;
    (cpu_s() - before) / length.as_secs_f64()
}

/// CPU seconds of this process so far, all threads.
fn cpu_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    // utime and stime, in hundredths of a second on every Linux that we know.
    (ticks(11) + ticks(12)) / 100.0
}

fn line(name: &str, value: f64, unit: &str, beside: &str, beside_value: f64) {
    let line = serde_json::json!({
        "name": name, "value": value, "unit": unit, "beside": beside, "beside_value": beside_value,
    });
    println!("{line}");
}

/// Nanoseconds since the epoch, as frames have them.
fn now_ns() -> i64 {
    let now: Instant = SystemClock.now();
    now.as_ns()
}
