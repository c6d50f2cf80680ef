//! What can go wrong in the store of shells.

use std::path::PathBuf;
use trine_connector::SinkError;

/// Why something was not read or not recorded.
#[derive(Debug, thiserror::Error)]
pub enum ShellsError {
    /// A file or folder of the store.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A document does not read as it was written.
    #[error(
        "the document of `{id}` is damaged on disk; it is in the log, and the next start reads it from there"
    )]
    Damaged {
        /// Its identifier.
        id: String,
    },
    /// More than one record of the log can hold, so it could not be recorded whole or not at all.
    #[error("the change has {bytes} bytes; at most {max} can be recorded at once, so divide it")]
    TooLarge {
        /// Bytes of all documents.
        bytes: usize,
        /// The most that is taken.
        max: usize,
    },
    /// A file is larger than is taken.
    #[error("the file has more than {max} bytes, which is the most that is taken")]
    BlobTooLarge {
        /// The most that is taken.
        max: u64,
    },
    /// The site could not record it; nothing of it stands.
    #[error("it was not recorded: {0}")]
    NotRecorded(#[from] SinkError),
    /// The world refused the fact.
    #[error("it was not recorded: {0}")]
    Refused(#[from] trine_world::Rejection),
}
