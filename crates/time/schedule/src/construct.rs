//! First solutions: by priority rules with chance, and from a plan that was made before.

use crate::{
    graph::{Node, Solution, blank_nodes},
    instance::Instance,
    rules::{Before, Rules, Spot},
    schedule::Schedule,
};
use trine_simulate::Stream;

/// Which of the operations that compete for a machine goes first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Priority {
    /// The one with most work behind it in its job.
    WorkRemaining,
    /// The one whose job is due soonest for the work that is left.
    Slack,
    /// Any.
    Chance,
}

/// An active schedule by Giffler and Thompson's procedure, with noise in the priorities.
pub(crate) fn dispatch<R: Rules>(rules: &R, stream: &mut Stream, priority: Priority, noise: f64) -> Solution {
    Dispatch::new(rules, stream, priority, noise).run()
}

struct Dispatch<'a, R> {
    rules: &'a R,
    stream: &'a mut Stream,
    noise: f64,
    weights: Vec<f64>,
    nodes: Vec<Node>,
    /// The last operation of each machine, or its source.
    last: Vec<usize>,
    missing: Vec<usize>,
    ready: Vec<usize>,
    solution: Solution,
}

/// A ready operation on the machine that would have it done first.
#[derive(Clone, Copy)]
struct Offer {
    operation: usize,
    mode: usize,
    machine: usize,
    start: i64,
    end: i64,
}

impl<'a, R: Rules> Dispatch<'a, R> {
    fn new(rules: &'a R, stream: &'a mut Stream, priority: Priority, noise: f64) -> Self {
        let instance = rules.instance();
        let mut nodes = Vec::new();
        blank_nodes(rules, &mut nodes);
        let missing: Vec<usize> = (0..instance.len()).map(|at| instance.before.row(at).len()).collect();
        Self {
            rules,
            noise,
            weights: weights(instance, priority, stream),
            stream,
            nodes,
            last: (0..instance.stations.len()).map(|machine| instance.len() + machine).collect(),
            ready: (0..instance.len()).filter(|&at| missing[at] == 0).collect(),
            missing,
            solution: Solution { order: Vec::new(), mode: vec![0; instance.len()], cost: i64::MAX },
        }
    }

    fn run(mut self) -> Solution {
        let instance = self.rules.instance();
        let mut offers = Vec::new();
        while !self.ready.is_empty() {
            offers.clear();
            offers.extend(self.ready.iter().map(|&operation| self.offer(operation)));
            let Some(first) = offers.iter().min_by_key(|offer| offer.end) else { break };
            let (machine, end) = (first.machine, first.end);
            offers.retain(|offer| offer.machine == machine && (offer.start < end || offer.end == end));
            let chosen = self.choose(&offers);
            let Offer { operation, mode, machine, start, end } = chosen;
            let node = &mut self.nodes[operation];
            (node.start, node.end) = (start, end);
            self.last[machine] = operation;
            self.solution.order.push(operation as u32);
            self.solution.mode[operation] = mode as u32;
            self.ready.retain(|&ready| ready != operation);
            for &after in instance.after.row(operation) {
                self.missing[after as usize] -= 1;
                if self.missing[after as usize] == 0 {
                    self.ready.push(after as usize);
                }
            }
        }
        self.solution
    }

    fn offer(&self, operation: usize) -> Offer {
        let job_ready = self.rules.job_ready(&self.nodes, operation);
        let modes = self.rules.instance().modes.row(operation).iter().enumerate();
        let offers = modes.map(|(mode, alternative)| {
            let machine = alternative.machine as usize;
            let spot = Spot { operation, machine, duration: alternative.duration };
            let before = self.last[machine];
            let before = Before { node: before, end: self.nodes[before].end };
            let (start, end) = self.rules.head(spot, before, job_ready);
            Offer { operation, mode, machine, start, end }
        });
        offers.min_by_key(|offer| offer.end).expect("a checked operation has a machine")
    }

    fn choose(&mut self, offers: &[Offer]) -> Offer {
        let mut best = (f64::NEG_INFINITY, offers[0]);
        for offer in offers {
            let weight = self.weights[offer.operation] * (1.0 + self.noise * (self.stream.unit() - 0.5));
            if weight > best.0 {
                best = (weight, *offer);
            }
        }
        best.1
    }
}

/// The higher the sooner.
fn weights(instance: &Instance, priority: Priority, stream: &mut Stream) -> Vec<f64> {
    let mut work = vec![0.0f64; instance.len()];
    for &operation in topological(instance).iter().rev() {
        let at = operation as usize;
        let after = instance.after.row(at).iter().map(|&after| work[after as usize]).fold(0.0, f64::max);
        work[at] = shortest(instance, at).1 as f64 + after;
    }
    let slack = |at: usize| {
        let due = instance.due[instance.job_of[at] as usize];
        due.map_or(1e-9, |due| due.weight.max(0) as f64 / (due.at as f64 - work[at]).max(1.0))
    };
    match priority {
        Priority::WorkRemaining => work,
        Priority::Slack => (0..instance.len()).map(slack).collect(),
        Priority::Chance => work.iter().map(|_| stream.unit()).collect(),
    }
}

/// The mode with the shortest duration, and that.
fn shortest(instance: &Instance, operation: usize) -> (usize, i64) {
    let modes = instance.modes.row(operation).iter().enumerate();
    let shortest = modes.min_by_key(|(_, mode)| mode.duration);
    shortest.map(|(at, mode)| (at, mode.duration)).expect("a checked operation has a machine")
}

/// All operations, each after those that come before it in its job.
pub(crate) fn topological(instance: &Instance) -> Vec<u32> {
    let mut missing: Vec<usize> = (0..instance.len()).map(|at| instance.before.row(at).len()).collect();
    let mut order: Vec<u32> =
        (0..instance.len()).filter(|&at| missing[at] == 0).map(|at| at as u32).collect();
    let mut read = 0;
    while let Some(&at) = order.get(read) {
        read += 1;
        for &after in instance.after.row(at as usize) {
            missing[after as usize] -= 1;
            if missing[after as usize] == 0 {
                order.push(after);
            }
        }
    }
    order
}

/// The solution that follows a plan as far as it can: its machines, where they may still be used, and its order. What
/// the plan does not have comes when its job allows.
pub(crate) fn follow(instance: &Instance, plan: &Schedule) -> Solution {
    let mut mode = vec![0; instance.len()];
    let mut keys = vec![(0, 0); instance.len()];
    let order = topological(instance);
    for (rank, &operation) in order.iter().enumerate() {
        let at = operation as usize;
        let planned = plan.get(instance.ids[at]);
        let same = planned.and_then(|planned| {
            let modes = instance.modes.row(at);
            modes.iter().position(|mode| mode.machine as usize == planned.machine.0)
        });
        mode[at] = same.unwrap_or_else(|| shortest(instance, at).0) as u32;
        let duration = |at: usize| instance.modes.row(at)[mode[at] as usize].duration;
        let before = instance.before.row(at).iter().map(|&before| before as usize);
        let ready =
            before.map(|before| keys[before].0 + duration(before)).fold(instance.release[at], i64::max);
        let is_pinned = instance.pin[at].is_some();
        let wanted = planned.map_or(ready, |planned| instance.relative(planned.start));
        let start = if is_pinned { ready } else { wanted.max(ready) };
        // A pinned operation goes before what would start at the same time.
        keys[at] = (start, if is_pinned { 0 } else { rank + 1 });
    }
    let mut order = order;
    order.sort_by_key(|&operation| keys[operation as usize]);
    Solution { order, mode, cost: i64::MAX }
}
