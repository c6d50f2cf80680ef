//! What lies behind a port: the site, or a recorder in tests.

use futures_util::future::BoxFuture;
use trine_base::{Instant, Sample, SignalId, ThingId};
use trine_world::{NewFact, Origin, Place, RelationKind, SignalDescription, ThingDescription};

/// What a source says of itself. Later entries may refer to the keys of earlier ones.
#[derive(Clone, Debug, Default)]
pub struct Announcement {
    /// Things, parents before their parts.
    pub things: Vec<ThingDescription>,
    /// Signals of these or of already known things.
    pub signals: Vec<SignalDescription>,
    /// Relations between things by key.
    pub relations: Vec<(RelationKind, String, String)>,
    /// Where things stand, where the source says so.
    pub places: Vec<(String, Place)>,
}

/// The ids that the world gave, in the order of the announcement. An entry that the world refused is `None`.
#[derive(Clone, Debug, Default)]
pub struct Announced {
    /// Ids of the things.
    pub things: Vec<Option<ThingId>>,
    /// Ids of the signals.
    pub signals: Vec<Option<SignalId>>,
    /// What was refused, and why, in words for the operator.
    pub refused: Vec<String>,
}

/// Why the site does not take what it is given.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SinkError {
    /// The disk is full; try again later, nothing is lost that was acknowledged.
    #[error("the disk of the data folder is full; make room and recording goes on by itself")]
    DiskFull,
    /// The site is stopping.
    #[error("the site is stopping")]
    Stopping,
    /// Something else is wrong with storage.
    #[error("recording failed: {0}")]
    Storage(String),
}

/// Takes what connectors bring. All futures may take as long as the disk does: that is the back-pressure.
pub trait Sink: Send + Sync + 'static {
    /// Makes the announced things and signals part of the world; durable when it resolves.
    /// Announcing what is already known changes nothing and gives the same ids.
    fn announce(
        &self,
        origin: Origin,
        announcement: Announcement,
    ) -> BoxFuture<'_, Result<Announced, SinkError>>;

    /// Queues samples in order. Resolves when there is room for more; the inner future resolves when they are durable.
    fn submit(&self, recorded: Instant, samples: Vec<Sample>) -> BoxFuture<'_, Result<Durable, SinkError>>;

    /// Records facts; durable when it resolves. Gives the number of each, `None` where the world refused it.
    fn record(&self, facts: Vec<NewFact>) -> BoxFuture<'_, Result<Vec<Option<u64>>, SinkError>>;
}

/// Resolves when what was submitted is durable.
pub type Durable = BoxFuture<'static, Result<(), SinkError>>;
