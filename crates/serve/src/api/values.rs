//! What was measured: values that held, raw samples, buckets.

use super::blocking;
use super::document::Each;
use crate::params::{Params, at_most, optional_instant, signals, span, track};
use crate::server::App;
use crate::{Problem, limits};
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value as Json_, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use trine_base::{Held, Instant, SignalId, Value};
use trine_history::SignalFilter;

/// Query of [`values`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct At {
    signals: String,
    branch: Option<String>,
    at: Option<String>,
    as_known_at: Option<String>,
}

/// Query of [`samples`] and [`buckets`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Over {
    signals: String,
    branch: Option<String>,
    from: String,
    to: Option<String>,
    as_known_at: Option<String>,
    limit: Option<usize>,
    buckets: Option<usize>,
}

/// `GET /api/v1/values`.
pub async fn values(State(app): State<Arc<App>>, Params(query): Params<At>) -> Result<Json<Json_>, Problem> {
    let track = track(&app.site, query.branch.as_deref())?;
    let now = app.site.now();
    let ids = signals(&query.signals)?;
    let at = optional_instant("at", query.at.as_deref(), now)?;
    let known = optional_instant("asKnownAt", query.as_known_at.as_deref(), now)?;
    let site = app.site.clone();
    let held: Vec<Held> = blocking(&app, move || match (at, known) {
        (None, None) if track.is_live() => Ok(ids.iter().filter_map(|id| site.live().get(*id)).collect()),
        (at, known) => {
            let wanted = SignalFilter::Set(ids.into_iter().collect());
            Ok(track.at(&wanted, at.unwrap_or_else(|| track.end()), known)?)
        }
    })
    .await?;
    Ok(Json(held.iter().map(held_json).collect()))
}

/// `GET /api/v1/samples`.
pub async fn samples(
    State(app): State<Arc<App>>,
    Params(query): Params<Over>,
) -> Result<impl IntoResponse, Problem> {
    let track = track(&app.site, query.branch.as_deref())?;
    let now = app.site.now();
    let ids = signals(&query.signals)?;
    let (from, to) = span(&query.from, query.to.as_deref(), now, track.end())?;
    let known = optional_instant("asKnownAt", query.as_known_at.as_deref(), now)?;
    let limit = at_most("limit", query.limit.unwrap_or(10_000), limits::SAMPLES)?;
    let body = blocking(&app, move || {
        let wanted = SignalFilter::Set(ids.iter().copied().collect());
        let range = track.range(&wanted, from, to, known, limit)?;
        let mut series: BTreeMap<SignalId, Vec<&Held>> = ids.into_iter().map(|id| (id, Vec::new())).collect();
        for held in &range.samples {
            series.entry(held.signal).or_default().push(held);
        }
        let series = Each(|| {
            series.iter().map(|(signal, samples)| Series { signal: *signal, samples: Rows(samples) })
        });
        let answer = SamplesJson { from, to, series, truncated: range.truncated };
        serde_json::to_vec(&answer).map_err(|_| Problem::internal())
    });
    Ok(([(header::CONTENT_TYPE, "application/json")], body.await?))
}

#[derive(Serialize)]
struct SamplesJson<S> {
    from: Instant,
    to: Instant,
    series: S,
    truncated: bool,
}

#[derive(Serialize)]
struct Series<'a> {
    signal: SignalId,
    samples: Rows<'a>,
}

/// `[[time, value, status], …]`.
struct Rows<'a>(&'a [&'a Held]);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let row = |held: &&Held| (held.source.as_ms_f64(), value_json(&held.value), held.quality.upper());
        serializer.collect_seq(self.0.iter().map(row))
    }
}

/// `GET /api/v1/buckets`.
pub async fn buckets(
    State(app): State<Arc<App>>,
    Params(query): Params<Over>,
) -> Result<Json<Json_>, Problem> {
    let track = track(&app.site, query.branch.as_deref())?;
    let now = app.site.now();
    let ids = signals(&query.signals)?;
    let (from, to) = span(&query.from, query.to.as_deref(), now, track.end())?;
    let known = optional_instant("asKnownAt", query.as_known_at.as_deref(), now)?;
    let count = at_most("buckets", query.buckets.unwrap_or(400), limits::BUCKETS)?.max(1);
    at_most("buckets of all signals", count * ids.len(), limits::BUCKETS_IN_ALL)?;
    let series = blocking(&app, move || {
        let series = ids.into_iter().map(|id| {
            let buckets = track.buckets(id, from, to, count, known)?;
            let gaps: Vec<Json_> = track
                .gaps_of(id, from, to)
                .into_iter()
                .map(|gap| json!({ "from": gap.from, "to": gap.to, "cause": gap.cause }))
                .collect();
            let buckets: Vec<Json_> =
                buckets.iter().filter(|bucket| bucket.count + bucket.bad > 0).map(bucket_json).collect();
            Ok(json!({ "signal": id, "buckets": buckets, "gaps": gaps }))
        });
        series.collect::<Result<Vec<_>, Problem>>()
    });
    Ok(Json(json!({ "from": from, "to": to, "series": series.await? })))
}

fn bucket_json(bucket: &trine_history::Bucket) -> Json_ {
    json!({
        "t": bucket.start.as_ms_f64(),
        "min": bucket.min, "max": bucket.max, "mean": bucket.mean,
        "first": bucket.first, "last": bucket.last,
        "count": bucket.count, "bad": bucket.bad,
    })
}

fn held_json(held: &Held) -> Json_ {
    json!({
        "signal": held.signal,
        "at": held.source,
        "recorded": held.recorded,
        "value": value_json(&held.value),
        "status": held.quality.upper(),
    })
}

/// A value as JSON.
pub fn value_json(value: &Value) -> Json_ {
    match value {
        Value::Absent => Json_::Null,
        Value::Boolean(value) => json!(value),
        Value::Integer(value) => json!(value),
        Value::Number(value) => json!(value),
        Value::Text(value) => json!(value),
    }
}
