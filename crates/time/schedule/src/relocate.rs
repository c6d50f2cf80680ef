//! The one change of a graph: an operation is taken out and put in after another one.
//!
//! Cycles are found exactly, and the topological order is repaired only between the first and the last place that the
//! change disturbs.

use crate::{
    graph::{Graph, Move, Node},
    rules::Rules,
};

impl Graph {
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        construct::{Priority, dispatch},
        graph::Solution,
        instance::Instance,
        rules::{General, Plain},
        sample::problem,
    };
    use trine_simulate::Stream;

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
