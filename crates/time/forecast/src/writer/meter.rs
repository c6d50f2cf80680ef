//! What an energy meter of the future shows: the sum of the machines behind it.

use super::pending::{Pending, Queue};
use super::station::StationWriter;
use super::tell;
use crate::mapping::{MeterMap, SignalRef};
use trine_world::Role;

/// One meter.
#[derive(Clone, Debug)]
pub(super) struct Meter {
    signals: Vec<SignalRef>,
    stations: Vec<u32>,
}

impl Meter {
    pub fn new(map: &MeterMap) -> Self {
        Self { signals: map.signals.clone(), stations: map.stations.clone() }
    }

    pub fn tell(&self, stations: &[StationWriter], at_ns: i64, queue: &mut Queue) {
        let drawn = self
            .stations
            .iter()
            .filter_map(|station| stations.get(*station as usize))
            .map(StationWriter::drawn);
        let (watts, joules) = drawn.fold((0.0, 0.0), |sum, drawn| (sum.0 + drawn.0, sum.1 + drawn.1));
        tell(&self.signals, Role::Power, at_ns, queue, |signal| {
            Pending::number(signal, watts / signal.factor)
        });
        tell(&self.signals, Role::Energy, at_ns, queue, |signal| {
            Pending::number(signal, signal.value + joules / signal.factor)
        });
    }
}
