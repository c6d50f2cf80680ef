//! What there is: the site, its things, their connections.

use super::blocking;
use crate::connections::NewConnection;
use crate::params::{Params, branch, optional_instant};
use crate::server::App;
use crate::{Problem, limits};
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use trine_base::{Instant, ThingId};
use trine_site::Site;
use trine_world::{Level, Role, Signal, Thing, World};

/// Which view.
#[derive(Deserialize)]
pub struct Which {
    branch: Option<String>,
    at: Option<String>,
}

impl Which {
    fn instant(&self, site: &Site) -> Result<Option<Instant>, Problem> {
        branch(self.branch.as_deref())?;
        optional_instant("at", self.at.as_deref(), site.now())
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
        "branches": [{ "id": 0, "name": "live" }],
        "limits": {
            "signals": limits::SIGNALS,
            "buckets": limits::BUCKETS,
            "samples": limits::SAMPLES,
            "events": limits::EVENTS,
            "exportSamples": limits::EXPORT_SAMPLES,
            "rateHz": limits::RATE_HZ,
            "speed": limits::SPEED,
        },
    }))
}

/// `GET /api/v1/world`.
pub async fn world(
    State(app): State<Arc<App>>,
    Params(which): Params<Which>,
) -> Result<Json<Value>, Problem> {
    let at = which.instant(&app.site)?;
    let site = app.site.clone();
    let answer = blocking(move || {
        let at = at.unwrap_or_else(|| site.now());
        let world = site.world_at(at)?;
        Ok(json!({
            "at": at,
            "revision": world.revision(),
            "things": world.things().map(|thing| thing_json(&world, thing)).collect::<Vec<_>>(),
            "signals": world.signals().map(signal_json).collect::<Vec<_>>(),
            "relations": world.relations().collect::<Vec<_>>(),
            "alarms": site.alarms_at(at),
        }))
    });
    answer.await.map(Json)
}

/// `GET /api/v1/things/{id}`.
pub async fn thing(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Params(which): Params<Which>,
) -> Result<Json<Value>, Problem> {
    let at = which.instant(&app.site)?.unwrap_or_else(|| app.site.now());
    let id = id
        .parse()
        .map(ThingId)
        .map_err(|_| Problem::invalid(format!("`{id}` is not the number of a thing")))?;
    let site = app.site.clone();
    let answer = blocking(move || {
        let world = site.world_at(at)?;
        let thing = world.thing(id).ok_or_else(|| Problem::not_found(format!("There is no thing {id}.")))?;
        let mut answer = thing_json(&world, thing);
        answer["signals"] = world.signals_of(id).map(signal_json).collect();
        let relations = world.relations().filter(|relation| relation.from == id || relation.to == id);
        answer["relations"] = json!(relations.collect::<Vec<_>>());
        let alarms = site.alarms_at(at);
        answer["alarms"] = json!(alarms.iter().filter(|alarm| alarm.thing == id).collect::<Vec<_>>());
        Ok(answer)
    });
    answer.await.map(Json)
}

/// `GET /api/v1/connections`.
pub async fn connections(State(app): State<Arc<App>>) -> Json<Value> {
    let world = app.site.world();
    let things = world.things().filter(|thing| thing.description.level == Level::Connection);
    Json(things.map(|thing| connection_json(&app.site, &world, thing)).collect())
}

/// `POST /api/v1/connections`.
pub async fn connect(
    State(app): State<Arc<App>>,
    body: Result<Json<NewConnection>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
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

fn thing_json(world: &World, thing: &Thing) -> Value {
    let description = &thing.description;
    json!({
        "id": thing.id,
        "key": description.key,
        "name": description.name,
        "class": description.class,
        "level": description.level,
        "parent": description.parent.as_deref().and_then(|key| world.thing_by_key(key)).map(|parent| parent.id),
        "place": thing.place,
        "nameplate": description.nameplate,
    })
}

fn signal_json(signal: &Signal) -> Value {
    let description = &signal.description;
    let mut json = json!({
        "id": signal.id,
        "thing": signal.thing_id,
        "key": description.key,
        "name": description.name,
        "path": description.path,
        "kind": description.kind,
    });
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            json[name] = value;
        }
    };
    put("unit", json!(description.unit.as_ref().map(|unit| &unit.text)));
    put("unitCode", json!(description.unit.as_ref().map(|unit| &unit.code)));
    put("range", json!(description.range));
    put("limits", json!(description.limits));
    put("role", json!(description.role));
    put("semanticId", json!(description.semantic_id));
    put("staleAfterMs", json!(description.stale_after_ms));
    if !description.members.is_empty() {
        put("members", json!(description.members));
    }
    json
}
