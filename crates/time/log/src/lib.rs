//! The durable ordered log of a site: what is acknowledged here survives kill -9, a power cut and a full disk.
//!
//! ```text
//! many threads ──append──▶ bounded queue ──▶ one writer thread ──▶ segment files
//!      ▲                                        write · fdatasync
//!      └──────────── position, once on disk ◀──────────┘
//! ```
//!
//! Everything that waits is written at once and synced once (group commit), so the number of sources does not
//! multiply the cost of a sync. Each frame carries a checksum, a link of a hash chain and the watermark of what
//! was acknowledged when it was written. By that watermark the log tells a torn tail, which nobody was promised
//! and which is cut and kept aside, from damage in acknowledged records, which it refuses to open.
//!
//! What a failure means to the caller:
//!
//! * [`LogError::DiskFull`]: nothing of the record is in the log; try again when there is space.
//! * [`LogError::Poisoned`]: a sync failed. Linux forgets after a failed sync which pages never reached the disk,
//!   so a later sync that succeeds proves nothing. Records that were waiting are *not acknowledged* and may or may
//!   not be in the log after it is opened again; nothing is accepted until then.
//!
//! No clock, no async runtime: a [`Pending`] is a plain future that any runtime can await.

pub mod batch;
mod commit;
mod error;
mod frame;
mod header;
mod log;
mod queue;
mod read;
mod recover;
mod retain;
mod scan;
mod segment;
#[cfg(test)]
mod simulation;
pub mod storage;
mod watermark;

pub use error::{Damage, Fault, LogError};
pub use log::{Log, LogOptions, Verified};
pub use queue::{Appending, Pending};
pub use read::{Place, Reader, Record};
pub use recover::{Recovery, TornTail};
