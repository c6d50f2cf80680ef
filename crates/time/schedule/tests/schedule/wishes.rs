//! Each thing that a problem can wish for, where the best plan can be seen with bare eyes.

use trine_schedule::{
    Alternative, Breaks, Interval, Job, Machine, MachineId, Objective, Operation, OperationId, PriceSlot,
    Problem, Schedule, Search, Setups, check,
};

fn step(machine: usize, duration: i64) -> Operation {
    let alternatives = vec![Alternative { machine: MachineId(machine), duration }];
    Operation { alternatives, ..Operation::default() }
}

fn job(steps: Vec<Operation>) -> Job {
    Job { operations: steps, ..Job::default() }
}

fn planned(problem: &Problem) -> (Schedule, i64) {
    let mut search = Search::new(problem, 3, None).unwrap();
    search.step(2_000);
    let plan = search.best().unwrap();
    let cost = check(problem, &plan).unwrap().cost;
    (plan, cost)
}

fn start(plan: &Schedule, job: usize, operation: usize) -> i64 {
    plan.get(OperationId { job, operation }).unwrap().start
}

#[test]
fn cheap_energy_is_waited_for() {
    let slot = |from, to, price| PriceSlot { interval: Interval { from, to }, price };
    let problem = Problem {
        machines: vec![Machine { power: 2, ..Machine::default() }, Machine::default()],
        jobs: vec![job(vec![step(0, 10)]), job(vec![step(1, 100)])],
        prices: vec![slot(0, 50, 5), slot(50, 80, 1), slot(80, 200, 5)],
        objective: Objective { makespan: 1, energy: 1, ..Objective::default() },
        ..Problem::default()
    };
    let (plan, cost) = planned(&problem);
    assert!((50..=70).contains(&start(&plan, 0, 0)));
    assert_eq!(cost, 100 + 10 * 2);
}

#[test]
fn the_heavier_job_is_late_less() {
    let due = |weight, due| Job { weight, due: Some(due), ..job(vec![step(0, 10)]) };
    let problem = Problem {
        machines: vec![Machine::default()],
        jobs: vec![due(1, 10), due(5, 10), due(3, 10)],
        objective: Objective { makespan: 0, tardiness: 1, ..Objective::default() },
        ..Problem::default()
    };
    let (plan, cost) = planned(&problem);
    assert_eq!((start(&plan, 1, 0), start(&plan, 2, 0), start(&plan, 0, 0)), (0, 10, 20));
    assert_eq!(cost, 3 * 10 + 20);
}

#[test]
fn families_are_kept_together() {
    let of = |family| job(vec![Operation { family, ..step(0, 5) }]);
    let setups = Setups { times: vec![vec![0, 9], vec![9, 0]], mounted: Some(1) };
    let problem = Problem {
        machines: vec![Machine { setups: Some(setups), ..Machine::default() }],
        jobs: [0, 1, 0, 1, 0].map(of).to_vec(),
        ..Problem::default()
    };
    assert_eq!(planned(&problem).1, 25 + 9);
}

#[test]
fn breaks_are_fitted_around_or_worked_across() {
    let shop = |breaks| Problem {
        machines: vec![Machine { closed: vec![Interval { from: 10, to: 20 }], breaks, ..Machine::default() }],
        jobs: vec![job(vec![step(0, 8)]), job(vec![step(0, 6)])],
        ..Problem::default()
    };
    assert_eq!(planned(&shop(Breaks::Fit)).1, 26);
    assert_eq!(planned(&shop(Breaks::Resume)).1, 24);
}

#[test]
fn the_other_machine_helps() {
    let both = |duration| {
        let on = |machine| Alternative { machine: MachineId(machine), duration };
        job(vec![Operation { alternatives: vec![on(0), on(1)], ..Operation::default() }])
    };
    let problem = Problem {
        machines: vec![Machine::default(); 2],
        jobs: [7, 5, 4, 4, 3, 3].map(both).to_vec(),
        ..Problem::default()
    };
    assert_eq!(planned(&problem).1, 13);
}

#[test]
fn assemblies_wait_for_their_parts() {
    let after = |places: &[usize], step: Operation| Operation { after: Some(places.to_vec()), ..step };
    let assembly = vec![after(&[], step(0, 4)), after(&[], step(1, 6)), after(&[0, 1], step(0, 2))];
    let problem =
        Problem { machines: vec![Machine::default(); 2], jobs: vec![job(assembly)], ..Problem::default() };
    let (plan, cost) = planned(&problem);
    assert_eq!((start(&plan, 0, 0), start(&plan, 0, 1), start(&plan, 0, 2), cost), (0, 0, 6, 8));
}

/// What a server sends and keeps.
#[test]
fn problems_and_plans_are_written_and_read() {
    let text = r#"{"machines":[{"name":"Lathe"}],
        "jobs":[{"operations":[{"alternatives":[{"machine":0,"duration":3}]}],"due":9}]}"#;
    let problem: Problem = serde_json::from_str(text).unwrap();
    assert_eq!(problem.objective, Objective::default());
    let again: Problem = serde_json::from_str(&serde_json::to_string(&problem).unwrap()).unwrap();
    assert_eq!(problem, again);
    let (plan, _) = planned(&problem);
    let written = serde_json::to_string(&plan).unwrap();
    assert_eq!(written, r#"{"jobs":[[{"machine":0,"start":0,"end":3}]]}"#);
    assert_eq!(serde_json::from_str::<Schedule>(&written).unwrap(), plan);
}
