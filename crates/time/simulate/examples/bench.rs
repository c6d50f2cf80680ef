//! Events per second of the kernel on M/M/1, beside the floor: the same model on a bare `BinaryHeap`.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::Instant;
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

fn kernel() -> (f64, i64) {
    let mut simulation = Simulation::new(Queue::new(), 0);
    simulation.calendar.schedule(0, Event::Arrival);
    let begun = Instant::now();
    for _ in 0..EVENTS {
        simulation.step_until(i64::MAX);
    }
    (EVENTS as f64 / begun.elapsed().as_secs_f64(), simulation.model.waited_ns)
}

fn floor() -> (f64, i64) {
    let mut queue = Queue::new();
    let mut heap = BinaryHeap::from([Reverse((0, 0u64, Event::Arrival))]);
    let mut sequence = 0;
    let begun = Instant::now();
    for _ in 0..EVENTS {
        let Some(Reverse((now, _, event))) = heap.pop() else { break };
        queue.happen(event, now, |time, event| {
            sequence += 1;
            heap.push(Reverse((time, sequence, event)));
        });
    }
    (EVENTS as f64 / begun.elapsed().as_secs_f64(), queue.waited_ns)
}

fn hold(pending: u64) -> f64 {
    let mut stream = Stream::new(2, 2, "hold");
    let mut calendar = EventCalendar::new(0);
    for id in 0..pending {
        calendar.schedule((stream.exponential() * 1e9) as i64, id);
    }
    let begun = Instant::now();
    for _ in 0..EVENTS / 3 {
        if let Some((now, id)) = calendar.pop() {
            calendar.schedule(now + (stream.exponential() * 1e9) as i64, id);
        }
    }
    EVENTS as f64 / 3.0 / begun.elapsed().as_secs_f64()
}

fn report(name: &str, value: f64, beside: &str, beside_value: f64) {
    println!(
        r#"{{"name":"{name}","value":{value:.0},"unit":"events/s","beside":"{beside}","beside_value":{beside_value:.0}}}"#
    );
}

fn main() {
    let ((fast, waited), (bare, waited_too)) = (kernel(), floor());
    assert_eq!(waited, waited_too, "both kernels ran the same model");
    report("kernel-mm1", fast, "std BinaryHeap, no cancelling", bare);
    report("kernel-hold-1000", hold(1_000), "kernel-mm1", fast);
    report("kernel-hold-100000", hold(100_000), "kernel-mm1", fast);
}
