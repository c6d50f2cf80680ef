//! Against what theory knows exactly.
//!
//! Each case runs twenty seeds and asks that the theory's value lies in their 99.9 % confidence interval: there are
//! about ten cases, so that all of them together hold with 99 %, whatever the seeds.

use crate::models::*;
use trine_simulate::flow::*;
use trine_simulate::{Distribution, Tally};

/// One run: a warm-up, then the summary of what follows.
pub fn run(model: &FlowModel, seed: u64, warm_up_s: i64, length_s: i64) -> Summary {
    let mut simulation = Flow::start(model, seed).unwrap_or_else(|faults| panic!("{faults:?}"));
    simulation.run_until(model.start_ns + warm_up_s * SECOND);
    Flow::reset_statistics(&mut simulation);
    simulation.run_until(model.start_ns + (warm_up_s + length_s) * SECOND);
    Summary::of(&simulation, &Prices::default())
}

fn assert_theory(name: &str, theory: f64, value: impl Fn(u64) -> f64) {
    let mut values = Tally::default();
    (0..20).for_each(|seed| values.add(value(seed)));
    let (mean, width) = (values.mean(), values.half_width(0.999));
    println!("{name}: {mean} ± {width}, theory {theory}");
    assert!((mean - theory).abs() <= width, "{name}: {mean} ± {width}, theory {theory}");
    assert!(width < 0.1 * theory, "{name}: the interval ± {width} is too wide to say anything");
}

/// Mean time in the system by Erlang's C formula, s.
fn erlang_c(arrival: f64, service: f64, servers: u32) -> f64 {
    let load = arrival / service;
    let term = |k: u32| (1..=k).fold(1.0, |product, i| product * load / f64::from(i));
    let c = f64::from(servers);
    let last = term(servers) * c / (c - load);
    last / ((0..servers).map(term).sum::<f64>() + last) / (c * service - arrival) + 1.0 / service
}

#[test]
fn mmc_takes_as_long_as_erlang_says() {
    for (arrival, servers) in [(0.7, 1), (1.6, 2), (4.0, 5)] {
        let model = queue(exponential(1.0 / arrival), exponential(1.0), servers);
        let theory = erlang_c(arrival, 1.0, servers);
        assert_theory(&format!("M/M/{servers}"), theory, |seed| {
            run(&model, seed, 2_000, 40_000).lead_time_s.unwrap()
        });
    }
}

/// Mean time in M/G/1 by Pollaczek and Khinchine, s.
fn pollaczek_khinchine(arrival: f64, mean: f64, variance: f64) -> f64 {
    mean + arrival * (variance + mean * mean) / (2.0 * (1.0 - arrival * mean))
}

#[test]
fn mg1_takes_as_long_as_pollaczek_and_khinchine_say() {
    for (name, service, variance) in [
        ("constant", Distribution::Constant(1.0), 0.0),
        ("Erlang", Distribution::erlang(4, 1.0), 0.25),
        ("lognormal", Distribution::Lognormal { mean: 1.0, sigma: 0.8 }, 0.64f64.exp() - 1.0),
    ] {
        let model = queue(exponential(1.0 / 0.7), service, 1);
        let theory = pollaczek_khinchine(0.7, 1.0, variance);
        assert_theory(name, theory, |seed| run(&model, seed, 2_000, 60_000).lead_time_s.unwrap());
    }
}

/// Two queues in a row, of which the second sends 30 % back to the first.
#[test]
fn a_jackson_network_holds_as_many_as_jackson_says() {
    let first = station("first", vec![operation(pieces(0, 0), pieces(1, 1), exponential(1.0))]);
    let mut work = operation(pieces(1, 1), pieces(2, 2), exponential(0.8));
    work.outcomes[0].chance = 0.7;
    work.outcomes.push(Outcome { chance: 0.3, kind: OutcomeKind::Rework, gives: vec![pieces(0, 0)] });
    let model = FlowModel {
        materials: materials(&["new", "half", "whole"]),
        buffers: vec![buffer("a", ENDLESS), buffer("b", ENDLESS), buffer("door", 0)],
        stations: vec![first, station("second", vec![work])],
        sources: vec![source("street", pieces(0, 0), Arrivals::Every(exponential(2.0)))],
        sinks: vec![sink("exit", 2)],
        ..FlowModel::default()
    };
    let flow = 0.5 / 0.7;
    let inside = |load: f64| load / (1.0 - load);
    let theory = inside(flow) + inside(flow * 0.8);
    assert_theory("Jackson", theory, |seed| run(&model, seed, 3_000, 60_000).wip);
}

/// Machines that break and a crew that repairs them: the classic of Palm. Each machine works without end on jobs
/// that are short beside its life.
#[test]
fn machines_wait_for_repair_as_palm_says() {
    let (machines, people, life, repair) = (5u32, 2u32, 20.0, 8.0);
    let mut model = FlowModel { materials: materials(&["part"]), ..FlowModel::default() };
    model.crews.push(Crew { name: "fitters".into(), count: people, calendar: None });
    for at in 0..machines {
        model.buffers.push(buffer(&format!("in {at}"), 1));
        model.buffers.push(buffer(&format!("out {at}"), 0));
        let work = operation(pieces(0, 2 * at), pieces(0, 2 * at + 1), Distribution::Constant(0.5));
        let mut station = station(&format!("machine {at}"), vec![work]);
        let mut broken = failure("breaks", exponential(life), exponential(repair));
        broken.clock = FailureClock::Calendar;
        broken.crew = Some((0, 1));
        station.failures.push(broken);
        model.stations.push(station);
        model.sources.push(source(&format!("supply {at}"), pieces(0, 2 * at), Arrivals::Always));
        model.sinks.push(sink(&format!("exit {at}"), 2 * at + 1));
    }
    // Birth and death on the number of broken machines.
    let mut weights = vec![1.0];
    for broken in 0..machines {
        let breaks = f64::from(machines - broken) / life;
        let repairs = f64::from((broken + 1).min(people)) / repair;
        weights.push(weights[broken as usize] * breaks / repairs);
    }
    let sum: f64 = weights.iter().sum();
    let up =
        (0..).zip(&weights).map(|(broken, weight)| f64::from(machines - broken) * weight / sum).sum::<f64>();
    assert_theory("machine repair", up, |seed| {
        let summary = run(&model, seed, 500, 10_000);
        summary.stations.iter().map(|station| station.seconds[StationState::Running.index()]).sum::<f64>()
            / 10_000.0
    });
}

/// Throughput of two machines with a buffer between them, everything exponential, by the balance of the Markov chain
/// on (pieces between, first up, second up), solved by iteration.
fn two_machines(rates: [f64; 2], fails: [f64; 2], repairs: [f64; 2], room: usize) -> f64 {
    // Between them are the buffer's pieces, the one in the second machine, and the one that the first cannot let go.
    let levels = room + 3;
    let at = |level: usize, up: [bool; 2]| (level * 2 + usize::from(up[0])) * 2 + usize::from(up[1]);
    let mut moves: Vec<(usize, usize, f64)> = Vec::new();
    for level in 0..levels {
        for up in [[false, false], [false, true], [true, false], [true, true]] {
            let from = at(level, up);
            let works = [up[0] && level < levels - 1, up[1] && level > 0];
            if works[0] {
                moves.push((from, at(level + 1, up), rates[0]));
                moves.push((from, at(level, [false, up[1]]), fails[0]));
            }
            if works[1] {
                moves.push((from, at(level - 1, up), rates[1]));
                moves.push((from, at(level, [up[0], false]), fails[1]));
            }
            if !up[0] {
                moves.push((from, at(level, [true, up[1]]), repairs[0]));
            }
            if !up[1] {
                moves.push((from, at(level, [up[0], true]), repairs[1]));
            }
        }
    }
    let fastest = 2.0 * (rates[0] + rates[1] + fails[0] + fails[1] + repairs[0] + repairs[1]);
    let mut chance = vec![1.0 / (levels * 4) as f64; levels * 4];
    for _ in 0..200_000 {
        let mut next = chance.clone();
        for (from, to, rate) in &moves {
            let flow = chance[*from] * rate / fastest;
            next[*from] -= flow;
            next[*to] += flow;
        }
        chance = next;
    }
    (1..levels)
        .map(|level| (chance[at(level, [false, true])] + chance[at(level, [true, true])]) * rates[1])
        .sum()
}

#[test]
fn two_machines_with_a_buffer_make_as_much_as_their_markov_chain() {
    for room in [1, 4] {
        let mut model = line(2, room, |at| exponential([1.0, 0.9][at]));
        for (station, (life, repair)) in model.stations.iter_mut().zip([(20.0, 5.0), (30.0, 4.0)]) {
            station.failures.push(failure("breaks", exponential(life), exponential(repair)));
        }
        let theory = two_machines([1.0, 1.0 / 0.9], [0.05, 1.0 / 30.0], [0.2, 0.25], room as usize);
        assert_theory(&format!("two machines, room for {room}"), theory, |seed| {
            run(&model, seed, 1_000, 40_000).output as f64 / 40_000.0
        });
    }
}

/// A transfer line makes no more than its slowest machine alone, and no less than machines without any buffer that
/// all stop when one does (Buzacott's bounds); more room never makes it slower under the same random numbers.
#[test]
fn a_transfer_line_keeps_to_its_bounds() {
    let (life, repair) = (100.0, 10.0);
    let rate = |room: u32| {
        let mut model = line(5, room, |_| Distribution::Constant(1.0));
        for station in &mut model.stations {
            station.failures.push(failure("breaks", exponential(life), exponential(repair)));
        }
        let mut rates = Tally::default();
        (0..20).for_each(|seed| rates.add(run(&model, seed, 2_000, 40_000).output as f64 / 40_000.0));
        rates
    };
    let (alone, together) = (1.0 / (1.0 + repair / life), 1.0 / (1.0 + 5.0 * repair / life));
    let (small, large) = (rate(1), rate(100));
    for rates in [&small, &large] {
        assert!(
            rates.mean() < alone + rates.half_width_99() && rates.mean() > together - rates.half_width_99()
        );
    }
    assert!(large.mean() > small.mean() + 0.1, "{} {}", small.mean(), large.mean());
}

/// 95 % intervals of ten runs each hold the truth about 95 times in a hundred: of 200 between 180 and 198, which a
/// binomial variable of 200 × 0.95 leaves once in 400.
#[test]
fn confidence_intervals_cover_what_they_promise() {
    let model = queue(exponential(1.0 / 0.5), exponential(1.0), 1);
    let covered = (0..200u64).filter(|group| {
        let mut values = Tally::default();
        for seed in 0..10 {
            values.add(run(&model, 10_000 + group * 10 + seed, 200, 4_000).lead_time_s.unwrap());
        }
        (values.mean() - 2.0).abs() <= values.half_width(0.95)
    });
    let covered = covered.count();
    assert!((180..=198).contains(&covered), "{covered} of 200");
}
