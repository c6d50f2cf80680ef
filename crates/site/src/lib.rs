//! One plant in one process: its log, its past, its present and its world, and the one way in.
//!
//! ```text
//! connectors ─submit─▶ log (durable) ─▶ history, live, rules ─▶ facts ─▶ log (durable) ─▶ world
//! ```
//!
//! Everything flows one way. A submission is answered when it is durable *and* visible, so that whoever waits for
//! the answer sees their own samples. Submissions keep their order; while the disk is slow, [`Site::submit`] waits,
//! and so does the source behind it.

mod branch;
mod chronicle;
mod error;
mod facts;
mod fold;
mod index;
mod ingest;
mod pace;
mod query;
mod sink;
mod site;
mod snapshot;

pub use branch::{BranchWriter, Track};
pub use chronicle::{AlarmSpan, Chronicle, GapSpan, Minute};
pub use error::SiteError;
pub use facts::FactFilter;
pub use fold::Fold;
pub use query::{AlarmMark, FactPage, Timeline, TimelineBucket};
pub use site::{Counters, Site, SiteOptions};
