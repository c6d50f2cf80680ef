//! A site in a folder of its own, a clock that is set by hand, and images of the folder as a kill would leave it.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tempfile::TempDir;
use trine_base::{Held, Instant, Sample, SignalId, Value};
use trine_connector::{Announcement, Clock, Sink};
use trine_history::SignalFilter;
use trine_site::{FactFilter, Site, SiteOptions};
use trine_world::{Fact, Level, Origin, Role, SignalDescription, ThingDescription, ValueKind};

pub const STATE: SignalId = SignalId(1);
pub const LOAD: SignalId = SignalId(2);
pub const CONDITION: SignalId = SignalId(3);
pub const CONNECTION_STATE: SignalId = SignalId(4);

pub struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Instant {
        Instant::from_ns(self.0.load(Ordering::Relaxed))
    }
}

pub struct Plant {
    pub site: Site,
    pub clock: Arc<TestClock>,
    pub folder: TempDir,
}

/// So many seconds after an arbitrary beginning.
pub fn second(s: i64) -> Instant {
    Instant::from_ms(1_795_410_000_000 + s * 1000)
}

pub fn load(s: i64, value: f64) -> Sample {
    Sample::good(LOAD, second(s), Value::Number(value))
}

pub fn text(signal: SignalId, s: i64, value: &str) -> Sample {
    Sample::good(signal, second(s), Value::text(value))
}

pub fn announcement() -> Announcement {
    let signal = |name: &str, kind, role| {
        SignalDescription::new("press", &format!("line/{name}"), name, kind).as_role(role)
    };
    Announcement {
        things: vec![
            ThingDescription::new("line", "line", "connection", Level::Connection),
            ThingDescription::new("press", "Press", "press", Level::WorkUnit)
                .with_plate("SerialNumber", "P-7"),
        ],
        signals: vec![
            signal("state", ValueKind::Text, Role::State),
            signal("load", ValueKind::Number, Role::SpindleLoad),
            signal("condition", ValueKind::Text, Role::Condition),
            SignalDescription::new("line", "line/#state", "State", ValueKind::Enumeration)
                .as_role(Role::ConnectionState),
        ],
        ..Announcement::default()
    }
}

impl Plant {
    /// A new site with one connection and one machine.
    pub async fn new() -> Self {
        let plant = Self::open(tempfile::tempdir().unwrap(), 0);
        plant.site.announce(Origin::new("test"), announcement()).await.unwrap();
        plant
    }

    pub fn open(folder: TempDir, now_s: i64) -> Self {
        Self::open_with(folder, now_s, |_| {})
    }

    pub fn open_with(folder: TempDir, now_s: i64, change: impl FnOnce(&mut SiteOptions)) -> Self {
        let clock = Arc::new(TestClock(AtomicI64::new(second(now_s).as_ns())));
        let mut options = SiteOptions::in_folder(folder.path());
        // Images are copied whole; with small files that is quick.
        options.log.segment_bytes = 1 << 20;
        change(&mut options);
        let site = Site::open(options, Arc::clone(&clock) as _).unwrap();
        Self { site, clock, folder }
    }

    /// The site that opens in what a kill at this moment would leave behind.
    pub fn killed(&self, now_s: i64) -> Self {
        Self::open(image(self.folder.path()), now_s)
    }

    pub fn set_clock(&self, s: i64) {
        self.clock.0.store(second(s).as_ns(), Ordering::Relaxed);
    }

    /// Records samples that come when the clock says, and waits for the acknowledgement.
    pub async fn submit(&self, samples: Vec<Sample>) {
        self.site.submit(self.clock.now(), samples).await.unwrap().await.unwrap();
    }

    pub fn at(&self, signal: SignalId, at: Instant, known: Option<Instant>) -> Option<Held> {
        self.site.history().at(&SignalFilter::one(signal), at, known).unwrap().pop()
    }

    pub fn facts(&self, kind: &str) -> Vec<Fact> {
        let filter = FactFilter { kinds: Some(vec![kind.into()]), ..FactFilter::default() };
        self.site.facts(&filter, false, None, 10_000).unwrap().facts
    }

    pub async fn until_facts(&self, kind: &str, count: usize) {
        for _ in 0..2000 {
            if self.facts(kind).len() >= count {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("no {count} facts {kind} in 20 s");
    }
}

/// A copy of a folder in use; what is not yet written is not in it.
pub fn image(folder: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    copy_folder(folder, copy.path());
    copy
}

pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    let mut entries: Vec<fs::DirEntry> = fs::read_dir(from).unwrap().map(Result::unwrap).collect();
    // A kill stops everything at one moment and a copy takes a while. So what promises is copied before what keeps the
    // promise: a log's watermark before its segments, a segment before the older ones.
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.file_name()));
    for entry in entries {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
