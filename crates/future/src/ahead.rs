//! Forecasts and what-ifs: a model of the plant as it stands, changed or not, run many times, written as a branch.

use crate::Futures;
use crate::error::FutureError;
use crate::jobs::{Job, JobError, JobKind, Made, Progress};
use crate::past::Stretch;
use crate::report::{Bands, Comparison, Report, comparison};
use crate::request::{ForecastRequest, WhatIfRequest, horizon_ns, replications};
use crate::run::{Ahead, NOTE_BANDS, NOTE_REPORT, NOTE_SUMMARIES, look_ahead};
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};
use trine_base::{Instant, ThingId};
use trine_forecast::{Change, PlantModel, build};
use trine_simulate::flow::Summary;
use trine_site::Track;
use trine_world::{Branch, BranchId, BranchPurpose};

/// A model that is not older than this is used again where only an overview is wanted.
const MODEL_FRESH_NS: i64 = 60_000_000_000;
/// The newest forecasts that are let stand, whatever their age.
const FORECASTS_FRESH: usize = 3;
/// Of older forecasts one an hour is kept, for so long.
const FORECASTS_KEPT_NS: i64 = 7 * 86_400_000_000_000;
/// What-ifs that nobody keeps.
const WHAT_IFS_MAX: usize = 20;

impl Futures {
    /// Begins to look at what is expected.
    ///
    /// # Errors
    /// When the request makes no sense, or too many runs wait.
    pub fn forecast(self: &Arc<Self>, request: &ForecastRequest) -> Result<Job, FutureError> {
        let (horizon, count) = (horizon_ns(request.hours)?, replications(request.replications)?);
        let this = Arc::clone(self);
        let work = move |progress: &Progress| {
            let fork = this.site.now();
            let (id, name) = (BranchId(this.next_id("f").into()), "Forecast".to_owned());
            let purpose = BranchPurpose::Forecast;
            let branch = this.branch(id, name, BranchId::live(), (fork, horizon), purpose);
            this.run_ahead(branch, &[], count, progress)
        };
        Ok(self.jobs.submit(JobKind::Forecast, "Forecast", work)?)
    }

    /// Begins to look at what would be. The plant without the changes is run beside it, unless that was done already.
    ///
    /// # Errors
    /// When the request or one of the changes makes no sense, or too many runs wait.
    pub fn what_if(self: &Arc<Self>, request: WhatIfRequest) -> Result<Job, FutureError> {
        let (horizon, count) = (horizon_ns(request.hours)?, replications(request.replications)?);
        let changes = request.changes()?;
        let parent = BranchId(request.parent.as_deref().unwrap_or(BranchId::LIVE).into());
        let track = self.existing(&parent)?;
        let fork = request.at.unwrap_or_else(|| if track.is_live() { self.site.now() } else { track.end() });
        if fork > track.end() {
            return Err(FutureError::Refused(vec![format!("at: {fork} is beyond the end of its branch")]));
        }
        // What cannot be is said now, not when its turn comes.
        let mut trial = self.model_at(&track, fork)?;
        let try_one = |(index, change): (usize, &Change)| {
            change.apply(&mut trial).err().map(|error| (index, error.to_string()))
        };
        let faults: Vec<(usize, String)> = changes.iter().enumerate().filter_map(try_one).collect();
        if !faults.is_empty() {
            return Err(FutureError::Changes(faults));
        }
        let this = Arc::clone(self);
        let name = request.name.clone();
        let work = move |progress: &Progress| {
            this.run_base(&parent, fork, horizon, count, progress)?;
            let id = BranchId(this.next_id("w").into());
            let purpose = BranchPurpose::WhatIf;
            let mut branch = this.branch(id, request.name.clone(), parent, (fork, horizon), purpose);
            branch.changes.clone_from(&request.changes);
            this.run_ahead(branch, &changes, count, progress)
        };
        Ok(self.jobs.submit(JobKind::WhatIf, &name, work)?)
    }

    fn branch(
        &self,
        id: BranchId,
        name: String,
        parent: BranchId,
        (forked_at, horizon): (Instant, i64),
        purpose: BranchPurpose,
    ) -> Branch {
        let until = forked_at.plus_ns(horizon);
        Branch { id, name, parent, forked_at, until, purpose, changes: Vec::new(), kept: false }
    }

    /// The plant without changes, from the same instant as far, so that a what-if has something to be compared with.
    fn run_base(
        &self,
        parent: &BranchId,
        fork: Instant,
        horizon: i64,
        count: u32,
        progress: &Progress,
    ) -> Result<(), JobError> {
        let until = fork.plus_ns(horizon);
        let is_base = |branch: &&Branch| {
            branch.parent == *parent
                && (branch.forked_at, branch.until) == (fork, until)
                && branch.changes.is_empty()
        };
        if self.site.world().branches().any(|branch| is_base(&branch)) {
            return Ok(());
        }
        let id = BranchId(self.next_id("f").into());
        let name = "As it is".to_owned();
        let base = self.branch(id, name, parent.clone(), (fork, horizon), BranchPurpose::Forecast);
        self.run_ahead(base, &[], count, progress).map(drop)
    }

    fn run_ahead(
        &self,
        branch: Branch,
        changes: &[Change],
        replications: u32,
        progress: &Progress,
    ) -> Result<Made, JobError> {
        progress.at(0.0, "reading the plant")?;
        let problem = |error: FutureError| JobError::Problem(error.to_string());
        let track = self.existing(&branch.parent).map_err(problem)?;
        let mut model = self.model_at(&track, branch.forked_at).map_err(problem)?;
        let before = working(&model);
        Change::apply_all(changes, &mut model).map_err(|error| JobError::Problem(error.to_string()))?;
        let gone: Vec<ThingId> = before.difference(&working(&model)).copied().collect();
        let notes = vec![format!("{} things were assumed; see the model", model.assumptions.len())];
        let id = branch.id.clone();
        let ahead = Ahead { branch, model, gone, replications, notes };
        let writer = look_ahead(&self.site, ahead, self.physics.as_deref(), progress)?;
        progress.at(1.0, "keeping the branch")?;
        self.handle
            .block_on(self.site.add_branch(writer))
            .map_err(|error| JobError::Problem(error.to_string()))?;
        self.let_go();
        Ok(Made { branch: Some(id), plan: None })
    }

    /// Lets go of forecasts that newer ones replace, and of what-ifs that nobody keeps.
    fn let_go(&self) {
        let world = self.site.world();
        let now = self.site.now();
        let mut loose: Vec<&Branch> = world.branches().filter(|branch| !branch.kept).collect();
        loose.sort_by(|a, b| b.forked_at.cmp(&a.forked_at).then(b.id.cmp(&a.id)));
        let (forecasts, others): (Vec<&Branch>, Vec<&Branch>) =
            loose.into_iter().partition(|branch| branch.purpose == BranchPurpose::Forecast);
        let mut hours = BTreeSet::new();
        let is_stale = |(place, branch): &(usize, &&Branch)| {
            let hour = branch.forked_at.as_ns().div_euclid(3_600_000_000_000);
            let is_first_of_hour = hours.insert(hour);
            let is_young = now.since(branch.forked_at) < FORECASTS_KEPT_NS;
            *place >= FORECASTS_FRESH && !(is_first_of_hour && is_young)
        };
        let stale: Vec<BranchId> =
            forecasts.iter().enumerate().filter(is_stale).map(|(_, branch)| branch.id.clone()).collect();
        let surplus = others.iter().skip(WHAT_IFS_MAX).map(|branch| branch.id.clone());
        for id in stale.into_iter().chain(surplus) {
            if let Err(error) = self.handle.block_on(self.site.discard_branch(&id)) {
                // One that another forks from stays as long as that one does.
                tracing::debug!("the branch `{id}` stays: {error}");
            }
        }
    }

    /// The model of the plant as it stood on a branch at an instant.
    fn model_at(&self, track: &Track, at: Instant) -> Result<PlantModel, FutureError> {
        let stretch = Stretch::before(track, at)?;
        let mut model =
            build(&stretch.past()).map_err(|error| FutureError::Refused(vec![error.to_string()]))?;
        let earliest = track.extent().map_or(at, |(earliest, _)| earliest);
        let done = crate::orders::finished(track, stretch.world(), earliest, at)?;
        // Where no machine says for which order it works, the model's guess by their sequence stands.
        if !done.is_empty() {
            for (key, order) in model.mapping.orders.iter().zip(&mut model.flow.orders) {
                order.done = done.get(key).copied().unwrap_or(0).min(order.quantity);
            }
        }
        if track.is_live() && self.site.now().since(at) < MODEL_FRESH_NS {
            let mut known = self.model.lock().unwrap_or_else(PoisonError::into_inner);
            *known = Some((at, Arc::new(model.clone())));
        }
        Ok(model)
    }

    /// The model of the plant as it stands, made anew when the last one is old.
    pub(crate) fn plant_model(&self) -> Result<Arc<PlantModel>, FutureError> {
        let now = self.site.now();
        let known = self.model.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match known {
            Some((at, model)) if now.since(at) < MODEL_FRESH_NS => Ok(model),
            _ => self.model_at(&self.site.live_track(), now).map(Arc::new),
        }
    }

    pub(crate) fn existing(&self, id: &BranchId) -> Result<Track, FutureError> {
        let none =
            || FutureError::NotFound(format!("There is no branch `{id}`; it may have been discarded."));
        self.site.track(id).ok_or_else(none)
    }

    pub(crate) fn note<T: DeserializeOwned>(
        &self,
        id: &BranchId,
        name: &'static str,
    ) -> Result<Option<T>, FutureError> {
        let Some(bytes) = self.existing(id)?.note(name)? else { return Ok(None) };
        serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| FutureError::Fault(format!("the {name} of `{id}` cannot be read: {error}")))
    }

    /// The figures of a branch, when it has any.
    ///
    /// # Errors
    /// When there is no such branch, or its figures cannot be read.
    pub fn report(&self, id: &BranchId) -> Result<Option<Report>, FutureError> {
        let report: Option<Report> = self.note(id, NOTE_REPORT)?;
        Ok(report.map(|report| report.in_currency(&self.currency())))
    }

    /// The currency of costs; empty as long as nobody has said what things cost.
    fn currency(&self) -> String {
        self.tariff().map(|tariff| tariff.currency).unwrap_or_default()
    }

    /// Curves of a branch; all, when none is named.
    ///
    /// # Errors
    /// When there is no such branch, or it has no curves.
    pub fn bands(&self, id: &BranchId, names: Option<&[String]>) -> Result<Bands, FutureError> {
        let bands: Option<Bands> = self.note(id, NOTE_BANDS)?;
        let none = || FutureError::NotFound(format!("The branch `{id}` has no bands: it was not simulated."));
        Ok(bands.ok_or_else(none)?.only(names))
    }

    /// Branches side by side; differences are to the first.
    ///
    /// # Errors
    /// When there is no such branch, or it has no figures.
    pub fn comparison(&self, ids: &[BranchId]) -> Result<Comparison, FutureError> {
        let mut runs: Vec<(BranchId, Vec<Summary>)> = Vec::with_capacity(ids.len());
        for id in ids {
            let none =
                || FutureError::NotFound(format!("The branch `{id}` has no figures: it was not simulated."));
            runs.push((id.clone(), self.note(id, NOTE_SUMMARIES)?.ok_or_else(none)?));
        }
        let none = || FutureError::Refused(vec!["branches: name at least one".into()]);
        Ok(comparison(&runs).ok_or_else(none)?.in_currency(&self.currency()))
    }

    /// Lets go of a branch.
    ///
    /// # Errors
    /// When there is none, or another one forks from it.
    pub async fn discard(&self, id: &BranchId) -> Result<(), FutureError> {
        self.existing(id)?;
        match self.site.discard_branch(id).await {
            Err(trine_site::SiteError::Rejected(reason)) => Err(FutureError::Conflict(reason.to_string())),
            other => Ok(other?),
        }
    }
}

/// The machines that can do something.
fn working(model: &PlantModel) -> BTreeSet<ThingId> {
    let stations = model.mapping.stations.iter().zip(&model.flow.stations);
    stations.filter(|(_, station)| !station.operations.is_empty()).filter_map(|(map, _)| map.thing).collect()
}
