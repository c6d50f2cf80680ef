//! Robots load machines: one at a time, in the order in which they were asked.

use super::{Calendar, Event, Flow, Job, Part, SECOND};

/// Part of a tool's life that one piece costs.
const TOOL_USE: f64 = 0.011;
/// How long a robot takes to load a machine.
const LOADING: i64 = 9 * SECOND;

impl Flow {
    /// A piece is in the machine: it is worked on at once, or once the robot has loaded it.
    pub(super) fn start_job(&mut self, index: u16, part: Part, now: i64, calendar: &mut Calendar) {
        let station = &mut self.stations[usize::from(index)];
        station.tool.wear += if station.class.is_machine_tool() { TOOL_USE } else { 0.0 };
        let due = (station.loader.is_none()).then(|| now + station.draw_cycle());
        station.jobs.push_back(Job { part, begun: now, due, is_bad: None });
        let (device, loader) = (station.device, station.loader);
        self.touch(device);
        if let Some(loader) = loader
            && self.loaders[usize::from(loader)].hands.seize(index, 0)
        {
            self.serve(loader, index, now, calendar);
        }
    }

    /// A robot begins to load a machine.
    fn serve(&mut self, loader: u16, station: u16, now: i64, calendar: &mut Calendar) {
        let robot = &mut self.loaders[usize::from(loader)];
        robot.serving = Some(station);
        (robot.begun, robot.until) = (now, now + LOADING);
        let device = robot.device;
        calendar.schedule(robot.until, Event::Loaded(loader));
        self.touch(device);
    }

    /// A robot has loaded a machine, which begins to work; the robot turns to who waits for it.
    pub(super) fn loaded(&mut self, loader: u16, now: i64, calendar: &mut Calendar) {
        let robot = &mut self.loaders[usize::from(loader)];
        robot.moves += 1;
        let (device, served, next) = (robot.device, robot.serving.take(), robot.hands.release());
        if let Some(index) = served {
            let station = &mut self.stations[usize::from(index)];
            let cycle = station.draw_cycle();
            if let Some(job) = station.jobs.back_mut() {
                job.begun = now;
                job.due = Some(now + cycle);
            }
            self.work.push_back(index);
        }
        if let Some(next) = next {
            self.serve(loader, next, now, calendar);
        }
        self.touch(device);
    }
}
