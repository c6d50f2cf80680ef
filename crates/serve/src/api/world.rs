//! What there is: the site, its things, their connections.

use super::blocking;
use super::document::{Each, SignalJson, ThingJson};
use crate::connections::NewConnection;
use crate::params::{Params, optional_instant, track};
use crate::server::App;
use crate::{Problem, limits, origin};
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use futures_util::stream;
use serde::Deserialize;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::sync::Arc;
use trine_base::{Instant, ThingId};
use trine_site::{Site, Track};
use trine_world::{Level, Role, Signal, Thing, World};

/// Which view.
#[derive(Deserialize)]
pub struct Which {
    branch: Option<String>,
    at: Option<String>,
}

impl Which {
    /// The branch and the instant: its last one, when none is named.
    fn view(&self, site: &Site) -> Result<(Track, Instant), Problem> {
        let track = track(site, self.branch.as_deref())?;
        let at = optional_instant("at", self.at.as_deref(), site.now())?.unwrap_or_else(|| track.end());
        Ok((track, at))
    }
}

/// `GET /api/v1/site`.
pub async fn site(State(app): State<Arc<App>>) -> Json<Value> {
    let world = app.site.world();
    Json(json!({
        "name": world.name(),
        "zone": world.zone(),
        "version": env!("CARGO_PKG_VERSION"),
        "now": app.site.now(),
        "earliest": app.site.history().extent().map(|(earliest, _)| earliest),
        "branches": super::branches::list(&world),
        "limits": {
            "signals": limits::SIGNALS,
            "buckets": limits::BUCKETS,
            "samples": limits::SAMPLES,
            "events": limits::EVENTS,
            "marks": limits::MARKS,
            "hits": limits::HITS,
            "exports": limits::EXPORTS,
            "viewers": limits::VIEWERS,
            "messageBytes": limits::MESSAGE_BYTES,
            "rateHz": limits::RATE_HZ,
            "speed": limits::SPEED,
        },
    }))
}

/// `GET /api/v1/world`.
pub async fn world(
    State(app): State<Arc<App>>,
    Params(which): Params<Which>,
) -> Result<impl IntoResponse, Problem> {
    let (track, at) = which.view(&app.site)?;
    let asked = Arc::clone(&app);
    let (head, structure) = blocking(&app, move || {
        let world = track.world_at(at)?;
        // What is only in a branch must not be kept as what is there now.
        let structure = if track.is_live() {
            asked.structure.get(&world, asked.site.world().revision())
        } else {
            super::document::structure(&world)
        };
        let head = json!({ "at": at, "revision": world.revision(), "alarms": track.alarms_at(at) });
        Ok((head.to_string(), structure))
    })
    .await?;
    // One object out of two: the closing brace of the first and the opening one of the second make a comma.
    let head = Bytes::from(format!("{},", &head[..head.len() - 1]));
    let parts = [Ok::<_, Infallible>(head), Ok(structure.slice(1..))];
    Ok(([(header::CONTENT_TYPE, "application/json")], Body::from_stream(stream::iter(parts))))
}

/// `GET /api/v1/things/{id}`.
pub async fn thing(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Params(which): Params<Which>,
) -> Result<Json<Value>, Problem> {
    let (track, at) = which.view(&app.site)?;
    let id = id
        .parse()
        .map(ThingId)
        .map_err(|_| Problem::invalid(format!("`{id}` is not the number of a thing")))?;
    let answer = blocking(&app, move || {
        let world = track.world_at(at)?;
        let thing = world.thing(id).ok_or_else(|| Problem::not_found(format!("There is no thing {id}.")))?;
        let mut answer = json!(ThingJson::of(&world, thing));
        answer["signals"] = json!(Each(|| world.signals_of(id).map(SignalJson::of)));
        let relations = world.relations().filter(|relation| relation.from == id || relation.to == id);
        answer["relations"] = json!(relations.collect::<Vec<_>>());
        let alarms = track.alarms_at(at);
        answer["alarms"] = json!(alarms.iter().filter(|alarm| alarm.thing == id).collect::<Vec<_>>());
        Ok(answer)
    });
    answer.await.map(Json)
}

/// `GET /api/v1/connections`.
pub async fn connections(State(app): State<Arc<App>>) -> Result<Json<Value>, Problem> {
    let site = app.site.clone();
    let answer = blocking(&app, move || {
        let world = site.world();
        let things = world.things().filter(|thing| thing.description.level == Level::Connection);
        Ok(Json(things.map(|thing| connection_json(&site, &world, thing)).collect()))
    });
    answer.await
}

/// `POST /api/v1/connections`.
pub async fn connect(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Result<Json<NewConnection>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    origin::check(&headers)?;
    let Json(connection) = body.map_err(|rejection| Problem::invalid(rejection.body_text()))?;
    let name = app.connections.add(connection).await?;
    Ok(Json(json!({ "name": name })))
}

fn connection_json(site: &Site, world: &World, thing: &Thing) -> Value {
    let value = |role: Role| {
        let signal = world.signals_of(thing.id).find(|signal| signal.description.role == Some(role));
        signal
            .and_then(|signal| site.live().get(signal.id))
            .map(|held| super::values::value_json(&held.value))
    };
    let plate = |name: &str| thing.description.nameplate.get(name);
    let prefix = format!("{}/", thing.description.key);
    let comes_by = |signal: &&Signal| {
        signal.description.key.strip_prefix(&prefix).is_some_and(|rest| !rest.starts_with('#'))
    };
    json!({
        "id": thing.id,
        "thing": thing.id,
        "name": thing.description.name,
        "technology": plate("Technology"),
        "endpoint": plate("Endpoint"),
        "state": value(Role::ConnectionState),
        "lastError": value(Role::ConnectionError),
        "received": value(Role::ConnectionReceived),
        "lost": value(Role::ConnectionLost),
        "reconnects": value(Role::ConnectionReconnects),
        "lagSeconds": value(Role::ConnectionLag),
        "signals": world.signals().filter(comes_by).count(),
        "gaps": world.gaps().filter(|(_, gap)| gap.thing == thing.id).map(|(id, gap)| json!({
            "id": id, "from": gap.since, "cause": gap.cause,
        })).collect::<Vec<_>>(),
    })
}
