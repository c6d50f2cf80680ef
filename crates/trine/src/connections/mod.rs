//! The connections of a site: from a URL to a running connector, remembered in the data folder.

mod address;

pub use address::{Address, Security};

use anyhow::{Context as _, Result, bail};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use trine_connector::{Backoff, Sink, SystemClock, supervise};
use trine_serve::{Connections, NewConnection, Problem};
use trine_site::Site;

/// Connections that are remembered; the file holds passwords, so only its owner may read it.
const FILE: &str = "connections.toml";

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
        let connector = address.connector(name, &self.folder)?;
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
        let address = Address { user: new.user, password: new.password, ..Address::new(new.url) };
        let added = self.add_remembered(new.name, address);
        std::future::ready(added.map_err(|error| Problem::invalid(format!("{error:#}")))).boxed()
    }
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
            book.connections.insert(name, Address::new(String::new()));
        }
    }
}
