//! A machine breaks under a plan of 600 operations.

use crate::{
    figure::{gap, print},
    race,
};
use std::time::Instant;
use trine_schedule::{
    Alternative, Interrupted, Interval, Job, Machine, MachineId, Operation, Problem, Schedule, Search,
};
use trine_simulate::Stream;

const JOBS: usize = 30;
const MACHINES: usize = 20;
/// Time for the first plan, for the repair, and for planning from nothing, s.
const PLAN: f64 = 30.0;
const REPAIR: f64 = 1.0;
const COLD: f64 = 60.0;

/// Repairs within a second, and plans the same broken shop from nothing for a minute.
pub fn run() -> bool {
    let problem = shop();
    let (plan, _) = race::run(&problem, None, PLAN, 0);
    let broken = break_middle(&problem, &plan);
    let began = Instant::now();
    let pushed = Search::new(&broken, 0, Some(&plan)).expect("the broken shop can be planned");
    let first_ms = began.elapsed().as_secs_f64() * 1e3;
    let pushed = pushed.progress().cost.expect("the plan can be pushed");
    let (_, repair) = race::run(&broken, Some(&plan), REPAIR, 0);
    let (_, cold) = race::run(&broken, None, COLD, 0);
    let cold = race::at(&cold, COLD);
    eprintln!("pushed {pushed}, repaired {}, from nothing {cold}", race::at(&repair, REPAIR));
    let name = format!("schedule repair of {} operations: gap after {REPAIR} s", JOBS * MACHINES);
    let beside = Some(("60 s from nothing, after 0 s", gap(pushed, cold)));
    print(&name, gap(race::at(&repair, REPAIR), cold), "%", beside);
    print("schedule repair: first possible plan", first_ms, "ms", None);
    true
}

/// A job shop as Taillard makes them: every job visits every machine, durations are uniform from 1 to 99.
fn shop() -> Problem {
    let mut stream = Stream::new(1, 0, "shop");
    let mut job = || {
        let mut machines: Vec<usize> = (0..MACHINES).collect();
        (1..MACHINES).rev().for_each(|at| machines.swap(at, stream.below(at + 1)));
        let step = |machine| {
            let duration = 1 + stream.below(99) as i64;
            let alternatives = vec![Alternative { machine: MachineId(machine), duration }];
            Operation { alternatives, ..Operation::default() }
        };
        Job { operations: machines.into_iter().map(step).collect(), ..Job::default() }
    };
    let jobs = (0..JOBS).map(|_| job()).collect();
    Problem { jobs, machines: vec![Machine::default(); MACHINES], ..Problem::default() }
}

/// A quarter of the way, the machine with the middle of the work that is left is down for a tenth of the makespan. (The
/// busiest would decide alone how long all takes, and every repair would be the best.)
fn break_middle(problem: &Problem, plan: &Schedule) -> Problem {
    let makespan = plan.end().expect("the plan is not empty");
    let now = makespan / 4;
    let mut broken = problem.after(plan, now);
    let left = |machine: &usize| {
        let row = plan.on_machine(MachineId(*machine)).into_iter();
        row.filter(|(_, planned)| planned.start >= now)
            .map(|(_, planned)| planned.end - planned.start)
            .sum::<i64>()
    };
    let mut machines: Vec<usize> = (0..MACHINES).collect();
    machines.sort_by_key(left);
    let middle = MachineId(machines[MACHINES / 2]);
    let down = Interval { from: now, to: now + makespan / 10 };
    broken.break_down(middle, down, Interrupted::GoesOn).expect("the interval is right");
    broken
}
