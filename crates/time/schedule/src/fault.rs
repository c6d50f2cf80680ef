//! What can be wrong with a problem, in plain words.

use crate::problem::{MachineId, OperationId};
use std::fmt;
use thiserror::Error;

/// Something that makes a problem impossible or contradictory.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProblemFault {
    /// Nobody can do it.
    #[error("{0} has no machine that could do it; name at least one")]
    NoMachine(Subject),
    /// A machine that the problem does not have.
    #[error("{0} names {1}, but the problem does not have it")]
    UnknownMachine(Subject, MachineId),
    /// The same machine twice.
    #[error("{0} lists {1} twice; which duration is meant?")]
    MachineTwice(Subject, Subject),
    /// Zero or negative.
    #[error("{0} takes {2} on {1}; a duration has to be at least 1")]
    Duration(Subject, Subject, i64),
    /// Names an operation that its job does not have.
    #[error("{0} comes after operation {1}, which its job does not have")]
    UnknownBefore(Subject, usize),
    /// Operations that wait for each other.
    #[error("{0}: its operations wait for each other in a circle")]
    Circle(Subject),
    /// Less than nothing.
    #[error("{0}: {1} is {2}, but cannot be negative")]
    Negative(Subject, &'static str, i64),
    /// It would be late before it begins.
    #[error("{0} is due at {1}, before it is released at {2}")]
    DueBeforeRelease(Subject, i64, i64),
    /// An interval that ends before it begins, or at once.
    #[error("{0}: an interval from {1} to {2} does not end after it begins")]
    Interval(Subject, i64, i64),
    /// The machines are never open long enough.
    #[error("{0} never fits: none of its machines is open long enough in one piece, or ever again")]
    NeverOpen(Subject),
    /// The matrix of set-up times is not a square.
    #[error("{0}: its set-up times are not a square of families")]
    SetupShape(Subject),
    /// A family that the matrix does not have.
    #[error("{0} is of set-up family {2}, but {1} has only {3}")]
    Family(Subject, Subject, usize, usize),
    /// A pin to a machine that cannot do it.
    #[error("{0} is pinned to {1}, which cannot do it")]
    Pin(Subject, MachineId),
    /// Somebody drags what is not there.
    #[error("there is no {0}")]
    UnknownOperation(OperationId),
    /// Somebody drags what has already begun.
    #[error("{0} is frozen and cannot be dragged")]
    DragsFrozen(Subject),
    /// Two frozen operations on one machine at once.
    #[error("{0} and {1} are both frozen and use one machine at the same time")]
    FrozenOverlap(Subject, Subject),
    /// A frozen operation that starts before what comes before it is done, or while that is still to be planned.
    #[error(
        "{0} is frozen, but what comes before it in its job is not done when it starts; freeze that first"
    )]
    FrozenBefore(Subject),
    /// Prices that contradict each other.
    #[error("{0}: two prices hold at {1}")]
    Prices(Subject, i64),
    /// Numbers so large that sums would overflow.
    #[error("{0}: its times are too large together; count in a coarser unit")]
    TooLarge(Subject),
}

/// What a fault is about, named as people know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The problem as a whole.
    Problem,
    /// A machine.
    Machine(MachineId, String),
    /// A job.
    Job(usize, String),
    /// An operation, with the names of its job and of itself.
    Operation(OperationId, Box<[String; 2]>),
}

impl fmt::Display for Subject {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |name: &str| if name.is_empty() { String::new() } else { format!(" ({name})") };
        match self {
            Self::Problem => write!(out, "the problem"),
            Self::Machine(id, given) => write!(out, "machine {}{}", id.0, name(given)),
            Self::Job(at, given) => write!(out, "job {at}{}", name(given)),
            Self::Operation(id, names) => {
                let [job, own] = names.as_ref();
                write!(out, "operation {}{} of job {}{}", id.operation, name(own), id.job, name(job))
            }
        }
    }
}
