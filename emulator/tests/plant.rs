//! The laws of the emulated plant, and its story.

use std::collections::{BTreeMap, BTreeSet};
use trine_base::{Instant, ThingId, Value};
use trine_emulator::plant::{HALL, Pace, Plant, PlantOptions};
use trine_emulator::{Device, Reading};
use trine_world::{
    Condition, ConditionLevel, FactKind, NewFact, Origin, Relation, RelationKind, ValueKind, World,
};

const HOUR: i64 = 3_600_000_000_000;
const MINUTE_S: f64 = 60.0;

fn start() -> Instant {
    "2026-11-23T06:00:00Z".parse().unwrap()
}

fn plant(seed: u64) -> Plant {
    Plant::new(&PlantOptions { seed, ..PlantOptions::demo(start()) })
}

/// The same plant with sensors that are read seldom: what flows is the same, and long runs are short.
fn calm_plant(seed: u64) -> Plant {
    let pace = Pace { fast_ms: 120_000, medium_ms: 15_000, slow_ms: 600_000, spectrum_ms: 600_000 };
    Plant::new(&PlantOptions { seed, pace, ..PlantOptions::demo(start()) })
}

/// Runs a plant for some hours and hands every reading with its device and signal id to `see`.
fn watch(plant: &mut Plant, hours: f64, mut see: impl FnMut(&Device, &str, &Reading)) {
    let devices = plant.devices().to_vec();
    let until = plant.now().plus_ns((hours * HOUR as f64) as i64);
    plant.run_until(until, &mut |reading| {
        let device = &devices[reading.device as usize];
        see(device, &device.signals[reading.signal as usize].id, &reading);
    });
}

#[test]
fn it_is_as_big_as_promised_and_grows_on_demand() {
    let plant = plant(1);
    let machines = ["buffer", "rack", "conveyor", "agv", "charging-station", "energy-meter"];
    let is_machine = |device: &&Device| !machines.contains(&device.class.as_str());
    assert!(plant.devices().iter().filter(is_machine).count() >= 40);
    assert!(plant.devices().iter().filter(|device| device.class == "agv").count() >= 4);
    let count = |plant: &Plant| plant.devices().iter().map(|device| device.signals.len()).sum::<usize>();
    assert!(count(&plant) >= 2_000);
    let grown = Plant::new(&PlantOptions { min_signals: 100_000, ..PlantOptions::demo(start()) });
    assert_eq!(count(&grown), 100_000);
}

#[test]
fn ids_are_unique_and_can_be_addresses() {
    let plant = Plant::new(&PlantOptions { min_signals: 5_000, ..PlantOptions::demo(start()) });
    let keys: BTreeSet<&str> = plant.devices().iter().map(|device| device.key.as_str()).collect();
    assert_eq!(keys.len(), plant.devices().len());
    for device in plant.devices() {
        let ids: BTreeSet<&str> = device.signals.iter().map(|signal| signal.id.as_str()).collect();
        assert_eq!(ids.len(), device.signals.len(), "{} has two signals of one id", device.name);
        assert!(ids.iter().all(|id| id.chars().all(|c| c.is_ascii_alphanumeric())));
    }
}

#[test]
fn nothing_appears_or_vanishes() {
    for seed in 0..4 {
        let mut plant = calm_plant(seed);
        for _ in 0..9 {
            watch(&mut plant, 1.1, |_, _, _| {});
            let (balance, in_process) = plant.balance();
            assert_eq!(balance.delivered, balance.finished + balance.scrapped + in_process, "seed {seed}");
        }
        let (balance, _) = plant.balance();
        assert!(balance.finished > 4 * 300, "seed {seed}: only {} pieces were finished", balance.finished);
        assert!(balance.scrapped > 0, "seed {seed}");
    }
}

#[test]
fn the_same_seed_tells_the_same_however_the_way_is_cut() {
    let collect = |seed, steps: i64| {
        let mut plant = plant(seed);
        let mut readings = Vec::new();
        for step in 1..=steps {
            plant.run_until(start().plus_ns(HOUR / 4 * step / steps), &mut |reading| readings.push(reading));
        }
        readings
    };
    let whole = collect(5, 1);
    assert_eq!(whole, collect(5, 37));
    assert_ne!(whole, collect(6, 1));
}

#[test]
fn a_fork_goes_on_alike() {
    let mut plant = plant(5);
    watch(&mut plant, 0.2, |_, _, _| {});
    let mut fork = plant.clone();
    let (mut one, mut other) = (Vec::new(), Vec::new());
    watch(&mut plant, 0.2, |_, _, reading| one.push(reading.clone()));
    watch(&mut fork, 0.2, |_, _, reading| other.push(reading.clone()));
    assert_eq!(one, other);
}

#[test]
fn readings_are_in_order_in_range_and_of_their_kind() {
    let mut plant = plant(3);
    let mut last = BTreeMap::new();
    watch(&mut plant, 0.7, |device, id, reading| {
        let signal = &device.signals[reading.signal as usize];
        let before = last.insert((reading.device, reading.signal), reading.at);
        assert!(before.is_none_or(|before| before <= reading.at), "{} {id} goes back in time", device.name);
        match (&reading.value, signal.kind) {
            (Value::Number(x), ValueKind::Number) => {
                let [low, high] = signal.range.unwrap_or([0.0, 1e9]);
                assert!((low..=high).contains(x), "{} {id} = {x} is not within {low}..{high}", device.name);
            }
            (Value::Integer(_), ValueKind::Integer) | (Value::Boolean(_), ValueKind::Boolean) => {}
            (Value::Text(text), ValueKind::Text) if id.ends_with("Condition") => {
                assert!(Condition::parse(text).is_some(), "{text}");
            }
            (Value::Text(_), ValueKind::Text) => {}
            (Value::Text(text), ValueKind::Enumeration) => {
                assert!(signal.members.iter().any(|(_, word)| **word == **text), "{text}");
            }
            (value, kind) => panic!("{} {id} is {value:?}, which is no {kind:?}", device.name),
        }
    });
}

#[test]
fn every_signal_has_a_value_from_the_beginning() {
    let plant = plant(1);
    let mut seen = BTreeSet::new();
    plant.all_values(&mut |reading| {
        assert_ne!(reading.value, Value::Absent, "{} {}", reading.device, reading.signal);
        seen.insert((reading.device, reading.signal));
    });
    assert_eq!(seen.len(), plant.devices().iter().map(|device| device.signals.len()).sum::<usize>());
}

/// What happened to the spindle of GR-3: minutes since the start.
#[derive(Default, Debug)]
struct Story {
    warnings: Vec<f64>,
    alarms: Vec<f64>,
    breakdowns: Vec<f64>,
    vibration: Vec<(f64, f64)>,
    starved: Vec<f64>,
}

fn tell(seed: u64, hours: f64) -> Story {
    let mut story = Story::default();
    watch(&mut calm_plant(seed), hours, |device, id, reading| {
        let minute = reading.at.seconds_since(start()) / MINUTE_S;
        let text = reading.value.as_text().unwrap_or_default();
        match (device.name.as_str(), id) {
            ("GR-3", "SpindleVibration") => {
                story.vibration.extend(reading.value.as_f64().map(|v| (minute, v)));
            }
            ("GR-3", "SpindleCondition") if text.contains("SPN-452") => story.warnings.push(minute),
            ("GR-3", "SpindleCondition") if text.contains("SPN-710") => story.alarms.push(minute),
            ("GR-3", "SystemCondition") if text.contains("SPN-900") => story.breakdowns.push(minute),
            ("PR-2", "State") if text == "starved" => story.starved.push(minute),
            _ => {}
        }
    });
    story
}

#[test]
fn the_story_happens_whatever_the_seed() {
    for seed in [42, 1, 2, 3] {
        let story = tell(seed, 9.0);
        assert_eq!(story.breakdowns.len(), 3, "seed {seed}: {:?}", story.breakdowns);
        for (k, broken) in story.breakdowns.iter().enumerate() {
            let (warned, alarmed) = (broken - story.warnings[k], broken - story.alarms[k]);
            assert!((20.0..45.0).contains(&warned), "seed {seed}: warned {warned} min before");
            assert!((8.0..25.0).contains(&alarmed), "seed {seed}: alarmed {alarmed} min before");
            let highest = |from: f64, to: f64| {
                let within =
                    story.vibration.iter().filter(|(at, _)| (broken - from..broken - to).contains(at));
                within.map(|(_, v)| *v).fold(0.0, f64::max)
            };
            assert!(highest(100.0, 62.0) < 2.5, "an hour before all is well");
            assert!(highest(20.0, 15.0) > 4.5 && highest(5.0, 0.0) > 7.1);
            let starves = story.starved.iter().any(|at| (*broken..broken + 25.0).contains(at));
            assert!(starves, "seed {seed}: the press behind it starves after {broken}");
        }
        let [first, second, third] = story.breakdowns[..] else { unreachable!() };
        assert!((100.0..135.0).contains(&first) && (290.0..330.0).contains(&second), "seed {seed}");
        let now = 8.0 * 60.0;
        assert!(
            (now + 22.0..now + 45.0).contains(&third),
            "seed {seed}: breaks {} min after now",
            third - now
        );
        assert!(story.warnings[2] > now - 8.0 && story.warnings[2] < now + 15.0, "seed {seed}");
    }
}

#[test]
fn a_healthy_plant_has_a_handful_of_alarms_an_hour() {
    let mut raised = 0;
    watch(&mut calm_plant(42), 8.0, |_, id, reading| {
        let condition =
            reading.value.as_text().filter(|_| id.ends_with("Condition")).and_then(Condition::parse);
        raised += u32::from(condition.is_some_and(|condition| condition.level > ConditionLevel::Normal));
    });
    assert!((16..80).contains(&raised), "{raised} alarms in eight hours");
}

#[test]
fn vehicles_drive_without_jumping() {
    let mut plant = plant(2);
    plant.set_pace(Pace::LIVE);
    let mut at: BTreeMap<(u32, String), (Instant, f64)> = BTreeMap::new();
    let mut moved = 0;
    watch(&mut plant, 0.2, |device, id, reading| {
        if device.class != "agv" || !id.starts_with("Position") {
            return;
        }
        let metres = reading.value.as_f64().unwrap();
        if let Some((before, from)) = at.insert((reading.device, id.to_owned()), (reading.at, metres)) {
            let speed = (metres - from).abs() / reading.at.seconds_since(before).max(0.1);
            assert!(speed < 2.0, "{} jumps to {metres}", device.name);
            moved += 1;
        }
    });
    assert!(moved > 800, "they drive: {moved} poses");
}

/// The four corners of a footprint that may be turned by quarters.
fn footprint(place: &trine_world::Place) -> [f64; 4] {
    let turned = (place.yaw_deg / 90.0).round() as i64 % 2 != 0;
    let [length, width] =
        if turned { [place.size[1], place.size[0]] } else { [place.size[0], place.size[1]] };
    let [x, y, _] = place.position;
    [x - length / 2.0, x + length / 2.0, y - width / 2.0, y + width / 2.0]
}

fn overlap([a0, a1, b0, b1]: [f64; 4], [c0, c1, d0, d1]: [f64; 4]) -> bool {
    a0 < c1 - 0.01 && c0 < a1 - 0.01 && b0 < d1 - 0.01 && d0 < b1 - 0.01
}

#[test]
fn nothing_stands_in_anything_else_nor_on_an_aisle() {
    let plant = plant(1);
    let layout = plant.layout();
    let moves = |key: &str| key.contains(":AGV-");
    let stands =
        |key: &&(String, trine_world::Place)| plant.devices().iter().any(|device| device.key == key.0);
    let standing: Vec<_> = layout.places.iter().filter(stands).filter(|(key, _)| !moves(key)).collect();
    assert_eq!(layout.places.iter().filter(stands).count(), plant.devices().len());
    let aisles: Vec<_> = layout.places.iter().filter(|(key, _)| key.contains(":aisle-")).collect();
    for (index, (key, place)) in standing.iter().enumerate() {
        let here = footprint(place);
        assert!(
            here[0] >= 0.0 && here[1] <= HALL[0] && here[2] >= 0.0 && here[3] <= HALL[1],
            "{key} is outside"
        );
        for (other, there) in standing[index + 1..].iter().copied().chain(aisles.iter().copied()) {
            assert!(!overlap(here, footprint(there)), "{key} stands in {other}");
        }
    }
}

#[test]
fn relations_are_between_things_that_are_there() {
    let plant = plant(1);
    let layout = plant.layout();
    let all = layout.things.iter().chain(&layout.devices);
    let keys: BTreeSet<&str> = all.clone().map(|thing| &*thing.key).collect();
    for thing in all {
        assert!(thing.parent.as_ref().is_none_or(|parent| keys.contains(&**parent)), "{}", thing.key);
    }
    for (_, from, to) in &layout.relations {
        assert!(keys.contains(from.as_str()) && keys.contains(to.as_str()) && from != to, "{from} → {to}");
    }
    let leads_on = |name: &str| {
        let key = format!("urn:trine:demo:{name}");
        layout.relations.iter().any(|(kind, from, _)| *kind == RelationKind::FlowsTo && *from == key)
    };
    let machines = plant.devices().iter().filter(|device| device.signals.iter().any(|s| s.id == "GoodParts"));
    for machine in machines.filter(|machine| !["RO-1", "RO-2", "RO-3"].contains(&machine.name.as_str())) {
        // Who hands over to the next machine by hand leads on through it.
        let hands_over = layout
            .relations
            .iter()
            .any(|(kind, from, _)| *kind == RelationKind::FlowsTo && *from == machine.key);
        assert!(hands_over || leads_on(&machine.name), "nothing leads on from {}", machine.name);
    }
}

#[test]
fn the_world_takes_the_whole_layout() {
    let plant = plant(1);
    let layout = plant.layout();
    let mut world = World::new();
    let admit = |world: &mut World, kind: FactKind| {
        let fact = world.admit(NewFact::always(&Origin::new("layout"), kind), start()).unwrap();
        world.apply(&fact);
    };
    let id =
        |world: &World, key: &str| world.thing_by_key(key).unwrap_or_else(|| panic!("there is no {key}")).id;
    for description in layout.things.iter().chain(&layout.devices).cloned() {
        admit(&mut world, FactKind::ThingDescribed { thing: ThingId(0), description });
    }
    for (key, place) in &layout.places {
        let thing = id(&world, key);
        admit(&mut world, FactKind::ThingPlaced { thing, place: Some(*place) });
    }
    for (kind, from, to) in &layout.relations {
        let relation = Relation { kind: *kind, from: id(&world, from), to: id(&world, to) };
        admit(&mut world, FactKind::Related(relation));
    }
}
