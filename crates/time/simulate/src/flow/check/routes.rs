//! Whether pieces get through: nothing waits for what never comes, goes round for ever, or stands in its own way.

use super::{Fault, FlowModel, operation_place, place, station_place};
use crate::flow::{Arrivals, Operation};
use std::collections::{BTreeMap, BTreeSet};

/// A buffer and a material.
type Lane = (u32, u32);

/// An operation with its place in the model.
struct Step<'a> {
    station: usize,
    number: usize,
    operation: &'a Operation,
    takes: BTreeMap<Lane, u32>,
}

impl Step<'_> {
    fn gives(&self) -> impl Iterator<Item = Lane> {
        let likely = self.operation.outcomes.iter().filter(|outcome| outcome.chance > 0.0);
        likely.flat_map(|outcome| &outcome.gives).filter(|p| p.count > 0).map(|p| (p.buffer, p.material))
    }

    fn can_begin(&self, there: &BTreeSet<Lane>) -> bool {
        let is_there = |lane: &Lane| there.contains(lane);
        let partly = self.operation.least.is_some() && self.takes.keys().any(is_there);
        partly || self.takes.keys().all(is_there)
    }

    /// Whether what it makes gets out, if what is in those lanes does.
    fn leads_out(&self, out: &BTreeSet<Lane>) -> bool {
        let gone = |outcome: &crate::flow::Outcome| {
            let all = outcome.gives.iter().all(|p| p.count == 0 || out.contains(&(p.buffer, p.material)));
            outcome.chance > 0.0 && all
        };
        self.operation.outcomes.is_empty() || self.operation.outcomes.iter().any(gone)
    }

    fn place(&self, model: &FlowModel) -> String {
        operation_place(&model.stations[self.station], self.station, self.operation, self.number)
    }
}

pub(super) fn check(model: &FlowModel, faults: &mut Vec<Fault>) {
    let steps = steps(model);
    let there = fed(model, &steps, faults);
    ways_out(model, &steps, &there, faults);
    instants(model, &steps, faults);
    room(model, &steps, faults);
    hand_to_hand(model, &steps, faults);
    transports(model, faults);
}

fn steps(model: &FlowModel) -> Vec<Step<'_>> {
    let mut list = Vec::new();
    for (station, spec) in model.stations.iter().enumerate() {
        for (number, operation) in spec.operations.iter().enumerate() {
            let mut takes = BTreeMap::new();
            for pieces in operation.takes.iter().filter(|pieces| pieces.count > 0) {
                *takes.entry((pieces.buffer, pieces.material)).or_insert(0u32) += pieces.count;
            }
            list.push(Step { station, number, operation, takes });
        }
    }
    list
}

/// Which operations take from a lane.
fn takers(steps: &[Step<'_>]) -> BTreeMap<Lane, Vec<usize>> {
    let mut list: BTreeMap<Lane, Vec<usize>> = BTreeMap::new();
    for (number, step) in steps.iter().enumerate() {
        step.takes.keys().for_each(|lane| list.entry(*lane).or_default().push(number));
    }
    list
}

/// Where transports may bring what lies in a lane.
fn carried(model: &FlowModel, lane: Lane) -> impl Iterator<Item = Lane> {
    let carries =
        move |t: &&crate::flow::Transport| t.from == lane.0 && t.material.is_none_or(|m| m == lane.1);
    model.transports.iter().filter(carries).map(move |transport| (transport.to, lane.1))
}

fn at_start<'a>(model: &'a FlowModel, steps: &'a [Step<'a>]) -> impl Iterator<Item = Lane> + 'a {
    let sources = model.sources.iter().map(|source| (source.gives.buffer, source.gives.material));
    let waiting = model.state.waiting.iter().map(|piece| (piece.buffer, piece.material));
    let jobs = model.state.stations.iter().flat_map(move |start| {
        let of = move |job: &crate::flow::JobStart, step: &&Step<'_>| {
            step.station == start.station as usize && step.number == job.operation as usize
        };
        start.jobs.iter().filter_map(move |job| steps.iter().find(|step| of(job, step)))
    });
    let loads = model.state.vehicles.iter().filter_map(|start| start.load);
    let loads = loads.map(|(transport, material, _)| (model.transports[transport as usize].to, material));
    sources.chain(waiting).chain(jobs.flat_map(Step::gives)).chain(loads)
}

/// The lanes in which there can ever be something; names the operations that can never begin.
fn fed(model: &FlowModel, steps: &[Step<'_>], faults: &mut Vec<Fault>) -> BTreeSet<Lane> {
    let takers = takers(steps);
    let mut there: BTreeSet<Lane> = BTreeSet::new();
    let mut new: Vec<Lane> = at_start(model, steps).collect();
    let mut begun = vec![false; steps.len()];
    while let Some(lane) = new.pop() {
        if !there.insert(lane) {
            continue;
        }
        new.extend(carried(model, lane));
        for step in takers.get(&lane).into_iter().flatten() {
            if !begun[*step] && steps[*step].can_begin(&there) {
                begun[*step] = true;
                new.extend(steps[*step].gives());
            }
        }
    }
    let givers: BTreeSet<Lane> = at_start(model, steps).chain(steps.iter().flat_map(Step::gives)).collect();
    let givers: BTreeSet<Lane> =
        givers.iter().flat_map(|lane| carried(model, *lane)).chain(givers.clone()).collect();
    for (step, _) in steps.iter().zip(begun).filter(|(_, is_begun)| !is_begun) {
        let missing = step.takes.keys().find(|lane| !there.contains(lane));
        let Some((buffer, material)) = missing else { continue };
        let (buffer_name, material_name) =
            (&model.buffers[*buffer as usize].name, &model.materials[*material as usize].name);
        let reason = if givers.contains(&(*buffer, *material)) {
            format!(
                "it waits for “{material_name}” in “{buffer_name}”, which only comes of what waits for it in turn"
            )
        } else {
            format!("nothing ever brings “{material_name}” into “{buffer_name}”, so it never begins")
        };
        faults.push(Fault::error(step.place(model), reason));
    }
    there
}

/// Names lanes out of which no way leads, and circles without an exit.
fn ways_out(model: &FlowModel, steps: &[Step<'_>], there: &BTreeSet<Lane>, faults: &mut Vec<Fault>) {
    let sunk: BTreeSet<u32> = model.sinks.iter().map(|sink| sink.buffer).collect();
    let takers = takers(steps);
    let is_taken = |lane: &Lane| {
        sunk.contains(&lane.0) || carried(model, *lane).next().is_some() || takers.contains_key(lane)
    };
    let mut before: BTreeMap<Lane, Vec<Lane>> = BTreeMap::new();
    let mut givers: BTreeMap<Lane, Vec<usize>> = BTreeMap::new();
    for (number, step) in steps.iter().enumerate() {
        step.gives().for_each(|lane| givers.entry(lane).or_default().push(number));
    }
    for lane in there {
        carried(model, *lane).for_each(|to| before.entry(to).or_default().push(*lane));
    }
    let mut out: BTreeSet<Lane> = BTreeSet::new();
    let consumed =
        steps.iter().filter(|step| step.leads_out(&out)).flat_map(|step| step.takes.keys().copied());
    let ends = there.iter().copied().filter(|lane| sunk.contains(&lane.0) || !is_taken(lane));
    let mut new: Vec<Lane> = ends.chain(consumed).collect();
    while let Some(lane) = new.pop() {
        if out.insert(lane) {
            new.extend(before.get(&lane).into_iter().flatten());
            let leading =
                givers.get(&lane).into_iter().flatten().filter(|step| steps[**step].leads_out(&out));
            new.extend(leading.flat_map(|step| steps[*step].takes.keys().copied()));
        }
    }
    for lane in there {
        let (at, material) = (
            place("buffer", &model.buffers[lane.0 as usize].name, lane.0 as usize),
            &model.materials[lane.1 as usize].name,
        );
        if !out.contains(lane) {
            let reason = format!("“{material}” goes round in a circle from here and never leaves it");
            faults.push(Fault::error(at, reason));
        } else if !is_taken(lane) && model.buffers[lane.0 as usize].capacity == 0 {
            faults.push(Fault::error(
                at,
                format!("none fits in and nobody takes “{material}” out, so it blocks for ever"),
            ));
        } else if !is_taken(lane) {
            faults.push(Fault::warning(
                at,
                format!("nobody takes “{material}” out: it fills up and then blocks"),
            ));
        }
    }
}

/// Whether what lies in a lane can be gone in the instant in which it came.
fn is_instant_buffer(model: &FlowModel, lane: Lane) -> bool {
    let buffer = &model.buffers[lane.0 as usize];
    buffer.transit_s <= 0.0 && buffer.pitch_s <= 0.0
}

/// Names loops that take no time.
fn instants(model: &FlowModel, steps: &[Step<'_>], faults: &mut Vec<Fault>) {
    let is_instant =
        |step: &&Step<'_>| step.operation.time_s.mean() <= 0.0 && model.stations[step.station].pitch_s <= 0.0;
    let instant: Vec<&Step<'_>> = steps.iter().filter(is_instant).collect();
    let next = |lane: Lane, is_sure: bool| {
        let takes = instant.iter().filter(move |step| step.takes.contains_key(&lane));
        let outcomes = takes.flat_map(|step| &step.operation.outcomes);
        let likely = outcomes.filter(move |o| if is_sure { o.chance > 1.0 - 1e-9 } else { o.chance > 0.0 });
        let lanes = likely.flat_map(|o| &o.gives).filter(|p| p.count > 0).map(|p| (p.buffer, p.material));
        lanes.filter(|lane| is_instant_buffer(model, *lane)).collect::<Vec<_>>()
    };
    for step in &instant {
        let begins = step.takes.keys().copied().filter(|lane| is_instant_buffer(model, *lane));
        let goes_round = |lane: Lane| reachable(next(lane, true), |lane| next(lane, true)).contains(&lane);
        if begins.into_iter().any(goes_round) {
            let reason =
                "it takes no time, and what it makes comes back to it in no time: time would stand still";
            faults.push(Fault::error(step.place(model), reason));
        }
    }
    for (index, source) in model.sources.iter().enumerate().filter(|(_, s)| s.arrivals == Arrivals::Always) {
        let lane = (source.gives.buffer, source.gives.material);
        let begin = if is_instant_buffer(model, lane) { vec![lane] } else { Vec::new() };
        let is_gone = |lane: &Lane| model.sinks.iter().any(|s| s.buffer == lane.0 && s.every_s.is_none());
        if reachable(begin, |lane| next(lane, false)).iter().any(is_gone) {
            let reason =
                "it always brings more, and all of it leaves in the same instant: time would stand still";
            faults.push(Fault::error(place("source", &source.name, index), reason));
        }
    }
}

fn reachable<T: Ord + Copy>(begin: Vec<T>, next: impl Fn(T) -> Vec<T>) -> BTreeSet<T> {
    let (mut known, mut open) = (BTreeSet::new(), begin);
    while let Some(at) = open.pop() {
        if known.insert(at) {
            open.extend(next(at));
        }
    }
    known
}

/// Names operations that want more pieces at once than their buffers hold.
fn room(model: &FlowModel, steps: &[Step<'_>], faults: &mut Vec<Fault>) {
    for step in steps {
        let mut wanted: BTreeMap<u32, u32> = BTreeMap::new();
        for (lane, count) in &step.takes {
            *wanted.entry(lane.0).or_insert(0) += count;
        }
        for (buffer, count) in wanted {
            let count = step.operation.least.map_or(count, |least| least.count.min(count));
            let spec = &model.buffers[buffer as usize];
            let fits = if spec.capacity > 0 { spec.capacity } else { hands(model, steps, buffer) };
            if count > fits {
                let name = &spec.name;
                let reason = format!(
                    "it takes {count} pieces out of “{name}” at once, but no more than {fits} can be there"
                );
                faults.push(Fault::error(step.place(model), reason));
            }
        }
    }
}

/// How many pieces can be offered at once where none fits: one by each source, an outcome's by each slot.
fn hands(model: &FlowModel, steps: &[Step<'_>], buffer: u32) -> u32 {
    let sources = model.sources.iter().filter(|source| source.gives.buffer == buffer).count() as u32;
    let of_step = |step: &Step<'_>| {
        let of_outcome = |outcome: &crate::flow::Outcome| -> u32 {
            outcome.gives.iter().filter(|p| p.buffer == buffer).map(|p| p.count).fold(0, u32::saturating_add)
        };
        let most = step.operation.outcomes.iter().map(of_outcome).max().unwrap_or(0);
        most.saturating_mul(model.stations[step.station].slots.max(1))
    };
    let vehicles = model.transports.iter().filter(|transport| transport.to == buffer).map(|transport| {
        transport.load_max.max(1).saturating_mul(model.fleets[transport.fleet as usize].vehicles.len() as u32)
    });
    vehicles.chain(steps.iter().map(of_step)).fold(sources, u32::saturating_add)
}

/// Names stations that pass pieces from hand to hand in a circle: when all hold one, none can let go.
fn hand_to_hand(model: &FlowModel, steps: &[Step<'_>], faults: &mut Vec<Fault>) {
    let mut passes: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for giver in steps {
        for lane in giver.gives().filter(|lane| model.buffers[lane.0 as usize].capacity == 0) {
            let takers =
                steps.iter().filter(|taker| taker.takes.contains_key(&lane)).map(|taker| taker.station);
            passes.entry(giver.station).or_default().extend(takers);
        }
    }
    let next = |station: usize| passes.get(&station).into_iter().flatten().copied().collect::<Vec<_>>();
    for (index, station) in model.stations.iter().enumerate() {
        if reachable(next(index), next).contains(&index) {
            let reason = "what it makes comes back to it from hand to hand, without a buffer that holds any on the way: \
                          when everybody on that circle holds a piece, none can let go; give one buffer room";
            faults.push(Fault::error(station_place(station, index), reason));
        }
    }
}

fn transports(model: &FlowModel, faults: &mut Vec<Fault>) {
    let networks: Vec<_> = model.fleets.iter().map(crate::flow::network::Network::new).collect();
    for (index, transport) in model.transports.iter().enumerate() {
        let at = place("transport", "", index);
        let (fleet, network) = (&model.fleets[transport.fleet as usize], &networks[transport.fleet as usize]);
        let (least, most) = (transport.load_min.max(1), transport.load_max.max(1));
        if least > most {
            faults.push(Fault::error(&at, format!("it wants at least {least} pieces and at most {most}")));
        }
        for buffer in [transport.from, transport.to] {
            let spec = &model.buffers[buffer as usize];
            if spec.capacity > 0 && spec.capacity < least {
                let reason =
                    format!("it wants at least {least} pieces, but “{}” holds {}", spec.name, spec.capacity);
                faults.push(Fault::error(&at, reason));
            }
        }
        if transport.from == transport.to {
            faults.push(Fault::error(&at, "it carries pieces to where they come from"));
        }
        if fleet.vehicles.is_empty() {
            faults.push(Fault::error(&at, format!("“{}” has no vehicle", fleet.name)));
        }
        if network.towards(transport.from_node, transport.to_node).is_none() {
            faults.push(Fault::error(&at, "no way leads from where it loads to where it unloads"));
        } else if network.towards(transport.to_node, transport.from_node).is_none() {
            faults.push(Fault::error(&at, "no way leads back from where it unloads to where it loads"));
        }
        let homes = fleet.vehicles.iter().map(|(_, home)| *home);
        if !fleet.vehicles.is_empty()
            && homes.into_iter().all(|home| network.towards(home, transport.from_node).is_none())
        {
            faults.push(Fault::error(&at, "no vehicle gets to where it loads"));
        }
    }
}
