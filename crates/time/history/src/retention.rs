//! How long to keep what: raw samples leave segment by segment once the youngest in it is older than the policy says.

use crate::{error::HistoryError, history::History, manifest};
use std::time::Duration;
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
        let _merging = self.shared.hold_merge();
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
            self.shared.replace(next, gone)?;
        }
        Ok(report)
    }
}
