//! The connector: one session after another with one server.

use crate::OpcUaError;
use crate::alarms::{self, Alarms, Open};
use crate::browse::browse;
use crate::describe::{self, Described};
use crate::feed::Feed;
use crate::flow::Flow;
use crate::items::{Item, Items};
use crate::limits::Limits;
use crate::link::{Link, Parked, Resumed};
use crate::machines::machines;
use crate::options::OpcUaOptions;
use crate::subscribe::{Subscription, subscribe};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use opcua::client::Session;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use trine_connector::{Announcement, ConnectionDescription, Connector, Port, SessionEnd};
use trine_world::RelationKind;

/// How long a goodbye may take.
const GOODBYE: Duration = Duration::from_millis(1_000);

/// Connects one OPC UA server.
pub struct OpcUaConnector {
    options: OpcUaOptions,
    /// A session that was cut off, with its subscriptions: the server keeps both for a while.
    kept: Option<Kept>,
    /// Alarms that were open when the last session ended.
    open: Open,
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
        Self { options, kept: None, open: Open::default() }
    }

    async fn run(&mut self, port: &Port, stop: &CancellationToken) -> Result<(), OpcUaError> {
        self.options.check()?;
        let started = tokio::select! {
            started = self.start(port) => started?,
            () = stop.cancelled() => return Ok(()),
        };
        let (mut link, mut feed, limits) = started;
        let mut flow = Flow::new(port, &self.options, limits);
        let end = tokio::select! {
            end = flow.run(link.session().clone(), &mut feed) => end,
            () = stop.cancelled() => {
                feed.ailing.close_all(port).await;
                link.close(GOODBYE).await;
                return Ok(());
            }
            (parked, status) = link.lost() => {
                feed.ailing.close_all(port).await;
                feed.disconnected();
                self.open = feed.alarms.open.clone();
                self.kept = parked.map(|parked| Kept { line: Line::Cut(parked), feed, limits });
                return Err(OpcUaError::Disconnected(status));
            }
        };
        feed.ailing.close_all(port).await;
        self.open = feed.alarms.open.clone();
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
        let session = link.session();
        let open = std::mem::take(&mut self.open);
        let (mut items, alarms) = look(session, &limits, &self.options, port, open).await?;
        let subscriptions = subscriptions(session, &limits, &self.options, &mut items, port).await?;
        let feed = Feed::new(subscriptions, items, alarms);
        if let Some(subscription) = feed.events() {
            alarms::refresh(session, subscription).await;
        }
        Ok((link, feed, limits))
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
    open: Open,
) -> Result<(Items, Alarms), OpcUaError> {
    let space = browse(session, limits, options.nodes_max).await?;
    let machines = machines(&space, port.key());
    let described = describe::signals(&space, &machines, port.key());
    if described.is_empty() {
        return Err(OpcUaError::NothingToRead);
    }
    let things: Vec<_> = machines.iter().map(|machine| machine.thing.clone()).collect();
    let connected_by = |key: &Arc<str>| (RelationKind::ConnectedBy, key.to_string(), port.key().to_owned());
    let relations = things.iter().map(|thing| connected_by(&thing.key)).collect();
    let signals = described.iter().flat_map(|described| described.signals.iter().cloned()).collect();
    let announced = port.announce(Announcement { things, signals, relations, places: Vec::new() }).await?;
    if let Some(first) = announced.refused.first() {
        port.note_error(&format!(
            "{} descriptions were refused; the first: {first}",
            announced.refused.len()
        ));
    }
    tell_unreadable(&described, port);
    let mut ids = announced.signals.into_iter();
    let item = |described: Described| {
        let signals: Box<[_]> = ids.by_ref().take(described.signals.len()).collect();
        Item::new(described.node, described.reading, signals)
    };
    let items = described.into_iter().map(item).filter(|item| item.signals.iter().any(Option::is_some));
    let items = Items::new(items.collect());
    Ok((items, Alarms::new(&space, &machines, port.key(), open)))
}

/// Structures whose fields are not known are kept with a bad quality, and that is said.
fn tell_unreadable(described: &[Described], port: &Port) {
    let unreadable: Vec<_> = described
        .iter()
        .filter_map(|described| Some((&described.node, described.unreadable.as_ref()?)))
        .collect();
    if let Some((node, reason)) = unreadable.first() {
        port.note_error(&format!(
            "{} structured variables cannot be read by their fields; the first: {node}: {reason}",
            unreadable.len()
        ));
    }
}

/// Subscribes to the items, and tells which of them cannot be monitored.
pub(crate) async fn subscriptions(
    session: &Arc<Session>,
    limits: &Limits,
    options: &OpcUaOptions,
    items: &mut Items,
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
