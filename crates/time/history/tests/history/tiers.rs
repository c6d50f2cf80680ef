//! Tiers say what the raw samples say, go stale with late samples, and stay when the raw samples go.

use crate::{law, law::scratch};
use std::time::Duration;
use trine_base::{Instant, Sample, SignalId, Value};
use trine_history::{Bucket, History, HistoryOptions, RetentionPolicy, SignalFilter};

const HOURS: i64 = 50;

fn options(tiers: bool) -> HistoryOptions {
    HistoryOptions { tiers, tier_rows: 400, slice_rows: 200, page_rows: 50, ..law::options() }
}

fn at(minute: i64) -> Instant {
    Instant::from_ms(minute * 60_000)
}

fn sample(second: i64, x: f64) -> Sample {
    Sample::good(SignalId((second % 3 + 1) as u32), Instant::from_ms(second * 1000), Value::Number(x))
}

/// Three signals, one sample each minute.
fn filled(history: &History) {
    for minute in 0..HOURS * 60 {
        let samples: Vec<Sample> = (0..3)
            .map(|n| sample(minute * 60 + n * 7 + minute % 3, (minute % 97) as f64 + n as f64))
            .collect();
        history.append(at(minute), minute as u64 + 1, &samples).unwrap();
        if minute % 500 == 499 {
            history.seal().unwrap();
        }
    }
    history.seal().unwrap();
}

fn plot(history: &History, n: usize) -> Vec<Bucket> {
    history.buckets(SignalId(2), at(0), at(HOURS * 60), n, None).unwrap()
}

#[test]
fn tiers_say_what_raw_samples_say() {
    let (plain, tiered) = (scratch(), scratch());
    let (plain, _) = History::open(plain.path(), options(false)).unwrap();
    let (tiered, _) = History::open(tiered.path(), options(true)).unwrap();
    filled(&plain);
    filled(&tiered);
    let report = tiered.enforce(&RetentionPolicy::default(), at(HOURS * 60)).unwrap();
    assert!(report.chunks_built > 2, "{report:?}");
    for n in [1, 2, 5, 25, 50, 100] {
        assert_eq!(plot(&tiered, n), plot(&plain, n), "{n} pieces");
    }
    assert_eq!(tiered.enforce(&RetentionPolicy::default(), at(HOURS * 60)).unwrap().chunks_built, 0);

    let late = [sample(3 * 3600 + 5, 1e6), sample(3 * 3600 + 6, 1e6), sample(3 * 3600 + 7, 1e6)];
    for history in [&plain, &tiered] {
        history.append(at(HOURS * 60), 100_000, &late).unwrap();
    }
    assert_eq!(plot(&tiered, 5), plot(&plain, 5), "late, in memory");
    plain.seal().unwrap();
    tiered.seal().unwrap();
    assert_eq!(plot(&tiered, 5), plot(&plain, 5), "late, sealed, tier stale");
    let report = tiered.enforce(&RetentionPolicy::default(), at(HOURS * 60)).unwrap();
    assert!(report.chunks_removed > 0 && report.chunks_built >= report.chunks_removed);
    assert_eq!(plot(&tiered, 5), plot(&plain, 5), "late, tier built anew");
    assert_eq!(tiered.verify(), vec![]);
}

#[test]
fn raw_samples_go_and_tiers_and_what_held_stay() {
    let dir = scratch();
    let (history, _) = History::open(dir.path(), options(true)).unwrap();
    filled(&history);
    let before = plot(&history, 5);
    let policy = RetentionPolicy { raw: Some(Duration::from_secs(20 * 3600)), ..RetentionPolicy::default() };
    let report = history.enforce(&policy, at(HOURS * 60)).unwrap();
    assert!(report.segments > 0 && report.samples > 0 && report.bytes > 0);
    assert_eq!(plot(&history, 5), before);
    drop(history);
    let (history, opened) = History::open(dir.path(), options(true)).unwrap();
    assert_eq!(opened.removed, Vec::<std::path::PathBuf>::new());
    assert_eq!(plot(&history, 5), before);
    let held = history.at(&SignalFilter::All, at(HOURS * 60 - 19 * 60), None).unwrap();
    assert_eq!(held.len(), 3, "what held before the oldest raw sample is in its keyframe");
    let forget = RetentionPolicy { minutes: Some(Duration::ZERO), hours: Some(Duration::ZERO), ..policy };
    assert!(history.enforce(&forget, at(HOURS * 60 + 60)).unwrap().chunks_removed > 0);
    assert_eq!(plot(&history, 5)[0].count, 0, "now it is forgotten");
    assert_eq!(history.verify(), vec![]);
}
