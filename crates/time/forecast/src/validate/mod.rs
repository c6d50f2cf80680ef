//! Whether a model fits: what it expected beside what came.
//!
//! [`validate()`] makes the model of a plant from its past up to a morning, simulates what comes after, and compares
//! with what really came. [`compare_with()`] does the same for a forecast that was made before.

mod outcome;

pub use outcome::{Outcome, StationOutcome, outcome};

use crate::{BuildError, Past, PlantModel, build};
use serde::{Deserialize, Serialize};
use trine_base::ThingId;
use trine_simulate::flow::Summary;

/// Machines that make fewer pieces than this are left out of relative errors.
const FEW_PIECES: f64 = 5.0;
/// A model whose bands (10 to 90 %) hold less than this part of what came does not fit.
const FITS_FROM: f64 = 0.6;

/// Why there is no report.
#[derive(Clone, Debug, PartialEq)]
pub enum ForecastError {
    /// There is no model.
    Build(BuildError),
    /// No run of the model came to its end.
    NoRuns,
    /// The stretch to compare with is empty.
    NoTime,
}

impl std::fmt::Display for ForecastError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Build(error) => error.fmt(f),
            Self::NoRuns => {
                f.write_str("no run of the model came to its end; give it more events or a nearer horizon")
            }
            Self::NoTime => f.write_str("the stretch to compare with ends before it begins"),
        }
    }
}

impl std::error::Error for ForecastError {}

/// Whether something fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// What came lies within the band.
    Fits,
    /// It does not.
    DoesNotFit,
}

/// One figure: what was expected, and what came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// Of which machine; none for the whole plant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thing: Option<ThingId>,
    /// What people call it.
    pub name: String,
    /// `output`, `good pieces`, `at work`, `down`.
    pub figure: String,
    /// What came.
    pub actual: f64,
    /// A tenth of the runs lie below this.
    pub p10: f64,
    /// Half of them.
    pub p50: f64,
    /// Nine of ten.
    pub p90: f64,
    /// Within the band or not.
    pub verdict: Verdict,
    /// The same in words.
    pub words: String,
}

/// A forecast beside what came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// From when, ns.
    pub from_ns: i64,
    /// Until when, ns.
    pub to_ns: i64,
    /// Runs of the model.
    pub runs: usize,
    /// The plant first, then the machines.
    pub comparisons: Vec<Comparison>,
    /// Part of the figures that lie in their bands; 0.8 when all is as it should be.
    pub coverage: f64,
    /// Mean absolute error of the machines' pieces, as a part of what came; none when nothing was made.
    pub mape: Option<f64>,
    /// Mean error of the same: above 0 when the model expects too much.
    pub bias: Option<f64>,
    /// Whether the model fits as a whole.
    pub verdict: Verdict,
    /// In words.
    pub words: String,
}

/// Simulates what came after a morning from what was known that morning, and compares.
/// `simulate` runs the model to a time as often as it sees fit.
///
/// # Errors
/// When there is no model, or nothing to compare.
pub fn validate(
    morning: &Past<'_>,
    after: &Past<'_>,
    simulate: impl FnOnce(&PlantModel, i64) -> Vec<Summary>,
) -> Result<Report, ForecastError> {
    let model = build(morning).map_err(ForecastError::Build)?;
    let runs = simulate(&model, after.now.as_ns());
    compare_with(&model, &runs, after)
}

/// Compares runs of a model with what came.
///
/// # Errors
/// When there are no runs, or there is nothing to compare.
pub fn compare_with(model: &PlantModel, runs: &[Summary], after: &Past<'_>) -> Result<Report, ForecastError> {
    if after.now <= after.from {
        return Err(ForecastError::NoTime);
    }
    if runs.is_empty() {
        return Err(ForecastError::NoRuns);
    }
    let came = outcome(model, after);
    let expected: Vec<Outcome> = runs.iter().map(|run| outcome::of_run(model, run)).collect();
    let mut comparisons =
        vec![compare(None, "the plant", "output", came.output, expected.iter().map(|run| run.output))];
    for (index, map) in model.mapping.stations.iter().enumerate().filter(|(_, map)| map.thing.is_some()) {
        let name = &model.flow.stations[index].name;
        let actual = came.stations[index];
        let of =
            |figure: fn(&StationOutcome) -> f64| expected.iter().map(move |run| figure(&run.stations[index]));
        comparisons.push(compare(map.thing, name, "good pieces", actual.good, of(|station| station.good)));
        if let (Some(running), Some(down)) = (actual.running, actual.down) {
            comparisons.push(compare(
                map.thing,
                name,
                "at work",
                running,
                of(|s| s.running.unwrap_or_default()),
            ));
            comparisons.push(compare(map.thing, name, "down", down, of(|s| s.down.unwrap_or_default())));
        }
    }
    Ok(report(comparisons, runs.len(), after))
}

fn compare(
    thing: Option<ThingId>,
    name: &str,
    figure: &str,
    actual: f64,
    expected: impl Iterator<Item = f64>,
) -> Comparison {
    let mut expected: Vec<f64> = expected.collect();
    expected.sort_by(f64::total_cmp);
    let [p10, p50, p90] = [0.1, 0.5, 0.9].map(|part| quantile(&expected, part));
    let verdict = if (p10..=p90).contains(&actual) { Verdict::Fits } else { Verdict::DoesNotFit };
    let words = words(name, figure, verdict, actual, (p10, p90));
    Comparison { thing, name: name.into(), figure: figure.into(), actual, p10, p50, p90, verdict, words }
}

/// The quantile of sorted values, between the two nearest.
fn quantile(sorted: &[f64], part: f64) -> f64 {
    let at = part * (sorted.len().max(1) - 1) as f64;
    let (low, high) = (at.floor() as usize, at.ceil() as usize);
    let value = |index: usize| sorted.get(index).copied().unwrap_or_default();
    value(low) + (value(high) - value(low)) * at.fract()
}

fn words(name: &str, figure: &str, verdict: Verdict, actual: f64, (p10, p90): (f64, f64)) -> String {
    let fits = if verdict == Verdict::Fits { "fits" } else { "does not fit" };
    match figure {
        "output" | "good pieces" => {
            format!("{fits}: {name} made {actual:.0}, the model expects {p10:.0}–{p90:.0}")
        }
        _ => format!(
            "{fits}: {name} was {figure} for {:.1} % of the time, the model expects {:.1}–{:.1} %",
            100.0 * actual,
            100.0 * p10,
            100.0 * p90
        ),
    }
}

fn report(comparisons: Vec<Comparison>, runs: usize, after: &Past<'_>) -> Report {
    let within = comparisons.iter().filter(|comparison| comparison.verdict == Verdict::Fits).count();
    let coverage = within as f64 / comparisons.len().max(1) as f64;
    let made = comparisons.iter().filter(|c| c.figure == "good pieces" && c.actual >= FEW_PIECES);
    let errors: Vec<f64> = made.map(|c| (c.p50 - c.actual) / c.actual).collect();
    let mean = |errors: &mut dyn Iterator<Item = f64>, count: usize| {
        (count > 0).then(|| errors.sum::<f64>() / count as f64)
    };
    let mape = mean(&mut errors.iter().map(|error| error.abs()), errors.len());
    let bias = mean(&mut errors.iter().copied(), errors.len());
    let verdict = if coverage >= FITS_FROM { Verdict::Fits } else { Verdict::DoesNotFit };
    let words = format!(
        "{}: {within} of {} figures lie within the model's bands from the 10th to the 90th percentile; about 80 % \
         should; {}",
        if verdict == Verdict::Fits { "the model fits its past" } else { "the model does not fit its past" },
        comparisons.len(),
        comparisons.first().map_or("", |plant| plant.words.as_str())
    );
    let (from_ns, to_ns) = (after.from.as_ns(), after.now.as_ns());
    Report { from_ns, to_ns, runs, comparisons, coverage, mape, bias, verdict, words }
}
