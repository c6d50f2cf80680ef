//! Finding by typing: things, signals and alarms whose words begin like the words typed.

use super::blocking;
use crate::params::{Params, at_most};
use crate::server::App;
use crate::{Problem, limits};
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use trine_world::{Signal, Thing, World};

/// Query of [`search`].
#[derive(Deserialize)]
pub struct Typed {
    q: String,
    limit: Option<usize>,
}

/// `GET /api/v1/search`.
pub async fn search(
    State(app): State<Arc<App>>,
    Params(query): Params<Typed>,
) -> Result<Json<Value>, Problem> {
    let limit = at_most("limit", query.limit.unwrap_or(20), limits::HITS)?;
    at_most("bytes of q", query.q.len(), limits::TYPED)?;
    let words: Vec<String> = query.q.to_lowercase().split_whitespace().map(str::to_owned).collect();
    if words.is_empty() {
        return Ok(Json(json!([])));
    }
    let world = app.site.world();
    blocking(&app, move || Ok(Json(hits(&world, &words, limit)))).await
}

fn hits(world: &World, words: &[String], limit: usize) -> Value {
    let thing_hits = world.things().filter_map(|thing| {
        let rank = rank(&thing_text(thing), &thing.description.name, words)?;
        let where_ = path_of(world, thing);
        Some((
            rank,
            json!({ "kind": "thing", "id": thing.id, "name": thing.description.name, "where": where_ }),
        ))
    });
    let signal_hits = world.signals().filter_map(|signal| {
        let thing = world.thing(signal.thing_id)?;
        let rank = rank(&signal_text(thing, signal), &signal.description.name, words)? + 10;
        let where_ = &thing.description.name;
        Some((rank, json!({
            "kind": "signal", "id": signal.id, "thing": thing.id, "name": signal.description.name, "where": where_,
        })))
    });
    let mut hits: Vec<(u32, Value)> = thing_hits.chain(signal_hits).collect();
    hits.sort_by_key(|(rank, _)| *rank);
    hits.into_iter().take(limit).map(|(_, hit)| hit).collect()
}

fn thing_text(thing: &Thing) -> String {
    let plate: Vec<&str> = thing.description.nameplate.values().map(String::as_str).collect();
    let description = &thing.description;
    format!("{} {} {} {}", description.name, description.class, description.key, plate.join(" "))
}

fn signal_text(thing: &Thing, signal: &Signal) -> String {
    let description = &signal.description;
    format!("{} {} {}", thing.description.name, description.path.join(" "), description.name)
}

/// Lower is better; `None` when a word typed is not found.
fn rank(text: &str, name: &str, words: &[String]) -> Option<u32> {
    let (text, name) = (text.to_lowercase(), name.to_lowercase());
    if !words.iter().all(|word| text.contains(word.as_str())) {
        return None;
    }
    let typed = words.join(" ");
    Some(match () {
        () if name == typed => 0,
        () if name.starts_with(&typed) => 1,
        () if words.iter().all(|word| name.contains(word.as_str())) => 2,
        () => 3,
    })
}

fn path_of(world: &World, thing: &Thing) -> String {
    let mut names = Vec::new();
    let mut above = thing.description.parent.as_deref().and_then(|key| world.thing_by_key(key));
    while let Some(parent) = above {
        names.push(&*parent.description.name);
        above = parent.description.parent.as_deref().and_then(|key| world.thing_by_key(key));
    }
    names.reverse();
    names.join(" › ")
}
