//! What there is: things, signals and relations, found by id and by key.

use crate::{FactKind, Level, Relation, Signal, SignalDescription, Thing};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use trine_base::{SignalId, ThingId};

#[derive(Clone, Debug, Default)]
pub(crate) struct Structure {
    pub revision: u64,
    pub name: String,
    pub zone: String,
    pub things: Vec<Option<Thing>>,
    pub signals: Vec<Option<Signal>>,
    pub relations: BTreeSet<Relation>,
    pub thing_by_key: HashMap<Arc<str>, ThingId>,
    pub signal_by_key: HashMap<Arc<str>, SignalId>,
    pub signals_of: Vec<Vec<SignalId>>,
    /// The companies.
    pub enterprises: BTreeSet<ThingId>,
}

impl Structure {
    pub fn apply(&mut self, kind: &FactKind) {
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

    pub fn put_thing(&mut self, thing: Thing) {
        let index = thing.id.index();
        if self.things.len() <= index {
            self.things.resize(index + 1, None);
        }
        self.thing_by_key.insert(thing.description.key.clone(), thing.id);
        if thing.description.level == Level::Enterprise {
            self.enterprises.insert(thing.id);
        } else {
            self.enterprises.remove(&thing.id);
        }
        self.things[index] = Some(thing);
    }

    pub fn put_signal(&mut self, id: SignalId, description: SignalDescription) {
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
        self.enterprises.remove(&thing);
        self.relations.retain(|relation| relation.from != thing && relation.to != thing);
        for signal in self.signals_of.get_mut(thing.index()).map(std::mem::take).unwrap_or_default() {
            if let Some(gone) = self.signals[signal.index()].take() {
                self.signal_by_key.remove(&gone.description.key);
            }
        }
    }
}
