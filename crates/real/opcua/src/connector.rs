//! The connector: one session after another with one server.

use crate::OpcUaError;
use crate::ask::read_values;
use crate::browse::browse;
use crate::describe::{self, Described};
use crate::feed::Feed;
use crate::items::{Item, Items};
use crate::limits::Limits;
use crate::link::{Link, Parked, Resumed};
use crate::machines::machines;
use crate::options::OpcUaOptions;
use crate::subscribe::{Subscription, subscribe};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use opcua::client::services::DeleteSubscriptions;
use opcua::client::{Session, UARequest};
use opcua::types::{NodeId, StatusCode, VariableId};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use trine_connector::{Announcement, ConnectionDescription, ConnectionState, Connector, Port, SessionEnd};
use trine_world::RelationKind;

/// How long a goodbye may take.
const GOODBYE: Duration = Duration::from_millis(1_000);

/// A server that does not answer a small read for this long is gone, whatever its transport says.
const READ_PATIENCE: Duration = Duration::from_secs(3);

/// Rebuilt subscriptions that stay quiet this often in a row cost the whole session.
const REBUILDS_MAX: u32 = 5;

/// Connects one OPC UA server.
pub struct OpcUaConnector {
    options: OpcUaOptions,
    /// A session that was cut off, with its subscriptions: the server keeps both for a while.
    kept: Option<Kept>,
}

struct Kept {
    line: Line,
    feed: Feed,
    limits: Limits,
}

/// Whether the connection of a kept session still stands.
enum Line {
    Open(Link),
    Cut(Parked),
}

impl OpcUaConnector {
    /// A connector that has not connected yet.
    #[must_use]
    pub fn new(options: OpcUaOptions) -> Self {
        Self { options, kept: None }
    }

    async fn run(&mut self, port: &Port, stop: &CancellationToken) -> Result<(), OpcUaError> {
        self.options.check()?;
        let started = tokio::select! {
            started = self.start(port) => started?,
            () = stop.cancelled() => return Ok(()),
        };
        let (mut link, mut feed, limits) = started;
        let mut flow = Flow { port, options: &self.options, limits, fresh: true, rebuilds: 0 };
        let end = tokio::select! {
            end = flow.run(link.session().clone(), &mut feed) => end,
            () = stop.cancelled() => {
                link.close(GOODBYE).await;
                return Ok(());
            }
            (parked, status) = link.lost() => {
                feed.disconnected();
                self.kept = parked.map(|parked| Kept { line: Line::Cut(parked), feed, limits });
                return Err(OpcUaError::Disconnected(status));
            }
        };
        match end {
            // The disk is full, not the line cut: session and subscriptions wait for it.
            OpcUaError::Sink(_) => self.kept = Some(Kept { line: Line::Open(link), feed, limits }),
            OpcUaError::Disconnected(_) => {
                // A transport that hangs is hung up; what the session and its subscriptions hold is taken up later.
                link.hang_up().await;
                if let Ok((Some(parked), _)) = tokio::time::timeout(GOODBYE, link.lost()).await {
                    feed.disconnected();
                    self.kept = Some(Kept { line: Line::Cut(parked), feed, limits });
                }
            }
            _ => link.close(GOODBYE).await,
        }
        Err(end)
    }

    /// Takes up the kept session, or opens one and looks at everything anew.
    async fn start(&mut self, port: &Port) -> Result<(Link, Feed, Limits), OpcUaError> {
        if let Some(kept) = self.kept.take()
            && let Some(resumed) = kept.resume(&self.options, port).await
        {
            return Ok(resumed);
        }
        let link = Link::open(&self.options).await?;
        let limits = Limits::of(link.session()).await?;
        let items = look(link.session(), &limits, &self.options, port).await?;
        let subscriptions = subscriptions(link.session(), &limits, &self.options, &items, port).await?;
        Ok((link, Feed::new(subscriptions, items), limits))
    }
}

impl Kept {
    async fn resume(self, options: &OpcUaOptions, port: &Port) -> Option<(Link, Feed, Limits)> {
        let Self { line, mut feed, limits } = self;
        let link = match line {
            Line::Open(link) => link,
            Line::Cut(parked) => match parked.resume(options.request_timeout).await {
                Ok((link, Resumed::Same)) => link,
                Ok((link, Resumed::New)) => {
                    link.close(GOODBYE).await;
                    return None;
                }
                Err(_) => return None,
            },
        };
        feed.watch.excuse(Instant::now());
        feed.redo(link.session(), port).await.ok()?;
        Some((link, feed, limits))
    }
}

impl Connector for OpcUaConnector {
    fn description(&self) -> ConnectionDescription {
        ConnectionDescription {
            name: self.options.name.clone(),
            technology: "opc-ua".into(),
            endpoint: self.options.shown_endpoint(),
        }
    }

    fn session<'a>(&'a mut self, port: &'a Port, stop: &'a CancellationToken) -> BoxFuture<'a, SessionEnd> {
        async move {
            match self.run(port, stop).await {
                Ok(()) => SessionEnd::Stopped,
                Err(error) => error.into_end(),
            }
        }
        .boxed()
    }
}

/// Looks at what there is and makes it part of the world.
async fn look(
    session: &Arc<Session>,
    limits: &Limits,
    options: &OpcUaOptions,
    port: &Port,
) -> Result<Items, OpcUaError> {
    let space = browse(session, limits, options.nodes_max).await?;
    let machines = machines(&space, port.key());
    let described = describe::signals(&space, &machines, port.key());
    if described.is_empty() {
        return Err(OpcUaError::NothingToRead);
    }
    let things: Vec<_> = machines.iter().map(|machine| machine.thing.clone()).collect();
    let connected_by = |key: &Arc<str>| (RelationKind::ConnectedBy, key.to_string(), port.key().to_owned());
    let relations = things.iter().map(|thing| connected_by(&thing.key)).collect();
    let signals = described.iter().map(|described| described.signal.clone()).collect();
    let announced = port.announce(Announcement { things, signals, relations, places: Vec::new() }).await?;
    if let Some(first) = announced.refused.first() {
        port.note_error(&format!(
            "{} descriptions were refused; the first: {first}",
            announced.refused.len()
        ));
    }
    let item = |(described, signal): (Described, Option<_>)| {
        Some(Item { node: described.node, signal: signal?, members: described.members, last: None })
    };
    Ok(Items::new(described.into_iter().zip(announced.signals).filter_map(item).collect()))
}

/// Subscribes to the items, and tells which of them cannot be monitored.
async fn subscriptions(
    session: &Arc<Session>,
    limits: &Limits,
    options: &OpcUaOptions,
    items: &Items,
    port: &Port,
) -> Result<Vec<Subscription>, OpcUaError> {
    let done = subscribe(session, limits, options, items).await?;
    if let Some((node, status)) = done.first_refusal {
        port.note_error(&format!(
            "{} variables cannot be monitored; the first: {node}: {status}",
            done.refused
        ));
    }
    Ok(done.subscriptions)
}

/// The steady state of a session.
struct Flow<'a> {
    port: &'a Port,
    options: &'a OpcUaOptions,
    limits: Limits,
    /// Nothing came yet since the session began.
    fresh: bool,
    /// Times that the subscriptions were built again without a value since.
    rebuilds: u32,
}

impl Flow<'_> {
    /// Runs until something ends the session.
    async fn run(&mut self, session: Arc<Session>, feed: &mut Feed) -> OpcUaError {
        loop {
            match self.watched(&session, feed).await {
                Ok(()) => {}
                Err(OpcUaError::Quiet(cause)) if self.rebuilds < REBUILDS_MAX => {
                    if let Err(error) = self.rebuild(&session, feed, &cause).await {
                        return error;
                    }
                }
                Err(error) => return error,
            }
        }
    }

    /// Moves messages for one round, then looks whether all is well.
    async fn watched(&mut self, session: &Arc<Session>, feed: &mut Feed) -> Result<(), OpcUaError> {
        let look_at = Instant::now() + feed.watch.period();
        while let Ok(event) = tokio::time::timeout_at(look_at.into(), feed.next(session)).await {
            let step = feed.take(session, self.port, event).await?;
            if step.samples > 0 || (self.fresh && step.message) {
                (self.fresh, self.rebuilds) = (false, 0);
                self.port.connected().await?;
            }
        }
        if feed.is_held() { Ok(()) } else { self.check(session, feed).await }
    }

    async fn check(&mut self, session: &Arc<Session>, feed: &mut Feed) -> Result<(), OpcUaError> {
        let indices = feed.watch.round(feed.items.len());
        let mut nodes = vec![NodeId::from(VariableId::Server_ServerStatus_CurrentTime)];
        nodes.extend(indices.iter().filter_map(|index| Some(feed.items.get(*index)?.node.clone())));
        let patience = self.options.request_timeout.min(READ_PATIENCE);
        let reading = tokio::time::timeout(patience, read_values(session, &self.limits, &nodes)).await;
        // A subscription may be dead while the session lives, but then the server answers.
        let values = reading.map_err(|_| OpcUaError::Disconnected(StatusCode::BadTimeout))??;
        if let Some(cause) = feed.watch.overdue(Instant::now()) {
            return Err(OpcUaError::Quiet(cause));
        }
        let read = indices.into_iter().zip(values.iter().skip(1));
        let differing = read.filter(|(index, value)| feed.items.differs(*index, value));
        let differing: Vec<usize> = differing.map(|(index, _)| index).collect();
        match feed.watch.compared(&differing) {
            Some(count) => Err(OpcUaError::Quiet(format!(
                "{count} variables read differently from what was last notified, and no notification comes"
            ))),
            None => Ok(()),
        }
    }

    /// The session lives and its subscriptions do not: builds them anew.
    async fn rebuild(
        &mut self,
        session: &Arc<Session>,
        feed: &mut Feed,
        cause: &str,
    ) -> Result<(), OpcUaError> {
        self.port.lost(ConnectionState::Quiet, cause).await?;
        tokio::time::sleep(feed.watch.period() * self.rebuilds).await;
        self.rebuilds += 1;
        let ids = feed.subscriptions.iter().map(|subscription| subscription.id).collect();
        let request = DeleteSubscriptions::new(session).subscription_ids(ids);
        // They may be gone already; what matters is that they do not stay behind.
        if let Err(error) = request.send(session.channel()).await {
            tracing::debug!("the quiet subscriptions could not be deleted: {error}");
        }
        let subscriptions =
            subscriptions(session, &self.limits, self.options, &feed.items, self.port).await?;
        feed.renew(subscriptions);
        Ok(())
    }
}
