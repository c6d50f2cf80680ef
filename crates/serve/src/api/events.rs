//! What happened: facts as CloudEvents, and the strip under the hall.

use super::blocking;
use crate::params::{Params, at_most, optional_instant, span, track};
use crate::server::App;
use crate::{Problem, limits};
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use trine_base::ThingId;
use trine_site::{FactFilter, Timeline};
use trine_world::CloudEvent;

/// Query of [`events`].
#[derive(Deserialize)]
pub struct Wanted {
    branch: Option<String>,
    from: Option<String>,
    to: Option<String>,
    thing: Option<u32>,
    kinds: Option<String>,
    limit: Option<usize>,
    cursor: Option<u64>,
    order: Option<String>,
}

/// `GET /api/v1/events`.
pub async fn events(
    State(app): State<Arc<App>>,
    Params(query): Params<Wanted>,
) -> Result<Json<Value>, Problem> {
    let track = track(&app.site, query.branch.as_deref())?;
    let now = app.site.now();
    let newest_first = match query.order.as_deref() {
        None | Some("desc") => true,
        Some("asc") => false,
        Some(other) => return Err(Problem::invalid(format!("order: `{other}` is neither asc nor desc"))),
    };
    let kinds = query.kinds.map(|kinds| {
        let names = kinds.split(',').map(|kind| kind.trim().trim_start_matches("org.trine.").to_owned());
        names.filter(|kind| !kind.is_empty()).collect()
    });
    let filter = FactFilter {
        from: optional_instant("from", query.from.as_deref(), now)?,
        to: optional_instant("to", query.to.as_deref(), now)?,
        thing: query.thing.map(ThingId),
        kinds,
    };
    let limit = at_most("limit", query.limit.unwrap_or(100), limits::EVENTS)?.max(1);
    let page = blocking(&app, move || Ok(track.facts(&filter, newest_first, query.cursor, limit)?)).await?;
    let name = app.site.world().name().to_owned();
    let events: Vec<CloudEvent> = page.facts.iter().map(|fact| CloudEvent::of(&name, fact)).collect();
    Ok(Json(json!({ "events": events, "cursor": page.cursor })))
}

/// Query of [`timeline`].
#[derive(Deserialize)]
pub struct Strip {
    branch: Option<String>,
    from: String,
    to: Option<String>,
    buckets: Option<usize>,
}

/// `GET /api/v1/timeline`.
pub async fn timeline(
    State(app): State<Arc<App>>,
    Params(query): Params<Strip>,
) -> Result<Json<Timeline>, Problem> {
    let track = track(&app.site, query.branch.as_deref())?;
    let (from, to) = span(&query.from, query.to.as_deref(), app.site.now(), track.end())?;
    let count = at_most("buckets", query.buckets.unwrap_or(200), limits::BUCKETS)?.max(1);
    blocking(&app, move || Ok(Json(track.timeline(from, to, count, limits::MARKS)?))).await
}
