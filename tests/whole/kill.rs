//! kill -9 of the whole program, seeded: what a client was shown is durable, so it is still there afterwards.

use anyhow::{Result, ensure};
use std::collections::BTreeMap;
use trine_tests::{Trine, get_json, soak};

/// How often the program is killed.
const KILLS: u64 = 6;
/// How many signals the client watches.
const WATCHED: usize = 100;

/// Signal and source time (the bits of its milliseconds) → value.
type Shown = BTreeMap<(u64, u64), String>;

#[test]
fn what_was_shown_survives_kill_9() {
    let data = tempfile::tempdir().unwrap();
    let mut shown = Shown::new();
    let mut since = None;
    for life in 0..KILLS * soak() {
        let trine = Trine::start(&["demo", "--past", "0"], data.path()).unwrap();
        let since = since.get_or_insert_with(|| now(&trine).unwrap());
        let watched = watched(&trine).unwrap();
        let after = read(&trine, &watched, since).unwrap();
        for (key, value) in &shown {
            assert_eq!(
                after.get(key),
                Some(value),
                "life {life}: signal {} at {} ms",
                key.0,
                f64::from_bits(key.1)
            );
        }
        // It dies after a number of new samples that differs from life to life, in the middle of taking in more.
        let wanted = after.len() + 1 + (life * 7919 % 300) as usize;
        shown = after;
        while shown.len() < wanted {
            shown.append(&mut read(&trine, &watched, since).unwrap());
        }
        trine.kill_9().unwrap();
    }
    assert!(shown.len() as u64 > KILLS * 50, "the test has tested something: {}", shown.len());
}

fn now(trine: &Trine) -> Result<String> {
    Ok(get_json(trine, "/api/v1/site")?["now"].as_str().unwrap_or_default().to_owned())
}

/// The first signals that are numbers, by their ids, which a restart does not change.
fn watched(trine: &Trine) -> Result<String> {
    let world = get_json(trine, "/api/v1/world")?;
    let signals = world["signals"].as_array().cloned().unwrap_or_default();
    let numbers = signals.iter().filter(|signal| signal["kind"] == "number");
    let ids: Vec<String> = numbers.take(WATCHED).map(|signal| signal["id"].to_string()).collect();
    ensure!(ids.len() == WATCHED, "the demo has {} numbers", ids.len());
    Ok(ids.join(","))
}

fn read(trine: &Trine, signals: &str, since: &str) -> Result<Shown> {
    let answer =
        get_json(trine, &format!("/api/v1/samples?signals={signals}&from={since}&to=now&limit=200000"))?;
    ensure!(answer["truncated"] == false, "more samples than one answer holds");
    let mut shown = Shown::new();
    for series in answer["series"].as_array().into_iter().flatten() {
        let signal = series["signal"].as_u64().unwrap_or_default();
        for sample in series["samples"].as_array().into_iter().flatten() {
            let time = sample[0].as_f64().unwrap_or_default();
            shown.insert((signal, time.to_bits()), sample[1].to_string());
        }
    }
    Ok(shown)
}
