//! `trine demo`: an emulated plant with a past, reached through real sockets.
//!
//! 1. The layout of the plant becomes part of the world.
//! 2. Its protocol servers start, and connectors announce what they find, through a closed gate.
//! 3. The plant runs fast through eight hours; what it reports is recorded.
//! 4. The connectors start again, the gate open, and the plant goes on with the clock.

mod gate;
mod past;
mod production;

use crate::cli::{DEMO_FOLDER, Place};
use crate::connections::{Address, Manager};
use crate::serve;
use anyhow::{Context as _, Result, bail};
use clap::Args;
use gate::ClosedGate;
use past::Signals;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use trine_connector::{Announcement, Clock as _, Sink, SystemClock};
use trine_emulator::plant::{Layout, Plant, PlantOptions};
use trine_emulator::{Connection, Hosts, LivePlant};
use trine_site::Site;
use trine_world::{FactKind, NewFact, Origin, Role, Signal, World};

/// How long the connectors get to announce everything.
const ANNOUNCE_TIMEOUT: Duration = Duration::from_secs(120);

/// Options of the demo.
#[derive(Args)]
pub struct DemoArgs {
    #[command(flatten)]
    pub place: Place,
    /// Hours of past to make.
    #[arg(long, value_name = "HOURS", default_value_t = 8.0)]
    past: f64,
    /// At least so many signals, for load: up to 100000.
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    signals: usize,
}

/// `trine demo`.
pub async fn run(args: DemoArgs) -> Result<()> {
    if !(0.0..=48.0).contains(&args.past) || args.signals > 100_000 {
        bail!("--past goes from 0 to 48 hours, --signals up to 100000");
    }
    if args.place.data.is_none() {
        start_afresh(Path::new(DEMO_FOLDER))?;
    }
    let running = serve::open(&args.place, DEMO_FOLDER).await?;
    let plant = begin(&running.site, &running.manager, &args, running.stop.clone()).await?;
    let (site, stop) = (running.site.clone(), running.stop.clone());
    tokio::spawn(async move {
        until_all_speak(&site).await;
        plant.run(SystemClock, stop).await;
    });
    running.serve(&args.place).await
}

/// The demo makes its past anew each time, so that the story is always at the same point.
fn start_afresh(folder: &Path) -> Result<()> {
    if let Ok(url) = fs::read_to_string(folder.join(serve::URL_FILE))
        && std::net::TcpStream::connect(url.trim_start_matches("http://")).is_ok()
    {
        bail!("the demo runs already: {url}");
    }
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot empty {}", folder.display()))
        }
        _ => Ok(()),
    }
}

async fn begin(
    site: &Site,
    manager: &Manager,
    args: &DemoArgs,
    stop: CancellationToken,
) -> Result<LivePlant> {
    let now = SystemClock.now();
    let known_until = site.history().extent().map(|(_, last)| last);
    let asked = now - Duration::from_secs_f64(args.past * 3600.0);
    let start = known_until.map_or(asked, |last| last.max(asked));
    let plant = Plant::new(&PlantOptions { min_signals: args.signals, ..PlantOptions::demo(start) });
    lay_out(site, plant.layout()).await?;
    let hosts = Hosts::start(&plant).context("the emulated plant does not start")?;
    let signals = announce(site, manager, &hosts, &stop).await?;
    let began = std::time::Instant::now();
    let (plant, samples) = past::make(site, plant, signals, || SystemClock.now()).await?;
    let seconds = began.elapsed().as_secs_f64();
    tracing::info!("made {:.1} hours of past from {samples} samples in {seconds:.1} s", args.past);
    let live = hosts.go_live(plant);
    for Connection { name, url } in live.connections() {
        manager.start(name, &address(url))?;
    }
    Ok(live)
}

async fn lay_out(site: &Site, layout: &Layout) -> Result<()> {
    let origin = Origin::new("layout");
    let (name, zone) = layout.site.clone();
    let named = NewFact::always(&origin, FactKind::SiteNamed { name, zone });
    site.propose(site.now(), vec![named]).await?;
    let announcement = Announcement {
        things: layout.things.iter().chain(&layout.devices).cloned().collect(),
        signals: Vec::new(),
        relations: layout.relations.clone(),
        places: layout.places.clone(),
    };
    let announced = site.announce(origin, announcement).await?;
    for refused in announced.refused {
        tracing::warn!("the layout of the demo: {refused}");
    }
    production::describe(site, layout).await
}

/// Lets the connectors find everything, and then go again.
async fn announce(
    site: &Site,
    manager: &Manager,
    hosts: &Hosts,
    stop: &CancellationToken,
) -> Result<Signals> {
    let keys = hosts.signal_keys();
    if let (signals, None) = known(&site.world(), &keys) {
        return Ok(signals);
    }
    let first_round = stop.child_token();
    let gate: Arc<dyn Sink> = Arc::new(ClosedGate(site.clone()));
    let mut sessions = Vec::new();
    for Connection { name, url } in hosts.connections() {
        sessions.push(manager.start_into(name, &address(url), Arc::clone(&gate), first_round.clone())?);
    }
    let found = until_known(site, &keys).await;
    first_round.cancel();
    // The second round has the same names, so the first must be gone: a broker knows its clients by them.
    for session in sessions {
        // A session that does not end in time is cut off by the one that takes its name.
        let _ = tokio::time::timeout(Duration::from_secs(5), session).await;
    }
    found
}

async fn until_known(site: &Site, keys: &[((u32, u32), String)]) -> Result<Signals> {
    let deadline = tokio::time::Instant::now() + ANNOUNCE_TIMEOUT;
    loop {
        match known(&site.world(), keys) {
            (signals, None) => return Ok(signals),
            (_, Some(missing)) if tokio::time::Instant::now() > deadline => {
                bail!("the emulated plant was not found through its sockets; still missing: {missing}");
            }
            _ => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

/// The plant goes on when every connection has brought its first samples, so that nothing is said to nobody. A
/// connection that brings none does not hold it up for long.
async fn until_all_speak(site: &Site) {
    let speaks = |signal: &Signal| {
        let received = site.live().get(signal.id).and_then(|held| held.value.as_f64());
        received.is_some_and(|received| received > 0.0)
    };
    for _ in 0..50 {
        let world = site.world();
        let mut counts =
            world.signals().filter(|signal| signal.description.role == Some(Role::ConnectionReceived));
        if counts.all(speaks) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The signals of the world by device and signal, and the key of one that is not there yet.
fn known(world: &World, keys: &[((u32, u32), String)]) -> (Signals, Option<String>) {
    let mut signals = Signals::with_capacity(keys.len());
    let mut missing = None;
    for (index, key) in keys {
        match world.signal_by_key(key) {
            Some(signal) => {
                signals.insert(*index, signal.id);
            }
            None => missing = Some(key.clone()),
        }
    }
    (signals, missing)
}

fn address(url: &str) -> Address {
    Address::new(url.to_owned())
}
