//! `trine serve`, and what every serving command shares.

use crate::cli::{Place, SITE_FOLDER};
use crate::config::Config;
use crate::connections::Manager;
use anyhow::{Context as _, Result};
use clap::Args;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use trine_aas_http::{Api, ApiOptions, LiveValues};
use trine_connector::SystemClock;
use trine_future::{FutureOptions, Futures};
use trine_serve::{ServeOptions, Server};
use trine_shells::{Shells, Store};
use trine_site::{Fold, Site};
use trine_world::{FactKind, NewFact, Origin};

/// The running server's address, for other commands that use the same folder.
pub const URL_FILE: &str = "trine.url";

/// How often it is looked whether machines have changed what they say of themselves.
const DERIVE_PERIOD: std::time::Duration = std::time::Duration::from_secs(2);

/// Options of `trine serve`.
#[derive(Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub place: Place,
}

/// `trine serve`.
pub async fn run(args: ServeArgs) -> Result<()> {
    let running = open(&args.place, SITE_FOLDER).await?;
    running.manager.start_remembered()?;
    running.serve(&args.place).await
}

/// A site that is open, with its connections.
pub struct Running {
    pub site: Site,
    shells: Shells,
    pub manager: Manager,
    pub folder: PathBuf,
    pub stop: CancellationToken,
    ahead: FutureOptions,
}

/// Opens the site of a command.
pub async fn open(place: &Place, usual_folder: &str) -> Result<Running> {
    let config = Config::read(place.config.as_deref())?;
    let folder = place.data.clone().unwrap_or_else(|| PathBuf::from(usual_folder));
    let (site, shells) = open_plant(&config, &folder)?;
    name_site(&site, &config).await?;
    site.record_absence().await?;
    let stop = CancellationToken::new();
    let manager = Manager::open(site.clone(), &folder, stop.clone())?;
    let ahead = config.future_options()?;
    Ok(Running { site, shells, manager, folder, stop, ahead })
}

/// Opens the site in a folder.
pub fn open_site(config: &Config, folder: &Path) -> Result<Site> {
    open_plant(config, folder).map(|(site, _)| site)
}

/// Opens the site in a folder, with its shells.
pub fn open_plant(config: &Config, folder: &Path) -> Result<(Site, Shells)> {
    let open = || -> Result<(Site, Shells)> {
        let store = Store::open(&folder.join("shells"))?;
        let mut options = config.site_options(folder);
        options.folds.push(Arc::clone(&store) as Arc<dyn Fold>);
        let site = Site::open(options, Arc::new(SystemClock))?;
        let shells = Shells::new(site.clone(), store)?;
        Ok((site, shells))
    };
    open().with_context(|| format!("cannot open the data folder {}", folder.display()))
}

async fn name_site(site: &Site, config: &Config) -> Result<()> {
    let world = site.world();
    let name = config.name.clone().unwrap_or_else(|| match world.name() {
        "" => "My plant".to_owned(),
        known => known.to_owned(),
    });
    let local = || iana_time_zone::get_timezone().unwrap_or_else(|_| "UTC".to_owned());
    let zone = config.zone.clone().unwrap_or_else(|| match world.zone() {
        "" => local(),
        known => known.to_owned(),
    });
    if world.name() != name || world.zone() != zone {
        let named = NewFact::always(&Origin::new("config"), FactKind::SiteNamed { name, zone });
        site.propose(site.now(), vec![named]).await?;
    }
    Ok(())
}

impl Running {
    /// Serves until the user or the system asks to stop.
    pub async fn serve(self, place: &Place) -> Result<()> {
        #[cfg_attr(not(feature = "fmu"), expect(unused_mut, reason = "only models change it"))]
        let Self { site, shells, manager, folder, stop, mut ahead } = self;
        #[cfg(feature = "fmu")]
        {
            let models = crate::fmu::models(&folder)?;
            crate::fmu::start(&site, &models, stop.clone());
            ahead.physics = Some(models);
        }
        let futures = Futures::open(site.clone(), &folder, ahead)?;
        tokio::spawn(Arc::clone(&futures).watch(stop.clone()));
        tokio::spawn(derive_shells(site.clone(), shells.clone(), stop.clone()));
        let live: Arc<dyn LiveValues> = Arc::new(site.clone());
        let api = Api::new(shells, ApiOptions { live, ..ApiOptions::default() });
        let i3x = trine_i3x::router(site.clone(), stop.clone());
        let standards = trine_aas_http::router(api).merge(i3x);
        let options =
            ServeOptions { listen: place.listen, connections: Arc::new(manager), futures, standards };
        let server = Server::bind(site.clone(), options).await?;
        let url = server.url()?;
        let url_file = folder.join(URL_FILE);
        fs::write(&url_file, &url).with_context(|| format!("cannot write {}", url_file.display()))?;
        println!("{url}");
        // Whoever started us may have closed our standard output; that is no reason to stop.
        let _ = std::io::stdout().flush();
        let asked = stop.clone();
        tokio::spawn(async move {
            stop_asked().await;
            tracing::info!("stopping");
            asked.cancel();
        });
        let served = server.run(stop.clone()).await;
        stop.cancel();
        // The file may be gone with its folder; a stale one is recognised by nobody answering there.
        let _ = fs::remove_file(url_file);
        let closed = tokio::task::spawn_blocking(move || site.close()).await?;
        served.context("the server stopped")?;
        closed.context("could not seal the last samples (they are safe in the log)")
    }
}

/// Keeps the shells of machines that have none of their own in step with what the machines say of themselves.
async fn derive_shells(site: Site, shells: Shells, stop: CancellationToken) {
    let mut known = None;
    let mut period = tokio::time::interval(DERIVE_PERIOD);
    period.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = period.tick() => {}
        }
        let revision = site.world().revision();
        if known == Some(revision) {
            continue;
        }
        match shells.derive().await {
            Ok(_) => known = Some(revision),
            Err(error) => {
                tracing::warn!("shells do not follow the machines, the next attempt follows: {error}");
            }
        }
    }
}

async fn stop_asked() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
