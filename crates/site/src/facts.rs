//! The plane of facts: proposals are admitted in one order, made durable in groups, and only then part of the world.

use crate::error::sink_error;
use crate::index::{Index, Shelf};
use crate::{Chronicle, Fold, SiteError, snapshot};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::{broadcast, mpsc, oneshot};
use trine_base::{Instant, ThingId};
use trine_connector::SinkError;
use trine_log::{Log, LogOptions};
use trine_world::{Fact, NewFact, Rejection, World};

/// Record kind of a group of facts: JSON, a line each.
pub(crate) const KIND_FACTS: u8 = 1;
/// Proposals that may wait.
const WAITING: usize = 4096;
/// Proposals that are made durable together at most.
const GROUP: usize = 4096;
/// Bytes of facts in one record of the log, unless a single one has more.
const RECORD_BYTES: usize = 4 << 20;
/// Facts after which the snapshot is written anew.
const SNAPSHOT_EVERY: u64 = 50_000;
/// Facts that a slow listener may lag behind before it is told that it missed some.
const LISTENERS: usize = 4096;

/// What became of each proposal of a request.
pub(crate) type Outcome = Vec<Result<u64, Rejection>>;

struct Request {
    recorded: Instant,
    facts: Vec<NewFact>,
    answer: oneshot::Sender<Result<Outcome, SinkError>>,
}

/// The facts of the site and the world that they make.
pub(crate) struct Facts {
    published: Arc<RwLock<Published>>,
    pub(crate) shelf: Shelf,
    /// Held by whoever makes chapters of the index.
    pub(crate) shelving: Mutex<()>,
    requests: mpsc::Sender<Request>,
    happened: broadcast::Sender<Arc<Fact>>,
    snapshot: PathBuf,
    folds: Vec<Arc<dyn Fold>>,
}

/// What readers see: everything in it is durable.
pub(crate) struct Published {
    pub world: World,
    pub chronicle: Chronicle,
    pub index: Index,
    /// First record of the log that is not in it.
    next: u64,
}

/// Which facts a reader wants; `None` wants all.
#[derive(Clone, Debug, Default)]
pub struct FactFilter {
    /// Happened at or after.
    pub from: Option<Instant>,
    /// Happened before.
    pub to: Option<Instant>,
    /// About this thing.
    pub thing: Option<ThingId>,
    /// Of these kinds: `alarm.raised.v1`, or a start of it such as `alarm`.
    pub kinds: Option<Vec<String>>,
}

impl FactFilter {
    /// Whether a fact is wanted.
    #[must_use]
    pub fn wants(&self, fact: &Fact) -> bool {
        let at = if fact.at == Instant::MIN { fact.recorded } else { fact.at };
        self.from.is_none_or(|from| at >= from)
            && self.to.is_none_or(|to| at < to)
            && self.thing.is_none_or(|thing| fact.kind.subject() == Some(thing))
            && self
                .kinds
                .as_ref()
                .is_none_or(|kinds| kinds.iter().any(|kind| fact.kind.name().starts_with(kind)))
    }
}

impl Facts {
    /// Opens the log of facts and folds it into the world. `facts_per_chapter`: see [`Shelf`].
    pub fn open(
        folder: &Path,
        facts_per_chapter: usize,
        folds: Vec<Arc<dyn Fold>>,
    ) -> Result<Self, SiteError> {
        let (log, _) = Log::open(
            &folder.join("facts"),
            LogOptions { segment_bytes: 64 << 20, ..LogOptions::default() },
        )?;
        let log = Arc::new(log);
        let path = folder.join("world.snapshot");
        let shelf = Shelf::new(folder.join("facts-index"), Arc::clone(&log), facts_per_chapter);
        let (chapters, tail) = shelf.read()?;
        let published = fold(&log, snapshot::read(&path), Index { chapters, tail }, &folds)?;
        let published = Arc::new(RwLock::new(published));
        let (requests, queue) = mpsc::channel(WAITING);
        let (happened, _) = broadcast::channel(LISTENERS);
        let writer = Writer {
            staging: read(&published).world.clone(),
            published: Arc::clone(&published),
            log,
            happened: happened.clone(),
            snapshot: path.clone(),
            since_snapshot: 0,
            folds: folds.clone(),
        };
        std::thread::Builder::new()
            .name("trine-facts".into())
            .spawn(move || writer.run(queue))
            .map_err(|source| SiteError::Folder { path: folder.to_owned(), source })?;
        let shelving = Mutex::default();
        Ok(Self { published, shelf, shelving, requests, happened, snapshot: path, folds })
    }

    pub fn read<T>(&self, look: impl FnOnce(&Published) -> T) -> T {
        look(&read(&self.published))
    }

    pub fn listen(&self) -> broadcast::Receiver<Arc<Fact>> {
        self.happened.subscribe()
    }

    pub fn propose(
        &self,
        recorded: Instant,
        facts: Vec<NewFact>,
    ) -> BoxFuture<'static, Result<Outcome, SinkError>> {
        let (answer, outcome) = oneshot::channel();
        let requests = self.requests.clone();
        async move {
            requests.send(Request { recorded, facts, answer }).await.map_err(|_| SinkError::Stopping)?;
            outcome.await.map_err(|_| SinkError::Stopping)?
        }
        .boxed()
    }

    /// Hands over facts from a thread that may wait, without waiting for their outcome.
    pub fn propose_from_thread(&self, recorded: Instant, facts: Vec<NewFact>) {
        let (answer, _) = oneshot::channel();
        // A site that is stopping has no use for what follows from its last samples: they are in the log, and a start
        // looks at them again.
        let _ = self.requests.blocking_send(Request { recorded, facts, answer });
    }

    pub fn change_index(&self, change: impl FnOnce(&mut Index)) {
        change(&mut self.published.write().unwrap_or_else(PoisonError::into_inner).index);
    }

    pub fn write_snapshot(&self) -> Result<(), SiteError> {
        let (world, chronicle, next) = self.read(|now| (now.world.clone(), now.chronicle.clone(), now.next));
        snapshot::write(&self.snapshot, next, &world, &chronicle)?;
        self.folds.iter().for_each(|fold| fold.save());
        Ok(())
    }
}

fn read(published: &RwLock<Published>) -> std::sync::RwLockReadGuard<'_, Published> {
    published.read().unwrap_or_else(PoisonError::into_inner)
}

fn fold(
    log: &Log,
    snapshot: snapshot::Snapshot,
    index: Index,
    folds: &[Arc<dyn Fold>],
) -> Result<Published, SiteError> {
    // A snapshot that knows more than the log belongs to another log.
    let usable = snapshot.next.is_some_and(|next| next >= log.first() && next <= log.durable());
    let snapshot = if usable { snapshot } else { snapshot::Snapshot::default() };
    let next = snapshot.next.unwrap_or_else(|| log.first());
    let mut published = Published { world: snapshot.world, chronicle: snapshot.chronicle, index, next };
    let begin = |fold: &Arc<dyn Fold>| fold.begin(log.id(), log.first(), log.durable());
    let wanted: Vec<u64> = folds.iter().map(begin).collect();
    for record in log.read(wanted.iter().copied().fold(next, u64::min)) {
        let record = record?;
        let facts = facts_of(record.position, &record.payload)?;
        for (fold, _) in folds.iter().zip(&wanted).filter(|(_, from)| record.position >= **from) {
            fold.apply(record.position, &facts);
        }
        if record.position < next {
            continue;
        }
        for fact in &facts {
            published.world.apply(fact);
            published.chronicle.apply(fact);
        }
        published.next = record.position + 1;
    }
    Ok(published)
}

/// The facts of a record.
pub(crate) fn facts_of(position: u64, payload: &[u8]) -> Result<Vec<Fact>, SiteError> {
    lines(payload).map(|line| fact_of(position, line)).collect()
}

/// The facts of some lines of a record; `None` when it has no such line.
pub(crate) fn facts_of_lines(
    position: u64,
    payload: &[u8],
    wanted: impl Iterator<Item = usize>,
) -> Result<Option<Vec<Fact>>, SiteError> {
    let all: Vec<&[u8]> = lines(payload).collect();
    let wanted: Option<Vec<&[u8]>> = wanted.map(|line| all.get(line).copied()).collect();
    wanted.map(|lines| lines.into_iter().map(|line| fact_of(position, line)).collect()).transpose()
}

fn lines(payload: &[u8]) -> impl Iterator<Item = &[u8]> {
    payload.split(|byte| *byte == b'\n').filter(|line| !line.is_empty())
}

fn fact_of(position: u64, line: &[u8]) -> Result<Fact, SiteError> {
    Fact::from_bytes(line).map_err(|error| SiteError::Record {
        log: "facts",
        position,
        why: error.to_string(),
    })
}

/// The first facts as one record, and how many they are: as many as are not too large for it, and one at least.
pub(crate) fn record_of(facts: &[Fact]) -> (Vec<u8>, usize) {
    let (mut payload, mut count) = (Vec::with_capacity(facts.len().min(GROUP) * 256), 0);
    for fact in facts {
        let line = fact.to_bytes();
        if count > 0 && payload.len() + line.len() >= RECORD_BYTES {
            break;
        }
        payload.extend_from_slice(&line);
        payload.push(b'\n');
        count += 1;
    }
    (payload, count)
}

struct Writer {
    /// The world with what is not yet durable; back to the published one when the log refuses.
    staging: World,
    published: Arc<RwLock<Published>>,
    log: Arc<Log>,
    happened: broadcast::Sender<Arc<Fact>>,
    snapshot: PathBuf,
    since_snapshot: u64,
    folds: Vec<Arc<dyn Fold>>,
}

impl Writer {
    fn run(mut self, mut queue: mpsc::Receiver<Request>) {
        let mut group = Vec::new();
        while let Some(request) = queue.blocking_recv() {
            let mut size = request.facts.len();
            group.push(request);
            while size < GROUP {
                let Ok(request) = queue.try_recv() else { break };
                size += request.facts.len();
                group.push(request);
            }
            self.commit(&mut group);
        }
    }

    fn commit(&mut self, group: &mut Vec<Request>) {
        let mut admitted = Vec::new();
        let outcomes: Vec<Outcome> =
            group.iter_mut().map(|request| self.admit(request, &mut admitted)).collect();
        let result = self.make_durable(&admitted);
        if result.is_err() {
            self.staging = read(&self.published).world.clone();
        }
        for (request, outcome) in group.drain(..).zip(outcomes) {
            // Whoever asked may have gone; the facts stand all the same.
            let _ = request.answer.send(result.clone().map(|()| outcome));
        }
    }

    fn admit(&mut self, request: &mut Request, admitted: &mut Vec<Fact>) -> Outcome {
        let recorded = request.recorded;
        let facts = std::mem::take(&mut request.facts);
        facts
            .into_iter()
            .map(|proposal| {
                let fact = self.staging.admit(proposal, recorded)?;
                self.staging.apply(&fact);
                admitted.push(fact);
                Ok(self.staging.last_fact())
            })
            .collect()
    }

    /// Writes facts in records of a bounded size, each durable whole or not at all. When one is refused, those before it
    /// stand, and whoever proposes them again hears that they say nothing new.
    fn make_durable(&mut self, mut facts: &[Fact]) -> Result<(), SinkError> {
        while !facts.is_empty() {
            let (payload, count) = record_of(facts);
            let (now, later) = facts.split_at(count);
            let pending = self.log.append(payload, KIND_FACTS);
            let position = pending.and_then(trine_log::Pending::wait).map_err(|error| sink_error(&error))?;
            self.publish(position, now, later.is_empty());
            facts = later;
        }
        Ok(())
    }

    fn publish(&mut self, position: u64, facts: &[Fact], is_all: bool) {
        {
            let mut published = self.published.write().unwrap_or_else(PoisonError::into_inner);
            if is_all {
                published.world = self.staging.clone();
            } else {
                facts.iter().for_each(|fact| published.world.apply(fact));
            }
            published.next = position + 1;
            published.index.add(position, facts);
            for fact in facts {
                published.chronicle.apply(fact);
            }
        }
        self.folds.iter().for_each(|fold| fold.apply(position, facts));
        for fact in facts {
            // Nobody listening is no error.
            let _ = self.happened.send(Arc::new(fact.announced()));
        }
        self.since_snapshot += facts.len() as u64;
        if self.since_snapshot >= SNAPSHOT_EVERY {
            self.since_snapshot = 0;
            let (chronicle, next) = {
                let now = read(&self.published);
                (now.chronicle.clone(), now.next)
            };
            if let Err(error) = snapshot::write(&self.snapshot, next, &self.staging, &chronicle) {
                tracing::warn!("the snapshot of the world was not written: {error}");
            }
        }
    }
}
