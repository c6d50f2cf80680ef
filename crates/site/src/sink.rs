//! The site as connectors see it.

use crate::Site;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use trine_base::{Instant, Quality, Sample, SignalId, ThingId, Value};
use trine_connector::{Announced, Announcement, Durable, Sink, SinkError};
use trine_world::{FactKind, NewFact, Origin, Rejection, Relation, ThingDescription, World};

/// History counts sealed positions from 1, because 0 stands for nothing.
pub(crate) fn history_position(log_position: u64) -> u64 {
    log_position + 1
}

/// First position of the log that history has not sealed.
pub(crate) fn log_position(sealed_through: u64) -> u64 {
    sealed_through
}

impl Sink for Site {
    fn announce(
        &self,
        origin: Origin,
        announcement: Announcement,
    ) -> BoxFuture<'_, Result<Announced, SinkError>> {
        self.take_announcement(origin, announcement).boxed()
    }

    fn submit(&self, recorded: Instant, samples: Vec<Sample>) -> BoxFuture<'_, Result<Durable, SinkError>> {
        Self::submit(self, recorded, samples).boxed()
    }

    fn record(&self, facts: Vec<NewFact>) -> BoxFuture<'_, Result<Vec<Option<u64>>, SinkError>> {
        self.take_facts(facts).boxed()
    }
}

impl Site {
    async fn take_announcement(&self, origin: Origin, said: Announcement) -> Result<Announced, SinkError> {
        let Announcement { things, signals, relations, places } = said;
        let before = self.world();
        let mut announced = Announced::default();
        let thing_keys: Vec<_> = things.iter().map(|thing| thing.key.clone()).collect();
        let signal_keys: Vec<_> = signals.iter().map(|signal| signal.key.clone()).collect();
        let described = things
            .into_iter()
            .map(|said| FactKind::ThingDescribed { thing: ThingId(0), description: merged(&before, said) });
        let signalled = signals
            .into_iter()
            .map(|description| FactKind::SignalDescribed { signal: SignalId(0), description });
        self.record_all(&origin, described.chain(signalled).collect(), &mut announced.refused).await?;
        let world = self.world();
        let id = |key: &str| world.thing_by_key(key).map(|thing| thing.id);
        let placed = places
            .into_iter()
            .filter_map(|(key, place)| Some(FactKind::ThingPlaced { thing: id(&key)?, place: Some(place) }));
        let related = relations.into_iter().filter_map(|(kind, from, to)| {
            Some(FactKind::Related(Relation { kind, from: id(&from)?, to: id(&to)? }))
        });
        self.record_all(&origin, placed.chain(related).collect(), &mut announced.refused).await?;
        self.propose_places().await?;
        let world = self.world();
        announced.things =
            thing_keys.iter().map(|key| world.thing_by_key(key).map(|thing| thing.id)).collect();
        announced.signals =
            signal_keys.iter().map(|key| world.signal_by_key(key).map(|signal| signal.id)).collect();
        Ok(announced)
    }

    async fn record_all(
        &self,
        origin: &Origin,
        kinds: Vec<FactKind>,
        refused: &mut Vec<String>,
    ) -> Result<(), SinkError> {
        if kinds.is_empty() {
            return Ok(());
        }
        let facts = kinds.into_iter().map(|kind| NewFact::always(origin, kind)).collect();
        for outcome in self.propose(self.now(), facts).await? {
            match outcome {
                Ok(_) | Err(Rejection::NothingNew) => {}
                Err(rejection) => refused.push(rejection.to_string()),
            }
        }
        Ok(())
    }

    /// Things that stand nowhere get a proposed place, so that one can walk among them.
    async fn propose_places(&self) -> Result<(), SinkError> {
        if !self.inner.propose_places {
            return Ok(());
        }
        let places = trine_generate::propose_places(&self.world());
        let kinds =
            places.into_iter().map(|(thing, place)| FactKind::ThingPlaced { thing, place: Some(place) });
        self.record_all(&Origin::new("layouter"), kinds.collect(), &mut Vec::new()).await
    }

    async fn take_facts(&self, facts: Vec<NewFact>) -> Result<Vec<Option<u64>>, SinkError> {
        let gaps: Vec<(ThingId, Vec<SignalId>, Instant)> = facts
            .iter()
            .filter_map(|fact| match &fact.kind {
                FactKind::GapOpened { thing, signals, .. } => Some((*thing, signals.clone(), fact.at)),
                _ => None,
            })
            .collect();
        let outcome = self.propose(self.now(), facts).await?;
        for (thing, signals, at) in gaps {
            self.mark_silent(thing, signals, at).await?;
        }
        Ok(outcome.into_iter().map(Result::ok).collect())
    }

    /// From the start of a gap on nobody knows the values: that is a sample too, so that a look at any instant within
    /// the gap does not find the last value before it.
    async fn mark_silent(
        &self,
        thing: ThingId,
        signals: Vec<SignalId>,
        at: Instant,
    ) -> Result<(), SinkError> {
        let signals = if signals.is_empty() { self.signals_of_connection(thing) } else { signals };
        let quality = Quality::BAD_NO_COMMUNICATION;
        let known = signals.into_iter().filter(|signal| self.inner.live.get(*signal).is_some());
        let samples: Vec<Sample> =
            known.map(|signal| Sample { signal, source: at, quality, value: Value::Absent }).collect();
        self.submit(self.now(), samples).await?.await
    }
}

/// An announcement adds to what is known: it does not take a thing out of its place in the hierarchy, and it
/// does not erase lines of the nameplate.
fn merged(world: &World, said: ThingDescription) -> ThingDescription {
    let Some(known) = world.thing_by_key(&said.key) else { return said };
    let known = &known.description;
    let mut merged = said;
    merged.parent = merged.parent.or_else(|| known.parent.clone());
    for (name, value) in &known.nameplate {
        merged.nameplate.entry(name.clone()).or_insert_with(|| value.clone());
    }
    if matches!(&*merged.class, "controller" | "") {
        merged.class = known.class.clone();
    }
    merged
}
