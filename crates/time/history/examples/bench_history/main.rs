//! What the history costs, one JSON line a figure: `{"name","value","unit","beside","beside_value"}`.
//!
//! ```sh
//! cargo run --release -p trine-history --example bench_history -- nist ../shared/real/nist-sms
//! cargo run --release -p trine-history --example bench_history -- plant 100000000 10000
//! ```
//! `nist FOLDER` imports raw MTConnect adapter files one after the other and tells the size. `plant SAMPLES SIGNALS`
//! writes a synthetic plant and asks it questions. `imports MACHINES DAYS` imports machine by machine. The folder goes to the system's place for temporary files.

mod figure;
mod imports;
mod made;
mod nist;
mod plant;

use std::{env, path::Path, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["nist", folder] => nist::run(Path::new(folder)),
        ["plant", samples, signals] => match (samples.parse(), signals.parse()) {
            (Ok(samples), Ok(signals)) => plant::run(samples, signals),
            _ => return usage(),
        },
        ["imports", machines, days] => match (machines.parse(), days.parse()) {
            (Ok(machines), Ok(days)) => imports::run(machines, days),
            _ => return usage(),
        },
        _ => return usage(),
    }
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    eprintln!(
        "usage: bench_history nist FOLDER | bench_history plant SAMPLES SIGNALS | bench_history imports MACHINES DAYS"
    );
    ExitCode::FAILURE
}
