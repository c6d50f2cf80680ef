//! How a plant stands at the start: what lies where, what is under way, and what was drawn for it.

use super::layout::{Layout, NONE};
use super::sketch::Sketch;
use super::state::*;
use super::streams::Streams;
use super::{FlowModel, StationState};
use crate::{Stream, Tally};
use std::collections::VecDeque;

/// A plant that is empty, idle and whole, but for what is said of its start.
pub(crate) fn state(layout: &Layout, seed: u64) -> State {
    let model = &layout.model;
    let serials =
        model.state.waiting.len() + model.state.stations.iter().map(|s| s.jobs.len()).sum::<usize>();
    let now = model.start_ns;
    let calendars: Vec<bool> = model.calendars.iter().map(|calendar| calendar.is_open(now)).collect();
    let is_open = |calendar: Option<u32>| calendar.is_none_or(|calendar| calendars[calendar as usize]);
    let mut state = State {
        slab: Slab::new(serials as u64),
        lanes: vec![LaneRun { head: NONE, tail: NONE, ripe: 0, count: 0 }; layout.lanes.len()],
        buffers: vec![
            BufferRun { last: now, open_at: i64::MIN, ..BufferRun::default() };
            layout.buffers.len()
        ],
        stations: (0..layout.stations.len())
            .map(|at| station(layout, at, is_open(model.stations[at].calendar)))
            .collect(),
        jobs: vec![Job::empty(); layout.slots.len()],
        failures: vec![failure(now); layout.failures.len()],
        sources: layout
            .sources
            .iter()
            .map(|source| SourceRun {
                owed: 0,
                is_waiting: false,
                since: now,
                ticket: None,
                demand: vec![0; source.orders.len()],
                order_at: 0,
                brought: 0,
                lost: 0,
                stream: nothing(),
            })
            .collect(),
        sinks: vec![
            SinkRun {
                since: now,
                ticket: None,
                stream: nothing(),
                count: vec![0; model.materials.len()],
                lead_s: Tally::default(),
                sketch: Sketch::default()
            };
            model.sinks.len()
        ],
        crews: model
            .crews
            .iter()
            .map(|crew| CrewRun {
                on_duty: if is_open(crew.calendar) { crew.count } else { 0 },
                last: now,
                ..CrewRun::default()
            })
            .collect(),
        vehicles: layout.vehicles.iter().map(|(fleet, number)| vehicle(model, *fleet, *number)).collect(),
        ways: vec![WayRun::default(); model.fleets.iter().map(|fleet| fleet.ways.len()).sum()],
        orders: model
            .orders
            .iter()
            .map(|order| OrderRun {
                done: order.done,
                scrapped: 0,
                finished: if order.done >= order.quantity { now } else { i64::MAX },
            })
            .collect(),
        calendars,
        wip_limits: model.wip_limits.iter().map(|limit| limit.inside).collect(),
        todo: VecDeque::new(),
        touched: Vec::new(),
        is_runaway: false,
        stats_since: now,
        wip: 0,
        wip_last: now,
        wip_area: 0,
        stay_sum: 0,
        made: 0,
        gone: 0,
    };
    Streams::new(model, seed).install(&mut state);
    state
}

/// A place for a stream that is installed later.
fn nothing() -> Stream {
    Stream::new(0, 0, "")
}

fn station(layout: &Layout, at: usize, is_open: bool) -> StationRun {
    let model = &layout.model;
    StationRun {
        shown: StationState::Idle,
        since: model.start_ns,
        spent_ns: [0; 7],
        is_touched: false,
        is_queued: false,
        is_open,
        is_starved: true,
        busy: 0,
        running: 0,
        done: 0,
        downs: 0,
        stops: u32::from(!is_open && layout.stations[at].pauses),
        run_since: model.start_ns,
        idle_since: model.start_ns,
        family: 0,
        setting: Setting::None,
        setting_began: 0,
        setting_ends: 0,
        setting_ticket: None,
        turn: 0,
        enter_at: i64::MIN,
        wake_at: i64::MIN,
        tool_left: i64::MAX,
        tool_age: 0,
        good: 0,
        scrap: 0,
        rework: 0,
        jobs: 0,
        planned_s: 0.0,
        worked_ns: 0,
        cycle: nothing(),
        outcome: nothing(),
        setup: nothing(),
        tool: nothing(),
        plan_left: Vec::new(),
        plan_at: 0,
    }
}

fn failure(now: i64) -> FailureRun {
    FailureRun {
        left: i64::MAX,
        age: 0,
        since: now,
        is_down: false,
        broke: now,
        is_repairing: false,
        repair_began: now,
        repaired_at: 0,
        ticket: None,
        life: nothing(),
        repair: nothing(),
        count: 0,
    }
}

fn vehicle(model: &FlowModel, fleet: u32, number: u32) -> VehicleRun {
    let spec = &model.fleets[fleet as usize];
    let node = spec.vehicles[number as usize].1;
    VehicleRun {
        phase: VehiclePhase::Idle,
        node,
        goal: node,
        way: NONE,
        next: node,
        transport: NONE,
        promised: 0,
        head: NONE,
        count: 0,
        held: 0,
        battery: spec.battery.as_ref().map_or(100.0, |battery| battery.full),
        battery_at: model.start_ns,
        trips: 0,
        spent_ns: [0; 8],
        since: model.start_ns,
    }
}

/// A serial in words.
pub(crate) fn serial_name(layout: &Layout, serial: u64) -> String {
    let start = &layout.model.state;
    let jobs = start.stations.iter().flat_map(|station| &station.jobs).map(|job| &job.serial);
    let mut names = start.waiting.iter().map(|piece| &piece.serial).chain(jobs);
    let known = usize::try_from(serial).ok().and_then(|at| names.nth(at));
    known.filter(|name| !name.is_empty()).cloned().unwrap_or_else(|| format!("sim-{serial}"))
}
