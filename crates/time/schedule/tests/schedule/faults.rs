//! What is wrong with a problem is said in plain words before any search.

use crate::random::{objective, problem};
use trine_schedule::{
    Alternative, Interval, Job, Machine, MachineId, Operation, Pin, Planned, PriceSlot, Problem, Search,
    Setups,
};

fn step(machine: usize, duration: i64) -> Operation {
    let alternatives = vec![Alternative { machine: MachineId(machine), duration }];
    Operation { alternatives, ..Operation::default() }
}

fn good() -> Problem {
    let machine = |name: &str| Machine { name: name.into(), ..Machine::default() };
    let operations = vec![step(0, 3), step(1, 4)];
    let job = Job { name: "Gears".into(), operations, ..Job::default() };
    Problem { machines: vec![machine("Lathe"), machine("Mill")], jobs: vec![job], ..Problem::default() }
}

fn told(spoil: impl FnOnce(&mut Problem)) -> String {
    let mut problem = good();
    spoil(&mut problem);
    let faults = Search::new(&problem, 0, None).err().expect("it is wrong");
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults[0].to_string()
}

fn first(problem: &mut Problem) -> &mut Operation {
    &mut problem.jobs[0].operations[0]
}

fn frozen(machine: usize, start: i64, end: i64) -> Option<Planned> {
    Some(Planned { machine: MachineId(machine), start, end })
}

#[test]
fn a_good_problem_is_good() {
    assert_eq!(good().check(), Ok(()));
}

#[test]
fn routings_that_nobody_can_do() {
    let none = told(|problem| first(problem).alternatives.clear());
    assert_eq!(none, "operation 0 of job 0 (Gears) has no machine that could do it; name at least one");
    let unknown = told(|problem| first(problem).alternatives[0].machine = MachineId(7));
    assert_eq!(unknown, "operation 0 of job 0 (Gears) names machine 7, but the problem does not have it");
    let circle = told(|problem| first(problem).after = Some(vec![1]));
    assert_eq!(circle, "job 0 (Gears): its operations wait for each other in a circle");
    let itself = told(|problem| first(problem).after = Some(vec![0]));
    assert_eq!(itself, circle);
    let nowhere = told(|problem| first(problem).after = Some(vec![9]));
    assert_eq!(nowhere, "operation 0 of job 0 (Gears) comes after operation 9, which its job does not have");
}

#[test]
fn times_that_cannot_be() {
    let zero = told(|problem| first(problem).alternatives[0].duration = 0);
    let expected =
        "operation 0 of job 0 (Gears) takes 0 on machine 0 (Lathe); a duration has to be at least 1";
    assert_eq!(zero, expected);
    let late = told(|problem| {
        problem.jobs[0].release = Some(10);
        problem.jobs[0].due = Some(9);
    });
    assert_eq!(late, "job 0 (Gears) is due at 9, before it is released at 10");
    let huge = told(|problem| first(problem).alternatives[0].duration = i64::MAX);
    assert_eq!(huge, "the problem: its times are too large together; count in a coarser unit");
    let far = told(|problem| problem.jobs[0].release = Some(i64::MAX));
    assert_eq!(far, huge);
}

#[test]
fn calendars_that_contradict() {
    let forever = Interval { from: -5, to: Interval::FOREVER };
    let closed = told(|problem| problem.machines[0].closed = vec![forever]);
    let expected = "operation 0 of job 0 (Gears) never fits: none of its machines is open long enough in one piece, \
                    or ever again";
    assert_eq!(closed, expected);
    let short = told(|problem| {
        problem.machines[0].closed =
            vec![Interval { from: 2, to: 4 }, Interval { from: 6, to: Interval::FOREVER }];
    });
    assert_eq!(short, expected);
    let backwards = told(|problem| problem.machines[1].closed = vec![Interval { from: 2, to: 2 }]);
    assert_eq!(backwards, "machine 1 (Mill): an interval from 2 to 2 does not end after it begins");
    let slot = |from, to| PriceSlot { interval: Interval { from, to }, price: 1 };
    let prices = told(|problem| problem.prices = vec![slot(0, 5), slot(4, 9)]);
    assert_eq!(prices, "the problem: two prices hold at 4");
}

#[test]
fn set_ups_that_do_not_fit() {
    let setups = |times| Some(Setups { times, mounted: None });
    let shape = told(|problem| problem.machines[0].setups = setups(vec![vec![0], vec![1, 2]]));
    assert_eq!(shape, "machine 0 (Lathe): its set-up times are not a square of families");
    let family = told(|problem| {
        problem.machines[0].setups = setups(vec![vec![0]]);
        first(problem).family = 3;
    });
    assert_eq!(
        family,
        "operation 0 of job 0 (Gears) is of set-up family 3, but machine 0 (Lathe) has only 1"
    );
    let negative = told(|problem| problem.machines[0].setups = setups(vec![vec![-2]]));
    assert_eq!(negative, "machine 0 (Lathe): a set-up time is -2, but cannot be negative");
}

#[test]
fn freezes_that_contradict() {
    let overlap = told(|problem| {
        problem.jobs.push(problem.jobs[0].clone());
        problem.jobs[0].operations[0].frozen = frozen(0, 0, 3);
        problem.jobs[1].operations[0].frozen = frozen(0, 2, 5);
    });
    let expected = "operation 0 of job 0 (Gears) and operation 0 of job 1 (Gears) are both frozen and use one \
                    machine at the same time";
    assert_eq!(overlap, expected);
    let order = told(|problem| problem.jobs[0].operations[1].frozen = frozen(1, 0, 4));
    let expected = "operation 1 of job 0 (Gears) is frozen, but what comes before it in its job is not done when it \
                    starts; freeze that first";
    assert_eq!(order, expected);
    let pin = told(|problem| first(problem).pin = Some(Pin { machine: MachineId(1), start: 0 }));
    assert_eq!(pin, "operation 0 of job 0 (Gears) is pinned to machine 1, which cannot do it");
}

/// Whatever is changed at random, the answer is a list of faults or a search that works, never a panic.
#[test]
fn spoilt_problems_never_panic() {
    let numbers = [i64::MIN, -1, 0, 1, 1 << 57, i64::MAX - 1, i64::MAX];
    for seed in 0..400u64 {
        let mut stream = trine_simulate::Stream::new(seed, 0, "spoil");
        let mut problem = problem(seed, 4, 2, objective(seed as u8));
        for _ in 0..1 + stream.below(3) {
            let number = numbers[stream.below(numbers.len())];
            let small = stream.below(4);
            let job = stream.below(problem.jobs.len());
            let machine = &mut problem.machines[stream.below(2)];
            match stream.below(12) {
                0 => problem.start = number,
                1 => problem.jobs[job].release = Some(number),
                2 => problem.jobs[job].due = Some(number),
                3 => problem.jobs[job].weight = number,
                4 => machine.closed.push(Interval { from: number, to: numbers[stream.below(numbers.len())] }),
                5 => machine.power = number,
                6 => {
                    machine.setups =
                        Some(Setups { times: vec![vec![number; small]; small], mounted: Some(small) });
                }
                7 => problem.jobs[job].operations[0].after = Some(vec![small]),
                8 => problem.jobs[job].operations[0].frozen = frozen(small, number, number.saturating_add(5)),
                9 => problem.jobs[job].operations[0].alternatives.push(step(small, number).alternatives[0]),
                10 => {
                    problem.jobs[job].operations[0].pin =
                        Some(Pin { machine: MachineId(small), start: number });
                }
                _ => problem.objective.energy = number,
            }
        }
        if let Ok(mut search) = Search::new(&problem, seed, None) {
            search.step(50);
            if let Some(plan) = search.best() {
                assert!(trine_schedule::check(&problem, &plan).is_ok(), "{problem:?}");
            }
        }
    }
}
