//! A solution as a disjunctive graph: who comes after whom on each machine, with heads, tails and a topological order
//! that are kept up to date from change to change.
//!
//! One node is one cache line. Nodes `0..n` are the operations, `n + m` is the source of machine `m`, and the last
//! node is the sink; both stand where an operation has no neighbour, so that nobody has to ask.
//!
//! [`Graph::relocate`] changes it. Heads and tails are brought up to date when asked for, from the first and the last
//! place in the order that a change has disturbed.

use crate::rules::{After, Before, Rules, Spot};

/// An operation in its place. Times are relative to the problem's start.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Node {
    /// Neighbours in the job, where jobs are chains.
    pub job_before: u32,
    pub job_after: u32,
    /// Neighbours on the machine.
    pub before: u32,
    pub after: u32,
    pub machine: u32,
    /// Place on the machine.
    pub at: u32,
    pub duration: i64,
    pub release: i64,
    pub start: i64,
    pub end: i64,
    /// From the latest start that keeps the makespan to the makespan.
    pub tail: i64,
}

/// A solution without its arithmetic: enough to build the graph again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Solution {
    /// All operations in an order in which each comes after all that it has to wait for.
    pub order: Vec<u32>,
    /// The machine of each operation, as place in its alternatives.
    pub mode: Vec<u32>,
    pub cost: i64,
}

/// An operation and where it goes: after an operation or a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Move {
    pub operation: u32,
    /// Place in the operation's alternatives.
    pub mode: u32,
    pub after: u32,
}

/// Nodes of operations that stand on no machine yet, and of sources and sink.
pub(crate) fn blank_nodes<R: Rules>(rules: &R, nodes: &mut Vec<Node>) {
    let instance = rules.instance();
    let (count, machines) = (instance.len(), instance.stations.len());
    let sink = (count + machines) as u32;
    let blank = Node { job_before: sink, job_after: sink, before: sink, after: sink, ..Node::default() };
    nodes.clear();
    nodes.resize(count + machines + 1, blank);
    for (operation, node) in nodes[..count].iter_mut().enumerate() {
        node.job_before = instance.before.row(operation).first().copied().unwrap_or(sink);
        node.job_after = instance.after.row(operation).first().copied().unwrap_or(sink);
        node.release = instance.release[operation];
    }
    for (machine, station) in instance.stations.iter().enumerate() {
        let source = &mut nodes[count + machine];
        source.machine = machine as u32;
        source.end = if R::TAILS_MOVE { 0 } else { station.ready.unwrap_or(0) };
    }
}

/// The disjunctive graph of a solution.
#[derive(Clone, Debug, Default)]
pub(crate) struct Graph {
    pub nodes: Vec<Node>,
    pub mode: Vec<u32>,
    /// The operations of each machine in order.
    pub rows: Vec<Vec<u32>>,
    /// Topological order, and each operation's place in it.
    pub order: Vec<u32>,
    pub place: Vec<u32>,
    pub makespan: i64,
    /// Heads are right before this place of the order.
    pub(crate) heads_from: usize,
    /// Tails are right from this place of the order on.
    pub(crate) tails_to: usize,
    /// Scratch of the repair of the order.
    pub(crate) is_later: Vec<bool>,
    pub(crate) later: Vec<u32>,
}

impl Graph {
    /// The graph of a solution.
    pub fn new<R: Rules>(rules: &R, solution: &Solution) -> Self {
        let mut graph = Self::default();
        graph.load(rules, solution);
        graph
    }

    /// Becomes the graph of a solution, with heads and tails.
    pub fn load<R: Rules>(&mut self, rules: &R, solution: &Solution) {
        let instance = rules.instance();
        let (count, machines) = (instance.len(), instance.stations.len());
        blank_nodes(rules, &mut self.nodes);
        self.rows.iter_mut().for_each(Vec::clear);
        self.rows.resize(machines, Vec::new());
        self.mode.clone_from(&solution.mode);
        self.order.clone_from(&solution.order);
        self.place.resize(count, 0);
        self.is_later.resize(count, false);
        for (place, &operation) in solution.order.iter().enumerate() {
            let operation = operation as usize;
            let mode = instance.modes.row(operation)[self.mode[operation] as usize];
            let row = &mut self.rows[mode.machine as usize];
            let before = row.last().map_or(count + mode.machine as usize, |&last| last as usize);
            self.place[operation] = place as u32;
            self.nodes[before].after = operation as u32;
            let node = &mut self.nodes[operation];
            (node.before, node.machine, node.at) = (before as u32, mode.machine, row.len() as u32);
            node.duration = mode.duration;
            row.push(operation as u32);
        }
        self.heads_from = 0;
        self.tails_to = count;
        self.refresh(rules);
    }

    /// How many operations there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// The node that stands before the first operation of a machine.
    pub fn source(&self, machine: usize) -> usize {
        self.len() + machine
    }

    pub fn spot(&self, operation: usize) -> Spot {
        let node = &self.nodes[operation];
        Spot { operation, machine: node.machine as usize, duration: node.duration }
    }

    pub fn before(&self, node: usize) -> Before {
        Before { node, end: self.nodes[node].end }
    }

    pub fn after(&self, node: usize) -> After {
        After { node, tail: self.nodes[node].tail }
    }

    /// Brings heads, makespan and tails up to date.
    pub fn refresh<R: Rules>(&mut self, rules: &R) {
        self.refresh_heads(rules);
        self.refresh_tails(rules);
    }

    /// Brings heads and makespan up to date.
    pub fn refresh_heads<R: Rules>(&mut self, rules: &R) {
        if self.heads_from >= self.order.len() && !self.order.is_empty() {
            return;
        }
        for &operation in &self.order[self.heads_from..] {
            let operation = operation as usize;
            let ready = rules.job_ready(&self.nodes, operation);
            let before = self.before(self.nodes[operation].before as usize);
            let (start, end) = rules.head(self.spot(operation), before, ready);
            let node = &mut self.nodes[operation];
            (node.start, node.end) = (start, end);
        }
        self.heads_from = self.order.len();
        let instance = rules.instance();
        let ends = instance.last.iter().map(|&last| self.nodes[last as usize].end);
        let makespan = ends.fold(instance.frozen_end, i64::max);
        if R::TAILS_MOVE && makespan != self.makespan {
            self.tails_to = self.order.len();
        }
        self.makespan = makespan;
    }

    fn refresh_tails<R: Rules>(&mut self, rules: &R) {
        let to = if R::TAILS_MOVE && self.tails_to > 0 { self.order.len() } else { self.tails_to };
        for &operation in self.order[..to].iter().rev() {
            let operation = operation as usize;
            let job_tail = rules.job_tail(&self.nodes, operation);
            let after = self.after(self.nodes[operation].after as usize);
            let tail = rules.tail(self.spot(operation), after, job_tail, self.makespan);
            self.nodes[operation].tail = tail;
        }
        self.tails_to = 0;
    }

    /// A critical path that ends with an operation: each waits for the one before it. Ties are broken by `choose`.
    pub fn path_to<R: Rules>(
        &self,
        rules: &R,
        end: usize,
        mut choose: impl FnMut() -> bool,
        path: &mut Vec<u32>,
    ) {
        path.clear();
        let mut at = end;
        loop {
            path.push(at as u32);
            let by_machine = self.nodes[at].before as usize;
            let machine_ready =
                if by_machine < self.len() { self.machine_ready(rules, at) } else { i64::MIN };
            let (mut by_job, mut job_ready) = (usize::MAX, i64::MIN);
            rules.any_before(&self.nodes, at, |before| {
                if self.nodes[before].end > job_ready {
                    (by_job, job_ready) = (before, self.nodes[before].end);
                }
                false
            });
            let ready = machine_ready.max(job_ready);
            if ready < self.nodes[at].release || ready == i64::MIN {
                break;
            }
            let is_machine = machine_ready > job_ready || machine_ready == job_ready && choose();
            at = if is_machine { by_machine } else { by_job };
        }
        path.reverse();
    }

    /// When its machine would let an operation start that is ready at once.
    fn machine_ready<R: Rules>(&self, rules: &R, operation: usize) -> i64 {
        if !R::TAILS_MOVE {
            return self.nodes[self.nodes[operation].before as usize].end;
        }
        let before = self.before(self.nodes[operation].before as usize);
        rules.head(self.spot(operation), before, 0).0
    }
}
