//! The structure of a world as JSON, written straight from the world: a plant of 100,000 signals is some 25 MB.

use axum::body::Bytes;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use trine_base::{SignalId, ThingId};
use trine_world::{Level, Limits, Place, Relation, Role, Signal, Thing, ValueKind, World};

/// A thing on the wire.
#[derive(Serialize)]
pub struct ThingJson<'a> {
    id: ThingId,
    key: &'a str,
    name: &'a str,
    class: &'a str,
    level: Level,
    parent: Option<ThingId>,
    place: Option<Place>,
    nameplate: &'a BTreeMap<String, String>,
}

impl<'a> ThingJson<'a> {
    pub fn of(world: &World, thing: &'a Thing) -> Self {
        let description = &thing.description;
        let parent = description.parent.as_deref().and_then(|key| world.thing_by_key(key));
        Self {
            id: thing.id,
            key: &description.key,
            name: &description.name,
            class: &description.class,
            level: description.level,
            parent: parent.map(|parent| parent.id),
            place: thing.place,
            nameplate: &description.nameplate,
        }
    }
}

/// A signal on the wire; what is not known is left out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignalJson<'a> {
    id: SignalId,
    thing: ThingId,
    key: &'a str,
    name: &'a str,
    path: &'a [String],
    kind: ValueKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<[f64; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limits: Option<Limits>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
    #[serde(skip_serializing_if = "Option::is_none")]
    semantic_id: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    members: &'a [(i64, String)],
    #[serde(skip_serializing_if = "Option::is_none")]
    stale_after_ms: Option<u32>,
}

impl<'a> SignalJson<'a> {
    pub fn of(signal: &'a Signal) -> Self {
        let description = &signal.description;
        let unit = description.unit.as_ref();
        Self {
            id: signal.id,
            thing: signal.thing_id,
            key: &description.key,
            name: &description.name,
            path: &description.path,
            kind: description.kind,
            unit: unit.map(|unit| &*unit.text),
            unit_code: unit.map(|unit| &*unit.code),
            range: description.range,
            limits: description.limits,
            role: description.role,
            semantic_id: description.semantic_id.as_deref(),
            members: &description.members,
            stale_after_ms: description.stale_after_ms,
        }
    }
}

/// A sequence that is written while it is walked.
pub struct Each<F>(pub F);

impl<F, I> Serialize for Each<F>
where
    F: Fn() -> I,
    I: Iterator<Item: Serialize>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

#[derive(Serialize)]
struct Structure<T: Serialize, S: Serialize, R: Serialize> {
    things: T,
    signals: S,
    relations: R,
}

/// `{"things":…,"signals":…,"relations":…}`.
pub fn structure(world: &World) -> Bytes {
    let structure = Structure {
        things: Each(|| world.things().map(|thing| ThingJson::of(world, thing))),
        signals: Each(|| world.signals().map(SignalJson::of)),
        relations: Each(|| world.relations().map(|relation: &Relation| relation)),
    };
    serde_json::to_vec(&structure).unwrap_or_default().into()
}

/// The written structure of the present world, for all who ask for it until it changes.
#[derive(Default)]
pub struct StructureCache(Mutex<Option<(u64, Bytes)>>);

impl StructureCache {
    /// The structure of `world`, which is kept when it is that of the present one.
    pub fn get(&self, world: &World, present_revision: u64) -> Bytes {
        // A past world has fewer changes of structure behind it, so its revision is another.
        if world.revision() != present_revision {
            return structure(world);
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*kept {
            Some((revision, bytes)) if *revision == present_revision => bytes.clone(),
            _ => {
                let bytes = structure(world);
                *kept = Some((present_revision, bytes.clone()));
                bytes
            }
        }
    }
}
