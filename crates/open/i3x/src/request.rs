//! Reading what a client asks: JSON whatever its header says, with errors in the shape of i3X.

use crate::answer::Refusal;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

/// Ids in one request at most.
const IDS_MAX: usize = 1_000;

/// A JSON body.
pub(crate) struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let bytes = Bytes::from_request(request, state).await;
        let bytes = bytes.map_err(|rejection| Refusal::invalid(rejection.body_text()))?;
        let read = serde_json::from_slice(&bytes);
        read.map(Self).map_err(|error| Refusal::invalid(format!("The body cannot be read: {error}")))
    }
}

/// Query parameters.
pub(crate) struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let query = Query::<T>::from_request_parts(parts, state).await;
        query.map(|Query(value)| Self(value)).map_err(|rejection| Refusal::invalid(rejection.body_text()))
    }
}

/// Refuses more ids than are answered at once.
pub(crate) fn few(ids: &[String]) -> Result<(), Refusal> {
    if ids.len() <= IDS_MAX {
        return Ok(());
    }
    Err(Refusal::invalid(format!("{} ids at once; ask for {IDS_MAX} at most", ids.len())))
}
