//! All calls, and what they share.

use crate::answer::Refusal;
use crate::subscriptions::{self, Desk};
use crate::{history, info, objects, types, values};
use axum::Router;
use axum::routing::{any, get, post, put};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;
use tower_http::compression::CompressionLayer;
use trine_site::Site;

/// Where the calls are.
pub const BASE: &str = "/i3x/v1";
/// How often it is looked what has changed; between two looks the newest value of a signal wins.
const LOOK: Duration = Duration::from_millis(200);
/// Questions about the past that are read at once; more wait.
const READERS: usize = 4;

/// What the calls share.
pub(crate) struct Service {
    pub site: Site,
    pub stop: CancellationToken,
    pub readers: Semaphore,
    desk: Mutex<Desk>,
    /// Rings whenever a stream may have something to send, or to end.
    bell: watch::Sender<u64>,
}

impl Service {
    pub fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn ring(&self) {
        self.bell.send_modify(|rings| *rings = rings.wrapping_add(1));
    }

    pub fn bell(&self) -> watch::Receiver<u64> {
        self.bell.subscribe()
    }
}

/// The calls of i3X below [`BASE`], for a site. What follows the present ends when `stop` fires.
pub fn router(site: Site, stop: CancellationToken) -> Router {
    let service = Arc::new(Service {
        site,
        stop: stop.clone(),
        readers: Semaphore::new(READERS),
        desk: Mutex::default(),
        bell: watch::Sender::new(0),
    });
    tokio::spawn(follow(Arc::downgrade(&service), stop));
    let calls = Router::new()
        .route("/info", get(info::info))
        .route("/namespaces", get(types::namespaces))
        .route("/objecttypes", get(types::list_object_types))
        .route("/objecttypes/query", post(types::query_object_types))
        .route("/relationshiptypes", get(types::list_relationship_types))
        .route("/relationshiptypes/query", post(types::query_relationship_types))
        .route("/objects", get(objects::list))
        .route("/objects/list", post(objects::named))
        .route("/objects/related", post(objects::related))
        .route("/objects/value", post(values::current).merge(put(no_writing)))
        .route("/objects/history", post(history::past).merge(put(no_writing)))
        .route("/subscriptions", post(subscriptions::create))
        .route("/subscriptions/list", post(subscriptions::list))
        .route("/subscriptions/delete", post(subscriptions::delete))
        .route("/subscriptions/register", post(subscriptions::register))
        .route("/subscriptions/unregister", post(subscriptions::unregister))
        .route("/subscriptions/sync", post(subscriptions::sync))
        .route("/subscriptions/stream", post(subscriptions::stream))
        .route("/{*rest}", any(no_such_call))
        .method_not_allowed_fallback(async || Refusal::not_allowed())
        .layer(CompressionLayer::new().gzip(true))
        .with_state(service);
    Router::new().nest(BASE, calls)
}

async fn follow(service: std::sync::Weak<Service>, stop: CancellationToken) {
    let mut look = tokio::time::interval(LOOK);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            _ = look.tick() => {}
            () = stop.cancelled() => break,
        }
        let Some(service) = service.upgrade() else { return };
        let has_news = service.desk().look(&service.site);
        if has_news {
            service.ring();
        }
    }
    // Streams end with the server.
    if let Some(service) = service.upgrade() {
        service.ring();
    }
}

async fn no_such_call() -> Refusal {
    Refusal::not_found("There is no such call; the Implementation Guide of i3X lists them")
}

async fn no_writing() -> Refusal {
    Refusal::unsupported(
        "Values are not written here: what moves a machine is a command, with its interlocks and approvals",
    )
}
