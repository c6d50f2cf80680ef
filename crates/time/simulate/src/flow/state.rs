//! How a plant stands while it runs: flat arrays by index, pieces in a slab, all by value.

use super::event::{Giver, Request, Todo};
use super::layout::NONE;
use super::sketch::Sketch;
use super::{Serial, StationState};
use crate::{Stream, Tally, Ticket};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// A piece. It lies in a lane, or in a list that a slot or a vehicle holds.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Piece {
    /// The next in its list, or the next free place of the slab.
    pub next: u32,
    /// Where it lies, or where it is going; its material is that of the lane.
    pub lane: u32,
    pub order: u32,
    /// Whether it was counted as finished for its order.
    pub is_counted: bool,
    /// In whose hand it is, when it is offered and does not lie.
    pub holder: Option<Giver>,
    pub serial: Serial,
    /// When its first part came into the plant, ns.
    pub born: i64,
    /// Since when it can be taken here, ns.
    pub since: i64,
    /// When it came to be in this run, ns; none while a source still holds it.
    pub entered: i64,
}

/// All pieces.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Slab {
    pub pieces: Vec<Piece>,
    free: u32,
    pub serials: u64,
}

impl Slab {
    pub fn new(serials: u64) -> Self {
        Self { pieces: Vec::new(), free: NONE, serials }
    }

    pub fn add(&mut self, piece: Piece) -> u32 {
        if self.free == NONE {
            self.pieces.push(piece);
            return self.pieces.len() as u32 - 1;
        }
        let at = self.free;
        self.free = self.pieces[at as usize].next;
        self.pieces[at as usize] = piece;
        at
    }

    pub fn free(&mut self, at: u32) {
        self.pieces[at as usize].next = self.free;
        self.free = at;
    }

    pub fn serial(&mut self) -> Serial {
        self.serials += 1;
        self.serials - 1
    }

    pub fn at(&self, at: u32) -> &Piece {
        &self.pieces[at as usize]
    }

    pub fn at_mut(&mut self, at: u32) -> &mut Piece {
        &mut self.pieces[at as usize]
    }
}

/// Pieces of one material in one buffer, the oldest first.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct LaneRun {
    pub head: u32,
    pub tail: u32,
    /// How many of them can be taken; the others still travel.
    pub ripe: u32,
    pub count: u32,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct BufferRun {
    pub level: u32,
    /// Room promised to vehicles.
    pub reserved: u32,
    /// Pieces promised to vehicles.
    pub promised: u32,
    /// When the next may come in, ns.
    pub open_at: i64,
    pub is_waking: bool,
    pub givers: VecDeque<Giver>,
    pub area: f64,
    pub last: i64,
    pub level_max: u32,
}

/// What a station is busy with besides jobs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Setting {
    #[default]
    None,
    /// It waits for people, to be set up for a family.
    SetupWaits(u32),
    /// It is set up for a family.
    Setup(u32),
    /// It waits for people, to have its tool changed.
    ToolWaits,
    /// Its tool is changed.
    Tool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StationRun {
    pub shown: StationState,
    pub since: i64,
    pub spent_ns: [i64; 7],
    pub is_touched: bool,
    pub is_queued: bool,
    pub is_open: bool,
    pub is_starved: bool,
    /// Slots that are not empty.
    pub busy: u32,
    pub running: u32,
    pub done: u32,
    pub downs: u32,
    /// Reasons why nothing runs: failures, and a closed calendar that stops jobs.
    pub stops: u32,
    pub run_since: i64,
    pub idle_since: i64,
    pub family: u32,
    pub setting: Setting,
    pub setting_began: i64,
    pub setting_ends: i64,
    pub setting_ticket: Option<Ticket>,
    pub turn: u32,
    pub enter_at: i64,
    pub wake_at: i64,
    pub tool_left: i64,
    pub tool_age: i64,
    pub good: u64,
    pub scrap: u64,
    pub rework: u64,
    pub jobs: u64,
    /// Time that the jobs done should have taken, s.
    pub planned_s: f64,
    /// Time that they took, s.
    pub worked_ns: i64,
    pub cycle: Stream,
    pub outcome: Stream,
    pub setup: Stream,
    pub tool: Stream,
    /// Jobs still to begin for each planned operation.
    pub plan_left: Vec<i32>,
    pub plan_at: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Phase {
    #[default]
    Empty,
    /// The station is being set up for it.
    Setup,
    /// It waits for people.
    Waiting,
    Running,
    /// Its station broke or closed.
    Stopped,
    /// It waits to get out.
    Done,
}

/// What is in a slot.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Job {
    pub phase: Phase,
    pub operation: u32,
    /// Its pieces, the one that carries on first.
    pub head: u32,
    /// How many it took.
    pub taken: u32,
    /// Pieces that it offers from hand to hand.
    pub held: u32,
    pub began: i64,
    /// When it began to run last, ns.
    pub resumed: i64,
    pub ends: i64,
    /// What is left of its time while it stands, ns; negative: not drawn yet.
    pub left: i64,
    /// What it has worked before it stood last, ns.
    pub worked: i64,
    pub ticket: Option<Ticket>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FailureRun {
    /// What is left of its life, ns (jobs × 1e9 when it counts jobs).
    pub left: i64,
    /// What has counted towards it, ns.
    pub age: i64,
    /// When it was whole again last, ns: its life counts from here when its clock is the calendar.
    pub since: i64,
    pub is_down: bool,
    /// When it broke, ns.
    pub broke: i64,
    pub is_repairing: bool,
    pub repair_began: i64,
    pub repaired_at: i64,
    pub ticket: Option<Ticket>,
    pub life: Stream,
    pub repair: Stream,
    pub count: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SourceRun {
    /// Pieces that it wants to bring in now.
    pub owed: u32,
    /// Whether it stands before the buffer.
    pub is_waiting: bool,
    /// When its interval began, ns.
    pub since: i64,
    pub ticket: Option<Ticket>,
    /// Pieces still to be released for each of its orders.
    pub demand: Vec<u32>,
    /// Orders before this one are released whole.
    pub order_at: u32,
    pub brought: u64,
    pub lost: u64,
    pub stream: Stream,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SinkRun {
    pub since: i64,
    pub ticket: Option<Ticket>,
    pub stream: Stream,
    /// Pieces by material.
    pub count: Vec<u64>,
    pub lead_s: Tally,
    pub sketch: Sketch,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct CrewRun {
    pub on_duty: u32,
    pub busy: u32,
    pub waiting: VecDeque<Request>,
    /// Person nanoseconds at work.
    pub area: f64,
    pub last: i64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum VehiclePhase {
    #[default]
    Idle,
    ToLoad,
    Loading,
    ToUnload,
    Unloading,
    /// It offers its load from hand to hand.
    Offering,
    ToCharge,
    Charging,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct VehicleRun {
    pub phase: VehiclePhase,
    pub node: u32,
    pub goal: u32,
    /// The way that it is on, and where it leads.
    pub way: u32,
    pub next: u32,
    pub transport: u32,
    pub promised: u32,
    pub head: u32,
    pub count: u32,
    pub held: u32,
    pub battery: f64,
    pub battery_at: i64,
    pub trips: u64,
    pub spent_ns: [i64; 8],
    pub since: i64,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct WayRun {
    pub on: u32,
    pub on_max: u32,
    pub waiting: VecDeque<u32>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct OrderRun {
    pub done: u32,
    pub scrapped: u32,
    /// When it was finished, ns; `i64::MAX`: not yet.
    pub finished: i64,
}

/// The whole.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct State {
    pub slab: Slab,
    pub lanes: Vec<LaneRun>,
    pub buffers: Vec<BufferRun>,
    pub stations: Vec<StationRun>,
    pub jobs: Vec<Job>,
    pub failures: Vec<FailureRun>,
    pub sources: Vec<SourceRun>,
    pub sinks: Vec<SinkRun>,
    pub crews: Vec<CrewRun>,
    pub vehicles: Vec<VehicleRun>,
    pub ways: Vec<WayRun>,
    pub orders: Vec<OrderRun>,
    pub calendars: Vec<bool>,
    /// Pieces within each limit.
    pub wip_limits: Vec<u32>,
    pub todo: VecDeque<Todo>,
    pub touched: Vec<u32>,
    /// An instant that would never end was broken off.
    pub is_runaway: bool,
    /// Since when statistics are kept, ns.
    pub stats_since: i64,
    /// Pieces in the plant.
    pub wip: u32,
    pub wip_last: i64,
    /// Piece nanoseconds in the plant, counted by the number.
    pub wip_area: i128,
    /// Piece nanoseconds in the plant, counted by the pieces that are gone.
    pub stay_sum: i128,
    /// Pieces that came to be, and that ceased to be.
    pub made: u64,
    pub gone: u64,
}
