//! How good plans are, and how soon, one JSON line a figure: `{"name","value","unit","beside","beside_value"}`.
//!
//! ```sh
//! cargo run --release -p trine-schedule --example bench_schedule -- classic 10 60
//! cargo run --release -p trine-schedule --example bench_schedule -- flexible 10 60 mk01 mk10
//! cargo run --release -p trine-schedule --example bench_schedule -- repair
//! ```
//! `classic` and `flexible` plan the published problems (`TRINE_JOBSHOP`, or `../shared/real/jobshop` beside the
//! repository) on two cores and tell the average gap to the best known after a first and a second number of seconds.
//! A problem is left as soon as its best known is reached. On those that took longer than the first number of seconds
//! OR-Tools CP-SAT (in the Python that `TRINE_PYTHON` names) runs beside, with as many cores and that time. `repair` breaks a machine under a plan of 600 operations.

mod cpsat;
mod figure;
mod gaps;
mod listed;
mod race;
mod repair;

use std::{env, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        [] => {
            gaps::run("classic", [10.0, 60.0], &[])
                && gaps::run("flexible", [10.0, 60.0], &[])
                && repair::run()
        }
        ["repair"] => repair::run(),
        [kind @ ("classic" | "flexible"), first, second, ref names @ ..] => {
            match (first.parse(), second.parse()) {
                (Ok(first), Ok(second)) => gaps::run(kind, [first, second], names),
                _ => usage(),
            }
        }
        _ => usage(),
    };
    if done { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn usage() -> bool {
    eprintln!("usage: bench_schedule classic|flexible SECONDS SECONDS [NAME…] | bench_schedule repair");
    false
}
