//! Binding, routing, and a stop that lets nobody hang.

use crate::accept::{self, GRACE};
use crate::api::document::StructureCache;
use crate::connections::Connections;
use crate::fanout::Fanout;
use crate::meet::{self, Meet};
use crate::metrics::Counters;
use crate::{Problem, api, limits, origin};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;
use trine_future::Futures;
use trine_site::Site;

/// Between two pieces of a request's body.
const BODY_TIMEOUT: Duration = Duration::from_secs(20);

/// How to serve.
pub struct ServeOptions {
    /// Address and port; port 0 picks a free one.
    pub listen: SocketAddr,
    /// Who makes connections.
    pub connections: Arc<dyn Connections>,
    /// Who looks ahead.
    pub futures: Arc<Futures>,
    /// The APIs of standards by which others call us, with their whole paths.
    pub standards: Router,
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
    standards: Router,
}

/// What handlers share.
pub(crate) struct App {
    pub site: Site,
    pub fanout: Fanout,
    pub connections: Arc<dyn Connections>,
    pub futures: Arc<Futures>,
    pub counters: Counters,
    pub structure: StructureCache,
    /// Where people meet.
    pub meet: Meet,
    /// Room for viewers, for people who meet, for questions about the past, and for exports.
    pub viewers: Arc<Semaphore>,
    pub people: Arc<Semaphore>,
    pub readers: Arc<Semaphore>,
    pub exports: Arc<Semaphore>,
    /// The view sockets that are open.
    pub sockets: TaskTracker,
    pub stop: CancellationToken,
}

impl App {
    fn new(site: Site, connections: Arc<dyn Connections>, futures: Arc<Futures>) -> Self {
        Self {
            fanout: Fanout::new(site.clone()),
            meet: Meet::new(meet::rules(), site.now()),
            site,
            connections,
            futures,
            counters: Counters::default(),
            structure: StructureCache::default(),
            viewers: Arc::new(Semaphore::new(limits::VIEWERS)),
            people: Arc::new(Semaphore::new(limits::VIEWERS)),
            readers: Arc::new(Semaphore::new(limits::READERS)),
            exports: Arc::new(Semaphore::new(limits::EXPORTS)),
            sockets: TaskTracker::new(),
            stop: CancellationToken::new(),
        }
    }

    /// View sockets open.
    pub fn viewers(&self) -> usize {
        limits::VIEWERS - self.viewers.available_permits()
    }
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
        let app = Arc::new(App::new(site, options.connections, options.futures));
        Ok(Self { listener, app, standards: options.standards })
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
    /// None at present: a port that fails for a while is tried again.
    pub async fn run(self, stop: CancellationToken) -> std::io::Result<()> {
        let Self { listener, app, standards } = self;
        let closing = async {
            stop.cancelled().await;
            app.stop.cancel();
            app.sockets.close();
            // A viewer that does not take the farewell is left behind.
            let _ = tokio::time::timeout(GRACE, app.sockets.wait()).await;
        };
        tokio::join!(accept::serve(listener, router(Arc::clone(&app), standards), &stop), closing);
        Ok(())
    }
}

/// All routes.
pub(crate) fn router(app: Arc<App>, standards: Router) -> Router {
    // Frames and finished files are not worth compressing again.
    let worth = SizeAbove::new(1024)
        .and(NotForContentType::const_new("application/vnd.apache.parquet"))
        .and(NotForContentType::IMAGES);
    let gzip = CompressionLayer::new().gzip(true).quality(CompressionLevel::Fastest).compress_when(worth);
    let calls = api::calls().into_iter();
    let api = calls
        .fold(Router::new(), |router, call| router.route(call.path, call.answer))
        .route("/api/{*rest}", any(no_such_call))
        .method_not_allowed_fallback(not_that_way)
        .with_state(app)
        .merge(standards.layer(from_fn(only_our_pages)))
        .layer(gzip)
        .layer(RequestBodyTimeoutLayer::new(BODY_TIMEOUT))
        .layer(DefaultBodyLimit::max(limits::MESSAGE_BYTES));
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

/// Pages of other sites may look, as far as their browser lets them, and change nothing.
async fn only_our_pages(request: Request, next: Next) -> Response {
    let changes = !request.method().is_safe();
    match origin::check(request.headers()) {
        Err(problem) if changes => problem.into_response(),
        _ => next.run(request).await,
    }
}

async fn no_such_call() -> Problem {
    Problem::not_found("There is no such call; /openapi.json lists them all.")
}

async fn not_that_way(method: axum::http::Method) -> Problem {
    Problem::not_allowed(format!("This call does not take {method}; /openapi.json says what it takes."))
}
