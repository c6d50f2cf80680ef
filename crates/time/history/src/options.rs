//! How much to hold in memory, when to seal, how finely to cut.

use std::time::Duration;

/// The knobs of a history; the defaults suit a plant of some thousand signals.
#[derive(Debug, Clone)]
pub struct HistoryOptions {
    /// Samples in memory at which a segment is sealed.
    pub seal_samples: usize,
    /// Samples to which the table in memory may grow while the one before it is still being sealed.
    pub memory_samples: usize,
    /// Recorded time that a segment may span before it is sealed, however small it is.
    pub seal_age: Duration,
    /// How long an append may wait for sealing when memory is full, before it is refused.
    pub append_wait: Duration,
    /// How long after a failed attempt (full disk) sealing is tried again.
    pub retry_after: Duration,
    /// The fewest rows of a slice, which is what a seek decodes.
    pub slice_rows: usize,
    /// Samples per signal in a slice; a plant of many signals gets slices of this times its signals.
    pub slice_depth: usize,
    /// Rows of a Parquet page, which is what a small range decodes.
    pub page_rows: usize,
    /// zstd level, 1 (fast) to 19 (small).
    pub zstd_level: i32,
    /// Bytes of decoded slices and keyframes that are kept.
    pub cache_bytes: usize,
    /// Segments whose files and indexes are kept open.
    pub open_segments: usize,
    /// Recorded times are rounded down to this. Jitter below a millisecond would cost more than the values.
    pub recorded_resolution: Duration,
    /// Segments overlapping at one source time before neighbours are merged in the background.
    pub merge_depth: usize,
    /// Rows that one merge rewrites at most.
    pub merge_rows: u64,
    /// Whether [`crate::History::enforce`] builds minutes and hours.
    pub tiers: bool,
    /// Raw samples from which a chunk of minutes is built; one of hours takes fifteen times as many.
    pub tier_rows: u64,
    /// Whether a thread of its own seals and merges. Without it only [`crate::History::seal`] does.
    pub background: bool,
}

impl Default for HistoryOptions {
    fn default() -> Self {
        Self {
            seal_samples: 1_000_000,
            memory_samples: 2_000_000,
            seal_age: Duration::from_secs(3600),
            append_wait: Duration::from_secs(2),
            retry_after: Duration::from_secs(1),
            slice_rows: 128 * 1024,
            slice_depth: 16,
            page_rows: 5_000,
            zstd_level: 6,
            cache_bytes: 256 << 20,
            open_segments: 256,
            recorded_resolution: Duration::from_millis(1),
            merge_depth: 8,
            merge_rows: 16_000_000,
            tiers: true,
            tier_rows: 4_000_000,
            background: true,
        }
    }
}
