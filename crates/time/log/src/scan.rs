//! Walks the frames of a segment and checks each one: length, checksum, position, watermark, chain.

use crate::{
    error::Fault,
    frame::{self, Chain, FRAME_HEADER, FrameHeader},
    header::HEADER,
    segment::Segment,
    storage::StorageFile,
};
use std::{io, ops::Range, sync::Arc};

const CHUNK: usize = 256 * 1024;
/// Who comes for one record reads little.
const SMALL_CHUNK: usize = 16 * 1024;

/// A walk over frames. Every frame is checked before it is shown.
pub(crate) struct Scanner {
    file: Arc<dyn StorageFile>,
    seed: u32,
    /// Where the next frame starts.
    offset: u64,
    /// The position that it must have.
    position: u64,
    /// The link before it; `None` when the walk starts in the middle, where the first frame is taken on trust.
    chain: Option<Chain>,
    /// The highest watermark met.
    durable: u64,
    /// How much is read at once.
    chunk: usize,
    buffer: Vec<u8>,
    /// The part of the file that the buffer holds starts here.
    buffer_offset: u64,
}

/// One checked frame; its payload is in the scanner's buffer.
pub(crate) struct Frame {
    pub(crate) header: FrameHeader,
    pub(crate) offset: u64,
    payload: Range<usize>,
}

/// What the walk met.
pub(crate) enum Step {
    Frame(Frame),
    /// The frames end exactly at the limit.
    End,
    Fault(Fault),
}

impl Scanner {
    /// A walk from the segment's first frame.
    pub(crate) fn from_start(segment: &Segment, file: Arc<dyn StorageFile>) -> Self {
        let chain = Some(segment.header.chain);
        Self::new(segment, file, HEADER as u64, segment.header.first, chain)
    }

    /// A walk that gets to `position` over as few frames as the index allows.
    pub(crate) fn towards(segment: &Segment, file: Arc<dyn StorageFile>, position: u64) -> Self {
        match segment.seek(position) {
            Some((at, offset)) => Self::new(segment, file, offset, at, None),
            None => Self::from_start(segment, file),
        }
    }

    /// A walk from a place where the frame of `position` is said to start.
    pub(crate) fn at(segment: &Segment, file: Arc<dyn StorageFile>, position: u64, offset: u64) -> Self {
        Self { chunk: SMALL_CHUNK, ..Self::new(segment, file, offset, position, None) }
    }

    /// Whether the next step of a fresh walk is a whole frame; the walk stays where it is.
    pub(crate) fn stands_before_a_frame(&mut self, limit: u64) -> io::Result<bool> {
        let (offset, position, chain, durable) = (self.offset, self.position, self.chain, self.durable);
        let is_frame = matches!(self.step(limit)?, Step::Frame(_));
        (self.offset, self.position, self.chain, self.durable) = (offset, position, chain, durable);
        Ok(is_frame)
    }

    fn new(
        segment: &Segment,
        file: Arc<dyn StorageFile>,
        offset: u64,
        position: u64,
        chain: Option<Chain>,
    ) -> Self {
        let seed = frame::seed(segment.id());
        let (chunk, buffer) = (CHUNK, Vec::new());
        Self { file, seed, offset, position, chain, durable: 0, chunk, buffer, buffer_offset: offset }
    }

    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    pub(crate) fn chain(&self) -> Option<Chain> {
        self.chain
    }

    pub(crate) fn durable(&self) -> u64 {
        self.durable
    }

    pub(crate) fn payload(&self, frame: &Frame) -> &[u8] {
        &self.buffer[frame.payload.clone()]
    }

    /// The next frame; bytes from `limit` on are not looked at.
    pub(crate) fn step(&mut self, limit: u64) -> io::Result<Step> {
        let left = limit.saturating_sub(self.offset);
        if left == 0 {
            return Ok(Step::End);
        }
        if left < FRAME_HEADER as u64 {
            return Ok(Step::Fault(Fault::Length));
        }
        let Some(at) = self.fill(FRAME_HEADER, limit)? else { return Ok(Step::Fault(Fault::Length)) };
        let bytes: &[u8; FRAME_HEADER] = self.buffer[at..at + FRAME_HEADER].try_into().expect("64 bytes");
        if *bytes == [0; FRAME_HEADER] {
            return Ok(Step::Fault(Fault::Blank));
        }
        let header = FrameHeader::parse(bytes);
        if header.frame_length() > left {
            return Ok(Step::Fault(Fault::Length));
        }
        let length = FRAME_HEADER + header.length as usize;
        let Some(at) = self.fill(length, limit)? else { return Ok(Step::Fault(Fault::Length)) };
        let bytes = &self.buffer[at..at + length];
        if let Err(fault) = self.check(&header, bytes) {
            return Ok(Step::Fault(fault));
        }
        let found = Frame { header, offset: self.offset, payload: at + FRAME_HEADER..at + length };
        self.offset += length as u64;
        self.position += 1;
        self.chain = Some(header.chain);
        self.durable = self.durable.max(header.durable);
        Ok(Step::Frame(found))
    }

    fn check(&self, header: &FrameHeader, bytes: &[u8]) -> Result<(), Fault> {
        if crc32c::crc32c_append(self.seed, &bytes[4..]) != header.crc {
            return Err(Fault::Checksum);
        }
        if header.position != self.position {
            return Err(Fault::Position);
        }
        if header.durable > header.position || header.durable < self.durable || !header.reserved_is_zero {
            return Err(Fault::Watermark);
        }
        let is_linked = self
            .chain
            .is_none_or(|before| frame::link(&before, &bytes[4..32], &bytes[FRAME_HEADER..]) == header.chain);
        if is_linked { Ok(()) } else { Err(Fault::Chain) }
    }

    /// Makes `length` bytes from the current offset available and says where in the buffer they start.
    fn fill(&mut self, length: usize, limit: u64) -> io::Result<Option<usize>> {
        let skipped =
            usize::try_from(self.offset - self.buffer_offset).expect("inside the buffer or at its end");
        if skipped + length <= self.buffer.len() {
            return Ok(Some(skipped));
        }
        self.buffer.drain(..skipped.min(self.buffer.len()));
        self.buffer_offset = self.offset;
        let available = usize::try_from(limit - self.offset).unwrap_or(usize::MAX);
        let wanted = length.max(self.chunk).min(available);
        let mut filled = self.buffer.len();
        self.buffer.resize(wanted.max(filled), 0);
        while filled < wanted {
            match self.file.read_at(&mut self.buffer[filled..], self.buffer_offset + filled as u64)? {
                0 => break,
                n => filled += n,
            }
        }
        self.buffer.truncate(filled);
        Ok((length <= filled).then_some(0))
    }
}

/// The highest watermark in any whole frame after a place where the walk stopped. A frame that says that the place
/// it follows was acknowledged turns a tail that looks torn into damage.
pub(crate) fn watermark_after(bytes: &[u8], seed: u32, position: u64) -> u64 {
    let mut highest = 0;
    let mut at = 0;
    while at + FRAME_HEADER <= bytes.len() {
        let header = FrameHeader::parse(bytes[at..at + FRAME_HEADER].try_into().expect("64 bytes"));
        let left = (bytes.len() - at) as u64;
        // A group holds far fewer records than bytes, so later positions lie within the bytes that are left.
        let is_plausible = header.position > position
            && header.position - position <= bytes.len() as u64
            && header.durable <= header.position
            && header.reserved_is_zero
            && header.frame_length() <= left;
        let length = usize::try_from(header.frame_length()).unwrap_or(usize::MAX);
        if is_plausible && crc32c::crc32c_append(seed, &bytes[at + 4..at + length]) == header.crc {
            highest = highest.max(header.durable);
            at += length;
        } else {
            at += 1;
        }
    }
    highest
}
