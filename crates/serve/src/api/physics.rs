//! Physics models: their files, and which is behind which thing.

use super::blocking;
use super::futures::body;
use crate::server::App;
use crate::{Problem, limits, origin};
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, JsonRejection};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{MethodRouter, post};
use serde_json::{Value, json};
use std::sync::Arc;
use trine_base::ThingId;
use trine_future::ModelFile;
use trine_world::PhysicsModel;

/// `GET /api/v1/physics`.
pub async fn models(State(app): State<Arc<App>>) -> Json<Value> {
    let world = app.site.world();
    let models = world.physics().map(|(thing, model)| json!({ "thing": thing, "model": model }));
    Json(json!({ "available": app.futures.has_physics(), "models": models.collect::<Vec<_>>() }))
}

/// `POST /api/v1/physics/files`, which takes more than other calls.
pub fn uploads() -> MethodRouter<Arc<App>> {
    post(upload).layer(DefaultBodyLimit::max(limits::MODEL_BYTES))
}

async fn upload(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    file: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, Json<ModelFile>), Problem> {
    origin::check(&headers)?;
    let most = limits::MODEL_BYTES;
    let file = file.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::too_much(format!("A model file has at most {most} bytes.")),
        _ => Problem::invalid(error.body_text()),
    })?;
    let futures = Arc::clone(&app.futures);
    let kept = blocking(&app, move || Ok(futures.keep_model(&file)?)).await?;
    Ok((StatusCode::CREATED, Json(kept)))
}

/// `GET /api/v1/physics/files/{digest}`.
pub async fn file(
    State(app): State<Arc<App>>,
    Path(digest): Path<String>,
) -> Result<Json<ModelFile>, Problem> {
    let futures = Arc::clone(&app.futures);
    Ok(Json(blocking(&app, move || Ok(futures.model_file(&digest)?)).await?))
}

/// `POST /api/v1/things/{id}/physics`.
pub async fn attach(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    said: Result<Json<PhysicsModel>, JsonRejection>,
) -> Result<(StatusCode, Json<PhysicsModel>), Problem> {
    let (model, thing) = (body(&headers, said)?, thing(&app, &id)?);
    let futures = Arc::clone(&app.futures);
    // The file is unpacked and looked into first, so that what cannot run is refused at once.
    let model = blocking(&app, move || Ok(futures.fit_model(model)?)).await?;
    app.futures.attach_model(thing, model.clone()).await?;
    Ok((StatusCode::CREATED, Json(model)))
}

/// `DELETE /api/v1/things/{id}/physics`.
pub async fn detach(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    origin::check(&headers)?;
    let thing = thing(&app, &id)?;
    app.futures.detach_model(thing).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn thing(app: &App, id: &str) -> Result<ThingId, Problem> {
    let thing =
        ThingId(id.parse().map_err(|_| Problem::invalid(format!("`{id}` is not the id of a thing")))?);
    let none = || Problem::not_found(format!("There is no thing {id}."));
    app.site.world().thing(thing).map(|_| thing).ok_or_else(none)
}
