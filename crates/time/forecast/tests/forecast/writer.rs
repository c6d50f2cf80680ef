//! A future that looks like a past: the samples that the writer makes of a run go through the world's rules, and the
//! facts that follow are those of a machine.

use crate::emulated::{Emulated, HOUR, observe, simulate};
use trine_base::{Instant, Sample};
use trine_forecast::{Past, PlantModel, Verdict, Writer, build, validate};
use trine_simulate::flow::{Flow, Prices, Summary};
use trine_world::{Role, Rules, ValueKind};

fn future(model: &PlantModel, hours: i64) -> (Vec<Sample>, Summary) {
    let mut run =
        Flow::start_with(&model.flow, 11, Writer::new(model)).expect("a model that was built can run");
    let mut samples = Vec::new();
    for step in 1..=hours * 60 {
        let until = model.flow.start_ns + step * HOUR / 60;
        run.run_until(until);
        run.model.trace.advance(until);
        samples.extend(run.model.trace.pull(usize::MAX));
    }
    let summary = Summary::of(&run, &Prices::default());
    (samples, summary)
}

fn plant() -> (Emulated, Instant) {
    let mut plant = Emulated::new(9, true);
    let start = plant.plant.now();
    plant.run(4.0);
    (plant, start)
}

#[test]
fn samples_are_in_order_in_milliseconds_and_of_their_kind() {
    let (plant, start) = plant();
    let model = build(&plant.past(start)).unwrap();
    let (samples, _) = future(&model, 1);
    assert!(samples.windows(2).all(|pair| pair[0].source <= pair[1].source));
    assert!(samples.iter().all(|sample| sample.source.as_ns() % 1_000_000 == 0));
    assert!(samples.iter().all(|sample| sample.source.as_ns() >= model.flow.start_ns - 1_000_000));
    for sample in &samples {
        let signal = plant.world.signal(sample.signal).expect("a signal of the plant");
        let is_text = sample.value.as_text().is_some();
        let wants_text = matches!(signal.description.kind, ValueKind::Text | ValueKind::Enumeration);
        assert_eq!(is_text, wants_text, "{} is {:?}", signal.description.key, sample.value);
    }
    let written = |role| {
        samples.iter().any(|sample| plant.world.signal(sample.signal).unwrap().description.role == Some(role))
    };
    for role in
        [Role::State, Role::Part, Role::Level, Role::PartCount, Role::ScrapCount, Role::Progress, Role::Power]
    {
        assert!(written(role), "{role:?}");
    }
    for role in [Role::Energy, Role::SpindleSpeed, Role::BeltSpeed, Role::PoseX, Role::PoseHeading] {
        assert!(written(role), "{role:?}");
    }
}

#[test]
fn the_rules_make_the_same_facts_of_it_as_of_a_machine() {
    let (plant, start) = plant();
    let model = build(&plant.past(start)).unwrap();
    let (samples, summary) = future(&model, 8);
    let mut rules = Rules::new();
    rules.watch(&plant.world);
    let mut facts = Vec::new();
    // The present values come first, so that counts go on from there.
    for (signal, value) in &plant.values {
        observe(&mut rules, &Sample::good(*signal, plant.plant.now(), value.clone()), &mut facts);
    }
    facts.clear();
    samples.iter().for_each(|sample| observe(&mut rules, sample, &mut facts));
    let until = Instant::from_ns(summary.to_ns);
    let past = Past::new(&plant.world, plant.plant.now(), until, &facts);
    let seen = trine_forecast::outcome(&model, &past);
    for (index, station) in summary.stations.iter().enumerate() {
        let name = &model.flow.stations[index].name;
        assert_eq!(seen.stations[index].good, station.good as f64, "{name}: good pieces");
        assert_eq!(seen.stations[index].scrap, station.scrap as f64, "{name}: scrap");
        let all: f64 = station.seconds.iter().sum();
        let running = station.seconds[0] / all;
        let shown = seen.stations[index].running.unwrap_or_default();
        assert!((shown - running).abs() < 0.01, "{name} is at work {running}, and shows {shown}");
    }
    // What the model does itself is within what it expects.
    let report = validate(&plant.past(start), &past, |model, until| simulate(model, until, 40, 2)).unwrap();
    assert_eq!(report.verdict, Verdict::Fits, "{}", report.words);
    assert!(report.coverage > 0.65, "{}", report.words);
    // And a model can be made of the future as of the past.
    let again = build(&Past { values: plant.values.clone(), ..past }).unwrap();
    let cycle = |model: &PlantModel| {
        let station = model.flow.stations.iter().find(|station| station.name == "GR-3").unwrap();
        station.operations[0].time_s.mean()
    };
    assert!((cycle(&again) / cycle(&model) - 1.0).abs() < 0.02, "{} {}", cycle(&again), cycle(&model));
}
