//! What the search did lately and must not undo.
//!
//! A move on one machine turns round the pairs of the moved operation and all that it passes; for a while none of them
//! may be turned back. An operation that left a machine may not return to it for a while.

use crate::{
    graph::{Graph, Move},
    instance::Instance,
};

/// How many pairs are told apart at most; beyond, one can be tabu for another, which costs a move and no more.
const PAIRS: usize = 1 << 20;

/// Until which iteration each pair and each machine of an operation is tabu.
pub(crate) struct Memory {
    operations: usize,
    /// Putting `a` before `b`, at `a * operations + b`, folded; its length is a power of two.
    pairs: Vec<u32>,
    /// `choices[choice_start[a] + mode]`: putting `a` on a machine.
    choices: Vec<u32>,
    choice_start: Vec<u32>,
}

impl Memory {
    pub fn new(instance: &Instance) -> Self {
        let operations = instance.len();
        let mut choice_start = Vec::with_capacity(operations);
        let mut choices = 0;
        for operation in 0..operations {
            choice_start.push(choices);
            choices += instance.modes.row(operation).len() as u32;
        }
        Self {
            operations,
            pairs: vec![0; (operations * operations).next_power_of_two().min(PAIRS)],
            choices: vec![0; choices as usize],
            choice_start,
        }
    }

    pub fn clear(&mut self) {
        self.pairs.fill(0);
        self.choices.fill(0);
    }

    /// Makes a move tabu, all that it turns round on its machine or the machine that it leads to.
    pub fn forbid(&mut self, graph: &Graph, change: Move, until: u32) {
        let operation = change.operation as usize;
        if change.mode != graph.mode[operation] {
            self.choices[(self.choice_start[operation] + change.mode) as usize] = until;
            return;
        }
        let (row, from, target) = passed(graph, change);
        if target > from {
            for &other in &row[from + 1..target] {
                let pair = self.pair(other as usize, operation);
                self.pairs[pair] = until;
            }
        } else {
            for &other in &row[target..from] {
                let pair = self.pair(operation, other as usize);
                self.pairs[pair] = until;
            }
        }
    }

    fn pair(&self, first: usize, second: usize) -> usize {
        (first * self.operations + second) & (self.pairs.len() - 1)
    }

    /// Whether a move would undo what is tabu.
    pub fn is_tabu(&self, graph: &Graph, change: Move, now: u32) -> bool {
        let operation = change.operation as usize;
        if change.mode != graph.mode[operation] {
            return self.choices[(self.choice_start[operation] + change.mode) as usize] > now;
        }
        let (row, from, target) = passed(graph, change);
        if target > from {
            let before = |&other: &u32| self.pairs[self.pair(other as usize, operation)] > now;
            row[from + 1..target].iter().any(before)
        } else {
            let after = |&other: &u32| self.pairs[self.pair(operation, other as usize)] > now;
            row[target..from].iter().any(after)
        }
    }
}

/// The row of a move on one machine, the place that it leaves, and the place that it goes before.
fn passed(graph: &Graph, change: Move) -> (&[u32], usize, usize) {
    let own = &graph.nodes[change.operation as usize];
    let after = change.after as usize;
    let target = if after < graph.len() { graph.nodes[after].at as usize + 1 } else { 0 };
    (&graph.rows[own.machine as usize], own.at as usize, target)
}
