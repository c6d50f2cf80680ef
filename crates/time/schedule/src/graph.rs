//! A solution as a disjunctive graph: who comes after whom on each machine, with heads, tails and a topological order
//! that are kept up to date from change to change.
//!
//! One node is one cache line. Nodes `0..n` are the operations, `n + m` is the source of machine `m`, and the last
//! node is the sink; both stand where an operation has no neighbour, so that nobody has to ask.
//!
//! The only change is [`Graph::relocate`]: take an operation out and put it in after another one. It finds cycles
//! exactly, and repairs the topological order only between the first and the last place that it disturbs. Heads and
//! tails are brought up to date when asked for, from there.

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
    heads_from: usize,
    /// Tails are right from this place of the order on.
    tails_to: usize,
    /// Scratch of the repair of the order.
    is_later: Vec<bool>,
    later: Vec<u32>,
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

    /// Where an operation is now, as a move that would bring it back.
    pub fn position(&self, operation: u32) -> Move {
        let at = operation as usize;
        Move { operation, mode: self.mode[at], after: self.nodes[at].before }
    }

    /// Takes an operation out and puts it in after a node. False, and nothing is changed, if that closes a cycle.
    pub fn relocate<R: Rules>(&mut self, rules: &R, change: Move) -> bool {
        let operation = change.operation as usize;
        let back = self.position(change.operation);
        self.unlink(operation);
        self.link(rules, change);
        if self.repair_order(rules, operation) {
            return true;
        }
        self.unlink(operation);
        self.link(rules, back);
        false
    }

    fn unlink(&mut self, operation: usize) {
        let Node { before, after, machine, at, .. } = self.nodes[operation];
        self.nodes[before as usize].after = after;
        if (after as usize) < self.len() {
            self.nodes[after as usize].before = before;
        }
        let row = &mut self.rows[machine as usize];
        row.remove(at as usize);
        for &later in &row[at as usize..] {
            self.nodes[later as usize].at -= 1;
        }
    }

    fn link<R: Rules>(&mut self, rules: &R, change: Move) {
        let (operation, before) = (change.operation as usize, change.after as usize);
        let mode = rules.instance().modes.row(operation)[change.mode as usize];
        self.mode[operation] = change.mode;
        let at = if before < self.len() { self.nodes[before].at + 1 } else { 0 };
        let after = self.nodes[before].after;
        self.nodes[before].after = change.operation;
        if (after as usize) < self.len() {
            self.nodes[after as usize].before = change.operation;
        }
        let node = &mut self.nodes[operation];
        (node.before, node.after) = (change.after, after);
        (node.machine, node.at, node.duration) = (mode.machine, at, mode.duration);
        let row = &mut self.rows[mode.machine as usize];
        row.insert(at as usize, change.operation);
        for &later in &row[at as usize + 1..] {
            self.nodes[later as usize].at += 1;
        }
    }

    /// Makes the order topological again after an operation was put elsewhere; false if there is a cycle.
    ///
    /// What has to come before it ends at `last`, what has to come after it begins at `first`. If the two overlap, all
    /// in between that has to come after it moves behind `last`.
    fn repair_order<R: Rules>(&mut self, rules: &R, operation: usize) -> bool {
        let own = self.place[operation] as usize;
        let (first, last) = self.neighbours_in_order(rules, operation);
        let (low, high);
        match (first, last) {
            (Some(first), Some(last)) if first <= last => {
                (low, high) = (first.min(own), last.max(own));
                if !self.split(rules, operation, first, last) {
                    return false;
                }
            }
            _ => {
                let after_last = last.map_or(0, |last| last + 1);
                let target = match first {
                    // It stays where it is when it may.
                    Some(first) if own < first && own >= after_last => own,
                    None if own >= after_last => own,
                    Some(first) if own >= first => first,
                    _ => after_last - 1,
                };
                (low, high) = (target.min(own), target.max(own));
                if target < own {
                    self.order[target..=own].rotate_right(1);
                } else {
                    self.order[own..=target].rotate_left(1);
                }
            }
        }
        for place in low..=high {
            self.place[self.order[place] as usize] = place as u32;
        }
        self.heads_from = self.heads_from.min(low);
        self.tails_to = self.tails_to.max(high + 1);
        true
    }

    /// The first place of what has to come after an operation, and the last place of what has to come before it.
    fn neighbours_in_order<R: Rules>(&self, rules: &R, operation: usize) -> (Option<usize>, Option<usize>) {
        let node = &self.nodes[operation];
        let place = |at: u32| self.place.get(at as usize).map(|&place| place as usize);
        let (mut first, mut last) = (place(node.after), place(node.before));
        rules.any_after(&self.nodes, operation, |after| {
            let place = self.place[after] as usize;
            first = Some(first.map_or(place, |first| first.min(place)));
            false
        });
        rules.any_before(&self.nodes, operation, |before| {
            last = last.max(Some(self.place[before] as usize));
            false
        });
        (first, last)
    }

    /// Puts all between `first` and `last` that has to come after the operation behind `last`, and the operation in
    /// between; false if something would have to be on both sides.
    fn split<R: Rules>(&mut self, rules: &R, operation: usize, first: usize, last: usize) -> bool {
        self.later.clear();
        let mut is_cycle = false;
        for place in first..=last {
            let at = self.order[place] as usize;
            if at == operation {
                continue;
            }
            let before = self.nodes[at].before as usize;
            let is_after =
                |before: usize| before == operation || before < self.is_later.len() && self.is_later[before];
            if is_after(before) || rules.any_before(&self.nodes, at, is_after) {
                self.is_later[at] = true;
                self.later.push(at as u32);
            }
        }
        let node = &self.nodes[operation];
        let before = node.before as usize;
        is_cycle |= before < self.is_later.len() && self.is_later[before];
        is_cycle |= rules.any_before(&self.nodes, operation, |before| self.is_later[before]);
        if !is_cycle {
            self.pack(operation, first, last);
        }
        for &at in &self.later {
            self.is_later[at as usize] = false;
        }
        !is_cycle
    }

    /// Writes the order between `first` and `last` again: the earlier, the operation, the later.
    fn pack(&mut self, operation: usize, first: usize, last: usize) {
        let own = self.place[operation] as usize;
        // The operation leaves its place, and the window that is written again reaches to it.
        let (low, high) = (first.min(own), last.max(own));
        if own < first {
            self.order[own..first].rotate_left(1);
        } else if own > last {
            self.order[last + 1..=own].rotate_right(1);
        }
        // Now the operation's slot is inside a window of the same size as before, at one of its ends or within.
        let (from, to) = match own {
            own if own < first => (first - 1, last),
            own if own > last => (first, last + 1),
            _ => (first, last),
        };
        debug_assert!(low <= from && to <= high);
        let mut write = from;
        for read in from..=to {
            let at = self.order[read];
            if at as usize != operation && !self.is_later[at as usize] {
                self.order[write] = at;
                write += 1;
            }
        }
        self.order[write] = operation as u32;
        self.order[write + 1..=to].copy_from_slice(&self.later);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Alternative, Interval, Job, Machine, MachineId, Operation, Problem, Setups,
        construct::{Priority, dispatch},
        instance::Instance,
        rules::{General, Plain},
    };
    use trine_simulate::Stream;

    fn problem(stream: &mut Stream, is_plain: bool) -> Problem {
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

    fn any_move<R: Rules>(rules: &R, graph: &Graph, stream: &mut Stream) -> Move {
        let operation = stream.below(graph.len());
        let mode = stream.below(rules.instance().modes.row(operation).len());
        let machine = rules.instance().modes.row(operation)[mode].machine as usize;
        let row: Vec<u32> =
            graph.rows[machine].iter().copied().filter(|other| *other as usize != operation).collect();
        let at = stream.below(row.len() + 1);
        let after = if at == 0 { graph.source(machine) as u32 } else { row[at - 1] };
        Move { operation: operation as u32, mode: mode as u32, after }
    }

    /// Whether all could be done in the order of the rows and jobs, found out the slow way.
    fn has_cycle<R: Rules>(rules: &R, graph: &Graph) -> bool {
        let mut done = vec![false; graph.len()];
        for _ in 0..graph.len() {
            let is_ready = |at: &usize| {
                let before = graph.nodes[*at].before as usize;
                !done[*at]
                    && (before >= graph.len() || done[before])
                    && !rules.any_before(&graph.nodes, *at, |before| !done[before])
            };
            match (0..graph.len()).find(is_ready) {
                Some(ready) => done[ready] = true,
                None => return true,
            }
        }
        false
    }

    /// After any moves the graph is as if it had been made anew; a move is refused only if it closes a cycle.
    fn moves_keep_the_graph_right<R: Rules>(rules: &R, stream: &mut Stream) {
        let first = dispatch(rules, stream, Priority::Chance, 0.5);
        let mut graph = Graph::new(rules, &first);
        let mut refused = 0;
        for _ in 0..300 {
            let change = any_move(rules, &graph, stream);
            let before = graph.clone();
            if graph.relocate(rules, change) {
                assert!(!has_cycle(rules, &graph));
                graph.refresh(rules);
                let solution = Solution { order: graph.order.clone(), mode: graph.mode.clone(), cost: 0 };
                let anew = Graph::new(rules, &solution);
                assert_eq!(format!("{:?}", anew.nodes), format!("{:?}", graph.nodes));
                assert_eq!((anew.makespan, &anew.rows), (graph.makespan, &graph.rows));
            } else {
                refused += 1;
                assert_eq!(format!("{:?}", before.nodes), format!("{:?}", graph.nodes));
                let mut wrong = before;
                wrong.unlink(change.operation as usize);
                wrong.link(rules, change);
                assert!(has_cycle(rules, &wrong));
            }
        }
        assert!(refused > 0);
    }

    #[test]
    fn moves_keep_plain_graphs_right() {
        for seed in 0..20 {
            let mut stream = Stream::new(seed, 0, "graph");
            let rules = Plain(Instance::new(&problem(&mut stream, true)));
            moves_keep_the_graph_right(&rules, &mut stream);
        }
    }

    #[test]
    fn moves_keep_general_graphs_right() {
        for seed in 0..20 {
            let mut stream = Stream::new(seed, 0, "graph");
            let rules = General(Instance::new(&problem(&mut stream, false)));
            moves_keep_the_graph_right(&rules, &mut stream);
        }
    }
}
