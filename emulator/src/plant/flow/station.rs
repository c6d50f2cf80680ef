//! A machine as the flow sees it: what is in it, what it waits for, how worn it is.

use super::{Bearing, Part, SECOND};
use crate::plant::catalog::{Class, FailureMode, StationRow};
use std::collections::VecDeque;
use std::sync::Arc;
use trine_simulate::{Stream, Ticket};
use trine_world::MachineState;

/// A piece in work.
#[derive(Clone, Debug)]
pub struct Job {
    /// The piece.
    pub part: Part,
    /// When it came in.
    pub begun: i64,
    /// When it is done; `None` while it waits for the robot that loads it.
    pub due: Option<i64>,
    /// Whether it was found bad; judged once, when the work is done.
    pub is_bad: Option<bool>,
}

/// A machine that is broken.
#[derive(Clone, Copy, Debug)]
pub struct Breakdown {
    /// What broke.
    pub mode: FailureMode,
}

/// Which of a machine's condition signals an alarm shows on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The control.
    System,
    /// The spindle's monitor.
    Spindle,
    /// Coolant and other media.
    Media,
}

/// Tool in the spindle.
#[derive(Clone, Copy, Debug)]
pub struct Tool {
    /// Its place in the magazine.
    pub number: u8,
    /// Used part of its life, 0 to 1.
    pub wear: f64,
}

/// One machine.
#[derive(Clone, Debug)]
pub struct Station {
    /// Its row in the table.
    pub row: &'static StationRow,
    /// Its device and class.
    pub device: u16,
    pub class: Class,
    /// Stores and robot by index.
    pub inputs: Vec<u16>,
    pub outputs: Vec<u16>,
    pub loader: Option<u16>,
    /// What is in it, oldest first.
    pub jobs: VecDeque<Job>,
    /// Which input is asked first next time.
    pub turn: usize,
    /// When the last piece came in.
    pub entered: i64,
    /// What it is set up for.
    pub variant: Option<u8>,
    /// Until when it is being set up.
    pub setup_until: Option<i64>,
    /// What broke.
    pub breakdown: Option<Breakdown>,
    /// Since when nothing in it moves on, by breakdown or because its way out is full.
    pub halted: Option<i64>,
    /// Its next event.
    pub wake: Option<(i64, Ticket)>,
    /// What it shows.
    pub state: MachineState,
    /// Good and bad pieces so far, and the last cycle, s.
    pub good: u64,
    pub scrap: u64,
    pub last_cycle_s: f64,
    /// Whether the last piece was good.
    pub last_was_good: bool,
    pub tool: Tool,
    pub bearing: Bearing,
    /// Level of its coolant, %.
    pub coolant: f64,
    /// What its condition signals say; empty when all is well.
    pub conditions: [Vec<Arc<str>>; 3],
    /// How long pieces take, and how good they are.
    pub cycles: Stream,
    pub quality: Stream,
    /// When it breaks, how, and how long the repair takes.
    pub failures: Stream,
}

impl Station {
    /// Progress of the oldest piece, 0 to 1, halted when the machine is.
    pub fn progress(&self, now: i64) -> f64 {
        let Some(job) = self.jobs.front() else { return 0.0 };
        let Some(due) = job.due else { return 0.0 };
        let now = self.halted.unwrap_or(now).min(now);
        ((now - job.begun) as f64 / (due - job.begun).max(1) as f64).clamp(0.0, 1.0)
    }

    /// Whether work goes on in it.
    pub fn is_working(&self) -> bool {
        self.state == MachineState::Running && self.jobs.iter().any(|job| job.due.is_some())
    }

    /// The piece that is seen in it.
    pub fn part(&self) -> Option<&Part> {
        self.jobs.front().map(|job| &job.part)
    }

    /// What the condition signal says: one line for each alarm, the newest last; it is the newest that is shown.
    pub fn condition(&self, slot: Slot) -> Option<&Arc<str>> {
        self.conditions[slot as usize].last()
    }

    /// Moves the work on after a halt: what stood still is late by as much.
    pub fn resume(&mut self, now: i64) {
        let Some(since) = self.halted.take() else { return };
        for job in &mut self.jobs {
            job.begun += now - since;
            job.due = job.due.map(|due| if due > since { due + (now - since) } else { due });
        }
    }

    /// How long the next piece takes, ns.
    pub fn draw_cycle(&mut self) -> i64 {
        let spread = self.row.spread;
        let factor = (1.0 + spread * self.cycles.normal()).clamp(1.0 - 3.0 * spread, 1.0 + 4.0 * spread);
        (self.row.cycle_s * factor * SECOND as f64) as i64
    }

    /// When the machine by itself next has something to do.
    pub fn next_time(&self, now: i64) -> Option<i64> {
        if self.breakdown.is_some() {
            return None;
        }
        let done = self.jobs.front().and_then(|job| job.due).filter(|_| self.halted.is_none());
        let enters = self.entered + (self.row.pitch_s * SECOND as f64) as i64;
        let enters = (self.jobs.len() < self.row.slots).then_some(enters);
        [done, self.setup_until, enters].into_iter().flatten().filter(|time| *time > now).min()
    }
}
