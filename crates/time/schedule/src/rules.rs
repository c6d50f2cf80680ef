//! When an operation can be done, given what comes before it, and what has to come after it.
//!
//! The search is written once over the trait [`Rules`]: [`Plain`] is the classical disjunctive graph, where an arc is
//! a duration and the compiler can see it; [`General`] knows set-ups, calendars, frozen operations and jobs that are
//! not chains.

use crate::{
    graph::Node,
    instance::{Instance, Station},
};

/// What comes right before an operation on its machine.
#[derive(Clone, Copy)]
pub(crate) struct Before {
    /// Its node: an operation, or the source of the machine.
    pub node: usize,
    pub end: i64,
}

/// What comes right after an operation on its machine.
#[derive(Clone, Copy)]
pub(crate) struct After {
    /// Its node: an operation, or the sink.
    pub node: usize,
    pub tail: i64,
}

/// Where an operation could be: on which machine, for how long.
#[derive(Clone, Copy)]
pub(crate) struct Spot {
    pub operation: usize,
    pub machine: usize,
    pub duration: i64,
}

/// Arithmetic of heads and tails. A head is the earliest start and end; a tail is the time from the latest start that
/// keeps the makespan to the makespan, the operation included.
pub(crate) trait Rules {
    fn instance(&self) -> &Instance;
    /// When all that comes before in the job is done, and the operation is released.
    fn job_ready(&self, nodes: &[Node], operation: usize) -> i64;
    /// The longest tail of what comes after in the job.
    fn job_tail(&self, nodes: &[Node], operation: usize) -> i64;
    fn head(&self, spot: Spot, before: Before, job_ready: i64) -> (i64, i64);
    fn tail(&self, spot: Spot, after: After, job_tail: i64, makespan: i64) -> i64;
    /// Whether something holds for one of the operations that come directly before in the job.
    fn any_before(&self, nodes: &[Node], operation: usize, holds: impl FnMut(usize) -> bool) -> bool;
    /// The same for those that come directly after.
    fn any_after(&self, nodes: &[Node], operation: usize, holds: impl FnMut(usize) -> bool) -> bool;
    /// Whether tails depend on the makespan that they are counted from.
    const TAILS_MOVE: bool;
}

/// Chains, and machines that are at most ready later.
pub(crate) struct Plain(pub Instance);

impl Rules for Plain {
    const TAILS_MOVE: bool = false;

    #[inline]
    fn instance(&self) -> &Instance {
        &self.0
    }

    #[inline]
    fn job_ready(&self, nodes: &[Node], operation: usize) -> i64 {
        let node = &nodes[operation];
        node.release.max(nodes[node.job_before as usize].end)
    }

    #[inline]
    fn job_tail(&self, nodes: &[Node], operation: usize) -> i64 {
        nodes[nodes[operation].job_after as usize].tail
    }

    #[inline]
    fn head(&self, spot: Spot, before: Before, job_ready: i64) -> (i64, i64) {
        let start = job_ready.max(before.end);
        (start, start + spot.duration)
    }

    #[inline]
    fn tail(&self, spot: Spot, after: After, job_tail: i64, _: i64) -> i64 {
        job_tail.max(after.tail) + spot.duration
    }

    #[inline]
    fn any_before(&self, nodes: &[Node], operation: usize, mut holds: impl FnMut(usize) -> bool) -> bool {
        let before = nodes[operation].job_before as usize;
        before < self.0.len() && holds(before)
    }

    #[inline]
    fn any_after(&self, nodes: &[Node], operation: usize, mut holds: impl FnMut(usize) -> bool) -> bool {
        let after = nodes[operation].job_after as usize;
        after < self.0.len() && holds(after)
    }
}

/// Everything that a problem can say.
pub(crate) struct General(pub Instance);

impl General {
    fn setup(&self, station: &Station, from: usize, to: usize) -> i64 {
        if station.families == 0 || from >= self.0.len() || to >= self.0.len() {
            return 0;
        }
        setup(station, Some(self.0.family[from]), self.0.family[to])
    }
}

fn setup(station: &Station, from: Option<u32>, to: u32) -> i64 {
    match from {
        Some(from) if station.families > 0 => station.setups[from as usize * station.families + to as usize],
        _ => 0,
    }
}

impl Rules for General {
    const TAILS_MOVE: bool = true;

    fn instance(&self) -> &Instance {
        &self.0
    }

    fn job_ready(&self, nodes: &[Node], operation: usize) -> i64 {
        let ends = self.0.before.row(operation).iter().map(|&before| nodes[before as usize].end);
        ends.fold(nodes[operation].release, i64::max)
    }

    fn job_tail(&self, nodes: &[Node], operation: usize) -> i64 {
        self.0.after.row(operation).iter().map(|&after| nodes[after as usize].tail).fold(0, i64::max)
    }

    /// Tries the gaps between the frozen operations of the machine one after the other, beginning with the one in
    /// which the machine is free again.
    fn head(&self, spot: Spot, before: Before, job_ready: i64) -> (i64, i64) {
        let station = &self.0.stations[spot.machine];
        let own = self.0.family[spot.operation];
        let is_operation = before.node < self.0.len();
        let mut family = if is_operation { Some(self.0.family[before.node]) } else { station.mounted };
        let mut free = before.end;
        let mut gap =
            if is_operation { station.blocks.partition_point(|block| block.from < free) } else { 0 };
        loop {
            let is_set_up = station.calendar.advance(free, setup(station, family, own));
            let (start, end) = station.calendar.fit(is_set_up.max(job_ready), spot.duration);
            let Some(block) = station.blocks.get(gap) else { return (start, end) };
            if station.calendar.advance(end, setup(station, Some(own), block.family)) <= block.from {
                return (start, end);
            }
            (free, family, gap) = (block.to.max(0), Some(block.family), gap + 1);
        }
    }

    /// Blocks count as closed, set-ups to and from them are left out: tails only guide the search.
    fn tail(&self, spot: Spot, after: After, job_tail: i64, makespan: i64) -> i64 {
        let station = &self.0.stations[spot.machine];
        let by_job = makespan - job_tail;
        let setup = self.setup(station, spot.operation, after.node);
        let by_machine = station.calendar.retreat(makespan - after.tail, setup);
        makespan - station.walls.fit_back(by_job.min(by_machine), spot.duration)
    }

    fn any_before(&self, _: &[Node], operation: usize, mut holds: impl FnMut(usize) -> bool) -> bool {
        self.0.before.row(operation).iter().any(|&before| holds(before as usize))
    }

    fn any_after(&self, _: &[Node], operation: usize, mut holds: impl FnMut(usize) -> bool) -> bool {
        self.0.after.row(operation).iter().any(|&after| holds(after as usize))
    }
}
