//! Another future of the same present: new random streams, and new residual times for all that is under way.

use super::layout::ns;
use super::state::{Phase, Setting};
use super::streams::Streams;
use super::{Arrivals, Event, FailureClock, Flow, Run, Trace};
use crate::Simulation;

/// Gives a running simulation, a fork most likely, the random streams of another seed. Whatever was drawn and has
/// not happened yet is drawn anew, given how long it has gone on already; what does not depend on chance (travel on
/// conveyors and ways, calendars) stays as it is. Two forks that get the same seed go the same way.
pub fn resample<T: Trace>(simulation: &mut Simulation<Flow<T>>, seed: u64) {
    let Simulation { model, calendar } = simulation;
    Streams::new(&model.layout.0.model, seed).install(&mut model.state);
    let now = calendar.now();
    model.run(calendar, now).draw_all_anew();
}

fn seconds(ns: i64) -> f64 {
    ns as f64 * 1e-9
}

impl<T: Trace> Run<'_, T> {
    fn draw_all_anew(&mut self) {
        for slot in 0..self.s.jobs.len() as u32 {
            self.draw_job(slot);
        }
        for station in 0..self.s.stations.len() as u32 {
            self.draw_setting(station);
            self.draw_tool(station);
        }
        for failure in 0..self.s.failures.len() as u32 {
            self.draw_failure(failure);
        }
        for station in 0..self.s.stations.len() as u32 {
            self.arm_running(station);
        }
        for source in 0..self.s.sources.len() as u32 {
            self.draw_arrival(source);
        }
        for sink in 0..self.s.sinks.len() as u32 {
            self.draw_collection(sink);
        }
    }

    fn draw_job(&mut self, slot: u32) {
        let station = self.l.slots[slot as usize];
        let first = self.l.stations[station as usize].operations.0;
        let job = &mut self.s.jobs[slot as usize];
        let is_running = job.phase == Phase::Running;
        let is_drawn = job.left >= 0 && matches!(job.phase, Phase::Stopped | Phase::Waiting);
        if !is_running && !is_drawn {
            return;
        }
        let spec = &self.l.model.stations[station as usize].operations[(job.operation - first) as usize];
        let worked = job.worked + if is_running { self.now - job.resumed } else { 0 };
        let stream = &mut self.s.stations[station as usize].cycle;
        let left = ns(spec.time_s.residual(seconds(worked), stream));
        if is_running {
            job.ends = self.now.saturating_add(left);
            let ticket = job.ticket.replace(self.c.schedule(job.ends, Event::JobEnds(slot)));
            ticket.and_then(|ticket| self.c.cancel(ticket));
        } else {
            job.left = left;
        }
    }

    fn draw_setting(&mut self, station: u32) {
        let run = &self.s.stations[station as usize];
        let (setting, elapsed) = (run.setting, seconds(self.now - run.setting_began));
        let time = match setting {
            Setting::Setup(family) => self.setup_time(station, run.family, family),
            Setting::Tool => self.l.model.stations[station as usize].tool.as_ref().map(|tool| &tool.change_s),
            _ => return,
        };
        let time = time.cloned();
        let run = &mut self.s.stations[station as usize];
        let stream = if setting == Setting::Tool { &mut run.tool } else { &mut run.setup };
        let left = time.map_or(0, |time| ns(time.residual(elapsed, stream)));
        run.setting_ends = self.now.saturating_add(left);
        let ticket = run.setting_ticket.replace(self.c.schedule(run.setting_ends, Event::SetEnds(station)));
        ticket.and_then(|ticket| self.c.cancel(ticket));
    }

    fn draw_tool(&mut self, station: u32) {
        let Some(tool) = &self.l.model.stations[station as usize].tool else { return };
        let run = &mut self.s.stations[station as usize];
        // A tool that is worn already is changed as soon as that can be done, in whatever future.
        if run.tool_left > 0 && run.setting != Setting::Tool {
            run.tool_left = ns(tool.life_s.residual(seconds(run.tool_age), &mut run.tool));
        }
    }

    fn draw_failure(&mut self, failure: u32) {
        let layout = self.l.failures[failure as usize];
        let spec = &self.l.model.stations[layout.station as usize].failures[layout.local as usize];
        let station = &self.s.stations[layout.station as usize];
        let running = if station.running > 0 { self.now - station.run_since } else { 0 };
        let run = &mut self.s.failures[failure as usize];
        if run.is_down {
            if run.is_repairing {
                let left =
                    spec.time_to_repair_s.residual(seconds(self.now - run.repair_began), &mut run.repair);
                run.repaired_at = self.now.saturating_add(ns(left));
                let ticket = run.ticket.replace(self.c.schedule(run.repaired_at, Event::Repaired(failure)));
                ticket.and_then(|ticket| self.c.cancel(ticket));
            }
            return;
        }
        let life = &spec.time_to_failure_s;
        if let Some(ticket) = run.ticket.take() {
            self.c.cancel(ticket);
        }
        match layout.clock {
            FailureClock::Calendar => {
                let left = ns(life.residual(seconds(self.now - run.since), &mut run.life));
                run.left = left;
                let at = self.now.saturating_add(left);
                run.ticket = Some(self.c.schedule_with(at, 120, Event::Fails(failure)));
            }
            FailureClock::Operating => {
                run.left =
                    ns(life.residual(seconds(run.age + running), &mut run.life)).saturating_add(running);
            }
            FailureClock::Jobs => run.left = ns(life.residual(seconds(run.age), &mut run.life)),
        }
    }

    /// Puts those failures into the calendar that fall into jobs that run.
    fn arm_running(&mut self, station: u32) {
        let layout = &self.l.stations[station as usize];
        if !layout.wears || self.s.stations[station as usize].running == 0 {
            return;
        }
        let slots = &self.s.jobs[layout.first_slot as usize..(layout.first_slot + layout.slots) as usize];
        let ends = slots.iter().filter(|job| job.phase == Phase::Running).map(|job| job.ends).max();
        self.arm_wear(station, ends.unwrap_or(self.now), false);
    }

    fn draw_arrival(&mut self, source: u32) {
        let (Arrivals::Every(interval) | Arrivals::OrLost(interval) | Arrivals::FillUp(interval)) =
            &self.l.model.sources[source as usize].arrivals
        else {
            return;
        };
        let run = &mut self.s.sources[source as usize];
        if let Some(ticket) = run.ticket {
            let left = ns(interval.residual(seconds(self.now - run.since), &mut run.stream));
            run.ticket = Some(self.c.schedule(self.now.saturating_add(left), Event::SourceDue(source)));
            self.c.cancel(ticket);
        }
    }

    fn draw_collection(&mut self, sink: u32) {
        let Some(interval) = &self.l.model.sinks[sink as usize].every_s else { return };
        let run = &mut self.s.sinks[sink as usize];
        if let Some(ticket) = run.ticket {
            let left = ns(interval.residual(seconds(self.now - run.since), &mut run.stream));
            run.ticket = Some(self.c.schedule(self.now.saturating_add(left), Event::SinkDue(sink)));
            self.c.cancel(ticket);
        }
    }
}
