//! The past: immutable Parquet segments with keyframes, and the newest samples in memory.
//!
//! [`History::append`] takes what the log holds; a segment is sealed by size or age, and only then may the log drop
//! it ([`History::sealed_through`]). [`History::at`], [`History::range`] and [`History::buckets`] answer over both, at
//! any instant and as known at any other. The files are for everybody: DuckDB, pandas and pyarrow read
//! `segments/*/samples.parquet` as one table. Why they look as they do is in `docs/adr/0003-history-files.md`.
//!
//! | idea | where |
//! |---|---|
//! | which of several records about one instant counts | `version` |
//! | the newest samples; their way into a segment | `memory`, `handover` |
//! | what threads share | `shared` |
//! | rows as flat columns; their Parquet form; exact decimals | `block`, `columns`, `encode`, `decode`, `decimal` |
//! | files whose every byte is checked | `checked`, `table`, `verify` |
//! | what exists; what an interrupted process left | `manifest`, `store`, `open` |
//! | memory becomes a segment; overlapping segments become one after the other | `seal`, `merge`, `worker` |
//! | one instant; a stretch; a plot | `seek`, `sweep`, `plot` and `buckets` |
//! | minutes and hours; how long to keep what; the past before it | `tier`, `retention`, `aged` |
//!
//! Pure of clocks: time comes in with the samples and the questions. What is read is what was written, or an error
//! that names the file and the place.

mod aged;
mod block;
mod buckets;
mod cache;
mod checked;
mod columns;
mod decimal;
mod decode;
mod encode;
mod error;
mod handover;
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
mod shared;
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
