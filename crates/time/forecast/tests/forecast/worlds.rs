//! Any world gives a model that runs, or a reason in plain words.

use proptest::prelude::*;
use trine_base::{Instant, SignalId, ThingId, Value};
use trine_forecast::{BuildError, Past, PlantModel, build};
use trine_simulate::flow::{Arrivals, Flow, Prices, Summary};
use trine_world::{
    Fact, FactKind, Level, MachineState, MaterialUse, NewFact, Origin, Place, Process, Relation,
    RelationKind, Role, Segment, SignalDescription, StationProcess, StoreProcess, ThingDescription,
    TransportRule, ValueKind, WipLimit, World,
};

const HOUR: i64 = 3_600_000_000_000;

fn tell(world: &mut World, kind: FactKind) {
    // What the world refuses is not part of it; that is the world's own test.
    if let Ok(fact) = world.admit(NewFact::always(&Origin::new("test"), kind), Instant::EPOCH) {
        world.apply(&fact);
    }
}

fn thing(world: &mut World, key: &str, class: &str, level: Level) -> ThingId {
    let description = ThingDescription::new(key, key, class, level);
    tell(world, FactKind::ThingDescribed { thing: ThingId(0), description });
    world.thing_by_key(key).expect("it was described").id
}

fn signal(world: &mut World, key: &str, role: Role) -> SignalId {
    let name = format!("{key}/{}", role.as_str());
    let description = SignalDescription::new(key, &name, role.as_str(), ValueKind::Number).as_role(role);
    tell(world, FactKind::SignalDescribed { signal: SignalId(0), description });
    world.signal_by_key(&name).expect("it was described").id
}

fn run(model: &PlantModel, hours: i64) -> Summary {
    let mut run = Flow::start(&model.flow, 1).expect("a model that was built can run");
    run.run_until(model.flow.start_ns + hours * HOUR);
    Summary::of(&run, &Prices::default())
}

fn fact(number: u64, at_s: i64, kind: FactKind) -> Fact {
    let at = Instant::from_ms(at_s * 1_000);
    Fact { number, at, recorded: at, origin: Origin::new("rule"), kind }
}

/// The machine tools of a test bed whose agents tell states and nothing of how material goes.
#[test]
fn machine_tools_without_any_flow_are_stations_that_always_have_material() {
    let mut world = World::new();
    let classes = ["milling-machine", "turning-machine", "edm-machine", "milling-machine"];
    let keys: Vec<String> = (1..=8).map(|number| format!("tool-{number}")).collect();
    for (key, class) in keys.iter().zip(classes.iter().cycle()) {
        thing(&mut world, key, class, Level::WorkUnit);
        signal(&mut world, key, Role::State);
    }
    let first = world.thing_by_key("tool-1").unwrap().id;
    let changed =
        |number, at_s, from, to| fact(number, at_s, FactKind::StateChanged { thing: first, from, to });
    let facts = [
        changed(1, 10, MachineState::Unknown, MachineState::Running),
        changed(2, 5_000, MachineState::Running, MachineState::Down),
        changed(3, 5_600, MachineState::Down, MachineState::Running),
    ];
    let past = Past::new(&world, Instant::EPOCH, Instant::from_ns(8 * HOUR), &facts);
    let model = build(&past).unwrap();
    assert_eq!(model.flow.stations.len(), 8);
    assert_eq!(model.flow.sources.iter().filter(|source| source.arrivals == Arrivals::Always).count(), 8);
    for name in &keys {
        let assumed: Vec<&str> =
            model.assumptions.iter().filter(|a| a.name == *name).map(|a| a.what.as_str()).collect();
        for what in ["process", "material", "cycle time", "time between failures", "time to repair", "scrap"]
        {
            assert!(assumed.contains(&what), "{name}: {what} is assumed and not named: {assumed:?}");
        }
    }
    let summary = run(&model, 8);
    assert!(summary.stations.iter().all(|station| station.good > 300), "all of them work");
}

#[test]
fn a_world_without_machines_says_so() {
    let mut world = World::new();
    thing(&mut world, "hall", "area", Level::Area);
    thing(&mut world, "meter", "energy-meter", Level::WorkUnit);
    let past = Past::new(&world, Instant::EPOCH, Instant::from_ns(HOUR), &[]);
    assert_eq!(build(&past).unwrap_err(), BuildError::NoStations);
    assert!(build(&past).unwrap_err().to_string().contains("connect machines"));
}

#[test]
fn a_line_by_its_relations_alone_runs_and_keeps_its_level() {
    let mut world = World::new();
    let chain = [
        ("saw", "milling-machine"),
        ("store", "buffer"),
        ("mill", "milling-machine"),
        ("wash", "washing-machine"),
    ];
    let ids: Vec<ThingId> =
        chain.iter().map(|(key, class)| thing(&mut world, key, class, Level::WorkUnit)).collect();
    for pair in ids.windows(2) {
        let relation = Relation { kind: RelationKind::FlowsTo, from: pair[0], to: pair[1] };
        tell(&mut world, FactKind::Related(relation));
    }
    let level = signal(&mut world, "store", Role::Level);
    let capacity = signal(&mut world, "store", Role::Capacity);
    let mut past = Past::new(&world, Instant::EPOCH, Instant::from_ns(HOUR), &[]);
    past.values.insert(level, Value::Integer(5));
    past.values.insert(capacity, Value::Integer(12));
    let model = build(&past).unwrap();
    assert_eq!(model.flow.state.waiting.len(), 5);
    assert!(model.flow.buffers.iter().any(|buffer| buffer.name == "store" && buffer.capacity == 12));
    let summary = run(&model, 8);
    assert!((440..=490).contains(&summary.output), "60 s a piece: {}", summary.output);
}

#[test]
fn keys_that_lead_nowhere_are_named() {
    let mut world = World::new();
    let saw = thing(&mut world, "saw", "milling-machine", Level::WorkUnit);
    let used = |material: &str, at: &str| MaterialUse { material: material.into(), at: at.into(), count: 1 };
    let process = StationProcess {
        segments: vec![Segment {
            name: "saw".into(),
            takes: vec![used("bar", "nowhere")],
            gives: vec![used("blank", "")],
            ..Segment::default()
        }],
        calendar: Some("no hours".into()),
        repaired_by: Some("nobody".into()),
        ..StationProcess::default()
    };
    tell(&mut world, FactKind::ProcessDescribed { thing: saw, process: Process::Station(process) });
    let model = build(&Past::new(&world, Instant::EPOCH, Instant::from_ns(HOUR), &[])).unwrap();
    for what in ["`nowhere`", "calendar `no hours`", "crew `nobody`"] {
        assert!(model.assumptions.iter().any(|a| a.what == what), "{what}: {:#?}", model.assumptions);
    }
}

/// Whether it is a station, its segments or transports, and two numbers more.
type OddProcess = (bool, Vec<(u8, u8, u8)>, u8, u8);

/// What can be said of a thing, as small numbers.
#[derive(Clone, Debug)]
struct Odd {
    class: u8,
    placed: Option<(i8, i8)>,
    roles: Vec<u8>,
    process: Option<OddProcess>,
}

fn odd() -> impl Strategy<Value = Odd> {
    let segments = prop::collection::vec((any::<u8>(), any::<u8>(), any::<u8>()), 0..3);
    let process = prop::option::of((any::<bool>(), segments, any::<u8>(), any::<u8>()));
    (0..9u8, prop::option::of((any::<i8>(), any::<i8>())), prop::collection::vec(0..9u8, 0..4), process)
        .prop_map(|(class, placed, roles, process)| Odd { class, placed, roles, process })
}

fn describe(world: &mut World, odds: &[Odd], relations: &[(u8, u8, u8)]) {
    const CLASSES: [(&str, Level); 9] = [
        ("milling-machine", Level::WorkUnit),
        ("buffer", Level::WorkUnit),
        ("conveyor", Level::WorkUnit),
        ("agv", Level::Vehicle),
        ("aisle", Level::Floor),
        ("rack", Level::WorkUnit),
        ("robot", Level::WorkUnit),
        ("unheard-of", Level::WorkUnit),
        ("area", Level::Area),
    ];
    const ROLES: [Role; 9] = [
        Role::State,
        Role::Part,
        Role::Level,
        Role::Capacity,
        Role::PartCount,
        Role::ScrapCount,
        Role::Power,
        Role::PoseX,
        Role::PoseY,
    ];
    let key = |index: usize| format!("t{index}");
    let ids: Vec<ThingId> = odds
        .iter()
        .enumerate()
        .map(|(index, odd)| {
            let (class, level) = CLASSES[usize::from(odd.class)];
            thing(world, &key(index), class, level)
        })
        .collect();
    let pick = |number: u8| key(usize::from(number) % (odds.len() + 1));
    for (index, odd) in odds.iter().enumerate() {
        for role in &odd.roles {
            signal(world, &key(index), ROLES[usize::from(*role)]);
        }
        if let Some((x, y)) = odd.placed {
            let place = Place {
                position: [f64::from(x), f64::from(y), 0.0],
                yaw_deg: f64::from(x),
                size: [10.0, 2.0, 1.0],
                proposed: false,
            };
            tell(world, FactKind::ThingPlaced { thing: ids[index], place: Some(place) });
        }
        let Some((is_station, list, number, other)) = &odd.process else { continue };
        let material = |number: u8| format!("m{}", number % 3).into();
        let used = |(material_of, at, count): (u8, u8, u8)| MaterialUse {
            material: material(material_of),
            at: pick(at).into(),
            count: u32::from(count % 4),
        };
        let process = if *is_station {
            let segment = |bit: &(u8, u8, u8)| Segment {
                name: "work".into(),
                takes: vec![used(*bit)],
                gives: vec![used((bit.1, bit.2, bit.0))],
                time_s: bit.0.is_multiple_of(2).then_some(f64::from(bit.1)),
                limit: bit
                    .2
                    .is_multiple_of(3)
                    .then(|| WipLimit { pieces: u32::from(bit.0), until: pick(bit.1).into() }),
            };
            Process::Station(StationProcess {
                slots: u32::from(number % 5),
                segments: list.iter().map(segment).collect(),
                handover: u32::from(other % 3),
                ..StationProcess::default()
            })
        } else {
            let rule = |bit: &(u8, u8, u8)| TransportRule {
                to: pick(bit.0).into(),
                material: if bit.1.is_multiple_of(2) { "".into() } else { material(bit.1) },
                load: u32::from(bit.2 % 4),
                handling_s: f64::from(bit.1),
            };
            Process::Store(StoreProcess {
                capacity: (number % 2 == 0).then_some(u32::from(*number)),
                transit_s: f64::from(other % 9),
                arrivals: (number % 3 == 0)
                    .then(|| (material(*other), f64::from(number % 7)))
                    .into_iter()
                    .collect(),
                ships_every_s: (other % 4 == 0).then_some(f64::from(*other)),
                transports: list.iter().map(rule).collect(),
            })
        };
        tell(world, FactKind::ProcessDescribed { thing: ids[index], process });
    }
    for (kind, from, to) in relations {
        let kind = match kind % 4 {
            0 => RelationKind::ServedBy,
            1 => RelationKind::MeteredBy,
            _ => RelationKind::FlowsTo,
        };
        let (from, to) = (ids[usize::from(*from) % ids.len()], ids[usize::from(*to) % ids.len()]);
        tell(world, FactKind::Related(Relation { kind, from, to }));
    }
}

/// Facts that may contradict each other, as those of sick sources do.
fn history(world: &World, moves: &[(u8, u8, u16)]) -> Vec<Fact> {
    let things: Vec<ThingId> = world.things().map(|thing| thing.id).collect();
    let (mut facts, mut at_s) = (Vec::new(), 0);
    for (number, (kind, what, after)) in (1..).zip(moves) {
        at_s += i64::from(*after);
        let thing = things[usize::from(*what) % things.len()];
        let state = |number: u8| MachineState::ALL[usize::from(number) % 8];
        let part = format!("p{}", what % 7);
        let kind = match kind % 5 {
            0 => FactKind::PartArrived { thing, part },
            1 => FactKind::PartLeft { thing, part },
            2 => FactKind::PartCompleted { thing, count: u32::from(*what), good: what % 3 > 0 },
            _ => FactKind::StateChanged { thing, from: state(*what), to: state(kind.wrapping_add(*what)) },
        };
        facts.push(fact(number, at_s, kind));
    }
    facts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_world_gives_a_model_that_runs_or_a_reason(
        odds in prop::collection::vec(odd(), 1..12),
        relations in prop::collection::vec((any::<u8>(), any::<u8>(), any::<u8>()), 0..16),
        moves in prop::collection::vec((any::<u8>(), any::<u8>(), 0..900u16), 0..60),
        levels in prop::collection::vec(-5.0..50.0f64, 12),
    ) {
        let mut world = World::new();
        describe(&mut world, &odds, &relations);
        let facts = history(&world, &moves);
        let now = Instant::from_ns(4 * HOUR);
        let mut past = Past::new(&world, Instant::EPOCH, now, &facts);
        for (signal, level) in world.signals().zip(levels.iter().cycle()) {
            past.values.insert(signal.id, Value::Number(*level));
        }
        match build(&past) {
            Ok(model) => {
                run(&model, 1);
            }
            Err(error) => prop_assert!(error.to_string().len() > 20, "{error}"),
        }
    }
}
