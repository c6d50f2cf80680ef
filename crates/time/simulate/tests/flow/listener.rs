//! Somebody who knows a plant from its trace alone.

use std::collections::BTreeMap;
use trine_simulate::Simulation;
use trine_simulate::flow::*;

#[derive(Default)]
struct Listener {
    states: BTreeMap<u32, (StationState, i64)>,
    spent_ns: BTreeMap<(u32, StationState), i64>,
    levels: BTreeMap<u32, u32>,
    counts: BTreeMap<(u32, OutcomeKindKey), u64>,
    inside: BTreeMap<(u32, u32), u32>,
    left: u64,
    arrived: u64,
    running: BTreeMap<(u32, u32), i64>,
    orders: BTreeMap<u32, u32>,
}

type OutcomeKindKey = u8;

impl Listener {
    fn hear(&mut self, at: i64, what: &Happening) {
        match *what {
            Happening::State { station, to, .. } => {
                if let Some((before, since)) = self.states.insert(station, (to, at)) {
                    *self.spent_ns.entry((station, before)).or_insert(0) += at - since;
                }
            }
            Happening::Level { buffer, level } => {
                self.levels.insert(buffer, level);
            }
            Happening::PieceIn { station, slot, .. } => *self.inside.entry((station, slot)).or_insert(0) += 1,
            Happening::JobStarted { station, slot, ends_ns, .. }
            | Happening::JobResumed { station, slot, ends_ns } => {
                self.running.insert((station, slot), ends_ns);
            }
            Happening::JobStopped { station, slot, .. } => {
                self.running.remove(&(station, slot));
            }
            Happening::JobEnded { station, slot, kind, count, .. } => {
                assert_eq!(
                    self.running.remove(&(station, slot)),
                    Some(at),
                    "a job ends when it was said to end"
                );
                *self.counts.entry((station, kind as u8)).or_insert(0) += u64::from(count);
            }
            Happening::Left { .. } => self.left += 1,
            Happening::Arrived { .. } => self.arrived += 1,
            Happening::OrderProgress { order, done } => {
                self.orders.insert(order, done);
            }
            _ => {}
        }
    }
}

pub fn assert_complete(model: &FlowModel, simulation: &Simulation<Flow<Vec<(i64, Happening)>>>) {
    let mut listener = Listener::default();
    let trace = &simulation.model.trace;
    assert!(trace.is_sorted_by_key(|(at, _)| *at), "what happens is told in order");
    trace.iter().for_each(|(at, what)| listener.hear(*at, what));
    let summary = Summary::of(simulation, &Prices::default());
    for (index, station) in (0..).zip(&summary.stations) {
        let (state, since) = listener.states[&index];
        assert_eq!(state, simulation.model.station_state(index));
        for (number, seconds) in station.seconds.iter().enumerate() {
            let kind = StationState::ALL[number];
            let mut heard = listener.spent_ns.get(&(index, kind)).copied().unwrap_or(0);
            if kind == state {
                heard += summary.to_ns - since;
            }
            assert!(
                (heard as f64 * 1e-9 - seconds).abs() < 1e-6,
                "station {index} {kind:?}: {heard} {seconds}"
            );
        }
        let heard = |kind: OutcomeKind| listener.counts.get(&(index, kind as u8)).copied().unwrap_or(0);
        assert_eq!((heard(OutcomeKind::Good), heard(OutcomeKind::Rework)), (station.good, station.rework));
        let is_running = listener.running.keys().any(|(of, _)| *of == index);
        assert_eq!(is_running, state == StationState::Running, "station {index} {state:?}");
    }
    for index in 0..model.buffers.len() as u32 {
        assert_eq!(listener.levels[&index], simulation.model.level(index));
    }
    assert_eq!(listener.left, summary.output);
    assert_eq!(listener.arrived, summary.sources.iter().map(|(brought, _)| brought).sum::<u64>());
    for (index, order) in (0..).zip(&summary.orders) {
        assert!(listener.orders.get(&index).copied().unwrap_or(0) >= order.done);
    }
}
