//! Failures and repairs.
//!
//! A failure that counts time at work is put into the calendar only when it falls into a job that runs; otherwise
//! the time is only taken off its life. So a line of machines that seldom fail costs no more events than one that
//! never does. Failures of one station are independent: each has its own repair, and the station is whole when all
//! are repaired.

use super::event::{Event, Request};
use super::layout::ns;
use super::state::Phase;
use super::{FailureClock, Happening, Run, Trace, book};

/// One job, on the clock of a failure that counts jobs.
const JOB: i64 = 1_000_000_000;

impl<T: Trace> Run<'_, T> {
    /// A job of the station runs until `ends`: whatever fails before that is put into the calendar.
    pub fn arm_wear(&mut self, station: u32, ends: i64, is_new: bool) {
        let (from, to) = self.l.stations[station as usize].failures;
        let since = self.s.stations[station as usize].run_since;
        for index in from..to {
            let run = &mut self.s.failures[index as usize];
            let fails = match self.l.failures[index as usize].clock {
                FailureClock::Calendar => continue,
                FailureClock::Operating => since.saturating_add(run.left),
                FailureClock::Jobs if is_new => {
                    run.left -= JOB;
                    run.age += JOB;
                    if run.left <= 0 { self.now } else { i64::MAX }
                }
                FailureClock::Jobs => i64::MAX,
            };
            if fails < ends && run.ticket.is_none() && !run.is_down {
                run.ticket = Some(self.c.schedule_with(fails.max(self.now), 120, Event::Fails(index)));
            }
        }
    }

    /// Nothing runs in the station any more: its time at work is taken off the lives of its failures.
    pub fn rest_wear(&mut self, station: u32) {
        let (from, to) = self.l.stations[station as usize].failures;
        let worked = self.now - self.s.stations[station as usize].run_since;
        for index in from..to {
            if self.l.failures[index as usize].clock == FailureClock::Operating {
                let run = &mut self.s.failures[index as usize];
                run.left -= worked;
                run.age += worked;
                if let Some(ticket) = run.ticket.take() {
                    self.c.cancel(ticket);
                }
            }
        }
    }

    pub fn fail(&mut self, failure: u32) {
        let layout = self.l.failures[failure as usize];
        let run = &mut self.s.failures[failure as usize];
        run.ticket = None;
        run.is_down = true;
        run.broke = self.now;
        run.count += 1;
        let station = layout.station;
        self.tell(|| Happening::Failed { station, failure: layout.local });
        self.s.stations[station as usize].downs += 1;
        self.stop(station);
        if layout.scraps {
            self.scrap_jobs(station);
        }
        self.request_repair(failure, None);
    }

    /// One more reason why nothing runs in a station.
    pub fn stop(&mut self, station: u32) {
        self.touch(station);
        let run = &mut self.s.stations[station as usize];
        run.stops += 1;
        if run.stops > 1 {
            return;
        }
        let layout = &self.l.stations[station as usize];
        for slot in layout.first_slot..layout.first_slot + layout.slots {
            self.stop_job(station, slot);
        }
        if self.s.stations[station as usize].running > 0 {
            self.s.stations[station as usize].running = 0;
            self.rest_wear(station);
        }
    }

    fn stop_job(&mut self, station: u32, slot: u32) {
        let job = &mut self.s.jobs[slot as usize];
        let was_running = job.phase == Phase::Running;
        if was_running || job.phase == Phase::Waiting {
            job.phase = Phase::Stopped;
        }
        if !was_running {
            return;
        }
        job.left = job.ends - self.now;
        job.worked += self.now - job.resumed;
        let (left_ns, operation) = (job.left, job.operation);
        if let Some(ticket) = job.ticket.take() {
            self.c.cancel(ticket);
        }
        if let Some((crew, count)) = self.l.operations[operation as usize].crew {
            self.release(crew, count);
        }
        let slot = slot - self.l.stations[station as usize].first_slot;
        self.tell(|| Happening::JobStopped { station, slot, left_ns });
    }

    /// One reason less why nothing runs in a station.
    pub fn unstop(&mut self, station: u32) {
        self.touch(station);
        let run = &mut self.s.stations[station as usize];
        run.stops -= 1;
        if run.stops > 0 {
            return;
        }
        let layout = &self.l.stations[station as usize];
        for slot in layout.first_slot..layout.first_slot + layout.slots {
            if self.s.jobs[slot as usize].phase == Phase::Stopped {
                self.request_run(slot, None);
            }
        }
        self.queue_station(station);
    }

    /// What is in a broken station and not yet done is scrap.
    fn scrap_jobs(&mut self, station: u32) {
        let layout = &self.l.stations[station as usize];
        for slot in layout.first_slot..layout.first_slot + layout.slots {
            let job = &mut self.s.jobs[slot as usize];
            if !matches!(job.phase, Phase::Stopped | Phase::Waiting | Phase::Setup) {
                continue;
            }
            let (head, taken, operation) = (job.head, job.taken, job.operation);
            *job = super::state::Job::empty();
            self.scrap_from_limits(station, operation);
            let operation = &self.l.operations[operation as usize];
            let count = self.scrapped(head, taken.min(operation.takes[0].1), operation.step);
            self.leave_list(head);
            let run = &mut self.s.stations[station as usize];
            run.busy -= 1;
            run.idle_since = self.now;
            book(run, super::OutcomeKind::Scrap, count);
            self.queue_station(station);
        }
    }

    pub fn request_repair(&mut self, failure: u32, called: Option<u32>) {
        if let Some((crew, count)) = self.l.failures[failure as usize].crew {
            if !self.has_people(crew, count, called) {
                return self.ask(crew, Request::Repair(failure), called);
            }
            self.seize(crew, count);
        }
        let layout = self.l.failures[failure as usize];
        let spec = &self.l.model.stations[layout.station as usize].failures[layout.local as usize];
        let run = &mut self.s.failures[failure as usize];
        let takes = ns(spec.time_to_repair_s.sample(&mut run.repair));
        run.is_repairing = true;
        run.repair_began = self.now;
        run.repaired_at = self.now.saturating_add(takes);
        run.ticket = Some(self.c.schedule(run.repaired_at, Event::Repaired(failure)));
        let ends_ns = run.repaired_at;
        self.tell(|| Happening::RepairStarted { station: layout.station, failure: layout.local, ends_ns });
    }

    pub fn repaired(&mut self, failure: u32) {
        let layout = self.l.failures[failure as usize];
        let spec = &self.l.model.stations[layout.station as usize].failures[layout.local as usize];
        if let Some((crew, count)) = layout.crew {
            self.release(crew, count);
        }
        let run = &mut self.s.failures[failure as usize];
        (run.is_down, run.is_repairing, run.ticket) = (false, false, None);
        run.left = ns(spec.time_to_failure_s.sample(&mut run.life));
        run.age = 0;
        run.since = self.now;
        if layout.clock == FailureClock::Calendar {
            let at = self.now.saturating_add(run.left);
            run.ticket = Some(self.c.schedule_with(at, 120, Event::Fails(failure)));
        }
        self.tell(|| Happening::Repaired { station: layout.station, failure: layout.local });
        self.s.stations[layout.station as usize].downs -= 1;
        self.unstop(layout.station);
    }
}
