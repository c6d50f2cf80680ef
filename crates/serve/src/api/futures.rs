//! What looks ahead: forecasts, what-ifs, their bands and comparison, the model behind them, and long runs.

use super::blocking;
use crate::params::{Params, at_most};
use crate::server::App;
use crate::{Problem, limits, origin};
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::Arc;
use trine_future::{ForecastRequest, Job, ResultFormat, ValidationRequest, WhatIfRequest};
use trine_world::BranchId;

/// A request's body, from a page of this server or from a program.
pub(super) fn body<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Result<Json<T>, JsonRejection>,
) -> Result<T, Problem> {
    origin::check(headers)?;
    body.map(|Json(said)| said).map_err(|rejection| Problem::invalid(rejection.body_text()))
}

type Accepted = (StatusCode, Json<Job>);

/// `POST /api/v1/forecasts`.
pub async fn forecast(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    said: Result<Json<ForecastRequest>, JsonRejection>,
) -> Result<Accepted, Problem> {
    let request = body(&headers, said)?;
    Ok((StatusCode::ACCEPTED, Json(app.futures.forecast(&request)?)))
}

/// `POST /api/v1/what-ifs`.
pub async fn what_if(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    said: Result<Json<WhatIfRequest>, JsonRejection>,
) -> Result<Accepted, Problem> {
    let request = body(&headers, said)?;
    let futures = Arc::clone(&app.futures);
    // The changes are tried on the model first, so that what cannot be is refused at once.
    let job = blocking(&app, move || Ok(futures.what_if(request)?)).await?;
    Ok((StatusCode::ACCEPTED, Json(job)))
}

/// `POST /api/v1/validations`.
pub async fn validation(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    said: Result<Json<ValidationRequest>, JsonRejection>,
) -> Result<Accepted, Problem> {
    let request = body(&headers, said)?;
    Ok((StatusCode::ACCEPTED, Json(app.futures.validation(&request)?)))
}

/// `GET /api/v1/jobs`.
pub async fn jobs(State(app): State<Arc<App>>) -> Json<Vec<Job>> {
    Json(app.futures.jobs())
}

/// `GET /api/v1/jobs/{id}`.
pub async fn job(State(app): State<Arc<App>>, Path(id): Path<String>) -> Result<Json<Job>, Problem> {
    let job = app.futures.job(job_number(&id)?);
    job.map(Json).ok_or_else(|| Problem::not_found(format!("There is no job {id}; it may be long over.")))
}

/// `DELETE /api/v1/jobs/{id}`.
pub async fn stop(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    origin::check(&headers)?;
    if app.futures.stop(job_number(&id)?) {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Problem::not_found(format!("There is no job {id}; it may be long over.")))
}

fn job_number(id: &str) -> Result<u64, Problem> {
    id.parse().map_err(|_| Problem::invalid(format!("`{id}` is not the number of a job")))
}

/// Query of [`bands`].
#[derive(Deserialize)]
pub struct Series {
    series: Option<String>,
}

/// `GET /api/v1/branches/{id}/bands`.
pub async fn bands(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Params(query): Params<Series>,
) -> Result<Json<Value>, Problem> {
    let named = |text: String| -> Vec<String> {
        text.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
    };
    let names = query.series.map(named).filter(|names| !names.is_empty());
    at_most("series", names.as_ref().map_or(0, Vec::len), limits::SIGNALS)?;
    let futures = Arc::clone(&app.futures);
    let bands =
        blocking(&app, move || Ok(futures.bands(&BranchId(id.as_str().into()), names.as_deref())?)).await?;
    Ok(Json(json!(bands)))
}

/// Query of [`results`].
#[derive(Deserialize)]
pub struct Results {
    what: Option<String>,
    format: Option<String>,
}

/// `GET /api/v1/branches/{id}/results`.
pub async fn results(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Params(query): Params<Results>,
) -> Result<Response, Problem> {
    let is_bands = match query.what.as_deref() {
        None | Some("kpis") => false,
        Some("bands") => true,
        Some(other) => return Err(Problem::invalid(format!("what: `{other}` is neither kpis nor bands"))),
    };
    let format = match query.format.as_deref() {
        None | Some("csv") => ResultFormat::Csv,
        Some("parquet") => ResultFormat::Parquet,
        Some(other) => return Err(Problem::invalid(format!("format: `{other}` is neither csv nor parquet"))),
    };
    let futures = Arc::clone(&app.futures);
    let id = BranchId(id.as_str().into());
    let name = format!("{id}-{}", if is_bands { "bands" } else { "kpis" });
    let bytes = blocking(&app, move || Ok(futures.results(&id, is_bands, format)?)).await?;
    let (kind, ending) = match format {
        ResultFormat::Csv => ("text/csv; charset=utf-8; header=present", "csv"),
        ResultFormat::Parquet => ("application/vnd.apache.parquet", "parquet"),
    };
    let disposition = format!("attachment; filename=\"{name}.{ending}\"");
    let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, bytes).into_response())
}

/// Query of [`comparison`].
#[derive(Deserialize)]
pub struct Compared {
    branches: String,
}

/// `GET /api/v1/comparison`.
pub async fn comparison(
    State(app): State<Arc<App>>,
    Params(query): Params<Compared>,
) -> Result<Json<Value>, Problem> {
    let ids: Vec<BranchId> = query
        .branches
        .split(',')
        .map(str::trim)
        .filter(|id| !id.is_empty())
        .map(|id| BranchId(id.into()))
        .collect();
    at_most("branches", ids.len(), limits::COMPARED)?;
    let futures = Arc::clone(&app.futures);
    Ok(Json(json!(blocking(&app, move || Ok(futures.comparison(&ids)?)).await?)))
}

/// `GET /api/v1/model`.
pub async fn model(State(app): State<Arc<App>>) -> Result<Json<Value>, Problem> {
    let futures = Arc::clone(&app.futures);
    Ok(Json(json!(blocking(&app, move || Ok(futures.model()?)).await?)))
}

/// `GET /api/v1/forecast-error`.
pub async fn forecast_error(State(app): State<Arc<App>>) -> Result<Json<Value>, Problem> {
    let futures = Arc::clone(&app.futures);
    Ok(Json(json!(blocking(&app, move || Ok(futures.forecast_error()?)).await?)))
}
