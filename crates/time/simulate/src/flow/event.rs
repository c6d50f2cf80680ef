//! What can happen in a plant, and the instant's work that follows from it.

use serde::{Deserialize, Serialize};

/// An event of the material flow. The numbers are indices into the engine's own flat arrays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// The job in a slot is finished.
    JobEnds(u32),
    /// A failure happens.
    Fails(u32),
    /// A repair is done.
    Repaired(u32),
    /// A station's set-up or tool change is done.
    SetEnds(u32),
    /// A source brings something.
    SourceDue(u32),
    /// A sink takes everything away.
    SinkDue(u32),
    /// A piece has travelled to the end of its conveyor.
    Ripe(u32),
    /// The pitch of a conveyor has passed: the next piece may come in.
    Room(u32),
    /// A calendar opens or closes.
    Turns(u32),
    /// A station looks again at what it could begin.
    Wake(u32),
    /// A vehicle has arrived, loaded, unloaded or charged.
    Vehicle(u32),
}

/// Who stands there with a piece and wants to get rid of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Giver {
    /// A slot of a station.
    Slot(u32),
    /// A source.
    Source(u32),
    /// A vehicle.
    Vehicle(u32),
}

/// Who is to be told when a piece can be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Taker {
    /// A station.
    Station(u32),
    /// A sink.
    Sink(u32),
    /// A fleet that has a standing order there.
    Fleet(u32),
}

/// Who waits for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Request {
    /// A station would begin an operation.
    Begin(u32),
    /// The job in a slot would run.
    Run(u32),
    /// A failure is to be repaired.
    Repair(u32),
    /// A station is to be set up, or its tool changed.
    Set(u32),
}

/// Work of the present instant that is still to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Todo {
    /// The station may be able to begin something.
    Station(u32),
    /// There is room in a buffer that somebody waits for.
    Admit(u32),
    /// A piece was taken out of somebody's hand.
    Given(Giver),
    /// A source may have something more to bring.
    Source(u32),
    /// A sink may have something to take.
    Sink(u32),
    /// A fleet may have something to carry.
    Fleet(u32),
    /// Somebody of a crew is free.
    Crew(u32),
    /// A vehicle may drive on.
    Drive(u32),
}
