//! What can go wrong with a site.

use std::path::PathBuf;
use trine_connector::SinkError;
use trine_history::HistoryError;
use trine_log::LogError;

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
