//! What the world is: things, signals, relations and facts, and the fold that makes a world of them.
//!
//! A [`World`] is a pure function of the facts that happened. A [`Fact`] enters only through
//! [`World::admit`], which says no with a reason, and [`World::apply`], which cannot fail on an admitted fact.
//! Measured values are not here: they travel on the plane of signals and meet the world in a view.

mod admit;
mod alarm;
mod branch;
mod command;
mod describe;
mod event;
mod fact;
mod organisation;
mod physics;
mod production;
mod role;
mod rules;
mod shell;
mod state;
mod structure;
mod tariff;
mod world;

pub use admit::Rejection;
pub use alarm::{Alarm, AlarmId, Condition, ConditionLevel};
pub use branch::{Branch, BranchId, BranchPurpose};
pub use command::{
    Command, CommandId, CommandOffer, CommandRequest, Commands, Comparison, Expected, FreeWhen, Guard,
    Interlock, LockOut, Stage, Verb,
};
pub use describe::{
    Level, Limits, Place, Relation, RelationKind, Signal, SignalDescription, Thing, ThingDescription,
    ValueKind,
};
pub use event::CloudEvent;
pub use fact::{Fact, FactKind, NewFact, Origin};
pub use organisation::{
    Contract, Halt, Member, Organisation, POLICY_BYTES_MAX, PolicyDescription, RoleGrant,
};
pub use physics::{ModelInput, ModelOutput, PhysicsModel};
pub use production::{
    CalendarDescription, CrewDescription, Dispatch, MaterialUse, OrderDescription, Process, Production,
    Segment, StationProcess, StoreProcess, TransportRule, WipLimit,
};
pub use role::Role;
pub use rules::Rules;
pub use shell::{ShellChange, ShellKind};
pub use state::MachineState;
pub use tariff::TariffDescription;
pub use world::{Gap, World};
