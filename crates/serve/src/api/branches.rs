//! Branches: which there are, how they are called, which are kept.

use super::blocking;
use crate::params::track;
use crate::server::App;
use crate::{Problem, origin};
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use trine_world::{Branch, BranchId, World};

/// All branches: `live` first, then the newest fork first.
pub fn list(world: &World) -> Vec<Value> {
    let mut branches: Vec<&Branch> = world.branches().collect();
    branches.sort_by(|a, b| b.forked_at.cmp(&a.forked_at).then(a.id.cmp(&b.id)));
    let live = json!({ "id": BranchId::LIVE, "name": "live" });
    std::iter::once(live).chain(branches.into_iter().map(|branch| json!(branch))).collect()
}

/// `GET /api/v1/branches`.
pub async fn branches(State(app): State<Arc<App>>) -> Json<Value> {
    Json(json!(list(&app.site.world())))
}

/// `GET /api/v1/branches/{id}`.
pub async fn branch(State(app): State<Arc<App>>, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let known = known(&app, &id)?;
    let mut answer = json!(known);
    let futures = Arc::clone(&app.futures);
    answer["report"] = json!(blocking(&app, move || Ok(futures.report(&known.id)?)).await?);
    Ok(Json(answer))
}

/// What may be changed of a branch.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Described {
    name: Option<String>,
    kept: Option<bool>,
}

/// `PATCH /api/v1/branches/{id}`.
pub async fn describe(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Result<Json<Described>, JsonRejection>,
) -> Result<Json<Branch>, Problem> {
    origin::check(&headers)?;
    let Json(said) = body.map_err(|rejection| Problem::invalid(rejection.body_text()))?;
    let known = known(&app, &id)?;
    let name = said.name.unwrap_or(known.name);
    Ok(Json(app.site.describe_branch(&known.id, &name, said.kept.unwrap_or(known.kept)).await?))
}

/// `DELETE /api/v1/branches/{id}`.
pub async fn discard(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    origin::check(&headers)?;
    let known = known(&app, &id)?;
    app.futures.discard(&known.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn known(app: &App, id: &str) -> Result<Branch, Problem> {
    let track = track(&app.site, Some(id))?;
    track.branch().cloned().ok_or_else(|| {
        Problem::conflict(
            "`live` is what really happens; it has no report, and cannot be changed or discarded.",
        )
    })
}
