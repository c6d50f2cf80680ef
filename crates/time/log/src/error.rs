//! What can go wrong with a log, and what is safe to do then.

use std::{fmt, io, sync::Arc};

/// A failed operation of the log. Cheap to clone, because one failed sync answers many waiting records.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LogError {
    /// Somebody else has the log open.
    #[error("the log in {place} is open in another process; stop that one first")]
    Locked {
        /// The log's directory.
        place: String,
    },
    /// Acknowledged records cannot be read as they were written.
    #[error("{0}")]
    Damaged(Box<Damage>),
    /// A file was written by a later version of Trine.
    #[error("{file} has log format {found}, this program reads up to {known}; use a newer Trine")]
    Version {
        /// The file.
        file: String,
        /// The format that the file says it has.
        found: u32,
        /// The latest format known here.
        known: u32,
    },
    /// There is no space left. Nothing of the record was kept; appending works again once there is space.
    #[error("no space left for the log in {place}")]
    DiskFull {
        /// The log's directory.
        place: String,
        /// What the system said.
        #[source]
        source: Arc<io::Error>,
    },
    /// A write could not be made durable, so nothing is accepted until the log is opened again.
    #[error(
        "the log in {place} could not be made durable ({operation}) and takes no records until it is reopened"
    )]
    Poisoned {
        /// The log's directory.
        place: String,
        /// What failed.
        operation: &'static str,
        /// What the system said.
        #[source]
        source: Arc<io::Error>,
    },
    /// The system refused an operation on a file.
    #[error("could not {operation} {file}")]
    Io {
        /// What was tried.
        operation: &'static str,
        /// On which file.
        file: String,
        /// What the system said.
        #[source]
        source: Arc<io::Error>,
    },
    /// The record does not fit in a segment.
    #[error("a record of {bytes} bytes is too large; the limit is {max}")]
    TooLarge {
        /// The record's size.
        bytes: usize,
        /// The largest size.
        max: usize,
    },
    /// Too much is waiting for the disk ([`crate::Log::try_append`] only).
    #[error("the log's queue is full")]
    QueueFull,
    /// The log was closed.
    #[error("the log is closed")]
    Closed,
    /// The record was dropped by retention.
    #[error("record {position} was dropped by retention; the log starts at {first}")]
    Dropped {
        /// The position asked for.
        position: u64,
        /// The first position still there.
        first: u64,
    },
}

impl LogError {
    pub(crate) fn io(operation: &'static str, file: impl Into<String>, source: io::Error) -> Self {
        Self::Io { operation, file: file.into(), source: Arc::new(source) }
    }

    pub(crate) fn damaged(damage: Damage) -> Self {
        Self::Damaged(Box::new(damage))
    }
}

/// Whether the system means that there is no space: a full disk, a full quota or a file size limit.
pub(crate) fn is_disk_full(error: &io::Error) -> bool {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}

/// Where acknowledged data is damaged, and what is safe to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The file, with its directory.
    pub file: String,
    /// The byte in the file at which the damaged frame or header starts.
    pub offset: u64,
    /// The first position that cannot be read.
    pub position: u64,
    /// Everything below this position is known to have been acknowledged.
    pub acknowledged: u64,
    /// What is wrong there.
    pub fault: Fault,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, offset, position, acknowledged, fault } = self;
        write!(f, "{file} is damaged at byte {offset}, record {position}: {fault}. ")?;
        if acknowledged > position {
            write!(f, "Records below {acknowledged} were acknowledged. ")?;
        }
        write!(
            f,
            "Nothing was changed, and records below {position} are not affected by this. \
             Put the file back from a backup or a replica of this site"
        )?;
        match fault {
            Fault::Missing => write!(
                f,
                "; where an older copy of the whole log was put back on purpose, remove its file `watermark` and open again"
            ),
            _ => write!(f, ", and look at the disk before trusting it again"),
        }
    }
}

/// What is wrong with a frame or a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The file ends inside the frame, or the length cannot be.
    Length,
    /// The bytes do not match their checksum.
    Checksum,
    /// The frame is whole but belongs to another position.
    Position,
    /// The frame is whole but does not continue the hash chain: something was replaced or removed before it.
    Chain,
    /// The frame is whole but its watermark or its reserved bytes cannot be.
    Watermark,
    /// Zeros where a frame should be.
    Blank,
    /// A file or its end is missing although its records were acknowledged.
    Missing,
    /// The file's header is not that of this log.
    Header,
    /// There are bytes where a finished segment should end.
    Trailing,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length => "the file ends inside the frame, or its length was changed",
            Self::Checksum => "the bytes do not match their checksum",
            Self::Position => "the frame belongs to another position",
            Self::Chain => "the hash chain is broken: a frame was replaced or removed",
            Self::Watermark => "the frame's watermark cannot be",
            Self::Blank => "there are zeros where a frame should be",
            Self::Missing => "acknowledged records are missing",
            Self::Header => "the file's header is not that of this log",
            Self::Trailing => "there are bytes after the end of a finished segment",
        })
    }
}
