//! The writer: turns a group of waiting records into one write and one sync, and only then answers them.
//!
//! Everything in memory moves on only after the sync has succeeded, so a failed group leaves no trace here. On disk
//! a failed *write* is undone before anybody is told; a failed *sync* cannot be undone (Linux marks the pages clean
//! although they may never have reached the disk), so it ends all writing until the log is opened again.

use crate::{
    LogOptions,
    error::LogError,
    frame::{self, Chain, FRAME_HEADER},
    header::{HEADER, Header, Role},
    queue::Entry,
    segment::{Segment, name_of},
    storage::{Storage, StorageFile, failed},
    watermark::Watermark,
};
use std::{
    collections::VecDeque,
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// The part of a log that writer and readers share.
pub(crate) struct Shared {
    pub(crate) storage: Arc<dyn Storage>,
    /// All segments in order; the last one is written.
    pub(crate) segments: Mutex<VecDeque<Arc<Segment>>>,
    pub(crate) durable: AtomicU64,
}

impl Shared {
    /// The segment that holds a position, and the first position of the log.
    pub(crate) fn segment_of(&self, position: u64) -> (Option<Arc<Segment>>, u64) {
        let segments = self.segments.lock().unwrap_or_else(PoisonError::into_inner);
        let after = segments.partition_point(|segment| segment.header.first <= position);
        let first = segments.front().map_or(0, |segment| segment.header.first);
        (after.checked_sub(1).map(|at| Arc::clone(&segments[at])), first)
    }
}

/// The end of the log, where the writer stands.
pub(crate) struct Tail {
    pub(crate) shared: Arc<Shared>,
    pub(crate) options: LogOptions,
    pub(crate) segment: Arc<Segment>,
    pub(crate) file: Arc<dyn StorageFile>,
    pub(crate) watermark: Watermark,
    pub(crate) offset: u64,
    pub(crate) next: u64,
    pub(crate) chain: Chain,
    pub(crate) poison: Option<LogError>,
    pub(crate) buffer: Vec<u8>,
}

/// What a written group would change.
struct Staged {
    entries: Vec<Entry>,
    /// Each record's place in the segment, for the index.
    offsets: Vec<u64>,
    chain: Chain,
}

impl Tail {
    /// Writes a group and answers every record of it.
    pub(crate) fn commit(&mut self, group: &mut VecDeque<Entry>) {
        while !group.is_empty() {
            let outcome = match &self.poison {
                Some(error) => Err(error.clone()),
                None => self.commit_some(group),
            };
            if let Err(error) = outcome {
                group.drain(..).for_each(|entry| entry.answer(Err(error.clone())));
            }
        }
    }

    /// Writes as many records of the group as fit in the segment, or makes the next segment.
    fn commit_some(&mut self, group: &mut VecDeque<Entry>) -> Result<(), LogError> {
        let staged = self.stage(group);
        if staged.entries.is_empty() {
            return self.roll();
        }
        match self.write_and_sync() {
            Ok(()) => {
                self.acknowledge(staged);
                Ok(())
            }
            Err(error) => {
                staged.entries.into_iter().for_each(|entry| entry.answer(Err(error.clone())));
                Err(error)
            }
        }
    }

    fn stage(&mut self, group: &mut VecDeque<Entry>) -> Staged {
        self.buffer.clear();
        let seed = frame::seed(self.segment.id());
        let mut staged = Staged { entries: Vec::new(), offsets: Vec::new(), chain: self.chain };
        while let Some(entry) = group.front() {
            let offset = self.offset + self.buffer.len() as u64;
            let end = offset + (FRAME_HEADER + entry.payload.len()) as u64;
            if end > self.options.segment_bytes {
                break;
            }
            let place = (self.next + staged.entries.len() as u64, self.next);
            staged.chain =
                frame::push(&mut self.buffer, seed, &staged.chain, place, entry.kind, &entry.payload);
            staged.offsets.push(offset);
            staged.entries.extend(group.pop_front());
        }
        staged
    }

    fn write_and_sync(&mut self) -> Result<(), LogError> {
        if let Err(error) = self.file.write_at(&self.buffer, self.offset) {
            self.undo()?;
            return Err(failed(&*self.shared.storage, "write", &self.segment.name(), error));
        }
        self.file.sync_data().map_err(|e| self.poisoned("sync a segment", e))
    }

    fn acknowledge(&mut self, staged: Staged) {
        for (position, offset) in (self.next..).zip(staged.offsets) {
            self.segment.note(position, offset);
        }
        let first = self.next;
        self.offset += self.buffer.len() as u64;
        self.next += staged.entries.len() as u64;
        self.chain = staged.chain;
        self.watermark.write(self.next);
        self.segment.set_end(self.offset);
        self.shared.durable.store(self.next, Ordering::Release);
        for (position, entry) in (first..).zip(staged.entries) {
            entry.answer(Ok(position));
        }
    }

    /// Takes a half-written group off the disk again, durably, so that no record that was refused comes back.
    fn undo(&mut self) -> Result<(), LogError> {
        let undone = self.file.set_length(self.offset).and_then(|()| self.file.sync_all());
        undone.map_err(|e| self.poisoned("undo a failed write", e))?;
        // The space may be gone meanwhile; then the next write says so.
        let _ = self.file.allocate(self.options.segment_bytes);
        Ok(())
    }

    /// Ends this segment and goes on in a new one.
    ///
    /// The new file gets its name only after all of it is durable, and the old one is durable before that, so a
    /// segment that others follow is always whole, and a segment always has a header.
    fn roll(&mut self) -> Result<(), LogError> {
        let header = self.segment.following(self.next, self.chain);
        let storage = Arc::clone(&self.shared.storage);
        let prepared = prepare(&*storage, &header, self.options.segment_bytes);
        let (file, temporary) =
            prepared.map_err(|e| failed(&*storage, "create", &name_of(header.first), e))?;
        let finished = self.file.set_length(self.offset).and_then(|()| self.file.sync_all());
        finished.map_err(|e| self.poisoned("finish a segment", e))?;
        let segment = Arc::new(Segment::new(header, HEADER as u64));
        let named = storage.rename(&temporary, &segment.name()).and_then(|()| storage.sync_directory());
        named.map_err(|e| self.poisoned("name a segment", e))?;
        self.watermark.sync();
        let mut segments = self.shared.segments.lock().unwrap_or_else(PoisonError::into_inner);
        segments.push_back(Arc::clone(&segment));
        drop(segments);
        (self.segment, self.file, self.offset) = (segment, file, HEADER as u64);
        Ok(())
    }

    fn poisoned(&mut self, operation: &'static str, source: io::Error) -> LogError {
        let place = self.shared.storage.path("");
        let error = LogError::Poisoned { place, operation, source: Arc::new(source) };
        tracing::error!(%error, "the log takes no more records");
        self.poison = Some(error.clone());
        error
    }
}

/// Makes a segment under a temporary name, with its space reserved and its header durable.
pub(crate) fn prepare(
    storage: &dyn Storage,
    header: &Header,
    bytes: u64,
) -> io::Result<(Arc<dyn StorageFile>, String)> {
    let temporary = format!("{}.tmp", name_of(header.first));
    let fill = || {
        let file = storage.create(&temporary)?;
        file.allocate(bytes)?;
        file.write_at(&header.encode(Role::Segment), 0)?;
        file.sync_all()?;
        Ok(file)
    };
    match fill() {
        Ok(file) => Ok((file, temporary)),
        Err(error) => {
            // What was reserved is given back at once, because others need the space too.
            let _ = storage.remove(&temporary);
            Err(error)
        }
    }
}
