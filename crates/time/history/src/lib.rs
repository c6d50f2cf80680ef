//! The past: immutable Parquet segments with keyframes, and the newest samples in memory.

mod block;
mod buckets;
mod cache;
mod checked;
mod columns;
mod decimal;
mod decode;
mod encode;
mod error;
mod history;
mod manifest;
mod memory;
mod merge;
mod open;
mod options;
mod plot;
mod retention;
mod seal;
mod seek;
mod store;
mod sweep;
mod table;
mod tier;
mod verify;
mod version;
mod worker;

pub use buckets::Bucket;
pub use error::{Damage, HistoryError};
pub use history::{History, OpenReport, Range, SignalFilter};
pub use options::HistoryOptions;
pub use retention::{EnforceReport, RetentionPolicy};
pub use version::Held;
