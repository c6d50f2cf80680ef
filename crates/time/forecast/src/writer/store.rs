//! What a store of the future says of itself: its level, and for a conveyor whether it moves.

use super::pending::{Pending, Queue};
use super::tell;
use crate::mapping::{SignalRef, StoreMap};
use std::collections::BTreeMap;
use trine_simulate::flow::Buffer;
use trine_world::{MachineState, Role};

/// One store with all its buffers.
#[derive(Clone, Debug)]
pub(super) struct StoreWriter {
    signals: Vec<SignalRef>,
    is_conveyor: bool,
    transit_ns: i64,
    capacity: u32,
    levels: BTreeMap<u32, u32>,
    moves_until_ns: i64,
    state: Option<MachineState>,
}

impl StoreWriter {
    pub fn new(map: &StoreMap) -> Self {
        Self {
            signals: map.signals.clone(),
            is_conveyor: map.is_conveyor,
            transit_ns: 0,
            capacity: 0,
            levels: BTreeMap::new(),
            moves_until_ns: i64::MIN,
            state: None,
        }
    }

    /// A buffer that is part of it.
    pub fn add(&mut self, buffer: &Buffer) {
        self.capacity += buffer.capacity;
        self.transit_ns = self.transit_ns.max((buffer.transit_s * 1e9) as i64);
    }

    pub fn level(&mut self, buffer: u32, level: u32, at_ns: i64, queue: &mut Queue) {
        let before = self.levels.insert(buffer, level).unwrap_or(0);
        let all: u32 = self.levels.values().sum();
        tell(&self.signals, Role::Level, at_ns, queue, |signal| Pending::number(signal, f64::from(all)));
        if level > before {
            self.moves_until_ns = at_ns + self.transit_ns;
        }
        self.tick(at_ns, queue);
    }

    /// Says whether it moves, when that has changed.
    pub fn tick(&mut self, at_ns: i64, queue: &mut Queue) {
        if !self.is_conveyor {
            return;
        }
        let moves = at_ns < self.moves_until_ns;
        let state = match moves {
            true => MachineState::Running,
            false if self.levels.values().sum::<u32>() >= self.capacity => MachineState::Blocked,
            false => MachineState::Idle,
        };
        if self.state.replace(state) != Some(state) {
            tell(&self.signals, Role::State, at_ns, queue, |_| Pending::text(state.as_str()));
            let turns = f64::from(u8::from(moves));
            tell(&self.signals, Role::BeltSpeed, at_ns, queue, |signal| {
                Pending::number(signal, signal.value * turns)
            });
        }
    }
}
