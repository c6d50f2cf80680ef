//! The kernel against queueing theory, and its laws: order, determinism, forks, snapshots.

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use trine_simulate::{EventCalendar, Model, Simulation, Stream, Tally};

const SECOND: f64 = 1e9;

#[derive(Clone, Debug, Serialize, Deserialize)]
enum Event {
    Arrival,
    Departure,
}

/// M/M/c: customers come at `arrival_rate`, each of `servers` serves at `service_rate` (1/s).
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Queue {
    arrival_rate: f64,
    service_rate: f64,
    servers: u32,
    busy: u32,
    waiting: VecDeque<i64>,
    waits: Tally,
    arrivals: Stream,
    services: Stream,
}

impl Queue {
    fn start(seed: u64, arrival_rate: f64, service_rate: f64, servers: u32) -> Simulation<Self> {
        let (arrivals, services) = (Stream::new(seed, 0, "arrival"), Stream::new(seed, 0, "service"));
        let waiting = VecDeque::new();
        let queue = Self {
            arrival_rate,
            service_rate,
            servers,
            busy: 0,
            waiting,
            waits: Tally::default(),
            arrivals,
            services,
        };
        let mut simulation = Simulation::new(queue, 0);
        simulation.calendar.schedule(0, Event::Arrival);
        simulation
    }

    fn serve(&mut self, waited: i64, calendar: &mut EventCalendar<Event>) {
        self.waits.add(waited as f64 / SECOND);
        calendar.schedule_in(after(&mut self.services, self.service_rate), Event::Departure);
    }
}

fn after(stream: &mut Stream, rate: f64) -> i64 {
    (stream.exponential() / rate * SECOND) as i64
}

impl Model for Queue {
    type Event = Event;

    fn handle(&mut self, event: Event, now: i64, calendar: &mut EventCalendar<Event>) {
        match event {
            Event::Arrival => {
                calendar.schedule_in(after(&mut self.arrivals, self.arrival_rate), Event::Arrival);
                if self.busy < self.servers {
                    self.busy += 1;
                    self.serve(0, calendar);
                } else {
                    self.waiting.push_back(now);
                }
            }
            Event::Departure => match self.waiting.pop_front() {
                Some(since) => self.serve(now - since, calendar),
                None => self.busy -= 1,
            },
        }
    }
}

/// Mean wait in the queue by Erlang's C formula, s.
fn erlang_c_wait(arrival_rate: f64, service_rate: f64, servers: u32) -> f64 {
    let load = arrival_rate / service_rate;
    let term = |k: u32| (1..=k).fold(1.0, |product, i| product * load / f64::from(i));
    let c = f64::from(servers);
    let last = term(servers) * c / (c - load);
    let waits = last / ((0..servers).map(term).sum::<f64>() + last);
    waits / (c * service_rate - arrival_rate)
}

/// Twenty independent runs; the theory has to lie in the confidence interval of their means.
fn assert_wait(arrival_rate: f64, service_rate: f64, servers: u32) {
    let mut means = Tally::default();
    for seed in 0..20 {
        let mut simulation = Queue::start(seed, arrival_rate, service_rate, servers);
        simulation.run_until((2_000.0 * SECOND) as i64);
        simulation.model.waits = Tally::default();
        simulation.run_until((40_000.0 * SECOND) as i64);
        means.add(simulation.model.waits.mean());
    }
    let theory = erlang_c_wait(arrival_rate, service_rate, servers);
    let off = (means.mean() - theory).abs();
    assert!(
        off <= means.half_width_99(),
        "M/M/{servers}: {} ± {}, theory {theory}",
        means.mean(),
        means.half_width_99()
    );
}

#[test]
fn one_server_waits_as_theory_says() {
    assert_wait(0.7, 1.0, 1);
    assert_wait(0.5, 1.0, 1);
}

#[test]
fn several_servers_wait_as_theory_says() {
    assert_wait(1.6, 1.0, 2);
    assert_wait(4.0, 1.0, 5);
}

fn bytes(simulation: &Simulation<Queue>) -> Vec<u8> {
    serde_json::to_vec(simulation).unwrap()
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let run = |seed| {
        let mut simulation = Queue::start(seed, 0.9, 1.0, 1);
        simulation.run_until((5_000.0 * SECOND) as i64);
        bytes(&simulation)
    };
    assert_eq!(run(3), run(3));
    assert_ne!(run(3), run(4));
}

#[test]
fn a_fork_and_a_restored_snapshot_go_on_alike() {
    let mut whole = Queue::start(5, 0.9, 1.0, 1);
    whole.run_until((1_000.0 * SECOND) as i64);
    let mut fork = whole.clone();
    let mut restored: Simulation<Queue> = serde_json::from_slice(&bytes(&whole)).unwrap();
    for simulation in [&mut whole, &mut fork, &mut restored] {
        simulation.run_until((2_000.0 * SECOND) as i64);
    }
    assert_eq!(bytes(&whole), bytes(&fork));
    assert_eq!(bytes(&whole), bytes(&restored));
}

#[test]
fn ties_go_by_priority_then_by_order_of_scheduling() {
    let mut calendar = EventCalendar::new(0);
    for (priority, name) in [(5, "c"), (1, "a"), (5, "d"), (1, "b"), (9, "e")] {
        calendar.schedule_with(7, priority, name);
    }
    let order: Vec<&str> = std::iter::from_fn(|| calendar.pop()).map(|(_, name)| name).collect();
    assert_eq!(order, ["a", "b", "c", "d", "e"]);
}

#[test]
fn a_cancelled_event_does_not_happen() {
    let mut calendar = EventCalendar::new(0);
    let ticket = calendar.schedule(5, 'a');
    calendar.schedule(6, 'b');
    assert_eq!(calendar.cancel(ticket), Some('a'));
    let reused = calendar.schedule(9, 'c');
    assert_eq!(calendar.cancel(ticket), None, "the slot belongs to another event now");
    assert_eq!(calendar.len(), 2);
    assert_eq!((calendar.pop(), calendar.pop(), calendar.pop()), (Some((6, 'b')), Some((9, 'c')), None));
    assert_eq!(calendar.cancel(reused), None);
}

#[test]
#[should_panic(expected = "was scheduled at")]
fn the_past_cannot_be_changed() {
    let mut calendar = EventCalendar::new(10);
    calendar.schedule(9, ());
}

#[test]
fn retiming_moves_what_waits_and_keeps_ties() {
    let mut calendar = EventCalendar::new(0);
    for (time, name) in [(3, 'a'), (5, 'b'), (9, 'c')] {
        calendar.schedule(time, name);
    }
    calendar.retime(|_, time| if time == 9 { 1 } else { 4 });
    assert_eq!(calendar.pending(), [(1, &'c'), (4, &'a'), (4, &'b')]);
}

proptest! {
    /// Whatever is scheduled and cancelled, the calendar gives what a sorted list would.
    #[test]
    fn the_calendar_is_a_sorted_list(moves in prop::collection::vec((0i64..50, 0u8..4, 0u8..5), 0..400)) {
        let mut calendar = EventCalendar::new(0);
        let mut list: Vec<(i64, u8, usize)> = Vec::new();
        let mut tickets = Vec::new();
        for (index, (delay, priority, action)) in moves.into_iter().enumerate() {
            match action {
                0 if !tickets.is_empty() => {
                    let (id, ticket) = tickets[index % tickets.len()];
                    let known = list.iter().position(|entry| entry.2 == id);
                    prop_assert_eq!(calendar.cancel(ticket), known.map(|at| list.remove(at).2));
                }
                1 => {
                    let first = list.iter().copied().min();
                    list.retain(|entry| Some(*entry) != first);
                    prop_assert_eq!(calendar.pop(), first.map(|(time, _, id)| (time, id)));
                }
                _ => {
                    let time = calendar.now() + delay;
                    list.push((time, priority, index));
                    tickets.push((index, calendar.schedule_with(time, priority, index)));
                }
            }
            prop_assert_eq!(calendar.len(), list.len());
        }
    }
}
