//! Questions about facts in a log of years: the next alarm, what a thing has done, the newest page. One JSON line a
//! figure, beside a scan of the log.
//!
//! `bench_facts [FACTS] [FOLDER]`: five million facts are about three years of a plant of a hundred machines.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant as Clock};
use trine_base::{Instant, SignalId, ThingId};
use trine_connector::{Announcement, Sink, SystemClock};
use trine_log::{Log, LogOptions};
use trine_site::{FactFilter, Site, SiteOptions};
use trine_world::{
    Fact, FactKind, Level, MachineState, NewFact, Origin, SignalDescription, ThingDescription, ValueKind,
};

const MACHINES: u32 = 100;
/// A fact every twenty seconds.
const STEP_MS: i64 = 20_000;
const START_MS: i64 = 1_700_000_000_000;
const GROUP: i64 = 1000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let facts = std::env::args().nth(1).map_or(Ok(5_000_000), |text| text.parse())?;
    let parent = std::env::args().nth(2).map_or_else(std::env::temp_dir, Into::into);
    let folder = tempfile::tempdir_in(parent)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let began = Clock::now();
    let site = open(folder.path())?;
    runtime.block_on(fill(&site, facts))?;
    line("facts: recorded", facts as f64 / began.elapsed().as_secs_f64(), "facts/s", None);
    let began = Clock::now();
    site.close()?;
    line("facts: close", began.elapsed().as_secs_f64(), "s", None);
    drop(site);
    let log = when_free(|| Log::open(&folder.path().join("facts"), LogOptions::default()))?.0;
    let scan_ms = scan(&log)?;
    drop(log);
    let began = Clock::now();
    let site = open(folder.path())?;
    line("facts: open", began.elapsed().as_secs_f64() * 1e3, "ms", None);
    ask(&site, facts, scan_ms)
}

/// A site that was dropped lets its folder go when its threads have noticed.
fn when_free<T, E>(open: impl Fn() -> Result<T, E>) -> Result<T, E> {
    for _ in 0..200 {
        if let Ok(opened) = open() {
            return Ok(opened);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    open()
}

fn open(folder: &Path) -> Result<Site, trine_site::SiteError> {
    Site::open(SiteOptions::in_folder(folder), Arc::new(SystemClock))
}

/// Parts and states of all machines in turn; one fact of fifty is about an alarm, one of ten thousand describes.
async fn fill(site: &Site, facts: i64) -> Result<(), Box<dyn std::error::Error>> {
    let things = (1..=MACHINES).map(|n| ThingDescription::new(&key(n), &key(n), "press", Level::WorkUnit));
    let signals = (1..=MACHINES)
        .map(|n| SignalDescription::new(&key(n), &format!("{}/c", key(n)), "condition", ValueKind::Text));
    let said =
        Announcement { things: things.collect(), signals: signals.collect(), ..Announcement::default() };
    site.announce(Origin::new("bench"), said).await?;
    for group in 0..facts / GROUP {
        let proposed = (group * GROUP..(group + 1) * GROUP).map(fact).collect();
        for outcome in site.propose(at(group * GROUP), proposed).await? {
            outcome?;
        }
    }
    Ok(())
}

fn key(n: u32) -> String {
    format!("machine-{n}")
}

fn at(n: i64) -> Instant {
    Instant::from_ms(START_MS + n * STEP_MS)
}

fn fact(n: i64) -> NewFact {
    let machine = (n % i64::from(MACHINES)) as u32 + 1;
    let (thing, signal, code) = (ThingId(machine), SignalId(machine), "V".to_owned());
    let round = n / i64::from(MACHINES);
    let kind = match (n % 10_000, round % 50) {
        (0, _) => {
            let name = format!("{} since {n}", key(machine));
            let description = ThingDescription::new(&key(machine), &name, "press", Level::WorkUnit);
            FactKind::ThingDescribed { thing, description }
        }
        // One machine after the other, half of the time.
        (_, 7) if n % 2 == 1 => FactKind::AlarmRaised {
            thing,
            signal,
            code,
            priority: (n % 4) as u8 + 1,
            message: "vibration of the spindle is high".into(),
        },
        (_, 8) if n % 2 == 1 => FactKind::AlarmCleared { thing, signal, code, alarm: 0 },
        (_, round) if round % 2 == 0 => {
            FactKind::StateChanged { thing, from: MachineState::Running, to: MachineState::Idle }
        }
        _ => FactKind::PartCompleted { thing, count: 1, good: n % 20 != 0 },
    };
    NewFact { at: at(n), origin: Origin::new("connection/line"), kind }
}

/// What every question would cost without an index.
fn scan(log: &Log) -> Result<f64, Box<dyn std::error::Error>> {
    let began = Clock::now();
    let mut alarms = 0;
    for record in log.read(log.first()) {
        for line in record?.payload.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            alarms += u64::from(Fact::from_bytes(line)?.kind.name().starts_with("alarm"));
        }
    }
    assert!(alarms > 0, "there are alarms");
    Ok(began.elapsed().as_secs_f64() * 1e3)
}

fn ask(site: &Site, facts: i64, scan_ms: f64) -> Result<(), Box<dyn std::error::Error>> {
    let somewhere = |n: i64| at((n * 7_919_993) % facts);
    let kinds = |kind: &str| Some(vec![kind.to_owned()]);
    let next_alarm = |n: i64| FactFilter {
        from: Some(somewhere(n)),
        kinds: kinds("alarm.raised"),
        ..FactFilter::default()
    };
    percentiles("facts: the next alarm", 1000, scan_ms, |n| {
        site.facts(&next_alarm(n), false, None, 1).map(|page| page.facts.len())
    })?;
    let machine = |n: i64| Some(ThingId((n % i64::from(MACHINES)) as u32 + 1));
    percentiles("facts: the next alarm of a thing", 1000, scan_ms, |n| {
        let filter = FactFilter { thing: machine(n), ..next_alarm(n) };
        site.facts(&filter, false, None, 1).map(|page| page.facts.len())
    })?;
    percentiles("facts: a hundred of a thing, newest first", 300, scan_ms, |n| {
        let filter = FactFilter { to: Some(somewhere(n)), thing: machine(n), ..FactFilter::default() };
        site.facts(&filter, true, None, 100).map(|page| page.facts.len())
    })?;
    percentiles("facts: the newest hundred", 300, scan_ms, |_| {
        site.facts(&FactFilter::default(), true, None, 100).map(|page| page.facts.len())
    })?;
    percentiles("facts: the structure at an instant", 100, scan_ms, |n| {
        site.world_at(somewhere(n)).map(|world| world.things().count())
    })?;
    percentiles("facts: open alarms at an instant", 300, scan_ms, |n| {
        Ok(site.alarms_at(somewhere(n)).len())
    })?;
    percentiles("facts: the strip over a day", 300, scan_ms, |n| {
        let from = somewhere(n);
        Ok(site.live_track().timeline(from, from.plus_ns(86_400_000_000_000), 200, 200)?.alarms.len())
    })
}

fn percentiles(
    name: &str,
    calls: i64,
    scan_ms: f64,
    mut call: impl FnMut(i64) -> Result<usize, trine_site::SiteError>,
) -> Result<(), Box<dyn std::error::Error>> {
    let (mut took_ms, mut found) = (Vec::new(), 0);
    for n in 0..calls {
        let start = Clock::now();
        found += call(n)?;
        took_ms.push(start.elapsed().as_secs_f64() * 1e3);
    }
    eprintln!("{name}: {} found a call", found as f64 / calls as f64);
    took_ms.sort_by(f64::total_cmp);
    for part in [0.5, 0.99] {
        let at = took_ms[((calls - 1) as f64 * part).round() as usize];
        line(&format!("{name} p{}", part * 100.0), at, "ms", Some(("reading every fact", scan_ms)));
    }
    Ok(())
}

fn line(name: &str, value: f64, unit: &str, beside: Option<(&str, f64)>) {
    let (beside, beside_value) = beside.unzip();
    let line = serde_json::json!({
        "name": name, "value": value, "unit": unit, "beside": beside, "beside_value": beside_value,
    });
    println!("{line}");
}
