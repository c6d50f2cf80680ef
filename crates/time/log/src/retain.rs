//! Retention: takes whole segments off the front of the log.
//!
//! The chain before the first segment that stays is remembered in the file `start`, so the rest can still be
//! verified, and a segment that was dropped can be told from one that was lost.

use crate::{commit::Shared, error::LogError, header, storage::failed};
use std::sync::{PoisonError, atomic::Ordering};

/// Deletes the segments whose records all lie below `position`; answers the first position that is left.
pub(crate) fn drop_before(shared: &Shared, position: u64) -> Result<u64, LogError> {
    let storage = &*shared.storage;
    let segments = || shared.segments.lock().unwrap_or_else(PoisonError::into_inner);
    let position = position.min(shared.durable.load(Ordering::Acquire));
    let start = {
        let segments = segments();
        let keep = segments.partition_point(|segment| segment.header.first <= position).max(1) - 1;
        if keep == 0 {
            return Ok(segments[0].header.first);
        }
        segments[keep].header
    };
    // The new start is durable before anything is deleted, so that what is deleted is not missed.
    header::write_start(storage, &start)?;
    let mut dropped = Vec::new();
    {
        let mut segments = segments();
        while segments.front().is_some_and(|segment| segment.header.first < start.first) {
            dropped.extend(segments.pop_front());
        }
    }
    for segment in dropped {
        storage.remove(&segment.name()).map_err(|e| failed(storage, "remove", &segment.name(), e))?;
    }
    storage.sync_directory().map_err(|e| failed(storage, "sync", "", e))?;
    Ok(start.first)
}
