//! How material goes: what each station takes from where and gives to where. What people described is taken as it is;
//! for the rest the relations `flows-to` say who hands on to whom, and what comes along is found by following it.

use super::roster::Roster;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use trine_base::ThingId;
use trine_world::{MaterialUse, Process, RelationKind, StationProcess, WipLimit, World};

/// What pieces are called when nobody gave them a name.
pub(super) const PIECE: &str = "piece";

/// Where pieces wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// In a store.
    Store(ThingId),
    /// Between a station and the next.
    HandOver(ThingId),
    /// Before a station that nobody brings anything to.
    Supply(ThingId),
}

impl Place {
    /// The thing that it belongs to.
    pub fn thing(self) -> ThingId {
        match self {
            Self::Store(thing) | Self::HandOver(thing) | Self::Supply(thing) => thing,
        }
    }
}

/// Pieces of a material at a place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bit {
    pub place: Place,
    pub material: Arc<str>,
    pub count: u32,
}

/// An operation before its times are known.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Draft {
    pub name: String,
    pub takes: Vec<Bit>,
    pub gives: Vec<Bit>,
    pub time_s: Option<f64>,
    pub limit: Option<WipLimit>,
}

/// Pieces carried from store to store.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Carry {
    pub from: ThingId,
    pub to: ThingId,
    /// None: anything.
    pub material: Option<Arc<str>>,
    pub load: u32,
    pub handling_s: Option<f64>,
    pub is_told: bool,
}

/// Something that a description names and that is not there.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Dangling {
    pub thing: ThingId,
    pub key: Arc<str>,
}

/// The whole wiring.
#[derive(Clone, Debug, Default)]
pub(super) struct Wiring {
    /// Operations by station.
    pub drafts: BTreeMap<ThingId, Vec<Draft>>,
    /// Stations of which nobody said how they work.
    pub guessed: BTreeSet<ThingId>,
    pub carries: Vec<Carry>,
    /// What may lie where.
    pub materials: BTreeMap<Place, BTreeSet<Arc<str>>>,
    /// Places where material is taken as never running out, because nobody brings any.
    pub wells: BTreeSet<Place>,
    pub dangling: Vec<Dangling>,
}

/// Who follows whom.
struct Flows {
    before: BTreeMap<ThingId, Vec<ThingId>>,
    after: BTreeMap<ThingId, Vec<ThingId>>,
}

impl Wiring {
    pub fn of(world: &World, roster: &Roster) -> Self {
        let flows = flows(world, roster);
        let mut wiring = Self::default();
        for station in &roster.stations {
            match world.production().processes.get(station) {
                Some(Process::Station(process)) if !process.segments.is_empty() => {
                    wiring.describe(world, roster, *station, process);
                }
                _ => {
                    wiring.guessed.insert(*station);
                }
            }
        }
        for store in &roster.stores {
            wiring.carry(world, roster, *store, &flows);
        }
        wiring.seed(world, roster, &flows);
        wiring.spread(&flows, roster);
        // A loop that nothing flows into would never begin: somebody brings a first piece.
        while let Some(station) =
            wiring.guessed.iter().copied().find(|station| !wiring.has_input(*station, &flows, roster))
        {
            let place = inputs(station, &flows, roster)[0];
            wiring.wells.insert(place);
            wiring.put(place, PIECE.into());
            wiring.spread(&flows, roster);
        }
        wiring.draft(&flows, roster);
        wiring
    }

    fn put(&mut self, place: Place, material: Arc<str>) -> bool {
        self.materials.entry(place).or_default().insert(material)
    }

    fn describe(&mut self, world: &World, roster: &Roster, station: ThingId, process: &StationProcess) {
        let mut drafts = Vec::new();
        for segment in &process.segments {
            let mut bits = |list: &[MaterialUse], is_input: bool| -> Vec<Bit> {
                let bit = |used: &MaterialUse| {
                    let place = self.place(world, roster, station, &used.at, is_input);
                    self.put(place, used.material.clone());
                    Bit { place, material: used.material.clone(), count: used.count.max(1) }
                };
                list.iter().map(bit).collect()
            };
            let takes = bits(&segment.takes, true);
            let gives = bits(&segment.gives, false);
            let (name, time_s, limit) = (segment.name.clone(), segment.time_s, segment.limit.clone());
            drafts.push(Draft { name, takes, gives, time_s, limit });
        }
        self.drafts.insert(station, drafts);
    }

    /// The place that a description means by a key.
    fn place(
        &mut self,
        world: &World,
        roster: &Roster,
        own: ThingId,
        key: &Arc<str>,
        is_input: bool,
    ) -> Place {
        let nowhere = if is_input { Place::Supply(own) } else { Place::HandOver(own) };
        if key.is_empty() {
            return nowhere;
        }
        match world.thing_by_key(key) {
            Some(thing) if roster.stores.contains(&thing.id) => Place::Store(thing.id),
            Some(thing) if is_input && thing.id != own && roster.stations.contains(&thing.id) => {
                Place::HandOver(thing.id)
            }
            Some(thing) if thing.id == own || roster.stations.contains(&thing.id) => nowhere,
            _ => {
                self.dangling.push(Dangling { thing: own, key: key.clone() });
                nowhere
            }
        }
    }

    fn carry(&mut self, world: &World, roster: &Roster, store: ThingId, flows: &Flows) {
        let mut told = BTreeSet::new();
        if let Some(Process::Store(process)) = world.production().processes.get(&store) {
            for rule in &process.transports {
                let Some(to) = world.thing_by_key(&rule.to).filter(|to| roster.stores.contains(&to.id))
                else {
                    self.dangling.push(Dangling { thing: store, key: rule.to.clone() });
                    continue;
                };
                told.insert(to.id);
                self.carries.push(Carry {
                    from: store,
                    to: to.id,
                    material: (!rule.material.is_empty()).then(|| rule.material.clone()),
                    load: rule.load.max(1),
                    handling_s: Some(rule.handling_s),
                    is_told: true,
                });
            }
        }
        let after = flows.after.get(&store).into_iter().flatten();
        for to in after.filter(|to| roster.stores.contains(to) && !told.contains(*to)) {
            let (from, to) = (store, *to);
            self.carries.push(Carry { from, to, material: None, load: 1, handling_s: None, is_told: false });
        }
    }

    /// Material where it begins.
    fn seed(&mut self, world: &World, roster: &Roster, flows: &Flows) {
        for store in &roster.stores {
            if let Some(Process::Store(process)) = world.production().processes.get(store) {
                for (material, _) in &process.arrivals {
                    self.put(Place::Store(*store), material.clone());
                }
            }
        }
        let fed = self.fed(flows, roster);
        let told = |place: Place| match place {
            Place::Store(store) => matches!(
                world.production().processes.get(&store),
                Some(Process::Store(process)) if !process.arrivals.is_empty()
            ),
            _ => false,
        };
        let mut used: BTreeSet<Place> =
            self.drafts.values().flatten().flat_map(|draft| &draft.takes).map(|bit| bit.place).collect();
        used.extend(self.guessed.iter().flat_map(|station| inputs(*station, flows, roster)));
        used.extend(self.carries.iter().map(|carry| Place::Store(carry.from)));
        for place in used.into_iter().filter(|place| !fed.contains(place) && !told(*place)) {
            self.wells.insert(place);
            if self.materials.get(&place).is_none_or(BTreeSet::is_empty) {
                let of_carries = self.carries.iter().filter(|carry| Place::Store(carry.from) == place);
                let named: Vec<_> = of_carries.filter_map(|carry| carry.material.clone()).collect();
                let named = if named.is_empty() { vec![PIECE.into()] } else { named };
                named.into_iter().for_each(|material| {
                    self.put(place, material);
                });
            }
        }
    }

    /// Places that somebody in the plant puts pieces into.
    fn fed(&self, flows: &Flows, roster: &Roster) -> BTreeSet<Place> {
        let described = self.drafts.values().flatten().flat_map(|draft| &draft.gives).map(|bit| bit.place);
        let guessed = self.guessed.iter().flat_map(|station| outputs(*station, flows, roster));
        let carried = self.carries.iter().map(|carry| Place::Store(carry.to));
        described.chain(guessed).chain(carried).collect()
    }

    /// Follows material through stations and transports of which nobody said what they are for.
    fn spread(&mut self, flows: &Flows, roster: &Roster) {
        loop {
            let mut more = Vec::new();
            for station in &self.guessed {
                let come: BTreeSet<Arc<str>> = self.coming(*station, flows, roster);
                for place in outputs(*station, flows, roster) {
                    more.extend(come.iter().map(|material| (place, material.clone())));
                }
            }
            for carry in &self.carries {
                let from = self.materials.get(&Place::Store(carry.from)).into_iter().flatten();
                let fits =
                    |material: &&Arc<str>| carry.material.as_ref().is_none_or(|only| only == *material);
                more.extend(from.filter(fits).map(|material| (Place::Store(carry.to), material.clone())));
            }
            let changed =
                more.into_iter().fold(false, |any, (place, material)| self.put(place, material) || any);
            if !changed {
                return;
            }
        }
    }

    fn coming(&self, station: ThingId, flows: &Flows, roster: &Roster) -> BTreeSet<Arc<str>> {
        let places = inputs(station, flows, roster);
        places.iter().filter_map(|place| self.materials.get(place)).flatten().cloned().collect()
    }

    fn has_input(&self, station: ThingId, flows: &Flows, roster: &Roster) -> bool {
        !self.coming(station, flows, roster).is_empty()
    }

    /// Operations of stations that nobody described: anything from anywhere, out in turn.
    fn draft(&mut self, flows: &Flows, roster: &Roster) {
        for station in &self.guessed {
            let mut drafts = Vec::new();
            for from in inputs(*station, flows, roster) {
                for material in self.materials.get(&from).into_iter().flatten() {
                    for to in outputs(*station, flows, roster) {
                        let bit = |place| Bit { place, material: material.clone(), count: 1 };
                        drafts.push(Draft {
                            name: material.to_string(),
                            takes: vec![bit(from)],
                            gives: vec![bit(to)],
                            time_s: None,
                            limit: None,
                        });
                    }
                }
            }
            self.drafts.insert(*station, drafts);
        }
    }
}

fn flows(world: &World, roster: &Roster) -> Flows {
    let mut flows = Flows { before: BTreeMap::new(), after: BTreeMap::new() };
    for relation in world.relations().filter(|relation| relation.kind == RelationKind::FlowsTo) {
        let (from, to) = (relation.from, relation.to);
        if from != to && roster.takes_part(from) && roster.takes_part(to) {
            flows.after.entry(from).or_default().push(to);
            flows.before.entry(to).or_default().push(from);
        }
    }
    flows
}

fn inputs(station: ThingId, flows: &Flows, roster: &Roster) -> Vec<Place> {
    let before = flows.before.get(&station).into_iter().flatten();
    let place = |from: &ThingId| {
        if roster.stores.contains(from) { Place::Store(*from) } else { Place::HandOver(*from) }
    };
    let places: Vec<Place> = before.map(place).collect();
    if places.is_empty() { vec![Place::Supply(station)] } else { places }
}

fn outputs(station: ThingId, flows: &Flows, roster: &Roster) -> Vec<Place> {
    let after = flows.after.get(&station).into_iter().flatten();
    let mut places: Vec<Place> = Vec::new();
    for to in after {
        let place = if roster.stores.contains(to) { Place::Store(*to) } else { Place::HandOver(station) };
        if !places.contains(&place) {
            places.push(place);
        }
    }
    if places.is_empty() { vec![Place::HandOver(station)] } else { places }
}
