//! The connector: sessions with a broker, one after another.

use crate::mqtt::{self, connect};
use crate::options::{Broker, OptionsError, SparkplugOptions, check_ids};
use crate::session::Session;
use crate::state::State;
use crate::topic::NodeName;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio_rustls::rustls::ClientConfig;
use tokio_util::sync::CancellationToken;
use trine_connector::{ConnectionDescription, Connector, Port, SessionEnd};

/// A Sparkplug host application.
pub struct SparkplugConnector {
    options: SparkplugOptions,
    broker: Broker,
    tls: Option<Arc<ClientConfig>>,
    known: BTreeSet<NodeName>,
}

impl SparkplugConnector {
    /// Checks the options.
    ///
    /// # Errors
    /// When the address, an id, or the certificate authority cannot be used.
    pub fn new(options: SparkplugOptions) -> Result<Self, OptionsError> {
        let broker = Broker::parse(&options.broker)?;
        check_ids(&options)?;
        let tls = broker.tls.then(|| mqtt::tls(options.ca.as_deref())).transpose()?;
        Ok(Self { options, broker, tls, known: BTreeSet::new() })
    }
}

impl Connector for SparkplugConnector {
    fn description(&self) -> ConnectionDescription {
        ConnectionDescription {
            name: self.options.name.clone(),
            technology: "sparkplug".to_owned(),
            endpoint: self.broker.shown(),
        }
    }

    fn session<'a>(&'a mut self, port: &'a Port, stop: &'a CancellationToken) -> BoxFuture<'a, SessionEnd> {
        let timestamp = u64::try_from(port.now().as_ns() / 1_000_000).unwrap_or_default();
        let birth = State { online: true, timestamp };
        async move {
            let link = connect(&self.options, &self.broker, self.tls.as_ref(), birth);
            Session::new(&self.options, port, &mut self.known, link, birth).run(stop).await
        }
        .boxed()
    }
}
