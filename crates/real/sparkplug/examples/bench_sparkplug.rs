//! How many metrics a second come through: emulated edge node, broker, connector, a sink in memory. One JSON line a
//! figure; the CPU time is that of the connector's own threads, beside a bare MQTT client that only receives.

use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant as Moment};
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;
use trine_base::{Quality, Value};
use trine_connector::kit::MemorySink;
use trine_connector::{Backoff, Clock, SystemClock, supervise};
use trine_emulator::sparkplug::{self, SparkplugHostOptions};
use trine_emulator::{Device, DeviceSignal, Host, Reading, Technology, broker};
use trine_sparkplug::{SparkplugConnector, SparkplugOptions};
use trine_world::{Level, ValueKind};

const DEVICES: u32 = 20;
const SIGNALS: u32 = 500;
const METRICS: u64 = 3_000_000;
/// Metrics that may be on their way, so that queues stay short.
const ON_THE_WAY: u64 = 60_000;

fn main() {
    let plant = runtime("plant");
    let reader = runtime("connector");
    let broker = plant.block_on(async { broker::start(0).expect("a free port") });
    let stop = CancellationToken::new();
    let sink = MemorySink::default();
    let connector =
        SparkplugConnector::new(SparkplugOptions::new("bench", broker.url())).expect("sound options");
    let clock = Arc::new(SystemClock);
    let supervised =
        supervise(Box::new(connector), Arc::new(sink.clone()), clock, Backoff::default(), stop.clone());
    reader.spawn(supervised);
    let devices: Vec<(u32, Device)> = (0..DEVICES).map(|index| (index, device(index))).collect();
    plant.block_on(
        sink.until("the connection stands", |sink| sink.value("#state") == Some(Value::text("connected"))),
    );
    let options = SparkplugHostOptions::new(broker.url());
    let host =
        plant.block_on(async { sparkplug::start("edge", &devices, options).expect("a sound address") });
    let births = (DEVICES * SIGNALS) as usize;
    plant.block_on(sink.until("everything is born", |sink| sink.count() >= births));

    let came = || sink.count() as u64;
    let (seconds, cpu) = measure(&*host, &came, "connector");
    let (_, bare_cpu) = bare(&plant, broker.url(), &*host);
    println!("{}", line("sparkplug end to end", METRICS as f64 / seconds, "metrics/s", "goal", 200_000.0));
    let beside = "a bare MQTT client that only receives";
    let (ours, theirs) = (METRICS as f64 / cpu, METRICS as f64 / bare_cpu);
    println!("{}", line("sparkplug per CPU second of the connector", ours, "metrics/CPU s", beside, theirs));
    stop.cancel();
    host.stop();
}

fn runtime(name: &str) -> Runtime {
    Builder::new_multi_thread().worker_threads(2).thread_name(name).enable_all().build().expect("threads")
}

/// Publishes until enough came through; seconds passed, and CPU seconds of the threads of this name.
fn measure(host: &dyn Host, came: &dyn Fn() -> u64, threads: &str) -> (f64, f64) {
    let (before, cpu_before, start) = (came(), cpu_s(threads), Moment::now());
    let mut sent = 0;
    while came() - before < METRICS {
        if sent < METRICS && sent < came() - before + ON_THE_WAY {
            host.publish(&readings(sent));
            sent += u64::from(DEVICES * SIGNALS);
        } else {
            std::thread::sleep(Duration::from_micros(500));
        }
    }
    (start.elapsed().as_secs_f64(), cpu_s(threads) - cpu_before)
}

/// The floor: somebody who takes the same messages and looks at none.
fn bare(plant: &Runtime, url: &str, host: &dyn Host) -> (f64, f64) {
    let bare = runtime("bare");
    let came = Arc::<AtomicU64>::default();
    let count = came.clone();
    let (address, port) = url.trim_start_matches("mqtt://").split_once(':').expect("a port");
    let mut options = MqttOptions::new("bare", address, port.parse().expect("a port"));
    options.set_max_packet_size(1 << 24, 1 << 24);
    let (client, mut events) = AsyncClient::new(options, 16);
    let (ready, subscribed) = std::sync::mpsc::channel();
    bare.spawn(async move {
        while let Ok(event) = events.poll().await {
            match event {
                Event::Incoming(Packet::Publish(_)) => count.fetch_add(u64::from(SIGNALS), Ordering::Relaxed),
                Event::Incoming(Packet::SubAck(_)) => ready.send(()).map_or(0, |()| 0),
                _ => 0,
            };
        }
    });
    plant.block_on(client.subscribe("spBv1.0/plant/DDATA/#", QoS::AtMostOnce)).expect("a subscription");
    subscribed.recv().expect("an answer");
    measure(host, &|| came.load(Ordering::Relaxed), "bare")
}

fn readings(turn: u64) -> Vec<Reading> {
    let at = SystemClock.now();
    let all = (0..DEVICES).flat_map(|device| (0..SIGNALS).map(move |signal| (device, signal)));
    let value = |signal: u32| Value::Number(f64::from(signal) + turn as f64 / 1e6);
    all.map(|(device, signal)| Reading { device, signal, at, value: value(signal), quality: Quality::GOOD })
        .collect()
}

fn device(index: u32) -> Device {
    let signal = |number: u32| DeviceSignal {
        id: format!("S{number}"),
        name: format!("Signal {number}"),
        path: vec!["Group".to_owned()],
        kind: ValueKind::Number,
        unit: "CEL",
        range: None,
        limits: None,
        role: None,
        members: Vec::new(),
    };
    Device {
        key: format!("urn:bench:{index}"),
        name: format!("D{index}"),
        class: "press".to_owned(),
        level: Level::WorkUnit,
        technology: Technology::Sparkplug,
        host: "edge".to_owned(),
        nameplate: Vec::new(),
        signals: (0..SIGNALS).map(signal).collect(),
    }
}

/// CPU seconds that the threads of this name have used (`utime` and `stime` of proc(5), in hundredths).
fn cpu_s(threads: &str) -> f64 {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let ticks = |stat: String| {
        let (name, rest) = stat.split_once('(')?.1.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let used = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
        name.starts_with(threads).then_some(used)
    };
    let stats = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("stat")).ok());
    stats.filter_map(ticks).sum::<u64>() as f64 / 100.0
}

fn line(name: &str, value: f64, unit: &str, beside: &str, beside_value: f64) -> serde_json::Value {
    serde_json::json!({
        "name": name, "value": value.round(), "unit": unit, "beside": beside, "beside_value": beside_value.round()
    })
}
