//! What this server is and can.
//!
//! Spec: i3X 1.0, "Server Capabilities Endpoints"; the one call that everybody may make.

use axum::Json;
use serde_json::{Value, json};

/// `GET /info`.
pub(crate) async fn info() -> Json<Value> {
    Json(json!({
        "specVersion": "1.0",
        "serverVersion": env!("CARGO_PKG_VERSION"),
        "serverName": "Trine",
        "capabilities": {
            "query": { "history": true },
            // Commands have their own way, with interlocks and approvals; nothing is written past them.
            "update": { "current": false, "history": false },
            "subscribe": { "stream": true },
        },
    }))
}
