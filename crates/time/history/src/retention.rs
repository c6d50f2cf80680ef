//! How long to keep what: raw samples leave segment by segment once the youngest in it is older than the policy says.

use crate::{error::HistoryError, history::History, manifest};
use std::{sync::Arc, time::Duration};
use trine_base::Instant;

/// How long each resolution is kept, counted in source time from now. None keeps for ever.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RetentionPolicy {
    /// Samples as they came.
    pub raw: Option<Duration>,
}

/// What enforcing a policy did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EnforceReport {
    /// Segments removed.
    pub segments: usize,
    /// Samples in them.
    pub samples: u64,
    /// Bytes freed.
    pub bytes: u64,
}

impl History {
    /// Removes what the policy no longer keeps. What held at the beginning of what stays is in its keyframe and stays
    /// answerable.
    pub fn enforce(&self, policy: &RetentionPolicy, now: Instant) -> Result<EnforceReport, HistoryError> {
        let _sealing = self.shared.hold();
        let mut next = (*self.shared.read().index).clone();
        let Some(raw) = policy.raw else { return Ok(EnforceReport::default()) };
        let oldest = (now - raw).as_ns();
        let (gone, kept): (Vec<_>, Vec<_>) =
            next.segments.into_iter().partition(|segment| segment.source().1 < oldest);
        next.segments = kept;
        let report = EnforceReport {
            segments: gone.len(),
            samples: gone.iter().map(manifest::SegmentMeta::rows).sum(),
            bytes: gone.iter().map(|segment| segment.bytes).sum(),
        };
        if !gone.is_empty() {
            self.shared.replace(next, &gone)?;
        }
        Ok(report)
    }
}

impl crate::history::Shared {
    /// Makes an index the current one and removes the segments that it no longer names. The caller holds `sealing`.
    ///
    /// A reader that still uses the old index has its files open or finds them missing and asks again; an interrupted
    /// removal is finished by the next open.
    pub fn replace(&self, next: manifest::Index, gone: &[manifest::SegmentMeta]) -> Result<(), HistoryError> {
        manifest::store(self.dir(), &next)?;
        self.write().index = Arc::new(next);
        self.store.forget(|id| gone.iter().all(|segment| segment.id != id));
        gone.iter().try_for_each(|segment| self.store.remove(&segment.name))
    }
}
