//! How many observations a second come through: emulated agent over HTTP, connector, a sink in memory; and how fast
//! raw adapter lines are imported. One JSON line a figure; CPU time is that of the connector's own threads, beside a
//! reader that takes the same bytes and looks at none.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant as Moment};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;
use trine_base::{Quality, Value};
use trine_connector::kit::MemorySink;
use trine_connector::{Backoff, Clock, SystemClock, supervise};
use trine_emulator::mtconnect::{self, MtConnectHostOptions};
use trine_emulator::{Device, DeviceSignal, Host, Reading, Technology};
use trine_mtconnect::{MtConnectConnector, MtConnectOptions, import};
use trine_world::{Level, ValueKind};

const DEVICES: u32 = 10;
const SIGNALS: u32 = 200;
const OBSERVATIONS: u64 = 1_000_000;
/// Observations that may be on their way, well below the agent's buffer.
const ON_THE_WAY: u64 = 50_000;

fn main() {
    let plant = runtime("plant");
    let reader = runtime("connector");
    let devices: Vec<(u32, Device)> = (0..DEVICES).map(|index| (index, device(index))).collect();
    let options = MtConnectHostOptions { buffer_size: 1 << 18, ..MtConnectHostOptions::default() };
    let host = plant.block_on(async { mtconnect::start("bench", &devices, options).expect("a free port") });
    let (sink, stop) = (MemorySink::default(), CancellationToken::new());
    let options = MtConnectOptions {
        interval: Duration::from_millis(10),
        ..MtConnectOptions::new("bench", &host.endpoint())
    };
    let connector = Box::new(MtConnectConnector::new(options).expect("sound options"));
    let clock = Arc::new(SystemClock);
    reader.spawn(supervise(connector, Arc::new(sink.clone()), clock, Backoff::default(), stop.clone()));
    let all = (DEVICES * SIGNALS) as usize;
    plant.block_on(sink.until("the present is there", |sink| sink.count() >= all));

    let (seconds, cpu) = measure(&*host, &|| sink.count() as u64, "connector");
    let (observations, bytes_cpu) = bare(&*host);
    let per_cpu = OBSERVATIONS as f64 / cpu;
    println!("{}", line("mtconnect end to end", OBSERVATIONS as f64 / seconds, "observations/s", "", 0.0));
    let beside = "a reader of the same bytes that looks at none";
    println!(
        "{}",
        line(
            "mtconnect per CPU second of the connector",
            per_cpu,
            "observations/CPU s",
            beside,
            observations / bytes_cpu
        )
    );
    stop.cancel();
    host.stop();
    import_days(&plant);
}

/// The real days, where they are there.
fn import_days(runtime: &Runtime) {
    let root = std::env::var_os("TRINE_REAL").map(PathBuf::from);
    let root = root.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/real"));
    let folder = root.join("nist-sms");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        return eprintln!("SKIPPED: no {}", folder.display());
    };
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "gz"));
    files.sort();
    let (sink, start) = (Arc::new(MemorySink::default()), Moment::now());
    let report =
        runtime.block_on(import(&folder.join("Devices.xml"), &files, sink, &|_| ())).expect("real data");
    let seconds = start.elapsed().as_secs_f64();
    let unzip = unzip_seconds(&files);
    let value = report.lines as f64 / seconds;
    println!(
        "{}",
        line(
            "mtconnect import of raw lines",
            value,
            "lines/s",
            "unzipping alone",
            report.lines as f64 / unzip
        )
    );
}

fn unzip_seconds(files: &[PathBuf]) -> f64 {
    let start = Moment::now();
    for file in files {
        let mut reader = flate2::read::MultiGzDecoder::new(std::fs::File::open(file).expect("a file"));
        std::io::copy(&mut reader, &mut std::io::sink()).expect("gzip");
    }
    start.elapsed().as_secs_f64()
}

fn runtime(name: &str) -> Runtime {
    Builder::new_multi_thread().worker_threads(2).thread_name(name).enable_all().build().expect("threads")
}

/// Publishes until enough came through; seconds passed, and CPU seconds of the threads of this name.
fn measure(host: &dyn Host, came: &dyn Fn() -> u64, threads: &str) -> (f64, f64) {
    let (before, cpu_before, start) = (came(), cpu_s(threads), Moment::now());
    let mut sent = 0;
    while came() - before < OBSERVATIONS {
        if sent < OBSERVATIONS && sent < came() - before + ON_THE_WAY {
            host.publish(&readings(sent));
            sent += u64::from(DEVICES * SIGNALS);
        } else {
            std::thread::sleep(Duration::from_micros(500));
        }
    }
    (start.elapsed().as_secs_f64(), cpu_s(threads) - cpu_before)
}

/// The floor: the stream of the agent's buffer, read and thrown away. Observations and CPU seconds.
fn bare(host: &dyn Host) -> (f64, f64) {
    let bare = runtime("bare");
    let read = Arc::<AtomicU64>::default();
    let (count, address) = (read.clone(), host.endpoint().trim_start_matches("http://").to_owned());
    bare.spawn(async move {
        let mut stream = tokio::net::TcpStream::connect(address).await.expect("the agent");
        let ask = b"GET /sample?interval=10&count=10000&heartbeat=1000 HTTP/1.1\r\nHost: x\r\n\r\n";
        stream.write_all(ask).await.expect("the agent");
        let mut buffer = vec![0; 64 << 10];
        while let Ok(bytes @ 1..) = stream.read(&mut buffer).await {
            count.fetch_add(bytes as u64, Ordering::Relaxed);
        }
    });
    // 2^18 observations are in the buffer; when only heartbeats come, they have all been read.
    let (cpu_before, wanted) = (cpu_s("bare"), f64::from(1 << 18));
    let mut before = 0;
    loop {
        std::thread::sleep(Duration::from_millis(1_500));
        let now = read.load(Ordering::Relaxed);
        if now > 0 && now - before < 10_000 {
            return (wanted, (cpu_s("bare") - cpu_before).max(0.01));
        }
        before = now;
    }
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
        technology: Technology::MtConnect,
        host: "bench".to_owned(),
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

fn line(name: &str, value: f64, unit: &str, beside: &str, beside_value: f64) -> String {
    let (value, beside_value) = (value.round(), beside_value.round());
    format!(
        "{{\"name\":\"{name}\",\"value\":{value},\"unit\":\"{unit}\",\"beside\":\"{beside}\",\"beside_value\":{beside_value}}}"
    )
}
