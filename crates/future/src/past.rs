//! What the model is made from: the facts of the last hours, how everything stands, and a little of what was measured.

use std::collections::BTreeMap;
use trine_base::{Held, Instant, SignalId, Value};
use trine_forecast::Past;
use trine_history::SignalFilter;
use trine_site::{FactFilter, SiteError, Track};
use trine_world::{Fact, Role, Signal, World};

/// How far back facts are looked at.
const FACTS_NS: i64 = 24 * 3_600_000_000_000;
/// How far back power and vehicles are looked at.
const SERIES_NS: i64 = 3_600_000_000_000;
/// Facts of one page.
const PAGE: usize = 20_000;
/// Facts that a model is made from at most; the newest count.
const FACTS_MAX: usize = 2_000_000;
/// Samples that a model is made from at most.
const SAMPLES_MAX: usize = 1_000_000;

/// A stretch of a branch, read.
pub struct Stretch {
    world: World,
    from: Instant,
    to: Instant,
    facts: Vec<Fact>,
    values: Vec<Held>,
    series: Vec<Held>,
}

impl Stretch {
    /// The last day, or as much as there is, before an instant.
    ///
    /// # Errors
    /// When the past cannot be read.
    pub fn before(track: &Track, at: Instant) -> Result<Self, SiteError> {
        Self::between(track, Self::begins(track, at), at)
    }

    /// Where that stretch begins.
    #[must_use]
    pub fn begins(track: &Track, at: Instant) -> Instant {
        let earliest = track.extent().map_or(at, |(earliest, _)| earliest);
        at.plus_ns(-FACTS_NS).max(earliest)
    }

    /// What happened between two instants, and how everything stood at the second.
    ///
    /// # Errors
    /// When the past cannot be read.
    pub fn between(track: &Track, from: Instant, to: Instant) -> Result<Self, SiteError> {
        let world = track.world_at(to)?;
        let filter = FactFilter { from: Some(from), to: Some(to), ..FactFilter::default() };
        let (mut facts, mut cursor) = (Vec::new(), None);
        loop {
            let page = track.facts(&filter, false, cursor, PAGE)?;
            facts.extend(page.facts);
            cursor = page.cursor;
            if cursor.is_none() || facts.len() >= FACTS_MAX {
                break;
            }
        }
        let is_measured = |role: Option<Role>| {
            matches!(
                role,
                Some(Role::Power | Role::PoseX | Role::PoseY | Role::SpindleSpeed | Role::BeltSpeed)
            )
        };
        let measured = world.signals().filter(|signal| is_measured(signal.description.role));
        let wanted = SignalFilter::Set(measured.map(|signal| signal.id).collect());
        let since = from.max(to.plus_ns(-SERIES_NS));
        let series = track.range(&wanted, since, to, None, SAMPLES_MAX)?.samples;
        let mut values = track.at(&SignalFilter::All, to, None)?;
        values.extend(lasting(track, &world, &values)?);
        Ok(Self { world, from, to, facts, values, series })
    }

    /// The plant at its end.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }

    /// As the model wants it.
    #[must_use]
    pub fn past(&self) -> Past<'_> {
        let values: BTreeMap<SignalId, Value> =
            self.values.iter().map(|held| (held.signal, held.value.clone())).collect();
        let mut series: BTreeMap<SignalId, Vec<(Instant, f64)>> = BTreeMap::new();
        for held in &self.series {
            if let Some(number) = held.value.as_f64().filter(|_| !held.quality.is_bad()) {
                series.entry(held.signal).or_default().push((held.source, number));
            }
        }
        Past { values, series, ..Past::new(&self.world, self.from, self.to, &self.facts) }
    }
}

/// How much fits into a store does not change; where nobody had said it by then, what was said later holds.
fn lasting(track: &Track, world: &World, known: &[Held]) -> Result<Vec<Held>, SiteError> {
    let is_missing = |signal: &&Signal| {
        signal.description.role == Some(Role::Capacity) && !known.iter().any(|held| held.signal == signal.id)
    };
    let missing = SignalFilter::Set(world.signals().filter(is_missing).map(|signal| signal.id).collect());
    track.at(&missing, track.end(), None)
}
