//! As much of an HTTP client as an agent needs: GET, one connection for each request.

use super::options::{Address, MtConnectOptions, OptionsError};
use crate::xml::BYTES_MAX;
use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::header::{ACCEPT, CONTENT_TYPE, HOST};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::path::Path;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::AbortHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::{self, ServerName, pem::PemObject};
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};
use trine_connector::SessionEnd;

#[derive(Clone)]
pub(super) struct Http {
    pub address: Address,
    tls: Option<Arc<ClientConfig>>,
}

/// An answer whose body may never end.
pub(super) struct Answer {
    response: Response<Incoming>,
    connection: AbortHandle,
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.connection.abort();
    }
}

impl Http {
    pub(super) fn new(options: &MtConnectOptions) -> Result<Self, OptionsError> {
        let address = Address::parse(&options.url)?;
        let tls = address.tls.then(|| tls(options.ca.as_deref())).transpose()?;
        Ok(Self { address, tls })
    }

    /// Asks; the caller sets the limit of time.
    pub(super) async fn get(&self, request: &str) -> Result<Answer, SessionEnd> {
        let address = &self.address;
        let stream =
            TcpStream::connect((address.host.as_str(), address.port)).await.map_err(|error| lost(&error))?;
        let _ = stream.set_nodelay(true);
        match &self.tls {
            None => self.ask(stream, request).await,
            Some(config) => {
                let name = ServerName::try_from(address.host.clone())
                    .map_err(|_| SessionEnd::Refused(format!("`{}` is no name for TLS", address.host)))?;
                let stream = TlsConnector::from(config.clone()).connect(name, stream).await;
                self.ask(stream.map_err(|error| SessionEnd::Refused(format!("TLS: {error}")))?, request).await
            }
        }
    }

    async fn ask<S>(&self, stream: S, request: &str) -> Result<Answer, SessionEnd>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| lost(&error))?;
        let connection = tokio::spawn(async move { drop(connection.await) }).abort_handle();
        let request = Request::get(format!("{}{request}", self.address.path))
            .header(HOST, self.address.authority())
            .header(ACCEPT, "text/xml, application/xml, multipart/x-mixed-replace")
            .body(Empty::<Bytes>::new())
            .map_err(|error| SessionEnd::Refused(error.to_string()))?;
        match sender.send_request(request).await {
            Ok(response) => Ok(Answer { response, connection }),
            Err(error) => {
                connection.abort();
                Err(lost(&error))
            }
        }
    }
}

impl Answer {
    pub(super) fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// The boundary between parts, when the answer is a stream of documents.
    pub(super) fn boundary(&self) -> Option<String> {
        let kind = self.response.headers().get(CONTENT_TYPE)?.to_str().ok()?;
        let mut parameters = kind.split(';').map(str::trim);
        if !parameters.next()?.to_ascii_lowercase().starts_with("multipart/") {
            return None;
        }
        let boundary = parameters
            .find_map(|p| p.split_once('=').filter(|(name, _)| name.eq_ignore_ascii_case("boundary")))?;
        Some(boundary.1.trim_matches('"').to_owned()).filter(|text| !text.is_empty())
    }

    /// The next bytes of the body; `None` at its end.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, SessionEnd> {
        loop {
            match self.response.body_mut().frame().await {
                None => return Ok(None),
                Some(Err(error)) => return Err(lost(&error)),
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        return Ok(Some(data));
                    }
                }
            }
        }
    }

    /// The whole body, of a document.
    pub(super) async fn text(mut self) -> Result<String, SessionEnd> {
        let mut whole = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            whole.extend_from_slice(&chunk);
            if whole.len() > BYTES_MAX {
                return Err(SessionEnd::Lost(format!("the agent's answer has more than {BYTES_MAX} bytes")));
            }
        }
        String::from_utf8(whole).map_err(|_| SessionEnd::Lost("the agent's answer is not UTF-8".to_owned()))
    }
}

fn lost(error: &dyn std::error::Error) -> SessionEnd {
    let cause = error.source().map(|source| format!(": {source}")).unwrap_or_default();
    SessionEnd::Lost(format!("{error}{cause}"))
}

/// What TLS needs: the given authority, or those of the operating system.
fn tls(ca: Option<&Path>) -> Result<Arc<ClientConfig>, OptionsError> {
    let mut roots = RootCertStore::empty();
    match ca {
        Some(path) => {
            let refuse = |source| OptionsError::Authority { path: path.to_owned(), source };
            let pem = std::fs::read(path).map_err(refuse)?;
            roots.add_parsable_certificates(pki_types::CertificateDer::pem_slice_iter(&pem).flatten());
            if roots.is_empty() {
                return Err(refuse(std::io::Error::new(
                    std::io::ErrorKind::InvalidData,
                    "no PEM certificate in it",
                )));
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the ring provider knows the default protocol versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}
