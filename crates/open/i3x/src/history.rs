//! The past: what objects were over a stretch of time.
//!
//! Spec: i3X 1.0, "Query Methods", `POST /objects/history`.

use crate::answer::{Bulk, Refusal};
use crate::depth::{Budget, below};
use crate::objects::unknown;
use crate::request::{Body, few};
use crate::service::Service;
use crate::space::{Object, Space};
use crate::values::vqt;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use trine_base::{Held, Instant, SignalId};
use trine_history::SignalFilter;

/// Values in one answer at most.
const VALUES_MAX: usize = 100_000;
/// Signals in one answer at most.
const SIGNALS_MAX: usize = 5_000;

/// Body of [`past`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Wanted {
    #[serde(default)]
    element_ids: Vec<String>,
    start_time: String,
    end_time: String,
    max_depth: Option<u32>,
}

/// `POST /objects/history`.
pub(crate) async fn past(
    State(service): State<Arc<Service>>,
    Body(wanted): Body<Wanted>,
) -> Result<Bulk, Refusal> {
    few(&wanted.element_ids)?;
    let (from, to) = (instant("startTime", &wanted.start_time)?, instant("endTime", &wanted.end_time)?);
    if from > to {
        return Err(Refusal::invalid(format!("startTime ({from}) is after endTime ({to})")));
    }
    let _turn = service.readers.acquire().await.map_err(|_| Refusal::internal())?;
    let site = service.site.clone();
    let read = tokio::task::spawn_blocking(move || {
        let space = Space::new(site.world());
        let mut budget = Budget::of(SIGNALS_MAX);
        let levels = below(wanted.max_depth);
        let mut signals = BTreeSet::new();
        for object in wanted.element_ids.iter().filter_map(|id| space.object(id)) {
            collect(&space, object, levels, &mut budget, &mut signals);
        }
        let filter = SignalFilter::Set(signals.iter().copied().collect());
        // Both ends belong to the stretch.
        let range = site.live_track().range(&filter, from, to.plus_ns(1), None, VALUES_MAX);
        let range = range.map_err(|error| {
            tracing::error!("the past cannot be read for i3X: {error}");
            Refusal::internal()
        })?;
        let told = Told::new(&space, &range.samples, signals);
        let mut bulk = Bulk::of_elements();
        for id in &wanted.element_ids {
            let found = space.object(id).ok_or_else(|| unknown(id));
            bulk.push(id, found.map(|object| told.of(object, levels)));
        }
        if range.truncated {
            bulk.missing(format!("One answer holds {VALUES_MAX} values; ask for a shorter stretch"));
        } else if budget.is_short() {
            bulk.missing(format!("One answer holds {SIGNALS_MAX} signals; ask for the others by their ids"));
        }
        Ok(bulk)
    });
    read.await.map_err(|_| Refusal::internal())?
}

fn instant(name: &str, text: &str) -> Result<Instant, Refusal> {
    text.parse().map_err(|error| Refusal::invalid(format!("{name}: {error}")))
}

/// The signals of an object down to a level.
fn collect(
    space: &Space,
    object: Object<'_>,
    levels: usize,
    budget: &mut Budget,
    into: &mut BTreeSet<SignalId>,
) {
    if let Object::Signal(signal) = object
        && !into.contains(&signal.id)
        && budget.take()
    {
        into.insert(signal.id);
    }
    if levels > 0 {
        space.components(object).into_iter().for_each(|part| collect(space, part, levels - 1, budget, into));
    }
}

/// The samples of a stretch by signal.
struct Told<'a> {
    space: &'a Space,
    read: BTreeSet<SignalId>,
    samples: BTreeMap<SignalId, Vec<&'a Held>>,
}

impl<'a> Told<'a> {
    fn new(space: &'a Space, samples: &'a [Held], read: BTreeSet<SignalId>) -> Self {
        let mut by_signal: BTreeMap<SignalId, Vec<&Held>> = BTreeMap::new();
        samples.iter().for_each(|held| by_signal.entry(held.signal).or_default().push(held));
        Self { space, read, samples: by_signal }
    }

    /// In the order of time. A thing's nameplate has no history here.
    fn of(&self, object: Object<'_>, levels: usize) -> Value {
        let components = self.space.components(object);
        let values: Vec<Value> = match object {
            Object::Signal(signal) => {
                let samples = self.samples.get(&signal.id).into_iter().flatten();
                samples.map(|held| vqt(signal, Some(held), held.source)).collect()
            }
            Object::Site | Object::Thing(_) => Vec::new(),
        };
        let mut told = json!({ "isComposition": !components.is_empty(), "values": values });
        if levels > 0 && !components.is_empty() {
            let read = components.into_iter().filter(|part| match part {
                Object::Signal(signal) => self.read.contains(&signal.id),
                Object::Site | Object::Thing(_) => true,
            });
            let parts: Map<String, Value> =
                read.map(|part| (self.space.id(part), self.of(part, levels - 1))).collect();
            told["components"] = Value::Object(parts);
        }
        told
    }
}
