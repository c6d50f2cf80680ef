//! Merging segments that overlap in source time.

use crate::{error::HistoryError, history::History};

impl History {
    /// Merges; how many segments were rewritten.
    pub fn merge(&self) -> Result<usize, HistoryError> {
        Ok(0)
    }
}
