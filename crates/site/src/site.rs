//! Opening, keeping and closing a site.

use crate::branch::Branches;
use crate::facts::Facts;
use crate::ingest::{Ingest, append_patiently};
use crate::{Fold, SiteError, sink};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::broadcast;
use trine_base::{Instant, Sample, SignalId, ThingId};
use trine_connector::{Clock, Sink, SinkError};
use trine_history::{History, HistoryOptions, RetentionPolicy, SignalFilter};
use trine_live::Live;
use trine_log::{Log, LogOptions, batch};
use trine_world::{Fact, FactKind, Level, NewFact, Origin, Role, Rules, Thing, World};

/// How often the log gives up what history has sealed.
const UPKEEP_PERIOD: Duration = Duration::from_secs(5);
/// After how many of these periods history is thinned by its policy: every ten minutes.
const RETENTION_EVERY: u32 = 120;

/// How a site is kept.
#[derive(Clone, Debug)]
pub struct SiteOptions {
    /// The data folder; made when it is not there.
    pub folder: PathBuf,
    /// How history seals, caches and thins.
    pub history: HistoryOptions,
    /// How long each resolution of the past is kept.
    pub retention: RetentionPolicy,
    /// How the log of signals is cut.
    pub log: LogOptions,
    /// Facts that share a chapter of the index, which is what a question about facts decodes.
    pub facts_per_chapter: usize,
    /// Whether things that nobody has placed get a proposed place.
    pub propose_places: bool,
    /// What else is made of the facts.
    pub folds: Vec<Arc<dyn Fold>>,
}

impl SiteOptions {
    /// The usual options in this data folder.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            history: HistoryOptions::default(),
            retention: RetentionPolicy::default(),
            log: LogOptions::default(),
            facts_per_chapter: 16_384,
            propose_places: true,
            folds: Vec::new(),
        }
    }
}

/// One plant: clone it freely.
#[derive(Clone)]
pub struct Site {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub folder: PathBuf,
    pub facts: Arc<Facts>,
    pub ingest: Ingest,
    pub history: Arc<History>,
    pub live: Arc<Live>,
    pub clock: Arc<dyn Clock>,
    pub propose_places: bool,
    pub branches: Branches,
    log: Arc<Log>,
    stopping: AtomicBool,
}

/// What has been counted since the start.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counters {
    /// Samples made durable.
    pub samples: u64,
    /// First record still in the log of signals.
    pub log_first: u64,
    /// One past its last durable record.
    pub log_next: u64,
    /// Facts ever recorded.
    pub facts: u64,
}

impl Site {
    /// Opens the site in its folder: reads the world, replays what history has not sealed yet, and records
    /// the time since the last sample as a gap of every connection.
    ///
    /// # Errors
    /// When the folder is in use, unreadable, or damaged where damage cannot be made good.
    pub fn open(options: SiteOptions, clock: Arc<dyn Clock>) -> Result<Self, SiteError> {
        let SiteOptions { folder, history, retention, log, facts_per_chapter, propose_places, folds } =
            options;
        std::fs::create_dir_all(&folder)
            .map_err(|source| SiteError::Folder { path: folder.clone(), source })?;
        let facts = Arc::new(Facts::open(&folder, facts_per_chapter, folds)?);
        let (log, recovery) = Log::open(&folder.join("signals"), log)?;
        if let Some(torn) = recovery.truncated {
            tracing::warn!("cut {} bytes that were never acknowledged off {}", torn.bytes, torn.file);
        }
        let log = Arc::new(log);
        let (history, report) = History::open(&folder.join("history"), history)?;
        tracing::debug!(?report, "history is open");
        let history = Arc::new(history);
        replay(&log, &history)?;
        let live = Arc::new(Live::new());
        show_newest(&history, &live)?;
        let (rules, lost) = rules_that_remember(&facts.read(|now| now.world.clone()), &live);
        let (l, h, v, f) = (Arc::clone(&log), Arc::clone(&history), Arc::clone(&live), Arc::clone(&facts));
        let ingest = Ingest::start(l, h, v, f, rules, (clock.now(), lost))
            .map_err(|source| SiteError::Folder { path: folder.clone(), source })?;
        let branches = Branches::open(&folder, &facts.read(|now| now.world.clone()))?;
        let stopping = AtomicBool::new(false);
        let inner =
            Inner { folder, facts, ingest, history, live, clock, propose_places, branches, log, stopping };
        let site = Self { inner: Arc::new(inner) };
        site.keep_up(retention);
        Ok(site)
    }

    /// The world as it is now.
    #[must_use]
    pub fn world(&self) -> World {
        self.inner.facts.read(|now| now.world.clone())
    }

    /// The data folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.inner.folder
    }

    /// The newest values.
    #[must_use]
    pub fn live(&self) -> &Live {
        &self.inner.live
    }

    /// The past.
    #[must_use]
    pub fn history(&self) -> &History {
        &self.inner.history
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.inner.clock.now()
    }

    /// Facts from now on, as they become durable.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Arc<Fact>> {
        self.inner.facts.listen()
    }

    /// What has been counted.
    #[must_use]
    pub fn counters(&self) -> Counters {
        Counters {
            samples: self.inner.ingest.taken(),
            log_first: self.inner.log.first(),
            log_next: self.inner.log.durable(),
            facts: self.inner.facts.read(|now| now.world.last_fact()),
        }
    }

    /// Records facts; the number of each, or why the world refused it.
    ///
    /// # Errors
    /// When nothing of it could be recorded.
    pub async fn propose(
        &self,
        recorded: Instant,
        facts: Vec<NewFact>,
    ) -> Result<Vec<Result<u64, trine_world::Rejection>>, SinkError> {
        self.inner.facts.propose(recorded, facts).await
    }

    /// Closes the gaps that a stop or a crash left open, with a gap for the time in between.
    /// Call it once after opening, before connections start.
    ///
    /// # Errors
    /// When it cannot be recorded.
    pub async fn record_absence(&self) -> Result<(), SinkError> {
        let now = self.now();
        let world = self.world();
        let origin = Origin::new("site");
        let fact = |at, kind| NewFact { at, origin: origin.clone(), kind };
        let closing =
            world.gaps().map(|(gap, open)| fact(now, FactKind::GapClosed { thing: open.thing, gap }));
        let facts = closing.collect();
        self.propose(now, facts).await?;
        let Some(last) = self.inner.live.newest_recorded() else { return Ok(()) };
        for thing in self.connections_that_ran(&world) {
            let cause = "Trine was not running".to_owned();
            let opened = fact(last, FactKind::GapOpened { thing, signals: Vec::new(), cause });
            let gap = Sink::record(self, vec![opened]).await?.first().copied().flatten();
            let closed = gap.map(|gap| fact(now, FactKind::GapClosed { thing, gap }));
            self.propose(now, closed.into_iter().collect()).await?;
        }
        Ok(())
    }

    /// Connections that neither ended by request nor have a gap open: the program ended under them.
    fn connections_that_ran(&self, world: &World) -> Vec<ThingId> {
        let is_connection = |thing: &&Thing| thing.description.level == Level::Connection;
        let ran = |thing: &&Thing| {
            let state = world
                .signals_of(thing.id)
                .find(|signal| signal.description.role == Some(Role::ConnectionState));
            let word = state.and_then(|signal| self.inner.live.get(signal.id)).map(|held| held.value);
            word.is_some_and(|word| word.as_text() != Some("stopped"))
                && !world.gaps().any(|(_, gap)| gap.thing == thing.id)
        };
        world.things().filter(is_connection).filter(ran).map(|thing| thing.id).collect()
    }

    /// Waits for room, gives samples their place in the order; what it gives resolves when they are durable.
    ///
    /// # Errors
    /// When the site cannot record.
    pub async fn submit(
        &self,
        recorded: Instant,
        samples: Vec<Sample>,
    ) -> Result<trine_connector::Durable, SinkError> {
        self.inner.ingest.submit(recorded, samples).await.map(crate::ingest::durable)
    }

    /// Seals what is in memory and writes the snapshot, so that the next start is quick.
    ///
    /// # Errors
    /// When the disk refuses. Nothing is lost by it: the log has everything.
    pub fn close(&self) -> Result<(), SiteError> {
        self.inner.stopping.store(true, Ordering::Relaxed);
        self.inner.history.seal()?;
        self.inner.facts.write_snapshot()?;
        self.inner.facts.shelve()?;
        self.give_up_sealed();
        Ok(())
    }

    /// The signals that come by a connection: those whose key starts with the connection's.
    pub(crate) fn signals_of_connection(&self, thing: ThingId) -> Vec<SignalId> {
        let world = self.world();
        let Some(connection) = world.thing(thing) else { return Vec::new() };
        let prefix = format!("{}/", connection.description.key);
        let comes_by = |key: &str| key.strip_prefix(&prefix).is_some_and(|rest| !rest.starts_with('#'));
        world.signals().filter(|signal| comes_by(&signal.description.key)).map(|signal| signal.id).collect()
    }

    fn keep_up(&self, retention: RetentionPolicy) {
        let weak = Arc::downgrade(&self.inner);
        let upkeep = move || {
            for period in 1_u32.. {
                std::thread::sleep(UPKEEP_PERIOD);
                let Some(inner) = weak.upgrade() else { return };
                if inner.stopping.load(Ordering::Relaxed) {
                    return;
                }
                let site = Self { inner };
                site.give_up_sealed();
                if let Err(error) = site.inner.facts.shelve() {
                    tracing::warn!("the index of facts is behind, the next attempt follows: {error}");
                }
                if period % RETENTION_EVERY == 0 {
                    site.thin(&retention);
                }
            }
        };
        if let Err(error) = std::thread::Builder::new().name("trine-upkeep".into()).spawn(upkeep) {
            tracing::warn!("no upkeep: {error}");
        }
    }

    /// Builds the coarser tiers of the past and drops what the policy no longer keeps.
    fn thin(&self, retention: &RetentionPolicy) {
        match self.inner.history.enforce(retention, self.now()) {
            Ok(report) if report.samples > 0 => {
                tracing::info!("the policy let go of {} samples", report.samples);
            }
            Ok(_) => {}
            Err(error) => tracing::warn!("the past was not thinned, the next attempt follows: {error}"),
        }
    }

    fn give_up_sealed(&self) {
        let sealed = sink::log_position(self.inner.history.sealed_through());
        if let Err(error) = self.inner.log.drop_before(sealed) {
            tracing::warn!("the log keeps what history has sealed: {error}");
        }
    }
}

/// Reads what history has not sealed.
fn replay(log: &Log, history: &History) -> Result<(), SiteError> {
    let from = sink::log_position(history.sealed_through()).max(log.first());
    for record in log.read(from) {
        let record = record?;
        let (recorded, samples) = batch::decode(&record.payload).map_err(|error| SiteError::Record {
            log: "signals",
            position: record.position,
            why: error.to_string(),
        })?;
        append_patiently(history, recorded, sink::history_position(record.position), &samples);
    }
    Ok(())
}

fn show_newest(history: &History, live: &Live) -> Result<(), SiteError> {
    let mut held = history.at(&SignalFilter::All, Instant::MAX, None)?;
    held.sort_by_key(|held| held.recorded);
    for run in held.chunk_by(|a, b| a.recorded == b.recorded) {
        let samples: Vec<Sample> = run
            .iter()
            .map(|held| Sample {
                signal: held.signal,
                source: held.source,
                quality: held.quality,
                value: held.value.clone(),
            })
            .collect();
        live.apply(run[0].recorded, &samples);
    }
    Ok(())
}

/// Rules that know what has been, and the alarms that were to be recorded when the program ended. The world takes no
/// alarm twice, so those that it knows may be among them.
fn rules_that_remember(world: &World, live: &Live) -> (Rules, Vec<NewFact>) {
    let mut rules = Rules::new();
    rules.watch(world);
    rules.recall(world.alarms());
    let (mut known, mut derived) = (Vec::new(), Vec::new());
    live.changed_since(0, |signal| rules.watches(signal), &mut known);
    for held in known {
        let sample =
            Sample { signal: held.signal, source: held.source, quality: held.quality, value: held.value };
        rules.observe(&sample, &mut derived);
    }
    // States and counts of before are facts already, or a moment's loss; an alarm may stand for hours.
    derived.retain(|fact| matches!(fact.kind, FactKind::AlarmRaised { .. } | FactKind::AlarmCleared { .. }));
    (rules, derived)
}
