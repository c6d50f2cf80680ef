//! What can go wrong with a look ahead, in words for the person who asked.

use crate::jobs::TooMany;
use trine_site::SiteError;

/// A request that was not done.
#[derive(Debug, thiserror::Error)]
pub enum FutureError {
    /// There is no such branch, plan, or result.
    #[error("{0}")]
    NotFound(String),
    /// What was asked for cannot be; a sentence for each reason.
    #[error("{}", .0.join("; "))]
    Refused(Vec<String>),
    /// Changes of a what-if that cannot be: which, from 0, and why.
    #[error("{}", .0.iter().map(|(index, why)| format!("change {}: {why}", index + 1)).collect::<Vec<_>>().join("; "))]
    Changes(Vec<(usize, String)>),
    /// It would contradict something that is there.
    #[error("{0}")]
    Conflict(String),
    /// Too much is waiting.
    #[error(transparent)]
    Busy(#[from] TooMany),
    /// The site.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// Plans cannot be kept.
    #[error("the disk refuses: {0}")]
    Storage(#[from] std::io::Error),
    /// A fault of the program.
    #[error("a fault of the program: {0}")]
    Fault(String),
}
