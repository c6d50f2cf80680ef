//! How the plant stands at the start: what lies where, what is in the machines, who is down since when, where the
//! vehicles are.

use super::Builder;
use super::ways::Network;
use super::whereabouts::{Known, Whereabouts};
use super::wiring::Place;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use trine_base::ThingId;
use trine_simulate::flow::{JobStart, StationStart, VehicleStart, WaitingPiece};
use trine_world::{MachineState, Role};

/// Charge of a vehicle that does not tell it, %.
const CHARGE: f64 = 100.0;

impl Builder<'_, '_> {
    pub(super) fn state(&mut self) {
        let mut found = self.whereabouts();
        let stations: Vec<(ThingId, u32)> =
            self.stations.iter().map(|(thing, index)| (*thing, *index)).collect();
        for (thing, index) in &stations {
            let start = self.station_start(*thing, *index, &mut found);
            self.flow.state.stations.push(start);
        }
        self.hand_over(&mut found);
        self.stores(&mut found);
        self.vehicles(&found);
    }

    fn station_start(&mut self, thing: ThingId, index: u32, found: &mut Whereabouts) -> StationStart {
        let now_ns = self.past.now.as_ns();
        let machine = self.observed.machine(thing);
        let (state, since_ns) =
            machine.and_then(|machine| machine.timeline.last()).unwrap_or((MachineState::Unknown, now_ns));
        let ages = self.ages.get(&thing).cloned().unwrap_or_default();
        let mut start = StationStart { station: index, ages, ..StationStart::default() };
        start.tool_age_s = machine.map_or(0.0, |machine| machine.since_setup_s);
        match state {
            MachineState::Down => start.down = Some((self.failure_now(thing), since_ns)),
            MachineState::Setup if self.flow.stations[index as usize].tool.is_some() => {
                start.setup = Some((0, since_ns));
            }
            _ => {}
        }
        if machine.is_some_and(|machine| machine.in_work.is_some()) || state == MachineState::Running {
            start.jobs = self.jobs(thing, index, state, found);
        }
        start
    }

    /// What is in a station: the piece that it shows, and in one that holds several those that went in after it.
    fn jobs(
        &self,
        thing: ThingId,
        index: u32,
        state: MachineState,
        found: &mut Whereabouts,
    ) -> Vec<JobStart> {
        let station = &self.flow.stations[index as usize];
        let shown = self.observed.machine(thing).and_then(|machine| machine.in_work.clone());
        let Some(shown) = shown else { return Vec::new() };
        let inside = found.inside.remove(&thing).unwrap_or_default();
        let known = inside.into_iter().find(|known| known.serial == shown.serial);
        let mut pieces: Vec<(Known, i64)> = Vec::new();
        let now_ns = self.past.now.as_ns();
        if let Some(known) = known {
            let began_ns = if station.slots > 1 {
                let id = self.observed.parts.find(&known.serial);
                id.and_then(|id| self.observed.parts.came_from(id, thing, now_ns)).unwrap_or(shown.since_ns)
            } else {
                now_ns - (shown.worked_s * 1e9) as i64
            };
            pieces.push((known, began_ns));
        }
        if station.slots > 1 {
            let room = (station.slots as usize).saturating_sub(pieces.len());
            let behind = self.behind(thing, index, room, found);
            pieces.extend(behind.into_iter().map(|known| {
                let since = known.since_ns;
                (known, since)
            }));
        }
        let is_done = state == MachineState::Blocked;
        let job = |(order, (known, since_ns)): (usize, (Known, i64))| JobStart {
            operation: self.operation_for(index, known.material),
            since_ns,
            serial: known.serial,
            order: None,
            born_ns: known.born_ns,
            done: is_done && order == 0,
        };
        pieces.into_iter().enumerate().map(job).collect()
    }

    /// Takes the oldest of those that left the places before a station and were not seen since.
    fn behind(&self, thing: ThingId, index: u32, room: usize, found: &mut Whereabouts) -> Vec<Known> {
        let before: BTreeSet<ThingId> = self
            .wiring
            .drafts
            .get(&thing)
            .into_iter()
            .flatten()
            .flat_map(|draft| &draft.takes)
            .map(|bit| bit.place.thing())
            .collect();
        let station = &self.flow.stations[index as usize];
        let takes: BTreeSet<u32> =
            station.operations.iter().flat_map(|o| o.takes.iter().map(|p| p.material)).collect();
        let mut candidates: Vec<(ThingId, Known)> = Vec::new();
        for from in before {
            let gone = found.gone_from.get(&from).into_iter().flatten();
            let fits = gone.filter(|known| known.material.is_none_or(|material| takes.contains(&material)));
            candidates.extend(fits.map(|known| (from, known.clone())));
        }
        candidates.sort_by_key(|(_, known)| known.since_ns);
        candidates.truncate(room);
        for (from, known) in &candidates {
            if let Some(list) = found.gone_from.get_mut(from) {
                list.retain(|other| other.serial != known.serial);
            }
        }
        candidates.into_iter().map(|(_, known)| known).collect()
    }

    fn operation_for(&self, station: u32, material: Option<u32>) -> u32 {
        let operations = &self.flow.stations[station as usize].operations;
        let found = operations.iter().position(|operation| {
            operation.takes.first().is_some_and(|first| Some(first.material) == material)
        });
        found.unwrap_or(0) as u32
    }

    /// What left a station and has not come to the next one lies between them.
    fn hand_over(&mut self, found: &mut Whereabouts) {
        for ((place, _), buffer) in self.buffers.clone() {
            let Place::HandOver(station) = place else { continue };
            if self.flow.sinks.iter().any(|sink| sink.buffer == buffer) {
                continue;
            }
            let capacity = self.flow.buffers[buffer as usize].capacity as usize;
            let capacity = self.balance(station, buffer).map_or(capacity, |there| there.min(capacity));
            let mut known = found.gone_from.remove(&station).unwrap_or_default();
            // More than fit cannot be there: the newest are.
            known.drain(..known.len().saturating_sub(capacity));
            let fallback = self.lying(place);
            for piece in known {
                self.wait(
                    buffer,
                    piece.material.filter(|m| fallback.contains(m)).or(fallback.first().copied()),
                    piece,
                );
            }
        }
    }

    /// How many pieces lie between a station and those that build them into something: their serials are not seen
    /// any more then, but each piece that left and each that was begun with is. It was as many as now less the fewest,
    /// when it was empty at some time. None where pieces keep their serials.
    fn balance(&self, station: ThingId, buffer: u32) -> Option<usize> {
        let takers: BTreeSet<ThingId> = self
            .stations
            .iter()
            .filter(|(_, index)| {
                let operations = &self.flow.stations[**index as usize].operations;
                operations
                    .iter()
                    .any(|operation| operation.takes.iter().any(|pieces| pieces.buffer == buffer))
            })
            .map(|(thing, _)| *thing)
            .collect();
        let carries_on = takers.iter().filter_map(|thing| self.stations.get(thing)).any(|index| {
            let operations = &self.flow.stations[*index as usize].operations;
            operations
                .iter()
                .any(|operation| operation.takes.first().is_some_and(|first| first.buffer == buffer))
        });
        if takers.is_empty() || carries_on {
            return None;
        }
        let sights = self.observed.parts.all().flat_map(|(_, sights)| sights);
        let mut moves: Vec<(i64, i64)> = sights
            .filter_map(|sight| match (sight.thing == station, takers.contains(&sight.thing)) {
                (true, _) if !sight.came => Some((sight.at_ns, 1)),
                (_, true) if sight.came => Some((sight.at_ns, -1)),
                _ => None,
            })
            .collect();
        // Of one instant the piece that comes goes first.
        moves.sort_by_key(|(at, change)| (*at, -change));
        let (now, fewest) = moves
            .iter()
            .fold((0, 0), |(now, fewest): (i64, i64), (_, change)| (now + change, fewest.min(now + change)));
        Some((now - fewest) as usize)
    }

    /// Materials that may lie at a place.
    fn lying(&self, place: Place) -> Vec<u32> {
        let materials = self.wiring.materials.get(&place).into_iter().flatten();
        materials.filter_map(|material| self.materials.get(material)).copied().collect()
    }

    fn wait(&mut self, buffer: u32, material: Option<u32>, known: Known) {
        let Some(material) = material else { return };
        let Known { serial, since_ns, born_ns, .. } = known;
        self.flow.state.waiting.push(WaitingPiece {
            buffer,
            material,
            serial,
            order: None,
            born_ns,
            since_ns,
        });
    }

    /// As many pieces as each store says that it has; those whose serials are known are the newest.
    fn stores(&mut self, found: &mut Whereabouts) {
        let stores: BTreeSet<ThingId> = self
            .buffers
            .keys()
            .filter_map(|(place, _)| match place {
                Place::Store(store) => Some(*store),
                _ => None,
            })
            .collect();
        for store in stores {
            let known = self.known_in(store, found);
            let level = self.value(store, Role::Level).filter(|level| (0.0..=1e6).contains(level));
            if level.is_none() {
                let name = self.name(store);
                self.assumptions.of((store, &name), "level at the start", format!("{} pieces", known.len()), "it has no level signal, or no value of it is known; these serials were seen going in and not out", "give it a signal in the role level");
            }
            let count = level.map_or(known.len(), |level| level as usize);
            self.fill(store, count, known);
        }
    }

    /// Pieces that came into a store, or left for it, and were not seen since; oldest first.
    fn known_in(&self, store: ThingId, found: &mut Whereabouts) -> VecDeque<Known> {
        let mut known = found.inside.remove(&store).unwrap_or_default();
        let givers = self.wiring.drafts.iter().filter(|(_, drafts)| {
            drafts.iter().flat_map(|draft| &draft.gives).any(|bit| bit.place == Place::Store(store))
        });
        let lying = self.lying(Place::Store(store));
        for (station, _) in givers {
            let Some(gone) = found.gone_from.get_mut(station) else { continue };
            let (mine, other): (Vec<_>, Vec<_>) = gone
                .drain(..)
                .partition(|known| known.material.is_none_or(|material| lying.contains(&material)));
            known.extend(mine);
            *gone = other;
        }
        known.sort_by_key(|known| known.since_ns);
        known.into()
    }

    fn fill(&mut self, store: ThingId, count: usize, mut known: VecDeque<Known>) {
        while known.len() > count {
            known.pop_front();
        }
        let lying = self.lying(Place::Store(store));
        if lying.is_empty() {
            return;
        }
        let now_ns = self.past.now.as_ns();
        let since_ns = known.front().map_or(now_ns, |oldest| oldest.since_ns);
        let nameless = count - known.len();
        if nameless > 0 && lying.len() > 1 {
            let name = self.name(store);
            self.assumptions.of(
                (store, &name),
                "what lies in it",
                format!("{nameless} pieces, as many of each material"),
                "only their number is known",
                "give it a signal in the role part",
            );
        }
        // Those without a name have lain longest: nobody saw them come.
        let anonymous = (0..nameless).map(|k| {
            let known = Known {
                serial: String::new(),
                material: Some(lying[k % lying.len()]),
                since_ns,
                born_ns: since_ns,
            };
            (known, lying[k % lying.len()])
        });
        let named = known.into_iter().map(|piece| {
            let material = piece.material.filter(|material| lying.contains(material)).unwrap_or(lying[0]);
            (piece, material)
        });
        let pieces: Vec<(Known, u32)> = anonymous.chain(named).collect();
        let mut room: BTreeMap<u32, u32> = BTreeMap::new();
        for (piece, material) in pieces {
            let Some(buffer) = self.buffer_of(store, material) else { continue };
            let left = room.entry(buffer).or_insert(self.flow.buffers[buffer as usize].capacity);
            if *left > 0 {
                *left -= 1;
                self.wait(buffer, Some(material), piece);
            }
        }
    }

    fn buffer_of(&self, store: ThingId, material: u32) -> Option<u32> {
        let name = self.flow.materials.get(material as usize)?.name.as_str();
        self.buffer(Place::Store(store), &name.into())
    }

    fn vehicles(&mut self, found: &Whereabouts) {
        for fleet in 0..self.flow.fleets.len() as u32 {
            for vehicle in 0..self.mapping.vehicles[fleet as usize].len() as u32 {
                let start = self.vehicle_start(fleet, vehicle, found);
                self.flow.state.vehicles.extend(start);
            }
        }
    }

    fn vehicle_start(&self, fleet: u32, vehicle: u32, found: &Whereabouts) -> Option<VehicleStart> {
        let thing = self.mapping.vehicles[fleet as usize][vehicle as usize].thing?;
        let pose = (self.value(thing, Role::PoseX)?, self.value(thing, Role::PoseY)?);
        let node = Network::nearest(&self.flow.fleets[fleet as usize].nodes, [pose.0, pose.1]);
        let battery = self.value(thing, Role::Battery).unwrap_or(CHARGE).clamp(0.0, 100.0);
        let load = self.load_of(fleet, thing, found);
        Some(VehicleStart { vehicle: (fleet, vehicle), node, battery, load })
    }

    /// What a vehicle carries, by the way of the foremost piece of its load.
    fn load_of(&self, fleet: u32, thing: ThingId, found: &Whereabouts) -> Option<(u32, u32, u32)> {
        let count = self.value(thing, Role::Level).filter(|count| *count >= 1.0)? as u32;
        let known = found.inside.get(&thing)?.last()?;
        let material = known.material?;
        let carries = |transport: &trine_simulate::flow::Transport| {
            transport.fleet == fleet && transport.material.is_none_or(|only| only == material)
        };
        let index = self.flow.transports.iter().position(carries)?;
        Some((index as u32, material, count.min(self.flow.transports[index].load_max)))
    }
}
