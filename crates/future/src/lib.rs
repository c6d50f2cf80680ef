//! What looks ahead at a site: forecasts, what-ifs, plans, and what came of them.
//!
//! ```text
//! site ─past─▶ model ─▶ replications ─▶ figures, bands ─▶ a branch of the site
//!                 └──▶ plan ─accepted─▶ the command fact orders.dispatched
//! ```
//!
//! The rules are in pure crates: `time/simulate` runs a model, `time/forecast` makes one of a plant, `time/schedule`
//! plans. Here are the threads, the clock and the disk: long runs are [`Job`]s, one after another, that can be stopped;
//! a machine that breaks is planned around at once. Nothing here can reach a machine.

mod ahead;
mod error;
mod jobs;
mod look_back;
mod orders;
mod past;
mod physics;
mod plan;
mod planning;
mod report;
mod request;
mod results;
mod run;
mod tariff;
mod watch;

pub use error::FutureError;
pub use jobs::{Job, JobKind, JobState};
pub use look_back::{ErrorRow, ForecastErrors, ModelSummary, Validation, ValidationRow};
pub use physics::{Along, ModelFile, ModelVariable, Physics};
pub use plan::{Goal, Kept, Plan, PlannedOperation};
pub use report::{BandSeries, Bands, Comparison, Report};
pub use request::{ForecastRequest, MoveRequest, PlanRequest, ValidationRequest, WhatIfRequest};
pub use results::ResultFormat;

use jobs::Jobs;
use plan::Shelf;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::broadcast;
use trine_base::Instant;
use trine_forecast::PlantModel;
use trine_site::Site;

/// Tellings that a slow listener may lag behind.
const LISTENERS: usize = 64;

/// How a site looks ahead by itself.
#[derive(Clone)]
pub struct FutureOptions {
    /// A forecast is made this often; never, when there is none.
    pub forecast_every: Option<Duration>,
    /// How far it goes.
    pub horizon: Duration,
    /// How many runs it is made of.
    pub replications: u32,
    /// Who runs physics models, if anybody does.
    pub physics: Option<Arc<dyn Physics>>,
}

impl FutureOptions {
    /// Nothing is looked at without being asked for.
    #[must_use]
    pub fn on_request() -> Self {
        Self { forecast_every: None, ..Self::default() }
    }
}

impl Default for FutureOptions {
    fn default() -> Self {
        let (forecast_every, horizon) = (Some(Duration::from_secs(900)), Duration::from_secs(8 * 3600));
        Self { forecast_every, horizon, replications: 100, physics: None }
    }
}

/// Something that listeners should know.
#[derive(Clone, Debug)]
pub enum Told {
    /// A plan was made without being asked for.
    Plan {
        /// Its id.
        plan: String,
        /// Why.
        reason: String,
    },
}

/// The futures of a site.
pub struct Futures {
    site: Site,
    jobs: Jobs,
    shelf: Shelf,
    told: broadcast::Sender<Told>,
    options: FutureOptions,
    handle: Handle,
    validation_file: PathBuf,
    /// The model that was made last, and when.
    model: Mutex<Option<(Instant, Arc<PlantModel>)>>,
    errors: look_back::ErrorCache,
    ids: AtomicU64,
    /// Who runs physics models, if anybody does.
    physics: Option<Arc<dyn Physics>>,
}

impl Futures {
    /// Opens what is kept in the data folder; call it within a runtime.
    ///
    /// # Errors
    /// When the folder cannot be used or the system gives no thread.
    pub fn open(site: Site, data: &Path, options: FutureOptions) -> Result<Arc<Self>, FutureError> {
        let clock = site.clone();
        let (told, _) = broadcast::channel(LISTENERS);
        Ok(Arc::new(Self {
            jobs: Jobs::start(move || clock.now())?,
            shelf: Shelf::open(&data.join("plans"))?,
            told,
            physics: options.physics.clone(),
            options,
            handle: Handle::current(),
            validation_file: data.join("validation.json"),
            model: Mutex::new(None),
            errors: look_back::ErrorCache::default(),
            ids: AtomicU64::new(0),
            site,
        }))
    }

    /// Jobs that are remembered, the newest first.
    #[must_use]
    pub fn jobs(&self) -> Vec<Job> {
        self.jobs.list()
    }

    /// One of them.
    #[must_use]
    pub fn job(&self, id: u64) -> Option<Job> {
        self.jobs.get(id)
    }

    /// Stops a job; `false`: there is none of this number.
    #[must_use]
    pub fn stop(&self, id: u64) -> bool {
        self.jobs.stop(id)
    }

    /// Jobs as they change.
    #[must_use]
    pub fn listen_to_jobs(&self) -> broadcast::Receiver<Job> {
        self.jobs.listen()
    }

    /// What else should be known.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Told> {
        self.told.subscribe()
    }

    /// The model that was made last, if one was.
    fn known_model(&self) -> Option<Arc<PlantModel>> {
        let known = self.model.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().map(|(_, model)| Arc::clone(model))
    }

    /// An id that no other branch or plan has: a letter and the instant, in seconds, with a number where two are made
    /// within one.
    fn next_id(&self, letter: &str) -> String {
        let seconds = self.site.now().as_ns().div_euclid(1_000_000_000).unsigned_abs();
        let before = self
            .ids
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(seconds.max(last + 1)))
            .unwrap_or_default();
        format!("{letter}{}", seconds.max(before + 1))
    }
}
