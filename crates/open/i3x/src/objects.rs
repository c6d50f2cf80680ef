//! Browsing: objects by type, by id, and by what they are related to.
//!
//! Spec: i3X 1.0, "Object Endpoints".

use crate::answer::{Bulk, Refusal, success};
use crate::request::{Body, Params, few};
use crate::service::Service;
use crate::space::{Object, Space};
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Query of [`list`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Which {
    type_element_id: Option<String>,
    #[serde(default)]
    include_metadata: bool,
    #[serde(default)]
    root: bool,
}

/// Body of [`named`] and [`related`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Named {
    element_ids: Vec<String>,
    relationship_type: Option<String>,
    include_metadata: Option<bool>,
}

/// `GET /objects`.
pub(crate) async fn list(State(service): State<Arc<Service>>, Params(which): Params<Which>) -> Response {
    let space = Space::new(service.site.world());
    let is_wanted = |object: &Object<'_>| {
        let is_root = matches!(object, Object::Site);
        let is_of_type = which.type_element_id.as_ref().is_none_or(|id| *id == space.type_of(*object));
        is_of_type && (is_root || !which.root)
    };
    let found = space.objects().filter(is_wanted);
    success(found.map(|object| space.record(object, which.include_metadata)).collect())
}

/// `POST /objects/list`.
pub(crate) async fn named(
    State(service): State<Arc<Service>>,
    Body(named): Body<Named>,
) -> Result<Bulk, Refusal> {
    for_each(&service, &named, |space, object| space.record(object, named.include_metadata == Some(true)))
}

/// `POST /objects/related`.
pub(crate) async fn related(
    State(service): State<Arc<Service>>,
    Body(named): Body<Named>,
) -> Result<Bulk, Refusal> {
    let with_metadata = named.include_metadata == Some(true);
    for_each(&service, &named, |space, object| {
        let edges = space.edges_of(object).into_iter();
        let edges = edges.map(|(edge, there)| (edge.id(), there));
        let wanted =
            edges.filter(|(id, _)| named.relationship_type.as_ref().is_none_or(|wanted| wanted == id));
        wanted
            .map(|(id, there)| {
                json!({ "sourceRelationship": id, "object": space.record(there, with_metadata) })
            })
            .collect()
    })
}

fn for_each(
    service: &Service,
    named: &Named,
    mut answer: impl FnMut(&Space, Object<'_>) -> Value,
) -> Result<Bulk, Refusal> {
    few(&named.element_ids)?;
    let space = Space::new(service.site.world());
    let mut bulk = Bulk::of_elements();
    for id in &named.element_ids {
        let found = space.object(id).ok_or_else(|| unknown(id));
        bulk.push(id, found.map(|object| answer(&space, object)));
    }
    Ok(bulk)
}

/// Nothing has this id.
pub(crate) fn unknown(id: &str) -> Refusal {
    let shown: String = id.chars().take(200).collect();
    Refusal::not_found(format!("There is no object `{shown}`; /objects lists them all"))
}
