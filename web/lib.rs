//! The web client, built by `build.rs` from the sources beside this file and carried in the program.

use axum::Router;
use axum::http::StatusCode;
use memory_serve::{CacheControl, MemoryServe};

/// Serves the client; files with a hash in their name may be kept for ever, the page itself is asked for anew.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let assets: MemoryServe = memory_serve::load!();
    assets
        .index_file(Some("/index.html"))
        .fallback(Some("/index.html"))
        .fallback_status(StatusCode::NOT_FOUND)
        .html_cache_control(CacheControl::NoCache)
        .cache_control(CacheControl::Long)
        .into_router()
}
