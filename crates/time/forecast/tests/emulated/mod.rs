//! The emulated plant as a world with a past, without sockets: its readings go through the world's rules.

use std::collections::{BTreeMap, HashMap};
use trine_base::{Instant, Sample, SignalId, Value};
use trine_base::{SignalId as Id, ThingId};
use trine_emulator::plant::{Pace, Plant, PlantOptions};
use trine_forecast::{Past, PlantModel};
use trine_simulate::flow::{Flow, Prices, Summary};
use trine_world::{Fact, FactKind, NewFact, Origin, Relation, Role, Rules, SignalDescription, World};

pub const HOUR: i64 = 3_600_000_000_000;

/// A plant, what the world knows of it, and what it has said.
pub struct Emulated {
    pub plant: Plant,
    pub world: World,
    rules: Rules,
    signals: HashMap<(u32, u32), SignalId>,
    pub facts: Vec<Fact>,
    pub values: BTreeMap<SignalId, Value>,
    pub series: BTreeMap<SignalId, Vec<(Instant, f64)>>,
    keeps: Vec<bool>,
}

impl Emulated {
    /// `describes`: whether people say what each machine does.
    pub fn new(seed: u64, describes: bool) -> Self {
        let start = "2026-11-23T06:00:00Z".parse().expect("an instant");
        let pace = Pace { fast_ms: 5_000, medium_ms: 20_000, slow_ms: 600_000, spectrum_ms: 600_000 };
        let plant = Plant::new(&PlantOptions { seed, pace, ..PlantOptions::demo(start) });
        let mut world = World::new();
        let mut propose = |kind: FactKind| {
            let fact = world.admit(NewFact::always(&Origin::new("layout"), kind), start).expect("it fits");
            world.apply(&fact);
        };
        let layout = plant.layout().clone();
        for description in layout.things.iter().chain(&layout.devices).cloned() {
            propose(FactKind::ThingDescribed { thing: ThingId(0), description });
        }
        let mut keys = Vec::new();
        for (device, number) in plant.devices().iter().zip(0u32..) {
            for (signal, index) in device.signals.iter().zip(0u32..) {
                let key = format!("{}/{}", device.key, signal.id);
                let mut description =
                    SignalDescription::new(&device.key, &key, &signal.name, signal.kind).in_unit(signal.unit);
                (description.role, description.range) = (signal.role, signal.range);
                keys.push(((number, index), key));
                propose(FactKind::SignalDescribed { signal: Id(0), description });
            }
        }
        let id = |world: &World, key: &str| world.thing_by_key(key).expect("a thing of the layout").id;
        let mut later = Vec::new();
        later.extend(
            layout
                .places
                .iter()
                .map(|(key, place)| FactKind::ThingPlaced { thing: id(&world, key), place: Some(*place) }),
        );
        later.extend(layout.relations.iter().map(|(kind, from, to)| {
            FactKind::Related(Relation { kind: *kind, from: id(&world, from), to: id(&world, to) })
        }));
        if describes {
            later.extend(
                layout.calendars.iter().cloned().map(|calendar| FactKind::CalendarDescribed { calendar }),
            );
            later.extend(layout.crews.iter().cloned().map(|crew| FactKind::CrewDescribed { crew }));
            later.extend(
                layout
                    .processes
                    .iter()
                    .cloned()
                    .map(|(key, process)| FactKind::ProcessDescribed { thing: id(&world, &key), process }),
            );
            later.extend(layout.orders.iter().cloned().map(|order| FactKind::OrderReleased { order }));
        }
        for kind in later {
            let fact = world.admit(NewFact::always(&Origin::new("layout"), kind), start).expect("it fits");
            world.apply(&fact);
        }
        let signals: HashMap<_, _> = keys
            .into_iter()
            .map(|(index, key)| (index, world.signal_by_key(&key).expect("a signal of the layout").id))
            .collect();
        let mut rules = Rules::new();
        rules.watch(&world);
        let mut keeps = vec![false; world.signal_bound()];
        for signal in world.signals() {
            let kept = [Role::Power, Role::PoseX, Role::PoseY];
            keeps[signal.id.index()] = signal.description.role.is_some_and(|role| kept.contains(&role));
        }
        let (facts, values, series) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        let mut emulated = Self { plant, world, rules, signals, facts, values, series, keeps };
        let mut first = Vec::new();
        emulated.plant.all_values(&mut |reading| first.push(reading));
        first.into_iter().for_each(|reading| emulated.take(reading));
        emulated
    }

    fn take(&mut self, reading: trine_emulator::Reading) {
        let signal = self.signals[&(reading.device, reading.signal)];
        let sample = Sample { signal, source: reading.at, quality: reading.quality, value: reading.value };
        observe(&mut self.rules, &sample, &mut self.facts);
        if self.keeps[signal.index()]
            && let Some(value) = sample.value.as_f64()
        {
            self.series.entry(signal).or_default().push((sample.source, value));
        }
        self.values.insert(signal, sample.value);
    }

    /// Lets the plant run for a while.
    pub fn run(&mut self, hours: f64) {
        let until = self.plant.now().plus_ns((hours * HOUR as f64) as i64);
        let mut readings = Vec::new();
        self.plant.run_until(until, &mut |reading| readings.push(reading));
        readings.into_iter().for_each(|reading| self.take(reading));
    }

    /// What is known from an instant on.
    pub fn past(&self, from: Instant) -> Past<'_> {
        Past {
            values: self.values.clone(),
            series: self.series.clone(),
            ..Past::new(&self.world, from, self.plant.now(), &self.facts)
        }
    }
}

/// Has the world's rules look at a sample.
pub fn observe(rules: &mut Rules, sample: &Sample, facts: &mut Vec<Fact>) {
    let mut new = Vec::new();
    rules.observe(sample, &mut new);
    for NewFact { at, origin, kind } in new {
        let number = facts.len() as u64 + 1;
        facts.push(Fact { number, at, recorded: at, origin, kind });
    }
}

/// Runs a model as often as asked, one seed after the other.
pub fn simulate(model: &PlantModel, until_ns: i64, runs: u64, seed: u64) -> Vec<Summary> {
    let run = |number| {
        let mut run =
            Flow::start(&model.flow, seed * 1_000 + number).expect("a model that was built can run");
        run.run_until(until_ns);
        Summary::of(&run, &Prices::default())
    };
    (0..runs).map(run).collect()
}
