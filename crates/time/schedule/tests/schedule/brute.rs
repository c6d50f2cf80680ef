//! Tiny problems, where every plan can be tried.

use crate::random::{objective, problem};
use proptest::prelude::*;
use trine_schedule::{
    Alternative, Job, Machine, MachineId, Operation, Planned, Problem, Schedule, Search, check,
};

/// The least cost over all orders in which operations can be begun one after the other, on all their machines. Each
/// starts at the first instant at which the judge has nothing to say.
fn least(problem: &Problem) -> i64 {
    let mut best = i64::MAX;
    let mut plan = Schedule { jobs: problem.jobs.iter().map(|_| Vec::new()).collect() };
    extend(problem, &mut plan, &mut best);
    best
}

fn extend(problem: &Problem, plan: &mut Schedule, best: &mut i64) {
    let mut is_complete = true;
    for job in 0..problem.jobs.len() {
        let next = plan.jobs[job].len();
        let Some(step) = problem.jobs[job].operations.get(next) else { continue };
        is_complete = false;
        for alternative in &step.alternatives {
            let planned = earliest(problem, plan, job, *alternative);
            plan.jobs[job].push(planned);
            extend(problem, plan, best);
            plan.jobs[job].pop();
        }
    }
    if is_complete {
        *best = check(problem, plan).unwrap().cost.min(*best);
    }
}

/// The first place after all that is on the machine already.
fn earliest(problem: &Problem, plan: &Schedule, job: usize, alternative: Alternative) -> Planned {
    let part = |plan: &Schedule| {
        let cut = |(job, steps): (&Job, &Vec<Planned>)| Job {
            operations: job.operations[..steps.len()].to_vec(),
            ..job.clone()
        };
        Problem { jobs: problem.jobs.iter().zip(&plan.jobs).map(cut).collect(), ..problem.clone() }
    };
    let machine = alternative.machine;
    let free = plan.on_machine(machine).last().map_or(problem.start, |(_, last)| last.end);
    for start in free.. {
        for length in alternative.duration..alternative.duration + 3000 {
            let mut longer = plan.clone();
            let planned = Planned { machine, start, end: start + length };
            longer.jobs[job].push(planned);
            if check(&part(&longer), &longer).is_ok() {
                return planned;
            }
            if problem.machines[machine.0].closed.is_empty() {
                break;
            }
        }
    }
    unreachable!("machines open again")
}

fn tiny(seed: u64, is_closed: bool) -> Problem {
    let mut problem = problem(seed, 3, 2, objective(seed as u8 % 2));
    for machine in &mut problem.machines {
        machine.closed.truncate(1);
        machine.closed.retain(|_| is_closed);
    }
    for job in &mut problem.jobs {
        job.operations.truncate(2);
        job.release = job.release.map(|release| release.min(problem.start + 10));
        job.due = job.due.map(|due| due.max(job.release.unwrap_or(due)));
        job.operations.iter_mut().for_each(|step| step.after = None);
    }
    problem
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn tiny_problems_are_solved(seed: u64) {
        let problem = tiny(seed, false);
        let mut search = Search::new(&problem, 1, None).unwrap();
        let progress = search.step(3_000);
        prop_assert_eq!(progress.cost, Some(least(&problem)));
    }
}

#[test]
fn a_single_operation_is_a_plan() {
    let alternatives = vec![Alternative { machine: MachineId(0), duration: 7 }];
    let operations = vec![Operation { alternatives, ..Operation::default() }];
    let jobs = vec![Job { operations, ..Job::default() }];
    let problem = Problem { machines: vec![Machine::default()], jobs, start: 5, ..Problem::default() };
    let progress = Search::new(&problem, 0, None).unwrap().step(10);
    assert!(progress.is_optimal);
    assert_eq!((progress.cost, progress.bound), (Some(7), 7));
}

#[test]
fn nothing_to_do_is_a_plan() {
    let problem = Problem::default();
    let mut search = Search::new(&problem, 0, None).unwrap();
    assert!(search.step(10).is_optimal);
    assert_eq!(search.best(), Some(Schedule::default()));
}
