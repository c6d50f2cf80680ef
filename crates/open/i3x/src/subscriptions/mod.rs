//! Following objects: sync, where the client asks and acknowledges, and streams, where the server sends.
//!
//! Spec: i3X 1.0, "Subscribe Methods".

mod desk;
mod queue;
mod stream;

pub(crate) use desk::Desk;
pub(crate) use stream::stream;

use crate::answer::{Bulk, Refusal, partial, success};
use crate::request::{Body, few};
use crate::service::Service;
use crate::space::Space;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Number, Value};
use std::sync::Arc;

/// Body of [`create`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct New {
    client_id: String,
    display_name: Option<String>,
}

/// Body of [`list`] and [`delete`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Several {
    client_id: String,
    subscription_ids: Vec<String>,
}

/// Body of [`register`] and [`unregister`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Objects {
    client_id: String,
    subscription_id: String,
    element_ids: Vec<String>,
    max_depth: Option<u32>,
}

/// Body of [`sync`] and [`stream`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct One {
    client_id: String,
    subscription_id: String,
    last_sequence_number: Option<Number>,
}

/// `POST /subscriptions`.
pub(crate) async fn create(
    State(service): State<Arc<Service>>,
    Body(new): Body<New>,
) -> Result<Response, Refusal> {
    Ok(success(service.desk().open(&new.client_id, new.display_name)?))
}

/// `POST /subscriptions/list`.
pub(crate) async fn list(
    State(service): State<Arc<Service>>,
    Body(several): Body<Several>,
) -> Result<Bulk, Refusal> {
    few(&several.subscription_ids)?;
    let mut desk = service.desk();
    let mut bulk = Bulk::of_subscriptions();
    for id in &several.subscription_ids {
        let found = desk.find(&several.client_id, id);
        bulk.push(id, found.map(|subscription| subscription.detail(id)));
    }
    Ok(bulk)
}

/// `POST /subscriptions/delete`.
pub(crate) async fn delete(
    State(service): State<Arc<Service>>,
    Body(several): Body<Several>,
) -> Result<Bulk, Refusal> {
    few(&several.subscription_ids)?;
    let mut bulk = Bulk::of_subscriptions();
    for id in &several.subscription_ids {
        bulk.push(id, service.desk().close(&several.client_id, id).map(|()| Value::Null));
    }
    service.ring();
    Ok(bulk)
}

/// `POST /subscriptions/register`.
pub(crate) async fn register(
    State(service): State<Arc<Service>>,
    Body(objects): Body<Objects>,
) -> Result<Bulk, Refusal> {
    few(&objects.element_ids)?;
    let space = Space::new(service.site.world());
    let bulk = {
        let mut desk = service.desk();
        // What is so already is told below, and is no change.
        desk.look(&service.site);
        let subscription = desk.find(&objects.client_id, &objects.subscription_id)?;
        let mut bulk = Bulk::of_elements();
        for id in &objects.element_ids {
            let depth = objects.max_depth.unwrap_or(1);
            bulk.push(id, subscription.register(id, depth, &space, &service.site).map(|()| Value::Null));
        }
        bulk
    };
    service.ring();
    Ok(bulk)
}

/// `POST /subscriptions/unregister`.
pub(crate) async fn unregister(
    State(service): State<Arc<Service>>,
    Body(objects): Body<Objects>,
) -> Result<Bulk, Refusal> {
    few(&objects.element_ids)?;
    let space = Space::new(service.site.world());
    let mut desk = service.desk();
    let subscription = desk.find(&objects.client_id, &objects.subscription_id)?;
    let mut bulk = Bulk::of_elements();
    for id in &objects.element_ids {
        bulk.push(id, subscription.unregister(id, &space).map(|()| Value::Null));
    }
    Ok(bulk)
}

/// `POST /subscriptions/sync`.
pub(crate) async fn sync(
    State(service): State<Arc<Service>>,
    Body(one): Body<One>,
) -> Result<Response, Refusal> {
    let mut desk = service.desk();
    desk.look(&service.site);
    let subscription = desk.find(&one.client_id, &one.subscription_id)?;
    if subscription.has_stream() {
        return Err(Refusal::invalid("A stream is open on this subscription; close it before asking"));
    }
    subscription.touch();
    if let Some(number) = one.last_sequence_number.as_ref().and_then(Number::as_i128) {
        subscription.queue.acknowledge(number);
    }
    let (batches, has_dropped) = subscription.queue.batches();
    if has_dropped {
        let why = format!("Not more than {} updates wait; the oldest were dropped", queue::UPDATES_MAX);
        return Ok(partial(Value::Array(batches), "Updates dropped due to queue overflow", &why));
    }
    Ok(success(Value::Array(batches)))
}
