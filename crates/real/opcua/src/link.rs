//! One session with a server: opened, kept moving by a task of its own, and resumed after the network failed.
//!
//! The library reconnects by itself and then creates subscriptions and acknowledges notifications by itself too.
//! Here it does neither: it only moves messages, and what is acknowledged is decided in [`crate::feed`].
//! Spec: OPC 10000-4 5.7 (sessions), 6.7 (re-establishing connections).

use crate::endpoint::{choose, is_protected};
use crate::options::{Identity, OpcUaOptions};
use crate::{OpcUaError, pki};
use futures_util::stream::{BoxStream, StreamExt};
use opcua::client::{Client, ClientBuilder, IdentityToken, Session, SessionConnectMode, SessionPollResult};
use opcua::types::{EndpointDescription, StatusCode};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// Largest message that a server may send, bytes.
const MESSAGE_MAX: usize = 32 * 1024 * 1024;

/// How long a server keeps the session for us when the network fails.
const SESSION_TIMEOUT: Duration = Duration::from_secs(120);

/// Our certificate within the folder of certificates.
const OWN_CERTIFICATE: &str = "own/cert.der";

type Events = BoxStream<'static, Result<SessionPollResult, StatusCode>>;

/// A session and the task that moves its messages.
pub(crate) struct Link {
    session: Arc<Session>,
    driver: JoinHandle<(Events, StatusCode)>,
}

/// A session whose connection is gone; the server may still keep it.
pub(crate) struct Parked {
    session: Arc<Session>,
    events: Events,
}

/// What became of a session that was resumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resumed {
    /// It is the same, and so are its subscriptions.
    Same,
    /// The server has forgotten it; this is a new one.
    New,
}

impl Link {
    /// Finds the endpoint, checks whom we talk to, and opens a session.
    pub(crate) async fn open(options: &OpcUaOptions) -> Result<Self, OpcUaError> {
        let endpoint = choose(&offered(options).await?, options)?;
        if is_protected(&endpoint) {
            let accept = options.accept_changed_certificate;
            pki::pin(&options.pki_dir, &options.name, &endpoint.server_certificate, accept)?;
        }
        let mut client = client(options, is_protected(&endpoint)).await?;
        let (session, event_loop) = client
            .connect_to_endpoint_directly(endpoint, identity(&options.identity)?)
            .map_err(|error| refused(error.status(), options))?;
        let mut events = event_loop.enter().boxed();
        let patience = options.request_timeout * 2;
        until_connected(&mut events, patience).await.map_err(|status| refused(status, options))?;
        Ok(Self::driven(session, events))
    }

    fn driven(session: Arc<Session>, events: Events) -> Self {
        Self { session, driver: tokio::spawn(drive(events)) }
    }

    pub(crate) fn session(&self) -> &Arc<Session> {
        &self.session
    }

    /// Resolves when the connection is gone.
    pub(crate) async fn lost(&mut self) -> (Option<Parked>, StatusCode) {
        match (&mut self.driver).await {
            Ok((events, status)) => (Some(Parked { session: self.session.clone(), events }), status),
            Err(_) => (None, StatusCode::BadUnexpectedError),
        }
    }

    /// Ends the connection and not the session. The server closes its end, which wakes a transport that waits for
    /// the rest of a message that never comes.
    pub(crate) async fn hang_up(&self) {
        let _ =
            tokio::time::timeout(Duration::from_millis(500), self.session.channel().close_channel()).await;
    }

    /// Says goodbye, so that the server can free what it holds for us.
    pub(crate) async fn close(self, patience: Duration) {
        let _ = tokio::time::timeout(patience, self.session.disconnect()).await;
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Parked {
    /// Connects again and takes the session up where it was left.
    pub(crate) async fn resume(mut self, patience: Duration) -> Result<(Link, Resumed), StatusCode> {
        let resumed = until_connected(&mut self.events, patience).await?;
        Ok((Link::driven(self.session, self.events), resumed))
    }
}

async fn drive(mut events: Events) -> (Events, StatusCode) {
    loop {
        match events.next().await {
            Some(Ok(SessionPollResult::ConnectionLost(status))) => return (events, status),
            Some(Ok(_)) => {}
            Some(Err(status)) => return (events, status),
            None => return (events, StatusCode::BadConnectionClosed),
        }
    }
}

async fn until_connected(events: &mut Events, patience: Duration) -> Result<Resumed, StatusCode> {
    tokio::time::timeout(patience, next_connection(events)).await.unwrap_or(Err(StatusCode::BadTimeout))
}

async fn next_connection(events: &mut Events) -> Result<Resumed, StatusCode> {
    loop {
        match events.next().await {
            Some(Ok(SessionPollResult::Reconnected(SessionConnectMode::NewSession(_)))) => {
                return Ok(Resumed::New);
            }
            Some(Ok(SessionPollResult::Reconnected(SessionConnectMode::ReactivatedSession(_)))) => {
                return Ok(Resumed::Same);
            }
            Some(Ok(SessionPollResult::ReconnectFailed(status)) | Err(status)) => return Err(status),
            Some(Ok(_)) => {}
            None => return Err(StatusCode::BadConnectionClosed),
        }
    }
}

async fn offered(options: &OpcUaOptions) -> Result<Vec<EndpointDescription>, OpcUaError> {
    let unreachable = |reason: String| OpcUaError::Unreachable { endpoint: options.shown_endpoint(), reason };
    // Asking needs no certificate, and must not be repeated without end when nobody answers.
    let client = Client::new(builder(options).session_retry_limit(0).into_config());
    let asking = client.get_server_endpoints_from_url(options.endpoint.as_str());
    match tokio::time::timeout(options.request_timeout, asking).await {
        Ok(Ok(endpoints)) => Ok(endpoints),
        Ok(Err(error)) => Err(unreachable(error.to_string())),
        Err(_) => Err(unreachable(format!("no answer within {:?}", options.request_timeout))),
    }
}

/// The client with its certificate, which is made when there is none yet. That takes a second of computing, hence
/// the thread.
async fn client(options: &OpcUaOptions, protected: bool) -> Result<Client, OpcUaError> {
    let config = builder(options)
        .create_sample_keypair(protected)
        .certificate_path(OWN_CERTIFICATE)
        .private_key_path("private/private.pem")
        .into_config();
    let failed = |reason: String| OpcUaError::Pki { what: "our certificate".into(), reason };
    tokio::task::spawn_blocking(move || Client::new(config)).await.map_err(|error| failed(error.to_string()))
}

fn builder(options: &OpcUaOptions) -> ClientBuilder {
    ClientBuilder::new()
        .application_name("Trine")
        .application_uri("urn:trine:connector")
        .product_uri("urn:trine")
        .session_name(format!("Trine {}", options.name))
        .pki_dir(&options.pki_dir)
        // Trust is ours to decide, in `pki`; the library's check of names fails on most machines' certificates.
        .trust_server_certs(true)
        .verify_server_certs(false)
        .recreate_subscriptions(false)
        .session_retry_limit(-1)
        .session_retry_initial(Duration::from_millis(100))
        .session_timeout(u32::try_from(SESSION_TIMEOUT.as_millis()).unwrap_or(u32::MAX))
        .request_timeout(options.request_timeout)
        .keep_alive_interval(Duration::from_secs(2))
        .max_failed_keep_alive_count(3)
        .max_message_size(MESSAGE_MAX)
        .max_chunk_count(MESSAGE_MAX / 8_192)
        .max_array_length(1_000_000)
        .max_string_length(1_000_000)
        .max_byte_string_length(MESSAGE_MAX)
}

fn identity(identity: &Identity) -> Result<IdentityToken, OpcUaError> {
    match identity {
        Identity::Anonymous => Ok(IdentityToken::Anonymous),
        Identity::User { user, password } => {
            Ok(IdentityToken::new_user_name(user.as_str(), password.as_str()))
        }
        Identity::Certificate { certificate, private_key } => {
            IdentityToken::new_x509_path(certificate, private_key).map_err(|error| OpcUaError::Pki {
                what: certificate.display().to_string(),
                reason: error.to_string(),
            })
        }
    }
}

/// What it means that a session could not be opened.
fn refused(status: StatusCode, options: &OpcUaOptions) -> OpcUaError {
    match status {
        StatusCode::BadIdentityTokenInvalid
        | StatusCode::BadIdentityTokenRejected
        | StatusCode::BadUserAccessDenied
        | StatusCode::BadUserSignatureInvalid => {
            OpcUaError::Login { identity: format!("{:?}", options.identity), status }
        }
        StatusCode::BadSecurityChecksFailed
        | StatusCode::BadCertificateInvalid
        | StatusCode::BadCertificateUntrusted
        | StatusCode::BadCertificateTimeInvalid
        | StatusCode::BadCertificateUseNotAllowed => {
            OpcUaError::OwnCertificate { status, certificate: options.pki_dir.join(OWN_CERTIFICATE) }
        }
        _ => OpcUaError::Unreachable { endpoint: options.shown_endpoint(), reason: status.to_string() },
    }
}
