//! Opens a log: finds its segments, judges the end of the last one, and makes durable what it will vouch for.
//!
//! Where the frames of the last segment stop being readable, the watermark decides. Below it, somebody was promised
//! those records: the log is damaged and is not touched. At or above it, nobody was: the tail is torn, is copied
//! aside and cut. A frame that is whole but continues another chain is never the work of a power cut, so that is
//! always damage. Earlier segments were whole before the next one got its name; they are checked when read.

use crate::{
    LogOptions,
    commit::{Shared, Tail, prepare},
    error::{Damage, Fault, LogError},
    frame,
    header::{self, HEADER, Header, Role, START},
    scan::{Scanner, Step, watermark_after},
    segment::{Segment, first_of, name_of},
    storage::{Storage, StorageFile, failed, read_exact_at, read_whole},
    watermark::Watermark,
};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, atomic::AtomicU64},
};

/// How many torn tails are kept aside.
const TORN_KEPT: usize = 8;

/// What was found when the log was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// The first position that is there; larger than 0 once retention has dropped segments.
    pub first: u64,
    /// The position that the next record will get; every one below is on disk.
    pub next: u64,
    /// How many segments there are.
    pub segments: usize,
    /// The torn write at the end that was cut, if there was one.
    pub truncated: Option<TornTail>,
}

/// A write that was cut short by a crash. None of it was ever acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TornTail {
    /// The segment, with its directory.
    pub file: String,
    /// Where in it the torn frame starts.
    pub offset: u64,
    /// The position that the frame would have had.
    pub position: u64,
    /// How many bytes were cut.
    pub bytes: u64,
    /// The file that now holds them; none when there was no space for it.
    pub kept: Option<String>,
}

pub(crate) fn open(storage: Arc<dyn Storage>, options: LogOptions) -> Result<(Tail, Recovery), LogError> {
    let headers = find_segments(&*storage, &options)?;
    // A process that was killed may have named a segment without making the name durable. Records must not be
    // acknowledged in a file whose name a power cut could still take away.
    storage.sync_directory().map_err(|e| failed(&*storage, "sync", "", e))?;
    let (last, earlier) = headers.split_last().expect("a log has a segment");
    let mut segments = VecDeque::new();
    for header in earlier {
        let file = storage.open(&name_of(header.first)).map_err(|e| failed(&*storage, "open", START, e))?;
        let end = file.length().map_err(|e| failed(&*storage, "measure", &name_of(header.first), e))?;
        segments.push_back(Arc::new(Segment::new(*header, end)));
    }
    let segment = Arc::new(Segment::new(*last, HEADER as u64));
    segments.push_back(Arc::clone(&segment));
    let name = segment.name();
    let file = storage.open(&name).map_err(|e| failed(&*storage, "open", &name, e))?;
    let end = judge_end(&*storage, &segment, &file)?;
    let truncated = cut(&*storage, &segment, &file, &end)?;
    // Reserving may fail on a full disk; reading must work even then, and appending will say so.
    let _ = file.allocate(options.segment_bytes);
    segment.set_end(end.offset);
    let mut watermark =
        Watermark::open(&*storage, last.id).map_err(|e| failed(&*storage, "open", "watermark", e))?;
    watermark.write(end.next);
    watermark.sync();
    let first = headers[0].first;
    let recovery = Recovery { first, next: end.next, segments: segments.len(), truncated };
    let shared = Shared { storage, segments: Mutex::new(segments), durable: AtomicU64::new(end.next) };
    let tail = Tail {
        shared: Arc::new(shared),
        options,
        segment,
        file,
        watermark,
        offset: end.offset,
        next: end.next,
        chain: end.chain,
        poison: None,
        buffer: Vec::new(),
    };
    Ok((tail, recovery))
}

/// The headers of all segments, from the one that `start` names to the last, none missing.
fn find_segments(storage: &dyn Storage, options: &LogOptions) -> Result<Vec<Header>, LogError> {
    let names = storage.list().map_err(|e| failed(storage, "list", "", e))?;
    for name in names.iter().filter(|name| name.ends_with(".tmp")) {
        storage.remove(name).map_err(|e| failed(storage, "remove", name, e))?;
    }
    let firsts: Vec<u64> = names.iter().filter_map(|name| first_of(name)).collect();
    if !names.iter().any(|name| name == START) {
        return create(storage, options, &firsts).map(|header| vec![header]);
    }
    let start = header::read_start(storage)?;
    // A crash during retention may leave segments that lie below the start; they are not missed.
    let (dropped, kept): (Vec<u64>, Vec<u64>) = firsts.iter().partition(|first| **first < start.first);
    let mut headers: Vec<Header> = Vec::new();
    for first in kept {
        let header = read_header(storage, first)?;
        let expected = match headers.last() {
            Some(before) => before.number + 1 == header.number,
            None => header == start,
        };
        if header.id != start.id || header.first != first || !expected {
            return Err(missing(storage, headers.last().map_or(start.first, |before| before.first), first));
        }
        headers.push(header);
    }
    if headers.is_empty() {
        return Err(missing(storage, start.first, start.first));
    }
    for first in dropped {
        storage.remove(&name_of(first)).map_err(|e| failed(storage, "remove", &name_of(first), e))?;
    }
    Ok(headers)
}

fn read_header(storage: &dyn Storage, first: u64) -> Result<Header, LogError> {
    let name = name_of(first);
    let bytes = read_whole(storage, &name, HEADER)?;
    Header::decode(&bytes, Role::Segment, &storage.path(&name), first)
}

fn missing(storage: &dyn Storage, after: u64, before: u64) -> LogError {
    let file = storage.path(&name_of(before));
    LogError::damaged(Damage {
        file,
        offset: 0,
        position: after,
        acknowledged: before,
        fault: Fault::Missing,
    })
}

/// Makes a new log: the first segment, then `start`. A crash between the two leaves a segment without records,
/// which is made again; anything more without a `start` is a log that lost its start.
fn create(storage: &dyn Storage, options: &LogOptions, firsts: &[u64]) -> Result<Header, LogError> {
    let name = name_of(0);
    match firsts {
        [] => {}
        [0] if holds_nothing(storage, &name)? => {}
        _ => {
            let (file, offset, position, fault) = (storage.path(START), 0, 0, Fault::Missing);
            return Err(LogError::damaged(Damage { file, offset, position, acknowledged: 0, fault }));
        }
    }
    let make = || {
        let id = storage.new_id()?;
        let header = Header { id, number: 0, first: 0, chain: frame::genesis(&id) };
        let (_, temporary) = prepare(storage, &header, options.segment_bytes)?;
        storage.rename(&temporary, &name)?;
        storage.sync_directory()?;
        Ok(header)
    };
    let header = make().map_err(|e| failed(storage, "create", &name, e))?;
    header::write_start(storage, &header)?;
    Ok(header)
}

fn holds_nothing(storage: &dyn Storage, name: &str) -> Result<bool, LogError> {
    let bytes = read_whole(storage, name, usize::MAX)?;
    Ok(bytes.iter().skip(HEADER).all(|byte| *byte == 0))
}

/// Where the frames of the last segment end.
struct End {
    offset: u64,
    next: u64,
    chain: frame::Chain,
    /// From here on it is not known whether the frames were synced.
    unproven: u64,
    /// What stands after the last frame, up to its last byte that is not zero.
    torn: Vec<u8>,
}

fn judge_end(storage: &dyn Storage, segment: &Segment, file: &Arc<dyn StorageFile>) -> Result<End, LogError> {
    let name = segment.name();
    let unreadable = |e| failed(storage, "read", &name, e);
    let limit = file.length().map_err(unreadable)?;
    let noted = Watermark::read(storage, segment.id());
    let mut scanner = Scanner::from_start(segment, Arc::clone(file));
    let mut unproven = HEADER as u64;
    let fault = loop {
        match scanner.step(limit).map_err(unreadable)? {
            Step::Frame(frame) => {
                segment.note(frame.header.position, frame.offset);
                if frame.header.position < noted {
                    unproven = scanner.offset();
                }
            }
            Step::End => break None,
            Step::Fault(fault) => break Some(fault),
        }
    };
    let (offset, position) = (scanner.offset(), scanner.position());
    let rest = usize::try_from(limit - offset).unwrap_or(usize::MAX);
    let mut torn = read_exact_at(&**file, offset, rest).map_err(unreadable)?;
    torn.truncate(torn.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1));
    let after = watermark_after(&torn, frame::seed(segment.id()), position);
    let acknowledged = noted.max(scanner.durable()).max(after);
    let is_foreign = matches!(fault, Some(Fault::Position | Fault::Chain | Fault::Watermark));
    if acknowledged > position || is_foreign {
        let fault = match fault {
            Some(fault) if !torn.is_empty() => fault,
            _ => Fault::Missing,
        };
        let file = storage.path(&name);
        return Err(LogError::damaged(Damage { file, offset, position, acknowledged, fault }));
    }
    let chain = scanner.chain().expect("a walk from the start knows its chain");
    Ok(End { offset, next: position, chain, unproven, torn })
}

/// Keeps a torn tail aside and cuts it, and makes durable what the log vouches for from now on.
///
/// Frames above the watermark are written once more before the sync: after a failed sync the system may show pages
/// that are not on disk, and a sync alone would not write them again.
fn cut(
    storage: &dyn Storage,
    segment: &Segment,
    file: &Arc<dyn StorageFile>,
    end: &End,
) -> Result<Option<TornTail>, LogError> {
    let name = segment.name();
    let kept = if end.torn.is_empty() { None } else { keep_aside(storage, &name, end) };
    let settle = || {
        let length = usize::try_from(end.offset - end.unproven).unwrap_or(usize::MAX);
        let unproven = read_exact_at(&**file, end.unproven, length)?;
        if !unproven.is_empty() {
            file.write_at(&unproven, end.unproven)?;
        }
        file.set_length(end.offset)?;
        file.sync_all()
    };
    settle().map_err(|e| failed(storage, "settle the end of", &name, e))?;
    if end.torn.is_empty() {
        return Ok(None);
    }
    let torn = TornTail {
        file: storage.path(&name),
        offset: end.offset,
        position: end.next,
        bytes: end.torn.len() as u64,
        kept: kept.map(|name| storage.path(&name)),
    };
    tracing::warn!(?torn, "cut a torn write that was never acknowledged");
    Ok(Some(torn))
}

/// Copies a torn tail to a file of its own. It is for people who want to look, so a failure does not matter.
fn keep_aside(storage: &dyn Storage, segment: &str, end: &End) -> Option<String> {
    let name = format!("{}-{:012}.torn", segment.trim_end_matches(".seg"), end.offset);
    let copy = || {
        let file = storage.create(&name)?;
        file.write_at(&end.torn, 0)?;
        file.sync_all()?;
        let mut older: Vec<String> = storage.list()?;
        older.retain(|name| name.ends_with(".torn"));
        for name in older.iter().rev().skip(TORN_KEPT) {
            storage.remove(name)?;
        }
        std::io::Result::Ok(())
    };
    match copy() {
        Ok(()) => Some(name),
        Err(error) => {
            tracing::warn!(%error, name, "a torn tail was not kept aside");
            let _ = storage.remove(&name);
            None
        }
    }
}
