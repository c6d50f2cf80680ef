//! What a run tells whoever listens: everything that signals and facts of a plant are made of.
//!
//! A [`Trace`] is a type parameter of the engine, so that a run without one pays nothing. States are told once per
//! instant, after everything of that instant has happened: a station that was blocked for no time at all was not.

use super::{BufferIndex, FleetIndex, MaterialIndex, OrderIndex, OutcomeKind, StationIndex};
use serde::{Deserialize, Serialize};

/// How a station stands. Spec: ISO 22400-2:2014, time model for work units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StationState {
    /// At work.
    Running,
    /// It could begin but for people, its pitch or its plan.
    #[default]
    Idle,
    /// Nothing that it needs is there.
    Starved,
    /// It cannot get rid of what it has finished.
    Blocked,
    /// It is being set up, or its tool is being changed, or it waits for somebody who does.
    Setup,
    /// It is broken: it is being repaired, or waits for somebody who repairs.
    Down,
    /// Its calendar is closed.
    PlannedStop,
}

impl StationState {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 7] =
        [Self::Running, Self::Idle, Self::Starved, Self::Blocked, Self::Setup, Self::Down, Self::PlannedStop];

    /// Its place in [`Self::ALL`].
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }
}

/// Number of a piece; [`super::Flow::serial_name`] gives it in words.
pub type Serial = u64;

/// Something that happened. Times are ns since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Happening {
    /// A station's state is another one now.
    State {
        /// Which station.
        station: StationIndex,
        /// What it was.
        from: StationState,
        /// What it is.
        to: StationState,
    },
    /// A piece went into a station.
    PieceIn {
        /// Which station.
        station: StationIndex,
        /// Place in the station.
        slot: u32,
        /// Which piece.
        serial: Serial,
        /// What it is.
        material: MaterialIndex,
        /// For which order.
        order: Option<OrderIndex>,
    },
    /// A job runs, from now until the end that it is expected at.
    JobStarted {
        /// Which station.
        station: StationIndex,
        /// Place in the station.
        slot: u32,
        /// Which of the station's operations.
        operation: u32,
        /// The piece that carries on.
        serial: Serial,
        /// For which order.
        order: Option<OrderIndex>,
        /// When it began: now, unless it was under way already when the run began.
        began_ns: i64,
        /// When it ends if nothing comes between.
        ends_ns: i64,
    },
    /// A job stands still: its station broke or closed.
    JobStopped {
        /// Which station.
        station: StationIndex,
        /// Place in the station.
        slot: u32,
        /// How much of it is left, ns.
        left_ns: i64,
    },
    /// A job that stood still runs on.
    JobResumed {
        /// Which station.
        station: StationIndex,
        /// Place in the station.
        slot: u32,
        /// When it ends now.
        ends_ns: i64,
    },
    /// A job is done.
    JobEnded {
        /// Which station.
        station: StationIndex,
        /// Place in the station.
        slot: u32,
        /// Which of the station's operations.
        operation: u32,
        /// The piece that carried on.
        serial: Serial,
        /// For which order.
        order: Option<OrderIndex>,
        /// How it came out.
        kind: OutcomeKind,
        /// How many pieces: what came out, or what was scrapped.
        count: u32,
        /// What came out first; none when it is scrap.
        material: Option<MaterialIndex>,
    },
    /// A piece left a station for a buffer, or for the hand of whoever took it there.
    PieceOut {
        /// Which station.
        station: StationIndex,
        /// Place in the station.
        slot: u32,
        /// Which piece.
        serial: Serial,
        /// What it is now.
        material: MaterialIndex,
        /// Where it went.
        buffer: BufferIndex,
    },
    /// A buffer holds another number of pieces.
    Level {
        /// Which buffer.
        buffer: BufferIndex,
        /// How many pieces lie in it.
        level: u32,
    },
    /// A source brought a piece.
    Arrived {
        /// Which source.
        source: u32,
        /// Which piece.
        serial: Serial,
        /// What it is.
        material: MaterialIndex,
        /// For which order.
        order: Option<OrderIndex>,
        /// Where it came in.
        buffer: BufferIndex,
    },
    /// A source found no room and took its piece away again.
    Lost {
        /// Which source.
        source: u32,
    },
    /// A piece left the plant.
    Left {
        /// Through which sink.
        sink: u32,
        /// Which piece.
        serial: Serial,
        /// What it is.
        material: MaterialIndex,
        /// For which order.
        order: Option<OrderIndex>,
        /// When it had come into the plant.
        born_ns: i64,
    },
    /// A station broke.
    Failed {
        /// Which station.
        station: StationIndex,
        /// Which of its failures.
        failure: u32,
    },
    /// Somebody is there and repairs.
    RepairStarted {
        /// Which station.
        station: StationIndex,
        /// Which of its failures.
        failure: u32,
        /// When it is done.
        ends_ns: i64,
    },
    /// A station is whole again, as far as this failure goes.
    Repaired {
        /// Which station.
        station: StationIndex,
        /// Which of its failures.
        failure: u32,
    },
    /// A station is set up for a family now.
    SetUp {
        /// Which station.
        station: StationIndex,
        /// For which family.
        family: u32,
    },
    /// A station has a new tool.
    ToolChanged {
        /// Which station.
        station: StationIndex,
    },
    /// A good piece was finished for an order.
    OrderProgress {
        /// Which order.
        order: OrderIndex,
        /// How many are finished.
        done: u32,
    },
    /// All pieces of an order are finished.
    OrderFinished {
        /// Which order.
        order: OrderIndex,
    },
    /// A vehicle drives off along one way.
    Departed {
        /// Of which fleet.
        fleet: FleetIndex,
        /// Which vehicle of it.
        vehicle: u32,
        /// From node.
        from: u32,
        /// To node.
        to: u32,
        /// When it arrives there.
        arrives_ns: i64,
    },
    /// A vehicle is at a node.
    Stopped {
        /// Of which fleet.
        fleet: FleetIndex,
        /// Which vehicle of it.
        vehicle: u32,
        /// Where.
        node: u32,
        /// Charge of its battery, %; 100 when batteries do not matter.
        battery: f64,
    },
    /// A vehicle has another load.
    Load {
        /// Of which fleet.
        fleet: FleetIndex,
        /// Which vehicle of it.
        vehicle: u32,
        /// What it carries; none when it is empty.
        material: Option<MaterialIndex>,
        /// How many pieces.
        count: u32,
    },
    /// A vehicle begins or ends charging.
    Charging {
        /// Of which fleet.
        fleet: FleetIndex,
        /// Which vehicle of it.
        vehicle: u32,
        /// Whether it charges now.
        is_charging: bool,
        /// Charge of its battery, %.
        battery: f64,
    },
    /// A crew has another number of people at work.
    Crew {
        /// Which crew.
        crew: u32,
        /// How many are at work.
        busy: u32,
        /// How many are on duty.
        on_duty: u32,
    },
}

/// Listens to a run.
pub trait Trace {
    /// Whether it listens at all: what nobody hears is not told.
    const LISTENS: bool = true;

    /// Something happened.
    fn happened(&mut self, at_ns: i64, what: &Happening);
}

impl Trace for () {
    const LISTENS: bool = false;

    fn happened(&mut self, _: i64, _: &Happening) {}
}

/// Keeps all of it, in order.
impl Trace for Vec<(i64, Happening)> {
    fn happened(&mut self, at_ns: i64, what: &Happening) {
        self.push((at_ns, *what));
    }
}
