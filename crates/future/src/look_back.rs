//! Looking back: the model beside its own past, and forecasts whose time has come beside what came.

use crate::Futures;
use crate::error::FutureError;
use crate::jobs::{Job, JobError, JobKind, Made, Progress};
use crate::past::Stretch;
use crate::report::{Bands, OUTPUT_TOTAL};
use crate::request::{ValidationRequest, horizon_ns};
use crate::run::{NOTE_BANDS, NOTE_MODEL, counted_before, replicate};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use trine_base::{Instant, ThingId};
use trine_forecast::{Assumption, FitReport, Outcome, PlantModel, outcome, validate};
use trine_simulate::flow::{Prices, Summary};
use trine_world::{Branch, BranchId, BranchPurpose, Role};

/// Runs of a validation.
const REPLICATIONS: u32 = 60;
/// Forecasts that are looked back at, the newest first.
const FORECASTS_MAX: usize = 24;
/// A forecast is looked back at when so much of its time has come.
const PART_MIN: f64 = 0.1;

/// A figure that was expected, and what came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValidationRow {
    /// What is counted.
    pub kpi: String,
    /// Its unit.
    pub unit: String,
    /// Of which machine; none for the plant.
    pub thing: Option<ThingId>,
    /// A tenth of the runs lie below.
    pub p10: f64,
    /// Half of them.
    pub p50: f64,
    /// Nine of ten.
    pub p90: f64,
    /// What came.
    pub actual: f64,
    /// Whether that lies between the first and the last.
    pub inside: bool,
}

/// The model beside its own past.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Validation {
    /// From when.
    pub from: Instant,
    /// Until when.
    pub to: Instant,
    /// Whether the model fits as a whole.
    pub fits: bool,
    /// In words.
    pub verdict: String,
    /// Figure by figure.
    pub rows: Vec<ValidationRow>,
}

/// A figure of a forecast whose time has come.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorRow {
    /// Which forecast.
    pub branch: BranchId,
    /// When it was made.
    pub made_at: Instant,
    /// Until when it is compared.
    pub until: Instant,
    /// The figure.
    #[serde(flatten)]
    pub figure: ValidationRow,
}

/// How good forecasts were.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ForecastErrors {
    /// Part of the figures within their bands; 0.8 when all is as it should be.
    pub coverage: Option<f64>,
    /// Mean error of counted pieces as a part of what came; above 0 when too much was expected.
    pub bias: Option<f64>,
    /// Mean absolute error of the same.
    pub mape: Option<f64>,
    /// Figure by figure, the newest forecast first.
    pub rows: Vec<ErrorRow>,
}

/// Rows of forecasts whose whole time has come: they do not change any more.
#[derive(Default)]
pub(crate) struct ErrorCache(Mutex<BTreeMap<BranchId, Vec<ErrorRow>>>);

/// A fit for the screen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FitRow {
    thing: ThingId,
    name: String,
    what: String,
    unit: String,
    family: String,
    parameters: Value,
    mean: f64,
    samples: usize,
    censored: usize,
    fits: Option<bool>,
    note: Option<String>,
}

/// An assumption for the screen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AssumptionRow {
    thing: Option<ThingId>,
    name: String,
    what: String,
    assumed: String,
    because: String,
    replace: String,
}

/// The model of the plant in short.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelSummary {
    stations: usize,
    buffers: usize,
    vehicles: usize,
    crews: usize,
    orders: usize,
    materials: usize,
    /// The stretch of the past that it was made from.
    fitted_from: Instant,
    fitted_to: Instant,
    warnings: Vec<String>,
    assumptions: Vec<AssumptionRow>,
    fits: Vec<FitRow>,
    validation: Option<Validation>,
}

impl Futures {
    /// Begins to simulate the last hours from their beginning.
    ///
    /// # Errors
    /// When the request makes no sense, or too many runs wait.
    pub fn validation(self: &Arc<Self>, request: &ValidationRequest) -> Result<Job, FutureError> {
        let span = horizon_ns(Some(request.hours.unwrap_or(4.0)))?;
        let this = Arc::clone(self);
        let work = move |progress: &Progress| this.run_validation(span, progress);
        Ok(self.jobs.submit(JobKind::Validation, "Validation", work)?)
    }

    fn run_validation(&self, span: i64, progress: &Progress) -> Result<Made, JobError> {
        progress.at(0.0, "reading the past")?;
        let (track, now) = (self.site.live_track(), self.site.now());
        let morning = now.plus_ns(-span);
        let problem = |error: trine_site::SiteError| JobError::Problem(error.to_string());
        if track.extent().is_none_or(|(earliest, _)| earliest >= morning) {
            return Err(JobError::Problem(
                "there is no past before the hours to be simulated; take fewer, or wait".into(),
            ));
        }
        let before = Stretch::before(&track, morning).map_err(problem)?;
        let after = Stretch::between(&track, morning, now).map_err(problem)?;
        let mut failed = None;
        let report = validate(&before.past(), &after.past(), |model, until_ns| {
            let ran = replicate(model, Instant::from_ns(until_ns), REPLICATIONS, Prices::default(), progress);
            ran.map_or_else(
                |error| {
                    failed = Some(error);
                    Vec::<Summary>::new()
                },
                |(ran, _)| ran.summaries,
            )
        });
        if let Some(error) = failed {
            return Err(error);
        }
        let report = report.map_err(|error| JobError::Problem(error.to_string()))?;
        let rows = report.comparisons.iter().map(|comparison| ValidationRow {
            kpi: comparison.figure.clone(),
            unit: if comparison.figure.contains("pieces") || comparison.figure == "output" {
                "pieces".into()
            } else {
                "share".into()
            },
            thing: comparison.thing,
            p10: comparison.p10,
            p50: comparison.p50,
            p90: comparison.p90,
            actual: comparison.actual,
            inside: comparison.verdict == trine_forecast::Verdict::Fits,
        });
        let validation = Validation {
            from: morning,
            to: now,
            fits: report.verdict == trine_forecast::Verdict::Fits,
            verdict: report.words.clone(),
            rows: rows.collect(),
        };
        let bytes = serde_json::to_vec(&validation).unwrap_or_default();
        std::fs::write(&self.validation_file, bytes)
            .map_err(|error| JobError::Problem(format!("the validation was not kept: {error}")))?;
        Ok(Made::default())
    }

    /// The model of the plant as it stands, with what was assumed and fitted.
    ///
    /// # Errors
    /// When there is no model of this plant, in plain words.
    pub fn model(&self) -> Result<ModelSummary, FutureError> {
        let model = self.plant_model()?;
        let flow = &model.flow;
        let fitted_to = Instant::from_ns(flow.start_ns);
        // One that was cut off while it was written is as good as none.
        let validation = std::fs::read(&self.validation_file).ok();
        let validation = validation.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Ok(ModelSummary {
            stations: flow.stations.len(),
            buffers: flow.buffers.len(),
            vehicles: flow.fleets.iter().map(|fleet| fleet.vehicles.len()).sum(),
            crews: flow.crews.len(),
            orders: flow.orders.len(),
            materials: flow.materials.len(),
            fitted_from: Stretch::begins(&self.site.live_track(), fitted_to),
            fitted_to,
            warnings: model.warnings.iter().map(ToString::to_string).collect(),
            assumptions: model.assumptions.iter().map(assumption_row).collect(),
            fits: model.fits.iter().map(fit_row).collect(),
            validation,
        })
    }

    /// Forecasts whose time has come, or has begun to come, beside what came.
    ///
    /// # Errors
    /// When the past cannot be read.
    pub fn forecast_error(&self) -> Result<ForecastErrors, FutureError> {
        let (world, now) = (self.site.world(), self.site.now());
        let has_come = |branch: &&Branch| {
            let whole = branch.until.since(branch.forked_at) as f64;
            branch.purpose == BranchPurpose::Forecast
                && branch.parent.is_live()
                && now.since(branch.forked_at) as f64 >= PART_MIN * whole
        };
        let mut forecasts: Vec<&Branch> = world.branches().filter(has_come).collect();
        forecasts.sort_by_key(|branch| std::cmp::Reverse(branch.forked_at));
        let mut rows = Vec::new();
        for branch in forecasts.into_iter().take(FORECASTS_MAX) {
            rows.extend(self.errors_of(branch, now)?);
        }
        Ok(ForecastErrors::of(rows))
    }

    fn errors_of(&self, branch: &Branch, now: Instant) -> Result<Vec<ErrorRow>, FutureError> {
        let known = self.errors.0.lock().unwrap_or_else(PoisonError::into_inner).get(&branch.id).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let model: Option<PlantModel> = self.note(&branch.id, NOTE_MODEL)?;
        let bands: Option<Bands> = self.note(&branch.id, NOTE_BANDS)?;
        let (Some(model), Some(bands)) = (model, bands) else { return Ok(Vec::new()) };
        let until_ms = now.min(branch.until).as_ns().div_euclid(1_000_000);
        let Some(bucket) = bands.t.iter().rposition(|end| *end <= until_ms) else { return Ok(Vec::new()) };
        let until = Instant::from_ms(bands.t[bucket]);
        let after = Stretch::between(&self.site.live_track(), branch.forked_at, until)?;
        let came = outcome(&model, &after.past());
        let rows: Vec<ErrorRow> = figures(&model, &bands, bucket, &came)
            .map(|figure| ErrorRow { branch: branch.id.clone(), made_at: branch.forked_at, until, figure })
            .collect();
        if now >= branch.until {
            let mut known = self.errors.0.lock().unwrap_or_else(PoisonError::into_inner);
            known.insert(branch.id.clone(), rows.clone());
        }
        Ok(rows)
    }
}

/// Good pieces of each machine, and those of the last ones as the output of the plant.
fn figures<'a>(
    model: &'a PlantModel,
    bands: &'a Bands,
    bucket: usize,
    came: &'a Outcome,
) -> impl Iterator<Item = ValidationRow> + 'a {
    let row = move |name: &str, kpi: &str, thing: Option<ThingId>, before: f64, actual: f64| {
        let series = bands.of_thing(name, thing)?;
        let at = |curve: &[f32]| curve.get(bucket).copied().map(f64::from);
        let (p10, p50, p90) =
            (at(&series.p10)? - before, at(&series.p50)? - before, at(&series.p90)? - before);
        let inside = (p10..=p90).contains(&actual);
        let (kpi, unit) = (kpi.to_owned(), "pieces".to_owned());
        Some(ValidationRow { kpi, unit, thing, p10, p50, p90, actual, inside })
    };
    let stations = model.mapping.stations.iter().enumerate().filter_map(move |(index, map)| {
        let thing = map.thing?;
        let before = counted_before(model, index as u32);
        row(Role::PartCount.as_str(), "good", Some(thing), before, came.stations[index].good)
    });
    row(OUTPUT_TOTAL, "output", None, 0.0, came.output).into_iter().chain(stations)
}

impl ForecastErrors {
    fn of(rows: Vec<ErrorRow>) -> Self {
        let part = |of: &dyn Fn(&ErrorRow) -> Option<f64>| {
            let values: Vec<f64> = rows.iter().filter_map(of).collect();
            (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
        };
        // A few pieces more or less say nothing as a part of few.
        let relative = |row: &ErrorRow| {
            let ValidationRow { actual, p50, .. } = row.figure;
            (actual >= 5.0).then(|| (p50 - actual) / actual)
        };
        Self {
            coverage: part(&|row| Some(f64::from(u8::from(row.figure.inside)))),
            bias: part(&relative),
            mape: part(&|row| relative(row).map(f64::abs)),
            rows,
        }
    }
}

fn assumption_row(assumption: &Assumption) -> AssumptionRow {
    AssumptionRow {
        thing: assumption.thing,
        name: assumption.name.clone(),
        what: assumption.what.clone(),
        assumed: assumption.assumed.clone(),
        because: assumption.because.clone(),
        replace: assumption.instead.clone(),
    }
}

fn fit_row(fit: &FitReport) -> FitRow {
    let said = serde_json::to_value(&fit.distribution).unwrap_or_default();
    let (family, parameters) = match said.as_object().and_then(|object| object.iter().next()) {
        // What was seen, value by value, is no parameter.
        Some((family, Value::Array(values))) => {
            (family.clone(), serde_json::json!({ "values": values.len() }))
        }
        Some((family, parameters)) => (family.clone(), parameters.clone()),
        None => (String::new(), Value::Null),
    };
    FitRow {
        thing: fit.thing,
        name: fit.name.clone(),
        what: fit.quantity.clone(),
        unit: fit.unit.clone(),
        family,
        parameters,
        mean: fit.distribution.mean(),
        samples: fit.whole,
        censored: fit.censored,
        fits: match fit.goodness {
            trine_forecast::fit::Goodness::Good => Some(true),
            trine_forecast::fit::Goodness::Poor => Some(false),
            trine_forecast::fit::Goodness::TooFew => None,
        },
        note: fit.pooled_with.as_ref().map(|others| format!("pooled with {others}")),
    }
}
