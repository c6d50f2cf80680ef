//! The course of a search: a population of good solutions, each a descent of tabu search, whose children lie on the
//! paths between them (TS/PR: Peng, Lü and Cheng 2015).

use crate::{
    construct::{Priority, dispatch, topological},
    graph::Solution,
    instance::Instance,
    relink::{between, distance},
    rules::Rules,
    tabu::Tabu,
};
use trine_simulate::Stream;

/// How many solutions are kept.
const POPULATION: usize = 12;
/// Iterations without a better solution after which a descent ends.
const PATIENCE: u32 = 8000;
/// How far along the path from one parent to the other a child is begun.
const PART: [f64; 2] = [0.2, 0.5];

/// A search over one kind of rules.
pub(crate) struct Engine<R> {
    pub rules: R,
    stream: Stream,
    tabu: Tabu,
    is_running: bool,
    population: Vec<Solution>,
    best: Solution,
    /// Children in a row that were not good enough to be kept.
    failures: usize,
    /// Whether the population is full for the first time.
    is_grown: bool,
}

impl<R: Rules> Engine<R> {
    pub fn new(rules: R, seed: u64) -> Self {
        let stream = Stream::new(seed, 0, "schedule");
        let instance = rules.instance();
        let (order, mode) = (topological(instance), vec![0; instance.len()]);
        let tabu = Tabu::new(&rules);
        let best = Solution { order, mode, cost: i64::MAX };
        let mut this = Self {
            rules,
            stream,
            tabu,
            is_running: false,
            population: Vec::new(),
            best,
            failures: 0,
            is_grown: false,
        };
        let first = dispatch(&this.rules, &mut this.stream, Priority::WorkRemaining, 0.0);
        this.begin(&first);
        this
    }

    /// The best solution of all.
    pub fn best(&self) -> &Solution {
        &self.best
    }

    /// The population and the best, the best first.
    pub fn elite(&self) -> Vec<Solution> {
        let mut elite = self.population.clone();
        if !elite.contains(&self.best) {
            elite.push(self.best.clone());
        }
        elite.sort_by_key(|solution| solution.cost);
        elite
    }

    /// The next descent begins at a solution; what the running one has found is kept.
    pub fn begin(&mut self, solution: &Solution) {
        if self.is_running {
            self.absorb();
        }
        self.tabu.start(&self.rules, solution);
        self.is_running = true;
        self.note();
    }

    /// Takes a solution of somebody else into the population.
    pub fn offer(&mut self, mut solution: Solution) {
        let graph = crate::graph::Graph::new(&self.rules, &solution);
        solution.cost = self.tabu.coster.cost(&self.rules, &graph);
        if solution.cost < self.best.cost {
            self.best = solution.clone();
        }
        self.keep(solution);
    }

    /// Makes so many moves. Whether the best solution got better.
    pub fn step(&mut self, iterations: u64, bound: i64) -> bool {
        let cost = self.best.cost;
        let mut left = if self.rules.instance().len() == 0 { 0 } else { iterations };
        while left > 0 && self.best.cost > bound {
            if !self.is_running {
                self.next();
            }
            while left > 0 && !self.tabu.is_over(PATIENCE) {
                left -= 1;
                if self.tabu.step(&self.rules, &mut self.stream) && self.note() && self.best.cost <= bound {
                    break;
                }
            }
            if self.tabu.is_over(PATIENCE) {
                self.absorb();
                left = left.saturating_sub(1);
            }
        }
        self.best.cost < cost
    }

    /// Remembers the running descent's best if it is the best of all.
    fn note(&mut self) -> bool {
        let is_better = self.tabu.best().cost < self.best.cost;
        if is_better {
            self.best.clone_from(self.tabu.best());
        }
        is_better
    }

    fn next(&mut self) {
        let start = if self.population.len() < POPULATION && !self.is_grown {
            let priority = match self.stream.below(3) {
                0 => Priority::WorkRemaining,
                1 if self.rules.instance().objective.tardiness != 0 => Priority::Slack,
                _ => Priority::Chance,
            };
            dispatch(&self.rules, &mut self.stream, priority, 0.5)
        } else {
            self.is_grown = true;
            self.child()
        };
        self.tabu.start(&self.rules, &start);
        self.is_running = true;
        self.note();
    }

    fn child(&mut self) -> Solution {
        let count = self.population.len();
        let from = self.stream.below(count);
        let to = (from + 1 + self.stream.below(count - 1)) % count;
        let part = self.stream.between(PART[0], PART[1]);
        let (from, to) = (&self.population[from], &self.population[to]);
        between(self.rules.instance(), from, to, part, &mut self.stream)
    }

    /// The running descent ends; its best joins the population if it is good enough.
    fn absorb(&mut self) {
        self.is_running = false;
        let mut found = self.tabu.best().clone();
        self.tabu.graph.load(&self.rules, &found);
        let nodes = &self.tabu.graph.nodes;
        found.order.sort_by_key(|&operation| nodes[operation as usize].start);
        if self.keep(found) {
            self.failures = 0;
        } else {
            self.failures += 1;
        }
        if self.failures > 3 * POPULATION {
            self.population.clear();
            (self.failures, self.is_grown) = (0, false);
        }
    }

    /// Whether a solution was kept: it is unlike all others or better than the one it is like, and not the worst of a
    /// full population.
    fn keep(&mut self, solution: Solution) -> bool {
        let instance = self.rules.instance();
        let is_like = |other: &Solution| distance(instance, other, &solution) <= likeness(instance);
        if let Some(like) = self.population.iter().position(is_like) {
            let is_better = solution.cost < self.population[like].cost;
            if is_better {
                self.population[like] = solution;
            }
            return is_better;
        }
        if self.population.len() < POPULATION {
            self.population.push(solution);
            return true;
        }
        let worst = (0..POPULATION).max_by_key(|&at| self.population[at].cost).unwrap_or(0);
        let is_better = solution.cost < self.population[worst].cost;
        if is_better {
            self.population[worst] = solution;
        }
        is_better
    }
}

/// Up to how many different decisions two solutions are taken for one.
fn likeness(instance: &Instance) -> u64 {
    instance.len() as u64 / 20
}
