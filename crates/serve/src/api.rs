//! REST: one handler per call of `docs/wire.md`.

mod events;
mod export;
mod search;
mod values;
mod world;

use crate::server::App;
use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use std::sync::Arc;

/// The calls under `/api/v1`, without the view socket.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/site", get(world::site))
        .route("/api/v1/world", get(world::world))
        .route("/api/v1/things/{id}", get(world::thing))
        .route("/api/v1/connections", get(world::connections).post(world::connect))
        .route("/api/v1/values", get(values::values))
        .route("/api/v1/samples", get(values::samples))
        .route("/api/v1/buckets", get(values::buckets))
        .route("/api/v1/export", get(export::export))
        .route("/api/v1/events", get(events::events))
        .route("/api/v1/timeline", get(events::timeline))
        .route("/api/v1/search", get(search::search))
}

/// `GET /openapi.json`.
pub async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], include_str!("../openapi.json"))
}

/// Reads the past off the threads that serve sockets.
async fn blocking<T: Send + 'static>(
    read: impl FnOnce() -> Result<T, crate::Problem> + Send + 'static,
) -> Result<T, crate::Problem> {
    tokio::task::spawn_blocking(read).await.map_err(|_| crate::Problem::internal())?
}
