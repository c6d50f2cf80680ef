//! Reads records in order, checking each one, as far as the log is durable.

use crate::{
    commit::Shared,
    error::{Damage, Fault, LogError},
    frame::Chain,
    scan::{Scanner, Step},
    segment::Segment,
    storage::failed,
};
use std::{
    io,
    sync::{Arc, atomic::Ordering},
};

/// A record as it was appended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its place in the log: 0 for the first record ever, then counting up.
    pub position: u64,
    /// The caller's kind.
    pub kind: u8,
    /// The caller's bytes.
    pub payload: Vec<u8>,
}

/// Where a record starts in its segment file, so that it is found again without a search ([`crate::Log::read_at`]).
///
/// It may be kept anywhere and may come back wrong: what stands there must be the record asked for, by its checksum and
/// its position in this log, or it is searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The record's position in the log.
    pub position: u64,
    /// The byte of the segment file at which its frame starts.
    pub offset: u64,
}

/// An iterator over records ([`crate::Log::read`]).
///
/// It ends where the log is durable at that moment, and goes on when asked again later. After an error it has ended.
pub struct Reader {
    shared: Arc<Shared>,
    next: u64,
    /// Where the next record is said to start.
    hint: Option<u64>,
    /// Who jumps into a segment leaves no points in its index, which would hide those that are missing before.
    leaves_points: bool,
    /// Where the last one that was read started.
    last: Option<Place>,
    current: Option<(Arc<Segment>, Scanner)>,
    has_failed: bool,
}

impl Reader {
    pub(crate) fn new(shared: Arc<Shared>, from: u64) -> Self {
        Self {
            shared,
            next: from,
            hint: None,
            leaves_points: true,
            last: None,
            current: None,
            has_failed: false,
        }
    }

    pub(crate) fn at(shared: Arc<Shared>, place: Place) -> Self {
        Self { hint: Some(place.offset), leaves_points: false, ..Self::new(shared, place.position) }
    }

    /// The position that the next record will have.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.next
    }

    /// Where the last record that was read starts.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.last
    }

    /// The link of the hash chain after the last record that was read.
    pub(crate) fn link(&self) -> Option<Chain> {
        self.current.as_ref().and_then(|(_, scanner)| scanner.chain())
    }

    /// Shows the next record without copying its payload.
    pub(crate) fn advance<T>(&mut self, show: impl Fn(u64, u8, &[u8]) -> T) -> Result<Option<T>, LogError> {
        if self.next >= self.shared.durable.load(Ordering::Acquire) {
            return Ok(None);
        }
        loop {
            let (segment, mut scanner) = match self.current.take() {
                Some(current) => current,
                None => self.seek()?,
            };
            // The end is loaded after the watermark, so it covers at least the record that is wanted.
            match scanner.step(segment.end()).map_err(|e| self.unreadable(&segment, e))? {
                Step::Frame(frame) => {
                    let header = &frame.header;
                    if self.leaves_points {
                        segment.note(header.position, frame.offset);
                    }
                    let shown = (header.position == self.next)
                        .then(|| show(header.position, header.kind, scanner.payload(&frame)));
                    self.current = Some((segment, scanner));
                    if shown.is_some() {
                        self.last = Some(Place { position: self.next, offset: frame.offset });
                        self.next += 1;
                        return Ok(shown);
                    }
                }
                Step::End => self.current = Some(self.follow(&segment, &scanner)?),
                Step::Fault(fault) => return Err(self.damage(&segment, &scanner, fault)),
            }
        }
    }

    fn seek(&mut self) -> Result<(Arc<Segment>, Scanner), LogError> {
        let (segment, first) = self.shared.segment_of(self.next);
        let segment = segment.ok_or(LogError::Dropped { position: self.next, first })?;
        let file = self.open(&segment)?;
        if let Some(offset) = self.hint.take() {
            let mut scanner = Scanner::at(&segment, Arc::clone(&file), self.next, offset);
            if scanner.stands_before_a_frame(segment.end()).map_err(|e| self.unreadable(&segment, e))? {
                return Ok((segment, scanner));
            }
        }
        let scanner = Scanner::towards(&segment, file, self.next);
        Ok((segment, scanner))
    }

    /// Goes on in the segment after a finished one, which must continue its positions and its chain.
    fn follow(&self, segment: &Arc<Segment>, scanner: &Scanner) -> Result<(Arc<Segment>, Scanner), LogError> {
        let (following, first) = self.shared.segment_of(scanner.position());
        let following = following.ok_or(LogError::Dropped { position: self.next, first })?;
        if following.header.first != scanner.position() {
            return Err(self.damage(segment, scanner, Fault::Missing));
        }
        if Some(following.header.chain) != scanner.chain() {
            return Err(self.damage(&following, scanner, Fault::Chain));
        }
        let file = self.open(&following)?;
        let scanner = Scanner::from_start(&following, file);
        Ok((following, scanner))
    }

    fn open(&self, segment: &Segment) -> Result<Arc<dyn crate::storage::StorageFile>, LogError> {
        self.shared.storage.open(&segment.name()).map_err(|e| self.unreadable(segment, e))
    }

    fn unreadable(&self, segment: &Segment, error: io::Error) -> LogError {
        let (_, first) = self.shared.segment_of(self.next);
        // Retention may take a segment away between finding and opening it.
        if error.kind() == io::ErrorKind::NotFound && self.next < first {
            return LogError::Dropped { position: self.next, first };
        }
        failed(&*self.shared.storage, "read", &segment.name(), error)
    }

    fn damage(&self, segment: &Segment, scanner: &Scanner, fault: Fault) -> LogError {
        let acknowledged = self.shared.durable.load(Ordering::Acquire);
        let file = self.shared.storage.path(&segment.name());
        let (offset, position) = (scanner.offset(), scanner.position());
        LogError::damaged(Damage { file, offset, position, acknowledged, fault })
    }
}

impl Iterator for Reader {
    type Item = Result<Record, LogError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_failed {
            return None;
        }
        let record =
            self.advance(|position, kind, payload| Record { position, kind, payload: payload.to_vec() });
        self.has_failed = record.is_err();
        record.transpose()
    }
}
