//! The future's engine: an event calendar, random streams, and the few things that material-flow models share.
//!
//! Pure: no clock, no I/O, no randomness of its own. All state is held by value, so that a model forks by
//! `clone`, is written down with serde and read back to the byte, and gives the same run for the same seed.
//! A [`Model`] says what an event does; a [`Simulation`] hands it the events of its [`EventCalendar`] in the
//! order of (time, priority, sequence).

mod buffer;
mod calendar;
mod distribution;
pub mod flow;
mod heap;
mod model;
mod random;
mod residual;
mod resource;
mod special;
mod statistics;

pub use buffer::{Buffer, Put, Taken};
pub use calendar::{EventCalendar, Ticket};
pub use distribution::{Distribution, DistributionError};
pub use model::{Model, Simulation};
pub use random::Stream;
pub use resource::Resource;
pub use statistics::{Tally, TimeWeighted};
