//! Recordings of sessions: who moved, pointed and wrote, with the consent of those who did.

use super::blocking;
use crate::Problem;
use crate::meet::record;
use crate::server::App;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use serde_json::Value;
use std::sync::Arc;

/// `GET /api/v1/recordings`.
pub async fn recordings(State(app): State<Arc<App>>) -> Result<Json<Value>, Problem> {
    let folder = app.site.folder().to_owned();
    let found = blocking(&app, move || record::list(&folder).map_err(|error| unread(&error))).await?;
    Ok(Json(found.into()))
}

/// `GET /api/v1/recordings/{id}`.
pub async fn recording(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let path = record::file(app.site.folder(), &id).ok_or_else(|| {
        Problem::not_found("There is no such recording. /api/v1/recordings lists them all.")
    })?;
    let text = blocking(&app, move || std::fs::read(path).map_err(|error| unread(&error))).await?;
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], text))
}

fn unread(error: &std::io::Error) -> Problem {
    tracing::error!("recordings cannot be read: {error}");
    Problem::internal()
}
