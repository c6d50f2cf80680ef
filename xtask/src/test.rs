//! `cargo xtask test`: everything, and one line at the end that says how it went.

use crate::{
    e2e,
    install::{self, Tools},
    lint,
    shell::{answer, cargo, npm, show},
    tally::{self, Tally},
};
use anyhow::{Result, ensure};
use std::{process::Command, time::Instant};

/// Whose tests `soak` runs longer.
const SOAKED: [&str; 3] = ["trine-log", "trine-history", "trine-tests"];
const PARTS: [&str; 4] = ["lint", "rust", "web", "e2e"];

/// What has run so far. A part that fails does not keep the others from running.
#[derive(Default)]
pub struct Report {
    total: Tally,
    lines: Vec<String>,
}

impl Report {
    /// Runs a program and counts what it says.
    pub fn step(&mut self, name: &str, command: &mut Command, count: fn(&str) -> Tally) -> Result<()> {
        println!("\n── {name}");
        let started = Instant::now();
        let outcome = show(command)?;
        let tally = Tally::of(&outcome.text, outcome.is_success, count);
        self.note(name, tally, started);
        Ok(())
    }

    /// Runs a program that is one check as a whole.
    pub fn check(&mut self, name: &str, command: &mut Command) -> Result<()> {
        println!("\n── {name}");
        let started = Instant::now();
        let outcome = show(command)?;
        self.note(name, Tally::one(outcome.is_success), started);
        Ok(())
    }

    pub fn note(&mut self, name: &str, tally: Tally, started: Instant) {
        self.total.add(tally);
        let Tally { passed, failed } = tally;
        let seconds = started.elapsed().as_secs();
        self.lines.push(format!("{name:<28} {passed:>5} passed {failed:>3} failed {seconds:>5} s"));
    }

    /// Prints all counts, the last line alone; true when nothing failed and something was tested.
    pub fn close(&self) -> bool {
        println!();
        self.lines.iter().for_each(|line| println!("{line}"));
        let Tally { passed, failed } = self.total;
        println!("\n{passed} passed, {failed} failed");
        failed == 0 && passed > 0
    }
}

pub fn run(parts: &[String]) -> Result<bool> {
    for part in parts {
        ensure!(PARTS.contains(&part.as_str()), "there is no part `{part}`; there are {}", PARTS.join(" "));
    }
    let wants = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    let tools = install::everything()?;
    let mut report = Report::default();
    if wants("lint") {
        lint::run(&mut report)?;
    }
    if wants("rust") {
        rust(&mut report, &tools, &[])?;
    }
    if wants("web") {
        web(&mut report)?;
    }
    if wants("e2e") {
        e2e::run(&mut report, &tools)?;
    }
    Ok(report.close())
}

/// All Rust tests in the release profile, so that every dependency is compiled once for tests and product.
fn rust(report: &mut Report, tools: &Tools, only: &[&str]) -> Result<()> {
    // The whole-system tests run the built program. It is built together with all tests, because cargo would
    // compile the dependencies once more for a selection that wants other features of them.
    let build = ["build", "--release", "--locked", "--workspace", "--bins", "--tests"];
    report.check("build", &mut cargo(&build))?;
    let mut command = test_command(&[&["--workspace"], only].concat());
    tools.offer(&mut command);
    report.step("tests", &mut command, count())?;
    let mut documentation =
        cargo(&["test", "--release", "--locked", "--workspace", "--no-fail-fast", "--doc"]);
    report.step("doc tests", &mut documentation, tally::libtest)
}

fn web(report: &mut Report) -> Result<()> {
    report.step("vitest", &mut npm(&["run", "--silent", "test"]), tally::vitest)?;
    report.check("vite build", &mut npm(&["run", "--silent", "build"]))
}

/// The fault and load tests, many times as long.
pub fn soak(arguments: &[String]) -> Result<bool> {
    let times = arguments.first().map_or(Ok(20), |times| times.parse::<u64>())?;
    let tools = install::everything()?;
    let mut report = Report::default();
    report.check("build", &mut cargo(&["build", "--release", "--locked", "-p", "trine"]))?;
    for package in SOAKED {
        let profile: &[&str] = if has_nextest() { &["--profile", "soak"] } else { &[] };
        let mut command = test_command(&[&["-p", package], profile].concat());
        command.env("TRINE_SOAK", times.to_string());
        tools.offer(&mut command);
        report.step(package, &mut command, count())?;
    }
    Ok(report.close())
}

/// The kits that each connector, log and ledger of a kind must pass: their tests carry the word in their names.
pub fn conformance() -> Result<bool> {
    let tools = install::everything()?;
    let mut report = Report::default();
    let mut command =
        cargo(&["test", "--release", "--locked", "--workspace", "--no-fail-fast", "conformance"]);
    tools.offer(&mut command);
    report.step("conformance", &mut command, tally::libtest)?;
    Ok(report.close())
}

/// Runs tests, each in a process of its own where nextest is there.
fn test_command(which: &[&str]) -> Command {
    if has_nextest() {
        let arguments = ["nextest", "run", "--release", "--locked", "--no-fail-fast"];
        return cargo(&[&arguments[..], which].concat());
    }
    let arguments = ["test", "--release", "--locked", "--no-fail-fast", "--lib", "--bins", "--tests"];
    cargo(&[&arguments[..], which].concat())
}

/// How to read what [`test_command`] prints.
fn count() -> fn(&str) -> Tally {
    if has_nextest() { tally::nextest } else { tally::libtest }
}

fn has_nextest() -> bool {
    answer(&mut cargo(&["nextest", "--version"])).is_some()
}
