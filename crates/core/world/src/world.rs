//! The world: the fold over its facts.

use crate::{
    Alarm, AlarmId, Fact, FactKind, NewFact, Place, Relation, Signal, SignalDescription, Thing,
    ThingDescription,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use trine_base::{Instant, SignalId, ThingId};

/// Longest key or name that is taken, bytes.
const TEXT_LIMIT: usize = 1024;

/// Why a proposed fact does not fit the world.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Rejection {
    /// There is no such thing.
    #[error("there is no thing {0}")]
    NoSuchThing(ThingId),
    /// There is no such signal.
    #[error("there is no signal {0}")]
    NoSuchSignal(SignalId),
    /// No thing has this key.
    #[error("no thing has the key `{0}`; describe the thing before what belongs to it")]
    NoSuchKey(Arc<str>),
    /// No open alarm has this number.
    #[error("there is no open alarm {0}")]
    NoSuchAlarm(AlarmId),
    /// The thing would be part of itself.
    #[error("`{0}` would be part of itself")]
    Loop(Arc<str>),
    /// A key or a name is empty or far too long.
    #[error("the {what} is empty or longer than {TEXT_LIMIT} bytes: `{start}`")]
    Text {
        /// Which text.
        what: &'static str,
        /// How it starts.
        start: String,
    },
    /// A place has a coordinate that is no number, or a size that is not positive.
    #[error("the place of thing {0} has a coordinate that is not finite or a size that is not positive")]
    Place(ThingId),
    /// Nothing would change.
    #[error("the fact says nothing new")]
    NothingNew,
}

/// Everything that is there at an instant of a branch. Cloning costs a few pointers.
#[derive(Clone, Debug, Default)]
pub struct World {
    structure: Arc<Structure>,
    alarms: Arc<BTreeMap<AlarmId, Alarm>>,
    gaps: Arc<BTreeMap<u64, Gap>>,
    last_fact: u64,
}

/// A stretch without data that is still open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    /// The connection.
    pub thing: ThingId,
    /// Since when.
    pub since: Instant,
    /// Why.
    pub cause: String,
}

#[derive(Clone, Debug, Default)]
struct Structure {
    revision: u64,
    name: String,
    zone: String,
    things: Vec<Option<Thing>>,
    signals: Vec<Option<Signal>>,
    relations: BTreeSet<Relation>,
    thing_by_key: HashMap<Arc<str>, ThingId>,
    signal_by_key: HashMap<Arc<str>, SignalId>,
    signals_of: Vec<Vec<SignalId>>,
}

/// A world written down; `World::restore` reads it.
#[derive(Serialize, Deserialize)]
struct Snapshot {
    version: u32,
    last_fact: u64,
    revision: u64,
    name: String,
    zone: String,
    things: Vec<Option<Thing>>,
    signals: Vec<Option<Signal>>,
    relations: BTreeSet<Relation>,
    alarms: BTreeMap<AlarmId, Alarm>,
    gaps: BTreeMap<u64, Gap>,
}

impl World {
    /// An empty world.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of the newest fact in it.
    #[must_use]
    pub fn last_fact(&self) -> u64 {
        self.last_fact
    }

    /// Rises whenever things, signals or relations change.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.structure.revision
    }

    /// The site's name; empty until it is named.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.structure.name
    }

    /// The site's time zone (IANA); empty until it is named.
    #[must_use]
    pub fn zone(&self) -> &str {
        &self.structure.zone
    }

    /// The thing with this id.
    #[must_use]
    pub fn thing(&self, id: ThingId) -> Option<&Thing> {
        self.structure.things.get(id.index())?.as_ref()
    }

    /// The thing with this key.
    #[must_use]
    pub fn thing_by_key(&self, key: &str) -> Option<&Thing> {
        self.thing(*self.structure.thing_by_key.get(key)?)
    }

    /// All things by id.
    pub fn things(&self) -> impl Iterator<Item = &Thing> {
        self.structure.things.iter().flatten()
    }

    /// The signal with this id.
    #[must_use]
    pub fn signal(&self, id: SignalId) -> Option<&Signal> {
        self.structure.signals.get(id.index())?.as_ref()
    }

    /// The signal with this key.
    #[must_use]
    pub fn signal_by_key(&self, key: &str) -> Option<&Signal> {
        self.signal(*self.structure.signal_by_key.get(key)?)
    }

    /// All signals by id.
    pub fn signals(&self) -> impl Iterator<Item = &Signal> {
        self.structure.signals.iter().flatten()
    }

    /// One more than the largest signal id ever given.
    #[must_use]
    pub fn signal_bound(&self) -> usize {
        self.structure.signals.len()
    }

    /// The signals of a thing, in the order in which they were first described.
    pub fn signals_of(&self, thing: ThingId) -> impl Iterator<Item = &Signal> {
        let ids = self.structure.signals_of.get(thing.index()).map_or(&[][..], Vec::as_slice);
        ids.iter().filter_map(|id| self.signal(*id))
    }

    /// All relations.
    pub fn relations(&self) -> impl Iterator<Item = &Relation> {
        self.structure.relations.iter()
    }

    /// The open alarms by number.
    pub fn alarms(&self) -> impl Iterator<Item = &Alarm> {
        self.alarms.values()
    }

    /// The open alarm that a signal reported under a code.
    #[must_use]
    pub fn open_alarm(&self, signal: SignalId, code: &str) -> Option<&Alarm> {
        self.alarms.values().find(|alarm| alarm.signal == signal && alarm.code == code)
    }

    /// The open gaps by number of the fact that opened them.
    pub fn gaps(&self) -> impl Iterator<Item = (u64, &Gap)> {
        self.gaps.iter().map(|(number, gap)| (*number, gap))
    }

    /// Checks a proposal and makes it the next fact, with ids where it left them open.
    ///
    /// # Errors
    /// When the fact does not fit this world, or would change nothing of its structure.
    pub fn admit(&self, proposal: NewFact, recorded: Instant) -> Result<Fact, Rejection> {
        let NewFact { at, origin, kind } = proposal;
        let kind = self.complete(kind)?;
        Ok(Fact { number: self.last_fact + 1, at, recorded, origin, kind })
    }

    fn complete(&self, kind: FactKind) -> Result<FactKind, Rejection> {
        match &kind {
            FactKind::ThingDescribed { description, .. } => return self.complete_thing(description.clone()),
            FactKind::SignalDescribed { description, .. } => {
                return self.complete_signal(description.clone());
            }
            FactKind::ThingPlaced { thing, place } => self.check_place(*thing, place.as_ref())?,
            FactKind::Related(relation) => self.check_relation(relation)?,
            FactKind::Unrelated(relation) => {
                if !self.structure.relations.contains(relation) {
                    return Err(Rejection::NothingNew);
                }
            }
            FactKind::AlarmRaised { thing, signal, code, .. } => {
                self.thing(*thing).ok_or(Rejection::NoSuchThing(*thing))?;
                self.signal(*signal).ok_or(Rejection::NoSuchSignal(*signal))?;
                if self.open_alarm(*signal, code).is_some() {
                    return Err(Rejection::NothingNew);
                }
            }
            FactKind::AlarmCleared { thing, signal, code, alarm: 0 } => {
                let alarm = self.open_alarm(*signal, code).ok_or(Rejection::NothingNew)?.id;
                return Ok(FactKind::AlarmCleared {
                    thing: *thing,
                    signal: *signal,
                    code: code.clone(),
                    alarm,
                });
            }
            FactKind::AlarmCleared { alarm, .. } | FactKind::AlarmAcknowledged { alarm, .. } => {
                self.alarms.get(alarm).ok_or(Rejection::NoSuchAlarm(*alarm))?;
            }
            FactKind::GapClosed { gap, .. } if !self.gaps.contains_key(gap) => {
                return Err(Rejection::NothingNew);
            }
            other => {
                if let Some(thing) = other.subject() {
                    self.thing(thing).ok_or(Rejection::NoSuchThing(thing))?;
                }
            }
        }
        Ok(kind)
    }

    fn complete_thing(&self, description: ThingDescription) -> Result<FactKind, Rejection> {
        check_text("key", &description.key)?;
        check_text("name", &description.name)?;
        if let Some(parent) = &description.parent {
            self.check_parent(&description.key, parent)?;
        }
        let thing = match self.thing_by_key(&description.key) {
            Some(known) if known.description == description => return Err(Rejection::NothingNew),
            Some(known) => known.id,
            None => next_id(self.structure.things.len(), ThingId),
        };
        Ok(FactKind::ThingDescribed { thing, description })
    }

    fn complete_signal(&self, description: SignalDescription) -> Result<FactKind, Rejection> {
        check_text("key", &description.key)?;
        check_text("name", &description.name)?;
        if self.thing_by_key(&description.thing).is_none() {
            return Err(Rejection::NoSuchKey(description.thing));
        }
        let signal = match self.signal_by_key(&description.key) {
            Some(known) if known.description == description => return Err(Rejection::NothingNew),
            Some(known) => known.id,
            None => next_id(self.structure.signals.len(), SignalId),
        };
        Ok(FactKind::SignalDescribed { signal, description })
    }

    fn check_parent(&self, key: &Arc<str>, parent: &Arc<str>) -> Result<(), Rejection> {
        let mut above = Some(self.thing_by_key(parent).ok_or_else(|| Rejection::NoSuchKey(parent.clone()))?);
        while let Some(thing) = above {
            if thing.description.key == *key {
                return Err(Rejection::Loop(key.clone()));
            }
            above = thing.description.parent.as_deref().and_then(|key| self.thing_by_key(key));
        }
        Ok(())
    }

    fn check_place(&self, thing: ThingId, place: Option<&Place>) -> Result<(), Rejection> {
        let known = self.thing(thing).ok_or(Rejection::NoSuchThing(thing))?;
        if known.place.as_ref() == place {
            return Err(Rejection::NothingNew);
        }
        let Some(place) = place else { return Ok(()) };
        let finite = place.position.iter().chain(&place.size).chain([&place.yaw_deg]).all(|x| x.is_finite());
        if finite && place.size.iter().all(|extent| *extent > 0.0) {
            Ok(())
        } else {
            Err(Rejection::Place(thing))
        }
    }

    fn check_relation(&self, relation: &Relation) -> Result<(), Rejection> {
        for thing in [relation.from, relation.to] {
            self.thing(thing).ok_or(Rejection::NoSuchThing(thing))?;
        }
        if self.structure.relations.contains(relation) { Err(Rejection::NothingNew) } else { Ok(()) }
    }

    /// Takes in the next fact. The fact was admitted, by this world or by the same world at an earlier run.
    pub fn apply(&mut self, fact: &Fact) {
        self.last_fact = fact.number;
        if fact.kind.is_structure() {
            let structure = Arc::make_mut(&mut self.structure);
            structure.revision += 1;
            structure.apply(&fact.kind);
        }
        match &fact.kind {
            FactKind::AlarmRaised { thing, signal, code, priority, message } => {
                let alarm = Alarm {
                    id: fact.number,
                    thing: *thing,
                    signal: *signal,
                    code: code.clone(),
                    priority: *priority,
                    message: message.clone(),
                    raised: fact.at,
                    acknowledged: None,
                };
                Arc::make_mut(&mut self.alarms).insert(fact.number, alarm);
            }
            FactKind::AlarmCleared { alarm, .. } => {
                Arc::make_mut(&mut self.alarms).remove(alarm);
            }
            FactKind::AlarmAcknowledged { alarm, .. } => {
                if let Some(alarm) = Arc::make_mut(&mut self.alarms).get_mut(alarm) {
                    alarm.acknowledged = Some(fact.at);
                }
            }
            FactKind::GapOpened { thing, cause, .. } => {
                let gap = Gap { thing: *thing, since: fact.at, cause: cause.clone() };
                Arc::make_mut(&mut self.gaps).insert(fact.number, gap);
            }
            FactKind::GapClosed { gap, .. } => {
                Arc::make_mut(&mut self.gaps).remove(gap);
            }
            FactKind::ThingRetired { thing } => {
                Arc::make_mut(&mut self.alarms).retain(|_, alarm| alarm.thing != *thing);
            }
            _ => {}
        }
    }

    /// Writes the world down.
    ///
    /// # Panics
    /// Never: every world has a JSON form.
    #[must_use]
    pub fn snapshot(&self) -> Vec<u8> {
        let Structure { revision, name, zone, things, signals, relations, .. } = &*self.structure;
        let snapshot = Snapshot {
            version: 1,
            last_fact: self.last_fact,
            revision: *revision,
            name: name.clone(),
            zone: zone.clone(),
            things: things.clone(),
            signals: signals.clone(),
            relations: relations.clone(),
            alarms: (*self.alarms).clone(),
            gaps: (*self.gaps).clone(),
        };
        serde_json::to_vec(&snapshot).expect("a world has a JSON form")
    }

    /// Reads a world that [`World::snapshot`] wrote.
    ///
    /// # Errors
    /// When the bytes are not a snapshot of a version that is known.
    pub fn restore(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        let snapshot: Snapshot = serde_json::from_slice(bytes)?;
        let mut structure = Structure {
            name: snapshot.name,
            zone: snapshot.zone,
            relations: snapshot.relations,
            things: vec![None; snapshot.things.len()],
            signals: vec![None; snapshot.signals.len()],
            ..Structure::default()
        };
        for thing in snapshot.things.into_iter().flatten() {
            structure.put_thing(thing);
        }
        for signal in snapshot.signals.into_iter().flatten() {
            structure.put_signal(signal.id, signal.description);
        }
        structure.revision = snapshot.revision;
        Ok(Self {
            structure: Arc::new(structure),
            alarms: Arc::new(snapshot.alarms),
            gaps: Arc::new(snapshot.gaps),
            last_fact: snapshot.last_fact,
        })
    }
}

impl Structure {
    fn apply(&mut self, kind: &FactKind) {
        match kind {
            FactKind::SiteNamed { name, zone } => {
                self.name.clone_from(name);
                self.zone.clone_from(zone);
            }
            FactKind::ThingDescribed { thing, description } => {
                let place =
                    self.things.get(thing.index()).and_then(Option::as_ref).and_then(|known| known.place);
                self.put_thing(Thing { id: *thing, description: description.clone(), place });
            }
            FactKind::ThingPlaced { thing, place } => {
                if let Some(Some(known)) = self.things.get_mut(thing.index()) {
                    known.place = *place;
                }
            }
            FactKind::ThingRetired { thing } => self.retire(*thing),
            FactKind::SignalDescribed { signal, description } => {
                self.put_signal(*signal, description.clone());
            }
            FactKind::Related(relation) => {
                self.relations.insert(*relation);
            }
            FactKind::Unrelated(relation) => {
                self.relations.remove(relation);
            }
            _ => {}
        }
    }

    fn put_thing(&mut self, thing: Thing) {
        let index = thing.id.index();
        if self.things.len() <= index {
            self.things.resize(index + 1, None);
        }
        self.thing_by_key.insert(thing.description.key.clone(), thing.id);
        self.things[index] = Some(thing);
    }

    fn put_signal(&mut self, id: SignalId, description: SignalDescription) {
        // The thing may have been retired after the signal was admitted; then the signal is gone with it.
        let Some(&thing_id) = self.thing_by_key.get(&description.thing) else { return };
        if self.signals.len() <= id.index() {
            self.signals.resize(id.index() + 1, None);
        }
        if let Some(before) = &self.signals[id.index()]
            && before.thing_id != thing_id
        {
            let from = before.thing_id.index();
            self.signals_of[from].retain(|other| *other != id);
        }
        if self.signals_of.len() <= thing_id.index() {
            self.signals_of.resize(thing_id.index() + 1, Vec::new());
        }
        let siblings = &mut self.signals_of[thing_id.index()];
        if !siblings.contains(&id) {
            siblings.push(id);
        }
        self.signal_by_key.insert(description.key.clone(), id);
        self.signals[id.index()] = Some(Signal { id, thing_id, description });
    }

    fn retire(&mut self, thing: ThingId) {
        let Some(gone) = self.things.get_mut(thing.index()).and_then(Option::take) else { return };
        self.thing_by_key.remove(&gone.description.key);
        self.relations.retain(|relation| relation.from != thing && relation.to != thing);
        for signal in self.signals_of.get_mut(thing.index()).map(std::mem::take).unwrap_or_default() {
            if let Some(gone) = self.signals[signal.index()].take() {
                self.signal_by_key.remove(&gone.description.key);
            }
        }
    }
}

/// Ids are dense from 1; index 0 of the flat arrays stays empty.
fn next_id<T>(length: usize, id: fn(u32) -> T) -> T {
    id(u32::try_from(length.max(1)).expect("a site has fewer than 2^32 things and signals"))
}

fn check_text(what: &'static str, text: &str) -> Result<(), Rejection> {
    if text.is_empty() || text.len() > TEXT_LIMIT {
        return Err(Rejection::Text { what, start: text.chars().take(40).collect() });
    }
    Ok(())
}
