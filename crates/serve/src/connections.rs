//! Making connections from the outside; the binary knows the technologies.

use crate::Problem;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::Deserialize;

/// A connection that somebody asks for.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewConnection {
    /// `opc.tcp://…`, `mqtt://…`, `mqtts://…`, `http://…` (MTConnect agent).
    pub url: String,
    /// Short name; made from the URL when left out.
    pub name: Option<String>,
    /// User, where the source wants one.
    pub user: Option<String>,
    /// Password, where the source wants one. It never leaves the server again.
    pub password: Option<String>,
}

/// Starts connections.
pub trait Connections: Send + Sync + 'static {
    /// Starts one and gives its name.
    fn add(&self, connection: NewConnection) -> BoxFuture<'_, Result<String, Problem>>;
}

/// For sites whose connections are fixed.
pub struct NoConnections;

impl Connections for NoConnections {
    fn add(&self, _: NewConnection) -> BoxFuture<'_, Result<String, Problem>> {
        std::future::ready(Err(Problem::unavailable("This site takes no new connections."))).boxed()
    }
}
