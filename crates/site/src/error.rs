//! What can go wrong with a site.

use std::path::PathBuf;
use trine_connector::SinkError;
use trine_history::HistoryError;
use trine_log::LogError;
use trine_world::{BranchId, Rejection};

/// A failed operation of the site.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// The data folder cannot be made or used.
    #[error("cannot use the data folder {}: {source}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The log of signals or of facts.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The past.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// A record of the log is whole but says something that this version does not understand.
    #[error(
        "record {position} of the log of {log} cannot be read: {why}; use the version of Trine that wrote it, or a newer one"
    )]
    Record {
        /// `facts` or `signals`.
        log: &'static str,
        /// Position in that log.
        position: u64,
        /// What is wrong.
        why: String,
    },
    /// There is no such branch.
    #[error("there is no branch `{id}`; it may have been discarded")]
    NoBranch {
        /// Its id.
        id: BranchId,
    },
    /// A branch of this id is there already.
    #[error("there is a branch `{id}` already; take another id, or discard it first")]
    BranchExists {
        /// Its id.
        id: BranchId,
    },
    /// A branch would hold too much.
    #[error("the branch `{id}` would hold more than {facts} facts; take a nearer end or a smaller model")]
    BranchFull {
        /// Its id.
        id: BranchId,
        /// How many facts it may hold.
        facts: usize,
    },
    /// The world refuses what was proposed.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// Facts could not be recorded.
    #[error("it could not be recorded: {0}")]
    Facts(#[source] SinkError),
    /// The site is stopping.
    #[error("the site is stopping")]
    Stopping,
}

/// What a connector is told of a failed log.
pub(crate) fn sink_error(error: &LogError) -> SinkError {
    match error {
        LogError::DiskFull { .. } => SinkError::DiskFull,
        LogError::Closed => SinkError::Stopping,
        other => SinkError::Storage(other.to_string()),
    }
}
