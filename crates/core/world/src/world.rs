//! The world: the fold over its facts.

use crate::structure::Structure;
use crate::{
    Alarm, AlarmId, Branch, BranchId, Commands, Fact, FactKind, NewFact, Organisation, PhysicsModel,
    Production, Rejection, Relation, Signal, Thing,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use trine_base::{Instant, SignalId, ThingId};

/// Everything that is there at an instant of a branch. Cloning costs a few pointers.
#[derive(Clone, Debug, Default)]
pub struct World {
    pub(crate) structure: Arc<Structure>,
    pub(crate) alarms: Arc<BTreeMap<AlarmId, Alarm>>,
    pub(crate) gaps: Arc<BTreeMap<u64, Gap>>,
    pub(crate) production: Arc<Production>,
    pub(crate) organisation: Arc<Organisation>,
    pub(crate) commands: Arc<Commands>,
    pub(crate) branches: Arc<BTreeMap<BranchId, Branch>>,
    physics: Arc<BTreeMap<ThingId, PhysicsModel>>,
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
    #[serde(default)]
    production: Production,
    #[serde(default)]
    organisation: Organisation,
    #[serde(default)]
    commands: Commands,
    #[serde(default)]
    branches: Vec<Branch>,
    #[serde(default)]
    physics: BTreeMap<ThingId, PhysicsModel>,
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

    /// What the plant is to make, and how.
    #[must_use]
    pub fn production(&self) -> &Production {
        &self.production
    }

    /// Key of the company that runs the site: the one that was described first.
    #[must_use]
    pub fn owner(&self) -> Option<&Arc<str>> {
        let first = self.structure.enterprises.first()?;
        Some(&self.thing(*first)?.description.key)
    }

    /// Who is what, and may do what.
    #[must_use]
    pub fn organisation(&self) -> &Organisation {
        &self.organisation
    }

    /// What can be commanded, and the commands.
    #[must_use]
    pub fn commands(&self) -> &Commands {
        &self.commands
    }

    /// The branches beside `live`, by id.
    pub fn branches(&self) -> impl Iterator<Item = &Branch> {
        self.branches.values()
    }

    /// The branch with this id; `live` is none of these.
    #[must_use]
    pub fn branch(&self, id: &BranchId) -> Option<&Branch> {
        self.branches.get(id)
    }

    /// The physics models by the thing that they compute.
    pub fn physics(&self) -> impl Iterator<Item = (ThingId, &PhysicsModel)> {
        self.physics.iter().map(|(thing, model)| (*thing, model))
    }

    /// The physics model behind a thing.
    #[must_use]
    pub fn physics_of(&self, thing: ThingId) -> Option<&PhysicsModel> {
        self.physics.get(&thing)
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

    /// Takes in the next fact. The fact was admitted, by this world or by the same world at an earlier run.
    pub fn apply(&mut self, fact: &Fact) {
        self.last_fact = fact.number;
        if fact.kind.is_structure() {
            let structure = Arc::make_mut(&mut self.structure);
            structure.revision += 1;
            structure.apply(&fact.kind);
        }
        if fact.kind.is_production() || matches!(fact.kind, FactKind::ThingRetired { .. }) {
            Arc::make_mut(&mut self.production).apply(&fact.kind);
        }
        if fact.kind.is_organisation() {
            let organisation = Arc::make_mut(&mut self.organisation);
            organisation.apply(fact.number, fact.at, &fact.origin.0, &fact.kind);
        }
        if fact.kind.is_command() {
            Arc::make_mut(&mut self.commands).apply(fact.number, fact.at, &fact.kind);
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
                Arc::make_mut(&mut self.physics).remove(thing);
            }
            FactKind::ModelAttached { thing, model } => {
                Arc::make_mut(&mut self.physics).insert(*thing, model.clone());
            }
            FactKind::ModelDetached { thing } => {
                Arc::make_mut(&mut self.physics).remove(thing);
            }
            FactKind::BranchForked { branch } => {
                Arc::make_mut(&mut self.branches).insert(branch.id.clone(), branch.clone());
            }
            FactKind::BranchDiscarded { branch } => {
                Arc::make_mut(&mut self.branches).remove(branch);
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
            production: (*self.production).clone(),
            organisation: (*self.organisation).clone(),
            commands: (*self.commands).clone(),
            branches: self.branches.values().cloned().collect(),
            physics: (*self.physics).clone(),
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
            production: Arc::new(snapshot.production),
            organisation: Arc::new(snapshot.organisation),
            commands: Arc::new(snapshot.commands),
            branches: Arc::new(
                snapshot.branches.into_iter().map(|branch| (branch.id.clone(), branch)).collect(),
            ),
            physics: Arc::new(snapshot.physics),
            last_fact: snapshot.last_fact,
        })
    }
}
