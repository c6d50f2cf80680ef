//! A problem as the search reads it: flat arrays over the operations that can still be changed, times relative to the
//! problem's start.
//!
//! Frozen operations vanish here: what is left of them is a release date for what follows in the job and a block on
//! their machine.

use crate::{
    calendar::{Calendar, NEVER},
    problem::{Breaks, Interval, MachineId, Objective, OperationId, Planned, Problem},
    schedule::Schedule,
};

/// Rows of different lengths in one array.
#[derive(Clone, Debug)]
pub(crate) struct Rows<T> {
    starts: Vec<u32>,
    items: Vec<T>,
}

impl<T> Rows<T> {
    fn new(rows: impl Iterator<Item = Vec<T>>) -> Self {
        let (mut starts, mut items) = (vec![0], Vec::new());
        for row in rows {
            items.extend(row);
            starts.push(items.len() as u32);
        }
        Self { starts, items }
    }

    #[inline]
    pub fn row(&self, at: usize) -> &[T] {
        &self.items[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}

/// A machine that can do an operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mode {
    pub machine: u32,
    pub duration: i64,
}

/// A frozen operation on its machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    pub from: i64,
    pub to: i64,
    pub family: u32,
}

/// A machine with all that can keep it from working.
#[derive(Clone, Debug)]
pub(crate) struct Station {
    /// Closed intervals only.
    pub calendar: Calendar,
    /// Closed intervals and blocks, as if all were closed.
    pub walls: Calendar,
    pub blocks: Vec<Block>,
    /// `setups[from * families + to]`; empty without set-ups.
    pub setups: Vec<i64>,
    pub families: usize,
    pub mounted: Option<u32>,
    pub power: i64,
    /// When it is ready first, if that is all that keeps it from working.
    pub ready: Option<i64>,
}

/// What a job's end costs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Due {
    pub at: i64,
    pub weight: i64,
    /// When its frozen operations are done.
    pub frozen_end: i64,
}

/// A problem, compiled.
#[derive(Clone, Debug)]
pub(crate) struct Instance {
    pub ids: Vec<OperationId>,
    pub job_of: Vec<u32>,
    pub release: Vec<i64>,
    pub before: Rows<u32>,
    pub after: Rows<u32>,
    pub modes: Rows<Mode>,
    pub family: Vec<u32>,
    /// Where it was pinned to start.
    pub pin: Vec<Option<i64>>,
    /// Operations that nothing in their job follows.
    pub last: Vec<u32>,
    pub stations: Vec<Station>,
    pub due: Vec<Option<Due>>,
    pub objective: Objective,
    /// Nothing but the makespan counts.
    pub is_makespan_only: bool,
    /// From, to, price; in order.
    pub prices: Vec<(i64, i64, i64)>,
    /// The end of the last frozen operation.
    pub frozen_end: i64,
    /// What the frozen operations' energy costs.
    pub frozen_energy: i64,
    frozen: Schedule,
    origin: i64,
}

impl Instance {
    pub fn new(problem: &Problem) -> Self {
        let origin = problem.start;
        let free: Vec<OperationId> =
            problem.operations().filter(|(_, step)| step.frozen.is_none()).map(|(id, _)| id).collect();
        let node = |id: OperationId| free.binary_search(&id).ok().map(|at| at as u32);
        let steps: Vec<_> = free.iter().map(|id| &problem.jobs[id.job].operations[id.operation]).collect();
        let before_of = |id: &OperationId| {
            let job = id.job;
            problem.jobs[job].before(id.operation).map(move |operation| OperationId { job, operation })
        };
        let before: Vec<Vec<u32>> = free.iter().map(|id| before_of(id).filter_map(node).collect()).collect();
        let mut after = vec![Vec::new(); free.len()];
        for (at, row) in before.iter().enumerate() {
            row.iter().for_each(|&earlier| after[earlier as usize].push(at as u32));
        }
        let frozen_end_before = |id: &OperationId| {
            before_of(id)
                .filter_map(|earlier| problem.operation(earlier)?.frozen)
                .map(|planned| planned.end)
                .max()
        };
        let release = |(id, step): (&OperationId, &&crate::problem::Operation)| {
            let dates = [problem.jobs[id.job].release, step.pin.map(|pin| pin.start), frozen_end_before(id)];
            dates.into_iter().flatten().map(|at| relative(at, origin)).fold(0, i64::max)
        };
        let mut this = Self {
            job_of: free.iter().map(|id| id.job as u32).collect(),
            release: free.iter().zip(&steps).map(release).collect(),
            last: (0..free.len()).filter(|&at| after[at].is_empty()).map(|at| at as u32).collect(),
            before: Rows::new(before.into_iter()),
            after: Rows::new(after.into_iter()),
            modes: Rows::new(steps.iter().map(|step| modes(step))),
            family: steps.iter().map(|step| step.family as u32).collect(),
            pin: steps.iter().map(|step| step.pin.map(|pin| relative(pin.start, origin))).collect(),
            stations: stations(problem),
            due: problem.jobs.iter().map(|job| due(job, origin)).collect(),
            objective: problem.objective,
            is_makespan_only: is_makespan_only(problem),
            prices: prices(problem),
            frozen_end: 0,
            frozen_energy: 0,
            frozen: frozen(problem),
            origin,
            ids: free,
        };
        let done = problem.operations().filter_map(|(_, step)| step.frozen);
        for planned in done {
            let (from, to) = (relative(planned.start, origin), relative(planned.end, origin));
            this.frozen_end = this.frozen_end.max(to);
            let power = this.stations[planned.machine.0].power;
            this.frozen_energy = this.frozen_energy.saturating_add(this.energy(power, from, to));
        }
        this
    }

    /// How many operations can be changed.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Chains of operations on machines that are at most ready later: the classical problems.
    pub fn is_plain(&self) -> bool {
        let is_chain = |rows: &Rows<u32>| (0..self.len()).all(|at| rows.row(at).len() < 2);
        let is_simple = |station: &Station| station.ready.is_some() && station.setups.is_empty();
        is_chain(&self.before) && is_chain(&self.after) && self.stations.iter().all(is_simple)
    }

    /// The cost of energy for work in a stretch of time. Breaks inside count as work.
    pub fn energy(&self, power: i64, from: i64, to: i64) -> i64 {
        if power == 0 {
            return 0;
        }
        let first = self.prices.partition_point(|slot| slot.1 <= from);
        let mut cost = 0i64;
        for &(begin, end, price) in self.prices[first..].iter().take_while(|slot| slot.0 < to) {
            let time = end.min(to) - begin.max(from);
            cost = cost.saturating_add(price.saturating_mul(power).saturating_mul(time));
        }
        cost
    }

    /// The plan with every operation that can be changed where the closure says (machine, start, end; relative).
    pub fn schedule(&self, place: impl Fn(usize) -> (u32, i64, i64)) -> Schedule {
        let mut schedule = self.frozen.clone();
        for (at, id) in self.ids.iter().enumerate() {
            let (machine, start, end) = place(at);
            schedule.jobs[id.job][id.operation] = Planned {
                machine: MachineId(machine as usize),
                start: start + self.origin,
                end: end + self.origin,
            };
        }
        schedule
    }

    /// An instant of the caller's as the search counts.
    pub fn relative(&self, at: i64) -> i64 {
        relative(at, self.origin)
    }
}

fn is_makespan_only(problem: &Problem) -> bool {
    let Objective { tardiness, energy, pins, .. } = problem.objective;
    let has_pins =
        pins != 0 && problem.operations().any(|(_, step)| step.pin.is_some() && step.frozen.is_none());
    tardiness == 0 && energy == 0 && !has_pins
}

fn relative(at: i64, origin: i64) -> i64 {
    at.saturating_sub(origin).clamp(-NEVER, NEVER)
}

fn modes(step: &crate::problem::Operation) -> Vec<Mode> {
    let is_allowed = |machine| {
        step.pin.is_none_or(|pin| pin.machine == machine || step.duration_on(pin.machine).is_none())
    };
    step.alternatives
        .iter()
        .filter(|alternative| is_allowed(alternative.machine))
        .map(|alternative| Mode { machine: alternative.machine.0 as u32, duration: alternative.duration })
        .collect()
}

fn due(job: &crate::problem::Job, origin: i64) -> Option<Due> {
    let frozen = job.operations.iter().filter_map(|step| step.frozen);
    let frozen_end = frozen.map(|planned| relative(planned.end, origin)).max().unwrap_or(-NEVER);
    job.due.map(|at| Due { at: relative(at, origin), weight: job.weight, frozen_end })
}

fn prices(problem: &Problem) -> Vec<(i64, i64, i64)> {
    let time = |at| relative(at, problem.start);
    let mut prices: Vec<_> = problem
        .prices
        .iter()
        .map(|slot| (time(slot.interval.from), time(slot.interval.to), slot.price))
        .collect();
    prices.sort_unstable();
    prices
}

fn frozen(problem: &Problem) -> Schedule {
    let nowhere = Planned { machine: MachineId(0), start: 0, end: 0 };
    let jobs = problem.jobs.iter();
    Schedule {
        jobs: jobs
            .map(|job| job.operations.iter().map(|step| step.frozen.unwrap_or(nowhere)).collect())
            .collect(),
    }
}

fn stations(problem: &Problem) -> Vec<Station> {
    let span =
        |interval: &Interval| (relative(interval.from, problem.start), relative(interval.to, problem.start));
    let mut blocks = vec![Vec::new(); problem.machines.len()];
    for (_, step) in problem.operations() {
        if let Some(Planned { machine, start, end }) = step.frozen {
            let (from, to) = (relative(start, problem.start), relative(end, problem.start));
            blocks[machine.0].push(Block { from, to, family: step.family as u32 });
        }
    }
    let station = |(machine, mut blocks): (&crate::problem::Machine, Vec<Block>)| {
        blocks.sort_unstable_by_key(|block| (block.from, block.to));
        let past = blocks.partition_point(|block| block.to <= 0);
        let mounted = machine.setups.as_ref().and_then(|setups| setups.mounted).map(|family| family as u32);
        let mounted = blocks[..past].last().map(|block| block.family).or(mounted);
        blocks.drain(..past);
        let closed: Vec<_> = machine.closed.iter().map(span).collect();
        let taken = blocks.iter().map(|block| (block.from, block.to));
        let resumes = machine.breaks == Breaks::Resume;
        let walls = Calendar::new(closed.iter().copied().chain(taken).collect(), resumes);
        let times = machine.setups.as_ref().map(|setups| setups.times.as_slice()).unwrap_or_default();
        Station {
            ready: walls.only_prefix(),
            calendar: Calendar::new(closed, resumes),
            walls,
            blocks,
            setups: times.concat(),
            families: times.len(),
            mounted,
            power: machine.power,
        }
    };
    problem.machines.iter().zip(blocks).map(station).collect()
}
