//! M/M/1 on the bare calendar, beside the floor: the same model on a bare `BinaryHeap`.

use crate::clock::Clock;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use trine_simulate::{EventCalendar, Model, Simulation, Stream};

const EVENTS: u64 = 30_000_000;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Arrival,
    Departure,
}

struct Queue {
    waiting: VecDeque<i64>,
    is_busy: bool,
    waited_ns: i64,
    stream: Stream,
}

impl Queue {
    fn new() -> Self {
        Self { waiting: VecDeque::new(), is_busy: false, waited_ns: 0, stream: Stream::new(1, 1, "bench") }
    }

    /// The whole model, so that both kernels run the same code.
    fn happen(&mut self, event: Event, now: i64, mut schedule: impl FnMut(i64, Event)) {
        match event {
            Event::Arrival => {
                schedule(now + (self.stream.exponential() * 1.25e9) as i64, Event::Arrival);
                if self.is_busy {
                    return self.waiting.push_back(now);
                }
                self.is_busy = true;
            }
            Event::Departure => match self.waiting.pop_front() {
                Some(since) => self.waited_ns += now - since,
                None => return self.is_busy = false,
            },
        }
        schedule(now + (self.stream.exponential() * 1e9) as i64, Event::Departure);
    }
}

impl Model for Queue {
    type Event = Event;

    fn handle(&mut self, event: Event, now: i64, calendar: &mut EventCalendar<Event>) {
        self.happen(event, now, |time, event| {
            calendar.schedule(time, event);
        });
    }
}

/// Events per second of the calendar and of the floor.
pub fn mm1() -> (f64, f64) {
    let (fast, waited) = on_the_calendar();
    let (bare, waited_too) = on_a_heap();
    assert_eq!(waited, waited_too, "both kernels ran the same model");
    (fast, bare)
}

fn on_the_calendar() -> (f64, i64) {
    let mut simulation = Simulation::new(Queue::new(), 0);
    simulation.calendar.schedule(0, Event::Arrival);
    let begun = Clock::start();
    for _ in 0..EVENTS {
        simulation.step_until(i64::MAX);
    }
    (EVENTS as f64 / begun.seconds(), simulation.model.waited_ns)
}

fn on_a_heap() -> (f64, i64) {
    let mut queue = Queue::new();
    let mut heap = BinaryHeap::from([Reverse((0, 0u64, Event::Arrival))]);
    let mut sequence = 0;
    let begun = Clock::start();
    for _ in 0..EVENTS {
        let Some(Reverse((now, _, event))) = heap.pop() else { break };
        queue.happen(event, now, |time, event| {
            sequence += 1;
            heap.push(Reverse((time, sequence, event)));
        });
    }
    (EVENTS as f64 / begun.seconds(), queue.waited_ns)
}

/// Events per second with so many events waiting: each one that happens schedules another.
pub fn hold(pending: u64) -> f64 {
    let mut stream = Stream::new(2, 2, "hold");
    let mut calendar = EventCalendar::new(0);
    for id in 0..pending {
        calendar.schedule((stream.exponential() * 1e9) as i64, id);
    }
    let begun = Clock::start();
    for _ in 0..EVENTS / 3 {
        if let Some((now, id)) = calendar.pop() {
            calendar.schedule(now + (stream.exponential() * 1e9) as i64, id);
        }
    }
    EVENTS as f64 / 3.0 / begun.seconds()
}
