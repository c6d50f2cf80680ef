//! What many runs amount to: figures with their confidence, machines with their shares of time, curves with bands, and
//! how variants differ.

use crate::run::{counted_before, curves};
use serde::{Deserialize, Serialize};
use trine_base::ThingId;
use trine_forecast::PlantModel;
use trine_simulate::Tally;
use trine_simulate::flow::{Band, Curve, Kpi, Replicate, Replications, StationState, Summary, compare};
use trine_world::BranchId;

/// The curve of the good pieces that all machines finish in a bucket.
const OUTPUT: &str = "output";
/// The curve of what has left the plant since the fork.
pub const OUTPUT_TOTAL: &str = "outputTotal";
/// Confidence of intervals.
const CONFIDENCE: f64 = 0.95;

/// A figure of a branch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KpiRow {
    /// Which.
    pub kpi: String,
    /// Its unit.
    pub unit: String,
    /// Mean over the runs.
    pub mean: f64,
    /// Low end of its 95 % confidence interval.
    pub low: f64,
    /// High end.
    pub high: f64,
}

/// A machine over the runs; shares of time are means, 0 to 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StationRow {
    /// The machine.
    pub thing: Option<ThingId>,
    /// Its name.
    pub name: String,
    /// At work.
    pub running: f64,
    /// Ready.
    pub idle: f64,
    /// Without material.
    pub starved: f64,
    /// Without room.
    pub blocked: f64,
    /// Set up.
    pub setup: f64,
    /// Broken.
    pub down: f64,
    /// Off by plan.
    pub planned: f64,
    /// Good pieces.
    pub good: f64,
    /// Scrapped pieces.
    pub scrap: f64,
    /// ISO 22400-2.
    pub oee: f64,
    /// ISO 22400-2.
    pub availability: f64,
    /// ISO 22400-2.
    pub performance: f64,
    /// ISO 22400-2.
    pub quality_rate: f64,
    /// Energy, kWh.
    pub energy_kwh: f64,
}

/// All figures of a branch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Report {
    /// Runs that came to their end.
    pub replications: usize,
    /// How long they took, s.
    pub seconds: f64,
    /// The plant.
    pub kpis: Vec<KpiRow>,
    /// Its machines.
    pub stations: Vec<StationRow>,
    /// What should be known.
    pub notes: Vec<String>,
}

/// How a KPI is written, in which unit, and whether more of it is better.
fn described(kpi: Kpi) -> (&'static str, &'static str, Option<bool>) {
    match kpi {
        Kpi::Output => ("output", "pieces", Some(true)),
        Kpi::LeadTimeS => ("leadTime", "s", Some(false)),
        Kpi::LeadTimeP90S => ("leadTimeP90", "s", Some(false)),
        Kpi::Wip => ("wip", "pieces", Some(false)),
        Kpi::Oee => ("oee", "", Some(true)),
        Kpi::Scrap => ("scrap", "pieces", Some(false)),
        Kpi::EnergyKwh => ("energy", "kWh", Some(false)),
        Kpi::TardinessS => ("tardiness", "s", Some(false)),
        Kpi::OnTime => ("dueDatesMet", "", Some(true)),
        Kpi::Cost => (COST, "", Some(false)),
    }
}

fn row(kpi: &str, unit: &str, values: impl Iterator<Item = f64>) -> Option<KpiRow> {
    let mut tally = Tally::default();
    values.for_each(|value| tally.add(value));
    let half = if tally.count() > 1 { tally.half_width(CONFIDENCE) } else { 0.0 };
    let mean = tally.mean();
    let (kpi, unit) = (kpi.to_owned(), unit.to_owned());
    (tally.count() > 0).then_some(KpiRow { kpi, unit, mean, low: mean - half, high: mean + half })
}

/// The KPIs of some runs.
#[must_use]
pub fn kpis(runs: &[Summary]) -> Vec<KpiRow> {
    let mut rows: Vec<KpiRow> = Vec::new();
    for kpi in Kpi::ALL {
        let (name, unit, _) = described(kpi);
        rows.extend(row(name, unit, runs.iter().filter_map(|run| kpi.of(run))));
    }
    let per_piece = runs.iter().filter(|run| run.output > 0).map(|run| run.energy_kwh / run.output as f64);
    rows.extend(row("energyPerPiece", "kWh", per_piece));
    rows
}

/// How the cost is called.
const COST: &str = "cost";

impl Report {
    /// The same with costs in a currency; without costs, where nobody has said what things cost.
    #[must_use]
    pub fn in_currency(mut self, currency: &str) -> Self {
        self.kpis.retain(|row| row.kpi != COST || !currency.is_empty());
        for row in self.kpis.iter_mut().filter(|row| row.kpi == COST) {
            currency.clone_into(&mut row.unit);
        }
        self
    }

    /// The figures of replications.
    #[must_use]
    pub fn of(model: &PlantModel, ran: &Replications, seconds: f64, mut notes: Vec<String>) -> Self {
        if !ran.ended.is_empty() {
            notes.push(format!("{} runs stood still or were broken off before their end", ran.ended.len()));
        }
        let stations = (0..model.flow.stations.len()).map(|index| station(model, &ran.summaries, index));
        Self {
            replications: ran.summaries.len(),
            seconds,
            kpis: kpis(&ran.summaries),
            stations: stations.collect(),
            notes,
        }
    }
}

fn station(model: &PlantModel, runs: &[Summary], index: usize) -> StationRow {
    let count = runs.len().max(1) as f64;
    let mean = |of: &dyn Fn(&trine_simulate::flow::StationSummary) -> f64| {
        runs.iter().map(|run| of(&run.stations[index])).sum::<f64>() / count
    };
    let share = |state: StationState| {
        mean(&|station| {
            let all: f64 = station.seconds.iter().sum();
            if all > 0.0 { station.seconds[state.index()] / all } else { 0.0 }
        })
    };
    StationRow {
        thing: model.mapping.stations.get(index).and_then(|map| map.thing.or(map.like)),
        name: model.flow.stations[index].name.clone(),
        running: share(StationState::Running),
        idle: share(StationState::Idle),
        starved: share(StationState::Starved),
        blocked: share(StationState::Blocked),
        setup: share(StationState::Setup),
        down: share(StationState::Down),
        planned: share(StationState::PlannedStop),
        good: mean(&|station| station.good as f64),
        scrap: mean(&|station| station.scrap as f64),
        oee: mean(&|station| station.oee),
        availability: mean(&|station| station.availability),
        performance: mean(&|station| station.performance),
        quality_rate: mean(&|station| station.quality_rate),
        energy_kwh: mean(&|station| station.energy_wh / 1000.0),
    }
}

/// A curve with its band.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BandSeries {
    /// `output` (of all machines, in each bucket), `outputTotal` (of the plant, since the fork), `wip`, `energy`, and of a thing `level`, `part-count`,
    /// `running`.
    pub name: String,
    /// What it is about, if not the whole plant.
    pub thing: Option<ThingId>,
    /// Its unit.
    pub unit: String,
    /// A tenth of the runs lie below.
    pub p10: Vec<f32>,
    /// Half of them.
    pub p50: Vec<f32>,
    /// Nine of ten.
    pub p90: Vec<f32>,
    /// Mean.
    pub mean: Vec<f32>,
}

/// The curves of a branch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bands {
    /// Ends of the buckets, ms since the Unix epoch.
    pub t: Vec<i64>,
    /// The curves.
    pub series: Vec<BandSeries>,
}

impl Bands {
    /// The bands of replications.
    #[must_use]
    pub fn of(model: &PlantModel, ran: &Replications, wanted: &Replicate) -> Self {
        let ends = (0..wanted.buckets).map(|bucket| wanted.bucket_end(model.flow.start_ns, bucket));
        let curves = curves(model);
        // What the strip under the hall counts in the past too: good pieces over all machines.
        let made: Vec<usize> = curves
            .iter()
            .enumerate()
            .filter(|(_, (curve, ..))| matches!(curve, Curve::Good(_)))
            .map(|(index, _)| index)
            .collect();
        let mut series = vec![band(OUTPUT.to_owned(), None, "pieces", &ran.bands.gains(&made), 0.0)];
        for (index, (curve, name, thing, unit)) in curves.into_iter().enumerate() {
            // A machine's counter goes on from where it stood.
            let above = match curve {
                Curve::Good(station) => counted_before(model, station) as f32,
                _ => 0.0,
            };
            series.push(band(name, thing, unit, &ran.bands.curve(index), above));
        }
        Self { t: ends.map(|end| end / 1_000_000).collect(), series }
    }

    /// Only some of them.
    #[must_use]
    pub fn only(mut self, names: Option<&[String]>) -> Self {
        if let Some(names) = names {
            self.series.retain(|series| names.contains(&series.name));
        }
        self
    }

    /// The curve of this name about this thing.
    #[must_use]
    pub fn of_thing(&self, name: &str, thing: Option<ThingId>) -> Option<&BandSeries> {
        self.series.iter().find(|series| series.name == name && series.thing == thing)
    }
}

fn band(name: String, thing: Option<ThingId>, unit: &str, points: &[Band], above: f32) -> BandSeries {
    let each = |of: fn(&Band) -> f32| points.iter().map(|point| of(point) + above).collect();
    BandSeries {
        name,
        thing,
        unit: unit.to_owned(),
        p10: each(|point| point.p10),
        p50: each(|point| point.p50),
        p90: each(|point| point.p90),
        mean: each(|point| point.mean),
    }
}

/// A value of a branch.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BranchValue {
    /// Which branch.
    pub branch: BranchId,
    /// Mean.
    pub mean: f64,
    /// Low end of its 95 % confidence interval.
    pub low: f64,
    /// High end.
    pub high: f64,
}

/// A difference to the first branch.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BranchDifference {
    /// Which branch.
    pub branch: BranchId,
    /// Mean of the paired differences.
    pub mean: f64,
    /// Low end of its 95 % confidence interval.
    pub low: f64,
    /// High end.
    pub high: f64,
    /// No chance, corrected by Holm for asking about all KPIs.
    pub real: bool,
}

/// A KPI over branches.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ComparisonRow {
    /// Which.
    pub kpi: String,
    /// Its unit.
    pub unit: String,
    /// `more`, `less` or nothing.
    pub better: Option<&'static str>,
    /// By branch.
    pub values: Vec<BranchValue>,
    /// By branch, without the first.
    pub differences: Vec<BranchDifference>,
}

/// Branches side by side.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The branch that others are compared with.
    pub base: BranchId,
    /// By KPI.
    pub rows: Vec<ComparisonRow>,
}

impl Comparison {
    /// The same with costs in a currency; without costs, where nobody has said what things cost.
    #[must_use]
    pub fn in_currency(mut self, currency: &str) -> Self {
        self.rows.retain(|row| row.kpi != COST || !currency.is_empty());
        for row in self.rows.iter_mut().filter(|row| row.kpi == COST) {
            currency.clone_into(&mut row.unit);
        }
        self
    }
}

/// Compares the runs of branches with those of the first.
#[must_use]
pub fn comparison(runs: &[(BranchId, Vec<Summary>)]) -> Option<Comparison> {
    let (base, first) = runs.first()?;
    let differences: Vec<(BranchId, Vec<trine_simulate::flow::Difference>)> =
        runs[1..].iter().map(|(id, other)| (id.clone(), compare(first, other))).collect();
    let rows = Kpi::ALL.into_iter().filter_map(|kpi| {
        let (name, unit, more) = described(kpi);
        let values: Vec<BranchValue> = runs
            .iter()
            .filter_map(|(id, runs)| {
                let KpiRow { mean, low, high, .. } =
                    row(name, unit, runs.iter().filter_map(|run| kpi.of(run)))?;
                Some(BranchValue { branch: id.clone(), mean, low, high })
            })
            .collect();
        let differences = differences.iter().filter_map(|(id, all)| {
            let found = all.iter().find(|difference| difference.kpi == kpi)?;
            let (mean, half) = (found.difference, found.half_width.unwrap_or(0.0));
            let (low, high) = (mean - half, mean + half);
            Some(BranchDifference { branch: id.clone(), mean, low, high, real: found.is_real })
        });
        let better = more.map(|more| if more { "more" } else { "less" });
        (!values.is_empty()).then(|| ComparisonRow {
            kpi: name.to_owned(),
            unit: unit.to_owned(),
            better,
            values,
            differences: differences.collect(),
        })
    });
    Some(Comparison { base: base.clone(), rows: rows.collect() })
}
