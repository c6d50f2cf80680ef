//! Ways of use: beside a writer, through kills, with a disk that refuses.

use crate::law::{options, scratch};
use std::{
    env, fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use trine_base::{Instant, Sample, SignalId, Value};
use trine_history::{History, HistoryError, HistoryOptions, RetentionPolicy, SignalFilter};

const SIGNALS: u32 = 20;

/// Every signal says the position at its time.
fn batch(position: u64) -> Vec<Sample> {
    let source = Instant::from_ms(position as i64);
    (1..=SIGNALS).map(|id| Sample::good(SignalId(id), source, Value::Integer(position as i64))).collect()
}

fn append(history: &History, position: u64) -> Result<(), HistoryError> {
    history.append(Instant::from_ms(position as i64), position, &batch(position))
}

/// All samples from position 1 on are there, each once.
fn check_whole(history: &History, through: u64) {
    let end = Instant::from_ms(i64::try_from(through).unwrap() + 1);
    let range = history.range(&SignalFilter::All, Instant::EPOCH, end, None, usize::MAX).unwrap();
    assert_eq!(range.samples.len() as u64, through * u64::from(SIGNALS));
    for (n, held) in range.samples.iter().enumerate() {
        let position = n as i64 / i64::from(SIGNALS) + 1;
        assert_eq!((held.source, &held.value), (Instant::from_ms(position), &Value::Integer(position)));
    }
}

#[test]
fn readers_see_whole_moments_beside_a_writer() {
    let dir = scratch();
    let busy = HistoryOptions {
        background: true,
        slice_rows: 1000,
        page_rows: 100,
        seal_samples: 2000,
        memory_samples: 5000,
        append_wait: Duration::from_secs(60),
        ..options()
    };
    let (history, _) = History::open(dir.path(), busy).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut last = 0;
                while !done.load(Ordering::Relaxed) {
                    let held = history.at(&SignalFilter::All, Instant::MAX, None).unwrap();
                    let Some(first) = held.first() else { continue };
                    assert_eq!(held.len(), SIGNALS as usize);
                    assert!(held.iter().all(|other| other.value == first.value), "a torn moment");
                    assert!(first.source.as_ns() >= last, "time ran backwards");
                    last = first.source.as_ns();
                    check_whole(&history, (last / 1_000_000) as u64);
                }
            });
        }
        let written: Result<(), HistoryError> =
            (1..=1500).try_for_each(|position| append(&history, position));
        done.store(true, Ordering::Relaxed);
        written.unwrap();
    });
    history.merge().unwrap();
    check_whole(&history, 1500);
    assert_eq!(history.verify(), vec![]);
}

#[test]
fn the_same_input_gives_the_same_files_to_the_byte() {
    let write = |dir: &Path| {
        let (history, _) = History::open(dir, options()).unwrap();
        for position in 1..=60 {
            append(&history, position).unwrap();
            if position % 20 == 0 {
                history.seal().unwrap();
            }
        }
    };
    let dirs = [scratch(), scratch()];
    dirs.iter().for_each(|dir| write(dir.path()));
    let bytes = |dir: &Path| {
        let mut all = vec![fs::read(dir.join("manifest")).unwrap()];
        for folder in fs::read_dir(dir.join("segments")).unwrap() {
            let folder = folder.unwrap().path();
            all.extend(
                ["samples.parquet", "keyframe.parquet", "checks"]
                    .map(|file| fs::read(folder.join(file)).unwrap()),
            );
        }
        all.sort();
        all
    };
    assert_eq!(bytes(dirs[0].path()), bytes(dirs[1].path()));
}

#[test]
fn a_disk_that_refuses_pushes_back_and_loses_nothing() {
    let dir = scratch();
    let small = HistoryOptions {
        background: true,
        seal_samples: 100,
        memory_samples: 200,
        append_wait: Duration::from_millis(50),
        retry_after: Duration::from_millis(10),
        ..options()
    };
    let (history, _) = History::open(dir.path(), small).unwrap();
    let (segments, away) = (dir.path().join("segments"), dir.path().join("away"));
    fs::rename(&segments, &away).unwrap();
    fs::write(&segments, "no folder").unwrap();
    let refused = (1..).find(|position| append(&history, *position).is_err()).unwrap();
    let error = append(&history, refused).unwrap_err();
    assert!(matches!(error, HistoryError::Backlog { .. }), "{error}");
    assert!(error.to_string().contains("segments"), "the cause is told: {error}");
    assert!(history.seal().is_err());
    assert_eq!(history.sealed_through(), 0);
    check_whole(&history, refused - 1);
    fs::remove_file(&segments).unwrap();
    fs::rename(&away, &segments).unwrap();
    while append(&history, refused).is_err() {}
    history.seal().unwrap();
    assert_eq!(history.sealed_through(), refused);
    check_whole(&history, refused);
}

#[test]
fn two_processes_cannot_share_a_folder() {
    let dir = scratch();
    let _first = History::open(dir.path(), options()).unwrap();
    assert!(matches!(History::open(dir.path(), options()), Err(HistoryError::InUse { .. })));
}

/// Not a test of its own: what the next test kills.
#[test]
fn child_that_appends_until_killed() {
    let Ok(dir) = env::var("TRINE_HISTORY_CHILD") else { return };
    let (history, report) = History::open(Path::new(&dir), options()).unwrap();
    for position in report.sealed_through + 1.. {
        append(&history, position).unwrap();
        if position % 7 == 0 {
            history.seal().unwrap();
            history.merge().unwrap();
            println!("sealed {}", history.sealed_through());
        }
    }
}

#[test]
fn killed_at_any_point_nothing_sealed_is_lost() {
    let dir = scratch();
    let mut sealed = 0;
    for round in 0..12 * soak() {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["ways::child_that_appends_until_killed", "--exact", "--nocapture"])
            .env("TRINE_HISTORY_CHILD", dir.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut wanted = 1 + round % 4;
        while wanted > 0 {
            let line = lines.next().unwrap().unwrap();
            if let Some(through) = line.strip_prefix("sealed ") {
                sealed = through.parse().unwrap();
                wanted -= 1;
            }
        }
        std::thread::sleep(Duration::from_micros(round % 12 * 1700));
        child.kill().unwrap();
        child.wait().unwrap();
        let (history, report) = History::open(dir.path(), options()).unwrap();
        assert!(report.sealed_through >= sealed);
        assert_eq!(report.damage, vec![]);
        check_whole(&history, report.sealed_through);
        assert_eq!(history.verify(), vec![]);
    }
}

/// Every minute ten steps of six seconds, so that positions make minutes.
fn minute_batch(position: u64) -> Vec<Sample> {
    let source = Instant::from_ms(position as i64 * 6_000);
    (1..=SIGNALS).map(|id| Sample::good(SignalId(id), source, Value::Integer(position as i64))).collect()
}

fn tiered() -> HistoryOptions {
    HistoryOptions {
        tiers: true,
        tier_rows: 500,
        slice_rows: 300,
        page_rows: 50,
        seal_samples: 2000,
        ..options()
    }
}

/// Raw samples are kept for two hours, so that each enforcing builds tiers and removes segments.
fn enforce(history: &History, position: u64) {
    let policy = RetentionPolicy { raw: Some(Duration::from_secs(7200)), ..RetentionPolicy::default() };
    history.enforce(&policy, Instant::from_ms(position as i64 * 6_000)).unwrap();
}

/// Not a test of its own: what the next test kills.
#[test]
fn child_that_builds_tiers_until_killed() {
    let Ok(dir) = env::var("TRINE_TIERS_CHILD") else { return };
    let (history, report) = History::open(Path::new(&dir), tiered()).unwrap();
    for position in report.sealed_through + 1.. {
        let recorded = Instant::from_ms(position as i64 * 6_000);
        history.append(recorded, position, &minute_batch(position)).unwrap();
        if position % 100 == 0 {
            history.seal().unwrap();
            println!("sealed {}", history.sealed_through());
            enforce(&history, position);
        }
    }
}

/// A kill while tiers are built and raw samples removed: every minute that was sealed is there, raw or as its mean,
/// once.
#[test]
fn killed_while_tiers_are_built_no_minute_is_lost_or_counted_twice() {
    let dir = scratch();
    let mut sealed = 0;
    for round in 0..12 * soak() {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["ways::child_that_builds_tiers_until_killed", "--exact", "--nocapture"])
            .env("TRINE_TIERS_CHILD", dir.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut wanted = 2 + round % 7;
        while wanted > 0 {
            let line = lines.next().unwrap().unwrap();
            if let Some(through) = line.strip_prefix("sealed ") {
                sealed = through.parse().unwrap();
                wanted -= 1;
            }
        }
        std::thread::sleep(Duration::from_micros(round % 12 * 1300));
        child.kill().unwrap();
        child.wait().unwrap();
        let (history, report) = History::open(dir.path(), tiered()).unwrap();
        assert!(report.sealed_through >= sealed);
        assert_eq!((report.damage, history.verify()), (vec![], vec![]), "round {round}");
        let through = report.sealed_through;
        let end = Instant::from_ms(through as i64 / 10 * 60_000);
        let minutes =
            history.buckets(SignalId(7), Instant::EPOCH, end, (through / 10) as usize, None).unwrap();
        for (minute, bucket) in minutes.iter().enumerate() {
            let expected = if minute == 0 { 9 } else { 10 };
            assert_eq!(bucket.count, expected, "round {round}, minute {minute} of {}", minutes.len());
        }
        // What held: the mean of the minute, or the sample itself.
        for position in (15..through).step_by(97) {
            let at = Instant::from_ms(position as i64 * 6_000);
            let held = history.at(&SignalFilter::one(SignalId(7)), at, None).unwrap().pop().unwrap();
            let value = held.value.as_f64().unwrap();
            assert!((value - position as f64).abs() <= 10.0, "round {round}: {held:?} at {position}");
        }
        enforce(&history, through);
        assert_eq!(history.verify(), vec![]);
    }
}

fn soak() -> u64 {
    env::var("TRINE_SOAK").ok().and_then(|times| times.parse().ok()).unwrap_or(1)
}
