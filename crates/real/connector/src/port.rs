//! One connection's way into the site.

use crate::health::{self, ConnectionState, Health};
use crate::sink::{Announced, Announcement, Durable, Sink, SinkError};
use crate::{Clock, ConnectionDescription};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use trine_base::{Instant, Quality, Sample, SignalId, ThingId};
use trine_world::{FactKind, Level, NewFact, Origin, ThingDescription};

/// A source's clock may be this far ahead of ours before its time stamps are no longer believed: 5 min.
const AHEAD_NS: i64 = 300_000_000_000;

/// Resolves when what was delivered is durable; acknowledge the source then.
pub type Delivery = Durable;

/// What a connector is given: announce, deliver, and tell how it goes.
#[derive(Clone)]
pub struct Port {
    inner: Arc<Inner>,
}

struct Inner {
    sink: Arc<dyn Sink>,
    clock: Arc<dyn Clock>,
    origin: Origin,
    key: String,
    thing: ThingId,
    signals: Vec<Option<SignalId>>,
    book: Mutex<Book>,
}

#[derive(Default)]
struct Book {
    health: Health,
    written: Option<Health>,
    gap: Option<u64>,
}

impl Port {
    /// Makes the connection a thing of the world and opens its port.
    ///
    /// # Errors
    /// When the site cannot record.
    pub async fn open(
        sink: Arc<dyn Sink>,
        clock: Arc<dyn Clock>,
        connection: &ConnectionDescription,
    ) -> Result<Self, SinkError> {
        let origin = Origin::new(&format!("connection/{}", connection.name));
        let key = connection.key();
        let thing = ThingDescription::new(&key, &connection.name, "connection", Level::Connection)
            .with_plate("Technology", &connection.technology)
            .with_plate("Endpoint", &connection.endpoint);
        let announcement = Announcement {
            things: vec![thing],
            signals: health::descriptions(&key),
            ..Announcement::default()
        };
        let announced = sink.announce(origin.clone(), announcement).await?;
        let refused =
            || SinkError::Storage(format!("the site refused the connection: {:?}", announced.refused));
        let thing = announced.things.first().copied().flatten().ok_or_else(refused)?;
        let signals = announced.signals;
        let book = Mutex::default();
        Ok(Self { inner: Arc::new(Inner { sink, clock, origin, key, thing, signals, book }) })
    }

    /// Key of the connection's thing; the keys of the signals that come by it start with it and a `/`.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.inner.key
    }

    /// The connection's thing.
    #[must_use]
    pub fn thing(&self) -> ThingId {
        self.inner.thing
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.inner.clock.now()
    }

    /// Tells the site what is there. Announce again whenever the source describes itself anew.
    ///
    /// # Errors
    /// When the site cannot record.
    pub async fn announce(&self, announcement: Announcement) -> Result<Announced, SinkError> {
        self.inner.sink.announce(self.inner.origin.clone(), announcement).await
    }

    /// Hands over samples, in order per signal. Waits while the site is busy; what it gives back resolves when
    /// they are durable.
    ///
    /// # Errors
    /// When the site cannot record; nothing of the batch is then acknowledged.
    pub async fn deliver(&self, samples: Vec<Sample>) -> Result<Delivery, SinkError> {
        let now = self.now();
        let samples: Vec<Sample> = samples.into_iter().map(|sample| believable(sample, now)).collect();
        {
            let mut book = self.book();
            book.health.received += samples.len() as u64;
            if let Some(newest) = samples.last() {
                book.health.lag_s = (now.seconds_since(newest.source) * 1000.0).round() / 1000.0;
            }
        }
        self.inner.sink.submit(now, samples).await
    }

    /// Data comes: closes the gap, if one is open.
    ///
    /// # Errors
    /// When the site cannot record.
    pub async fn connected(&self) -> Result<(), SinkError> {
        self.change(ConnectionState::Connected, "").await?;
        let gap = self.book().gap.take();
        if let Some(gap) = gap {
            self.record(FactKind::GapClosed { thing: self.inner.thing, gap }).await?;
        }
        Ok(())
    }

    /// The source has fallen silent or is gone: opens a gap with its cause, if none is open.
    ///
    /// # Errors
    /// When the site cannot record.
    pub async fn lost(&self, state: ConnectionState, cause: &str) -> Result<(), SinkError> {
        self.change(state, cause).await?;
        if self.book().gap.is_none() {
            let cause = cause.to_owned();
            let opened = FactKind::GapOpened { thing: self.inner.thing, signals: Vec::new(), cause };
            let number = self.record(opened).await?;
            self.book().gap = number;
        }
        Ok(())
    }

    /// A part of the source has fallen silent: opens a gap for its signals and gives its number.
    ///
    /// # Errors
    /// When the site cannot record.
    pub async fn silent(&self, signals: Vec<SignalId>, cause: &str) -> Result<Option<u64>, SinkError> {
        self.record(FactKind::GapOpened { thing: self.inner.thing, signals, cause: cause.to_owned() }).await
    }

    /// That part speaks again.
    ///
    /// # Errors
    /// When the site cannot record.
    pub async fn speaks(&self, gap: u64) -> Result<(), SinkError> {
        self.record(FactKind::GapClosed { thing: self.inner.thing, gap }).await.map(|_| ())
    }

    /// Records a change of the connection's state; the same state and error again change nothing.
    ///
    /// # Errors
    /// When the site cannot record.
    pub async fn change(&self, state: ConnectionState, error: &str) -> Result<(), SinkError> {
        {
            let mut book = self.book();
            if book.written.is_some()
                && book.health.state == state
                && (error.is_empty() || book.health.error == error)
            {
                return Ok(());
            }
            book.health.state = state;
            if !error.is_empty() {
                book.health.error = error.to_owned();
            }
        }
        self.write_health().await?;
        let (thing, state, error) = (self.inner.thing, state.as_str().to_owned(), error.to_owned());
        self.record(FactKind::ConnectionChanged { thing, state, error }).await.map(|_| ())
    }

    /// Counts messages that are known to be lost (sequence gaps, queue overflows).
    pub fn count_lost(&self, messages: u64) {
        self.book().health.lost += messages;
    }

    /// Counts a session that had to be built again.
    pub fn count_reconnect(&self) {
        self.book().health.reconnects += 1;
    }

    /// Notes an error that does not end the session: a malformed payload, an unknown alias.
    pub fn note_error(&self, error: &str) {
        self.book().health.error = error.chars().take(500).collect();
    }

    /// Samples received so far.
    #[must_use]
    pub fn received(&self) -> u64 {
        self.book().health.received
    }

    /// Writes what changed of the health since the last time.
    ///
    /// # Errors
    /// When the site cannot record.
    pub async fn write_health(&self) -> Result<(), SinkError> {
        let now = self.now();
        let samples = {
            let mut book = self.book();
            let samples = book.health.changes(book.written.as_ref(), &self.inner.signals, now);
            book.written = Some(book.health.clone());
            samples
        };
        if samples.is_empty() {
            return Ok(());
        }
        // Health need not wait for the disk: the next report carries the same counts.
        self.inner.sink.submit(now, samples).await.map(drop)
    }

    async fn record(&self, kind: FactKind) -> Result<Option<u64>, SinkError> {
        let fact = NewFact { at: self.now(), origin: self.inner.origin.clone(), kind };
        Ok(self.inner.sink.record(vec![fact]).await?.into_iter().next().flatten())
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.inner.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A time stamp before 1970 or far ahead of our clock is not believed: the time of recording stands in for it,
/// and the quality says so. Without this one wild clock would hide every later value of its signal.
fn believable(sample: Sample, now: Instant) -> Sample {
    let mut sample = sample.sound();
    if sample.source < Instant::EPOCH || sample.source.since(now) > AHEAD_NS {
        sample.source = now;
        if sample.quality.is_good() {
            sample.quality = Quality::UNCERTAIN_TIME;
        }
    }
    sample
}
