//! What a client may ask at most. Each limit is answered by a problem that names it.

/// Signals in one query.
pub const SIGNALS: usize = 1000;
/// Buckets per signal.
pub const BUCKETS: usize = 5000;
/// Raw samples in one answer.
pub const SAMPLES: usize = 200_000;
/// Events in one page.
pub const EVENTS: usize = 1000;
/// Hits of a search.
pub const HITS: usize = 200;
/// Samples in one exported file.
pub const EXPORT_SAMPLES: usize = 20_000_000;
/// Bytes of a request's body or of a message on the view socket.
pub const MESSAGE_BYTES: usize = 1 << 20;
/// Frames a second.
pub const RATE_HZ: f64 = 60.0;
/// Fastest playback.
pub const SPEED: f64 = 1000.0;
/// Viewers at once.
pub const VIEWERS: usize = 2000;
/// Events per second of playback that are sent one by one; more are left to queries.
pub const PLAYED_EVENTS: usize = 100;
