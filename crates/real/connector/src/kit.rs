//! The conformance kit: a sink that remembers, and the cases that every connector passes.
//!
//! A connector's tests implement [`Rig`] for a source of their own and say `conformance!(rig)`.

pub mod cases;
mod rig;

pub use rig::{Rig, RigFault, Supervised};

use crate::sink::{Announced, Announcement, Durable, Sink, SinkError};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use trine_base::{Instant, Sample, Value};
use trine_world::{Fact, FactKind, NewFact, Origin, Relation, World};

/// A site in memory that keeps all it is given, and whose disk can be held still or filled.
#[derive(Clone)]
pub struct MemorySink {
    book: Arc<Mutex<Book>>,
    disk_holds: Arc<watch::Sender<bool>>,
}

#[derive(Default)]
struct Book {
    world: World,
    facts: Vec<Fact>,
    samples: Vec<(Instant, Sample)>,
    disk_full: bool,
    refusals: u64,
}

impl Default for MemorySink {
    fn default() -> Self {
        Self { book: Arc::default(), disk_holds: Arc::new(watch::Sender::new(false)) }
    }
}

impl MemorySink {
    /// While held, nothing becomes durable.
    pub fn hold_disk(&self, hold: bool) {
        self.disk_holds.send_replace(hold);
    }

    /// While full, what is submitted is refused and forgotten.
    pub fn fill_disk(&self, full: bool) {
        self.lock().disk_full = full;
    }

    /// How many submissions a full disk has refused.
    #[must_use]
    pub fn refusals(&self) -> u64 {
        self.lock().refusals
    }

    /// The world as announced so far.
    #[must_use]
    pub fn world(&self) -> World {
        self.lock().world.clone()
    }

    /// The facts recorded so far.
    #[must_use]
    pub fn facts(&self) -> Vec<Fact> {
        self.lock().facts.clone()
    }

    /// All samples of the signal whose key ends with `suffix`, in the order of their arrival.
    #[must_use]
    pub fn samples(&self, suffix: &str) -> Vec<Sample> {
        let book = self.lock();
        let matches = |sample: &Sample| {
            book.world.signal(sample.signal).is_some_and(|signal| signal.description.key.ends_with(suffix))
        };
        book.samples.iter().map(|(_, sample)| sample).filter(|sample| matches(sample)).cloned().collect()
    }

    /// The newest value of that signal.
    #[must_use]
    pub fn value(&self, suffix: &str) -> Option<Value> {
        self.samples(suffix).pop().map(|sample| sample.value)
    }

    /// How many samples arrived, health included.
    #[must_use]
    pub fn count(&self) -> usize {
        self.lock().samples.len()
    }

    /// Waits until `test` holds of this sink, 20 s at most.
    ///
    /// # Panics
    /// When it does not come true in time.
    pub async fn until(&self, what: &str, mut test: impl FnMut(&Self) -> bool) {
        for _ in 0..2000 {
            if test(self) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("did not come true in 20 s: {what}");
    }

    fn lock(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    fn take(&mut self, origin: &Origin, kind: FactKind, refused: &mut Vec<String>) -> Option<u64> {
        match self.world.admit(NewFact::always(origin, kind), Instant::EPOCH) {
            Ok(fact) => {
                self.world.apply(&fact);
                self.facts.push(fact);
                Some(self.world.last_fact())
            }
            Err(trine_world::Rejection::NothingNew) => None,
            Err(rejection) => {
                refused.push(rejection.to_string());
                None
            }
        }
    }
}

impl Sink for MemorySink {
    fn announce(
        &self,
        origin: Origin,
        announcement: Announcement,
    ) -> BoxFuture<'_, Result<Announced, SinkError>> {
        let mut book = self.lock();
        let mut announced = Announced::default();
        for description in announcement.things {
            let key = description.key.clone();
            let kind = FactKind::ThingDescribed { thing: trine_base::ThingId(0), description };
            book.take(&origin, kind, &mut announced.refused);
            announced.things.push(book.world.thing_by_key(&key).map(|thing| thing.id));
        }
        for description in announcement.signals {
            let key = description.key.clone();
            let kind = FactKind::SignalDescribed { signal: trine_base::SignalId(0), description };
            book.take(&origin, kind, &mut announced.refused);
            announced.signals.push(book.world.signal_by_key(&key).map(|signal| signal.id));
        }
        for (kind, from, to) in announcement.relations {
            let ends =
                (book.world.thing_by_key(&from).map(|t| t.id), book.world.thing_by_key(&to).map(|t| t.id));
            if let (Some(from), Some(to)) = ends {
                book.take(&origin, FactKind::Related(Relation { kind, from, to }), &mut announced.refused);
            }
        }
        for (key, place) in announcement.places {
            if let Some(thing) = book.world.thing_by_key(&key).map(|thing| thing.id) {
                book.take(
                    &origin,
                    FactKind::ThingPlaced { thing, place: Some(place) },
                    &mut announced.refused,
                );
            }
        }
        std::future::ready(Ok(announced)).boxed()
    }

    fn submit(&self, recorded: Instant, samples: Vec<Sample>) -> BoxFuture<'_, Result<Durable, SinkError>> {
        {
            let mut book = self.lock();
            if book.disk_full {
                book.refusals += 1;
                // It is taken in and fails later, as a disk does: only the durable future tells.
                let durable: Durable = std::future::ready(Err(SinkError::DiskFull)).boxed();
                return std::future::ready(Ok(durable)).boxed();
            }
            book.samples.extend(samples.into_iter().map(|sample| (recorded, sample)));
        }
        let mut holds = self.disk_holds.subscribe();
        let durable: Durable =
            async move { holds.wait_for(|hold| !hold).await.map(|_| ()).map_err(|_| SinkError::Stopping) }
                .boxed();
        std::future::ready(Ok(durable)).boxed()
    }

    fn record(&self, facts: Vec<NewFact>) -> BoxFuture<'_, Result<Vec<Option<u64>>, SinkError>> {
        let mut book = self.lock();
        let numbers =
            facts.into_iter().map(|fact| book.take(&fact.origin, fact.kind, &mut Vec::new())).collect();
        std::future::ready(Ok(numbers)).boxed()
    }
}
