//! The emulated plant: what is learned of it, and what is forecast.

use crate::emulated::{Emulated, HOUR, simulate};
use trine_forecast::{PlantModel, build, compare_with, observe};
use trine_simulate::flow::FailureClock;

fn station<'m>(model: &'m PlantModel, name: &str) -> &'m trine_simulate::flow::Station {
    model.flow.stations.iter().find(|station| station.name == name).expect("a machine of the plant")
}

#[test]
fn times_are_learned_as_the_plant_has_them() {
    let mut plant = Emulated::new(7, true);
    let start = plant.plant.now();
    plant.run(8.0);
    let model = build(&plant.past(start)).unwrap();
    // Grinding takes 65 s, measuring 27 s, testing 162 s; the robot's 9 s come on top for the mills.
    for (name, cycle_s) in [("GR-3", 65.0), ("CM-2", 27.0), ("TB-2", 162.0), ("MI-1", 181.0), ("FU-1", 600.0)]
    {
        let learned = station(&model, name).operations[0].time_s.mean();
        assert!((learned / cycle_s - 1.0).abs() < 0.03, "{name}: {learned} instead of {cycle_s}");
    }
    let wear = station(&model, "GR-3").failures.iter().find(|failure| failure.name == "SPN-900");
    let wear = wear.expect("the spindle of GR-3 broke twice, each time announced");
    assert_eq!(wear.clock, FailureClock::Operating);
    assert!((9_000.0..11_500.0).contains(&wear.time_to_failure_s.mean()), "{wear:?}");
    assert!((1_200.0..1_700.0).contains(&wear.time_to_repair_s.mean()), "{wear:?}");
}

#[test]
fn everything_that_is_in_the_plant_is_in_the_model() {
    let mut plant = Emulated::new(3, true);
    let start = plant.plant.now();
    plant.run(8.0);
    let model = build(&plant.past(start)).unwrap();
    let state = &model.flow.state;
    let jobs: usize = state.stations.iter().map(|station| station.jobs.len()).sum();
    let carried: u32 =
        state.vehicles.iter().filter_map(|vehicle| vehicle.load).map(|(.., count)| count).sum();
    // Assemblies count as one piece here and as their raw pieces in the plant's own balance; so this is a lower bound.
    let (_, in_process) = plant.plant.balance();
    let all = state.waiting.len() + jobs + carried as usize;
    assert!(all as u64 <= in_process, "{all} of {in_process}");
    assert!(all as f64 > 0.75 * in_process as f64, "{all} of {in_process}");
    let furnace = model.flow.stations.iter().position(|station| station.name == "FU-1").unwrap();
    let inside = state.stations.iter().find(|s| s.station as usize == furnace).unwrap().jobs.len();
    assert!((18..=24).contains(&inside), "the furnace holds up to 24 pieces and is nearly full: {inside}");
}

#[test]
fn the_same_past_gives_the_same_model() {
    let mut plant = Emulated::new(5, true);
    let start = plant.plant.now();
    plant.run(2.0);
    assert_eq!(build(&plant.past(start)).unwrap(), build(&plant.past(start)).unwrap());
}

#[test]
fn without_any_description_the_plant_runs_by_its_relations() {
    let mut plant = Emulated::new(2, false);
    let start = plant.plant.now();
    plant.run(4.0);
    let model = build(&plant.past(start)).unwrap();
    let unsaid = model.assumptions.iter().filter(|assumption| assumption.what == "process").count();
    assert_eq!(unsaid, model.flow.stations.len(), "nobody said what any of them does");
    let runs = simulate(&model, plant.plant.now().plus_ns(4 * HOUR).as_ns(), 2, 1);
    assert!(runs.iter().all(|run| run.output > 0));
}

#[test]
fn most_shifts_are_as_forecast() {
    const SEEDS: u64 = 6;
    let (mut within, mut errors) = (0, Vec::new());
    for seed in 1..=SEEDS {
        let mut plant = Emulated::new(seed, true);
        let start = plant.plant.now();
        plant.run(8.0);
        let model = build(&plant.past(start)).unwrap();
        let morning = plant.plant.now();
        let runs = simulate(&model, morning.plus_ns(8 * HOUR).as_ns(), 40, seed);
        plant.run(8.0);
        let report = compare_with(&model, &runs, &plant.past(morning)).unwrap();
        let output = &report.comparisons[0];
        within += u64::from((output.p10..=output.p90).contains(&output.actual));
        errors.push((output.p50 - output.actual).abs() / output.actual);
        assert!(output.words.contains("the model expects"), "{}", output.words);
    }
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    assert!(within >= SEEDS / 2, "{within} of {SEEDS} shifts lie in the band of 80 %: {errors:?}");
    assert!(mean < 0.06, "the forecast is off by {mean}: {errors:?}");
}

#[test]
fn observing_counts_what_the_plant_counts() {
    let mut plant = Emulated::new(4, true);
    let start = plant.plant.now();
    plant.run(1.0);
    let past = plant.past(start);
    let observed = observe(&past);
    let rack = plant.world.things().find(|thing| &*thing.description.name == "RO-6").unwrap().id;
    let machine = observed.machine(rack).unwrap();
    assert!(machine.good > 20 && machine.jobs.len() > 20, "{} {}", machine.good, machine.jobs.len());
    assert!(machine.good.abs_diff(machine.runs) <= 2, "pieces counted are pieces that left");
}
