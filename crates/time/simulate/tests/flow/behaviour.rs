//! Small plants whose every minute can be told beforehand.

use crate::models::*;
use std::sync::atomic::AtomicBool;
use trine_simulate::flow::*;
use trine_simulate::{Distribution, Simulation};

fn constant(time: f64) -> Distribution {
    Distribution::Constant(time)
}

fn start(model: &FlowModel) -> Simulation<Flow> {
    Flow::start(model, 1).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn seconds(model: &FlowModel, until: i64) -> Vec<[f64; 7]> {
    let mut simulation = start(model);
    simulation.run_until(model.start_ns + until * SECOND);
    Summary::of(&simulation, &Prices::default()).stations.iter().map(|station| station.seconds).collect()
}

#[test]
fn a_slow_station_blocks_the_one_before_it_and_starves_the_one_behind() {
    let model = line(3, 1, |at| constant([1.0, 4.0, 1.0][at]));
    let spent = seconds(&model, 400);
    let share = |at: usize, state: StationState| spent[at][state.index()] / 400.0;
    assert!((share(0, StationState::Blocked) - 0.75).abs() < 0.02, "{:?}", spent[0]);
    assert!(share(1, StationState::Running) > 0.98);
    assert!((share(2, StationState::Starved) - 0.75).abs() < 0.02, "{:?}", spent[2]);
}

#[test]
fn pieces_go_from_hand_to_hand_where_none_fits() {
    let model = line(3, 0, |_| constant(2.0));
    let mut simulation = start(&model);
    simulation.run_until(100 * SECOND);
    // The first piece is out after three times two seconds, then one every two.
    assert_eq!(simulation.model.output(), 48);
    assert_eq!((simulation.model.level(1), simulation.model.level(2)), (0, 0));
}

#[test]
fn a_closed_calendar_pauses_or_finishes_what_runs() {
    for (at_close, made_at_30) in [(AtClose::Pause, 1), (AtClose::Finish, 2)] {
        let mut model = line(1, 1, |_| constant(6.0));
        model.calendars.push(Calendar {
            name: "shift".into(),
            period_ns: 100 * SECOND,
            open_ns: vec![(0, 10 * SECOND), (50 * SECOND, 100 * SECOND)],
            ..Calendar::default()
        });
        (model.stations[0].calendar, model.stations[0].at_close) = (Some(0), at_close);
        let mut simulation = start(&model);
        simulation.run_until(30 * SECOND);
        assert_eq!(simulation.model.output(), made_at_30);
        assert_eq!(simulation.model.station_state(0), StationState::PlannedStop);
        simulation.run_until(53 * SECOND);
        assert_eq!(simulation.model.output(), 2, "the job that paused had two seconds left");
    }
}

#[test]
fn assembly_takes_all_of_it_and_scrap_is_made_again_for_its_order() {
    let mut work = operation(pieces(0, 0), pieces(2, 2), constant(1.0));
    work.takes.push(Pieces { material: 1, buffer: 1, count: 4 });
    work.outcomes[0].chance = 0.5;
    work.outcomes.push(Outcome { chance: 0.5, kind: OutcomeKind::Scrap, gives: Vec::new() });
    let bolts = Source {
        gives: Pieces { material: 1, buffer: 1, count: 4 },
        ..source("bolts", pieces(1, 1), Arrivals::Orders)
    };
    let model = FlowModel {
        materials: materials(&["body", "bolt", "engine"]),
        buffers: vec![buffer("bodies", 3), buffer("bolts", 12), buffer("done", 5)],
        stations: vec![station("assembly", vec![work])],
        sources: vec![source("bodies", pieces(0, 0), Arrivals::Orders), bolts],
        sinks: vec![sink("exit", 2)],
        orders: vec![Order {
            name: "A".into(),
            material: 2,
            quantity: 40,
            due_ns: i64::MAX,
            ..Order::default()
        }],
        ..FlowModel::default()
    };
    let mut simulation = start(&model);
    simulation.run_until(1_000 * SECOND);
    let summary = Summary::of(&simulation, &Prices::default());
    assert_eq!((summary.orders[0].done, summary.output), (40, 40));
    assert!(summary.orders[0].scrapped > 10 && summary.orders[0].finished_ns.is_some());
    let jobs = u64::from(40 + summary.orders[0].scrapped);
    assert_eq!(summary.sources, [(jobs, 0), (4 * jobs, 0)]);
    assert_eq!(simulation.model.wip(), 0);
}

#[test]
fn a_planned_station_keeps_to_its_plan() {
    let mut work = operation(pieces(0, 0), pieces(1, 1), constant(10.0));
    work.step = 7;
    let mut model = FlowModel {
        materials: materials(&["raw", "done"]),
        buffers: vec![buffer("in", 10), buffer("out", 10)],
        stations: vec![station("mill", vec![work])],
        sinks: vec![sink("exit", 1)],
        ..FlowModel::default()
    };
    model.stations[0].choice = Choice::Planned;
    for (number, sequence) in [(0u32, 2), (1, 1), (2, 3)] {
        let dispatches = vec![Dispatch {
            step: 7,
            station: 0,
            sequence,
            start_ns: if number == 2 { 50 * SECOND } else { 0 },
        }];
        model.orders.push(Order {
            name: format!("order {number}"),
            material: 1,
            quantity: 1,
            due_ns: i64::MAX,
            dispatches,
            ..Order::default()
        });
        model.state.waiting.push(WaitingPiece { order: Some(number), ..WaitingPiece::default() });
    }
    let mut simulation = start(&model);
    simulation.run_until(200 * SECOND);
    let orders = Summary::of(&simulation, &Prices::default()).orders;
    let finished: Vec<_> = orders.iter().map(|order| order.finished_ns.unwrap() / SECOND).collect();
    assert_eq!(finished, [20, 10, 60]);
}

#[test]
fn a_furnace_waits_for_a_full_batch_but_not_for_ever() {
    let mut work = operation(pieces(0, 0), pieces(1, 1), constant(10.0));
    (work.takes[0].count, work.outcomes[0].gives[0].count) = (4, 4);
    work.least = Some(PartialBatch { count: 2, after_s: 30.0 });
    let model = FlowModel {
        materials: materials(&["raw", "hard"]),
        buffers: vec![buffer("in", 10), buffer("out", 10)],
        stations: vec![station("furnace", vec![work])],
        sinks: vec![sink("exit", 1)],
        state: FlowState { waiting: vec![WaitingPiece::default(); 6], ..FlowState::default() },
        ..FlowModel::default()
    };
    let mut simulation = start(&model);
    simulation.run_until(39 * SECOND);
    assert_eq!(simulation.model.output(), 4);
    simulation.run_until(41 * SECOND);
    assert_eq!(simulation.model.output(), 6);
}

/// What has begun before the start ends when it would have ended.
#[test]
fn the_start_goes_on_where_the_plant_stands() {
    let mut model = line(2, 3, |_| constant(10.0));
    model.start_ns = 1_000 * SECOND;
    let job = |since, serial: &str, done| JobStart {
        since_ns: since * SECOND,
        serial: serial.into(),
        done,
        born_ns: 900 * SECOND,
        ..JobStart::default()
    };
    model.state.stations = vec![
        StationStart { station: 0, jobs: vec![job(994, "P1", false)], ..StationStart::default() },
        StationStart { station: 1, jobs: vec![job(980, "P0", true)], ..StationStart::default() },
    ];
    let mut simulation = Flow::start_with(&model, 3, Vec::new()).unwrap();
    simulation.run_until(1_015 * SECOND);
    let flow = &simulation.model;
    let ended = flow.trace.iter().filter_map(|(at, what)| match what {
        Happening::JobEnded { station: 0, serial, .. } => Some((at / SECOND, flow.serial_name(*serial))),
        _ => None,
    });
    assert_eq!(ended.collect::<Vec<_>>(), [(1_004, "P1".to_owned()), (1_014, "sim-2".to_owned())]);
    assert_eq!(flow.output(), 2, "the finished piece left at once, P1 after both stations");
}

/// A machine added elsewhere leaves the numbers of all others as they were.
#[test]
fn common_random_numbers_hold_between_variants() {
    let model = line(2, 5, |_| exponential(3.0));
    let mut variant = model.clone();
    variant.stations.insert(0, station("new", vec![operation(pieces(0, 3), pieces(0, 4), exponential(1.0))]));
    variant.buffers.extend([buffer("aside", 4), buffer("aside out", 4)]);
    variant.sources.push(source("aside", pieces(0, 3), Arrivals::Always));
    variant.sinks.push(sink("aside", 4));
    let times = |model: &FlowModel, station: u32| {
        let mut simulation = Flow::start_with(model, 9, Vec::new()).unwrap();
        simulation.run_until(2_000 * SECOND);
        let ends = simulation.model.trace.iter().filter_map(move |(at, what)| match what {
            Happening::JobEnded { station: of, .. } if *of == station => Some(*at),
            _ => None,
        });
        ends.collect::<Vec<_>>()
    };
    assert_eq!(times(&model, 0), times(&variant, 1));
    assert_eq!(times(&model, 1), times(&variant, 2));
}

#[test]
fn runs_are_bounded_and_can_be_cancelled() {
    let model = line(2, 5, |_| exponential(3.0));
    let limits = Limits { events_max: 10_000, ..Limits::default() };
    let run = |limits: &Limits, cancel: bool| {
        run_until(&mut start(&model), i64::MAX / 2, limits, &AtomicBool::new(cancel))
    };
    assert_eq!(run(&limits, false), Ended::EventsMax);
    assert_eq!(run(&Limits::default(), true), Ended::Cancelled);
}

#[test]
fn a_plant_that_stands_for_ever_says_so() {
    let mut model = line(2, 2, |_| constant(3.0));
    model.sinks.clear();
    let ended = run_until(&mut start(&model), 1_000 * SECOND, &Limits::default(), &AtomicBool::new(false));
    assert_eq!(ended, Ended::Stuck);
}

/// A faster second machine is found to be better; the very same plant is found to be the same.
#[test]
fn only_real_differences_are_called_real() {
    let summaries = |time: f64| {
        let model = line(2, 3, |at| exponential(if at == 1 { time } else { 3.0 }));
        let wanted = Replicate { count: 20, horizon_ns: 3_000 * SECOND, ..Replicate::default() };
        replicate(&model, &wanted, &|work| work(), &|_| {}, &AtomicBool::new(false)).unwrap().summaries
    };
    let (slow, fast) = (summaries(3.0), summaries(2.5));
    let output = |list: Vec<Difference>| list.into_iter().find(|d| d.kpi == Kpi::Output).unwrap();
    let better = output(compare(&slow, &fast));
    assert!(better.is_real && better.difference > better.half_width.unwrap());
    assert!(
        compare(&slow, &slow).iter().all(|difference| !difference.is_real && difference.difference == 0.0)
    );
}
