//! What holds for every problem.

use crate::random::{objective, problem};
use proptest::prelude::*;
use trine_schedule::{Interval, MachineId, OperationId, Planned, Problem, Search, check};

/// The best plan after some moves, judged; panics with what is wrong if anything is.
fn solved(problem: &Problem, seed: u64, moves: u64) -> (Search, i64) {
    let mut search = Search::new(problem, seed, None).expect("random problems are right");
    search.step(moves);
    let cost = judged(problem, &search);
    (search, cost)
}

fn judged(problem: &Problem, search: &Search) -> i64 {
    let plan = search.best().expect("random machines open again");
    let evaluation = check(problem, &plan).unwrap_or_else(|wrong| panic!("{wrong:?} in {problem:?}"));
    assert_eq!(search.progress().cost, Some(evaluation.cost), "search and judge agree on the cost");
    for plan in search.elite(20) {
        assert!(check(problem, &plan).unwrap().cost >= evaluation.cost);
    }
    evaluation.cost
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn every_plan_passes_the_judge(seed: u64, jobs in 1..9usize, machines in 1..5usize, kind: u8) {
        solved(&problem(seed, jobs, machines, objective(kind)), seed, 400);
    }

    #[test]
    fn the_same_seed_gives_the_same_plan_in_any_steps(seed: u64, kind: u8) {
        let problem = problem(seed, 6, 3, objective(kind));
        let mut once = Search::new(&problem, seed, None).unwrap();
        once.step(300);
        let mut often = Search::new(&problem, seed, None).unwrap();
        (0..30).for_each(|_| { often.step(10); });
        prop_assert_eq!(once.best(), often.best());
    }

    #[test]
    fn a_warm_start_is_never_worse(seed: u64, kind: u8) {
        let problem = problem(seed, 7, 3, objective(kind));
        let (first, cost) = solved(&problem, seed, 200);
        let mut second = Search::new(&problem, seed + 1, first.best().as_ref()).unwrap();
        prop_assert!(judged(&problem, &second) <= cost);
        second.step(100);
        prop_assert!(judged(&problem, &second) <= cost);
    }

    #[test]
    fn what_is_frozen_stays(seed: u64, kind: u8, part in 0.0..1.0f64) {
        let mut problem = problem(seed, 7, 3, objective(kind));
        let (first, _) = solved(&problem, seed, 100);
        let plan = first.best().unwrap();
        let end = plan.end().unwrap();
        problem.start += ((end - problem.start) as f64 * part) as i64;
        let started: Vec<(OperationId, Planned)> =
            plan.operations().filter(|(_, planned)| planned.start < problem.start).collect();
        for (id, planned) in &started {
            problem.jobs[id.job].operations[id.operation].frozen = Some(*planned);
        }
        let down = Interval { from: problem.start, to: problem.start + 35 };
        problem.machines[0].closed.push(down);
        let mut search = Search::new(&problem, seed, Some(&plan)).unwrap();
        judged(&problem, &search);
        search.step(200);
        judged(&problem, &search);
        let repaired = search.best().unwrap();
        prop_assert!(started.iter().all(|(id, planned)| repaired.get(*id) == Some(*planned)));
    }

    #[test]
    fn a_machine_that_never_opens_again_is_left_alone(seed: u64) {
        let mut problem = problem(seed, 6, 3, objective(0));
        problem.machines[0].closed.push(Interval { from: problem.start - 50, to: Interval::FOREVER });
        for job in &mut problem.jobs {
            for step in &mut job.operations {
                step.alternatives.sort_by_key(|alternative| alternative.machine);
                if step.alternatives.len() == 1 {
                    step.alternatives[0].machine = MachineId(1);
                }
            }
        }
        let (search, _) = solved(&problem, seed, 300);
        prop_assert!(search.best().unwrap().on_machine(MachineId(0)).is_empty());
    }
}
