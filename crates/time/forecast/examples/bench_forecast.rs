//! How often the actual output of the emulated plant's next shift lies in the forecast's band of 80 %.
//!
//! `bench_forecast [SEEDS [RUNS [FIRST]]]`: for each seed the plant runs for eight hours, its model is built and
//! calibrated, the next eight hours are simulated so many times, and then the plant goes on and shows what really comes.
//! One line of JSON for each seed, one for all.

#[path = "../tests/emulated/mod.rs"]
mod emulated;

use emulated::{Emulated, HOUR, simulate};
use std::time::Instant;
use trine_forecast::{build, compare_with};

fn main() {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<u64>().expect("a number"));
    let (seeds, runs) = (numbers.next().unwrap_or(50), numbers.next().unwrap_or(100));
    let first = numbers.next().unwrap_or(1);
    let (mut within, mut figures, mut covered, mut errors) = (0, 0, 0.0, Vec::new());
    for seed in first..first + seeds {
        let mut plant = Emulated::new(seed, true);
        let start = plant.plant.now();
        plant.run(8.0);
        let began = Instant::now();
        let model = build(&plant.past(start)).expect("the emulated plant can be modelled");
        let build_ms = began.elapsed().as_secs_f64() * 1e3;
        let began = Instant::now();
        let morning = plant.plant.now();
        let summaries = simulate(&model, morning.plus_ns(8 * HOUR).as_ns(), runs, seed);
        let simulate_ms = began.elapsed().as_secs_f64() * 1e3;
        plant.run(8.0);
        let report =
            compare_with(&model, &summaries, &plant.past(morning)).expect("there is something to compare");
        let output = &report.comparisons[0];
        let is_within = (output.p10..=output.p90).contains(&output.actual);
        within += u64::from(is_within);
        covered += report.coverage;
        figures += report.comparisons.len();
        errors.push((output.p50 - output.actual) / output.actual.max(1.0));
        println!(
            "{{\"bench\":\"forecast\",\"seed\":{seed},\"actual\":{},\"p10\":{:.1},\"p50\":{:.1},\"p90\":{:.1},\"within\":{is_within},\"figuresCovered\":{:.3},\"mape\":{:.4},\"bias\":{:.4},\"assumptions\":{},\"facts\":{},\"buildMs\":{build_ms:.1},\"simulateMs\":{simulate_ms:.0}}}",
            output.actual,
            output.p10,
            output.p50,
            output.p90,
            report.coverage,
            report.mape.unwrap_or(f64::NAN),
            report.bias.unwrap_or(f64::NAN),
            model.assumptions.len(),
            plant.facts.len(),
        );
        if std::env::var_os("FORECAST_DETAILS").is_some() {
            for comparison in &report.comparisons {
                println!("  {}", comparison.words);
            }
            for assumption in &model.assumptions {
                let trine_forecast::Assumption { name, what, assumed, because, .. } = assumption;
                println!("  assumed {name} {what}: {assumed}; {because}");
            }
        }
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let absolute: Vec<f64> = errors.iter().map(|error| error.abs()).collect();
    println!(
        "{{\"bench\":\"forecast\",\"seeds\":{seeds},\"runs\":{runs},\"outputWithin80\":{:.3},\"figures\":{figures},\"figuresCovered\":{:.3},\"outputBias\":{:.4},\"outputMape\":{:.4}}}",
        within as f64 / seeds as f64,
        covered / seeds as f64,
        mean(&errors),
        mean(&absolute),
    );
}
