//! Durable ingest through the site: 64 concurrent sources, batches of 1,000 samples, each batch awaited until it is
//! durable and visible. One JSON line a figure, beside the floor (the same bytes by bare `write` and `fdatasync`) and
//! beside PostgreSQL and InfluxDB, which are given the same batches and have to sync each before they answer.
//!
//! `bench_ingest [FOLDER] [SECONDS]`: the folder decides which disk is measured. A peer that is not installed is said on
//! standard error and left out.

mod influx;
mod peer;
mod postgres;

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant as Clock};
use trine_base::{Instant, Sample, SignalId, Value};
use trine_connector::SystemClock;
use trine_log::batch;
use trine_site::{Site, SiteOptions};

const SOURCES: u32 = 64;
const BATCH: u32 = 1_000;
/// Rounds after which the values repeat, so that making them costs the bench little.
const ROUNDS: u32 = 16;

/// Something that takes batches from many sources at once and tells when each is durable.
trait Store: Send + Sync + 'static {
    fn name(&self) -> &'static str;
    fn put(&self, source: u32, at: Instant, batch: Vec<Sample>) -> impl Future<Output = ()> + Send;
}

struct Trine(Site);

impl Store for Trine {
    fn name(&self) -> &'static str {
        "site"
    }

    async fn put(&self, _source: u32, at: Instant, batch: Vec<Sample>) {
        let durable = self.0.submit(at, batch).await.expect("the site takes samples");
        durable.await.expect("the samples are durable");
    }
}

/// What a run measured.
struct Run {
    samples_per_s: f64,
    cpu_s_per_million: f64,
    acks_ms: Vec<f64>,
}

impl Run {
    fn percentile(&self, part: f64) -> f64 {
        self.acks_ms[((self.acks_ms.len() - 1) as f64 * part) as usize]
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let parent = std::env::args().nth(1).unwrap_or_else(|| ".".into());
    let length = Duration::from_secs(std::env::args().nth(2).map_or(Ok(20), |text| text.parse())?);
    let folder = tempfile::tempdir_in(&parent)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let (floor, sync_ms) = floor(folder.path(), length / 4)?;
    let site = Site::open(SiteOptions::in_folder(&folder.path().join("site")), Arc::new(SystemClock))?;
    let kept = site.clone();
    let (store, run) = runtime.block_on(measure(Trine(site), length));
    let name = store.name();
    let beside = "write+fdatasync of the same batches, 64 at a time";
    line(&format!("{name} durable ingest"), run.samples_per_s, "samples/s", beside, floor);
    line(&format!("{name} acknowledgement p50"), run.percentile(0.5), "ms", "one write+fdatasync", sync_ms);
    line(&format!("{name} acknowledgement p99"), run.percentile(0.99), "ms", "one write+fdatasync", sync_ms);
    line(&format!("{name} acknowledgement max"), run.percentile(1.0), "ms", "one write+fdatasync", sync_ms);
    line(&format!("{name} CPU per million samples"), run.cpu_s_per_million, "s", "cores", 2.0);
    let began = Clock::now();
    kept.close()?;
    line(&format!("{name} close after it"), began.elapsed().as_secs_f64(), "s", "run", length.as_secs_f64());
    drop((store, kept));
    drop(folder);
    let parent = Path::new(&parent);
    let ours = run.samples_per_s;
    let bare = runtime.block_on(measure_beside(postgres::Postgres::start(parent, false), length, ours));
    let indexed = runtime.block_on(measure_beside(postgres::Postgres::start(parent, true), length, ours));
    let influx = runtime.block_on(measure_beside(influx::Influx::start(parent), length, ours));
    ratio("against the better of PostgreSQL with an index and InfluxDB", ours, better(indexed, influx));
    ratio("against PostgreSQL without an index", ours, bare);
    Ok(())
}

fn better(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    one.into_iter().chain(other).reduce(f64::max)
}

/// How many times as fast as a peer, if there was one.
fn ratio(name: &str, ours: f64, theirs: Option<f64>) {
    if let Some(theirs) = theirs {
        line(&format!("site {name}"), ours / theirs, "times", "wanted", 5.0);
    }
}

/// Measures a peer, if it is there; gives its samples a second.
async fn measure_beside<S: Store>(
    start: impl Future<Output = Result<S, Box<dyn std::error::Error>>>,
    length: Duration,
    ours: f64,
) -> Option<f64> {
    let store = match start.await {
        Ok(store) => store,
        Err(error) => {
            eprintln!("left out: {error}");
            return None;
        }
    };
    let (store, run) = measure(store, length).await;
    let name = store.name();
    line(&format!("{name} durable ingest"), run.samples_per_s, "samples/s", "site", ours);
    line(&format!("{name} acknowledgement p50"), run.percentile(0.5), "ms", "", 0.0);
    line(&format!("{name} acknowledgement p99"), run.percentile(0.99), "ms", "", 0.0);
    Some(run.samples_per_s)
}

async fn measure<S: Store>(store: S, length: Duration) -> (Arc<S>, Run) {
    let store = Arc::new(store);
    let (began, cpu) = (Clock::now(), cpu_s());
    let sources: Vec<_> = (0..SOURCES)
        .map(|source| tokio::spawn(one_source(Arc::clone(&store), source, began, length)))
        .collect();
    let mut acks_ms = Vec::new();
    for source in sources {
        acks_ms.extend(source.await.expect("a source ends"));
    }
    let samples = acks_ms.len() as f64 * f64::from(BATCH);
    acks_ms.sort_by(f64::total_cmp);
    let samples_per_s = samples / began.elapsed().as_secs_f64();
    (store, Run { samples_per_s, cpu_s_per_million: (cpu_s() - cpu) / samples * 1e6, acks_ms })
}

/// Submits, waits for the acknowledgement, submits again; gives how long each took.
async fn one_source<S: Store>(store: Arc<S>, source: u32, began: Clock, length: Duration) -> Vec<f64> {
    let rounds: Vec<Vec<Sample>> = (0..ROUNDS).map(|round| samples(source, round)).collect();
    let mut acks_ms = Vec::new();
    for round in 0u32.. {
        let start = Clock::now();
        if start.duration_since(began) >= length {
            break;
        }
        let mut batch = rounds[(round % ROUNDS) as usize].clone();
        // Time goes on, as it does at a real source.
        let at = Instant::from_ms(1_795_411_200_000 + i64::from(round) * 100);
        batch.iter_mut().for_each(|sample| sample.source = at);
        store.put(source, at, batch).await;
        acks_ms.push(start.elapsed().as_secs_f64() * 1e3);
    }
    acks_ms
}

/// Batches as a controller sends them: numbers of two digits and of full precision, counters, words, one clock.
fn samples(source: u32, round: u32) -> Vec<Sample> {
    let words = ["ACTIVE", "READY", "STOPPED"].map(Value::text);
    let value = |i: u32| match i % 20 {
        0 => words[(round + i) as usize % 3].clone(),
        1 => Value::Integer(i64::from(round) * 3),
        2 => Value::Boolean(round.is_multiple_of(2)),
        3..10 => Value::Number(f64::from(i) * 0.37 + f64::from(round).sin()),
        _ => Value::Number(f64::from((i * 7 + round * 13) % 10_000) / 100.0),
    };
    (0..BATCH).map(|i| Sample::good(SignalId(1 + source * BATCH + i), Instant::EPOCH, value(i))).collect()
}

/// Samples a second and the median milliseconds of a sync when nothing is done but to write groups of all sources.
fn floor(folder: &Path, length: Duration) -> std::io::Result<(f64, f64)> {
    let mut group = Vec::new();
    (0..SOURCES).for_each(|source| batch::encode(Instant::EPOCH, &samples(source, 1), &mut group));
    let mut file = File::create(folder.join("floor"))?;
    let (began, mut syncs_ms) = (Clock::now(), Vec::new());
    while began.elapsed() < length {
        let start = Clock::now();
        file.write_all(&group)?;
        file.sync_data()?;
        syncs_ms.push(start.elapsed().as_secs_f64() * 1e3);
    }
    syncs_ms.sort_by(f64::total_cmp);
    let samples = syncs_ms.len() as f64 * f64::from(SOURCES * BATCH);
    Ok((samples / began.elapsed().as_secs_f64(), syncs_ms[syncs_ms.len() / 2]))
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
