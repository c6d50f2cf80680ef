//! How a server is reached, and how much is asked of it.

use crate::OpcUaError;
use std::path::PathBuf;
use std::time::Duration;

/// How the channel is secured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Security {
    /// The strongest that the server offers for this identity; no security only where it offers nothing else, and
    /// never for a password.
    #[default]
    Auto,
    /// None. A password then travels as the server's token policy says, which may be in the clear.
    None,
    /// Basic256Sha256, signed and encrypted.
    SignAndEncrypt,
}

/// Who we say we are.
#[derive(Clone, PartialEq, Eq, Default)]
pub enum Identity {
    /// Nobody in particular.
    #[default]
    Anonymous,
    /// A user with a password.
    User {
        /// The name.
        user: String,
        /// The password.
        password: String,
    },
    /// The holder of a certificate.
    Certificate {
        /// File of the certificate, DER or PEM.
        certificate: PathBuf,
        /// File of its private key, PEM.
        private_key: PathBuf,
    },
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Anonymous => f.write_str("Anonymous"),
            Self::User { user, .. } => write!(f, "User({user})"),
            Self::Certificate { certificate, .. } => write!(f, "Certificate({})", certificate.display()),
        }
    }
}

/// Everything about one connection.
#[derive(Clone, Debug)]
pub struct OpcUaOptions {
    /// Name of the connection, unique within the site.
    pub name: String,
    /// `opc.tcp://HOST:PORT/PATH`.
    pub endpoint: String,
    /// How the channel is secured.
    pub security: Security,
    /// Who we say we are.
    pub identity: Identity,
    /// Where our certificate and the thumbprints of trusted servers are kept.
    pub pki_dir: PathBuf,
    /// Takes a server certificate that differs from the one trusted so far, and trusts it from now on.
    pub accept_changed_certificate: bool,
    /// How often the server sends what has changed.
    pub publishing_interval: Duration,
    /// How often it looks at a value; zero: whenever the value changes, as far as the server can.
    pub sampling_interval: Duration,
    /// Values of one signal that the server keeps between two publications.
    pub queue_size: u32,
    /// Monitored items of one subscription, at most; servers that allow fewer are given more subscriptions.
    pub items_per_subscription: usize,
    /// How long one request may take.
    pub request_timeout: Duration,
    /// Nodes looked at while browsing, at most.
    pub nodes_max: usize,
}

impl OpcUaOptions {
    /// The usual options for a server.
    #[must_use]
    pub fn new(name: &str, endpoint: &str) -> Self {
        Self {
            name: name.to_owned(),
            endpoint: endpoint.to_owned(),
            security: Security::Auto,
            identity: Identity::Anonymous,
            pki_dir: PathBuf::from("pki"),
            accept_changed_certificate: false,
            publishing_interval: Duration::from_millis(250),
            sampling_interval: Duration::ZERO,
            queue_size: 100,
            items_per_subscription: 5_000,
            request_timeout: Duration::from_secs(10),
            nodes_max: 500_000,
        }
    }

    /// The endpoint without user and password, for people to read.
    #[must_use]
    pub fn shown_endpoint(&self) -> String {
        match (self.endpoint.find("://"), self.endpoint.rfind('@')) {
            (Some(scheme), Some(at)) if at > scheme => {
                format!("{}{}", &self.endpoint[..scheme + 3], &self.endpoint[at + 1..])
            }
            _ => self.endpoint.clone(),
        }
    }

    /// Refuses an address that no server can have.
    ///
    /// # Errors
    /// When it is not `opc.tcp://HOST[:PORT][/PATH]`.
    pub fn check(&self) -> Result<(), OpcUaError> {
        let refuse = || OpcUaError::Address { endpoint: self.shown_endpoint() };
        let rest = self.endpoint.strip_prefix("opc.tcp://").ok_or_else(refuse)?;
        let authority = rest.split('/').next().unwrap_or_default();
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !authority.ends_with(']') => {
                (host, port.parse::<u16>().map_err(|_| refuse())?)
            }
            _ => (authority, 4840),
        };
        if host.is_empty() || port == 0 || host.contains(['@', ' ']) { Err(refuse()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_checked_before_anything_is_sent() {
        for good in ["opc.tcp://plc:4840", "opc.tcp://10.0.0.7/ua", "opc.tcp://[::1]:4840", "opc.tcp://[::1]"]
        {
            assert!(OpcUaOptions::new("a", good).check().is_ok(), "{good}");
        }
        for bad in
            ["", "http://plc", "opc.tcp://", "opc.tcp://plc:0", "opc.tcp://plc:99999", "opc.tcp://me:pw@plc"]
        {
            assert!(OpcUaOptions::new("a", bad).check().is_err(), "{bad}");
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        let identity = Identity::User { user: "operator".into(), password: "secret".into() };
        assert_eq!(format!("{identity:?}"), "User(operator)");
        assert_eq!(OpcUaOptions::new("a", "opc.tcp://me:pw@plc/x").shown_endpoint(), "opc.tcp://plc/x");
    }
}
