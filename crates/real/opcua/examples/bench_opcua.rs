//! End to end: 5,000 signals of an emulated server in a process of its own, changing 50 times a second, through the
//! connector into a site in memory; beside it the bare library client that only counts. One JSON line a figure.

#![allow(unsafe_code, reason = "the processor time of this process comes from getrusage")]

use opcua::client::{ClientBuilder, DataChangeCallback, IdentityToken, Session};
use opcua::types::{
    MonitoredItemCreateRequest, MonitoringMode, MonitoringParameters, NodeId, ReadValueId, TimestampsToReturn,
};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant as Clock};
use tokio_util::sync::CancellationToken;
use trine_base::{Quality, Value};
use trine_connector::kit::MemorySink;
use trine_connector::{Backoff, Clock as _, SystemClock, supervise};
use trine_emulator::opcua::{OpcUaHostOptions, start};
use trine_emulator::{Device, DeviceSignal, Reading, Technology};
use trine_opcua::{OpcUaConnector, OpcUaOptions};
use trine_world::{Level, ValueKind};

const DEVICES: u32 = 50;
const SIGNALS: u32 = 100;
const RATE_HZ: u32 = 50;
const PUBLISHING: Duration = Duration::from_millis(100);
const RUN: Duration = Duration::from_secs(8);

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    if std::env::args().any(|argument| argument == "--serve") {
        return serve().await;
    }
    let mut server = spawn()?;
    let endpoint = first_line(&mut server)?;
    let input = server.stdin.take();
    let bare = bare(&endpoint).await;
    let ours = connector(&endpoint).await;
    drop(input);
    server.wait()?;
    let (bare, ours) = (bare?, ours);
    line("opc ua value changes", ours.per_second, "1/s", "bare client", bare.per_second);
    line("opc ua value changes per CPU second", ours.per_cpu, "1/s", "bare client", bare.per_cpu);
    line("opc ua values lost", ours.lost, "1", "offered changes/s", f64::from(DEVICES * SIGNALS * RATE_HZ));
    Ok(())
}

fn line(name: &str, value: f64, unit: &str, beside: &str, beside_value: f64) {
    let line = serde_json::json!({
        "name": name, "value": value.round(), "unit": unit, "beside": beside, "beside_value": beside_value.round(),
    });
    println!("{line}");
}

struct Figures {
    per_second: f64,
    per_cpu: f64,
    lost: f64,
}

/// Counts what passes from here on.
struct Meter {
    wall: Clock,
    cpu_s: f64,
    count: u64,
}

impl Meter {
    fn start(count: u64) -> Self {
        Self { wall: Clock::now(), cpu_s: cpu_s(), count }
    }

    fn end(&self, count: u64, lost: f64) -> Figures {
        let passed = (count - self.count) as f64;
        Figures {
            per_second: passed / self.wall.elapsed().as_secs_f64(),
            per_cpu: passed / (cpu_s() - self.cpu_s),
            lost,
        }
    }
}

/// Processor time of this process, user and system.
fn cpu_s() -> f64 {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: the pointer is to memory of the right size, and all-zero is a valid rusage.
    let usage = unsafe {
        libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr());
        usage.assume_init()
    };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

fn spawn() -> Result<Child, Failure> {
    let me = std::env::current_exe()?;
    Ok(Command::new(me).arg("--serve").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?)
}

fn first_line(server: &mut Child) -> Result<String, Failure> {
    let out = server.stdout.take().ok_or("the server has no output")?;
    let mut line = String::new();
    BufReader::new(out).read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

/// The server's process: it publishes until the bench is over.
async fn serve() -> Result<(), Failure> {
    let devices: Vec<_> = (0..DEVICES).map(|number| (number, device(number))).collect();
    let host = start("bench", &devices, OpcUaHostOptions::default())?;
    println!("{}", host.endpoint());
    // The server ends with the bench, however that ends: then nobody holds the other end of its input.
    std::thread::spawn(|| {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(0);
    });
    let mut tick = tokio::time::interval(Duration::from_secs(1) / RATE_HZ);
    let mut step = 0u32;
    loop {
        tick.tick().await;
        step = step.wrapping_add(1);
        let at = SystemClock.now();
        let reading = |device, signal| {
            let value = Value::Number(f64::from(step) + f64::from(signal) / 1e3);
            Reading { device, signal, at, value, quality: Quality::GOOD }
        };
        let readings: Vec<_> = (0..DEVICES)
            .flat_map(|d| (0..SIGNALS).map(move |s| (d, s)))
            .map(|(d, s)| reading(d, s))
            .collect();
        host.publish(&readings);
    }
}

fn device(number: u32) -> Device {
    let signal = |signal: u32| DeviceSignal {
        id: format!("S{signal}"),
        name: format!("Signal {signal}"),
        path: Vec::new(),
        kind: ValueKind::Number,
        unit: "",
        range: None,
        limits: None,
        role: None,
        members: Vec::new(),
    };
    Device {
        key: format!("urn:trine:bench:{number}"),
        name: format!("M{number}"),
        class: "controller".into(),
        level: Level::WorkUnit,
        technology: Technology::OpcUa,
        host: "bench".into(),
        nameplate: Vec::new(),
        signals: (0..SIGNALS).map(signal).collect(),
    }
}

async fn connector(endpoint: &str) -> Figures {
    let sink = MemorySink::default();
    let options = OpcUaOptions {
        publishing_interval: PUBLISHING,
        pki_dir: std::env::temp_dir().join("trine-bench-opcua"),
        ..OpcUaOptions::new("bench", endpoint)
    };
    let stop = CancellationToken::new();
    let connector = Box::new(OpcUaConnector::new(options));
    let site = Arc::new(sink.clone());
    let running =
        tokio::spawn(supervise(connector, site, Arc::new(SystemClock), Backoff::default(), stop.clone()));
    let all = (DEVICES * SIGNALS) as usize;
    sink.until("all signals have values", |sink| sink.count() > 4 * all).await;
    let meter = Meter::start(sink.count() as u64);
    tokio::time::sleep(RUN).await;
    let lost = sink.value("/#lost").and_then(|value| value.as_f64()).unwrap_or_default();
    let figures = meter.end(sink.count() as u64, lost);
    stop.cancel();
    let _ = running.await;
    figures
}

/// The library's own subscription with a callback that only counts: the least that a client can do.
async fn bare(endpoint: &str) -> Result<Figures, Failure> {
    let mut client = ClientBuilder::new()
        .application_name("bare")
        .application_uri("urn:bare")
        .pki_dir(std::env::temp_dir().join("trine-bench-opcua"))
        .max_message_size(32 << 20)
        .max_chunk_count(4096)
        .max_array_length(1_000_000)
        .client()
        .map_err(|errors| errors.join(", "))?;
    let offered = client.get_server_endpoints_from_url(endpoint).await?;
    let description = offered.into_iter().next().ok_or("the server offers no endpoint")?;
    let (session, events) = client.connect_to_endpoint_directly(description, IdentityToken::Anonymous)?;
    let driver = tokio::spawn(events.run());
    tokio::time::timeout(RUN, session.wait_for_connection()).await?;
    let count = Arc::new(AtomicU64::new(0));
    subscribe_bare(&session, &count).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let meter = Meter::start(count.load(Ordering::Relaxed));
    tokio::time::sleep(RUN).await;
    let figures = meter.end(count.load(Ordering::Relaxed), 0.0);
    let _ = session.disconnect().await;
    driver.abort();
    Ok(figures)
}

async fn subscribe_bare(session: &Session, count: &Arc<AtomicU64>) -> Result<(), Failure> {
    let counting = count.clone();
    let callback = DataChangeCallback::new(move |_, _| {
        counting.fetch_add(1, Ordering::Relaxed);
    });
    let subscription = session.create_subscription(PUBLISHING, 6000, 10, 10_000, 0, true, callback).await?;
    let index = session.get_namespace_index("urn:trine:emulator:bench").await?;
    let nodes =
        (0..DEVICES).flat_map(|d| (0..SIGNALS).map(move |s| NodeId::new(index, format!("M{d}.S{s}"))));
    let items: Vec<_> = nodes.map(item).collect();
    for piece in items.chunks(1_000) {
        session.create_monitored_items(subscription, TimestampsToReturn::Both, piece.to_vec()).await?;
    }
    Ok(())
}

fn item(node: NodeId) -> MonitoredItemCreateRequest {
    let parameters = MonitoringParameters {
        sampling_interval: 0.0,
        queue_size: 100,
        discard_oldest: true,
        ..MonitoringParameters::default()
    };
    MonitoredItemCreateRequest::new(ReadValueId::from(node), MonitoringMode::Reporting, parameters)
}
