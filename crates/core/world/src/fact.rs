//! Facts: everything discrete that happened, in a closed and versioned set of kinds.
//!
//! A fact is written once and never rewritten. Its form on disk is JSON, tagged by kind and version
//! (`thing-described.v1`), so that any later version, and any person, can read it.

use crate::{
    Branch, BranchId, CalendarDescription, CommandId, CommandOffer, CommandRequest, Contract,
    CrewDescription, Dispatch, Guard, Interlock, LockOut, MachineState, OrderDescription, PhysicsModel,
    Place, PolicyDescription, Process, Relation, RoleGrant, ShellChange, SignalDescription,
    TariffDescription, ThingDescription,
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
    /// Somebody, or a unit, holds a role from now on.
    #[serde(rename = "role.granted.v1")]
    RoleGranted {
        /// Which, and who.
        grant: RoleGrant,
    },
    /// They no longer hold it.
    #[serde(rename = "role.revoked.v1")]
    RoleRevoked {
        /// Id of the grant.
        grant: Arc<str>,
    },
    /// Somebody belongs to a unit.
    #[serde(rename = "member.joined.v1")]
    MemberJoined {
        /// Id of the principal.
        member: Arc<str>,
        /// Key of the unit.
        unit: Arc<str>,
    },
    /// They no longer do.
    #[serde(rename = "member.left.v1")]
    MemberLeft {
        /// Id of the principal.
        member: Arc<str>,
        /// Key of the unit.
        unit: Arc<str>,
    },
    /// Another company may do something here.
    #[serde(rename = "contract.agreed.v1")]
    ContractAgreed {
        /// What.
        contract: Contract,
    },
    /// It no longer may.
    #[serde(rename = "contract.ended.v1")]
    ContractEnded {
        /// Id of the contract.
        contract: Arc<str>,
    },
    /// There is a policy, or it is another one now.
    #[serde(rename = "policy.set.v1")]
    PolicySet {
        /// The policy.
        policy: PolicyDescription,
    },
    /// A policy is gone.
    #[serde(rename = "policy.removed.v1")]
    PolicyRemoved {
        /// Its id.
        policy: Arc<str>,
    },
    /// The site takes no commands from now on: it is read-only.
    #[serde(rename = "site.halted.v1")]
    SiteHalted {
        /// Why.
        reason: String,
    },
    /// It takes commands again.
    #[serde(rename = "site.resumed.v1")]
    SiteResumed {
        /// Why.
        reason: String,
    },
    /// A thing can be told something, or it is described anew.
    #[serde(rename = "command.offered.v1")]
    CommandOffered {
        /// What.
        offer: CommandOffer,
    },
    /// It no longer can.
    #[serde(rename = "offer.withdrawn.v1")]
    OfferWithdrawn {
        /// Key of the offer.
        offer: Arc<str>,
    },
    /// It takes this to command a thing; a guard that asks for nothing ends the one before.
    #[serde(rename = "command.guarded.v1")]
    CommandGuarded {
        /// What it takes.
        guard: Guard,
    },
    /// A condition holds commands back, or it is another one now.
    #[serde(rename = "interlock.described.v1")]
    InterlockDescribed {
        /// The condition.
        interlock: Interlock,
    },
    /// It no longer does.
    #[serde(rename = "interlock.removed.v1")]
    InterlockRemoved {
        /// Its id.
        interlock: Arc<str>,
    },
    /// Somebody hung their maintenance lock on a thing.
    #[serde(rename = "lock.placed.v1")]
    LockPlaced {
        /// The lock.
        lock: LockOut,
    },
    /// They took it off.
    #[serde(rename = "lock.removed.v1")]
    LockRemoved {
        /// Key of the thing.
        thing: Arc<str>,
        /// Whose lock.
        by: Arc<str>,
    },
    /// Somebody wants something done.
    #[serde(rename = "command.requested.v1")]
    CommandRequested {
        /// What.
        request: CommandRequest,
    },
    /// A second person agrees.
    #[serde(rename = "command.approved.v1")]
    CommandApproved {
        /// The thing.
        thing: ThingId,
        /// The command.
        command: CommandId,
        /// Who.
        by: Arc<str>,
    },
    /// Somebody wanted to be the second person and may not; the command goes on waiting.
    #[serde(rename = "approval.denied.v1")]
    ApprovalDenied {
        /// The thing.
        thing: ThingId,
        /// The command.
        command: CommandId,
        /// Who.
        by: Arc<str>,
        /// Why, a sentence each.
        reasons: Vec<String>,
    },
    /// It may not be done, and nothing was sent.
    #[serde(rename = "command.denied.v1")]
    CommandDenied {
        /// The thing.
        thing: ThingId,
        /// The command.
        command: CommandId,
        /// Why, a sentence each.
        reasons: Vec<String>,
    },
    /// It is about to be sent; whoever reads only this does not know whether it arrived.
    #[serde(rename = "command.sent.v1")]
    CommandSent {
        /// The thing.
        thing: ThingId,
        /// The command.
        command: CommandId,
    },
    /// The machine has done it.
    #[serde(rename = "command.acknowledged.v1")]
    CommandAcknowledged {
        /// The thing.
        thing: ThingId,
        /// The command.
        command: CommandId,
        /// What it said, or empty.
        answer: String,
    },
    /// The machine refused it, or it could not be sent; nothing was done.
    #[serde(rename = "command.failed.v1")]
    CommandFailed {
        /// The thing.
        thing: ThingId,
        /// The command.
        command: CommandId,
        /// Why.
        reason: String,
    },
    /// The machine did not answer in time; it may have done it.
    #[serde(rename = "command.timed-out.v1")]
    CommandTimedOut {
        /// The thing.
        thing: ThingId,
        /// The command.
        command: CommandId,
        /// How long it was waited for.
        reason: String,
    },
    /// Nobody knows whether the machine got it; it is not sent again.
    #[serde(rename = "command.unknown.v1")]
    CommandUnknown {
        /// The thing.
        thing: ThingId,
        /// The command.
        command: CommandId,
        /// Why nobody knows.
        reason: String,
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
    /// Asset shells and what belongs to them changed: all of it, or nothing.
    #[serde(rename = "shells.changed.v1")]
    ShellsChanged {
        /// In the order in which they take effect. Whoever only listens gets none, and asks the store of shells.
        changes: Vec<ShellChange>,
    },
    /// People in the hall begin to record their session; who says yes is part of it.
    #[serde(rename = "recording.started.v1")]
    RecordingStarted {
        /// The recording's id.
        recording: String,
        /// What it is called.
        name: String,
    },
    /// A recording of a session is whole.
    #[serde(rename = "recording.ended.v1")]
    RecordingEnded {
        /// The recording's id.
        recording: String,
        /// What it is called.
        name: String,
        /// When it began.
        started: Instant,
        /// Names of those who are part of it.
        people: Vec<String>,
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
            | Self::RoleGranted { .. }
            | Self::RoleRevoked { .. }
            | Self::MemberJoined { .. }
            | Self::MemberLeft { .. }
            | Self::ContractAgreed { .. }
            | Self::ContractEnded { .. }
            | Self::PolicySet { .. }
            | Self::PolicyRemoved { .. }
            | Self::SiteHalted { .. }
            | Self::SiteResumed { .. }
            | Self::CommandOffered { .. }
            | Self::OfferWithdrawn { .. }
            | Self::CommandGuarded { .. }
            | Self::InterlockDescribed { .. }
            | Self::InterlockRemoved { .. }
            | Self::LockPlaced { .. }
            | Self::LockRemoved { .. }
            | Self::BranchForked { .. }
            | Self::BranchDiscarded { .. }
            | Self::ShellsChanged { .. }
            | Self::RecordingStarted { .. }
            | Self::RecordingEnded { .. } => None,
            Self::CommandRequested { request } => Some(request.thing),
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
            | Self::CommandApproved { thing, .. }
            | Self::ApprovalDenied { thing, .. }
            | Self::CommandDenied { thing, .. }
            | Self::CommandSent { thing, .. }
            | Self::CommandAcknowledged { thing, .. }
            | Self::CommandFailed { thing, .. }
            | Self::CommandTimedOut { thing, .. }
            | Self::CommandUnknown { thing, .. }
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

    /// Whether it says who may do what, or whether anything may be done at all.
    #[must_use]
    pub const fn is_organisation(&self) -> bool {
        matches!(
            self,
            Self::RoleGranted { .. }
                | Self::RoleRevoked { .. }
                | Self::MemberJoined { .. }
                | Self::MemberLeft { .. }
                | Self::ContractAgreed { .. }
                | Self::ContractEnded { .. }
                | Self::PolicySet { .. }
                | Self::PolicyRemoved { .. }
                | Self::SiteHalted { .. }
                | Self::SiteResumed { .. }
        )
    }

    /// Whether it is about what things can be told, and about telling them.
    #[must_use]
    pub const fn is_command(&self) -> bool {
        matches!(
            self,
            Self::CommandOffered { .. }
                | Self::OfferWithdrawn { .. }
                | Self::CommandGuarded { .. }
                | Self::InterlockDescribed { .. }
                | Self::InterlockRemoved { .. }
                | Self::LockPlaced { .. }
                | Self::LockRemoved { .. }
                | Self::CommandRequested { .. }
                | Self::CommandApproved { .. }
                | Self::ApprovalDenied { .. }
                | Self::CommandDenied { .. }
                | Self::CommandSent { .. }
                | Self::CommandAcknowledged { .. }
                | Self::CommandFailed { .. }
                | Self::CommandTimedOut { .. }
                | Self::CommandUnknown { .. }
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
            Self::RoleGranted { .. } => "role.granted.v1",
            Self::RoleRevoked { .. } => "role.revoked.v1",
            Self::MemberJoined { .. } => "member.joined.v1",
            Self::MemberLeft { .. } => "member.left.v1",
            Self::ContractAgreed { .. } => "contract.agreed.v1",
            Self::ContractEnded { .. } => "contract.ended.v1",
            Self::PolicySet { .. } => "policy.set.v1",
            Self::PolicyRemoved { .. } => "policy.removed.v1",
            Self::SiteHalted { .. } => "site.halted.v1",
            Self::SiteResumed { .. } => "site.resumed.v1",
            Self::CommandOffered { .. } => "command.offered.v1",
            Self::OfferWithdrawn { .. } => "offer.withdrawn.v1",
            Self::CommandGuarded { .. } => "command.guarded.v1",
            Self::InterlockDescribed { .. } => "interlock.described.v1",
            Self::InterlockRemoved { .. } => "interlock.removed.v1",
            Self::LockPlaced { .. } => "lock.placed.v1",
            Self::LockRemoved { .. } => "lock.removed.v1",
            Self::CommandRequested { .. } => "command.requested.v1",
            Self::CommandApproved { .. } => "command.approved.v1",
            Self::ApprovalDenied { .. } => "approval.denied.v1",
            Self::CommandDenied { .. } => "command.denied.v1",
            Self::CommandSent { .. } => "command.sent.v1",
            Self::CommandAcknowledged { .. } => "command.acknowledged.v1",
            Self::CommandFailed { .. } => "command.failed.v1",
            Self::CommandTimedOut { .. } => "command.timed-out.v1",
            Self::CommandUnknown { .. } => "command.unknown.v1",
            Self::ModelAttached { .. } => "model.attached.v1",
            Self::ModelDetached { .. } => "model.detached.v1",
            Self::BranchForked { .. } => "branch.forked.v1",
            Self::BranchDiscarded { .. } => "branch.discarded.v1",
            Self::ShellsChanged { .. } => "shells.changed.v1",
            Self::RecordingStarted { .. } => "recording.started.v1",
            Self::RecordingEnded { .. } => "recording.ended.v1",
        }
    }
}

impl Fact {
    /// The fact as listeners and pages of events get it: that shells changed, without their documents.
    #[must_use]
    pub fn announced(&self) -> Self {
        let kind = match &self.kind {
            FactKind::ShellsChanged { .. } => FactKind::ShellsChanged { changes: Vec::new() },
            other => other.clone(),
        };
        let Self { number, at, recorded, ref origin, .. } = *self;
        Self { number, at, recorded, origin: origin.clone(), kind }
    }

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
