//! Material flow: a plant's model, and runs of it on the event calendar.

mod spec;

pub use spec::*;
