//! How far production orders are: good pieces finished, counted where their material is made.
//!
//! A machine that counts a piece says, by its signal in the role `order`, for which order it worked until then.

use std::collections::BTreeMap;
use std::sync::Arc;
use trine_base::{Instant, SignalId, ThingId};
use trine_history::SignalFilter;
use trine_site::{FactFilter, SiteError, Track};
use trine_world::{FactKind, Process, Role, World};

/// Facts of one page.
const PAGE: usize = 20_000;
/// Changes of orders that are looked at for one machine.
const CHANGES_MAX: usize = 100_000;

/// Good pieces of each order that were finished in a stretch of time.
///
/// # Errors
/// When the past cannot be read.
pub fn finished(
    track: &Track,
    world: &World,
    from: Instant,
    to: Instant,
) -> Result<BTreeMap<Arc<str>, u32>, SiteError> {
    let mut done: BTreeMap<Arc<str>, u32> = BTreeMap::new();
    for (thing, signal) in makers(world) {
        let changes = track.range(&SignalFilter::one(signal), from, to, None, CHANGES_MAX)?.samples;
        for (at, count) in completions(track, thing, from, to)? {
            // At the instant of the count the machine may be at the next order already.
            let before = changes.partition_point(|held| held.source < at);
            let order = before.checked_sub(1).and_then(|index| changes[index].value.as_text());
            if let Some(order) = order.filter(|order| world.production().orders.contains_key(*order)) {
                *done.entry(order.into()).or_default() += count;
            }
        }
    }
    Ok(done)
}

/// Machines that make what orders ask for, each with the signal that names its order.
fn makers(world: &World) -> Vec<(ThingId, SignalId)> {
    let production = world.production();
    let is_asked_for =
        |material: &Arc<str>| production.orders.values().any(|order| order.material == *material);
    let makes = |process: &Process| match process {
        Process::Station(station) => station
            .segments
            .iter()
            .flat_map(|segment| &segment.gives)
            .any(|given| is_asked_for(&given.material)),
        Process::Store(_) => false,
    };
    let makers = production.processes.iter().filter(|(_, process)| makes(process));
    let order_of = |thing: ThingId| {
        let mut signals = world.signals_of(thing);
        signals.find(|signal| signal.description.role == Some(Role::Order)).map(|signal| (thing, signal.id))
    };
    makers.filter_map(|(thing, _)| order_of(*thing)).collect()
}

fn completions(
    track: &Track,
    thing: ThingId,
    from: Instant,
    to: Instant,
) -> Result<Vec<(Instant, u32)>, SiteError> {
    let kinds = Some(vec!["part.completed".to_owned()]);
    let filter = FactFilter { from: Some(from), to: Some(to), thing: Some(thing), kinds };
    let (mut counted, mut cursor) = (Vec::new(), None);
    loop {
        let page = track.facts(&filter, false, cursor, PAGE)?;
        counted.extend(page.facts.iter().filter_map(|fact| match fact.kind {
            FactKind::PartCompleted { count, good: true, .. } => Some((fact.at, count)),
            _ => None,
        }));
        cursor = page.cursor;
        if cursor.is_none() {
            return Ok(counted);
        }
    }
}
