//! Taking the data along: CSV for now; every other form goes through history's own Parquet.

use super::blocking;
use crate::params::{Params, optional_instant, signals, span};
use crate::server::App;
use crate::{Problem, limits};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::fmt::Write as _;
use std::sync::Arc;
use trine_base::Held;
use trine_base::Value;
use trine_history::SignalFilter;
use trine_world::World;

/// Query of [`export`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct What {
    signals: Option<String>,
    from: String,
    to: Option<String>,
    as_known_at: Option<String>,
    format: Option<String>,
}

/// `GET /api/v1/export`.
pub async fn export(State(app): State<Arc<App>>, Params(query): Params<What>) -> Result<Response, Problem> {
    let now = app.site.now();
    let (from, to) = span(&query.from, query.to.as_deref(), now)?;
    let known = optional_instant("asKnownAt", query.as_known_at.as_deref(), now)?;
    let filter = match query.signals.as_deref() {
        None | Some("" | "all") => SignalFilter::All,
        Some(ids) => SignalFilter::Set(signals(ids)?.into_iter().collect()),
    };
    let format = query.format.as_deref().unwrap_or("csv");
    if format != "csv" {
        return Err(Problem::invalid(format!("format: `{format}` is not one of csv")));
    }
    let site = app.site.clone();
    let range =
        blocking(move || Ok(site.history().range(&filter, from, to, known, limits::EXPORT_SAMPLES)?)).await?;
    if range.truncated {
        let detail =
            format!("more than {} samples; export a shorter span or fewer signals", limits::EXPORT_SAMPLES);
        return Err(Problem::too_much(detail));
    }
    let world = app.site.world();
    let csv = blocking(move || Ok(csv(&world, &range.samples))).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"trine.csv\""),
    ];
    Ok((headers, csv).into_response())
}

fn csv(world: &World, samples: &[Held]) -> String {
    let mut out = String::from("time,recorded,signal,thing,name,unit,value,status\r\n");
    for held in samples {
        let Some(signal) = world.signal(held.signal) else { continue };
        let thing = world.thing(signal.thing_id).map_or("", |thing| &thing.description.name);
        let unit = signal.description.unit.as_ref().map_or("", |unit| &unit.text);
        let value = match &held.value {
            Value::Absent => String::new(),
            Value::Boolean(value) => value.to_string(),
            Value::Integer(value) => value.to_string(),
            Value::Number(value) => value.to_string(),
            Value::Text(text) => quoted(text),
        };
        let (time, recorded, id, status) = (held.source, held.recorded, held.signal, held.quality.0);
        let (thing, name, unit) = (quoted(thing), quoted(&signal.description.name), quoted(unit));
        let _ = write!(out, "{time},{recorded},{id},{thing},{name},{unit},{value},{status}\r\n");
    }
    out
}

/// A field of RFC 4180.
fn quoted(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.into()
    }
}
