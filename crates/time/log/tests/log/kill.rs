//! kill -9 at random moments, hundreds of times, on a real file system with a real child process.
//!
//! The child is this test binary once more. It appends from several threads and prints each acknowledgement; what
//! the parent has read from the pipe before it kills was acknowledged, so it must be in the log.
//! `TRINE_SOAK=n` kills n times as often.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    sync::Mutex,
};
use trine_log::{Log, LogOptions};

const CHILD: &str = "TRINE_LOG_KILL_CHILD";
const KILLS: u64 = 250;
const THREADS: u8 = 4;

fn options() -> LogOptions {
    LogOptions { segment_bytes: 64 << 10, max_pending_bytes: 32 << 10 }
}

fn payload(life: u64, thread: u8, number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend_from_slice(&life.to_le_bytes());
    bytes.extend_from_slice(&number.to_le_bytes());
    let filler = (number * 37 + u64::from(thread) * 11) % 3000;
    bytes.extend((0..filler).map(|i| (i * 7 + number) as u8));
    bytes
}

/// Does nothing unless the parent has started it.
#[test]
fn child() {
    let Ok(dir) = std::env::var(CHILD) else { return };
    let life: u64 = std::env::var("TRINE_LOG_KILL_LIFE").unwrap().parse().unwrap();
    let (log, _) = Log::open(Path::new(&dir), options()).unwrap();
    let out = Mutex::new(std::io::stdout());
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (log, out) = (&log, &out);
            scope.spawn(move || {
                for number in 0.. {
                    let position = log.append(payload(life, thread, number), thread).unwrap().wait().unwrap();
                    let line = format!("ack {position} {thread} {number}\n");
                    out.lock().unwrap().write_all(line.as_bytes()).unwrap();
                }
            });
        }
    });
}

#[test]
fn nothing_acknowledged_is_lost_by_kill_9() {
    let soak: u64 = std::env::var("TRINE_SOAK").ok().and_then(|n| n.parse().ok()).unwrap_or(1);
    let dir = tempfile::tempdir().unwrap();
    let mut acknowledged_in_all = 0;
    let mut checked = 0;
    for life in 0..KILLS * soak {
        let acknowledged = one_life(dir.path(), life);
        acknowledged_in_all += acknowledged.len();
        checked = check(dir.path(), life, checked, &acknowledged);
    }
    assert!(acknowledged_in_all as u64 > KILLS, "the test has tested something: {acknowledged_in_all}");
}

/// Lets a child write until some acknowledgements have come, kills it, and answers what it had acknowledged.
fn one_life(dir: &Path, life: u64) -> BTreeMap<u64, (u8, u64)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::child", "--nocapture", "--test-threads=1"])
        .env(CHILD, dir)
        .env("TRINE_LOG_KILL_LIFE", life.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut acknowledged = BTreeMap::new();
    // Some die before or while they open the log, most after a number of acknowledgements that differs each time.
    let wanted = (life * 7919) % 31;
    let mut take = |line: String| {
        // The test runner prints its own words before the first acknowledgement, perhaps on the same line.
        let Some((_, fields)) = line.split_once("ack ") else { return };
        let fields: Vec<u64> = fields.split(' ').map(|field| field.parse().unwrap()).collect();
        acknowledged.insert(fields[0], (fields[1] as u8, fields[2]));
    };
    let mut seen = 0;
    while seen < wanted {
        let line = lines.next().expect("the child writes until it is killed").unwrap();
        seen += u64::from(line.contains("ack "));
        take(line);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // A write to a pipe of so few bytes is whole, so every line is.
    lines.for_each(|line| take(line.unwrap()));
    acknowledged
}

/// Checks what this life has left and answers where the next one starts.
fn check(dir: &Path, life: u64, from: u64, acknowledged: &BTreeMap<u64, (u8, u64)>) -> u64 {
    let (log, recovery) = Log::open(dir, options()).unwrap();
    let mut next_of = [0; THREADS as usize];
    for record in log.read(from) {
        let record = record.unwrap();
        let number = &mut next_of[usize::from(record.kind)];
        assert_eq!(
            record.payload,
            payload(life, record.kind, *number),
            "each thread's order is kept, none is left out"
        );
        if let Some(promised) = acknowledged.get(&record.position) {
            assert_eq!(*promised, (record.kind, *number));
        }
        *number += 1;
    }
    let last = acknowledged.last_key_value().map_or(0, |(position, _)| position + 1);
    assert!(last <= recovery.next, "life {life}: {last} acknowledged, {} there", recovery.next);
    log.drop_before(recovery.next).unwrap();
    recovery.next
}
