//! How a source is reached: from what a person says of it to a connector.

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::Duration;
use trine_connector::Connector;
use trine_mtconnect::{MtConnectConnector, MtConnectOptions};
use trine_opcua::{Identity, OpcUaConnector, OpcUaOptions};
use trine_sparkplug::{SparkplugConnector, SparkplugOptions};

/// How often OPC UA servers send what has changed: often enough that a person sees a machine move as it moves.
const OPCUA_PUBLISHING: Duration = Duration::from_millis(50);

/// How to reach a source.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub struct Address {
    /// The URL.
    pub url: String,
    /// User, where the source wants one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Password, where the source wants one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// PEM file of the authority that signed the certificate of a broker or an agent; those that the operating system
    /// knows when `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca: Option<PathBuf>,
    /// File of the certificate (DER or PEM) that says who we are to an OPC UA server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_certificate: Option<PathBuf>,
    /// File of its private key (PEM).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_key: Option<PathBuf>,
    /// How the channel to an OPC UA server is secured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security: Option<Security>,
    /// The one group of Sparkplug edge nodes that is heard; all when `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// How Sparkplug edge nodes know this host application.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_id: Option<String>,
}

/// How the channel to an OPC UA server is secured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Security {
    /// The strongest that the server offers.
    Auto,
    /// None: whoever listens can read along.
    None,
    /// Basic256Sha256, signed and encrypted, or no connection.
    SignAndEncrypt,
}

/// What speaks at the other end.
enum Technology {
    OpcUa,
    Sparkplug,
    MtConnect,
}

impl Address {
    /// A source that wants nothing but its URL.
    #[must_use]
    pub fn new(url: String) -> Self {
        Self { url, ..Self::default() }
    }

    /// A connector that has not connected yet.
    ///
    /// # Errors
    /// When no source can have this URL, or something is said that its kind has no use for.
    pub fn connector(&self, name: &str, folder: &Path) -> Result<Box<dyn Connector>> {
        let technology = self.technology()?;
        self.refuse_what_is_of_no_use(&technology)?;
        Ok(match technology {
            Technology::OpcUa => Box::new(OpcUaConnector::new(self.opcua(name, folder)?)),
            Technology::Sparkplug => Box::new(SparkplugConnector::new(self.sparkplug(name))?),
            Technology::MtConnect => {
                let options = MtConnectOptions::new(name, &self.url);
                Box::new(MtConnectConnector::new(MtConnectOptions { ca: self.ca.clone(), ..options })?)
            }
        })
    }

    fn technology(&self) -> Result<Technology> {
        match self.scheme() {
            "opc.tcp" => Ok(Technology::OpcUa),
            "mqtt" | "mqtts" => Ok(Technology::Sparkplug),
            "http" | "https" => Ok(Technology::MtConnect),
            _ => bail!(
                "`{}` is not an address of a kind that is known; write opc.tcp://HOST:PORT, mqtt://HOST:PORT, \
                 mqtts://HOST:PORT, or http://HOST:PORT of an MTConnect agent",
                self.url
            ),
        }
    }

    fn scheme(&self) -> &str {
        self.url.split_once("://").map_or("", |(scheme, _)| scheme)
    }

    /// Nobody is to believe that a source is asked for a certificate when it is not.
    fn refuse_what_is_of_no_use(&self, technology: &Technology) -> Result<()> {
        let is_opcua = matches!(technology, Technology::OpcUa);
        let is_sparkplug = matches!(technology, Technology::Sparkplug);
        let is_tls = matches!(self.scheme(), "mqtts" | "https");
        let said = [
            ("a certificate authority", self.ca.is_some(), is_tls, "mqtts:// and https://"),
            ("a user's certificate", self.user_certificate.is_some(), is_opcua, "opc.tcp://"),
            ("a user's key", self.user_key.is_some(), is_opcua, "opc.tcp://"),
            ("a security mode", self.security.is_some(), is_opcua, "opc.tcp://"),
            ("a group", self.group.is_some(), is_sparkplug, "mqtt:// and mqtts://"),
            ("a host id", self.host_id.is_some(), is_sparkplug, "mqtt:// and mqtts://"),
            ("a user", self.user.is_some(), is_opcua || is_sparkplug, "opc.tcp://, mqtt:// and mqtts://"),
        ];
        if let Some((what, .., of)) = said.iter().find(|(_, is_said, is_of_use, _)| *is_said && !is_of_use) {
            bail!("{what} is of use only for {of}; leave it out for {}://", self.scheme());
        }
        if self.user_certificate.is_some() != self.user_key.is_some() {
            bail!("a user's certificate and its key go together; name both files or neither");
        }
        if self.user.is_some() && self.user_certificate.is_some() {
            bail!("a user is known by a password or by a certificate; leave one of them out");
        }
        Ok(())
    }

    fn opcua(&self, name: &str, folder: &Path) -> Result<OpcUaOptions> {
        let mut options =
            OpcUaOptions { pki_dir: folder.join("pki").join(name), ..OpcUaOptions::new(name, &self.url) };
        options.publishing_interval = OPCUA_PUBLISHING;
        options.security = match self.security {
            None | Some(Security::Auto) => trine_opcua::Security::Auto,
            Some(Security::None) => trine_opcua::Security::None,
            Some(Security::SignAndEncrypt) => trine_opcua::Security::SignAndEncrypt,
        };
        if let Some(user) = self.user.clone() {
            options.identity = Identity::User { user, password: self.password.clone().unwrap_or_default() };
        }
        if let (Some(certificate), Some(private_key)) = (self.user_certificate.clone(), self.user_key.clone())
        {
            options.identity = Identity::Certificate { certificate, private_key };
        }
        options.check()?;
        Ok(options)
    }

    fn sparkplug(&self, name: &str) -> SparkplugOptions {
        let mut options = SparkplugOptions::new(name, &self.with_login());
        options.ca.clone_from(&self.ca);
        options.group.clone_from(&self.group);
        options.host_id = self.host_id.clone().unwrap_or(options.host_id);
        options
    }

    /// The URL with user and password in it, as the MQTT connector reads them.
    fn with_login(&self) -> String {
        let Self { url, user: Some(user), password, .. } = self else { return self.url.clone() };
        let Some((scheme, rest)) = url.split_once("://") else { return url.clone() };
        let password = password.as_deref().unwrap_or_default();
        format!("{scheme}://{}:{}@{rest}", percent_encoded(user), percent_encoded(password))
    }
}

fn percent_encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(address: &Address) -> String {
        let made = address.connector("a", Path::new("nowhere"));
        made.err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn what_a_source_has_no_use_for_is_refused_in_words() {
        let file = || Some(PathBuf::from("file.pem"));
        let at = |url: &str| Address::new(url.to_owned());
        let wrong = [
            (Address { ca: file(), ..at("mqtt://h") }, "certificate authority"),
            (Address { ca: file(), ..at("opc.tcp://h") }, "certificate authority"),
            (Address { user_certificate: file(), user_key: file(), ..at("mqtts://h") }, "user's certificate"),
            (Address { user_certificate: file(), ..at("opc.tcp://h") }, "go together"),
            (Address { security: Some(Security::None), ..at("http://h") }, "security mode"),
            (Address { group: Some("g".into()), ..at("opc.tcp://h") }, "group"),
            (Address { user: Some("u".into()), ..at("http://h") }, "a user"),
            (
                Address {
                    user: Some("u".into()),
                    user_certificate: file(),
                    user_key: file(),
                    ..at("opc.tcp://h")
                },
                "by a password or by a certificate",
            ),
            (at("gopher://h"), "opc.tcp://HOST:PORT"),
        ];
        for (address, word) in wrong {
            let said = refusal(&address);
            assert!(said.contains(word), "{said:?} does not say {word:?}");
        }
        assert_eq!(refusal(&Address { security: Some(Security::SignAndEncrypt), ..at("opc.tcp://h") }), "");
    }

    #[test]
    fn a_login_survives_in_the_address() {
        let address = Address {
            user: Some("us@er".into()),
            password: Some("p:w/".into()),
            ..Address::new("mqtts://h:1".into())
        };
        assert_eq!(address.with_login(), "mqtts://us%40er:p%3Aw%2F@h:1");
    }

    #[test]
    fn what_was_kept_by_an_older_version_is_read() {
        let kept: Address = toml::from_str("url = \"opc.tcp://h\"\nuser = \"u\"").unwrap();
        assert_eq!(kept, Address { user: Some("u".into()), ..Address::new("opc.tcp://h".into()) });
    }
}
