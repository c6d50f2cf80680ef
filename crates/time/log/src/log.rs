//! The log as others use it.

use crate::{
    commit::{Shared, Tail},
    error::LogError,
    frame::FRAME_HEADER,
    header::HEADER,
    queue::{Appending, Pending, Queue},
    read::{Place, Reader},
    recover::{self, Recovery},
    retain,
    storage::{Directory, Storage, failed},
};
use std::{
    any::Any,
    collections::VecDeque,
    path::Path,
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
    thread::JoinHandle,
};

/// How a log is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogOptions {
    /// The size of a segment file. Retention drops whole segments; opening reads the last one.
    pub segment_bytes: u64,
    /// How much may wait for the disk before appenders wait too.
    pub max_pending_bytes: usize,
}

impl Default for LogOptions {
    fn default() -> Self {
        Self { segment_bytes: 64 << 20, max_pending_bytes: 16 << 20 }
    }
}

impl LogOptions {
    /// The largest record: it must fit in a segment of its own.
    #[must_use]
    pub fn max_record_bytes(&self) -> usize {
        let most = self.segment_bytes.saturating_sub((HEADER + FRAME_HEADER) as u64);
        usize::try_from(most.min(u64::from(u32::MAX))).unwrap_or(usize::MAX)
    }
}

/// An open log. Share it by `Arc`; dropping it writes what waits and ends the writer.
pub struct Log {
    shared: Arc<Shared>,
    queue: Arc<Queue>,
    options: LogOptions,
    writer: Option<JoinHandle<()>>,
    /// One retention at a time.
    retention: Mutex<()>,
    /// Released last, when nothing writes any more.
    _lock: Box<dyn Any + Send + Sync>,
}

/// What a full check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The first position.
    pub first: u64,
    /// One past the last position.
    pub next: u64,
    /// Bytes of all payloads.
    pub payload_bytes: u64,
    /// The hash chain after the last record: two logs with the same chain hold the same records.
    pub chain: [u8; 32],
}

impl Log {
    /// Opens the log in a directory, which is made where it is missing.
    pub fn open(dir: &Path, options: LogOptions) -> Result<(Self, Recovery), LogError> {
        let storage = Directory::new(dir).map_err(|e| LogError::io("open", dir.display().to_string(), e))?;
        Self::open_on(Arc::new(storage), options)
    }

    /// Opens a log on another storage.
    pub fn open_on(storage: Arc<dyn Storage>, options: LogOptions) -> Result<(Self, Recovery), LogError> {
        let lock = storage.lock().map_err(|e| failed(&*storage, "lock", "LOCK", e))?;
        let lock = lock.ok_or_else(|| LogError::Locked { place: storage.path("") })?;
        let (tail, recovery) = recover::open(storage, options.clone())?;
        let shared = Arc::clone(&tail.shared);
        let queue = Arc::new(Queue::new(options.max_pending_bytes));
        let taken = Arc::clone(&queue);
        let writer = std::thread::Builder::new().name("trine-log".into()).spawn(move || write(tail, &taken));
        let writer =
            Some(writer.map_err(|e| LogError::io("start the writer of", shared.storage.path(""), e))?);
        Ok((Self { shared, queue, options, writer, retention: Mutex::default(), _lock: lock }, recovery))
    }

    /// Hands a record to the writer, waiting while too much waits for the disk already.
    ///
    /// Records of one thread keep their order. The record is acknowledged once the [`Pending`] has answered.
    pub fn append(&self, payload: impl Into<Vec<u8>>, kind: u8) -> Result<Pending, LogError> {
        let payload = payload.into();
        self.check_size(&payload)?;
        self.queue.push(payload, kind)
    }

    /// Like [`Log::append`], but answers [`LogError::QueueFull`] at once instead of waiting; the payload stays
    /// with the caller then.
    pub fn try_append(&self, payload: &mut Vec<u8>, kind: u8) -> Result<Pending, LogError> {
        self.check_size(payload)?;
        self.queue.try_push(payload, kind, None)?.ok_or(LogError::QueueFull)
    }

    /// Like [`Log::append`] for async code: awaits space, and answers a [`Pending`] to await in its turn.
    pub fn append_async(&self, payload: impl Into<Vec<u8>>, kind: u8) -> Appending<'_> {
        let payload = payload.into();
        let refused = self.check_size(&payload).err();
        Appending { queue: &self.queue, refused, payload, kind }
    }

    fn check_size(&self, payload: &[u8]) -> Result<(), LogError> {
        let max = self.options.max_record_bytes();
        if payload.len() > max { Err(LogError::TooLarge { bytes: payload.len(), max }) } else { Ok(()) }
    }

    /// Every position below is on disk.
    #[must_use]
    pub fn durable(&self) -> u64 {
        self.shared.durable.load(Ordering::Acquire)
    }

    /// The first position that retention has left.
    #[must_use]
    pub fn first(&self) -> u64 {
        self.shared.segment_of(0).1
    }

    /// Reads from a position on; see [`Reader`].
    #[must_use]
    pub fn read(&self, from: u64) -> Reader {
        Reader::new(Arc::clone(&self.shared), from)
    }

    /// Reads from a place on that a [`Reader`] gave. The first record is proved by its checksum alone, those after it by
    /// the hash chain too; where the place is wrong, the record is searched for.
    #[must_use]
    pub fn read_at(&self, place: Place) -> Reader {
        Reader::at(Arc::clone(&self.shared), place)
    }

    /// Sixteen bytes that no other log has.
    #[must_use]
    pub fn id(&self) -> [u8; 16] {
        let (segment, _) = self.shared.segment_of(u64::MAX);
        segment.map_or([0; 16], |segment| *segment.id())
    }

    /// Deletes the segments whose records all lie below `position`, and answers the first position that is left.
    pub fn drop_before(&self, position: u64) -> Result<u64, LogError> {
        let _one_at_a_time = self.retention.lock().unwrap_or_else(PoisonError::into_inner);
        retain::drop_before(&self.shared, position)
    }

    /// Reads everything and checks it: every frame, every link of the chain, from the first record to the last.
    pub fn verify(&self) -> Result<Verified, LogError> {
        let (_, first) = self.shared.segment_of(0);
        let mut reader = self.read(first);
        let mut payload_bytes = 0;
        while let Some(bytes) = reader.advance(|_, _, payload| payload.len() as u64)? {
            payload_bytes += bytes;
        }
        let (segment, _) = self.shared.segment_of(first);
        let start = segment.map(|segment| segment.header.chain);
        let chain = reader.link().or(start).unwrap_or_default();
        Ok(Verified { first, next: reader.position(), payload_bytes, chain })
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.queue.close();
        if let Some(writer) = self.writer.take() {
            // A writer that panicked has already said so on standard error.
            let _ = writer.join();
        }
    }
}

fn write(mut tail: Tail, queue: &Queue) {
    let _hang_nobody = CloseOnExit(queue);
    let mut group = VecDeque::new();
    while queue.take_all(&mut group) {
        tail.commit(&mut group);
    }
    tail.watermark.sync();
}

/// However the writer ends, even by a panic, nobody waits for it any longer.
struct CloseOnExit<'a>(&'a Queue);

impl Drop for CloseOnExit<'_> {
    fn drop(&mut self) {
        self.0.close();
        self.0.refuse_all();
    }
}
