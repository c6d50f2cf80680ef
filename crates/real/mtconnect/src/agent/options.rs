//! Where the agent is, and how it is asked.

use std::path::PathBuf;
use std::time::Duration;

/// What a connection to an agent needs.
#[derive(Clone, Debug)]
pub struct MtConnectOptions {
    /// Name of the connection, unique within the site.
    pub name: String,
    /// `http://host[:port][/device]` or `https://…`; with a device, only that one.
    pub url: String,
    /// How often the agent is to send what is new.
    pub interval: Duration,
    /// How often it is to say that it lives when nothing is new.
    pub heartbeat: Duration,
    /// Observations in one document at most.
    pub count: u32,
    /// How long an answer may take.
    pub answer: Duration,
    /// PEM file of the authority that signed the agent's certificate; those of the operating system when `None`.
    pub ca: Option<PathBuf>,
}

/// Why options cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OptionsError {
    /// Neither `http://` nor `https://`, or without a host.
    #[error("`{0}` is no address of an agent; write it like http://host:5000")]
    Address(String),
    /// The file of the authority cannot be read, or holds no certificate.
    #[error("cannot use the certificate authority {path}")]
    Authority {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl MtConnectOptions {
    /// A connection with the usual settings.
    #[must_use]
    pub fn new(name: &str, url: &str) -> Self {
        Self {
            name: name.to_owned(),
            url: url.to_owned(),
            interval: Duration::from_millis(100),
            heartbeat: Duration::from_secs(2),
            count: 10_000,
            answer: Duration::from_secs(10),
            ca: None,
        }
    }
}

/// An agent's address, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub tls: bool,
    pub host: String,
    pub port: u16,
    /// `/` or `/device/`.
    pub path: String,
}

impl Address {
    pub(crate) fn parse(url: &str) -> Result<Self, OptionsError> {
        let refuse = || OptionsError::Address(url.chars().take(80).collect());
        let (scheme, rest) = url.split_once("://").ok_or_else(refuse)?;
        let tls = match scheme {
            "http" => false,
            "https" => true,
            _ => return Err(refuse()),
        };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (host, port) = host_and_port(authority, if tls { 443 } else { 80 }).ok_or_else(refuse)?;
        let path = path.trim_matches('/');
        let path = if path.is_empty() { "/".to_owned() } else { format!("/{path}/") };
        let plain = path.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '?' | '#'));
        if plain { Ok(Self { tls, host, port, path }) } else { Err(refuse()) }
    }

    /// `host:port`, for the `Host` header and for connecting.
    pub(crate) fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// Whether only a part of the agent's observations is asked for, so that sequence numbers have holes.
    pub(crate) fn is_partial(&self) -> bool {
        self.path != "/"
    }
}

fn host_and_port(authority: &str, usual: u16) -> Option<(String, u16)> {
    if authority.contains('@') {
        return None;
    }
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']')?;
            (host, port.strip_prefix(':'))
        }
        None => authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
    };
    let port = port.map_or(Some(usual), |port| port.parse().ok())?;
    (!host.is_empty() && host.is_ascii()).then(|| (host.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        let address = Address::parse("http://agent:5000/Mazak01").unwrap();
        assert_eq!((address.authority().as_str(), address.path.as_str()), ("agent:5000", "/Mazak01/"));
        assert!(address.is_partial());
        assert_eq!(Address::parse("https://[::1]").unwrap().authority(), "[::1]:443");
        for wrong in ["", "agent:5000", "ftp://agent", "http://", "http://a:b", "http://u@h", "http://h/a b"]
        {
            assert!(Address::parse(wrong).is_err(), "{wrong}");
        }
    }
}
