//! The built program with a past of a hundred million samples: how soon it answers, and what it holds while nothing
//! happens. One JSON line a figure.
//!
//! `bench_start [SAMPLES] [SIGNALS]`. The past is made by another process of this bench, because a folder is open once.

#[path = "../../crates/time/history/examples/bench_history/made.rs"]
mod made;

use anyhow::{Result, ensure};
use made::{Plant, START_MS};
use std::{
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant as Clock},
};
use trine_base::Instant;
use trine_connector::{Announcement, Sink, SystemClock};
use trine_site::{Site, SiteOptions};
use trine_tests::{Trine, binary, get};
use trine_world::{Level, Origin, SignalDescription, ThingDescription, ValueKind};

/// Starts of each kind; the median counts.
const STARTS: usize = 5;
const SIGNALS_OF_A_THING: usize = 25;
/// Signals in a look at the past.
const LOOKED_AT: usize = 1000;
/// How long nothing happens before memory is looked at.
const IDLE: Duration = Duration::from_secs(5);
/// Samples after a kill that only the log has.
const UNSEALED: usize = 1_000_000;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["make", folder, samples, signals, ending] => {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            let wish = (samples.parse()?, signals.parse()?);
            runtime.block_on(make(Path::new(folder), wish, ending == "close"))
        }
        [] => measure("100000000", "10000"),
        [samples, signals] => measure(samples, signals),
        _ => anyhow::bail!("usage: bench_start [SAMPLES SIGNALS]"),
    }
}

fn measure(samples: &str, signals: &str) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    make_apart(&data, samples, signals, "close")?;
    let size = format!("{} M samples", samples.parse::<f64>()? / 1e6);
    let files_in_memory = median(|| start_ms(&data))?;
    let files_on_disk = median(|| {
        drop_from_memory(&data)?;
        start_ms(&data)
    })?;
    let empty_folder = folder.path().join("empty");
    let empty = median(|| start_ms(&empty_folder))?;
    let beside = Some(("an empty data folder", empty));
    line(&format!("start with {size}, files in memory"), files_in_memory, "ms", beside);
    line(&format!("start with {size}, files on disk"), files_on_disk, "ms", beside);
    let (idle, after) = memory_mb(&data)?;
    let (empty, _) = memory_mb(&empty_folder)?;
    line(&format!("memory while idle with {size}"), idle, "MB", Some(("an empty data folder", empty)));
    line("memory after twenty looks at the past", after, "MB", None);
    make_apart(&data, &UNSEALED.to_string(), signals, "kill")?;
    let killed = start_ms(&data)?;
    line("start after a kill with 1 M samples in the log alone", killed, "ms", beside);
    line("binary", std::fs::metadata(binary()?)?.len() as f64 / 1e6, "MB", None);
    Ok(())
}

fn make_apart(folder: &Path, samples: &str, signals: &str, ending: &str) -> Result<()> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("make").arg(folder).args([samples, signals, ending]);
    let status = command.stdout(Stdio::null()).status()?;
    ensure!(status.success() == (ending == "close"), "the past was not made: {status}");
    Ok(())
}

/// A plant's past by the front door. A past that is there already goes on.
async fn make(folder: &Path, (samples, signals): (usize, usize), closes: bool) -> Result<()> {
    let site = Site::open(SiteOptions::in_folder(folder), Arc::new(SystemClock))?;
    site.announce(Origin::new("bench"), announcement(signals)).await?;
    let mut plant = Plant::new(signals);
    plant.second =
        site.history().extent().map_or(0, |(_, last)| (last.as_ns() / 1_000_000 - START_MS) / 1000 + 1);
    let (mut made, mut batch, mut last) = (0, Vec::new(), None);
    while made < samples {
        plant.fill(&mut batch);
        made += batch.len();
        let recorded = Instant::from_ms(START_MS + plant.second * 1000 + 57);
        last = Some(site.submit(recorded, batch.clone()).await?);
    }
    if let Some(last) = last {
        last.await?;
    }
    if closes {
        site.close()?;
        return Ok(());
    }
    // As a kill does: nothing is sealed, nothing says goodbye.
    std::process::abort()
}

fn announcement(signals: usize) -> Announcement {
    let things = signals.div_ceil(SIGNALS_OF_A_THING);
    let thing =
        |n: usize| ThingDescription::new(&format!("m{n}"), &format!("Machine {n}"), "press", Level::WorkUnit);
    let signal = |n: usize| {
        let kind = match n % 10 {
            0..=5 => ValueKind::Number,
            6 | 7 => ValueKind::Integer,
            8 => ValueKind::Boolean,
            _ => ValueKind::Text,
        };
        let of = n / SIGNALS_OF_A_THING;
        SignalDescription::new(&format!("m{of}"), &format!("m{of}/s{n}"), &format!("s{n}"), kind)
    };
    Announcement {
        things: (0..things).map(thing).collect(),
        signals: (0..signals).map(signal).collect(),
        ..Announcement::default()
    }
}

/// From the command to the first answer.
fn start_ms(data: &Path) -> Result<f64> {
    let began = Clock::now();
    let trine = Trine::start(&["serve"], data)?;
    ensure!(get(&trine, "/healthz")?.status == 200, "it is not healthy");
    let took = began.elapsed().as_secs_f64() * 1e3;
    ensure!(trine.stop()?.success(), "it did not stop well");
    Ok(took)
}

/// Memory after a while of nothing, and after some looks at the past.
fn memory_mb(data: &Path) -> Result<(f64, f64)> {
    let trine = Trine::start(&["serve"], data)?;
    std::thread::sleep(IDLE);
    let idle = trine.resident_bytes()? as f64 / 1e6;
    let ids: Vec<String> = (1..=LOOKED_AT).map(|id: usize| id.to_string()).collect();
    let ids = ids.join(",");
    for n in 0..20 {
        let at = Instant::from_ms(START_MS + n * 400_000);
        let values = get(&trine, &format!("/api/v1/values?signals={ids}&at={at}"))?;
        ensure!(values.status == 200, "{}", values.text());
    }
    let after = trine.resident_bytes()? as f64 / 1e6;
    ensure!(trine.stop()?.success(), "it did not stop well");
    Ok((idle, after))
}

fn median(mut call: impl FnMut() -> Result<f64>) -> Result<f64> {
    let mut all = (0..STARTS).map(|_| call()).collect::<Result<Vec<f64>>>()?;
    all.sort_by(f64::total_cmp);
    Ok(all[STARTS / 2])
}

/// Asks the system to forget the files' pages: dd's nocache is posix_fadvise(DONTNEED) without unsafe code here.
fn drop_from_memory(data: &Path) -> Result<()> {
    let forget = r#"find "$0" -type f -exec dd if={} iflag=nocache count=0 status=none \;"#;
    ensure!(Command::new("sh").args(["-c", forget]).arg(data).status()?.success(), "dd failed");
    Ok(())
}

fn line(name: &str, value: f64, unit: &str, beside: Option<(&str, f64)>) {
    let (beside, beside_value) = beside.unzip();
    let line = serde_json::json!({
        "name": name, "value": value, "unit": unit, "beside": beside, "beside_value": beside_value,
    });
    println!("{line}");
}
