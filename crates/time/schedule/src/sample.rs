//! Random problems for unit tests.

use crate::{Alternative, Interval, Job, Machine, MachineId, Operation, Problem, Setups};
use trine_simulate::Stream;

/// Six jobs of five operations on four machines, with alternatives; unless it is plain, with set-ups, a break, and
/// jobs that are no chains.
pub(crate) fn problem(stream: &mut Stream, is_plain: bool) -> Problem {
    let machine = |_| Machine {
        closed: if is_plain { vec![] } else { vec![Interval { from: 20, to: 35 }] },
        setups: (!is_plain).then(|| Setups { times: vec![vec![0, 3], vec![5, 0]], mounted: None }),
        ..Machine::default()
    };
    let machines: Vec<Machine> = (0..4).map(machine).collect();
    let mut step = |at: usize| {
        let first = stream.below(4);
        let alternatives = (0..1 + stream.below(3))
            .map(|next| MachineId((first + next) % 4))
            .map(|machine| Alternative { machine, duration: 1 + stream.below(9) as i64 });
        let alternatives = alternatives.collect();
        let after = (!is_plain && at > 1).then(|| vec![at - 2]);
        Operation { alternatives, after, family: at % 2, ..Operation::default() }
    };
    let jobs = (0..6).map(|_| Job { operations: (0..5).map(&mut step).collect(), ..Job::default() });
    Problem { jobs: jobs.collect(), machines, ..Problem::default() }
}
