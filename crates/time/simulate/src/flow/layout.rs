//! A model made ready to run: names resolved to numbers in flat arrays, times to nanoseconds.
//!
//! It never changes during a run and is shared by all forks of one. Written down, it is the [`FlowModel`] alone.

use super::event::Taker;
use super::network::Network;
use super::{AtClose, Choice, FailureClock, FlowModel, OutcomeKind, Pieces, WipShare};
use crate::Distribution;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// No piece, no lane, no order.
pub(crate) const NONE: u32 = u32::MAX;

/// A layout that forks share.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "FlowModel", into = "FlowModel")]
pub(crate) struct Shared(pub Arc<Layout>);

impl From<FlowModel> for Shared {
    fn from(model: FlowModel) -> Self {
        Self(Arc::new(Layout::new(model)))
    }
}

impl From<Shared> for FlowModel {
    fn from(shared: Shared) -> Self {
        shared.0.model.clone()
    }
}

/// Where pieces of one material wait in one buffer.
#[derive(Clone, Debug)]
pub(crate) struct Lane {
    pub buffer: u32,
    pub material: u32,
    pub takers: Vec<Taker>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct BufferLayout {
    pub capacity: u32,
    pub transit_ns: i64,
    pub pitch_ns: i64,
    pub lanes: Vec<u32>,
    /// Fleets that bring something here, and so care for room.
    pub fleets: Vec<u32>,
}

#[derive(Clone, Debug)]
pub(crate) struct StationLayout {
    pub first_slot: u32,
    pub slots: u32,
    pub operations: (u32, u32),
    pub failures: (u32, u32),
    pub pauses: bool,
    pub pitch_ns: i64,
    pub choice: Choice,
    pub has_setup: bool,
    pub has_tool: bool,
    /// Whether some failure counts time at work or jobs.
    pub wears: bool,
    /// What the plan wants of it, in its order.
    pub plan: Vec<Planned>,
}

/// A planned operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Planned {
    pub order: u32,
    pub step: u32,
    pub start_ns: i64,
}

#[derive(Clone, Debug)]
pub(crate) struct OperationLayout {
    pub station: u32,
    pub takes: Vec<(u32, u32)>,
    pub total: u32,
    pub least: Option<(u32, i64)>,
    pub outcomes: Vec<OutcomeLayout>,
    pub crew: Option<(u32, u32)>,
    pub family: u32,
    pub step: u32,
    pub enters: Option<WipShare>,
    pub time_s: Distribution,
    /// Mean time, s.
    pub mean_s: f64,
}

#[derive(Clone, Debug)]
pub(crate) struct OutcomeLayout {
    /// Chance of this or an earlier one.
    pub until: f64,
    pub kind: OutcomeKind,
    pub gives: Vec<(u32, u32)>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct FailureLayout {
    pub station: u32,
    /// Which of the station's.
    pub local: u32,
    pub clock: FailureClock,
    pub scraps: bool,
    pub crew: Option<(u32, u32)>,
}

#[derive(Clone, Debug)]
pub(crate) struct SourceLayout {
    pub lane: u32,
    pub count: u32,
    /// Orders that it serves, by release; only when it brings pieces for orders.
    pub orders: Vec<u32>,
}

/// The whole.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub lanes: Vec<Lane>,
    pub buffers: Vec<BufferLayout>,
    pub stations: Vec<StationLayout>,
    pub operations: Vec<OperationLayout>,
    pub failures: Vec<FailureLayout>,
    /// Station of each slot.
    pub slots: Vec<u32>,
    pub sources: Vec<SourceLayout>,
    /// Lanes of each transport.
    pub transports: Vec<Vec<u32>>,
    /// Transports of each fleet, the most urgent first.
    pub fleet_transports: Vec<Vec<u32>>,
    pub networks: Vec<Network>,
    /// Fleet and number of each vehicle.
    pub vehicles: Vec<(u32, u32)>,
    /// First vehicle of each fleet.
    pub fleet_first: Vec<u32>,
    /// First way of each fleet.
    pub way_first: Vec<u32>,
    /// Orders of each material, by release.
    pub orders_of: Vec<Vec<u32>>,
    /// Stations that may begin when there is room within each limit.
    pub limit_stations: Vec<Vec<u32>>,
    /// Stations of each calendar.
    pub calendar_stations: Vec<Vec<u32>>,
    /// Crews of each calendar.
    pub calendar_crews: Vec<Vec<u32>>,
    pub model: FlowModel,
}

impl Layout {
    /// Makes a model ready that has been checked.
    pub fn new(model: FlowModel) -> Self {
        let mut lanes = Lanes::default();
        let operations = operations(&model, &mut lanes);
        let sources = sources(&model, &mut lanes);
        for piece in &model.state.waiting {
            lanes.of(piece.buffer, piece.material);
        }
        for (_, outcome) in model
            .stations
            .iter()
            .flat_map(|s| &s.operations)
            .flat_map(|o| o.outcomes.iter().map(move |x| (o, x)))
        {
            outcome.gives.iter().for_each(|p| {
                lanes.of(p.buffer, p.material);
            });
        }
        carry_materials(&model, &mut lanes);
        let mut lanes = lanes.list;
        let buffers = buffers(&model, &lanes);
        let transports: Vec<Vec<u32>> =
            model.transports.iter().map(|t| transport_lanes(t, &buffers, &lanes)).collect();
        takers(&model, &operations, &transports, &mut lanes);
        let mut fleet_transports = vec![Vec::new(); model.fleets.len()];
        for (index, transport) in (0..).zip(&model.transports) {
            fleet_transports[transport.fleet as usize].push(index);
        }
        fleet_transports
            .iter_mut()
            .for_each(|list: &mut Vec<u32>| list.sort_by_key(|t| model.transports[*t as usize].priority));
        let (stations, slots, failures) = stations(&model);
        let first = |counts: &mut dyn Iterator<Item = usize>| -> Vec<u32> {
            counts
                .scan(0, |sum, count| {
                    let at = *sum;
                    *sum += count as u32;
                    Some(at)
                })
                .collect()
        };
        Self {
            networks: model.fleets.iter().map(Network::new).collect(),
            vehicles: (0..)
                .zip(&model.fleets)
                .flat_map(|(f, fleet)| (0..fleet.vehicles.len() as u32).map(move |v| (f, v)))
                .collect(),
            fleet_first: first(&mut model.fleets.iter().map(|f| f.vehicles.len())),
            way_first: first(&mut model.fleets.iter().map(|f| f.ways.len())),
            orders_of: orders_of(&model),
            limit_stations: limit_stations(&model),
            calendar_stations: by_calendar(&model, model.stations.iter().map(|s| s.calendar)),
            calendar_crews: by_calendar(&model, model.crews.iter().map(|c| c.calendar)),
            lanes,
            buffers,
            stations,
            operations,
            failures,
            slots,
            sources,
            transports,
            fleet_transports,
            model,
        }
    }
}

/// Lanes as they are met.
#[derive(Default)]
struct Lanes {
    list: Vec<Lane>,
    known: BTreeMap<(u32, u32), u32>,
}

impl Lanes {
    fn of(&mut self, buffer: u32, material: u32) -> u32 {
        *self.known.entry((buffer, material)).or_insert_with(|| {
            self.list.push(Lane { buffer, material, takers: Vec::new() });
            self.list.len() as u32 - 1
        })
    }

    /// Lane and number, one entry for each lane.
    fn merged(&mut self, pieces: &[Pieces]) -> Vec<(u32, u32)> {
        let mut list: Vec<(u32, u32)> = Vec::new();
        for piece in pieces.iter().filter(|piece| piece.count > 0) {
            let lane = self.of(piece.buffer, piece.material);
            match list.iter_mut().find(|(known, _)| *known == lane) {
                Some((_, count)) => *count += piece.count,
                None => list.push((lane, piece.count)),
            }
        }
        list
    }
}

/// Seconds to nanoseconds; what is too long becomes the longest.
pub(crate) fn ns(seconds: f64) -> i64 {
    (seconds * 1e9) as i64
}

fn operations(model: &FlowModel, lanes: &mut Lanes) -> Vec<OperationLayout> {
    let mut list = Vec::new();
    for (station, spec) in (0..).zip(&model.stations) {
        for operation in &spec.operations {
            let takes = lanes.merged(&operation.takes);
            let first = operation.takes.first().and_then(|p| model.materials.get(p.material as usize));
            let mut until = 0.0;
            let outcomes = operation.outcomes.iter().map(|outcome| {
                until += outcome.chance;
                let gives = outcome.gives.iter().filter(|p| p.count > 0);
                let gives = gives.map(|p| (lanes.of(p.buffer, p.material), p.count)).collect();
                OutcomeLayout { until, kind: outcome.kind, gives }
            });
            list.push(OperationLayout {
                station,
                outcomes: outcomes.collect(),
                total: takes.iter().map(|(_, count)| count).sum(),
                takes,
                least: operation.least.map(|least| (least.count.max(1), ns(least.after_s))),
                crew: operation.crew.filter(|(_, count)| *count > 0),
                family: operation.family.unwrap_or(first.map_or(0, |material| material.family)),
                step: operation.step,
                enters: operation.enters,
                time_s: operation.time_s.clone(),
                mean_s: operation.time_s.mean(),
            });
        }
    }
    list
}

fn sources(model: &FlowModel, lanes: &mut Lanes) -> Vec<SourceLayout> {
    let list = model.sources.iter().map(|source| SourceLayout {
        lane: lanes.of(source.gives.buffer, source.gives.material),
        count: source.gives.count.max(1),
        orders: super::order::served_by(model, source),
    });
    list.collect()
}

/// What a vehicle may carry must have a place where it is unloaded.
fn carry_materials(model: &FlowModel, lanes: &mut Lanes) {
    loop {
        let before = lanes.list.len();
        for transport in &model.transports {
            let from = lanes.list.iter().filter(|lane| lane.buffer == transport.from);
            let materials: Vec<u32> = from.map(|lane| lane.material).collect();
            for material in materials.into_iter().chain(transport.material) {
                if transport.material.is_none_or(|only| only == material) {
                    lanes.of(transport.to, material);
                }
            }
        }
        if lanes.list.len() == before {
            return;
        }
    }
}

fn buffers(model: &FlowModel, lanes: &[Lane]) -> Vec<BufferLayout> {
    let mut list: Vec<BufferLayout> = model
        .buffers
        .iter()
        .map(|buffer| BufferLayout {
            capacity: buffer.capacity,
            transit_ns: ns(buffer.transit_s),
            pitch_ns: ns(buffer.pitch_s),
            ..BufferLayout::default()
        })
        .collect();
    for (index, lane) in (0..).zip(lanes) {
        list[lane.buffer as usize].lanes.push(index);
    }
    for transport in &model.transports {
        let fleets = &mut list[transport.to as usize].fleets;
        if !fleets.contains(&transport.fleet) {
            fleets.push(transport.fleet);
        }
    }
    list
}

fn transport_lanes(transport: &super::Transport, buffers: &[BufferLayout], lanes: &[Lane]) -> Vec<u32> {
    let all = buffers[transport.from as usize].lanes.iter().copied();
    all.filter(|lane| transport.material.is_none_or(|only| lanes[*lane as usize].material == only)).collect()
}

fn takers(model: &FlowModel, operations: &[OperationLayout], transports: &[Vec<u32>], lanes: &mut [Lane]) {
    let mut add = |lane: usize, taker: Taker| {
        let takers = &mut lanes[lane].takers;
        if !takers.contains(&taker) {
            takers.push(taker);
        }
    };
    for operation in operations {
        operation.takes.iter().for_each(|(lane, _)| add(*lane as usize, Taker::Station(operation.station)));
    }
    for (transport, list) in model.transports.iter().zip(transports) {
        list.iter().for_each(|lane| add(*lane as usize, Taker::Fleet(transport.fleet)));
    }
    for (index, sink) in (0..).zip(&model.sinks).filter(|(_, sink)| sink.every_s.is_none()) {
        for lane in lanes.iter_mut().filter(|lane| lane.buffer == sink.buffer) {
            lane.takers.push(Taker::Sink(index));
        }
    }
}

fn stations(model: &FlowModel) -> (Vec<StationLayout>, Vec<u32>, Vec<FailureLayout>) {
    let (mut list, mut slots, mut failures, mut operation) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for (index, spec) in (0..).zip(&model.stations) {
        let count = spec.slots.max(1);
        let first_failure = failures.len() as u32;
        failures.extend((0..).zip(&spec.failures).map(|(local, failure)| FailureLayout {
            station: index,
            local,
            clock: failure.clock,
            scraps: failure.scraps,
            crew: failure.crew.filter(|(_, count)| *count > 0),
        }));
        let operations = (operation, operation + spec.operations.len() as u32);
        operation = operations.1;
        list.push(StationLayout {
            first_slot: slots.len() as u32,
            slots: count,
            operations,
            failures: (first_failure, failures.len() as u32),
            pauses: spec.at_close == AtClose::Pause,
            pitch_ns: ns(spec.pitch_s),
            choice: spec.choice,
            has_setup: spec.setup.time_s.is_some() || !spec.setup.pairs.is_empty(),
            has_tool: spec.tool.is_some(),
            wears: spec.failures.iter().any(|failure| failure.clock != FailureClock::Calendar),
            plan: plan(model, index),
        });
        slots.extend(std::iter::repeat_n(index, count as usize));
    }
    (list, slots, failures)
}

fn plan(model: &FlowModel, station: u32) -> Vec<Planned> {
    let mut list = Vec::new();
    for (order, spec) in (0..).zip(&model.orders) {
        for dispatch in spec.dispatches.iter().filter(|dispatch| dispatch.station == station) {
            let planned = Planned { order, step: dispatch.step, start_ns: dispatch.start_ns };
            list.push((dispatch.sequence, dispatch.start_ns, planned));
        }
    }
    list.sort_by_key(|(sequence, start, _)| (*sequence, *start));
    list.into_iter().map(|(_, _, planned)| planned).collect()
}

fn orders_of(model: &FlowModel) -> Vec<Vec<u32>> {
    let mut list = vec![Vec::new(); model.materials.len()];
    for (index, order) in (0u32..).zip(&model.orders) {
        list[order.material as usize].push(index);
    }
    for orders in &mut list {
        orders.sort_by_key(|order| model.orders[*order as usize].release_ns);
    }
    list
}

fn limit_stations(model: &FlowModel) -> Vec<Vec<u32>> {
    let mut list: Vec<Vec<u32>> = vec![Vec::new(); model.wip_limits.len()];
    for (index, station) in (0..).zip(&model.stations) {
        for share in station.operations.iter().filter_map(|operation| operation.enters) {
            let stations = &mut list[share.limit as usize];
            if stations.last() != Some(&index) {
                stations.push(index);
            }
        }
    }
    list
}

fn by_calendar(model: &FlowModel, calendars: impl Iterator<Item = Option<u32>>) -> Vec<Vec<u32>> {
    let mut list = vec![Vec::new(); model.calendars.len()];
    for (index, calendar) in (0..).zip(calendars) {
        if let Some(calendar) = calendar {
            list[calendar as usize].push(index);
        }
    }
    list
}
