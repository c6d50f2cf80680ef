//! Binding, routing, and a stop that lets nobody hang.

use crate::connections::Connections;
use crate::fanout::Fanout;
use crate::metrics::Counters;
use crate::{Problem, api, limits, metrics, view};
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, header};
use axum::routing::get;
use axum::{Json, Router};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::set_header::SetResponseHeaderLayer;
use trine_site::Site;

/// How long open requests get when the server stops.
const GRACE: Duration = Duration::from_secs(5);

/// How to serve.
pub struct ServeOptions {
    /// Address and port; port 0 picks a free one.
    pub listen: SocketAddr,
    /// Who makes connections.
    pub connections: Arc<dyn Connections>,
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address is not of this machine alone.
    #[error(
        "{0} can be reached from other machines, and this version has no access control yet; \
         listen on 127.0.0.1 and put a proxy with TLS and a login in front"
    )]
    NotLoopback(SocketAddr),
    /// The address is taken or not ours.
    #[error("cannot listen on {address}: {source}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the operating system said.
        source: std::io::Error,
    },
}

/// A server that has its port.
pub struct Server {
    listener: TcpListener,
    app: Arc<App>,
}

/// What handlers share.
pub(crate) struct App {
    pub site: Site,
    pub fanout: Fanout,
    pub connections: Arc<dyn Connections>,
    pub counters: Counters,
    pub viewers: AtomicUsize,
    pub stop: CancellationToken,
}

impl Server {
    /// Takes the port.
    ///
    /// # Errors
    /// When the address would open the plant to other machines, or cannot be had.
    pub async fn bind(site: Site, options: ServeOptions) -> Result<Self, ServeError> {
        let address = options.listen;
        if !address.ip().is_loopback() {
            return Err(ServeError::NotLoopback(address));
        }
        let listener =
            TcpListener::bind(address).await.map_err(|source| ServeError::Bind { address, source })?;
        let app = App {
            fanout: Fanout::new(site.clone()),
            site,
            connections: options.connections,
            counters: Counters::default(),
            viewers: AtomicUsize::new(0),
            stop: CancellationToken::new(),
        };
        Ok(Self { listener, app: Arc::new(app) })
    }

    /// Where it is reached.
    ///
    /// # Errors
    /// When the operating system does not say.
    pub fn url(&self) -> std::io::Result<String> {
        Ok(format!("http://{}", self.listener.local_addr()?))
    }

    /// Serves until `stop` fires, then lets open requests end and closes view sockets.
    ///
    /// # Errors
    /// When the port fails.
    pub async fn run(self, stop: CancellationToken) -> std::io::Result<()> {
        let Self { listener, app } = self;
        let sockets = app.stop.clone();
        let ending = stop.clone();
        let serve = axum::serve(listener, router(app)).with_graceful_shutdown(async move {
            ending.cancelled().await;
            sockets.cancel();
        });
        tokio::select! {
            result = async { serve.await } => result,
            () = async { stop.cancelled().await; tokio::time::sleep(GRACE).await } => Ok(()),
        }
    }
}

/// All routes.
pub(crate) fn router(app: Arc<App>) -> Router {
    // Frames and finished files are not worth compressing again.
    let worth = SizeAbove::new(1024)
        .and(NotForContentType::new("application/vnd.apache.parquet"))
        .and(NotForContentType::IMAGES);
    let api = Router::new()
        .merge(api::routes())
        .route("/api/v1/view", get(view::socket))
        .route("/healthz", get(|| async { Json(serde_json::json!({ "status": "ok" })) }))
        .route("/metrics", get(metrics::metrics))
        .route("/openapi.json", get(api::openapi))
        .route("/api/{*rest}", get(no_such_call))
        .layer(CompressionLayer::new().gzip(true).compress_when(worth))
        .layer(DefaultBodyLimit::max(limits::MESSAGE_BYTES))
        .with_state(app);
    let policy = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; \
                  connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
    let set = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    api.merge(trine_web::router())
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            axum::response::IntoResponse::into_response(Problem::internal())
        }))
        .layer(set(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(set(header::REFERRER_POLICY, "no-referrer"))
        .layer(set(header::CONTENT_SECURITY_POLICY, policy))
}

async fn no_such_call() -> Problem {
    Problem::not_found("There is no such call; /openapi.json lists them all.")
}
