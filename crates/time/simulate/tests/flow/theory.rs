//! Against what theory knows exactly.
//!
//! Each case runs twenty seeds and asks that the theory's value lies in their 99 % confidence interval.

use crate::models::*;
use trine_simulate::Tally;
use trine_simulate::flow::*;

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
    let (mean, width) = (values.mean(), values.half_width_99());
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
