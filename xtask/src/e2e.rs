//! Starts the built program as a newcomer does and walks through it with a browser.

use crate::{
    install::Tools,
    shell::{cache, npm},
    tally::{self, Tally},
    test::Report,
};
use anyhow::{Context as _, Result, bail};
use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// The demo runs eight hours of its plant before its doors open.
const START: Duration = Duration::from_secs(180);

pub fn run(report: &mut Report, tools: &Tools) -> Result<()> {
    println!("\n── demo");
    let started = Instant::now();
    let data = cache().join("e2e-data");
    if data.exists() {
        fs::remove_dir_all(&data).with_context(|| format!("cannot remove {}", data.display()))?;
    }
    let (mut demo, url) = match start(&data) {
        Ok(running) => running,
        Err(error) => {
            println!("{error:#}");
            report.note("demo", Tally::one(false), started);
            return Ok(());
        }
    };
    report.note("demo", Tally::one(true), started);
    let mut playwright = npm(&["run", "--silent", "e2e"]);
    tools.offer(playwright.env("TRINE_URL", &url).env("CI", "true"));
    let outcome = report.step("playwright", &mut playwright, tally::playwright);
    stop(&mut demo);
    outcome
}

/// The program and the URL that it prints on its first line.
fn start(data: &Path) -> Result<(Child, String)> {
    let program = cache().join("release").join("trine");
    let mut child = Command::new(&program)
        .args(["demo", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))?;
    let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
    let (send, first) = mpsc::channel();
    thread::spawn(move || {
        // Nobody waits any more when the time was over. What follows the first line is read so that nothing blocks.
        let _ = send.send(lines.next());
        lines.for_each(drop);
    });
    match first.recv_timeout(START) {
        Ok(Some(Ok(url))) if url.starts_with("http://") => Ok((child, url.trim().to_owned())),
        other => {
            stop(&mut child);
            match other {
                Ok(Some(Ok(line))) => bail!("the first line of `trine demo` is not a URL: {line}"),
                Ok(_) => bail!("`trine demo` ended without printing its URL"),
                Err(_) => bail!("`trine demo` printed no URL within {} s", START.as_secs()),
            }
        }
    }
}

fn stop(child: &mut Child) {
    // It may have ended by itself.
    let _ = child.kill();
    let _ = child.wait();
}
