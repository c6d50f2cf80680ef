//! What things cost.

use super::futures::body;
use crate::Problem;
use crate::server::App;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::HeaderMap;
use std::sync::Arc;
use trine_world::TariffDescription;

/// `GET /api/v1/tariff`; null as long as nobody has said it.
pub async fn tariff(State(app): State<Arc<App>>) -> Json<Option<TariffDescription>> {
    Json(app.futures.tariff())
}

/// `POST /api/v1/tariff`.
pub async fn say(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    said: Result<Json<TariffDescription>, JsonRejection>,
) -> Result<Json<TariffDescription>, Problem> {
    let tariff = body(&headers, said)?;
    app.futures.say_tariff(tariff.clone()).await?;
    Ok(Json(tariff))
}
