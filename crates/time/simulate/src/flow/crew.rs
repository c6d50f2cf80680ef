//! People: so many on duty, who asks first is served first.
//!
//! Whoever cannot be served waits at the head of the queue and is not overtaken, so that who needs two of them is
//! not passed over for ever by those who need one. A shift that ends lets people finish what they do.

use super::event::{Request, Todo};
use super::state::{Phase, Setting};
use super::{Happening, Run, Trace};

impl<T: Trace> Run<'_, T> {
    /// Whether so many are free, and nobody has asked before. `called` is the crew whose queue has just reached
    /// the one who asks.
    pub fn has_people(&self, crew: u32, count: u32, called: Option<u32>) -> bool {
        let run = &self.s.crews[crew as usize];
        run.on_duty >= run.busy + count && (called == Some(crew) || run.waiting.is_empty())
    }

    pub fn seize(&mut self, crew: u32, count: u32) {
        self.book_crew(crew);
        self.s.crews[crew as usize].busy += count;
        self.tell_crew(crew);
    }

    pub fn release(&mut self, crew: u32, count: u32) {
        self.book_crew(crew);
        self.s.crews[crew as usize].busy -= count;
        self.tell_crew(crew);
        if !self.s.crews[crew as usize].waiting.is_empty() {
            self.s.todo.push_back(Todo::Crew(crew));
        }
    }

    /// Queues up for people.
    pub fn ask(&mut self, crew: u32, request: Request, called: Option<u32>) {
        let run = &mut self.s.crews[crew as usize];
        if !run.waiting.contains(&request) {
            run.waiting.push_back(request);
            if called != Some(crew) && run.busy < run.on_duty {
                self.s.todo.push_back(Todo::Crew(crew));
            }
        }
    }

    /// Serves those who wait, each once.
    pub fn serve(&mut self, crew: u32) {
        for _ in 0..self.s.crews[crew as usize].waiting.len() {
            let run = &self.s.crews[crew as usize];
            let Some(request) = run.waiting.front().copied() else { return };
            if run.on_duty < run.busy + self.need(crew, request) {
                return;
            }
            self.s.crews[crew as usize].waiting.pop_front();
            self.grant(crew, request);
        }
    }

    fn grant(&mut self, crew: u32, request: Request) {
        match request {
            Request::Begin(station) => {
                self.touch(station);
                self.try_begin(station, Some(crew));
            }
            Request::Run(slot) if self.s.jobs[slot as usize].phase == Phase::Waiting => {
                self.request_run(slot, Some(crew));
            }
            Request::Repair(failure) => self.request_repair(failure, Some(crew)),
            Request::Set(station) => match self.s.stations[station as usize].setting {
                Setting::SetupWaits(family) => {
                    self.request_set(station, super::setup::SetKind::Family(family), true);
                }
                Setting::ToolWaits => self.request_set(station, super::setup::SetKind::Tool, true),
                _ => {}
            },
            Request::Run(_) => {}
        }
    }

    /// How many of a crew a request needs at least.
    fn need(&self, crew: u32, request: Request) -> u32 {
        let of =
            |asked: Option<(u32, u32)>| asked.filter(|(which, _)| *which == crew).map(|(_, count)| count);
        let need = match request {
            Request::Begin(station) => {
                let (from, to) = self.l.stations[station as usize].operations;
                self.l.operations[from as usize..to as usize].iter().filter_map(|o| of(o.crew)).min()
            }
            Request::Run(slot) => of(self.l.operations[self.s.jobs[slot as usize].operation as usize].crew),
            Request::Repair(failure) => of(self.l.failures[failure as usize].crew),
            Request::Set(station) => {
                let setting = self.s.stations[station as usize].setting;
                of(self.setter(station, setting == Setting::ToolWaits))
            }
        };
        need.unwrap_or(1)
    }

    /// A calendar opens or closes: its stations and its people with it.
    pub fn turn(&mut self, calendar: u32) {
        let is_open = !self.s.calendars[calendar as usize];
        self.s.calendars[calendar as usize] = is_open;
        if let Some(at) = self.l.model.calendars[calendar as usize].next_turn(self.now) {
            self.c.schedule_with(at, 64, super::Event::Turns(calendar));
        }
        for crew in &self.l.calendar_crews[calendar as usize] {
            self.book_crew(*crew);
            let count = self.l.model.crews[*crew as usize].count;
            self.s.crews[*crew as usize].on_duty = if is_open { count } else { 0 };
            self.tell_crew(*crew);
            self.s.todo.push_back(Todo::Crew(*crew));
        }
        for station in &self.l.calendar_stations[calendar as usize] {
            self.turn_station(*station, is_open);
        }
    }

    fn turn_station(&mut self, station: u32, is_open: bool) {
        self.touch(station);
        self.s.stations[station as usize].is_open = is_open;
        match (is_open, self.l.stations[station as usize].pauses) {
            (true, true) => self.unstop(station),
            (false, true) => self.stop(station),
            (true, false) => self.queue_station(station),
            (false, false) => {}
        }
    }

    fn book_crew(&mut self, crew: u32) {
        let run = &mut self.s.crews[crew as usize];
        run.area += f64::from(run.busy) * (self.now - run.last) as f64;
        run.last = self.now;
    }

    fn tell_crew(&mut self, crew: u32) {
        let run = &self.s.crews[crew as usize];
        let (busy, on_duty) = (run.busy, run.on_duty);
        self.tell(|| Happening::Crew { crew, busy, on_duty });
    }
}
