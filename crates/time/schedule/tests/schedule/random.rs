//! Random problems with everything that a problem can say.

use trine_schedule::{
    Alternative, Breaks, Interval, Job, Machine, MachineId, Objective, Operation, PriceSlot, Problem, Setups,
};
use trine_simulate::Stream;

/// A random problem of so many jobs and machines, the same for the same seed.
pub fn problem(seed: u64, jobs: usize, machines: usize, objective: Objective) -> Problem {
    let mut stream = Stream::new(seed, 0, "problem");
    let families = 1 + stream.below(3);
    Problem {
        start: stream.below(2000) as i64 - 1000,
        machines: (0..machines).map(|_| machine(&mut stream, families)).collect(),
        jobs: (0..jobs).map(|_| job(&mut stream, machines, families)).collect(),
        objective,
        prices: prices(&mut stream),
    }
}

fn number(stream: &mut Stream, from: i64, to: i64) -> i64 {
    from + stream.below((to - from) as usize) as i64
}

fn machine(stream: &mut Stream, families: usize) -> Machine {
    let closed = |stream: &mut Stream| {
        let from = number(stream, -1100, 1300);
        Interval { from, to: from + number(stream, 1, 60) }
    };
    let mut time = || number(stream, 0, 15);
    let times = (0..families).map(|_| (0..families).map(|_| time()).collect()).collect();
    let setups = Setups { times, mounted: stream.chance(0.5).then_some(0) };
    Machine {
        closed: (0..stream.below(20)).map(|_| closed(stream)).collect(),
        breaks: if stream.chance(0.5) { Breaks::Fit } else { Breaks::Resume },
        setups: stream.chance(0.5).then_some(setups),
        power: number(stream, 0, 4),
        ..Machine::default()
    }
}

fn job(stream: &mut Stream, machines: usize, families: usize) -> Job {
    let release = stream.chance(0.3).then(|| number(stream, -1000, 1100));
    let due = stream.chance(0.6).then(|| release.unwrap_or(-1000) + number(stream, 0, 600));
    let count = 1 + stream.below(4);
    Job {
        release,
        due,
        weight: number(stream, 0, 5),
        operations: (0..count).map(|at| operation(stream, at, machines, families)).collect(),
        ..Job::default()
    }
}

fn operation(stream: &mut Stream, at: usize, machines: usize, families: usize) -> Operation {
    let first = stream.below(machines);
    let count = 1 + stream.below(machines.min(3));
    let alternatives = (0..count).map(|next| Alternative {
        machine: MachineId((first + next) % machines),
        duration: number(stream, 1, 40),
    });
    let alternatives = alternatives.collect();
    // Now and then a job is no chain: the operation waits for some of those before it.
    let after = stream.chance(0.3).then(|| (0..at).filter(|_| stream.chance(0.5)).collect());
    Operation { alternatives, after, family: stream.below(families), ..Operation::default() }
}

fn prices(stream: &mut Stream) -> Vec<PriceSlot> {
    let slot = |at: i64, stream: &mut Stream| PriceSlot {
        interval: Interval { from: at * 50 - 1000, to: at * 50 - 950 },
        price: number(stream, 0, 6),
    };
    (0..50).map(|at| slot(at, stream)).collect()
}

/// Objectives of all kinds.
pub fn objective(kind: u8) -> Objective {
    let none = Objective { makespan: 0, tardiness: 0, energy: 0, pins: 100 };
    match kind % 4 {
        0 => Objective { makespan: 1, ..none },
        1 => Objective { tardiness: 1, ..none },
        2 => Objective { makespan: 3, energy: 1, ..none },
        _ => Objective { makespan: 1, tardiness: 2, energy: 1, pins: 50 },
    }
}
