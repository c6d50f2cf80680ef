//! Single variables that have fallen silent while others go on: each is a gap of its own, and its monitored item is
//! created anew.

use crate::OpcUaError;
use crate::feed::Feed;
use crate::limits::Limits;
use crate::options::OpcUaOptions;
use crate::subscribe::monitor_again;
use opcua::client::Session;
use std::collections::BTreeMap;
use trine_base::SignalId;
use trine_connector::{ConnectionState, Port, SinkError};

/// Silent variables by index.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ailing {
    items: BTreeMap<usize, Ail>,
}

#[derive(Clone, Copy, Debug)]
struct Ail {
    /// Number of the gap.
    gap: Option<u64>,
    /// How often the variable had been heard.
    heard: u32,
}

impl Ailing {
    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Closes the gaps of those that were heard since.
    pub(crate) async fn recovered(
        &mut self,
        port: &Port,
        heard: impl Fn(usize) -> u32,
    ) -> Result<(), SinkError> {
        let healthy = |(index, ail): &(&usize, &Ail)| heard(**index) != ail.heard;
        let well: Vec<usize> = self.items.iter().filter(healthy).map(|(index, _)| *index).collect();
        for index in &well {
            self.close(*index, port).await?;
        }
        Ok(())
    }

    /// Closes all gaps: the session ends, and the gap of the whole connection takes over.
    pub(crate) async fn close_all(&mut self, port: &Port) {
        while let Some(index) = self.items.keys().next().copied() {
            if let Err(error) = self.close(index, port).await {
                tracing::warn!("the gap of a silent variable could not be closed: {error}");
            }
        }
    }

    async fn close(&mut self, index: usize, port: &Port) -> Result<(), SinkError> {
        match self.items.remove(&index).and_then(|ail| ail.gap) {
            Some(gap) => port.speaks(gap).await,
            None => Ok(()),
        }
    }
}

/// Records that these variables are silent, and creates their monitored items anew.
pub(crate) async fn repair(
    session: &Session,
    limits: &Limits,
    options: &OpcUaOptions,
    feed: &mut Feed,
    port: &Port,
    indices: &[usize],
) -> Result<(), OpcUaError> {
    for index in indices {
        let Some(item) = feed.items.get(*index) else { continue };
        let cause =
            format!("{} reads differently from what was last notified, while others are notified", item.node);
        let signals: Vec<SignalId> = item.signals.iter().copied().flatten().collect();
        let heard = item.heard;
        port.change(ConnectionState::Degraded, &cause).await?;
        if !feed.ailing.items.contains_key(index) {
            let gap = port.silent(signals, &cause).await?;
            feed.ailing.items.insert(*index, Ail { gap, heard });
        }
    }
    let subscriptions = feed.subscriptions.clone();
    for subscription in &subscriptions {
        let its = |index: &&usize| {
            let monitored = feed.items.get(**index).and_then(|item| item.monitored);
            monitored.is_some_and(|(id, _)| id == subscription.id)
        };
        let its: Vec<usize> = indices.iter().filter(its).copied().collect();
        if !its.is_empty() {
            monitor_again(session, limits, options, &mut feed.items, subscription, &its).await?;
        }
    }
    Ok(())
}
