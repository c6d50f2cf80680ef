//! What can go wrong with the past, one variant per failed operation.

use parquet::errors::ParquetError;
use std::{
    io,
    path::{Path, PathBuf},
};

/// A failed operation of the history.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The operating system refused. A full disk arrives here; what was to be sealed is still in memory.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A sealed file is not what was written. Nothing was read past the damage.
    #[error("{} is damaged at {place}: {why}", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// Where in it.
        place: String,
        /// What does not hold.
        why: String,
    },
    /// Sealing does not keep up or fails, and memory has reached its bound. Nothing of the batch was taken.
    #[error("the history holds {samples} samples in memory and cannot seal them: {cause}")]
    Backlog {
        /// Samples in memory.
        samples: usize,
        /// Why they are still there.
        cause: String,
    },
    /// The folder belongs to another process.
    #[error("{} is in use by another process", path.display())]
    InUse {
        /// The lock file.
        path: PathBuf,
    },
    /// The folder was written by a later version of this program.
    #[error("{} has form {found}; this version reads form {known}", path.display())]
    Version {
        /// The manifest.
        path: PathBuf,
        /// The form found.
        found: u32,
        /// The newest form known here.
        known: u32,
    },
    /// Samples could not be brought into Parquet form.
    #[error("cannot encode a segment: {0}")]
    Encode(#[source] ParquetError),
}

impl HistoryError {
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }

    pub(crate) fn damaged(file: &Path, place: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Damaged { file: file.to_owned(), place: place.into(), why: why.into() }
    }

    /// The reader of a checked file hands our own error through the Parquet reader; what else the Parquet reader
    /// says about bytes whose checksum holds means that they were written wrongly.
    pub(crate) fn from_parquet(file: &Path, place: String, error: ParquetError) -> Self {
        match error {
            ParquetError::External(inner) => match inner.downcast::<Self>() {
                Ok(ours) => *ours,
                Err(other) => Self::damaged(file, place, other.to_string()),
            },
            other => Self::damaged(file, place, other.to_string()),
        }
    }
}

/// One damaged place, as [`crate::History::verify`] and [`crate::OpenReport`] name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The file.
    pub file: PathBuf,
    /// Where in it.
    pub place: String,
    /// What does not hold.
    pub why: String,
}
