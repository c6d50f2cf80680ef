//! A synthetic plant of any size: what it costs to write it, open it, and ask it.

use crate::{
    figure,
    made::{Noise, Plant, START_MS},
};
use std::{hint::black_box, path::Path, process::Command, time::Instant as Clock};
use trine_base::{Instant, SignalId};
use trine_history::{History, HistoryOptions, RetentionPolicy, SignalFilter};

/// Writes the plant, then asks.
pub fn run(samples: usize, signals: usize) {
    let dir = tempfile::tempdir().unwrap();
    let seconds = write(dir.path(), samples, signals);
    let start = Clock::now();
    let (history, report) = History::open(dir.path(), HistoryOptions::default()).unwrap();
    figure::print("open", start.elapsed().as_secs_f64() * 1e3, "ms", None);
    figure::print("plant size", report.bytes as f64 / report.samples as f64, "bytes/sample", None);
    figure::print("segments", report.segments as f64, "", None);
    ask(dir.path(), history, seconds, signals);
}

fn write(dir: &Path, samples: usize, signals: usize) -> i64 {
    let (history, _) =
        History::open(dir, HistoryOptions { background: false, ..HistoryOptions::default() }).unwrap();
    let mut plant = Plant::new(signals);
    let mut batch = Vec::new();
    let (mut appended, mut append_s, mut seal_s, mut unsealed) = (0, 0.0, 0.0, 0);
    while appended < samples {
        plant.fill(&mut batch);
        let recorded = Instant::from_ms(START_MS + plant.second * 1000 + 57);
        let start = Clock::now();
        history.append(recorded, plant.second as u64, &batch).unwrap();
        append_s += start.elapsed().as_secs_f64();
        appended += batch.len();
        unsealed += batch.len();
        if unsealed >= 1_000_000 {
            let start = Clock::now();
            history.seal().unwrap();
            seal_s += start.elapsed().as_secs_f64();
            unsealed = 0;
        }
    }
    let start = Clock::now();
    history.seal().unwrap();
    seal_s += start.elapsed().as_secs_f64();
    figure::print("append", append_s * 1e9 / appended as f64, "ns/sample", None);
    figure::print("seal, one thread, synced", appended as f64 / seal_s, "samples/s", None);
    plant.second
}

fn ask(dir: &Path, history: History, seconds: i64, signals: usize) {
    let mut noise = Noise(7);
    let mut instant = || Instant::from_ms(START_MS + noise.below(seconds as u64 * 1000) as i64);
    drop(history);
    let cold = "at(all), cold: opened anew, files not in memory";
    figure::percentiles_after(
        cold,
        200,
        || drop_from_memory(dir),
        |_| {
            let (history, _) = History::open(dir, HistoryOptions::default()).unwrap();
            black_box(history.at(&SignalFilter::All, instant(), None).unwrap());
        },
    );
    let (history, _) = History::open(dir, HistoryOptions::default()).unwrap();
    figure::percentiles("at(all), random instants, first round", 300, |_| {
        let held = history.at(&SignalFilter::All, instant(), None).unwrap();
        black_box(held);
    });
    figure::percentiles("at(all), random instants, warm", 1000, |_| {
        black_box(history.at(&SignalFilter::All, instant(), None).unwrap());
    });
    let near = instant();
    figure::percentiles("at(all), playing on from one instant", 300, |n| {
        black_box(history.at(&SignalFilter::All, near.plus_ns(n as i64 * 33_000_000), None).unwrap());
    });
    drop(history);
    let nothing_kept = HistoryOptions { cache_bytes: 0, ..HistoryOptions::default() };
    let (history, _) = History::open(dir, nothing_kept).unwrap();
    figure::percentiles("at(one signal), nothing decoded", 300, |n| {
        let one = SignalFilter::one(SignalId((n * 37 % signals) as u32 + 1));
        black_box(history.at(&one, instant(), None).unwrap());
    });
    figure::percentiles("range, one hour of one signal, nothing decoded", 100, |n| {
        let one = SignalFilter::one(SignalId((n * 37 % signals) as u32 + 1));
        let from = instant();
        black_box(history.range(&one, from, from.plus_ns(3_600_000_000_000), None, 100_000).unwrap());
    });
    figure::percentiles("buckets, one signal over everything, 500 pieces", 20, |n| {
        let signal = SignalId((n * 41 % signals) as u32 + 1);
        let end = Instant::from_ms(START_MS + seconds * 1000);
        black_box(history.buckets(signal, Instant::from_ms(START_MS), end, 500, None).unwrap());
    });
    let start = Clock::now();
    let report =
        history.enforce(&RetentionPolicy::default(), Instant::from_ms(START_MS + seconds * 1000)).unwrap();
    figure::print("tiers, chunks built", report.chunks_built as f64, "", None);
    let rate = seconds as f64 * signals as f64 / start.elapsed().as_secs_f64();
    figure::print("tiers, building", rate, "samples/s", None);
    figure::percentiles("buckets, one signal over everything, 20 pieces, tiers", 40, |n| {
        let signal = SignalId((n * 41 % signals) as u32 + 1);
        let end = Instant::from_ms(START_MS + seconds * 1000);
        black_box(history.buckets(signal, Instant::from_ms(START_MS), end, 20, None).unwrap());
    });
}

/// Asks the system to forget the files' pages: dd's nocache is posix_fadvise(DONTNEED) without unsafe code here.
fn drop_from_memory(dir: &Path) {
    let forget = r#"for f in "$0"/segments/*/*; do dd if="$f" iflag=nocache count=0 status=none; done"#;
    let done = Command::new("sh").args(["-c", forget]).arg(dir).status();
    assert!(done.unwrap().success());
}
