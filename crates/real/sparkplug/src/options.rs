//! Where the broker is, and how this host application presents itself.

use crate::node::Patience;
use crate::topic;
use std::path::PathBuf;
use std::time::Duration;

/// What a connection to a broker needs.
#[derive(Clone, Debug)]
pub struct SparkplugOptions {
    /// Name of the connection, unique within the site.
    pub name: String,
    /// `mqtt://[user:password@]host[:port]`, or `mqtts://…` for TLS.
    pub broker: String,
    /// Only this group of edge nodes; all when `None`.
    pub group: Option<String>,
    /// How edge nodes know this host application; two on one broker need two ids.
    pub host_id: String,
    /// PEM file of the authority that signed the broker's certificate; those of the operating system when `None`.
    pub ca: Option<PathBuf>,
    /// How patient it is with edge nodes.
    pub patience: Patience,
    /// MQTT keep alive.
    pub keep_alive: Duration,
}

/// Why options cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OptionsError {
    /// Neither `mqtt://` nor `mqtts://`, or without a host.
    #[error("`{0}` is no broker address; write it like mqtt://host:1883 or mqtts://user:password@host:8883")]
    Address(String),
    /// A name that would mean something else in a topic.
    #[error("`{0}` cannot be a host id or a group: it is empty or contains `+`, `/` or `#`")]
    Id(String),
    /// The file of the authority cannot be read.
    #[error("cannot read the certificate authority {path}")]
    Authority {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file holds no certificate.
    #[error("{0} holds no PEM certificate")]
    NoCertificate(PathBuf),
}

impl SparkplugOptions {
    /// A connection with the usual settings.
    #[must_use]
    pub fn new(name: &str, broker: &str) -> Self {
        Self {
            name: name.to_owned(),
            broker: broker.to_owned(),
            group: None,
            host_id: "trine".to_owned(),
            ca: None,
            patience: Patience::default(),
            keep_alive: Duration::from_secs(20),
        }
    }
}

/// A broker's address, taken apart.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Broker {
    pub host: String,
    pub port: u16,
    pub tls: bool,
    pub login: Option<(String, String)>,
}

impl Broker {
    pub(crate) fn parse(url: &str) -> Result<Self, OptionsError> {
        let (scheme, rest) = url.split_once("://").unwrap_or_default();
        let tls = match scheme {
            "mqtt" | "tcp" => false,
            "mqtts" | "ssl" => true,
            _ => return Err(refused(url)),
        };
        let (login, address) =
            rest.rsplit_once('@').map_or((None, rest), |(login, address)| (Some(login), address));
        let address = address.split('/').next().unwrap_or_default();
        let (host, port) =
            host_and_port(address, if tls { 8883 } else { 1883 }).ok_or_else(|| refused(url))?;
        let login = login.map(|login| {
            let (user, password) = login.split_once(':').unwrap_or((login, ""));
            (decoded(user), decoded(password))
        });
        Ok(Self { host, port, tls, login })
    }

    /// The address without user and password.
    pub(crate) fn shown(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        format!("{}://{host}:{}", if self.tls { "mqtts" } else { "mqtt" }, self.port)
    }
}

pub(crate) fn check_ids(options: &SparkplugOptions) -> Result<(), OptionsError> {
    let wrong =
        [Some(&options.host_id), options.group.as_ref()].into_iter().flatten().find(|id| !topic::is_id(id));
    wrong.map_or(Ok(()), |id| Err(OptionsError::Id(id.clone())))
}

/// The password stays out of the message.
fn refused(url: &str) -> OptionsError {
    OptionsError::Address(url.rsplit_once('@').map_or(url, |(_, address)| address).chars().take(80).collect())
}

fn host_and_port(address: &str, usual: u16) -> Option<(String, u16)> {
    if let Some(rest) = address.strip_prefix('[') {
        let (host, port) = rest.split_once(']')?;
        let port = port.strip_prefix(':').map_or(Some(usual), |port| port.parse().ok())?;
        return Some((host.to_owned(), port));
    }
    let (host, port) = match address.split_once(':') {
        Some((host, port)) => (host, port.parse().ok()?),
        None => (address, usual),
    };
    (!host.is_empty()).then(|| (host.to_owned(), port))
}

/// Percent signs stand for what a URL cannot hold.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match hex.filter(|_| *first == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        let broker = Broker::parse("mqtts://us%40er:p:w%2F@broker.example:1234/x").ok().unwrap();
        assert_eq!((broker.host.as_str(), broker.port, broker.tls), ("broker.example", 1234, true));
        assert_eq!(broker.login, Some(("us@er".into(), "p:w/".into())));
        assert_eq!(broker.shown(), "mqtts://broker.example:1234");
        assert_eq!(Broker::parse("mqtt://h").ok().unwrap().port, 1883);
        assert_eq!(Broker::parse("mqtt://[::1]:99").ok().unwrap().shown(), "mqtt://[::1]:99");
        for wrong in ["", "h:1883", "http://h", "mqtt://", "mqtt://h:x", "mqtt://u:secret@"] {
            let Err(error) = Broker::parse(wrong) else { panic!("{wrong}") };
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}
