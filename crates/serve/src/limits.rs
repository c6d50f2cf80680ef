//! What a client may ask at most. Each limit is answered by a problem that names it.

/// Signals in one query.
pub const SIGNALS: usize = 1000;
/// Branches that are compared at once.
pub const COMPARED: usize = 12;
/// Buckets per signal.
pub const BUCKETS: usize = 5000;
/// Buckets in one answer, over all its signals.
pub const BUCKETS_IN_ALL: usize = 500_000;
/// Raw samples in one answer.
pub const SAMPLES: usize = 200_000;
/// Events in one page.
pub const EVENTS: usize = 1000;
/// Alarms, and gaps, in one answer about a span.
pub const MARKS: usize = 5000;
/// Hits of a search.
pub const HITS: usize = 200;
/// Bytes typed into a search.
pub const TYPED: usize = 200;
/// Exports at once.
pub const EXPORTS: usize = 4;
/// Bytes of a request's body or of a message on the view socket.
pub const MESSAGE_BYTES: usize = 1 << 20;
/// Bytes of a message on the meeting socket.
pub const MEET_BYTES: usize = 64 << 10;
/// Entries in one list of a view's interest.
pub const INTEREST: usize = 100_000;
/// Frames a second.
pub const RATE_HZ: f64 = 60.0;
/// Fewest frames a second; a view that stands still sends its heartbeat all the same.
pub const RATE_HZ_MIN: f64 = 0.1;
/// Fastest playback.
pub const SPEED: f64 = 1000.0;
/// Viewers at once.
pub const VIEWERS: usize = 2000;
/// Connections that speak HTTP at once; more wait to be accepted. View sockets count as viewers instead.
pub const CONNECTIONS: usize = 1024;
/// Questions about the past that are read at once; more wait.
pub const READERS: usize = 8;
/// Events per step of playback that are sent one by one; more are left to queries.
pub const PLAYED_EVENTS: usize = 100;
/// Bytes of a physics model's file.
pub const MODEL_BYTES: usize = 64 << 20;
