//! Servers of other people, started for the bench with a data folder of their own and stopped after it.

use std::{
    error::Error,
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command},
    time::{Duration, Instant},
};

/// How long a server may take until it listens.
const START: Duration = Duration::from_secs(60);

/// A running server. Dropping it kills it.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    /// Starts a server that is told to listen at an address, and waits until it does.
    pub fn start(mut command: Command, address: SocketAddr) -> Result<Self, Box<dyn Error>> {
        let child = command.spawn().map_err(|error| format!("cannot start {command:?}: {error}"))?;
        let mut server = Self { child, address };
        let began = Instant::now();
        while TcpStream::connect(address).is_err() {
            if let Some(status) = server.child.try_wait()? {
                return Err(format!("{:?} ended: {status}", command.get_program()).into());
            }
            if began.elapsed() > START {
                return Err(format!("{:?} does not listen at {address}", command.get_program()).into());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address of this machine at which nobody listens.
pub fn free_address() -> std::io::Result<SocketAddr> {
    TcpListener::bind("127.0.0.1:0")?.local_addr()
}

/// A program by its name, also where Debian keeps servers out of the way.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|entries| entries.flatten().map(|entry| entry.path().join("bin")).collect())
        .unwrap_or_default();
    versions.sort();
    versions.reverse();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into()]).chain(versions);
    folders.map(|folder| folder.join(program)).find(|path| path.is_file())
}
