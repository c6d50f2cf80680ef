//! A plant as a material-flow model: what there is, what it can do, and how it stands at the start.
//!
//! Material is one of a list of [`Material`]s, a stage of the route each (`shaft, turned`), so that routes with
//! alternatives, batches, assembly, disassembly, quality and rework are all one thing: an [`Operation`] of a station
//! takes pieces of materials out of buffers and, after its time, puts pieces of materials into buffers.
//! Times are nanoseconds, and distributions of times are in seconds; powers are W, distances m.
//!
//! Spec: the words are those of IEC 62264-1 (material, operation, equipment, personnel) and ISO 22400-2 (states).

use crate::Distribution;
use serde::{Deserialize, Serialize};

/// Index into [`FlowModel::materials`].
pub type MaterialIndex = u32;
/// Index into [`FlowModel::buffers`].
pub type BufferIndex = u32;
/// Index into [`FlowModel::stations`].
pub type StationIndex = u32;
/// Index into [`FlowModel::crews`].
pub type CrewIndex = u32;
/// Index into [`FlowModel::calendars`].
pub type CalendarIndex = u32;
/// Index into [`FlowModel::fleets`].
pub type FleetIndex = u32;
/// Index into [`FlowModel::orders`].
pub type OrderIndex = u32;
/// Index into [`FlowModel::wip_limits`].
pub type WipLimitIndex = u32;

/// The whole model with its state at the start.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FlowModel {
    /// Where it begins, ns since the Unix epoch.
    pub start_ns: i64,
    /// The kinds of pieces, a stage of the route each.
    pub materials: Vec<Material>,
    /// Where pieces wait or travel.
    pub buffers: Vec<Buffer>,
    /// What works on them.
    pub stations: Vec<Station>,
    /// Where they come from.
    pub sources: Vec<Source>,
    /// Where they leave the model.
    pub sinks: Vec<Sink>,
    /// Vehicles.
    pub fleets: Vec<Fleet>,
    /// Standing orders to the vehicles.
    pub transports: Vec<Transport>,
    /// People.
    pub crews: Vec<Crew>,
    /// When somebody or something is at work.
    pub calendars: Vec<Calendar>,
    /// Production orders, in the order in which they are to be released.
    pub orders: Vec<Order>,
    /// How many pieces may be in stretches of the plant.
    pub wip_limits: Vec<WipLimit>,
    /// How it stands at the start.
    pub state: FlowState,
}

/// A kind of piece.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Material {
    /// What people call it.
    pub name: String,
    /// Set-up family; materials of one family need no set-up between them. 0 needs none ever.
    pub family: u32,
}

/// A place where pieces wait, first in first out among those of a material. A conveyor is a buffer with a transit time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Buffer {
    /// What people call it.
    pub name: String,
    /// How many pieces fit. 0: none lies here, pieces go from hand to hand.
    pub capacity: u32,
    /// How long a piece travels before it can be taken, s.
    pub transit_s: f64,
    /// How soon after one piece the next may come in, s: the pitch of a conveyor.
    pub pitch_s: f64,
}

/// A machine, a manual place, a furnace, a robot cell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Station {
    /// What people call it.
    pub name: String,
    /// How many jobs are in it at once (a furnace holds many).
    pub slots: u32,
    /// How soon after one job the next may enter, s.
    pub pitch_s: f64,
    /// What it can do; of those that can begin, the choice is by [`Choice`].
    pub operations: Vec<Operation>,
    /// Which of several possible operations it begins.
    pub choice: Choice,
    /// How it breaks.
    pub failures: Vec<Failure>,
    /// How long the change from one family to another takes.
    pub setup: Setup,
    /// When it is at work; always, when there is none.
    pub calendar: Option<CalendarIndex>,
    /// What happens to the job in it when its calendar closes.
    pub at_close: AtClose,
    /// The tool that wears, if one does.
    pub tool: Option<Tool>,
    /// What it draws by state.
    pub power: Power,
}

/// How a station chooses among what it could begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// Each in turn, so that none starves.
    #[default]
    InTurn,
    /// The first of the list that can.
    First,
    /// The one whose pieces have waited longest.
    Oldest,
    /// The one whose order is due first.
    EarliestDue,
    /// One that needs no set-up, if there is one; else the oldest.
    LeastSetup,
    /// What the plan says: jobs of [`Order`]s in the order of their [`Dispatch`].
    Planned,
}

/// What happens to a job when the calendar closes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AtClose {
    /// It is finished; only nothing new begins.
    #[default]
    Finish,
    /// It stops, and goes on when the calendar opens.
    Pause,
}

/// Pieces of one material taken from, or put into, a buffer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Pieces {
    /// Of what.
    pub material: MaterialIndex,
    /// From or into which buffer.
    pub buffer: BufferIndex,
    /// How many.
    pub count: u32,
}

/// Something a station can do. The first piece taken carries on (its serial, its order, its age); others become part
/// of it. When more comes out than went in, the pieces share the order and the age.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Operation {
    /// What people call it.
    pub name: String,
    /// What it takes: all of it, or it does not begin. A count above 1 of one material is a batch.
    pub takes: Vec<Pieces>,
    /// Takes fewer pieces, but at least this many in all, after a wait; none: always all of it.
    pub least: Option<PartialBatch>,
    /// How long it takes, s.
    pub time_s: Distribution,
    /// What comes out, and how likely; the chances of all outcomes sum to 1.
    pub outcomes: Vec<Outcome>,
    /// Who is needed while it runs: crew and number.
    pub crew: Option<(CrewIndex, u32)>,
    /// Family for set-ups: that of the first material it takes, unless this says otherwise.
    pub family: Option<u32>,
    /// Only pieces of this order's list of dispatches, when the station's choice is by plan.
    pub step: u32,
    /// It begins only while there is room within this limit, and counts in it from then on.
    pub enters: Option<WipShare>,
    /// Limits that its pieces leave when it begins.
    pub leaves: Vec<WipShare>,
    /// Limits that its pieces leave when they are scrapped in it.
    pub leaves_as_scrap: Vec<WipShare>,
}

impl Default for Operation {
    fn default() -> Self {
        Self {
            name: String::new(),
            takes: Vec::new(),
            least: None,
            time_s: Distribution::Constant(0.0),
            outcomes: Vec::new(),
            crew: None,
            family: None,
            step: 0,
            enters: None,
            leaves: Vec::new(),
            leaves_as_scrap: Vec::new(),
        }
    }
}

/// So many pieces that come into a limit, or leave it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WipShare {
    /// Which limit.
    pub limit: WipLimitIndex,
    /// How many pieces.
    pub pieces: u32,
}

/// At most so many pieces in a stretch of the plant (CONWIP): an operation lets them in, another one out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WipLimit {
    /// What people call it.
    pub name: String,
    /// How many may be in it.
    pub pieces: u32,
    /// How many are in it at the start.
    pub inside: u32,
}

/// When a batch begins although it is not full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PartialBatch {
    /// At least so many pieces.
    pub count: u32,
    /// After the oldest has waited this long, s.
    pub after_s: f64,
}

/// One way an operation ends.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Outcome {
    /// How likely.
    pub chance: f64,
    /// Good, scrap, rework.
    pub kind: OutcomeKind,
    /// What comes out; nothing when it is scrapped.
    pub gives: Vec<Pieces>,
}

/// What an outcome is to the counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeKind {
    /// Counted as good.
    #[default]
    Good,
    /// Counted as scrap.
    Scrap,
    /// Neither: it goes back.
    Rework,
}

/// A way in which a station breaks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// What people call it.
    pub name: String,
    /// How long it holds, s.
    pub time_to_failure_s: Distribution,
    /// Which time counts towards it.
    pub clock: FailureClock,
    /// How long the repair takes once somebody is there, s.
    pub time_to_repair_s: Distribution,
    /// Who repairs; nobody is needed, when there is none.
    pub crew: Option<(CrewIndex, u32)>,
    /// Whether what is in the station is scrap then.
    pub scraps: bool,
}

/// Which time wears a station.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureClock {
    /// Only time at work.
    #[default]
    Operating,
    /// All time.
    Calendar,
    /// Jobs begun: the "time" counts jobs.
    Jobs,
}

/// Change-over times.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Setup {
    /// From any family to another, s, unless a pair says otherwise; none: no set-ups.
    pub time_s: Option<Distribution>,
    /// From family, to family, s.
    pub pairs: Vec<(u32, u32, Distribution)>,
    /// Who is needed.
    pub crew: Option<(CrewIndex, u32)>,
}

/// A tool that is changed when it is worn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tool {
    /// Time at work that it lasts, s.
    pub life_s: Distribution,
    /// How long the change takes, s.
    pub change_s: Distribution,
    /// Who is needed.
    pub crew: Option<(CrewIndex, u32)>,
}

/// Power by state, W.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Power {
    /// At work.
    pub running_w: f64,
    /// Ready, starved or blocked.
    pub idle_w: f64,
    /// Being set up.
    pub setup_w: f64,
    /// Broken.
    pub down_w: f64,
    /// Off by plan.
    pub off_w: f64,
}

/// Where pieces come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    /// What people call it.
    pub name: String,
    /// What it brings, and into which buffer.
    pub gives: Pieces,
    /// When.
    pub arrivals: Arrivals,
}

/// When pieces come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arrivals {
    /// One after another at these intervals, s; one that finds no room waits, and the next interval begins then.
    Every(Distribution),
    /// At these intervals, s; one that finds no room is turned away and counted as lost.
    OrLost(Distribution),
    /// Whenever there is room: never short of material.
    Always,
    /// The buffer is filled up to its capacity at these intervals, s: a lorry.
    FillUp(Distribution),
    /// One for each piece of an order of this material, from its release on.
    Orders,
}

/// Where pieces leave the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sink {
    /// What people call it.
    pub name: String,
    /// From which buffer.
    pub buffer: BufferIndex,
    /// Whether what leaves here is what the plant is there to make.
    pub is_output: bool,
    /// How often everything in the buffer is taken away, s; at once, when there is none.
    pub every_s: Option<Distribution>,
}

/// Vehicles of one kind on a network of ways.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Fleet {
    /// What people call it.
    pub name: String,
    /// The vehicles by name, and at which node each is at home.
    pub vehicles: Vec<(String, u32)>,
    /// How fast they drive, m/s.
    pub speed_m_s: f64,
    /// Junctions and stops in the site frame, m.
    pub nodes: Vec<[f64; 2]>,
    /// The ways between them.
    pub ways: Vec<Way>,
    /// The battery, if it matters.
    pub battery: Option<Battery>,
}

/// A way between two nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Way {
    /// From node.
    pub from: u32,
    /// To node.
    pub to: u32,
    /// Whether it may be driven both ways.
    pub both: bool,
    /// How many vehicles may be on it at once; 0: as many as come.
    pub capacity: u32,
}

/// A battery that is charged when it gets low.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Battery {
    /// Used while driving, % per second.
    pub drain_per_s: f64,
    /// Used while standing, % per second.
    pub idle_drain_per_s: f64,
    /// Gained while charging, % per second.
    pub charge_per_s: f64,
    /// Below this it goes to charge when its trip is done, %.
    pub low: f64,
    /// Up to this it charges, %.
    pub full: f64,
    /// Nodes with chargers.
    pub chargers: Vec<u32>,
}

/// A standing order to a fleet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Transport {
    /// By which fleet.
    pub fleet: FleetIndex,
    /// From which buffer.
    pub from: BufferIndex,
    /// Into which.
    pub to: BufferIndex,
    /// Node where it is loaded.
    pub from_node: u32,
    /// Node where it is unloaded.
    pub to_node: u32,
    /// Only this material.
    pub material: Option<MaterialIndex>,
    /// How many pieces at most.
    pub load_max: u32,
    /// How many at least.
    pub load_min: u32,
    /// Loading, and unloading, s.
    pub handling_s: f64,
    /// Lower goes first.
    pub priority: u8,
}

/// People with one skill.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Crew {
    /// What people call it.
    pub name: String,
    /// How many are on duty while the calendar is open.
    pub count: u32,
    /// When they are on duty; always, when there is none.
    pub calendar: Option<CalendarIndex>,
}

/// When something is open: a pattern that repeats, and exceptions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Calendar {
    /// What people call it.
    pub name: String,
    /// Where the pattern begins, ns since the Unix epoch.
    pub origin_ns: i64,
    /// How long the pattern is, ns: a day, a week. 0: no pattern, always open but for the exceptions.
    pub period_ns: i64,
    /// When it is open within the pattern, ns from its start, in order and apart.
    pub open_ns: Vec<(i64, i64)>,
    /// Stretches, ns since the Unix epoch, in which it is open or closed whatever the pattern says; later ones win.
    pub exceptions: Vec<CalendarException>,
}

/// A stretch that is not by the pattern.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CalendarException {
    /// From, ns.
    pub from_ns: i64,
    /// To, ns, not included.
    pub to_ns: i64,
    /// Whether it is open then.
    pub open: bool,
}

/// A production order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Order {
    /// Its number.
    pub name: String,
    /// The finished material that it asks for; pieces that become this count towards it.
    pub material: MaterialIndex,
    /// How many good pieces.
    pub quantity: u32,
    /// How many are finished already.
    pub done: u32,
    /// Not begun before, ns.
    pub release_ns: i64,
    /// Promised for, ns; `i64::MAX`: not promised.
    pub due_ns: i64,
    /// How much lateness matters.
    pub weight: f64,
    /// Planned operations, for stations that choose by plan.
    pub dispatches: Vec<Dispatch>,
}

/// An operation of an order where and when the plan wants it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Dispatch {
    /// Which step of the order.
    pub step: u32,
    /// On which station.
    pub station: StationIndex,
    /// Its place in the sequence of that station.
    pub sequence: u32,
    /// Not before, ns.
    pub start_ns: i64,
}

/// How the plant stands at the start. What is empty starts empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FlowState {
    /// Pieces that lie in buffers, oldest first.
    pub waiting: Vec<WaitingPiece>,
    /// How stations stand; those that are not named are idle and whole.
    pub stations: Vec<StationStart>,
    /// Where vehicles are; those that are not named are at home, idle and full.
    pub vehicles: Vec<VehicleStart>,
}

/// A piece in a buffer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WaitingPiece {
    /// Where.
    pub buffer: BufferIndex,
    /// What it is.
    pub material: MaterialIndex,
    /// Its serial; empty: one is given.
    pub serial: String,
    /// For which order.
    pub order: Option<OrderIndex>,
    /// When it entered the plant, ns.
    pub born_ns: i64,
    /// When it came into the buffer, ns.
    pub since_ns: i64,
}

/// A station at the start.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StationStart {
    /// Which.
    pub station: StationIndex,
    /// Jobs in it: which operation, since when, with which piece.
    pub jobs: Vec<JobStart>,
    /// Broken since, ns, and by which of its failures; the repair's residual is drawn.
    pub down: Option<(u32, i64)>,
    /// In a set-up for this family since, ns.
    pub setup: Option<(u32, i64)>,
    /// The family it is set up for.
    pub family: u32,
    /// Time that counts towards each failure, s (or jobs), since its last one; the residual life is drawn given it.
    pub ages: Vec<f64>,
    /// Time at work of the tool, s.
    pub tool_age_s: f64,
}

/// A job that has begun.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct JobStart {
    /// Which operation of the station.
    pub operation: u32,
    /// When it began, ns; its residual time is drawn given it.
    pub since_ns: i64,
    /// Serial of the piece.
    pub serial: String,
    /// For which order.
    pub order: Option<OrderIndex>,
    /// When the piece entered the plant, ns.
    pub born_ns: i64,
    /// Done already and waiting to get out.
    pub done: bool,
}

/// A vehicle at the start.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VehicleStart {
    /// Fleet and vehicle.
    pub vehicle: (FleetIndex, u32),
    /// Near which node.
    pub node: u32,
    /// Battery, %.
    pub battery: f64,
    /// What it carries for which transport: transport, material, count.
    pub load: Option<(u32, MaterialIndex, u32)>,
}
