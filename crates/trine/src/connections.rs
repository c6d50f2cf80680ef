//! The connections of a site: from a URL to a running connector, remembered in the data folder.

use anyhow::{Context as _, Result, anyhow, bail};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use trine_connector::{Backoff, Connector, Sink, SystemClock, supervise};
use trine_mtconnect::{MtConnectConnector, MtConnectOptions};
use trine_opcua::{Identity, OpcUaConnector, OpcUaOptions};
use trine_serve::{Connections, NewConnection, Problem};
use trine_site::Site;
use trine_sparkplug::{SparkplugConnector, SparkplugOptions};

/// Connections that are remembered; the file holds passwords, so only its owner may read it.
const FILE: &str = "connections.toml";
/// How often OPC UA servers send what has changed: often enough that a person sees a machine move as it moves.
const OPCUA_PUBLISHING: Duration = Duration::from_millis(50);

/// How to reach a source.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Address {
    /// The URL.
    pub url: String,
    /// User, where the source wants one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Password, where the source wants one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

#[derive(Default, Serialize, Deserialize)]
struct Book {
    #[serde(default)]
    connections: BTreeMap<String, Address>,
}

/// The running connections.
#[derive(Clone)]
pub struct Manager {
    site: Site,
    folder: PathBuf,
    stop: CancellationToken,
    book: Arc<Mutex<Book>>,
}

impl Manager {
    /// Reads the remembered connections; [`Manager::start_remembered`] starts them.
    pub fn open(site: Site, folder: &Path, stop: CancellationToken) -> Result<Self> {
        let path = folder.join(FILE);
        let book = match fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text).with_context(|| format!("in {}", path.display()))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Book::default(),
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
        };
        Ok(Self { site, folder: folder.to_owned(), stop, book: Arc::new(Mutex::new(book)) })
    }

    /// Starts what is remembered.
    pub fn start_remembered(&self) -> Result<()> {
        let remembered = self.lock().connections.clone();
        for (name, address) in remembered {
            self.start(&name, &address)?;
        }
        Ok(())
    }

    /// Starts a connection without remembering it.
    pub fn start(&self, name: &str, address: &Address) -> Result<()> {
        self.start_into(name, address, Arc::new(self.site.clone()), self.stop.clone()).map(drop)
    }

    /// Starts a connection that brings what it gets to this sink until it is told to stop.
    pub fn start_into(
        &self,
        name: &str,
        address: &Address,
        sink: Arc<dyn Sink>,
        stop: CancellationToken,
    ) -> Result<JoinHandle<()>> {
        let connector = connector(name, address, &self.folder)?;
        let name = name.to_owned();
        Ok(tokio::spawn(async move {
            let ended = supervise(connector, sink, Arc::new(SystemClock), Backoff::default(), stop).await;
            if let Err(error) = ended {
                tracing::error!("the connection {name} could not start: {error}");
            }
        }))
    }

    /// Starts a connection and remembers it; one that is remembered already only gives its name.
    pub fn add_remembered(&self, name: Option<String>, address: Address) -> Result<String> {
        let mut book = self.lock();
        if let Some((name, _)) = book.connections.iter().find(|(_, known)| known.url == address.url) {
            return Ok(name.clone());
        }
        let name =
            name.map_or_else(|| Ok(free_name(&address.url, &book)), |name| checked_name(name, &book))?;
        self.start(&name, &address)?;
        book.connections.insert(name.clone(), address);
        write(&self.folder.join(FILE), &book)?;
        Ok(name)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connections for Manager {
    fn add(&self, new: NewConnection) -> BoxFuture<'_, Result<String, Problem>> {
        let address = Address { url: new.url, user: new.user, password: new.password };
        let added = self.add_remembered(new.name, address);
        std::future::ready(added.map_err(|error| Problem::invalid(format!("{error:#}")))).boxed()
    }
}

fn connector(name: &str, address: &Address, folder: &Path) -> Result<Box<dyn Connector>> {
    let url = address.url.as_str();
    match url.split_once("://").map_or("", |(scheme, _)| scheme) {
        "opc.tcp" => Ok(Box::new(OpcUaConnector::new(opcua_options(name, address, folder)?))),
        "mqtt" | "mqtts" => {
            Ok(Box::new(SparkplugConnector::new(SparkplugOptions::new(name, &with_login(address)))?))
        }
        "http" | "https" => Ok(Box::new(MtConnectConnector::new(MtConnectOptions::new(name, url))?)),
        _ => Err(anyhow!(
            "`{url}` is not an address of a kind that is known; write opc.tcp://HOST:PORT, mqtt://HOST:PORT, \
             mqtts://HOST:PORT, or http://HOST:PORT of an MTConnect agent"
        )),
    }
}

fn opcua_options(name: &str, address: &Address, folder: &Path) -> Result<OpcUaOptions> {
    let mut options =
        OpcUaOptions { pki_dir: folder.join("pki").join(name), ..OpcUaOptions::new(name, &address.url) };
    options.publishing_interval = OPCUA_PUBLISHING;
    if let Some(user) = address.user.clone() {
        options.identity = Identity::User { user, password: address.password.clone().unwrap_or_default() };
    }
    options.check()?;
    Ok(options)
}

/// The address with user and password in it, as the MQTT connector reads them.
fn with_login(address: &Address) -> String {
    let Address { url, user: Some(user), password } = address else { return address.url.clone() };
    let Some((scheme, rest)) = url.split_once("://") else { return url.clone() };
    let password = password.as_deref().unwrap_or_default();
    format!("{scheme}://{}:{}@{rest}", percent_encoded(user), percent_encoded(password))
}

fn percent_encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// Host and port, with a number behind when that name is taken.
fn free_name(url: &str, book: &Book) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let host: String = host.chars().take_while(|c| !matches!(c, '/' | '?' | '#')).collect();
    let base: String = host.chars().map(|c| if c.is_alphanumeric() || c == '.' { c } else { '-' }).collect();
    let candidates = std::iter::once(base.clone()).chain((2..).map(|n| format!("{base}-{n}")));
    candidates.into_iter().find(|name| !book.connections.contains_key(name)).unwrap_or(base)
}

fn checked_name(name: String, book: &Book) -> Result<String> {
    if name.is_empty() || name.len() > 64 || name.contains(['/', '#']) {
        bail!("a connection's name has 1 to 64 characters without / and #");
    }
    if book.connections.contains_key(&name) {
        bail!("there is a connection `{name}` already; choose another name");
    }
    Ok(name)
}

fn write(path: &Path, book: &Book) -> Result<()> {
    let fresh = path.with_extension("new");
    let text = toml::to_string(book)?;
    let result = (|| {
        fs::write(&fresh, text)?;
        #[cfg(unix)]
        fs::set_permissions(&fresh, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        fs::rename(&fresh, path)
    })();
    result.with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_from_the_address_and_never_twice() {
        let mut book = Book::default();
        for expected in ["plant-4840", "plant-4840-2"] {
            let name = free_name("opc.tcp://user:secret@plant:4840/path", &book);
            assert_eq!(name, expected);
            let address = Address { url: String::new(), user: None, password: None };
            book.connections.insert(name, address);
        }
    }
}
