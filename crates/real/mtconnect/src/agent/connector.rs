//! The connector: sessions with an agent, one after another, each going on where the last one ended.

use super::http::Http;
use super::options::{MtConnectOptions, OptionsError};
use super::session::{Position, Session};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio_util::sync::CancellationToken;
use trine_connector::{ConnectionDescription, Connector, Port, SessionEnd};

/// A client of an MTConnect agent.
pub struct MtConnectConnector {
    options: MtConnectOptions,
    http: Http,
    position: Option<Position>,
}

impl MtConnectConnector {
    /// Checks the options.
    ///
    /// # Errors
    /// When the address or the certificate authority cannot be used.
    pub fn new(options: MtConnectOptions) -> Result<Self, OptionsError> {
        let http = Http::new(&options)?;
        Ok(Self { options, http, position: None })
    }
}

impl Connector for MtConnectConnector {
    fn description(&self) -> ConnectionDescription {
        ConnectionDescription {
            name: self.options.name.clone(),
            technology: "mtconnect".to_owned(),
            endpoint: self.options.url.clone(),
        }
    }

    fn session<'a>(&'a mut self, port: &'a Port, stop: &'a CancellationToken) -> BoxFuture<'a, SessionEnd> {
        async move {
            tokio::select! {
                end = Session::new(&self.options, &self.http, port, &mut self.position).run() => end,
                () = stop.cancelled() => SessionEnd::Stopped,
            }
        }
        .boxed()
    }
}
