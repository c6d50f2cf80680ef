//! InfluxDB 1: each batch one `POST /write` in line protocol, answered after its write-ahead log is synced
//! (`wal-fsync-delay = "0s"`). A line has no room for when a sample became known, so it writes less.

use crate::{
    SOURCES, Store,
    peer::{Server, find, free_address},
};
use std::{error::Error, fmt::Write as _, path::Path, process::Command};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    sync::Mutex,
};
use trine_base::{Instant, Sample, Value};

/// A server with a connection for each source. Fields are dropped in order: connections, server, folder.
pub struct Influx {
    connections: Vec<Mutex<Connection>>,
    _server: Server,
    _folder: TempDir,
}

impl Influx {
    pub async fn start(parent: &Path) -> Result<Self, Box<dyn Error>> {
        let influxd = find("influxd").ok_or("InfluxDB is not installed")?;
        let folder = tempfile::tempdir_in(parent)?;
        let (address, rpc) = (free_address()?, free_address()?);
        let path = folder.path().display();
        let configuration = format!(
            "reporting-disabled = true\nbind-address = \"{rpc}\"\n\
             [meta]\ndir = \"{path}/meta\"\n\
             [data]\ndir = \"{path}/data\"\nwal-dir = \"{path}/wal\"\nwal-fsync-delay = \"0s\"\n\
             cache-max-memory-size = 0\nquery-log-enabled = false\n\
             [http]\nbind-address = \"{address}\"\nlog-enabled = false\n\
             [monitor]\nstore-enabled = false\n[logging]\nlevel = \"error\"\n"
        );
        let file = folder.path().join("influxdb.conf");
        std::fs::write(&file, configuration)?;
        let mut command = Command::new(influxd);
        command
            .arg("-config")
            .arg(file)
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null());
        let server = Server::start(command, address)?;
        let mut first = Connection::open(&server).await?;
        first.post("/query?q=CREATE%20DATABASE%20trine", &[]).await?;
        let mut connections = vec![Mutex::new(first)];
        for _ in 1..SOURCES {
            connections.push(Mutex::new(Connection::open(&server).await?));
        }
        Ok(Self { connections, _server: server, _folder: folder })
    }
}

impl Store for Influx {
    fn name(&self) -> &'static str {
        "InfluxDB"
    }

    async fn put(&self, source: u32, _at: Instant, batch: Vec<Sample>) {
        let mut connection = self.connections[source as usize].lock().await;
        let body = lines(&batch);
        let written = connection.post("/write?db=trine&precision=ms", body.as_bytes()).await;
        written.expect("InfluxDB takes samples");
    }
}

fn lines(batch: &[Sample]) -> String {
    let mut out = String::with_capacity(batch.len() * 40);
    for Sample { signal, source, value, .. } in batch {
        let at = source.as_ns() / 1_000_000;
        let written = match value {
            Value::Number(x) => writeln!(out, "s,id={} n={x} {at}", signal.0),
            Value::Integer(i) => writeln!(out, "s,id={} i={i}i {at}", signal.0),
            Value::Boolean(b) => writeln!(out, "s,id={} b={b} {at}", signal.0),
            Value::Text(word) => writeln!(out, "s,id={} w=\"{word}\" {at}", signal.0),
            Value::Absent => Ok(()),
        };
        written.expect("a string takes everything");
    }
    out
}

struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    async fn open(server: &Server) -> Result<Self, Box<dyn Error>> {
        let stream = TcpStream::connect(server.address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    async fn post(&mut self, path: &str, body: &[u8]) -> Result<(), Box<dyn Error>> {
        let length = body.len();
        let mut request =
            format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n")
                .into_bytes();
        request.extend(body);
        self.stream.get_mut().write_all(&request).await?;
        let status = self.line().await?;
        let (mut length, mut is_chunked) = (0, false);
        loop {
            let header = self.line().await?.to_ascii_lowercase();
            match header.split_once(':') {
                None => break,
                Some(("content-length", value)) => length = value.trim().parse()?,
                Some(("transfer-encoding", value)) => is_chunked = value.trim() == "chunked",
                Some(_) => {}
            }
        }
        let mut said = vec![0; length];
        self.stream.read_exact(&mut said).await?;
        while is_chunked {
            let length = usize::from_str_radix(self.line().await?.trim(), 16)?;
            let mut chunk = vec![0; length + 2];
            self.stream.read_exact(&mut chunk).await?;
            said.extend(chunk);
            is_chunked = length > 0;
        }
        if status.contains(" 20") {
            Ok(())
        } else {
            Err(format!("{status}: {}", String::from_utf8_lossy(&said)).into())
        }
    }

    async fn line(&mut self) -> Result<String, Box<dyn Error>> {
        let mut line = String::new();
        if self.stream.read_line(&mut line).await? == 0 {
            return Err("InfluxDB hung up".into());
        }
        Ok(line.trim_end().to_owned())
    }
}
