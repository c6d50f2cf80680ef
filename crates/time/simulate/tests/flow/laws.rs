//! What holds in every run of every model.

use crate::models::*;
use crate::random::{model, recipes};
use proptest::prelude::*;
use std::sync::atomic::AtomicBool;
use trine_simulate::Simulation;
use trine_simulate::flow::*;

const LIMITS: Limits = Limits { events_max: 2_000_000, instant_events_max: 100_000 };

fn never() -> AtomicBool {
    AtomicBool::new(false)
}

fn is_sound(model: &FlowModel) -> bool {
    check(model).iter().all(|fault| fault.severity == Severity::Warning)
}

fn bytes<T: serde::Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

fn run(simulation: &mut Simulation<Flow>, until_s: i64) {
    let ended = run_until(simulation, (1_000 + until_s) * SECOND, &LIMITS, &never());
    assert!(ended.is_whole(), "{ended:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// No piece appears or vanishes but by a source, a sink and an operation, and Little's law holds to the last
    /// piece nanosecond: the time that pieces were there is the time for which they were counted.
    #[test]
    fn pieces_are_conserved_and_little_holds(recipe in recipes(), seed in any::<u64>()) {
        let model = model(recipe);
        prop_assume!(is_sound(&model));
        let mut simulation = Flow::start(&model, seed).unwrap();
        for until in [150, 600, 1_500] {
            run(&mut simulation, until);
            let books = simulation.model.books(simulation.calendar.now());
            prop_assert_eq!(books.counted, books.in_lanes + books.in_stations + books.in_vehicles);
            prop_assert_eq!(books.before + books.made - books.gone, u64::from(books.counted));
            prop_assert_eq!(books.stay_ns, books.wip_area_ns);
            if until == 150 {
                Flow::reset_statistics(&mut simulation);
            }
        }
    }

    /// Buffers hold no more than fit, ways no more than may be on them, and every second is in one state.
    #[test]
    fn nothing_is_overfull(recipe in recipes(), seed in any::<u64>()) {
        let model = model(recipe);
        prop_assume!(is_sound(&model));
        let mut simulation = Flow::start(&model, seed).unwrap();
        run(&mut simulation, 1_000);
        let summary = Summary::of(&simulation, &Prices::default());
        for (buffer, spec) in summary.buffers.iter().zip(&model.buffers) {
            prop_assert!(buffer.level_max <= spec.capacity, "{} of {}", buffer.level_max, spec.capacity);
        }
        for (fleet, spec) in (0..).zip(&model.fleets) {
            for (way, limit) in (0..).zip(&spec.ways) {
                prop_assert!(simulation.model.way_max(fleet, way) <= limit.capacity);
            }
        }
        for station in &summary.stations {
            prop_assert!((station.seconds.iter().sum::<f64>() - 1_000.0).abs() < 1e-6);
            prop_assert!((0.0..=1.0 + 1e-9).contains(&station.availability));
        }
    }

    #[test]
    fn forks_and_restored_snapshots_go_on_alike(recipe in recipes(), seed in any::<u64>()) {
        let model = model(recipe);
        prop_assume!(is_sound(&model));
        let mut whole = Flow::start(&model, seed).unwrap();
        run(&mut whole, 400);
        let mut fork = whole.clone();
        let snapshot = bytes(&whole);
        let mut restored: Simulation<Flow> = serde_json::from_slice(&snapshot).unwrap();
        prop_assert_eq!(&snapshot, &bytes(&restored));
        for simulation in [&mut whole, &mut fork, &mut restored] {
            run(simulation, 900);
        }
        prop_assert_eq!(bytes(&whole), bytes(&fork));
        prop_assert_eq!(bytes(&whole), bytes(&restored));
    }

    /// A fork resampled with one seed twice goes one way; and whatever is resampled stays sound.
    #[test]
    fn resampled_forks_are_repeatable(recipe in recipes(), seed in any::<u64>()) {
        let model = model(recipe);
        prop_assume!(is_sound(&model));
        let mut whole = Flow::start(&model, 1).unwrap();
        run(&mut whole, 300);
        let futures: Vec<Vec<u8>> = (0..2).map(|_| {
            let mut fork = whole.clone();
            resample(&mut fork, seed);
            run(&mut fork, 900);
            let books = fork.model.books(fork.calendar.now());
            assert_eq!(books.stay_ns, books.wip_area_ns);
            bytes(&fork)
        }).collect();
        prop_assert_eq!(&futures[0], &futures[1]);
    }

    /// Whoever only listens can tell the state, the level and the counts of everything.
    #[test]
    fn the_trace_is_complete(recipe in recipes(), seed in any::<u64>()) {
        let model = model(recipe);
        prop_assume!(is_sound(&model));
        let mut simulation = Flow::start_with(&model, seed, Vec::new()).unwrap();
        let ended = run_until(&mut simulation, 2_000 * SECOND, &LIMITS, &never());
        prop_assert!(ended.is_whole());
        let mut silent = Flow::start(&model, seed).unwrap();
        run(&mut silent, 1_000);
        prop_assert_eq!(bytes(&Summary::of(&simulation, &Prices::default())), bytes(&Summary::of(&silent, &Prices::default())));
        crate::listener::assert_complete(&model, &simulation);
    }

    #[test]
    fn one_thread_and_many_give_the_same_bytes(recipe in recipes(), seed in any::<u64>()) {
        let model = model(recipe);
        prop_assume!(is_sound(&model));
        let wanted = Replicate {
            count: 20,
            seed,
            horizon_ns: 1_200 * SECOND,
            warm_up_ns: 1_050 * SECOND,
            buckets: 5,
            kept_max: 12,
            limits: LIMITS,
            ..Replicate::default()
        };
        let on_threads = |threads: usize, work: &(dyn Fn() + Sync)| {
            std::thread::scope(|scope| {
                (0..threads).for_each(|_| {
                    scope.spawn(work);
                });
            });
        };
        let run = |threads| {
            replicate(&model, &wanted, &|work| on_threads(threads, work), &|_| {}, &never()).unwrap()
        };
        prop_assert_eq!(bytes(&run(1)), bytes(&run(3)));
    }
}
