//! Keeps a connector at work: one session after another, every end of one recorded.

use crate::health::ConnectionState;
use crate::sink::{Sink, SinkError};
use crate::{Clock, Port};
use futures_util::future::BoxFuture;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often the health of a connection is written.
const HEALTH_PERIOD: Duration = Duration::from_secs(1);

/// What a connection is, without its secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionDescription {
    /// Short name, unique within the site.
    pub name: String,
    /// `opc-ua`, `sparkplug`, `mtconnect`, …
    pub technology: String,
    /// The address, without user and password.
    pub endpoint: String,
}

impl ConnectionDescription {
    /// Key of the connection's thing.
    #[must_use]
    pub fn key(&self) -> String {
        format!("connection/{}", self.name)
    }
}

/// Why a session ended.
#[derive(Debug, thiserror::Error)]
pub enum SessionEnd {
    /// Asked to stop.
    #[error("stopped")]
    Stopped,
    /// The source is gone or speaks nonsense; a new session may help.
    #[error("{0}")]
    Lost(String),
    /// A new session will fail likewise until somebody changes something (credentials, certificate, address).
    #[error("{0}")]
    Refused(String),
    /// The site cannot record.
    #[error(transparent)]
    Sink(#[from] SinkError),
}

/// One technology's way of talking to a source.
pub trait Connector: Send + 'static {
    /// What it connects to.
    fn description(&self) -> ConnectionDescription;

    /// Runs one session: connects, announces, calls [`Port::connected`] once data can flow, and delivers until the
    /// session is lost or `stop` fires. It acknowledges its source only when a delivery is durable, never
    /// invents values, and counts what it knows to be lost.
    fn session<'a>(&'a mut self, port: &'a Port, stop: &'a CancellationToken) -> BoxFuture<'a, SessionEnd>;
}

/// How long to wait between sessions: doubling from `first` to `most`, starting anew after a session that delivered.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// After the first failure.
    pub first: Duration,
    /// At most.
    pub most: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { first: Duration::from_millis(500), most: Duration::from_secs(30) }
    }
}

/// Runs a connector until `stop` fires. Every lost session leaves a gap with its cause.
///
/// # Errors
/// Only when the connection cannot be made a thing of the world at all.
pub async fn supervise(
    mut connector: Box<dyn Connector>,
    sink: Arc<dyn Sink>,
    clock: Arc<dyn Clock>,
    backoff: Backoff,
    stop: CancellationToken,
) -> Result<(), SinkError> {
    let description = connector.description();
    let port = Port::open(sink, clock, &description).await?;
    let mut wait = backoff.first;
    while !stop.is_cancelled() {
        let before = port.received();
        warn_on_error(&description.name, port.change(ConnectionState::Connecting, "").await);
        let end = session_with_health(connector.as_mut(), &port, &stop).await;
        let state = match &end {
            SessionEnd::Stopped => break,
            SessionEnd::Refused(_) => ConnectionState::Failed,
            SessionEnd::Lost(_) | SessionEnd::Sink(_) => ConnectionState::Disconnected,
        };
        tracing::warn!(connection = %description.name, "session ended: {end}");
        warn_on_error(&description.name, port.lost(state, &end.to_string()).await);
        if port.received() > before {
            wait = backoff.first;
        }
        let until_next = if matches!(end, SessionEnd::Refused(_)) { backoff.most } else { wait };
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(until_next) => {}
        }
        wait = (wait * 2).min(backoff.most);
        port.count_reconnect();
    }
    warn_on_error(&description.name, port.lost(ConnectionState::Stopped, "stopped").await);
    Ok(())
}

async fn session_with_health(
    connector: &mut dyn Connector,
    port: &Port,
    stop: &CancellationToken,
) -> SessionEnd {
    let session = connector.session(port, stop);
    tokio::pin!(session);
    let mut tick = tokio::time::interval(HEALTH_PERIOD);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            end = &mut session => return end,
            _ = tick.tick() => warn_on_error("health", port.write_health().await),
        }
    }
}

fn warn_on_error(connection: &str, result: Result<(), SinkError>) {
    if let Err(error) = result {
        tracing::warn!(connection, "could not record the state of the connection: {error}");
    }
}
