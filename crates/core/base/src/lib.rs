//! The words that every room shares: ids, instants, values, quality, units.
//!
//! Pure: no I/O, no clock, no randomness. What is measured anywhere in Trine is a [`Sample`]: which signal,
//! when at its source, how good, and the value.

mod id;
mod quality;
mod sample;
mod time;
mod unit;

pub use id::{BranchId, SignalId, ThingId};
pub use quality::{Quality, Severity};
pub use sample::{Held, Sample, Value};
pub use time::{Instant, ParseInstantError};
pub use unit::{Unit, opcua_unit_id, unit_code_from_opcua};
