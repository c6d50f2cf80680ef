//! PostgreSQL: each batch one `COPY` in binary form, which is the fastest way in that it has. Once into a table without
//! an index, which no question can use, and once with the index that "what held at an instant" needs.
//!
//! Spec: PostgreSQL 15, 55 Frontend/Backend Protocol (messages), COPY (binary format). A commit is answered after the
//! write-ahead log is synced (`fsync` and `synchronous_commit` are on); commits that come together share a sync.

use crate::{
    SOURCES, Store,
    peer::{Server, find, free_address},
};
use std::{
    error::Error,
    os::unix::{fs::chown, process::CommandExt},
    path::Path,
    process::Command,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::Mutex,
};
use trine_base::{Instant, Sample, Value};

const TABLE: &str = "CREATE TABLE samples (signal int4 NOT NULL, source timestamptz NOT NULL,
    recorded timestamptz NOT NULL, quality int4 NOT NULL, number float8, whole int8, state bool, word text)";
const INDEX: &str = "CREATE INDEX ON samples (signal, source)";
/// Its instants count microseconds from the year 2000.
const EPOCH_US: i64 = 946_684_800_000_000;

/// A server with a connection for each source. Fields are dropped in order: connections, server, folder.
pub struct Postgres {
    connections: Vec<Mutex<Connection>>,
    has_index: bool,
    _server: Server,
    _folder: TempDir,
}

impl Postgres {
    pub async fn start(parent: &Path, has_index: bool) -> Result<Self, Box<dyn Error>> {
        let [initdb, postgres] = ["initdb", "postgres"].map(find);
        let (Some(initdb), Some(postgres)) = (initdb, postgres) else {
            return Err("PostgreSQL is not installed".into());
        };
        let owner = Owner::find()?;
        let folder = owner.folder(parent)?;
        let data = folder.path().join("data");
        let mut init = Command::new(initdb);
        init.args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-D"]).arg(&data);
        let made = owner.own(&mut init).output()?;
        if !made.status.success() {
            return Err(format!("initdb: {}", String::from_utf8_lossy(&made.stderr)).into());
        }
        let address = free_address()?;
        let mut command = Command::new(postgres);
        command.arg("-D").arg(&data).args(["-h", "127.0.0.1", "-p", &address.port().to_string()]);
        command.arg("-k").arg(folder.path());
        for setting in
            ["shared_buffers=1GB", "max_wal_size=8GB", "wal_compression=on", "log_min_messages=fatal"]
        {
            command.args(["-c", setting]);
        }
        let server = Server::start(owner.own(command.stderr(std::process::Stdio::null())), address)?;
        let mut first = Connection::open_when_ready(&server).await?;
        first.query(TABLE).await?;
        if has_index {
            first.query(INDEX).await?;
        }
        let mut connections = vec![Mutex::new(first)];
        for _ in 1..SOURCES {
            connections.push(Mutex::new(Connection::open(&server).await?));
        }
        Ok(Self { connections, has_index, _server: server, _folder: folder })
    }
}

impl Store for Postgres {
    fn name(&self) -> &'static str {
        if self.has_index { "PostgreSQL COPY, indexed" } else { "PostgreSQL COPY, no index" }
    }

    async fn put(&self, source: u32, at: Instant, batch: Vec<Sample>) {
        let mut connection = self.connections[source as usize].lock().await;
        connection.copy(at, &batch).await.expect("PostgreSQL takes samples");
    }
}

/// Who the server runs as: it refuses to be root.
struct Owner(Option<(u32, u32)>);

impl Owner {
    fn find() -> Result<Self, Box<dyn Error>> {
        let id = |arguments: &[&str]| -> Result<u32, Box<dyn Error>> {
            let said = Command::new("id").args(arguments).output()?.stdout;
            Ok(String::from_utf8(said)?.trim().parse()?)
        };
        let is_root = id(&["-u"])? == 0;
        Ok(Self(if is_root { Some((id(&["-u", "postgres"])?, id(&["-g", "postgres"])?)) } else { None }))
    }

    fn own(&self, command: &mut Command) -> Command {
        let mut owned = Command::new(command.get_program());
        owned.args(command.get_args()).stderr(std::process::Stdio::piped()).current_dir("/");
        if let Some((uid, gid)) = self.0 {
            owned.uid(uid).gid(gid);
        }
        owned
    }

    /// A folder of theirs, on the disk that is measured unless they may not get there.
    fn folder(&self, parent: &Path) -> Result<TempDir, Box<dyn Error>> {
        for parent in [parent, Path::new("/var/tmp")] {
            let folder = tempfile::tempdir_in(parent)?;
            let Some((uid, gid)) = self.0 else { return Ok(folder) };
            chown(folder.path(), Some(uid), Some(gid))?;
            let mut test = Command::new("test");
            if self.own(test.arg("-w").arg(folder.path())).status()?.success() {
                return Ok(folder);
            }
        }
        Err("there is no folder that PostgreSQL may use".into())
    }
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// It listens before it is ready, and says so.
    async fn open_when_ready(server: &Server) -> Result<Self, Box<dyn Error>> {
        for _ in 0..200 {
            match Self::open(server).await {
                Ok(connection) => return Ok(connection),
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
            }
        }
        Self::open(server).await
    }

    async fn open(server: &Server) -> Result<Self, Box<dyn Error>> {
        let mut stream = TcpStream::connect(server.address).await?;
        stream.set_nodelay(true)?;
        let parameters = b"user\0postgres\0database\0postgres\0\0";
        let mut hello = ((8 + parameters.len()) as u32).to_be_bytes().to_vec();
        hello.extend(196_608u32.to_be_bytes());
        hello.extend(parameters);
        stream.write_all(&hello).await?;
        let mut connection = Self { stream, buffer: Vec::new() };
        connection.until_ready().await?;
        Ok(connection)
    }

    async fn query(&mut self, text: &str) -> Result<(), Box<dyn Error>> {
        self.buffer.clear();
        message(&mut self.buffer, b'Q', |out| out.extend([text.as_bytes(), &[0]].concat()));
        self.stream.write_all(&self.buffer).await?;
        self.until_ready().await
    }

    /// The command, its rows and their end in one write: nothing waits for a round trip.
    async fn copy(&mut self, at: Instant, batch: &[Sample]) -> Result<(), Box<dyn Error>> {
        self.buffer.clear();
        message(&mut self.buffer, b'Q', |out| out.extend(b"COPY samples FROM STDIN (FORMAT binary)\0"));
        message(&mut self.buffer, b'd', |out| rows(out, at, batch));
        message(&mut self.buffer, b'c', |_| {});
        self.stream.write_all(&self.buffer).await?;
        self.until_ready().await
    }

    async fn until_ready(&mut self) -> Result<(), Box<dyn Error>> {
        let mut failure = None;
        loop {
            let kind = self.stream.read_u8().await?;
            let length = self.stream.read_u32().await?.saturating_sub(4);
            let mut body = vec![0; length as usize];
            self.stream.read_exact(&mut body).await?;
            match kind {
                b'E' => failure = Some(String::from_utf8_lossy(&body).replace('\0', " ")),
                b'Z' => return failure.map_or(Ok(()), |failure| Err(failure.into())),
                _ => {}
            }
        }
    }
}

fn message(out: &mut Vec<u8>, kind: u8, fill: impl FnOnce(&mut Vec<u8>)) {
    out.push(kind);
    let start = out.len();
    out.extend([0; 4]);
    fill(out);
    let length = (out.len() - start) as u32;
    out[start..start + 4].copy_from_slice(&length.to_be_bytes());
}

fn rows(out: &mut Vec<u8>, recorded: Instant, batch: &[Sample]) {
    out.extend(b"PGCOPY\n\xFF\r\n\0\0\0\0\0\0\0\0\0");
    let instant = |at: Instant| (at.as_ns() / 1000 - EPOCH_US).to_be_bytes();
    for sample in batch {
        out.extend(8u16.to_be_bytes());
        field(out, Some(&sample.signal.0.to_be_bytes()));
        field(out, Some(&instant(sample.source)));
        field(out, Some(&instant(recorded)));
        field(out, Some(&sample.quality.0.to_be_bytes()));
        let (mut number, mut whole, mut state) = (None, None, None);
        match &sample.value {
            Value::Number(x) => number = Some(x.to_be_bytes()),
            Value::Integer(i) => whole = Some(i.to_be_bytes()),
            Value::Boolean(b) => state = Some([u8::from(*b)]),
            Value::Text(_) | Value::Absent => {}
        }
        field(out, number.as_ref().map(|bytes| &bytes[..]));
        field(out, whole.as_ref().map(|bytes| &bytes[..]));
        field(out, state.as_ref().map(|bytes| &bytes[..]));
        field(out, sample.value.as_text().map(str::as_bytes));
    }
    out.extend((-1i16).to_be_bytes());
}

fn field(out: &mut Vec<u8>, bytes: Option<&[u8]>) {
    match bytes {
        Some(bytes) => {
            out.extend((bytes.len() as u32).to_be_bytes());
            out.extend(bytes);
        }
        None => out.extend((-1i32).to_be_bytes()),
    }
}
