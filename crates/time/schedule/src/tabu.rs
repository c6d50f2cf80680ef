//! Tabu search: from a solution to the best of its neighbours that was not there lately, again and again.

use crate::{
    cost::Coster,
    graph::{Graph, Move, Solution},
    memory::Memory,
    neighbours::{Candidate, Neighbours},
    rules::Rules,
};
use trine_simulate::Stream;

/// How often a move is made for no reason, where critical paths do not tell everything.
const WANDER: f64 = 0.02;

/// One descent at a time, with all its scratch.
pub(crate) struct Tabu {
    pub graph: Graph,
    memory: Memory,
    neighbours: Neighbours,
    pub coster: Coster,
    candidates: Vec<Candidate>,
    path: Vec<u32>,
    iteration: u32,
    /// The least number of iterations that something is tabu, and how many more it can be.
    tenure: (usize, usize),
    best: Solution,
    best_at: u32,
    is_stuck: bool,
}

impl Tabu {
    pub fn new<R: Rules>(rules: &R) -> Self {
        let instance = rules.instance();
        let (operations, machines) = (instance.len(), instance.stations.len().max(1));
        let least = 4 + operations * 4 / (10 * machines);
        Self {
            graph: Graph::default(),
            memory: Memory::new(instance),
            neighbours: Neighbours::default(),
            coster: Coster::default(),
            candidates: Vec::new(),
            path: Vec::new(),
            iteration: 0,
            tenure: (least, least * 2 / 5 + 1),
            best: Solution::default(),
            best_at: 0,
            is_stuck: false,
        }
    }

    /// Begins at a solution.
    pub fn start<R: Rules>(&mut self, rules: &R, solution: &Solution) {
        self.graph.load(rules, solution);
        self.memory.clear();
        self.is_stuck = false;
        self.iteration = 0;
        let cost = self.coster.cost(rules, &self.graph);
        self.keep(cost);
    }

    fn keep(&mut self, cost: i64) {
        self.best.order.clone_from(&self.graph.order);
        self.best.mode.clone_from(&self.graph.mode);
        self.best.cost = cost;
        self.best_at = self.iteration;
    }

    /// The best solution since the start.
    pub fn best(&self) -> &Solution {
        &self.best
    }

    /// Whether it has not got better for so long that it should end, or cannot move at all.
    pub fn is_over(&self, patience: u32) -> bool {
        self.is_stuck || self.iteration - self.best_at >= patience
    }

    /// One move. Whether it led to the best solution since the start.
    pub fn step<R: Rules>(&mut self, rules: &R, stream: &mut Stream) -> bool {
        self.iteration += 1;
        self.find(rules, stream);
        while let Some(chosen) = self.choose(stream) {
            let Candidate { change, estimate } = self.candidates.swap_remove(chosen);
            let is_aspirant =
                estimate < self.best.cost && self.memory.is_tabu(&self.graph, change, self.iteration);
            let back = self.graph.position(change.operation);
            if !self.graph.relocate(rules, change) {
                continue;
            }
            self.graph.refresh_heads(rules);
            let cost = self.coster.cost(rules, &self.graph);
            if is_aspirant && cost >= self.best.cost {
                // An estimate sees only paths through what moves. The move is no better than all before, so tabu.
                self.graph.relocate(rules, back);
                self.graph.refresh_heads(rules);
                continue;
            }
            self.graph.refresh(rules);
            let tenure = self.tenure.0 + stream.below(self.tenure.1);
            self.memory.forbid(&self.graph, back, self.iteration + tenure as u32);
            let is_better = cost < self.best.cost;
            if is_better {
                self.keep(cost);
            }
            return is_better;
        }
        self.is_stuck = true;
        false
    }

    fn find<R: Rules>(&mut self, rules: &R, stream: &mut Stream) {
        self.candidates.clear();
        let is_makespan_only = rules.instance().is_makespan_only;
        let end = if is_makespan_only { self.latest(rules, stream) } else { self.costly(rules, stream) };
        let Some(end) = end else { return };
        self.graph.path_to(rules, end, || stream.chance(0.5), &mut self.path);
        let ends_count = is_makespan_only && !R::TAILS_MOVE;
        self.neighbours.on_path(rules, &self.graph, &self.path, ends_count, &mut self.candidates);
        self.neighbours.elsewhere(rules, &self.graph, &self.path, &mut self.candidates);
        // Set-ups and calendars can hide the way to the best plan from critical paths; chance finds it.
        if R::TAILS_MOVE && (self.candidates.is_empty() || stream.chance(WANDER)) {
            self.candidates.clear();
            self.add_any(rules, stream);
        }
        if !is_makespan_only {
            self.add_any(rules, stream);
            self.evaluate(rules);
        }
    }

    /// An operation that ends last.
    fn latest<R: Rules>(&self, rules: &R, stream: &mut Stream) -> Option<usize> {
        let mut found = (0, None);
        for &last in &rules.instance().last {
            if self.graph.nodes[last as usize].end == self.graph.makespan {
                found.0 += 1;
                if stream.below(found.0) == 0 {
                    found.1 = Some(last as usize);
                }
            }
        }
        found.1
    }

    /// An operation whose end costs something, the likelier the more it costs.
    fn costly<R: Rules>(&self, rules: &R, stream: &mut Stream) -> Option<usize> {
        let instance = rules.instance();
        let weights = instance.objective;
        let mut total = 0.0;
        let mut found = None;
        let mut add = |operation: usize, cost: f64| {
            if cost > 0.0 {
                total += cost;
                if stream.unit() * total < cost {
                    found = Some(operation);
                }
            }
        };
        for &last in &instance.last {
            let end = self.graph.nodes[last as usize].end;
            if let Some(due) = instance.due[instance.job_of[last as usize] as usize] {
                let late = (end - due.at).max(0) as f64;
                add(last as usize, late * due.weight as f64 * weights.tardiness as f64);
            }
            if end == self.graph.makespan {
                add(last as usize, end as f64 * weights.makespan as f64);
            }
        }
        for (operation, pin) in instance.pin.iter().enumerate() {
            if let Some(pin) = pin {
                let delay = self.graph.nodes[operation].start - pin;
                add(operation, delay as f64 * weights.pins as f64);
            }
        }
        if found.is_none() && self.graph.len() > 0 {
            return Some(stream.below(self.graph.len()));
        }
        found
    }

    /// A few moves of operations that are on no path: energy and lateness can be elsewhere.
    fn add_any<R: Rules>(&mut self, rules: &R, stream: &mut Stream) {
        for _ in 0..4 {
            let operation = stream.below(self.graph.len()) as u32;
            let mode = stream.below(rules.instance().modes.row(operation as usize).len()) as u32;
            let own = &self.graph.nodes[operation as usize];
            let before = own.before as usize;
            let change = if mode == self.graph.mode[operation as usize] {
                if before >= self.graph.len() {
                    continue;
                }
                Move { operation, mode, after: self.graph.nodes[before].before }
            } else {
                let machine = rules.instance().modes.row(operation as usize)[mode as usize].machine as usize;
                let row = &self.graph.rows[machine];
                let at = row.partition_point(|&other| self.graph.nodes[other as usize].start < own.start);
                let after = if at == 0 { self.graph.source(machine) as u32 } else { row[at - 1] };
                Move { operation, mode, after }
            };
            self.candidates.push(Candidate { change, estimate: i64::MAX });
        }
    }

    /// Makes every move to see what it costs, and takes it back.
    fn evaluate<R: Rules>(&mut self, rules: &R) {
        for candidate in &mut self.candidates {
            let back = self.graph.position(candidate.change.operation);
            if self.graph.relocate(rules, candidate.change) {
                self.graph.refresh_heads(rules);
                candidate.estimate = self.coster.cost(rules, &self.graph);
                let is_back = self.graph.relocate(rules, back);
                assert!(is_back, "a solution that was there can be made again");
            } else {
                candidate.estimate = i64::MAX;
            }
        }
        self.graph.refresh_heads(rules);
    }

    /// The place of the best candidate that is not tabu, or would be better than all before; of any if all are tabu.
    fn choose(&mut self, stream: &mut Stream) -> Option<usize> {
        let (mut best, mut ties, mut chosen) = (i64::MAX, 0, None);
        for (place, candidate) in self.candidates.iter().enumerate() {
            let Candidate { change, estimate } = *candidate;
            if estimate > best || estimate == best && ties > 0 && stream.below(ties + 1) > 0 {
                if estimate == best {
                    ties += 1;
                }
                continue;
            }
            let is_tabu =
                estimate >= self.best.cost && { self.memory.is_tabu(&self.graph, change, self.iteration) };
            if !is_tabu {
                ties = if estimate == best { ties + 1 } else { 1 };
                (best, chosen) = (estimate, Some(place));
            }
        }
        if chosen.is_none() && !self.candidates.is_empty() {
            return Some(stream.below(self.candidates.len()));
        }
        chosen
    }
}
