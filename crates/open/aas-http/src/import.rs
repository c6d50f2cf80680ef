//! Taking in a package on a running server: `POST /api/aas/import`, which is ours and not of the standard.
//!
//! The body is an AASX package, or an environment in JSON or XML. The answer is a report; with `?dry=true` nothing is
//! recorded. What is sound is recorded whole or not at all.

use crate::api::{Api, json};
use crate::gate::Action;
use crate::params::Params;
use crate::route::Route;
use crate::{ApiError, Reason};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::{IntoResponse as _, Response};
use std::sync::Arc;
use trine_shells::import::{self, ImportReport};

/// Bytes of a package that are taken.
const PACKAGE_BYTES: usize = 256 << 20;

/// `POST /api/aas/import`.
pub(crate) async fn answer(State(api): State<Arc<Api>>, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    match take(&api, parts.headers, parts.uri.query().unwrap_or_default(), body).await {
        Ok(report) => json(StatusCode::OK, &serde_json::to_value(report).unwrap_or_default()),
        Err(error) => error.into_response(),
    }
}

async fn take(api: &Api, headers: HeaderMap, query: &str, body: Body) -> Result<ImportReport, ApiError> {
    api.gate.may(&headers, Action::Write, &Route::Packages)?;
    let params = Params::of(query)?;
    let is_dry = params.is("dry", false)?;
    let name = params.one("name").unwrap_or("package.aasx").to_owned();
    let too_large = |_| ApiError::new(Reason::TooLarge, format!("At most {PACKAGE_BYTES} bytes are taken."));
    let bytes = axum::body::to_bytes(body, PACKAGE_BYTES).await.map_err(too_large)?;
    let shells = api.shells.clone();
    let read = tokio::task::spawn_blocking(move || import::read(&bytes, &name, shells.blobs())).await;
    let mut import =
        read.map_err(|_| ApiError::new(Reason::Internal, "The package could not be read."))??;
    if !is_dry && !import.changes.is_empty() {
        api.shells.put_all(&api.origin, std::mem::take(&mut import.changes)).await?;
        import.report.applied = true;
    }
    Ok(import.report)
}
