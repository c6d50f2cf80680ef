//! REST: one handler per call of `docs/wire.md`, and the table of all calls.

mod branches;
pub(crate) mod document;
mod events;
pub mod export;
mod futures;
mod physics;
mod plans;
mod recordings;
mod search;
mod tariff;
mod values;
mod world;

use crate::server::App;
use crate::{Problem, meet, metrics, view};
use axum::Json;
use axum::handler::Handler;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get, post};
use std::sync::Arc;

/// One path of the server: the router is made of these, and `openapi.json` is checked against them.
pub struct Call {
    /// As both axum and OpenAPI write it.
    pub path: &'static str,
    /// In lower case; `get` answers `HEAD` too.
    pub methods: Vec<&'static str>,
    /// Who answers.
    pub answer: MethodRouter<Arc<App>>,
}

impl Call {
    fn get<H: Handler<T, Arc<App>>, T: 'static>(path: &'static str, handler: H) -> Self {
        Self { path, methods: vec!["get"], answer: get(handler) }
    }

    fn post<H: Handler<T, Arc<App>>, T: 'static>(path: &'static str, handler: H) -> Self {
        Self { path, methods: vec!["post"], answer: post(handler) }
    }

    fn and_patch<H: Handler<T, Arc<App>>, T: 'static>(mut self, handler: H) -> Self {
        self.methods.push("patch");
        Self { answer: self.answer.patch(handler), ..self }
    }

    fn and_delete<H: Handler<T, Arc<App>>, T: 'static>(mut self, handler: H) -> Self {
        self.methods.push("delete");
        Self { answer: self.answer.delete(handler), ..self }
    }

    fn and_post<H: Handler<T, Arc<App>>, T: 'static>(mut self, handler: H) -> Self {
        self.methods.push("post");
        Self { answer: self.answer.post(handler), ..self }
    }
}

/// All calls. Those under `/api/v1` need `docs/wire.md` to stay as they are.
pub fn calls() -> Vec<Call> {
    vec![
        Call::get("/api/v1/site", world::site),
        Call::get("/api/v1/world", world::world),
        Call::get("/api/v1/things/{id}", world::thing),
        Call::get("/api/v1/connections", world::connections).and_post(world::connect),
        Call::get("/api/v1/values", values::values),
        Call::get("/api/v1/samples", values::samples),
        Call::get("/api/v1/buckets", values::buckets),
        Call::get("/api/v1/export", export::export),
        Call::get("/api/v1/events", events::events),
        Call::get("/api/v1/timeline", events::timeline),
        Call::get("/api/v1/search", search::search),
        Call::get("/api/v1/view", view::socket),
        Call::get("/api/v1/meet", meet::socket),
        Call::get("/api/v1/branches", branches::branches),
        Call::get("/api/v1/branches/{id}", branches::branch)
            .and_patch(branches::describe)
            .and_delete(branches::discard),
        Call::get("/api/v1/branches/{id}/bands", futures::bands),
        Call::get("/api/v1/branches/{id}/results", futures::results),
        Call::get("/api/v1/comparison", futures::comparison),
        Call::get("/api/v1/model", futures::model),
        Call::get("/api/v1/forecast-error", futures::forecast_error),
        Call::post("/api/v1/forecasts", futures::forecast),
        Call::post("/api/v1/what-ifs", futures::what_if),
        Call::post("/api/v1/validations", futures::validation),
        Call::get("/api/v1/jobs", futures::jobs),
        Call::get("/api/v1/jobs/{id}", futures::job).and_delete(futures::stop),
        Call::get("/api/v1/orders", plans::orders).and_post(plans::release),
        Call::get("/api/v1/plans", plans::plans).and_post(plans::make),
        Call::get("/api/v1/plans/{id}", plans::plan),
        Call::post("/api/v1/plans/{id}/moves", plans::put),
        Call::post("/api/v1/plans/{id}/accept", plans::accept),
        Call::get("/api/v1/recordings", recordings::recordings),
        Call::get("/api/v1/recordings/{id}", recordings::recording),
        Call::get("/api/v1/tariff", tariff::tariff).and_post(tariff::say),
        Call::get("/api/v1/physics", physics::models),
        Call { path: "/api/v1/physics/files", methods: vec!["post"], answer: physics::uploads() },
        Call::get("/api/v1/physics/files/{digest}", physics::file),
        Call::post("/api/v1/things/{id}/physics", physics::attach).and_delete(physics::detach),
        Call::get("/healthz", healthz),
        Call::get("/metrics", metrics::metrics),
        Call::get("/openapi.json", openapi),
    ]
}

const OPENAPI: &str = include_str!("../openapi.json");

async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI)
}

async fn healthz() -> Json<serde_json::Value> {
    Json(serde_json::json!({ "status": "ok" }))
}

/// Reads the past off the threads that serve sockets, so many at a time that their answers fit in memory.
async fn blocking<T: Send + 'static>(
    app: &App,
    read: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let reader = Arc::clone(&app.readers).acquire_owned().await.map_err(|_| Problem::internal())?;
    let read = move || {
        // Whoever asked may have gone meanwhile; the read still counts until it ends.
        let _reader = reader;
        read()
    };
    tokio::task::spawn_blocking(read).await.map_err(|_| Problem::internal())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_document_and_the_router_know_the_same_calls() {
        let document: serde_json::Value = serde_json::from_str(OPENAPI).unwrap();
        let is_method = |key: &&String| !matches!(key.as_str(), "parameters" | "summary" | "description");
        let documented: BTreeSet<(String, String)> = document["paths"]
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(path, item)| {
                let methods = item.as_object().unwrap().keys().filter(is_method);
                methods.map(move |method| (path.clone(), method.clone()))
            })
            .collect();
        let routed = calls().into_iter().flat_map(|call| {
            let methods = call.methods.into_iter();
            methods.map(move |method| (call.path.to_owned(), method.to_owned()))
        });
        assert_eq!(routed.collect::<BTreeSet<_>>(), documented);
    }
}
