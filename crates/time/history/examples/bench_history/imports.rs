//! Years of a shop floor imported machine by machine: everything lands on top of what is there already.

use crate::figure;
use std::{hint::black_box, time::Instant as Clock};
use trine_base::{Instant, Sample, SignalId, Value};
use trine_history::{History, HistoryOptions, SignalFilter};

const SIGNALS_PER_MACHINE: usize = 20;
const SAMPLES_PER_DAY: usize = 10_000;
const DAY_MS: i64 = 86_400_000;

/// Imports each machine's days one after the other, asks, merges, asks again.
pub fn run(machines: usize, days: usize) {
    let dir = tempfile::tempdir().unwrap();
    let options = HistoryOptions { background: false, ..HistoryOptions::default() };
    let (history, _) = History::open(dir.path(), options).unwrap();
    let (mut position, mut unsealed) = (0, 0);
    for machine in 0..machines {
        for day in 0..days {
            position += 1;
            let recorded = Instant::from_ms(1_790_000_000_000 + position as i64);
            history.append(recorded, position, &machine_day(machine, day)).unwrap();
            unsealed += SAMPLES_PER_DAY;
            if unsealed >= 1_000_000 {
                history.seal().unwrap();
                unsealed = 0;
            }
        }
    }
    history.seal().unwrap();
    ask(&history, days, "before merging");
    let start = Clock::now();
    let segments = history.merge().unwrap();
    figure::print("imports, segments merged", segments as f64, "", None);
    let rate = (machines * days * SAMPLES_PER_DAY) as f64 / start.elapsed().as_secs_f64();
    figure::print("imports, merging", rate, "samples/s", None);
    ask(&history, days, "after merging");
}

fn machine_day(machine: usize, day: usize) -> Vec<Sample> {
    let sample = |n: usize| {
        let signal = SignalId((machine * SIGNALS_PER_MACHINE + n * 7 % SIGNALS_PER_MACHINE) as u32 + 1);
        let at = DAY_MS * day as i64 + DAY_MS * n as i64 / SAMPLES_PER_DAY as i64 + (n * 31 % 17) as i64;
        Sample::good(
            signal,
            Instant::from_ms(1_500_000_000_000 + at),
            Value::Number((n * n % 9973) as f64 / 10.0),
        )
    };
    (0..SAMPLES_PER_DAY).map(sample).collect()
}

fn ask(history: &History, days: usize, when: &str) {
    figure::percentiles(&format!("imports, at(all), random instants, {when}"), 100, |n| {
        let at = 1_500_000_000_000 + (n as i64 * 7_919_000_003) % (DAY_MS * days as i64);
        black_box(history.at(&SignalFilter::All, Instant::from_ms(at), None).unwrap());
    });
}
