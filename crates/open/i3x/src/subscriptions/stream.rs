//! A stream of updates by server-sent events; at most once, one stream a subscription.
//!
//! Spec: i3X 1.0, "Streaming".

use super::One;
use crate::answer::Refusal;
use crate::request::Body;
use crate::service::Service;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use futures_util::stream;
use serde_json::Value;
use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::watch;

/// Somebody who listens; when they are gone, the subscription knows.
struct Listener {
    service: Arc<Service>,
    client: String,
    subscription: String,
    number: u64,
    bell: watch::Receiver<u64>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Ok(subscription) = self.service.desk().find(&self.client, &self.subscription) {
            subscription.close_stream(self.number);
        }
    }
}

impl Listener {
    /// The next updates; none when the stream is at its end.
    async fn next(&mut self) -> Option<Vec<Value>> {
        loop {
            self.bell.mark_unchanged();
            let waiting = {
                let mut desk = self.service.desk();
                let subscription = desk.find(&self.client, &self.subscription).ok()?;
                if !subscription.is_open(self.number) || self.service.stop.is_cancelled() {
                    return None;
                }
                subscription.queue.drain()
            };
            if !waiting.is_empty() {
                return Some(waiting);
            }
            self.bell.changed().await.ok()?;
        }
    }
}

/// `POST /subscriptions/stream`.
pub(crate) async fn stream(
    State(service): State<Arc<Service>>,
    Body(one): Body<One>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refusal> {
    let number = service.desk().find(&one.client_id, &one.subscription_id)?.open_stream();
    // Whoever listened before is told to end.
    service.ring();
    let bell = service.bell();
    let listener =
        Listener { service, client: one.client_id, subscription: one.subscription_id, number, bell };
    let events = stream::unfold(listener, async |mut listener| {
        let updates = Value::Array(listener.next().await?);
        Some((Ok(Event::default().data(updates.to_string())), listener))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}
