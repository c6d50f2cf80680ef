//! The whole structure of a plant of 100,000 signals: how long `/api/v1/world` takes and how large it is, written for
//! the first time, from the cache, and compressed. One JSON line a figure, beside the target of a second.
//!
//! `bench_world [FOLDER] [SIGNALS]`

use std::error::Error;
use std::sync::Arc;
use std::time::Instant;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use trine_connector::{Announcement, Sink, SystemClock};
use trine_future::{FutureOptions, Futures};
use trine_serve::{NoConnections, ServeOptions, Server};
use trine_site::{Site, SiteOptions};
use trine_world::{Level, Origin, Role, SignalDescription, ThingDescription, ValueKind};

const SIGNALS_OF_A_MACHINE: usize = 50;

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir_in(std::env::args().nth(1).unwrap_or_else(|| ".".into()))?;
    let signals = std::env::args().nth(2).map_or(Ok(100_000), |text| text.parse())?;
    let site = Site::open(SiteOptions::in_folder(folder.path()), Arc::new(SystemClock))?;
    let start = Instant::now();
    site.announce(Origin::new("bench"), plant(signals)).await?;
    line("world announced", start.elapsed().as_secs_f64() * 1e3, "ms", 1000.0);
    let futures = Futures::open(site.clone(), folder.path(), FutureOptions::on_request())?;
    let options = ServeOptions {
        listen: "127.0.0.1:0".parse()?,
        connections: Arc::new(NoConnections),
        futures,
        standards: axum::Router::new(),
    };
    let server = Server::bind(site, options).await?;
    let address = server.url()?.trim_start_matches("http://").to_owned();
    let stop = CancellationToken::new();
    let running = tokio::spawn(server.run(stop.clone()));
    for (name, accept) in
        [("world first", ""), ("world again", ""), ("world gzip", "Accept-Encoding: gzip\r\n")]
    {
        let start = Instant::now();
        let bytes = get(&address, accept).await?;
        line(name, start.elapsed().as_secs_f64() * 1e3, "ms", 1000.0);
        line(&format!("{name}, size"), bytes as f64 / 1e6, "MB", signals as f64 * 400.0 / 1e6);
    }
    stop.cancel();
    running.await??;
    Ok(())
}

fn plant(signals: usize) -> Announcement {
    let machine = |n: usize| format!("urn:example:machine:{n}");
    let things = (0..signals / SIGNALS_OF_A_MACHINE).map(|n| {
        ThingDescription::new(&machine(n), &format!("Machine {n}"), "milling-machine", Level::WorkUnit)
            .with_plate("ManufacturerName", "Example")
            .with_plate("SerialNumber", &format!("SN-{n:06}"))
    });
    let signal = |n: usize| {
        let key = format!(
            "line/ns=2;s=Machine{}.Axis{}.Position",
            n / SIGNALS_OF_A_MACHINE,
            n % SIGNALS_OF_A_MACHINE
        );
        let name = format!("Position {}", n % SIGNALS_OF_A_MACHINE);
        SignalDescription::new(&machine(n / SIGNALS_OF_A_MACHINE), &key, &name, ValueKind::Number)
            .in_unit("MILLIMETER")
            .as_role(Role::AxisX)
    };
    Announcement {
        things: things.collect(),
        signals: (0..signals).map(signal).collect(),
        ..Announcement::default()
    }
}

async fn get(address: &str, more: &str) -> std::io::Result<usize> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /api/v1/world HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{more}\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut body = Vec::new();
    stream.read_to_end(&mut body).await
}

fn line(name: &str, value: f64, unit: &str, beside_value: f64) {
    let beside = if unit == "ms" { "target" } else { "400 bytes a signal" };
    let line = serde_json::json!({
        "name": name, "value": value, "unit": unit, "beside": beside, "beside_value": beside_value,
    });
    println!("{line}");
}
