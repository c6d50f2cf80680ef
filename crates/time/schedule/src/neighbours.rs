//! Which changes could help, and what each would bring.
//!
//! A makespan shrinks only if something on a critical path changes. On one machine the moves are those of Zhang et
//! al. (2007), N7: an operation of a critical block goes to the block's beginning or end, or the block's first or last
//! operation goes inside. Where an operation can be done elsewhere too, it is taken out of the graph and put in at the
//! places of every machine between which, by Mastrolilli and Gambardella (2000), an optimal insertion lies.
//! Moves are estimated from heads and tails as in Balas and Vazacopoulos (1998), without making them.

use crate::{
    graph::{Graph, Move, Node},
    rules::{After, Before, Rules, Spot},
};

/// A move with the makespan that it is estimated to lead to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    pub change: Move,
    pub estimate: i64,
}

/// Finds candidates; keeps its scratch from call to call.
#[derive(Default)]
pub(crate) struct Neighbours {
    sequence: Vec<u32>,
    tails: Vec<i64>,
    /// The graph's nodes with one operation taken out.
    without: Vec<Node>,
}

impl Neighbours {
    /// The N7 moves of a critical path. With `ends_count`, its first block's beginning and its last block's end are
    /// left alone: no makespan shrinks there.
    pub fn on_path<R: Rules>(
        &mut self,
        rules: &R,
        graph: &Graph,
        path: &[u32],
        ends_count: bool,
        out: &mut Vec<Candidate>,
    ) {
        let machine = |place: usize| graph.nodes[path[place] as usize].machine;
        let mut from = 0;
        while from < path.len() {
            let mut to = from + 1;
            while to < path.len()
                && machine(to) == machine(from)
                && graph.nodes[path[to] as usize].before == path[to - 1]
            {
                to += 1;
            }
            let block = &path[from..to];
            if block.len() > 1 {
                let is_first = ends_count && from == 0;
                let is_last = ends_count && to == path.len();
                self.in_block(rules, graph, block, is_first, is_last, out);
            }
            from = to;
        }
    }

    fn in_block<R: Rules>(
        &mut self,
        rules: &R,
        graph: &Graph,
        block: &[u32],
        is_first: bool,
        is_last: bool,
        out: &mut Vec<Candidate>,
    ) {
        let last = block.len() - 1;
        if R::TAILS_MOVE {
            // Set-ups make the order inside a block count, too.
            (1..last.saturating_sub(1)).for_each(|at| self.forward(rules, graph, &block[at..=at + 1], out));
        }
        if last == 1 {
            if !(is_first && is_last) {
                self.forward(rules, graph, block, out);
            }
            return;
        }
        if !is_last {
            (0..last).for_each(|from| self.forward(rules, graph, &block[from..], out));
            (1..last - 1).for_each(|to| self.backward(rules, graph, &block[to..], out));
        }
        if !is_first {
            (2..=last).for_each(|from| self.backward(rules, graph, &block[..=from], out));
            (1..last).for_each(|to| self.forward(rules, graph, &block[..=to], out));
        }
    }

    /// The first operation of a stretch goes behind its last.
    fn forward<R: Rules>(&mut self, rules: &R, graph: &Graph, stretch: &[u32], out: &mut Vec<Candidate>) {
        let (&[moved, ..], &[.., last]) = (stretch, stretch) else { return };
        let nodes = &graph.nodes;
        let end = &nodes[last as usize];
        let may_lead_to_end = |after: usize| {
            after == last as usize || end.start >= nodes[after].end && nodes[after].tail > end.tail
        };
        if rules.any_after(nodes, moved as usize, may_lead_to_end) {
            return;
        }
        self.sequence.clear();
        self.sequence.extend_from_slice(&stretch[1..]);
        self.sequence.push(moved);
        let estimate = self.estimate(rules, graph, stretch[0], last);
        let change = Move { operation: moved, mode: graph.mode[moved as usize], after: last };
        out.push(Candidate { change, estimate });
    }

    /// The last operation of a stretch goes before its first.
    fn backward<R: Rules>(&mut self, rules: &R, graph: &Graph, stretch: &[u32], out: &mut Vec<Candidate>) {
        let (&[first, ..], &[.., moved]) = (stretch, stretch) else { return };
        let nodes = &graph.nodes;
        let begin = &nodes[first as usize];
        let may_follow_begin = |before: usize| {
            before == first as usize || nodes[before].start >= begin.end && begin.tail > nodes[before].tail
        };
        if rules.any_before(nodes, moved as usize, may_follow_begin) {
            return;
        }
        self.sequence.clear();
        self.sequence.push(moved);
        self.sequence.extend_from_slice(&stretch[..stretch.len() - 1]);
        let estimate = self.estimate(rules, graph, first, moved);
        let after = nodes[first as usize].before;
        let change = Move { operation: moved, mode: graph.mode[moved as usize], after };
        out.push(Candidate { change, estimate });
    }

    /// The longest path through the operations of `self.sequence`, if they stood in this order where now the stretch
    /// from `first` to `last` stands.
    fn estimate<R: Rules>(&mut self, rules: &R, graph: &Graph, first: u32, last: u32) -> i64 {
        let nodes = &graph.nodes;
        self.tails.clear();
        let mut after = graph.after(nodes[last as usize].after as usize);
        for &operation in self.sequence.iter().rev() {
            let operation = operation as usize;
            let job_tail = rules.job_tail(nodes, operation);
            let tail = rules.tail(graph.spot(operation), after, job_tail, graph.makespan);
            self.tails.push(tail);
            after = After { node: operation, tail };
        }
        let mut before = graph.before(nodes[first as usize].before as usize);
        let mut longest = 0;
        for (&operation, tail) in self.sequence.iter().zip(self.tails.iter().rev()) {
            let operation = operation as usize;
            let ready = rules.job_ready(nodes, operation);
            let (start, end) = rules.head(graph.spot(operation), before, ready);
            longest = longest.max(start + tail);
            before = Before { node: operation, end };
        }
        longest
    }

    /// The insertions of the path's operations elsewhere: on all their machines, or only on others.
    pub fn elsewhere<R: Rules>(&mut self, rules: &R, graph: &Graph, path: &[u32], out: &mut Vec<Candidate>) {
        for &operation in path {
            if rules.instance().modes.row(operation as usize).len() > 1 {
                self.insertions(rules, graph, operation, out);
            }
        }
    }

    /// On each machine an optimal place is before all that ends after the operation is ready and may follow it, and
    /// after all whose tail is longer than what follows it and may precede it. No place there closes a cycle.
    fn insertions<R: Rules>(&mut self, rules: &R, graph: &Graph, moved: u32, out: &mut Vec<Candidate>) {
        self.take_out(rules, graph, moved as usize);
        let nodes = &self.without;
        let operation = moved as usize;
        let ready = rules.job_ready(nodes, operation);
        let job_tail = rules.job_tail(nodes, operation);
        let own = graph.position(moved);
        for (mode, alternative) in rules.instance().modes.row(operation).iter().enumerate() {
            let machine = alternative.machine as usize;
            let spot = Spot { operation, machine, duration: alternative.duration };
            let row = &graph.rows[machine];
            let is_early = |&&other: &&u32| other == moved || nodes[other as usize].end <= ready;
            let is_long = |&&other: &&u32| other == moved || nodes[other as usize].tail > job_tail;
            let (early, long) =
                (row.iter().take_while(is_early).count(), row.iter().take_while(is_long).count());
            for place in early.min(long)..=early.max(long) {
                let before = if place == 0 { graph.source(machine) } else { row[place - 1] as usize };
                let change = Move { operation: moved, mode: mode as u32, after: before as u32 };
                if before == operation || change == own {
                    continue;
                }
                let (start, _) = rules.head(spot, Before { node: before, end: nodes[before].end }, ready);
                let after = nodes[before].after as usize;
                let after = After { node: after, tail: nodes[after].tail };
                let tail = rules.tail(spot, after, job_tail, graph.makespan);
                out.push(Candidate { change, estimate: start + tail });
            }
        }
    }

    /// Heads and tails without an operation on any machine; in its job it takes no time.
    fn take_out<R: Rules>(&mut self, rules: &R, graph: &Graph, operation: usize) {
        self.without.clear();
        self.without.extend_from_slice(&graph.nodes);
        let nodes = &mut self.without;
        let Node { before, after, .. } = nodes[operation];
        nodes[before as usize].after = after;
        if (after as usize) < graph.len() {
            nodes[after as usize].before = before;
        }
        let place = graph.place[operation] as usize;
        let ready = rules.job_ready(nodes, operation);
        (nodes[operation].start, nodes[operation].end) = (ready, ready);
        for &later in &graph.order[place + 1..] {
            let later = later as usize;
            let ready = rules.job_ready(nodes, later);
            let before = nodes[later].before as usize;
            let before = Before { node: before, end: nodes[before].end };
            let (start, end) = rules.head(graph.spot(later), before, ready);
            (nodes[later].start, nodes[later].end) = (start, end);
        }
        nodes[operation].tail = rules.job_tail(nodes, operation);
        for &earlier in graph.order[..place].iter().rev() {
            let earlier = earlier as usize;
            let job_tail = rules.job_tail(nodes, earlier);
            let after = nodes[earlier].after as usize;
            let after = After { node: after, tail: nodes[after].tail };
            nodes[earlier].tail = rules.tail(graph.spot(earlier), after, job_tail, graph.makespan);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        construct::{Priority, dispatch},
        instance::Instance,
        rules::Plain,
        sample::problem,
    };
    use trine_simulate::Stream;

    fn graphs(seeds: u64) -> impl Iterator<Item = (Plain, Graph)> {
        (0..seeds).map(|seed| {
            let mut stream = Stream::new(seed, 0, "neighbours");
            let rules = Plain(Instance::new(&problem(&mut stream, true)));
            let solution = dispatch(&rules, &mut stream, Priority::Chance, 0.5);
            let graph = Graph::new(&rules, &solution);
            (rules, graph)
        })
    }

    /// The makespan after a move, if it closes no cycle.
    fn made(rules: &Plain, graph: &Graph, change: Move) -> Option<i64> {
        let mut changed = graph.clone();
        let is_made = changed.relocate(rules, change);
        changed.refresh(rules);
        is_made.then_some(changed.makespan)
    }

    fn critical_path(rules: &Plain, graph: &Graph) -> Vec<u32> {
        let end = (0..graph.len()).find(|&at| graph.nodes[at].end == graph.makespan).unwrap();
        let mut path = Vec::new();
        graph.path_to(rules, end, || true, &mut path);
        path
    }

    #[test]
    fn a_critical_path_is_as_long_as_the_makespan() {
        for (rules, graph) in graphs(50) {
            let path = critical_path(&rules, &graph);
            let length: i64 = path.iter().map(|&at| graph.nodes[at as usize].duration).sum();
            assert_eq!(length, graph.makespan);
        }
    }

    #[test]
    fn no_move_on_a_path_closes_a_cycle() {
        for (rules, graph) in graphs(200) {
            let mut found = Vec::new();
            let path = critical_path(&rules, &graph);
            Neighbours::default().on_path(&rules, &graph, &path, false, &mut found);
            assert!(found.iter().all(|candidate| made(&rules, &graph, candidate.change).is_some()));
        }
    }

    /// Mastrolilli and Gambardella's theorem: the places that are tried close no cycle, are never better than
    /// estimated, and no other place of the machine is better than all of them.
    #[test]
    fn the_best_insertion_is_among_those_tried() {
        for (rules, graph) in graphs(60) {
            for operation in 0..graph.len() as u32 {
                let mut found = Vec::new();
                Neighbours::default().insertions(&rules, &graph, operation, &mut found);
                let makespans: Vec<i64> = found
                    .iter()
                    .map(|candidate| {
                        let makespan = made(&rules, &graph, candidate.change).expect("no cycle");
                        assert!(makespan >= candidate.estimate);
                        makespan
                    })
                    .collect();
                for (mode, alternative) in rules.0.modes.row(operation as usize).iter().enumerate() {
                    let machine = alternative.machine as usize;
                    let mode = mode as u32;
                    let is_own = mode == graph.mode[operation as usize];
                    let tried = found.iter().zip(&makespans).filter(|(one, _)| one.change.mode == mode);
                    let stays = is_own.then_some(graph.makespan);
                    let best = tried.map(|(_, makespan)| *makespan).chain(stays).min();
                    let row = graph.rows[machine].iter().copied().filter(|other| *other != operation);
                    for after in row.chain([graph.source(machine) as u32]) {
                        let made = made(&rules, &graph, Move { operation, mode, after });
                        assert!(made.is_none_or(|made| best.is_some_and(|best| best <= made)));
                    }
                }
            }
        }
    }
}
