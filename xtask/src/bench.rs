//! `cargo xtask bench`: runs every example whose name starts with `bench` and prints one line a figure.
//!
//! A bench prints JSON lines `{"name", "value", "unit", "beside", "beside_value"}` on standard output; anything else
//! that it says goes to standard error.

use crate::{
    install,
    shell::{answer, cache, cargo, root},
};
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    env, fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Benches that take arguments; each line is one run. `{nist}` is the folder that `TRINE_NIST` names, and a run
/// that needs it is left out without.
const ARGUMENTS: &[(&str, &[&str])] = &[
    ("bench_history", &["plant", "100000000", "10000"]),
    ("bench_history", &["nist", "{nist}"]),
    ("bench_schedule", &["classic", "10", "60"]),
    ("bench_schedule", &["flexible", "10", "60"]),
    ("bench_schedule", &["repair"]),
];
/// A run that takes longer is ended and counts as failed; the searches for schedules have their minutes by design.
const LONGEST: Duration = Duration::from_secs(1_800);
/// How often it is looked whether a run has ended.
const LOOK: Duration = Duration::from_millis(100);

/// Where the peers are that were installed for the benches.
#[derive(Default)]
struct Peers {
    python: Option<PathBuf>,
    colyseus: Option<PathBuf>,
}

struct Bench {
    package: String,
    example: String,
}

pub fn run(arguments: &[String]) -> Result<bool> {
    let is_json = arguments.iter().any(|argument| argument == "--json");
    let names: Vec<&str> = arguments.iter().map(String::as_str).filter(|name| *name != "--json").collect();
    let benches: Vec<Bench> = all()?.into_iter().filter(|bench| bench.is_meant_by(&names)).collect();
    ensure!(!benches.is_empty(), "no bench is called {}", names.join(" or "));
    if benches.iter().any(|bench| bench.example.contains("ingest")) {
        // A bench leaves out a peer that is not there, and says so.
        if let Err(error) = install::peers() {
            eprintln!("xtask: {error:#}");
        }
    }
    build(&benches, names.is_empty())?;
    if benches.iter().any(|bench| bench.example.contains("pixel"))
        && let Err(error) = install::everything()
    {
        eprintln!("xtask: {error:#}");
    }
    let mut peers = Peers::default();
    if benches.iter().any(|bench| bench.example.contains("schedule")) {
        peers.python = Some(install::solver()?);
    }
    if benches.iter().any(|bench| bench.example.contains("presence")) {
        match install::colyseus() {
            Ok(folder) => peers.colyseus = Some(folder),
            // A bench leaves out a peer that is not there, and says so.
            Err(error) => eprintln!("xtask: {error:#}"),
        }
    }
    // Data that a bench writes lies in the build cache, on the disk that the clone is on, not in memory.
    let scratch = cache().join("bench");
    fs::create_dir_all(&scratch)?;
    let mut is_success = true;
    for bench in &benches {
        for arguments in bench.runs() {
            eprintln!("── {} {}", bench.example, arguments.join(" "));
            let outcome = bench.run(&arguments, &scratch, &peers, is_json);
            if let Err(error) = &outcome {
                eprintln!("xtask: {}: {error:#}", bench.example);
            }
            is_success &= outcome.is_ok();
        }
    }
    Ok(is_success)
}

/// Builds the benches, and the program that some of them start, in one go: cargo compiles dependencies once more for
/// each selection that wants other features of them.
fn build(benches: &[Bench], is_all: bool) -> Result<()> {
    let mut command = cargo(&["build", "--release", "--locked", "--bins", "--examples"]);
    if is_all {
        command.arg("--workspace");
    } else {
        let packages: BTreeSet<&str> = benches.iter().map(|bench| &*bench.package).collect();
        packages.iter().chain(["trine"].iter().filter(|_| packages.contains("trine-tests"))).for_each(
            |package| {
                command.args(["--package", package]);
            },
        );
    }
    // Figures alone go to standard output.
    ensure!(command.stdout(Stdio::null()).status()?.success(), "the benches do not build");
    Ok(())
}

impl Bench {
    /// By the room (`log`), the package (`trine-log`) or the example (`bench_log`).
    fn is_meant_by(&self, names: &[&str]) -> bool {
        let room = self.package.trim_start_matches("trine-");
        names.is_empty() || names.iter().any(|name| [room, &self.package, &self.example].contains(name))
    }

    /// Runs it and prints its figures as they come.
    fn run(&self, arguments: &[String], scratch: &Path, peers: &Peers, is_json: bool) -> Result<()> {
        let program = cache().join("release/examples").join(&self.example);
        let mut command = Command::new(&program);
        command.args(arguments).env("TMPDIR", scratch).current_dir(scratch);
        if let Some(python) = &peers.python {
            command.env("TRINE_PYTHON", python);
        }
        if let Some(colyseus) = &peers.colyseus {
            command.env("TRINE_COLYSEUS", colyseus);
        }
        let mut child = command.stdout(Stdio::piped()).stdin(Stdio::null()).spawn()?;
        let out = child.stdout.take().context("no output")?;
        let printer = thread::spawn(move || {
            BufReader::new(out).lines().map_while(Result::ok).for_each(|line| print(&line, is_json));
        });
        let began = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            if began.elapsed() > LONGEST {
                child.kill()?;
                child.wait()?;
                anyhow::bail!("it took longer than {} s and was ended", LONGEST.as_secs());
            }
            thread::sleep(LOOK);
        };
        printer.join().expect("printing does not panic");
        ensure!(status.success(), "{status}");
        Ok(())
    }

    fn runs(&self) -> Vec<Vec<String>> {
        let nist = env::var("TRINE_NIST").map(|folder| root().join(folder).display().to_string());
        let mut own = ARGUMENTS.iter().filter(|(example, _)| *example == self.example).peekable();
        if own.peek().is_none() {
            return vec![Vec::new()];
        }
        own.filter_map(|(_, arguments)| {
            let filled = |argument: &&str| match *argument {
                "{nist}" => nist.clone().ok(),
                other => Some(other.to_owned()),
            };
            arguments.iter().map(filled).collect()
        })
        .collect()
    }
}

/// Every bench of the workspace.
fn all() -> Result<Vec<Bench>> {
    let text =
        answer(&mut cargo(&["metadata", "--no-deps", "--format-version", "1"])).context("cargo metadata")?;
    let metadata: Value = serde_json::from_str(&text)?;
    let mut benches = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        for target in package["targets"].as_array().into_iter().flatten() {
            let is_example = target["kind"][0] == "example";
            let (Some(package), Some(example)) = (package["name"].as_str(), target["name"].as_str()) else {
                continue;
            };
            if is_example && example.starts_with("bench") {
                benches.push(Bench { package: package.into(), example: example.into() });
            }
        }
    }
    Ok(benches)
}

fn print(line: &str, is_json: bool) {
    let Ok(figure) = serde_json::from_str::<Value>(line) else { return };
    let Some(name) = figure["name"].as_str() else { return };
    if is_json {
        println!("{line}");
        return;
    }
    let text = |key: &str| figure[key].as_str().unwrap_or_default().to_owned();
    let number = |key: &str| figure[key].as_f64().map(readable).unwrap_or_default();
    let (value, unit, beside, beside_value) =
        (number("value"), text("unit"), text("beside"), number("beside_value"));
    if beside.is_empty() {
        println!("{name:<40} {value:>14} {unit}");
    } else {
        println!("{name:<40} {value:>14} {unit:<12} {beside}: {beside_value}");
    }
}

/// Four digits that matter, thousands apart.
fn readable(value: f64) -> String {
    if value.abs() < 1000.0 {
        let digits = if value.abs() < 10.0 { 3 } else { 1 };
        return format!("{value:.digits$}");
    }
    let whole = format!("{value:.0}");
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole.as_str()), |digits| ("-", digits));
    let mut out = String::from(sign);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        assert_eq!(readable(14_351_056.7), "14 351 057");
        assert_eq!((readable(3.1551), readable(-1000.0)), ("3.155".into(), "-1 000".into()));
    }
}
