//! The steady state of a session: moves messages, looks whether all is well, and rebuilds what went quiet.

use crate::OpcUaError;
use crate::alarms;
use crate::ask::read_values;
use crate::connector::subscriptions;
use crate::feed::Feed;
use crate::limits::Limits;
use crate::options::OpcUaOptions;
use crate::repair::repair;
use crate::watch::Verdict;
use opcua::client::services::DeleteSubscriptions;
use opcua::client::{Session, UARequest};
use opcua::types::{NodeId, StatusCode, VariableId};
use std::sync::Arc;
use std::time::{Duration, Instant};
use trine_connector::{ConnectionState, Port};

/// A server that does not answer a small read for this long is gone, whatever its transport says.
const READ_PATIENCE: Duration = Duration::from_secs(3);

/// Rebuilt subscriptions that stay quiet this often in a row cost the whole session.
const REBUILDS_MAX: u32 = 5;

/// The steady state of a session.
pub(crate) struct Flow<'a> {
    port: &'a Port,
    options: &'a OpcUaOptions,
    limits: Limits,
    /// Nothing came yet since the session began.
    fresh: bool,
    /// Times that the subscriptions were built again without a value since.
    rebuilds: u32,
}

impl<'a> Flow<'a> {
    pub(crate) fn new(port: &'a Port, options: &'a OpcUaOptions, limits: Limits) -> Self {
        Self { port, options, limits, fresh: true, rebuilds: 0 }
    }

    /// Runs until something ends the session.
    pub(crate) async fn run(&mut self, session: Arc<Session>, feed: &mut Feed) -> OpcUaError {
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
            if step.refresh
                && let Some(subscription) = feed.events()
            {
                alarms::refresh(session, subscription).await;
            }
            if step.samples > 0 || (self.fresh && step.message) {
                (self.fresh, self.rebuilds) = (false, 0);
                let (ailing, items) = (&mut feed.ailing, &feed.items);
                ailing.recovered(self.port, |index| items.heard(index)).await?;
                if ailing.is_empty() {
                    self.port.connected().await?;
                }
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
        let differing: Vec<_> = differing.map(|(index, _)| (index, feed.items.heard(index))).collect();
        match feed.watch.compared(&differing) {
            Verdict::Well => Ok(()),
            Verdict::Silent(count) => Err(OpcUaError::Quiet(format!(
                "{count} variables read differently from what was last notified, and no notification comes"
            ))),
            Verdict::Stuck(indices) => {
                repair(session, &self.limits, self.options, feed, self.port, &indices).await
            }
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
            subscriptions(session, &self.limits, self.options, &mut feed.items, self.port).await?;
        feed.renew(subscriptions);
        if let Some(subscription) = feed.events() {
            alarms::refresh(session, subscription).await;
        }
        Ok(())
    }
}
