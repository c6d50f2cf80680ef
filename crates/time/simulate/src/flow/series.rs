//! How a run goes, at the ends of equal buckets: what plots with bands are drawn from.

use super::{Flow, FlowModel, StationState, Trace};
use crate::Simulation;
use serde::{Deserialize, Serialize};

/// What one curve shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "of", content = "index", rename_all = "kebab-case")]
pub enum Curve {
    /// Pieces that have left as output, since the beginning.
    Output,
    /// Pieces in the plant.
    Wip,
    /// Energy used since the beginning, kWh.
    EnergyKwh,
    /// Pieces in a buffer.
    Level(u32),
    /// Good pieces of a station, since the beginning.
    Good(u32),
    /// Share of the bucket that a station was at work.
    Running(u32),
}

impl Curve {
    /// All curves of a model, in the order in which a [`Series`] holds them.
    #[must_use]
    pub fn all(model: &FlowModel) -> Vec<Self> {
        let buffers = (0..model.buffers.len() as u32).map(Self::Level);
        let stations = 0..model.stations.len() as u32;
        let stations = stations.clone().map(Self::Good).chain(stations.map(Self::Running));
        [Self::Output, Self::Wip, Self::EnergyKwh].into_iter().chain(buffers).chain(stations).collect()
    }
}

/// Curves of one run: values of all curves of the first bucket, then of the second, and so on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Series {
    /// How many curves there are.
    pub curves: usize,
    /// The values, one row a bucket.
    pub values: Vec<f32>,
    /// Seconds at work of each station at the last bucket's end.
    running_s: Vec<f64>,
    last_ns: i64,
}

impl Series {
    /// Begins where a run stands.
    #[must_use]
    pub fn new<T: Trace>(simulation: &Simulation<Flow<T>>) -> Self {
        let now = simulation.calendar.now();
        let model = simulation.model.model();
        let mut series = Self {
            curves: 3 + model.buffers.len() + 2 * model.stations.len(),
            values: Vec::new(),
            running_s: Vec::new(),
            last_ns: now,
        };
        series.running_s = running_s(&simulation.model, now);
        series
    }

    /// Adds a row: a bucket ends where the run stands.
    pub fn add<T: Trace>(&mut self, simulation: &Simulation<Flow<T>>) {
        let (flow, now) = (&simulation.model, simulation.calendar.now());
        let stations = flow.state.stations.len() as u32;
        let energy: f64 = (0..stations).map(|station| flow.energy_wh(station, now)).sum();
        self.values.extend([flow.output() as f32, flow.wip() as f32, (energy * 1e-3) as f32]);
        self.values.extend(flow.state.buffers.iter().map(|run| run.level as f32));
        self.values.extend(flow.state.stations.iter().map(|run| run.good as f32));
        let running = running_s(flow, now);
        let span = (now - self.last_ns) as f64 * 1e-9;
        let shares =
            running.iter().zip(&self.running_s).map(|(now, before)| ((now - before) / span.max(1e-9)) as f32);
        self.values.extend(shares);
        (self.running_s, self.last_ns) = (running, now);
    }

    /// How many buckets there are.
    #[must_use]
    pub fn buckets(&self) -> usize {
        self.values.len() / self.curves.max(1)
    }
}

fn running_s<T>(flow: &Flow<T>, now: i64) -> Vec<f64> {
    flow.state.stations.iter().map(|run| run.seconds(now)[StationState::Running.index()]).collect()
}

impl<T: Trace> Flow<T> {
    /// Pieces that have left by sinks that count as output; by all, when none does.
    #[must_use]
    pub fn output(&self) -> u64 {
        let sinks = &self.layout.0.model.sinks;
        let has_output = sinks.iter().any(|sink| sink.is_output);
        let counted = sinks.iter().zip(&self.state.sinks).filter(|(sink, _)| sink.is_output || !has_output);
        counted.map(|(_, run)| run.count.iter().sum::<u64>()).sum()
    }
}
