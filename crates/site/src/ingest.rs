//! The plane of signals: from a submission to the log, and from the log to history, live and the rules.
//!
//! Submissions get their order under one lock and are answered by one thread in that order, once they are durable
//! and visible. So history sees the log's order, and live never shows what a crash could take back.
//!
//! A submission finds its place in a task of its own. A source may wait for it beside other things and not look at it
//! for a while; were it to find its place only when the source looks, the lock that it has come to hold, or is next to
//! get, would keep out all other sources, and this one too when what it does meanwhile is another submission.

use crate::error::sink_error;
use crate::facts::Facts;
use crate::pace::Pace;
use crate::sink::history_position;
use futures_util::FutureExt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore, oneshot};
use trine_base::{Instant, Sample};
use trine_connector::SinkError;
use trine_history::History;
use trine_live::Live;
use trine_log::{Log, Pending, batch};
use trine_world::{NewFact, Rules};

/// Record kind of a batch of samples.
pub(crate) const KIND_BATCH: u8 = 1;
/// Samples on their way to the disk at most; beyond it sources wait. About 160 MB.
const IN_FLIGHT_SAMPLES: usize = 4_000_000;
/// How long history gets to make room before it is asked again.
const HISTORY_RETRY: Duration = Duration::from_millis(200);

/// Resolves when a submission is durable and visible.
pub(crate) type Answer = oneshot::Receiver<Result<(), SinkError>>;

struct InFlight {
    recorded: Instant,
    samples: Vec<Sample>,
    pending: Pending,
    answer: oneshot::Sender<Result<(), SinkError>>,
    _room: OwnedSemaphorePermit,
}

/// The way in for samples.
pub(crate) struct Ingest {
    way: Arc<Way>,
    taken: Arc<AtomicU64>,
}

/// Where submissions find their place.
struct Way {
    log: Arc<Log>,
    room: Arc<Semaphore>,
    order: Mutex<mpsc::Sender<InFlight>>,
}

impl Ingest {
    pub fn start(
        log: Arc<Log>,
        history: Arc<History>,
        live: Arc<Live>,
        facts: Arc<Facts>,
        rules: Rules,
        lost: (Instant, Vec<NewFact>),
    ) -> std::io::Result<Self> {
        let (order, queue) = mpsc::channel();
        let taken = Arc::new(AtomicU64::new(0));
        let completer =
            Completer { history, live, facts, rules, pace: Pace::default(), taken: Arc::clone(&taken) };
        std::thread::Builder::new().name("trine-ingest".into()).spawn(move || completer.run(lost, &queue))?;
        let room = Arc::new(Semaphore::new(IN_FLIGHT_SAMPLES));
        Ok(Self { way: Arc::new(Way { log, room, order: Mutex::new(order) }), taken })
    }

    /// Samples made durable so far.
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    /// Resolves when the samples have their place in the order; what it gives resolves when they are durable.
    pub async fn submit(&self, recorded: Instant, samples: Vec<Sample>) -> Result<Answer, SinkError> {
        let (answer, done) = oneshot::channel();
        if samples.is_empty() {
            let _ = answer.send(Ok(()));
            return Ok(done);
        }
        let placed = tokio::spawn(Arc::clone(&self.way).place(recorded, samples, answer));
        placed.await.map_err(|_| SinkError::Stopping)??;
        Ok(done)
    }
}

impl Way {
    /// Gives samples their place in the order.
    async fn place(
        self: Arc<Self>,
        recorded: Instant,
        samples: Vec<Sample>,
        answer: oneshot::Sender<Result<(), SinkError>>,
    ) -> Result<(), SinkError> {
        let amount = u32::try_from(samples.len().min(IN_FLIGHT_SAMPLES)).unwrap_or(u32::MAX);
        let room =
            Arc::clone(&self.room).acquire_many_owned(amount).await.map_err(|_| SinkError::Stopping)?;
        let mut payload = Vec::with_capacity(samples.len() * 12);
        batch::encode(recorded, &samples, &mut payload);
        let order = self.order.lock().await;
        let pending = self.log.append_async(payload, KIND_BATCH).await.map_err(|error| sink_error(&error))?;
        let submission = InFlight { recorded, samples, pending, answer, _room: room };
        order.send(submission).map_err(|_| SinkError::Stopping)
    }
}

struct Completer {
    history: Arc<History>,
    live: Arc<Live>,
    facts: Arc<Facts>,
    rules: Rules,
    pace: Pace,
    taken: Arc<AtomicU64>,
}

impl Completer {
    fn run(mut self, (at, lost): (Instant, Vec<NewFact>), queue: &mpsc::Receiver<InFlight>) {
        if !lost.is_empty() {
            self.facts.propose_from_thread(at, lost);
        }
        while let Ok(InFlight { recorded, samples, pending, answer, _room }) = queue.recv() {
            let result = pending.wait().map_err(|error| sink_error(&error));
            let pause = match result {
                Ok(position) => self.complete(recorded, position, &samples),
                Err(_) => None,
            };
            // The source may have gone; its samples are recorded all the same.
            let _ = answer.send(result.map(drop));
            if let Some(pause) = pause {
                std::thread::sleep(pause);
            }
        }
    }

    /// Makes samples visible; gives how long to let history breathe before the next.
    fn complete(&mut self, recorded: Instant, position: u64, samples: &[Sample]) -> Option<Duration> {
        let began = std::time::Instant::now();
        append_patiently(&self.history, recorded, history_position(position), samples);
        self.live.apply(recorded, samples);
        self.taken.fetch_add(samples.len() as u64, Ordering::Relaxed);
        let derived = self.derive(samples);
        if !derived.is_empty() {
            self.facts.propose_from_thread(recorded, derived);
        }
        self.pace.after(samples.len(), began.elapsed())
    }

    fn derive(&mut self, samples: &[Sample]) -> Vec<NewFact> {
        let world = self.facts.read(|now| now.world.clone());
        self.rules.watch(&world);
        let mut derived = Vec::new();
        for sample in samples {
            self.rules.observe(sample, &mut derived);
        }
        derived
    }
}

/// What is in the log must get into history: while history cannot take it, everything behind it waits, and the
/// sources with it.
pub(crate) fn append_patiently(history: &History, recorded: Instant, position: u64, samples: &[Sample]) {
    while let Err(error) = history.append(recorded, position, samples) {
        tracing::warn!("history does not take samples now, recording waits: {error}");
        std::thread::sleep(HISTORY_RETRY);
    }
}

/// The answer as connectors know it.
pub(crate) fn durable(answer: Answer) -> trine_connector::Durable {
    async move { answer.await.map_err(|_| SinkError::Stopping)? }.boxed()
}
