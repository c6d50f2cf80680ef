//! One file of the log as the program knows it: where it starts, how far it is durable, and a sparse index.

use crate::{
    frame::{Chain, LogId},
    header::{HEADER, Header},
};
use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

/// A point of the index is kept about every so many bytes.
const INDEX_STEP: u64 = 256 * 1024;
const SUFFIX: &str = ".seg";

/// One segment.
#[derive(Debug)]
pub(crate) struct Segment {
    pub(crate) header: Header,
    /// Bytes that hold durable frames, header included.
    end: AtomicU64,
    /// Frames known to start at an offset, in order. Whoever passes through adds to it.
    points: Mutex<Vec<Point>>,
}

/// A frame's place.
#[derive(Clone, Copy, Debug)]
struct Point {
    position: u64,
    offset: u64,
}

impl Segment {
    pub(crate) fn new(header: Header, end: u64) -> Self {
        Self { header, end: AtomicU64::new(end), points: Mutex::default() }
    }

    /// The header of the segment that follows.
    pub(crate) fn following(&self, next: u64, chain: Chain) -> Header {
        Header { number: self.header.number + 1, first: next, chain, ..self.header }
    }

    pub(crate) fn id(&self) -> &LogId {
        &self.header.id
    }

    pub(crate) fn name(&self) -> String {
        name_of(self.header.first)
    }

    pub(crate) fn end(&self) -> u64 {
        self.end.load(Ordering::Acquire)
    }

    pub(crate) fn set_end(&self, end: u64) {
        self.end.store(end, Ordering::Release);
    }

    /// Notes that the frame of `position` starts at `offset`.
    pub(crate) fn note(&self, position: u64, offset: u64) {
        let mut points = self.points();
        let last = points.last().map_or(HEADER as u64, |point| point.offset);
        if offset >= last + INDEX_STEP {
            points.push(Point { position, offset });
        }
    }

    /// Where to start reading to get to `position`: the offset of a frame that lies strictly before it, whose chain
    /// then proves the one asked for, or `None` for the segment's start.
    pub(crate) fn seek(&self, position: u64) -> Option<(u64, u64)> {
        let points = self.points();
        let after = points.partition_point(|point| point.position < position);
        after.checked_sub(1).map(|at| (points[at].position, points[at].offset))
    }

    fn points(&self) -> MutexGuard<'_, Vec<Point>> {
        self.points.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The file name of the segment whose first record has this position; names sort as positions do.
pub(crate) fn name_of(first: u64) -> String {
    format!("{first:020}{SUFFIX}")
}

/// The first position of a segment, by its file name.
pub(crate) fn first_of(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(SUFFIX)?;
    let is_number = digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { digits.parse().ok() } else { None }
}
