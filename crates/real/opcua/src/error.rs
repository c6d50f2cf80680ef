//! What can go wrong with a server, and whether trying again can help.

use opcua::types::StatusCode;
use std::path::PathBuf;
use trine_connector::{SessionEnd, SinkError};

/// A failed operation of the connector.
#[derive(Debug, thiserror::Error)]
pub enum OpcUaError {
    /// The address cannot be one of a server.
    #[error("`{endpoint}` is not an OPC UA address; write it like opc.tcp://192.168.0.10:4840")]
    Address {
        /// The address, without secrets.
        endpoint: String,
    },
    /// Nothing answers, or not in OPC UA.
    #[error("{endpoint} cannot be reached: {reason}")]
    Unreachable {
        /// The address, without secrets.
        endpoint: String,
        /// What the network says.
        reason: String,
    },
    /// The server has no endpoint with the security and identity that are asked for.
    #[error("the server offers no endpoint with {wanted}; it offers: {offered}")]
    NoEndpoint {
        /// What was asked for.
        wanted: String,
        /// What there is.
        offered: String,
    },
    /// Only an unprotected channel is offered and a password would travel on it.
    #[error(
        "the server offers no encryption, and the password is not sent in the clear unless security is set to none"
    )]
    ClearPassword,
    /// The server is not the one that was trusted.
    #[error(
        "the certificate of the server has changed: trusted {trusted}, now {now}; \
         if this is meant, delete {file} or accept the change in the options"
    )]
    CertificateChanged {
        /// Thumbprint that is trusted.
        trusted: String,
        /// Thumbprint that it shows now.
        now: String,
        /// Where the trust is recorded.
        file: PathBuf,
    },
    /// A certificate or the record of one cannot be used.
    #[error("{what} cannot be used: {reason}")]
    Pki {
        /// Which one.
        what: String,
        /// Why.
        reason: String,
    },
    /// The server does not take our identity.
    #[error("the server refused the login of {identity} ({status}); check user and password")]
    Login {
        /// Who we said we are.
        identity: String,
        /// The server's words.
        status: StatusCode,
    },
    /// The server does not trust our certificate.
    #[error("the server refused our certificate ({status}); let it trust {certificate}")]
    OwnCertificate {
        /// The server's words.
        status: StatusCode,
        /// The file that the server must trust.
        certificate: PathBuf,
    },
    /// A service of the server failed.
    #[error("{what} failed: {status}")]
    Service {
        /// What was asked for.
        what: &'static str,
        /// The server's words.
        status: StatusCode,
    },
    /// There is nothing that could be read.
    #[error("the server shows no variable that may be read")]
    NothingToRead,
    /// The connection is gone.
    #[error("the connection to the server was lost: {0}")]
    Disconnected(StatusCode),
    /// Nothing comes although the session looks healthy.
    #[error("the subscription has gone quiet: {0}")]
    Quiet(String),
    /// The site cannot record.
    #[error(transparent)]
    Sink(#[from] SinkError),
}

impl OpcUaError {
    /// How the session ends with it.
    #[must_use]
    pub fn into_end(self) -> SessionEnd {
        match self {
            Self::Sink(error) => SessionEnd::Sink(error),
            Self::Address { .. }
            | Self::NoEndpoint { .. }
            | Self::ClearPassword
            | Self::CertificateChanged { .. }
            | Self::Pki { .. }
            | Self::Login { .. }
            | Self::OwnCertificate { .. } => SessionEnd::Refused(self.to_string()),
            Self::Unreachable { .. }
            | Self::Service { .. }
            | Self::NothingToRead
            | Self::Disconnected(_)
            | Self::Quiet(_) => SessionEnd::Lost(self.to_string()),
        }
    }
}

/// Names the service that failed, unless it is the connection that did: then the session can still be taken up.
pub(crate) fn service(what: &'static str) -> impl Fn(opcua::types::Error) -> OpcUaError {
    move |error| match error.status() {
        status if is_of_transport(status) => OpcUaError::Disconnected(status),
        status => OpcUaError::Service { what, status },
    }
}

fn is_of_transport(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::BadCommunicationError
            | StatusCode::BadConnectionClosed
            | StatusCode::BadConnectionRejected
            | StatusCode::BadDecodingError
            | StatusCode::BadNotConnected
            | StatusCode::BadSecureChannelClosed
            | StatusCode::BadTcpInternalError
            | StatusCode::BadTcpMessageTooLarge
            | StatusCode::BadTcpMessageTypeInvalid
            | StatusCode::BadTimeout
    )
}
