//! Where access is decided: every request passes here once, before anything is read.

use crate::{ApiError, Route};
use axum::http::HeaderMap;

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// See it.
    Read,
    /// Make it, change it or remove it.
    Write,
    /// Have an operation done.
    Invoke,
}

/// Who decides.
pub trait Gate: Send + Sync {
    /// Whether the sender of these headers may do it.
    ///
    /// # Errors
    /// When not; [`crate::Reason::Forbidden`] says so to the client.
    fn may(&self, headers: &HeaderMap, action: Action, resource: &Route) -> Result<(), ApiError>;
}

/// Everybody who reaches the server may do everything.
#[derive(Clone, Copy, Debug, Default)]
pub struct Open;

impl Gate for Open {
    fn may(&self, _: &HeaderMap, _: Action, _: &Route) -> Result<(), ApiError> {
        Ok(())
    }
}
