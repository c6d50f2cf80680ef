//! Durable ingest: batches of 1,000 samples from 64 sources, each acknowledged only once it is on disk,
//! beside the floor: the same bytes in the same groups by bare `write` and `fdatasync`. One JSON line a figure.

use std::{
    fs::File,
    os::unix::fs::FileExt,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant as Clock},
};
use trine_base::{Instant, Sample, SignalId, Value};
use trine_log::{Log, LogOptions, batch};

const SOURCES: u32 = 64;
const BATCH: u32 = 1_000;
const RUN: Duration = Duration::from_secs(10);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The directory decides which disk is measured.
    let parent = std::env::args().nth(1).unwrap_or_else(|| ".".into());
    let dir = tempfile::tempdir_in(parent)?;
    codec();
    let (log, _) = Log::open(&dir.path().join("log"), LogOptions::default())?;
    let run = ingest(&log)?;
    let percentile = |p: f64| run.acks_ms[((run.acks_ms.len() - 1) as f64 * p) as usize];
    let (floor_bytes_per_second, floor_sync_ms) = floor(dir.path(), run.group_bytes)?;
    let floor = floor_bytes_per_second / run.bytes_per_sample;
    line("log ingest", run.samples_per_second, "samples/s", "write+fdatasync of groups of this size", floor);
    line("log acknowledgement p50", percentile(0.5), "ms", "one write+fdatasync", floor_sync_ms);
    line("log acknowledgement p99", percentile(0.99), "ms", "one write+fdatasync", floor_sync_ms);
    line("log bytes per sample", run.bytes_per_sample, "B", "a sample in memory", size_of::<Sample>() as f64);
    replay(&log, run.samples_per_second)?;
    Ok(())
}

/// Batches as a controller sends them: numbers of full precision, counters, words, one clock per batch.
fn samples(source: u32, round: u32) -> Vec<Sample> {
    let at = Instant::from_ms(1_795_411_200_000 + i64::from(round) * 100);
    let words = ["ACTIVE", "READY", "STOPPED"].map(Value::text);
    (0..BATCH)
        .map(|i| {
            let value = match i % 20 {
                0 => words[(round + i) as usize % 3].clone(),
                1 => Value::Integer(i64::from(round) * 3),
                2 => Value::Boolean(round.is_multiple_of(2)),
                _ => Value::Number(f64::from(i) * 0.37 + f64::from(round).sin()),
            };
            Sample::good(SignalId(source * BATCH + i), at, value)
        })
        .collect()
}

fn codec() {
    let batch = samples(1, 1);
    let (mut out, mut rounds) = (Vec::new(), 0u32);
    let start = Clock::now();
    while start.elapsed() < Duration::from_millis(500) {
        out.clear();
        batch::encode(Instant::EPOCH, &batch, &mut out);
        rounds += 1;
    }
    let encode_ns = start.elapsed().as_nanos() as f64 / f64::from(rounds * BATCH);
    let (start, mut rounds) = (Clock::now(), 0u32);
    while start.elapsed() < Duration::from_millis(500) {
        let decoded = batch::decode(std::hint::black_box(&out)).expect("just encoded");
        assert_eq!(decoded.1.len(), batch.len());
        rounds += 1;
    }
    let decode_ns = start.elapsed().as_nanos() as f64 / f64::from(rounds * BATCH);
    line("batch encode", encode_ns, "ns/sample", "target", 100.0);
    line("batch decode", decode_ns, "ns/sample", "target", 100.0);
}

/// What an ingest run measured.
struct Ingest {
    samples_per_second: f64,
    acks_ms: Vec<f64>,
    bytes_per_sample: f64,
    /// The size of a group when every source waits.
    group_bytes: usize,
}

fn ingest(log: &Log) -> Result<Ingest, Box<dyn std::error::Error>> {
    let is_over = AtomicBool::new(false);
    let start = Clock::now();
    let runs = std::thread::scope(|scope| {
        let is_over = &is_over;
        let sources: Vec<_> =
            (0..SOURCES).map(|source| scope.spawn(move || one_source(log, source, is_over))).collect();
        std::thread::sleep(RUN);
        is_over.store(true, Ordering::Relaxed);
        sources.into_iter().map(|source| source.join().expect("a source ends")).collect::<Result<Vec<_>, _>>()
    })?;
    let seconds = start.elapsed().as_secs_f64();
    let bytes: usize = runs.iter().map(|(bytes, _)| bytes).sum();
    let mut acks_ms: Vec<f64> = runs.into_iter().flat_map(|(_, acks)| acks).collect();
    acks_ms.sort_by(f64::total_cmp);
    let count = (acks_ms.len() * BATCH as usize) as f64;
    let group_bytes = bytes / acks_ms.len() * SOURCES as usize;
    Ok(Ingest {
        samples_per_second: count / seconds,
        acks_ms,
        bytes_per_sample: bytes as f64 / count,
        group_bytes,
    })
}

fn one_source(
    log: &Log,
    source: u32,
    is_over: &AtomicBool,
) -> Result<(usize, Vec<f64>), trine_log::LogError> {
    // Values repeat after some rounds so that making them costs the bench nothing.
    let rounds: Vec<Vec<Sample>> = (0..4).map(|round| samples(source, round)).collect();
    let (mut bytes, mut acks_ms) = (0, Vec::new());
    for batch in rounds.iter().cycle() {
        if is_over.load(Ordering::Relaxed) {
            break;
        }
        let start = Clock::now();
        let mut payload = Vec::new();
        batch::encode(Instant::EPOCH, batch, &mut payload);
        bytes += payload.len();
        log.append(payload, 0)?.wait()?;
        acks_ms.push(start.elapsed().as_secs_f64() * 1e3);
    }
    Ok((bytes, acks_ms))
}

/// Bytes per second and the median milliseconds of one write and sync.
fn floor(dir: &std::path::Path, group_bytes: usize) -> std::io::Result<(f64, f64)> {
    let file = File::create(dir.join("floor"))?;
    let group: Vec<u8> = (0..group_bytes).map(|i| (i * 31) as u8).collect();
    let (mut offset, mut times_ms) = (0, Vec::new());
    let start = Clock::now();
    while start.elapsed() < RUN / 2 {
        let before = Clock::now();
        file.write_all_at(&group, offset)?;
        file.sync_data()?;
        offset += group.len() as u64;
        times_ms.push(before.elapsed().as_secs_f64() * 1e3);
    }
    let seconds = start.elapsed().as_secs_f64();
    times_ms.sort_by(f64::total_cmp);
    Ok((offset as f64 / seconds, times_ms[times_ms.len() / 2]))
}

fn replay(log: &Log, ingest: f64) -> Result<(), Box<dyn std::error::Error>> {
    let (start, mut count) = (Clock::now(), 0);
    for record in log.read(0) {
        count += batch::decode(&record?.payload)?.1.len();
    }
    line("log replay", count as f64 / start.elapsed().as_secs_f64(), "samples/s", "ingest", ingest);
    Ok(())
}

fn line(name: &str, value: f64, unit: &str, beside: &str, beside_value: f64) {
    let line = serde_json::json!({
        "name": name, "value": value, "unit": unit, "beside": beside, "beside_value": beside_value,
    });
    println!("{line}");
}
