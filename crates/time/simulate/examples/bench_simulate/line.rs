//! A line of twenty stations that fail, written by hand on the bare calendar.
//!
//! Exponential times of 60 s, buffers for ten, failures after an exponential hour at work, exponential repairs of
//! five minutes; never short at the beginning, never blocked at the end. What happens, in this and in every other
//! simulator that runs it: a job ends, a station fails, a station is repaired.

use crate::clock::Clock;
use trine_simulate::{EventCalendar, Model, Simulation, Stream, Ticket};

pub const STATIONS: usize = 20;
pub const ROOM: u32 = 10;
pub const CYCLE_S: f64 = 60.0;
pub const LIFE_S: f64 = 3600.0;
pub const REPAIR_S: f64 = 300.0;
const EVENTS: u64 = 20_000_000;

#[derive(Clone, Copy)]
enum Event {
    Done(u32),
    Fails(u32),
    Repaired(u32),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Starved,
    Running,
    Blocked,
    Down,
}

#[derive(Clone)]
struct Station {
    phase: Phase,
    ends: i64,
    begun: i64,
    life: i64,
    left: i64,
    ticket: Option<Ticket>,
    stream: Stream,
}

struct Line {
    stations: Vec<Station>,
    /// Pieces before each station.
    levels: Vec<u32>,
    made: u64,
}

impl Line {
    fn new() -> Self {
        let station = |at: usize| {
            let mut stream = Stream::new(1, at as u64, "line");
            let life = draw(&mut stream, LIFE_S);
            Station { phase: Phase::Starved, ends: 0, begun: 0, life, left: 0, ticket: None, stream }
        };
        Self { stations: (0..STATIONS).map(station).collect(), levels: vec![0; STATIONS], made: 0 }
    }

    /// Begins with the next piece, if there is one; its neighbour before it then gets rid of what it holds.
    fn begin(&mut self, at: usize, now: i64, calendar: &mut EventCalendar<Event>) {
        if at > 0 {
            if self.levels[at] == 0 {
                self.stations[at].phase = Phase::Starved;
                return;
            }
            self.levels[at] -= 1;
        }
        let time = draw(&mut self.stations[at].stream, CYCLE_S);
        self.run(at, now, time, calendar);
        if at > 0 && self.stations[at - 1].phase == Phase::Blocked {
            self.levels[at] += 1;
            self.begin(at - 1, now, calendar);
        }
    }

    fn run(&mut self, at: usize, now: i64, time: i64, calendar: &mut EventCalendar<Event>) {
        let station = &mut self.stations[at];
        (station.phase, station.begun, station.ends) = (Phase::Running, now, now + time);
        if station.life < time {
            calendar.schedule(now + station.life, Event::Fails(at as u32));
        }
        station.ticket = Some(calendar.schedule(now + time, Event::Done(at as u32)));
    }

    fn pass_on(&mut self, at: usize, now: i64, calendar: &mut EventCalendar<Event>) {
        let next = at + 1;
        if next == STATIONS {
            self.made += 1;
        } else if self.stations[next].phase == Phase::Starved {
            self.levels[next] += 1;
            self.begin(next, now, calendar);
        } else if self.levels[next] < ROOM {
            self.levels[next] += 1;
        } else {
            self.stations[at].phase = Phase::Blocked;
            return;
        }
        self.begin(at, now, calendar);
    }
}

fn draw(stream: &mut Stream, mean_s: f64) -> i64 {
    (stream.exponential() * mean_s * 1e9) as i64
}

impl Model for Line {
    type Event = Event;

    fn handle(&mut self, event: Event, now: i64, calendar: &mut EventCalendar<Event>) {
        match event {
            Event::Done(at) => {
                let station = &mut self.stations[at as usize];
                station.life -= now - station.begun;
                self.pass_on(at as usize, now, calendar);
            }
            Event::Fails(at) => {
                let station = &mut self.stations[at as usize];
                station.left = station.ends - now;
                station.phase = Phase::Down;
                if let Some(ticket) = station.ticket.take() {
                    calendar.cancel(ticket);
                }
                calendar.schedule(now + draw(&mut station.stream, REPAIR_S), Event::Repaired(at));
            }
            Event::Repaired(at) => {
                let station = &mut self.stations[at as usize];
                station.life = draw(&mut station.stream, LIFE_S);
                let left = station.left;
                self.run(at as usize, now, left, calendar);
            }
        }
    }
}

/// Events per second, and pieces per hour.
pub fn by_hand() -> (f64, f64) {
    let mut simulation = Simulation::new(Line::new(), 0);
    let Simulation { model, calendar } = &mut simulation;
    model.begin(0, 0, calendar);
    let begun = Clock::start();
    for _ in 0..EVENTS {
        simulation.step_until(i64::MAX);
    }
    let speed = EVENTS as f64 / begun.seconds();
    (speed, simulation.model.made as f64 / (simulation.calendar.now() as f64 / 3.6e12))
}
