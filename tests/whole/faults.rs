//! Every fault that a source can have on demand, seen from outside of the built program: nothing that was recorded is
//! lost, a stretch without data is a gap with its cause, and the state of the connection says what is going on.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant as Started};
use trine_base::{Instant, Quality, Value};
use trine_connector::{Clock as _, SystemClock};
use trine_emulator::mtconnect::MtConnectHostOptions;
use trine_emulator::opcua::OpcUaHostOptions;
use trine_emulator::sparkplug::SparkplugHostOptions;
use trine_emulator::{
    Device, DeviceSignal, Fault, Host, Reading, Technology, broker, mtconnect, opcua, sparkplug,
};
use trine_tests::{Trine, get, get_json, send};
use trine_world::{Level, ValueKind};

/// Nothing that must happen takes longer.
const PATIENCE: Duration = Duration::from_secs(90);

/// Values of one flood, per source.
const FLOOD: usize = 20_000;

/// A year ahead, which no one believes.
const JUMP_S: i64 = 365 * 86_400;

/// `Uncertain_…` for a time stamp that is not believed: the upper half of `Quality::UNCERTAIN_TIME`.
const UNCERTAIN_TIME: u64 = Quality::UNCERTAIN_TIME.upper() as u64;

/// Three sources of three technologies, each with a press that counts.
struct Plant {
    sources: Vec<Source>,
    _broker: broker::Broker,
    /// The servers run on it.
    _runtime: tokio::runtime::Runtime,
}

struct Source {
    name: &'static str,
    host: Arc<dyn Host>,
    url: String,
    /// The last number that was reported, and when that was by the source's clock.
    last: u32,
    at: Instant,
    /// Numbers that were reported while all was well: each must be recorded.
    owed: BTreeSet<u32>,
}

#[test]
fn each_fault_is_seen_and_nothing_recorded_is_lost() {
    let mut plant = Plant::start().unwrap();
    let data = tempfile::tempdir().unwrap();
    let trine = Trine::start(&["serve"], data.path()).unwrap();
    let mut watch = Watch::connect(&trine, &plant).unwrap();
    watch.until_well(&trine, &mut plant).unwrap();
    for (name, fault) in FAULTS {
        eprintln!("fault: {name}");
        plant.sources.iter_mut().for_each(|source| source.report(5, true));
        watch.until_newest(&trine, &plant).unwrap();
        let before = watch.gap_ids(&trine).unwrap();
        fault(&trine, &mut plant, &watch, &before).with_context(|| name).unwrap();
        // All is well again: what is said from here on must come, and no gap may stay open.
        watch.until_well(&trine, &mut plant).unwrap();
        plant.sources.iter_mut().for_each(|source| source.report(50, true));
        watch.until_newest(&trine, &plant).unwrap();
        watch.check(&trine, &plant).with_context(|| name).unwrap();
        assert_eq!(get(&trine, "/healthz").unwrap().status, 200);
    }
    let gaps = watch.gap_ids(&trine).unwrap();
    trine.kill_9().unwrap();
    let trine = Trine::start(&["serve"], data.path()).unwrap();
    watch.check(&trine, &plant).unwrap();
    assert!(gaps.is_subset(&watch.gap_ids(&trine).unwrap()), "gaps outlive kill -9");
}

/// What a fault has to show; it is given the gaps that were there before.
type Case = fn(&Trine, &mut Plant, &Watch, &BTreeSet<u64>) -> Result<()>;

const FAULTS: [(&str, Case); 6] = [
    ("a device that freezes", freeze),
    ("a connection that is cut", cut),
    ("garbage", garbage),
    ("repeated and reordered messages", shuffle),
    ("a clock that jumps", jump),
    ("a source that floods", flood),
];

/// The session looks healthy and nothing comes: a gap with its cause, and a state that is not `connected`.
fn freeze(trine: &Trine, plant: &mut Plant, watch: &Watch, before: &BTreeSet<u64>) -> Result<()> {
    plant.fault(&Fault::Freeze(true));
    let mut unwell = BTreeSet::new();
    until("each frozen source is found, and its connection is not well", || {
        plant.sources.iter_mut().for_each(|source| source.report(1, false));
        let states = watch.connections(trine)?;
        let bad = states.iter().filter(|connection| connection["state"] != "connected");
        unwell.extend(bad.filter_map(|connection| connection["thing"].as_u64()));
        let all = plant.sources.len();
        Ok(unwell.len() == all && watch.told_silent(trine, before)?.len() == all)
    })?;
    plant.fault(&Fault::Freeze(false));
    Ok(())
}

/// A gap with its cause for each.
fn cut(trine: &Trine, plant: &mut Plant, watch: &Watch, before: &BTreeSet<u64>) -> Result<()> {
    plant.fault(&Fault::Drop);
    until("each cut is a gap", || Ok(watch.told_silent(trine, before)?.len() == plant.sources.len()))
}

/// An error in words, and no end of the program.
fn garbage(trine: &Trine, plant: &mut Plant, watch: &Watch, _: &BTreeSet<u64>) -> Result<()> {
    let before = watch.errors_and_gaps(trine)?;
    plant.fault(&Fault::Garbage);
    until("each garbage is told of", || {
        plant.sources.iter_mut().for_each(|source| source.report(1, false));
        let now = watch.errors_and_gaps(trine)?;
        Ok(before.iter().zip(&now).all(|(before, now)| before != now))
    })
}

/// Nothing at all: what was said in the wrong order is recorded in the right one.
fn shuffle(_: &Trine, plant: &mut Plant, _: &Watch, _: &BTreeSet<u64>) -> Result<()> {
    plant.fault(&Fault::Shuffle);
    plant.sources.iter_mut().for_each(|source| source.report(4, true));
    Ok(())
}

/// A quality that says so, at a time that can be.
fn jump(trine: &Trine, plant: &mut Plant, watch: &Watch, _: &BTreeSet<u64>) -> Result<()> {
    plant.fault(&Fault::ClockJump(JUMP_S));
    until("each jump is marked", || {
        plant.sources.iter_mut().for_each(|source| source.report(1, false));
        let statuses = watch.samples(trine)?;
        let marked = |samples: &Vec<Seen>| samples.iter().any(|seen| seen.status == UNCERTAIN_TIME);
        Ok(statuses.iter().all(marked))
    })?;
    plant.fault(&Fault::ClockJump(-JUMP_S));
    Ok(())
}

/// Everything comes, or what does not is counted as lost; and the program answers meanwhile.
fn flood(trine: &Trine, plant: &mut Plant, watch: &Watch, _: &BTreeSet<u64>) -> Result<()> {
    let lost_before = watch.numbers(trine, "lost")?;
    let first: Vec<u32> = plant.sources.iter().map(|source| source.last + 1).collect();
    thread::scope(|scope| {
        for source in &mut plant.sources {
            scope.spawn(|| source.report(FLOOD, false));
        }
        let site = get_json(trine, "/api/v1/site");
        site.context("it answers while it is flooded")
    })?;
    watch.until_newest(trine, plant)?;
    // Counters are written once a second.
    until("what did not come is counted as lost", || {
        let lost = watch.numbers(trine, "lost")?;
        let accounted = watch.samples(trine)?.iter().enumerate().all(|(index, seen)| {
            let came = seen.iter().filter(|seen| seen.number >= f64::from(first[index])).count();
            came >= FLOOD || lost[index] > lost_before[index]
        });
        Ok(accounted)
    })
}

impl Plant {
    fn start() -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let inside = runtime.enter();
        let broker = broker::start(0)?;
        let press = |technology, name: &str| vec![(0, device(technology, name))];
        let opcua_host =
            opcua::start("line-1", &press(Technology::OpcUa, "P-1"), OpcUaHostOptions::default())?;
        let agent = mtconnect::start(
            "line-2",
            &press(Technology::MtConnect, "P-2"),
            MtConnectHostOptions::default(),
        )?;
        let edge = SparkplugHostOptions { greets_hosts: true, ..SparkplugHostOptions::new(broker.url()) };
        let edge = sparkplug::start("line-3", &press(Technology::Sparkplug, "P-3"), edge)?;
        let at = SystemClock.now().plus_ns(-600_000_000_000);
        let source = |name, host: Arc<dyn Host>| {
            let url = host.endpoint();
            Source { name, host, url, last: 0, at, owed: BTreeSet::new() }
        };
        let sources = vec![source("opcua", opcua_host), source("agent", agent), source("broker", edge)];
        drop(inside);
        Ok(Self { sources, _broker: broker, _runtime: runtime })
    }

    fn fault(&self, fault: &Fault) {
        self.sources.iter().for_each(|source| source.host.fault(fault.clone()));
    }
}

impl Drop for Plant {
    fn drop(&mut self) {
        self.sources.iter().for_each(|source| source.host.stop());
    }
}

impl Source {
    /// Counts on, a millisecond of the source's clock apart.
    fn report(&mut self, count: usize, owed: bool) {
        for _ in 0..count {
            self.last += 1;
            self.at = self.at.plus_ns(1_000_000);
            if owed {
                self.owed.insert(self.last);
            }
            let value = Value::Number(f64::from(self.last));
            self.host.publish(&[Reading {
                device: 0,
                signal: 0,
                at: self.at,
                value,
                quality: Quality::GOOD,
            }]);
        }
    }
}

fn device(technology: Technology, name: &str) -> Device {
    let signal = DeviceSignal {
        id: "Count".into(),
        name: "Count".into(),
        path: Vec::new(),
        kind: ValueKind::Number,
        unit: "",
        range: None,
        limits: None,
        role: None,
        members: Vec::new(),
    };
    Device {
        key: format!("urn:trine:faults:{name}"),
        name: name.into(),
        class: "press".into(),
        level: Level::WorkUnit,
        technology,
        host: "line".into(),
        nameplate: Vec::new(),
        signals: vec![signal],
    }
}

/// What the program shows of each source.
struct Watch {
    from: String,
    /// By source: the signal that counts, and the connection's thing.
    signals: Vec<u64>,
    things: Vec<u64>,
    names: Vec<&'static str>,
    /// All that was ever seen recorded: number and time, by source.
    recorded: Vec<BTreeSet<(u64, u64)>>,
}

/// A recorded sample.
struct Seen {
    at_ms: f64,
    number: f64,
    status: u64,
}

impl Watch {
    fn connect(trine: &Trine, plant: &Plant) -> Result<Self> {
        for source in &plant.sources {
            let body = format!(r#"{{"url":"{}","name":"{}"}}"#, source.url, source.name);
            let answer = send(trine, "POST", "/api/v1/connections", body.as_bytes())?;
            ensure!(answer.status < 300, "{}: {}", answer.status, answer.text());
        }
        let mut ids = Vec::new();
        until("each source is announced", || {
            let world = get_json(trine, "/api/v1/world")?;
            let of = |kind: &str, key: &str| {
                let all = world[kind].as_array()?;
                all.iter().find(|one| one["key"] == key)?["id"].as_u64()
            };
            let found = plant.sources.iter().map(|source| {
                let key = format!("connection/{}/{}", source.name, source.host.address(0, 0));
                Some((of("signals", &key)?, of("things", &format!("connection/{}", source.name))?))
            });
            ids = found.collect::<Option<Vec<_>>>().unwrap_or_default();
            Ok(!ids.is_empty())
        })?;
        let from = SystemClock.now().plus_ns(-1_200_000_000_000).to_string();
        let (signals, things) = ids.into_iter().unzip();
        let names = plant.sources.iter().map(|source| source.name).collect();
        let recorded = vec![BTreeSet::new(); plant.sources.len()];
        Ok(Self { from, signals, things, names, recorded })
    }

    /// All recorded samples by source.
    fn samples(&self, trine: &Trine) -> Result<Vec<Vec<Seen>>> {
        let all = self.signals.iter().map(|signal| {
            let path = format!("/api/v1/samples?signals={signal}&from={}&to=now&limit=200000", self.from);
            let answer = get_json(trine, &path)?;
            ensure!(answer["truncated"] == false, "more samples than one answer holds");
            let samples = answer["series"][0]["samples"].as_array().cloned().unwrap_or_default();
            let seen = |sample: &Json| {
                let number = sample[1].as_f64()?;
                Some(Seen { at_ms: sample[0].as_f64()?, number, status: sample[2].as_u64()? })
            };
            Ok(samples.iter().filter_map(seen).collect())
        });
        all.collect()
    }

    /// Waits until the last number of each source is recorded.
    fn until_newest(&self, trine: &Trine, plant: &Plant) -> Result<()> {
        until("the newest of each source is recorded", || {
            let samples = self.samples(trine)?;
            let newest = |(seen, source): (&Vec<Seen>, &Source)| {
                seen.iter().any(|seen| seen.number >= f64::from(source.last))
            };
            Ok(samples.iter().zip(&plant.sources).all(newest))
        })
    }

    /// Waits until each source is heard again, each connection is well and no gap is open.
    fn until_well(&self, trine: &Trine, plant: &mut Plant) -> Result<()> {
        self.until_heard(trine, plant)?;
        self.until_calm(trine, plant)
    }

    /// Counts on until each source is heard.
    fn until_heard(&self, trine: &Trine, plant: &mut Plant) -> Result<()> {
        let before: Vec<f64> = plant.sources.iter().map(|source| f64::from(source.last)).collect();
        until("each source is heard again", || {
            plant.sources.iter_mut().for_each(|source| source.report(1, false));
            let samples = self.samples(trine)?;
            let heard = |(seen, last): (&Vec<Seen>, &f64)| seen.iter().any(|seen| seen.number > *last);
            Ok(samples.iter().zip(&before).all(heard))
        })
    }

    /// Counts on until each connection is well and no gap is open.
    fn until_calm(&self, trine: &Trine, plant: &mut Plant) -> Result<()> {
        until("each connection is well again", || {
            plant.sources.iter_mut().for_each(|source| source.report(1, false));
            let states = self.connections(trine)?;
            let open = self.gaps(trine)?.iter().filter(|gap| gap["to"].is_null()).count();
            Ok(open == 0 && states.iter().all(|connection| connection["state"] == "connected"))
        })
    }

    /// What was owed is recorded, and what was seen once is still there.
    fn check(&mut self, trine: &Trine, plant: &Plant) -> Result<()> {
        let samples = self.samples(trine)?;
        for ((seen, source), recorded) in samples.iter().zip(&plant.sources).zip(&mut self.recorded) {
            let numbers: BTreeSet<u64> = seen.iter().map(|seen| seen.number.to_bits()).collect();
            let missing: Vec<_> =
                source.owed.iter().filter(|owed| !numbers.contains(&f64::from(**owed).to_bits())).collect();
            ensure!(missing.is_empty(), "{}: {missing:?} were said and are not recorded", source.name);
            let now = seen.iter().map(|seen| (seen.number.to_bits(), seen.at_ms.to_bits())).collect();
            ensure!(recorded.is_subset(&now), "{}: something recorded is gone", source.name);
            *recorded = now;
        }
        Ok(())
    }

    fn gaps(&self, trine: &Trine) -> Result<Vec<Json>> {
        let answer = get_json(trine, &format!("/api/v1/timeline?from={}&to=now&buckets=10", self.from))?;
        let gaps = answer["gaps"].as_array().cloned().unwrap_or_default();
        let whole = gaps.iter().all(|gap| gap["cause"].as_str().is_some_and(|cause| !cause.is_empty()));
        ensure!(whole, "each gap has its cause: {gaps:?}");
        Ok(gaps)
    }

    fn gap_ids(&self, trine: &Trine) -> Result<BTreeSet<u64>> {
        Ok(self.gaps(trine)?.iter().filter_map(|gap| gap["id"].as_u64()).collect())
    }

    /// The connections that have a gap which was not there before.
    fn told_silent(&self, trine: &Trine, before: &BTreeSet<u64>) -> Result<BTreeSet<u64>> {
        let gaps = self.gaps(trine)?;
        let new = gaps.iter().filter(|gap| gap["id"].as_u64().is_some_and(|id| !before.contains(&id)));
        let things = new.filter_map(|gap| gap["thing"].as_u64());
        Ok(things.filter(|thing| self.things.contains(thing)).collect())
    }

    fn connections(&self, trine: &Trine) -> Result<Vec<Json>> {
        let all = get_json(trine, "/api/v1/connections")?;
        let all = all.as_array().cloned().unwrap_or_default();
        let ours = self.names.iter().map(|name| all.iter().find(|one| one["name"] == *name).cloned());
        ours.collect::<Option<_>>().context("a connection is gone")
    }

    /// A counter of each connection.
    fn numbers(&self, trine: &Trine, counter: &str) -> Result<Vec<f64>> {
        let connections = self.connections(trine)?;
        Ok(connections.iter().map(|connection| connection[counter].as_f64().unwrap_or_default()).collect())
    }

    /// What tells that something went wrong: the last error and the number of gaps of each connection.
    fn errors_and_gaps(&self, trine: &Trine) -> Result<Vec<(String, usize)>> {
        let gaps = self.gaps(trine)?;
        let of = |(connection, thing): (&Json, &u64)| {
            let gaps = gaps.iter().filter(|gap| gap["thing"].as_u64() == Some(*thing)).count();
            (connection["lastError"].to_string(), gaps)
        };
        Ok(self.connections(trine)?.iter().zip(&self.things).map(of).collect())
    }
}

/// Asks again until it is so.
fn until(what: &str, mut is_so: impl FnMut() -> Result<bool>) -> Result<()> {
    let started = Started::now();
    while !is_so().with_context(|| what.to_owned())? {
        ensure!(started.elapsed() < PATIENCE, "not within {} s: {what}", PATIENCE.as_secs());
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}
