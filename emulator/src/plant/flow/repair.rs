//! Machines break and wear, and a crew that is too small for everything at once repairs them.

use super::{Breakdown, Calendar, Event, Flow, SECOND, Slot, Station, VIBRATION_ALARM, VIBRATION_WARN};
use crate::plant::catalog::{BEARING, Class, FailureMode, failure_modes};
use std::sync::Arc;
use trine_simulate::Distribution;
use trine_world::{Condition, ConditionLevel, MachineState};

/// How often bearings are looked at.
pub(super) const WEAR_EVERY: i64 = 10 * SECOND;
/// Coolant that cutting costs, % of the tank in an hour, and the level at which the machine asks for more.
const COOLANT_PER_HOUR: f64 = 3.6;
const COOLANT_LOW: f64 = 20.0;

impl Flow {
    /// A machine breaks, if it is working; one that stands still is asked again later.
    pub(super) fn may_fail(&mut self, index: u16, now: i64, calendar: &mut Calendar) {
        let station = &mut self.stations[usize::from(index)];
        if station.state != MachineState::Running {
            let later = (station.failures.exponential() * 600.0 * SECOND as f64) as i64;
            calendar.schedule(now + later, Event::Fail(index));
            return;
        }
        let mode = station.draw_mode();
        self.break_down(index, mode, now, calendar);
    }

    /// Schedules the next failure of a machine by its operating life.
    pub(super) fn plan_failure(&mut self, index: u16, now: i64, calendar: &mut Calendar) {
        let station = &mut self.stations[usize::from(index)];
        let life = Distribution::Weibull { shape: 1.3, scale: station.row.mtbf_h * 3_600.0 / 0.923 };
        let after = (life.sample(&mut station.failures) * SECOND as f64) as i64;
        calendar.schedule(now + after, Event::Fail(index));
    }

    fn break_down(&mut self, index: u16, mode: FailureMode, now: i64, calendar: &mut Calendar) {
        let priority = u8::from(mode != BEARING);
        let station = &mut self.stations[usize::from(index)];
        station.breakdown = Some(Breakdown { mode });
        station.halted.get_or_insert(now);
        station.setup_until = None;
        station.conditions[Slot::System as usize].push(text(
            ConditionLevel::Fault,
            mode.code,
            1 + priority,
            "",
            mode.message,
        ));
        let device = station.device;
        self.touch(device);
        if self.crew.seize(index, priority) {
            self.repair(index, now, calendar);
        }
        self.work.push_back(index);
    }

    fn repair(&mut self, index: u16, now: i64, calendar: &mut Calendar) {
        let station = &mut self.stations[usize::from(index)];
        let Some(breakdown) = station.breakdown else { return };
        let sigma = if breakdown.mode == BEARING { 0.04 } else { 0.5 };
        let time = Distribution::Lognormal { mean: breakdown.mode.repair_min * 60.0, sigma };
        let takes = (time.sample(&mut station.failures) * SECOND as f64) as i64;
        calendar.schedule(now + takes, Event::Repaired(index));
    }

    /// A machine is whole again; the technician goes to the next one.
    pub(super) fn repaired(&mut self, index: u16, now: i64, calendar: &mut Calendar) {
        let station = &mut self.stations[usize::from(index)];
        let mode = station.breakdown.take().map(|breakdown| breakdown.mode);
        station.conditions[Slot::System as usize].clear();
        station.resume(now);
        let device = station.device;
        self.touch(device);
        if mode == Some(BEARING) {
            self.replace_bearing(index);
        } else {
            self.plan_failure(index, now, calendar);
        }
        if let Some(next) = self.crew.release() {
            self.repair(next, now, calendar);
        }
        self.work.push_back(index);
    }

    /// What was in the machine when the spindle broke is scrap.
    fn replace_bearing(&mut self, index: u16) {
        let station = &mut self.stations[usize::from(index)];
        station.bearing.replace();
        station.conditions[Slot::Spindle as usize].clear();
        for job in station.jobs.drain(..) {
            station.scrap += 1;
            self.balance.scrapped += job.part.weight();
        }
    }

    /// Lets all spindles wear, and their monitors look.
    pub(super) fn wear(&mut self, now: i64, calendar: &mut Calendar) {
        let passed = now - self.last_wear;
        self.last_wear = now;
        for index in 0..self.stations.len() {
            if self.stations[index].class.is_machine_tool() {
                self.wear_one(index as u16, passed, now, calendar);
            }
        }
        calendar.schedule(now + WEAR_EVERY, Event::Wear);
    }

    fn wear_one(&mut self, index: u16, passed: i64, now: i64, calendar: &mut Calendar) {
        let station = &mut self.stations[usize::from(index)];
        if !station.spindle_turns() {
            return;
        }
        let is_working = station.is_working();
        let is_broken = station.bearing.wear(passed, is_working);
        if station.bearing.watch() {
            station.tell_vibration();
            let device = station.device;
            self.touch(device);
        }
        if is_working {
            self.use_coolant(index, passed, now, calendar);
        }
        if is_broken {
            self.break_down(index, BEARING, now, calendar);
        }
    }

    fn use_coolant(&mut self, index: u16, passed: i64, now: i64, calendar: &mut Calendar) {
        let station = &mut self.stations[usize::from(index)];
        station.coolant -= COOLANT_PER_HOUR * passed as f64 / SECOND as f64 / 3_600.0;
        if station.coolant > COOLANT_LOW || station.condition(Slot::Media).is_some() {
            return;
        }
        let message = "Coolant level low";
        station.conditions[Slot::Media as usize].push(text(
            ConditionLevel::Warning,
            "CLT-210",
            4,
            "LOW",
            message,
        ));
        let after = (station.failures.between(600.0, 1_500.0) * SECOND as f64) as i64;
        calendar.schedule(now + after, Event::Refill(index));
        let device = station.device;
        self.touch(device);
    }

    /// Somebody has filled up the coolant.
    pub(super) fn refill(&mut self, index: u16) {
        let station = &mut self.stations[usize::from(index)];
        station.coolant = station.failures.between(88.0, 97.0);
        station.conditions[Slot::Media as usize].clear();
        let device = station.device;
        self.touch(device);
    }
}

impl Station {
    /// Whether the spindle turns. Grinding spindles are kept turning between pieces, so that they stay warm.
    pub fn spindle_turns(&self) -> bool {
        self.breakdown.is_none() && (self.is_working() || self.class == Class::Grinding)
    }

    fn draw_mode(&mut self) -> FailureMode {
        let modes = failure_modes(self.class);
        let mut draw = self.failures.unit() * modes.iter().map(|mode| mode.weight).sum::<f64>();
        for mode in modes {
            draw -= mode.weight;
            if draw <= 0.0 {
                return *mode;
            }
        }
        modes[0]
    }

    fn tell_vibration(&mut self) {
        let alarms = &mut self.conditions[Slot::Spindle as usize];
        alarms.clear();
        if self.bearing.passed[0] {
            let message = format!("Spindle vibration above {VIBRATION_WARN} mm/s");
            alarms.push(text(ConditionLevel::Warning, "SPN-452", 3, "HIGH", &message));
        }
        if self.bearing.passed[1] {
            let message = format!("Spindle vibration above {VIBRATION_ALARM} mm/s, bearing damage likely");
            alarms.push(text(ConditionLevel::Fault, "SPN-710", 2, "HIGH", &message));
        }
    }
}

fn text(level: ConditionLevel, code: &str, priority: u8, qualifier: &str, message: &str) -> Arc<str> {
    let (code, qualifier, message) = (code.into(), qualifier.into(), message.into());
    Condition { level, code, priority: Some(priority), qualifier, message }.to_string().into()
}
