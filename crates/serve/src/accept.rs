//! Connections: as many as there is room for, each with a bound on how long it may take to say what it wants.
//!
//! A client that sends its request a byte at a time, or nothing at all, holds a place only until the time is over.

use crate::limits;
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// From the first byte of a connection, or from the answer before, to the end of the next request's head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long open requests get when the server stops.
pub(crate) const GRACE: Duration = Duration::from_secs(5);
/// Out of file descriptors, usually: somebody has to close some first.
const ACCEPT_RETRY: Duration = Duration::from_millis(200);

/// Serves until `stop` fires, then lets open requests end.
pub(crate) async fn serve(listener: TcpListener, router: Router, stop: &CancellationToken) {
    let room = Arc::new(Semaphore::new(limits::CONNECTIONS));
    let open = TaskTracker::new();
    while let Some(place) = until(stop, Arc::clone(&room).acquire_owned()).await {
        let (Ok(place), Some(accepted)) = (place, until(stop, listener.accept()).await) else { break };
        match accepted {
            Ok((stream, _)) => {
                open.spawn(connection(stream, router.clone(), stop.clone(), place));
            }
            Err(error) if is_the_clients(&error) => {}
            Err(error) => {
                tracing::warn!("cannot accept a connection: {error}");
                tokio::time::sleep(ACCEPT_RETRY).await;
            }
        }
    }
    drop(listener);
    open.close();
    if tokio::time::timeout(GRACE, open.wait()).await.is_err() {
        tracing::info!("requests that had not ended in {GRACE:?} were cut");
    }
}

async fn until<T>(stop: &CancellationToken, work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        done = work => Some(done),
        () = stop.cancelled() => None,
    }
}

async fn connection(
    stream: TcpStream,
    router: Router,
    stop: CancellationToken,
    _place: OwnedSemaphorePermit,
) {
    // Frames are whole messages; waiting to fill a packet would only make them late.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!("no TCP_NODELAY: {error}");
    }
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
        .with_upgrades();
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!("a connection ended: {error}");
    }
}

fn is_the_clients(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
