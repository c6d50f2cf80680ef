//! A small plant with a minute of past and a clock that stands still until told otherwise, behind a real server.

use crate::http::{self, Answer};
use crate::socket::Viewer;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use trine_base::{Instant, Quality, Sample, SignalId, Value};
use trine_connector::{Announcement, Clock, Sink};
use trine_future::{FutureOptions, Futures};
use trine_serve::{NoConnections, ServeOptions, Server};
use trine_site::{Site, SiteOptions};
use trine_world::{Level, Origin, Place, Role, SignalDescription, ThingDescription, ValueKind};

/// When the minute of past begins: 2026-11-23T05:00:00Z.
pub const START_NS: i64 = 1_795_410_000_000_000_000;
/// Seconds of past.
pub const PAST_S: i64 = 60;

pub const PRESS: u32 = 2;
pub const TEMPERATURE: u32 = 1;
pub const COUNT: u32 = 2;
pub const DOOR: u32 = 3;
pub const STATE: u32 = 4;
pub const VIBRATION: u32 = 5;
pub const CONDITION: u32 = 6;
/// Signals that have samples.
pub const SIGNALS: u32 = 6;

/// A clock that is set by hand.
pub struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Instant {
        Instant::from_ns(self.0.load(Ordering::Relaxed))
    }
}

/// A plant with a server in front of it.
pub struct Plant {
    pub site: Site,
    pub futures: Arc<Futures>,
    pub clock: Arc<TestClock>,
    pub address: String,
    pub stop: CancellationToken,
    pub running: JoinHandle<std::io::Result<()>>,
    _folder: TempDir,
}

/// The instant so many milliseconds after the start of the past.
pub fn ms(ms: i64) -> Instant {
    Instant::from_ns(START_NS).plus_ns(ms * 1_000_000)
}

/// The same in whole seconds.
pub fn second(s: i64) -> Instant {
    ms(s * 1000)
}

pub fn sample(signal: u32, at: Instant, value: Value) -> Sample {
    Sample::good(SignalId(signal), at, value)
}

impl Plant {
    /// With the minute of past.
    pub async fn start() -> Self {
        let plant = Self::empty().await;
        plant.submit_all((0..PAST_S).map(|s| (second(s), minute(s)))).await;
        plant.set_clock(second(PAST_S));
        // Facts that follow from the samples are recorded after the samples are.
        plant.until_facts("part.completed.v1", 5).await;
        plant
    }

    /// Things and signals, and no sample yet.
    pub async fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock(AtomicI64::new(START_NS)));
        let site = Site::open(SiteOptions::in_folder(folder.path()), Arc::clone(&clock) as _).unwrap();
        let announced = site.announce(Origin::new("test"), announcement()).await.unwrap();
        assert_eq!(announced.refused, [""; 0]);
        let listen = "127.0.0.1:0".parse().unwrap();
        let futures = Futures::open(site.clone(), folder.path(), FutureOptions::on_request()).unwrap();
        let options = ServeOptions {
            listen,
            connections: Arc::new(NoConnections),
            futures: Arc::clone(&futures),
            standards: axum::Router::new(),
        };
        let server = Server::bind(site.clone(), options).await.unwrap();
        let address = server.url().unwrap().trim_start_matches("http://").to_owned();
        let stop = CancellationToken::new();
        let running = tokio::spawn(server.run(stop.clone()));
        Self { site, futures, clock, address, stop, running, _folder: folder }
    }

    pub fn set_clock(&self, now: Instant) {
        self.clock.0.store(now.as_ns(), Ordering::Relaxed);
    }

    /// Records samples and waits until they are durable and visible.
    pub async fn submit(&self, recorded: Instant, samples: Vec<Sample>) {
        self.site.submit(recorded, samples).await.unwrap().await.unwrap();
    }

    /// The same for many batches, which become durable together.
    pub async fn submit_all(&self, batches: impl Iterator<Item = (Instant, Vec<Sample>)>) {
        let mut durable = Vec::new();
        for (recorded, samples) in batches {
            durable.push(self.site.submit(recorded, samples).await.unwrap());
        }
        for one in durable {
            one.await.unwrap();
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        http::request(&self.address, "GET", path, "").await
    }

    /// The JSON of a call that works.
    pub async fn json(&self, path: &str) -> serde_json::Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    }

    /// The code of the problem that a call answers.
    pub async fn problem(&self, path: &str) -> (u16, String) {
        self.get(path).await.problem()
    }

    pub async fn viewer(&self) -> Viewer {
        Viewer::connect(&self.address).await
    }

    /// Waits until so many facts of a kind are recorded.
    pub async fn until_facts(&self, kind: &str, count: usize) {
        let filter =
            trine_site::FactFilter { kinds: Some(vec![kind.into()]), ..trine_site::FactFilter::default() };
        let enough = || self.site.facts(&filter, false, None, 1000).unwrap().facts.len() >= count;
        crate::http::until(&format!("{count} facts {kind}"), enough).await;
    }
}

fn announcement() -> Announcement {
    let thing = |key: &str, name: &str, class: &str, level| ThingDescription::new(key, name, class, level);
    let signal = |thing: &str, name: &str, kind, role| {
        SignalDescription::new(thing, &format!("line/{thing}/{name}"), name, kind).as_role(role)
    };
    let place = |x, y| Place { position: [x, y, 0.0], yaw_deg: 0.0, size: [2.0, 2.0, 2.0], proposed: false };
    Announcement {
        things: vec![
            thing("hall", "Hall, north", "area", Level::Area),
            thing("press", "Press 1", "press", Level::WorkUnit)
                .in_parent("hall")
                .with_plate("SerialNumber", "P-7"),
            thing("grinder", "Grinder", "grinding-machine", Level::WorkUnit).in_parent("hall"),
            thing("line", "line", "connection", Level::Connection).with_plate("Technology", "test"),
        ],
        signals: vec![
            signal("press", "temperature", ValueKind::Number, Role::Temperature).in_unit("CELSIUS"),
            signal("press", "count", ValueKind::Integer, Role::PartCount),
            signal("press", "door", ValueKind::Boolean, Role::Mode),
            signal("press", "state", ValueKind::Text, Role::State),
            signal("grinder", "vibration", ValueKind::Number, Role::Vibration).in_unit("MILLIMETER/SECOND"),
            signal("grinder", "condition", ValueKind::Text, Role::Condition),
        ],
        places: vec![("press".into(), place(5.0, 5.0)), ("grinder".into(), place(50.0, 50.0))],
        ..Announcement::default()
    }
}

/// What is measured in second `s`: everything counts up; vibration is bad in second 30.
pub fn minute(s: i64) -> Vec<Sample> {
    let at = second(s);
    let mut samples = vec![
        sample(TEMPERATURE, at, Value::Number(s as f64 + 0.5)),
        sample(COUNT, at, Value::Integer(s / 10)),
        sample(DOOR, at, Value::Boolean(s % 2 == 0)),
        sample(STATE, at, Value::text(if s < 40 { "running" } else { "down" })),
        sample(VIBRATION, at, Value::Number(s as f64 * 0.25)),
    ];
    if s == 30 {
        samples[4].quality = Quality::BAD_NO_COMMUNICATION;
    }
    if s == 20 {
        samples.push(sample(CONDITION, at, Value::text("FAULT|VIB-2|1|HIGH|too \"loud\", 轴")));
    }
    if s == 25 {
        samples.push(sample(CONDITION, at, Value::text("NORMAL|VIB-2|||")));
    }
    samples
}
