//! Facts: everything discrete that happened, in a closed and versioned set of kinds.
//!
//! A fact is written once and never rewritten. Its form on disk is JSON, tagged by kind and version
//! (`thing-described.v1`), so that any later version, and any person, can read it.

use crate::{
    Branch, BranchId, CalendarDescription, CrewDescription, Dispatch, MachineState, OrderDescription,
    PhysicsModel, Place, Process, Relation, SignalDescription, TariffDescription, ThingDescription,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use trine_base::{Instant, SignalId, ThingId};

/// Who or what says it: `connection/NAME`, `rule/NAME`, `import/NAME`, `person/NAME`, `layouter`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Origin(pub Arc<str>);

impl Origin {
    /// The origin with this name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }
}

/// A fact that somebody proposes; the world gives it a number and missing ids in [`crate::World::admit`].
#[derive(Clone, Debug, PartialEq)]
pub struct NewFact {
    /// When it happened. [`Instant::MIN`]: it has always been so, as far as is known.
    pub at: Instant,
    /// Who says it.
    pub origin: Origin,
    /// What happened.
    pub kind: FactKind,
}

impl NewFact {
    /// Something that has always been so, as far as is known.
    #[must_use]
    pub fn always(origin: &Origin, kind: FactKind) -> Self {
        Self { at: Instant::MIN, origin: origin.clone(), kind }
    }
}

/// A fact of the world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// Its place in the order of the site's facts, from 1.
    pub number: u64,
    /// When it happened.
    pub at: Instant,
    /// When it was recorded.
    pub recorded: Instant,
    /// Who says it.
    pub origin: Origin,
    /// What happened.
    #[serde(flatten)]
    pub kind: FactKind,
}

/// What can happen. In proposals an id of 0 stands for "the one with this key, or a new one".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data")]
pub enum FactKind {
    /// The site has a name and a time zone (IANA).
    #[serde(rename = "site.named.v1")]
    SiteNamed {
        /// What people call it.
        name: String,
        /// IANA time zone, such as `Europe/Berlin`.
        zone: String,
    },
    /// A thing is there, or is described anew.
    #[serde(rename = "thing.described.v1")]
    ThingDescribed {
        /// Which thing.
        thing: ThingId,
        /// What is said of it.
        description: ThingDescription,
    },
    /// A thing stands here from now on; `None`: nobody knows where.
    #[serde(rename = "thing.placed.v1")]
    ThingPlaced {
        /// Which thing.
        thing: ThingId,
        /// Where.
        place: Option<Place>,
    },
    /// A thing is gone, and its signals with it. Its past stays.
    #[serde(rename = "thing.retired.v1")]
    ThingRetired {
        /// Which thing.
        thing: ThingId,
    },
    /// A signal is there, or is described anew.
    #[serde(rename = "signal.described.v1")]
    SignalDescribed {
        /// Which signal.
        signal: SignalId,
        /// What is said of it.
        description: SignalDescription,
    },
    /// Two things belong together.
    #[serde(rename = "relation.made.v1")]
    Related(Relation),
    /// They no longer do.
    #[serde(rename = "relation.ended.v1")]
    Unrelated(Relation),
    /// An alarm calls for attention.
    #[serde(rename = "alarm.raised.v1")]
    AlarmRaised {
        /// The thing that it calls to.
        thing: ThingId,
        /// The signal that reported it.
        signal: SignalId,
        /// The source's own code.
        code: String,
        /// 1 (worst) to 4.
        priority: u8,
        /// For the operator.
        message: String,
    },
    /// The condition behind an alarm has ended.
    #[serde(rename = "alarm.cleared.v1")]
    AlarmCleared {
        /// The thing that it called to.
        thing: ThingId,
        /// The signal that reported it.
        signal: SignalId,
        /// The source's own code.
        code: String,
        /// Number of the fact that raised it; in proposals 0 for the open alarm of this signal and code.
        alarm: u64,
    },
    /// Somebody knows of an alarm.
    #[serde(rename = "alarm.acknowledged.v1")]
    AlarmAcknowledged {
        /// The thing that it calls to.
        thing: ThingId,
        /// Number of the fact that raised it.
        alarm: u64,
    },
    /// A machine went from one state to another.
    #[serde(rename = "state.changed.v1")]
    StateChanged {
        /// Which machine.
        thing: ThingId,
        /// What it did.
        from: MachineState,
        /// What it does now.
        to: MachineState,
    },
    /// A workpiece came into a thing.
    #[serde(rename = "part.arrived.v1")]
    PartArrived {
        /// Where.
        thing: ThingId,
        /// Its serial.
        part: String,
    },
    /// A workpiece left a thing.
    #[serde(rename = "part.left.v1")]
    PartLeft {
        /// From where.
        thing: ThingId,
        /// Its serial.
        part: String,
    },
    /// A machine counted finished pieces.
    #[serde(rename = "part.completed.v1")]
    PartCompleted {
        /// Where.
        thing: ThingId,
        /// How many by this count.
        count: u32,
        /// Whether they are good.
        good: bool,
    },
    /// From here on nothing came from a connection, or from some of its signals.
    #[serde(rename = "gap.opened.v1")]
    GapOpened {
        /// The connection.
        thing: ThingId,
        /// The signals; empty for all of the connection.
        signals: Vec<SignalId>,
        /// Why, in words.
        cause: String,
    },
    /// Data comes again.
    #[serde(rename = "gap.closed.v1")]
    GapClosed {
        /// The connection.
        thing: ThingId,
        /// Number of the fact that opened it.
        gap: u64,
    },
    /// A connection's state changed.
    #[serde(rename = "connection.changed.v1")]
    ConnectionChanged {
        /// The connection.
        thing: ThingId,
        /// Its state now: a word of `docs/wire.md`.
        state: String,
        /// What went wrong, or empty.
        error: String,
    },
    /// It is known how a station works or a store is used, or it is known anew.
    #[serde(rename = "process.described.v1")]
    ProcessDescribed {
        /// The station or the store.
        thing: ThingId,
        /// What happens in it.
        process: Process,
    },
    /// There is a calendar, or it is another one now.
    #[serde(rename = "calendar.described.v1")]
    CalendarDescribed {
        /// The calendar.
        calendar: CalendarDescription,
    },
    /// There is a crew, or it is another one now.
    #[serde(rename = "crew.described.v1")]
    CrewDescribed {
        /// The crew.
        crew: CrewDescription,
    },
    /// It is known what things cost, or they cost something else now.
    #[serde(rename = "tariff.described.v1")]
    TariffDescribed {
        /// The prices.
        tariff: TariffDescription,
    },
    /// A production order may be worked on, or it has changed.
    #[serde(rename = "order.released.v1")]
    OrderReleased {
        /// The order.
        order: OrderDescription,
    },
    /// All of an order is done, or nobody wants it any more.
    #[serde(rename = "order.finished.v1")]
    OrderFinished {
        /// Its key.
        order: Arc<str>,
    },
    /// A plan was accepted: a command to those who run the machines, which replaces the one before.
    #[serde(rename = "orders.dispatched.v1")]
    OrdersDispatched {
        /// What people call the plan.
        plan: String,
        /// Operations, each on its machine, at its time.
        dispatches: Vec<Dispatch>,
    },
    /// A physics model computes signals of a thing from now on, in place of the one before.
    #[serde(rename = "model.attached.v1")]
    ModelAttached {
        /// Which thing.
        thing: ThingId,
        /// The model and its wiring.
        model: PhysicsModel,
    },
    /// It no longer does.
    #[serde(rename = "model.detached.v1")]
    ModelDetached {
        /// Which thing.
        thing: ThingId,
    },
    /// A branch forks from another, or is described anew.
    #[serde(rename = "branch.forked.v1")]
    BranchForked {
        /// The branch.
        branch: Branch,
    },
    /// A branch is gone, with what was only in it.
    #[serde(rename = "branch.discarded.v1")]
    BranchDiscarded {
        /// Its id.
        branch: BranchId,
    },
}

impl FactKind {
    /// The thing that the fact is about, if it is about one.
    #[must_use]
    pub fn subject(&self) -> Option<ThingId> {
        match self {
            Self::SiteNamed { .. }
            | Self::SignalDescribed { .. }
            | Self::CalendarDescribed { .. }
            | Self::CrewDescribed { .. }
            | Self::TariffDescribed { .. }
            | Self::OrderReleased { .. }
            | Self::OrderFinished { .. }
            | Self::OrdersDispatched { .. }
            | Self::BranchForked { .. }
            | Self::BranchDiscarded { .. } => None,
            Self::Related(relation) | Self::Unrelated(relation) => Some(relation.from),
            Self::ThingDescribed { thing, .. }
            | Self::ThingPlaced { thing, .. }
            | Self::ThingRetired { thing }
            | Self::AlarmRaised { thing, .. }
            | Self::AlarmCleared { thing, .. }
            | Self::AlarmAcknowledged { thing, .. }
            | Self::StateChanged { thing, .. }
            | Self::PartArrived { thing, .. }
            | Self::PartLeft { thing, .. }
            | Self::PartCompleted { thing, .. }
            | Self::GapOpened { thing, .. }
            | Self::GapClosed { thing, .. }
            | Self::ConnectionChanged { thing, .. }
            | Self::ProcessDescribed { thing, .. }
            | Self::ModelAttached { thing, .. }
            | Self::ModelDetached { thing } => Some(*thing),
        }
    }

    /// Whether it changes what there is (things, signals, relations), not only what happens to it.
    #[must_use]
    pub const fn is_structure(&self) -> bool {
        matches!(
            self,
            Self::SiteNamed { .. }
                | Self::ThingDescribed { .. }
                | Self::ThingPlaced { .. }
                | Self::ThingRetired { .. }
                | Self::SignalDescribed { .. }
                | Self::Related(_)
                | Self::Unrelated(_)
        )
    }

    /// Whether it says what the plant is to make, and how.
    #[must_use]
    pub const fn is_production(&self) -> bool {
        matches!(
            self,
            Self::ProcessDescribed { .. }
                | Self::CalendarDescribed { .. }
                | Self::CrewDescribed { .. }
                | Self::TariffDescribed { .. }
                | Self::OrderReleased { .. }
                | Self::OrderFinished { .. }
                | Self::OrdersDispatched { .. }
        )
    }

    /// The kind and its version, such as `alarm.raised.v1`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::SiteNamed { .. } => "site.named.v1",
            Self::ThingDescribed { .. } => "thing.described.v1",
            Self::ThingPlaced { .. } => "thing.placed.v1",
            Self::ThingRetired { .. } => "thing.retired.v1",
            Self::SignalDescribed { .. } => "signal.described.v1",
            Self::Related(_) => "relation.made.v1",
            Self::Unrelated(_) => "relation.ended.v1",
            Self::AlarmRaised { .. } => "alarm.raised.v1",
            Self::AlarmCleared { .. } => "alarm.cleared.v1",
            Self::AlarmAcknowledged { .. } => "alarm.acknowledged.v1",
            Self::StateChanged { .. } => "state.changed.v1",
            Self::PartArrived { .. } => "part.arrived.v1",
            Self::PartLeft { .. } => "part.left.v1",
            Self::PartCompleted { .. } => "part.completed.v1",
            Self::GapOpened { .. } => "gap.opened.v1",
            Self::GapClosed { .. } => "gap.closed.v1",
            Self::ConnectionChanged { .. } => "connection.changed.v1",
            Self::ProcessDescribed { .. } => "process.described.v1",
            Self::CalendarDescribed { .. } => "calendar.described.v1",
            Self::CrewDescribed { .. } => "crew.described.v1",
            Self::TariffDescribed { .. } => "tariff.described.v1",
            Self::OrderReleased { .. } => "order.released.v1",
            Self::OrderFinished { .. } => "order.finished.v1",
            Self::OrdersDispatched { .. } => "orders.dispatched.v1",
            Self::ModelAttached { .. } => "model.attached.v1",
            Self::ModelDetached { .. } => "model.detached.v1",
            Self::BranchForked { .. } => "branch.forked.v1",
            Self::BranchDiscarded { .. } => "branch.discarded.v1",
        }
    }
}

impl Fact {
    /// The form on disk.
    ///
    /// # Panics
    /// Never: every fact has a JSON form.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a fact has a JSON form")
    }

    /// Reads the form on disk.
    ///
    /// # Errors
    /// When the bytes are not a fact of a version that is known.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }
}
