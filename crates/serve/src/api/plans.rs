//! Orders and plans.

use super::blocking;
use super::futures::body;
use crate::server::App;
use crate::{Problem, origin};
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use std::sync::Arc;
use trine_future::{Job, MoveRequest, Plan, PlanRequest};
use trine_world::OrderDescription;

/// `GET /api/v1/orders`.
pub async fn orders(State(app): State<Arc<App>>) -> Result<Json<Value>, Problem> {
    let futures = Arc::clone(&app.futures);
    let orders = blocking(&app, move || Ok(futures.orders())).await?;
    let order = |(order, done): &(OrderDescription, u32)| {
        let mut said = json!(order);
        said["done"] = json!(done);
        said
    };
    Ok(Json(orders.iter().map(order).collect()))
}

/// `POST /api/v1/orders`.
pub async fn release(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    said: Result<Json<OrderDescription>, JsonRejection>,
) -> Result<(StatusCode, Json<OrderDescription>), Problem> {
    let order = body(&headers, said)?;
    Ok((StatusCode::CREATED, Json(app.futures.release(order).await?)))
}

/// `GET /api/v1/plans`.
pub async fn plans(State(app): State<Arc<App>>) -> Json<Value> {
    let plans = app.futures.plans();
    let short = plans.iter().map(|kept| {
        let plan = &kept.plan;
        json!({
            "id": plan.id, "name": plan.name, "made": plan.made, "reason": plan.reason,
            "objective": plan.objective, "evaluation": plan.evaluation, "accepted": plan.accepted,
        })
    });
    Json(short.collect())
}

/// `GET /api/v1/plans/{id}`.
pub async fn plan(State(app): State<Arc<App>>, Path(id): Path<String>) -> Result<Json<Plan>, Problem> {
    Ok(Json(app.futures.plan(&id)?.plan.clone()))
}

/// `POST /api/v1/plans`.
pub async fn make(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    said: Result<Json<PlanRequest>, JsonRejection>,
) -> Result<(StatusCode, Json<Job>), Problem> {
    let request = body(&headers, said)?;
    Ok((StatusCode::ACCEPTED, Json(app.futures.make_plan(request)?)))
}

/// `POST /api/v1/plans/{id}/moves`.
pub async fn put(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    said: Result<Json<MoveRequest>, JsonRejection>,
) -> Result<(StatusCode, Json<Plan>), Problem> {
    let request = body(&headers, said)?;
    let futures = Arc::clone(&app.futures);
    let kept = blocking(&app, move || Ok(futures.move_operation(&id, &request)?)).await?;
    Ok((StatusCode::CREATED, Json(kept.plan.clone())))
}

/// `POST /api/v1/plans/{id}/accept`.
pub async fn accept(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    origin::check(&headers)?;
    app.futures.accept(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}
