//! Presence: 200 people who walk through one hall and tell of it 15 times a second, over loopback, beside Colyseus on
//! the same walk. One JSON line a figure.
//!
//! The people run in a process of their own (this program again), so that the server's CPU is the server's alone; so
//! do the people of the peer. `TRINE_COLYSEUS` names a folder with the peer's packages; without it the peer is left out.
//!
//! `bench_presence [SECONDS] [PEOPLE]`

mod colyseus;
mod people;

use people::Report;
use std::error::Error;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use trine_connector::SystemClock;
use trine_future::{FutureOptions, Futures};
use trine_serve::{NoConnections, ServeOptions, Server};
use trine_site::{Site, SiteOptions};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// What a run is like.
#[derive(Clone, Copy)]
struct Plan {
    people: usize,
    length: Duration,
}

/// What it measured.
struct Measured {
    report: Report,
    server_cpu_s: f64,
}

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.get(1).is_some_and(|first| first == "people") {
        return people::run(&arguments[2..]);
    }
    let seconds = arguments.get(1).map_or(Ok(20), |text| text.parse())?;
    let people = arguments.get(2).map_or(Ok(200), |text| text.parse())?;
    let plan = Plan { people, length: Duration::from_secs(seconds) };
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let own = runtime.block_on(serve(folder.path(), plan))?;
    let peer = match colyseus::measure(plan) {
        Ok(peer) => peer,
        Err(error) => {
            eprintln!("without Colyseus: {error}");
            None
        }
    };
    print(plan, &own, peer.as_ref());
    Ok(())
}

fn print(plan: Plan, own: &Measured, peer: Option<&Measured>) {
    let each = plan.people as f64 * plan.length.as_secs_f64();
    let figure = |name: &str, unit: &str, of: &dyn Fn(&Measured) -> f64| {
        let mut line = serde_json::json!({ "name": format!("presence, {} people: {name}", plan.people),
            "value": of(own), "unit": unit });
        if let Some(peer) = peer {
            line["beside"] = "Colyseus, everybody to everybody".into();
            line["beside_value"] = of(peer).into();
        }
        println!("{line}");
    };
    figure("server CPU", "cores", &|run| run.server_cpu_s / plan.length.as_secs_f64());
    figure("bytes to each person", "B/s", &|run| run.report.bytes as f64 / each);
    figure("poses to each person", "1/s", &|run| run.report.poses as f64 / each);
    figure("age of a pose when it comes, p50", "ms", &|run| run.report.age_p50_ms);
    figure("age of a pose when it comes, p99", "ms", &|run| run.report.age_p99_ms);
    figure("since the pose before of somebody within 8 m, p99", "ms", &|run| run.report.near_gap_p99_ms);
}

async fn serve(folder: &std::path::Path, plan: Plan) -> Outcome<Measured> {
    let site = Site::open(SiteOptions::in_folder(folder), Arc::new(SystemClock))?;
    let futures = Futures::open(site.clone(), folder, FutureOptions::on_request())?;
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
    let measured = tokio::task::spawn_blocking(move || look(&address, plan)).await?;
    stop.cancel();
    running.await??;
    measured
}

/// Starts the people's process and waits for what they have seen.
fn look(address: &str, plan: Plan) -> Outcome<Measured> {
    let mut people = Command::new(std::env::current_exe()?)
        .args(["people", address, &plan.people.to_string(), &plan.length.as_secs().to_string()])
        .stdout(Stdio::piped())
        .spawn()?;
    let mut said = std::io::BufReader::new(people.stdout.take().ok_or("no output")?);
    people::expect(&mut said, "ready")?;
    let before = cpu_s(std::process::id());
    let report = Report::read(&mut said)?;
    let server_cpu_s = cpu_s(std::process::id()) - before;
    people.wait()?;
    Ok(Measured { report, server_cpu_s })
}

/// CPU seconds of a process so far, all threads.
fn cpu_s(process: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    // utime and stime, in hundredths of a second on every Linux that we know.
    (ticks(11) + ticks(12)) / 100.0
}
