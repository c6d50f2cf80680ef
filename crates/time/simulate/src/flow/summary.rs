//! What a run amounts to.
//!
//! Spec: ISO 22400-2:2014, the KPIs of these names: availability = actual production time ÷ planned busy time;
//! effectiveness (here performance) = planned run time per item × produced quantity ÷ actual production time;
//! quality ratio (here quality rate) = good quantity ÷ produced quantity; OEE index = their product. Planned busy
//! time is all time but planned stops, so waiting for material and for room counts as lost availability.

use super::layout::Layout;
use super::sketch::Sketch;
use super::state::{OrderRun, StationRun};
use super::{Flow, Order, Power, Prices, StationState, Trace};
use crate::{Simulation, Tally};
use serde::{Deserialize, Serialize};

/// A station over a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StationSummary {
    /// Seconds in each state, in the order of [`StationState::ALL`].
    pub seconds: [f64; 7],
    /// Good pieces.
    pub good: u64,
    /// Scrapped pieces.
    pub scrap: u64,
    /// Pieces to be worked on again.
    pub rework: u64,
    /// Jobs done.
    pub jobs: u64,
    /// How often it broke.
    pub failures: u64,
    /// Energy, Wh.
    pub energy_wh: f64,
    /// Share of planned busy time at work.
    pub utilisation: f64,
    /// ISO 22400-2.
    pub availability: f64,
    /// ISO 22400-2; of the jobs that were done in this time.
    pub performance: f64,
    /// ISO 22400-2; 1 when nothing was made.
    pub quality_rate: f64,
    /// ISO 22400-2.
    pub oee: f64,
}

/// A buffer over a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BufferSummary {
    /// Pieces in it, mean over time.
    pub level_mean: f64,
    /// Most pieces in it.
    pub level_max: u32,
}

/// A sink over a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SinkSummary {
    /// Pieces that left, by material.
    pub count: Vec<u64>,
    /// Time from coming into the plant to leaving, s: mean, deviation.
    pub lead_time_s: Tally,
    /// Its quantiles.
    pub lead_time: Sketch,
}

/// An order at the end of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderSummary {
    /// Good pieces finished.
    pub done: u32,
    /// Pieces scrapped.
    pub scrapped: u32,
    /// When it was finished, ns; none when it was not.
    pub finished_ns: Option<i64>,
    /// How late it was, s; so far, when it is not finished. 0 when it is in time or was not promised.
    pub tardiness_s: f64,
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// From when, ns: after the warm-up.
    pub from_ns: i64,
    /// Until when, ns.
    pub to_ns: i64,
    /// By station.
    pub stations: Vec<StationSummary>,
    /// By buffer.
    pub buffers: Vec<BufferSummary>,
    /// By sink.
    pub sinks: Vec<SinkSummary>,
    /// By order.
    pub orders: Vec<OrderSummary>,
    /// By source: pieces brought, and turned away.
    pub sources: Vec<(u64, u64)>,
    /// By crew: people at work, mean over time.
    pub crews_busy: Vec<f64>,
    /// By vehicle: share of time on a trip.
    pub vehicles_busy: Vec<f64>,
    /// Pieces that left by sinks that count as output; by all, when none does.
    pub output: u64,
    /// Mean time of those in the plant, s; none when none left.
    pub lead_time_s: Option<f64>,
    /// Deviation of that time, s.
    pub lead_time_sd_s: Option<f64>,
    /// Half of them took no longer, s.
    pub lead_time_p50_s: Option<f64>,
    /// Nine of ten took no longer, s.
    pub lead_time_p90_s: Option<f64>,
    /// Pieces in the plant, mean over time.
    pub wip: f64,
    /// Energy, kWh.
    pub energy_kwh: f64,
    /// OEE, mean over stations with planned busy time.
    pub oee: f64,
    /// Lateness of all orders, weighted, s.
    pub tardiness_s: f64,
    /// Orders that were promised for this time and finished in time, of those that were promised for it; none when
    /// none was.
    pub on_time: Option<f64>,
    /// Cost by [`Prices`].
    pub cost: f64,
}

impl Summary {
    /// What has happened since the run began, or since its warm-up ended.
    #[must_use]
    pub fn of<T: Trace>(simulation: &Simulation<Flow<T>>, prices: &Prices) -> Self {
        let (layout, state) = (&simulation.model.layout.0, &simulation.model.state);
        let now = simulation.calendar.now();
        let span_s = seconds(now - state.stats_since);
        let mut summary = Self {
            from_ns: state.stats_since,
            to_ns: now,
            stations: stations(&simulation.model, now),
            buffers: buffers(&simulation.model, now),
            sources: state.sources.iter().map(|source| (source.brought, source.lost)).collect(),
            orders: layout
                .model
                .orders
                .iter()
                .zip(&state.orders)
                .map(|(o, run)| order(o, run, now))
                .collect(),
            crews_busy: state
                .crews
                .iter()
                .map(|crew| {
                    (crew.area + f64::from(crew.busy) * (now - crew.last) as f64) * 1e-9 / span_s.max(1e-9)
                })
                .collect(),
            vehicles_busy: simulation.model.vehicles_busy(now),
            wip: wip(&simulation.model, now),
            ..Self::default()
        };
        summary.add_sinks(&simulation.model);
        summary.add_totals(layout, prices);
        summary
    }

    fn add_sinks<T>(&mut self, flow: &Flow<T>) {
        let (mut lead, mut sketch) = (Tally::default(), Sketch::default());
        let spec = &flow.layout.0.model.sinks;
        let has_output = spec.iter().any(|sink| sink.is_output);
        for (sink, run) in spec.iter().zip(&flow.state.sinks) {
            if sink.is_output || !has_output {
                self.output += run.count.iter().sum::<u64>();
                lead.merge(&run.lead_s);
                sketch.merge(&run.sketch);
            }
            self.sinks.push(SinkSummary {
                count: run.count.clone(),
                lead_time_s: run.lead_s,
                lead_time: run.sketch.clone(),
            });
        }
        self.lead_time_s = (lead.count() > 0).then(|| lead.mean());
        self.lead_time_sd_s = (lead.count() > 1).then(|| lead.variance().sqrt());
        self.lead_time_p50_s = sketch.quantile(0.5).map(|ns| ns * 1e-9);
        self.lead_time_p90_s = sketch.quantile(0.9).map(|ns| ns * 1e-9);
    }

    fn add_totals(&mut self, layout: &Layout, prices: &Prices) {
        self.energy_kwh = self.stations.iter().map(|station| station.energy_wh).sum::<f64>() * 1e-3;
        let planned = |station: &&StationSummary| busy_s(station) > 0.0;
        let count = self.stations.iter().filter(planned).count().max(1);
        self.oee =
            self.stations.iter().filter(planned).map(|station| station.oee).sum::<f64>() / count as f64;
        let pairs = || layout.model.orders.iter().zip(&self.orders);
        self.tardiness_s = pairs().map(|(order, run)| order.weight * run.tardiness_s).sum();
        let promised =
            || pairs().filter(|(order, _)| order.due_ns > self.from_ns && order.due_ns <= self.to_ns);
        let kept = promised().filter(|(o, run)| run.finished_ns.is_some_and(|at| at <= o.due_ns)).count();
        let all = promised().count();
        self.on_time = (all > 0).then(|| kept as f64 / all as f64);
        self.cost = prices.of(self);
    }
}

fn seconds(ns: i64) -> f64 {
    ns as f64 * 1e-9
}

/// Planned busy time, s.
fn busy_s(station: &StationSummary) -> f64 {
    station.seconds.iter().sum::<f64>() - station.seconds[StationState::PlannedStop.index()]
}

/// Energy of the time spent in each state, Wh.
pub(crate) fn energy_wh(power: &Power, seconds: &[f64; 7]) -> f64 {
    let watts = StationState::ALL.map(|state| match state {
        StationState::Running => power.running_w,
        StationState::Idle | StationState::Starved | StationState::Blocked => power.idle_w,
        StationState::Setup => power.setup_w,
        StationState::Down => power.down_w,
        StationState::PlannedStop => power.off_w,
    });
    watts.iter().zip(seconds).map(|(watt, second)| watt * second).sum::<f64>() / 3600.0
}

impl StationRun {
    /// Seconds in each state until now.
    pub fn seconds(&self, now: i64) -> [f64; 7] {
        let mut spent = self.spent_ns;
        spent[self.shown.index()] += now - self.since;
        spent.map(seconds)
    }
}

fn stations<T>(flow: &Flow<T>, now: i64) -> Vec<StationSummary> {
    let layout = &flow.layout.0;
    let specs = layout.model.stations.iter().zip(&layout.stations);
    specs
        .zip(&flow.state.stations)
        .map(|((spec, place), run)| {
            let seconds = run.seconds(now);
            let (from, to) = place.failures;
            let failures = &flow.state.failures[from as usize..to as usize];
            let mut summary = StationSummary {
                seconds,
                good: run.good,
                scrap: run.scrap,
                rework: run.rework,
                jobs: run.jobs,
                failures: failures.iter().map(|failure| failure.count).sum(),
                energy_wh: energy_wh(&spec.power, &seconds),
                ..StationSummary::default()
            };
            summary.rate(run);
            summary
        })
        .collect()
}

impl StationSummary {
    fn rate(&mut self, run: &StationRun) {
        let share = |a: f64, b: f64, otherwise: f64| if b > 0.0 { a / b } else { otherwise };
        let produced = (self.good + self.scrap + self.rework) as f64;
        self.availability = share(self.seconds[StationState::Running.index()], busy_s(self), 0.0);
        self.utilisation = self.availability;
        self.performance = share(run.planned_s, seconds(run.worked_ns), 1.0);
        self.quality_rate = share(self.good as f64, produced, 1.0);
        self.oee = self.availability * self.performance * self.quality_rate;
    }
}

fn buffers<T>(flow: &Flow<T>, now: i64) -> Vec<BufferSummary> {
    let span = (now - flow.state.stats_since) as f64;
    flow.state
        .buffers
        .iter()
        .map(|run| {
            let area = run.area + f64::from(run.level) * (now - run.last) as f64;
            let level_mean = if span > 0.0 { area / span } else { f64::from(run.level) };
            BufferSummary { level_mean, level_max: run.level_max }
        })
        .collect()
}

fn wip<T>(flow: &Flow<T>, now: i64) -> f64 {
    let state = &flow.state;
    let area = state.wip_area + i128::from(state.wip) * i128::from(now - state.wip_last);
    let span = now - state.stats_since;
    if span > 0 { area as f64 / span as f64 } else { f64::from(state.wip) }
}

fn order(spec: &Order, run: &OrderRun, now: i64) -> OrderSummary {
    let finished_ns = (run.finished < i64::MAX).then_some(run.finished);
    let late = finished_ns.unwrap_or(now).saturating_sub(spec.due_ns).max(0);
    OrderSummary { done: run.done, scrapped: run.scrapped, finished_ns, tardiness_s: seconds(late) }
}

impl<T: Trace> Flow<T> {
    /// Forgets the statistics kept so far, as at the end of a warm-up. The plant itself stays as it is.
    pub fn reset_statistics(simulation: &mut Simulation<Self>) {
        let now = simulation.calendar.now();
        simulation.model.run(&mut simulation.calendar, now).reset_statistics();
    }

    fn vehicles_busy(&self, now: i64) -> Vec<f64> {
        let span = (now - self.state.stats_since).max(1) as f64;
        self.state
            .vehicles
            .iter()
            .map(|run| {
                let idle = super::state::VehiclePhase::Idle;
                let resting =
                    run.spent_ns[idle as usize] + if run.phase == idle { now - run.since } else { 0 };
                1.0 - resting as f64 / span
            })
            .collect()
    }

    /// Energy that a station has used until now, Wh.
    #[must_use]
    pub fn energy_wh(&self, station: u32, now_ns: i64) -> f64 {
        let power = &self.layout.0.model.stations[station as usize].power;
        energy_wh(power, &self.state.stations[station as usize].seconds(now_ns))
    }
}

impl<T: Trace> super::Run<'_, T> {
    /// All counts and times begin anew.
    pub fn reset_statistics(&mut self) {
        let now = self.now;
        let state = &mut *self.s;
        (state.stats_since, state.wip_last, state.wip_area, state.stay_sum) = (now, now, 0, 0);
        (state.made, state.gone) = (0, 0);
        for run in &mut state.stations {
            (run.since, run.spent_ns) = (now, [0; 7]);
            (run.good, run.scrap, run.rework, run.jobs) = (0, 0, 0, 0);
            (run.planned_s, run.worked_ns) = (0.0, 0);
        }
        state.buffers.iter_mut().for_each(|run| (run.area, run.last, run.level_max) = (0.0, now, run.level));
        state.failures.iter_mut().for_each(|run| run.count = 0);
        state.sources.iter_mut().for_each(|run| (run.brought, run.lost) = (0, 0));
        state.crews.iter_mut().for_each(|run| (run.area, run.last) = (0.0, now));
        state.vehicles.iter_mut().for_each(|run| (run.spent_ns, run.since, run.trips) = ([0; 8], now, 0));
        state.ways.iter_mut().for_each(|run| run.on_max = run.on);
        for run in &mut state.sinks {
            run.count.fill(0);
            (run.lead_s, run.sketch) = (Tally::default(), Sketch::default());
        }
    }
}
