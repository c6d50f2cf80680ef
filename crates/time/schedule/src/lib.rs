//! The best future: which machine does what when, found by an anytime search.
//!
//! A [`Problem`] says what is to be made, on which machines, when they are closed, what has already begun, and what is
//! to be small. A [`Search`] finds better and better [`Schedule`]s of it, for as long as its caller likes. [`check`]
//! is the judge: written on its own, it tells of any schedule what it costs, or everything that is wrong with it.
//!
//! Pure: no clock, no I/O, no threads, no randomness of its own. The caller steps a search from a thread of its choice,
//! stops it when it likes, and may run several with different seeds that tell each other what they found.

mod bound;
mod calendar;
mod construct;
mod cost;
mod engine;
mod examine;
mod exchange;
mod fault;
mod formats;
mod graph;
mod instance;
mod memory;
mod neighbours;
mod problem;
mod relink;
mod relocate;
mod repair;
mod robust;
mod rules;
#[cfg(test)]
mod sample;
mod schedule;
mod search;
mod tabu;
mod verify;

pub use exchange::Exchange;
pub use fault::{ProblemFault, Subject};
pub use formats::{FormatError, flexible_job_shop, job_shop};
pub use problem::{
    Alternative, Breaks, Interval, Job, Machine, MachineId, Objective, Operation, OperationId, Pin, Planned,
    PriceSlot, Problem, Setups,
};
pub use repair::{Interrupted, Rest};
pub use robust::Scored;
pub use schedule::Schedule;
pub use search::{Progress, Search};
pub use verify::{Evaluation, Violation, check};
