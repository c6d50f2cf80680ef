//! What a solution costs: the weighted sum of makespan, lateness, energy and displaced pins.

use crate::{
    calendar::NEVER,
    graph::{Graph, Solution},
    instance::{Instance, Station},
    rules::Rules,
    schedule::Schedule,
};

/// Evaluates graphs whose heads are up to date; keeps its scratch from call to call.
#[derive(Default)]
pub(crate) struct Coster {
    /// Starts after shifting to cheap energy.
    starts: Vec<i64>,
    /// Ends of jobs.
    ends: Vec<i64>,
    breaks: Vec<i64>,
}

impl Coster {
    /// The cost, saturating. Where only the makespan counts, it is the makespan itself.
    pub fn cost<R: Rules>(&mut self, rules: &R, graph: &Graph) -> i64 {
        let instance = rules.instance();
        if instance.is_makespan_only || graph.makespan >= NEVER {
            return graph.makespan;
        }
        let weights = instance.objective;
        let mut cost = graph.makespan.saturating_mul(weights.makespan);
        let mut add = |weight: i64, amount: i64| cost = cost.saturating_add(weight.saturating_mul(amount));
        if weights.tardiness != 0 {
            add(weights.tardiness, self.tardiness(instance, graph));
        }
        if weights.pins != 0 {
            add(weights.pins, pin_delay(instance, graph));
        }
        if weights.energy != 0 {
            self.shift(rules, graph);
            add(weights.energy, self.energy(instance, graph));
        }
        cost
    }

    fn tardiness(&mut self, instance: &Instance, graph: &Graph) -> i64 {
        self.job_ends(instance, graph);
        let late = instance.due.iter().zip(&self.ends).filter_map(|(due, &end)| {
            due.map(|due| due.weight.saturating_mul((end.max(due.frozen_end) - due.at).max(0)))
        });
        late.fold(0, i64::saturating_add)
    }

    fn job_ends(&mut self, instance: &Instance, graph: &Graph) {
        self.ends.clear();
        self.ends.resize(instance.due.len(), -NEVER);
        for &last in &instance.last {
            let end = &mut self.ends[instance.job_of[last as usize] as usize];
            *end = (*end).max(graph.nodes[last as usize].end);
        }
    }

    fn energy(&self, instance: &Instance, graph: &Graph) -> i64 {
        let mut cost = instance.frozen_energy;
        for (at, node) in graph.nodes[..graph.len()].iter().enumerate() {
            let power = instance.stations[node.machine as usize].power;
            let (start, end) = self.shifted(graph, at);
            cost = cost.saturating_add(instance.energy(power, start, end));
        }
        cost
    }

    fn shifted(&self, graph: &Graph, operation: usize) -> (i64, i64) {
        let node = &graph.nodes[operation];
        let start = self.starts[operation];
        // Only work in one piece is shifted.
        (start, start + (node.end - node.start))
    }

    /// Lets every operation wait for cheaper energy as far as nobody has to wait for it, the last ones first.
    fn shift<R: Rules>(&mut self, rules: &R, graph: &Graph) {
        let instance = rules.instance();
        self.job_ends(instance, graph);
        self.starts.clear();
        self.starts.extend(graph.nodes[..graph.len()].iter().map(|node| node.start));
        for &operation in graph.order.iter().rev() {
            let operation = operation as usize;
            let station = &instance.stations[graph.nodes[operation].machine as usize];
            let is_pinned = instance.pin[operation].is_some();
            if station.power != 0 && !is_pinned {
                let latest = self.latest_end(rules, graph, station, operation);
                self.starts[operation] = self.cheapest(instance, graph, station, operation, latest);
            }
        }
    }

    fn latest_end<R: Rules>(&self, rules: &R, graph: &Graph, station: &Station, operation: usize) -> i64 {
        let instance = rules.instance();
        let node = &graph.nodes[operation];
        let mut latest = graph.makespan;
        if let Some(due) =
            instance.due[instance.job_of[operation] as usize].filter(|_| instance.objective.tardiness != 0)
        {
            let job_end = self.ends[instance.job_of[operation] as usize];
            latest = latest.min(due.at.max(job_end));
        }
        rules.any_after(&graph.nodes, operation, |after| {
            latest = latest.min(self.starts[after]);
            false
        });
        let setup_to = |family: u32| {
            let own = instance.family[operation] as usize;
            if station.families == 0 { 0 } else { station.setups[own * station.families + family as usize] }
        };
        if (node.after as usize) < graph.len() {
            let after = node.after as usize;
            let by_machine = station.calendar.retreat(self.starts[after], setup_to(instance.family[after]));
            latest = latest.min(by_machine);
        }
        let block = station.blocks.partition_point(|block| block.from < node.end);
        if let Some(block) = station.blocks.get(block) {
            latest = latest.min(station.calendar.retreat(block.from, setup_to(block.family)));
        }
        latest
    }

    /// The start with the lowest price among now and those at which work begins or ends when a price changes.
    fn cheapest(
        &mut self,
        instance: &Instance,
        graph: &Graph,
        station: &Station,
        operation: usize,
        latest_end: i64,
    ) -> i64 {
        let node = &graph.nodes[operation];
        let length = node.end - node.start;
        let mut best = (instance.energy(station.power, node.start, node.end), node.start);
        if length != node.duration {
            return node.start;
        }
        self.breaks.clear();
        let window = |at: &i64| (node.start..=latest_end).contains(at);
        for &(from, to, _) in &instance.prices {
            let edges = [from, to].into_iter().flat_map(|edge| [edge, edge - length]);
            self.breaks.extend(edges.filter(window));
        }
        self.breaks.push(latest_end - length);
        for &start in &self.breaks {
            let end = start + length;
            if start < node.start
                || end > latest_end
                || station.calendar.fit(start, node.duration) != (start, end)
            {
                continue;
            }
            best = best.min((instance.energy(station.power, start, end), start));
        }
        best.1
    }
}

fn pin_delay(instance: &Instance, graph: &Graph) -> i64 {
    let delays =
        instance.pin.iter().zip(&graph.nodes).filter_map(|(pin, node)| pin.map(|pin| node.start - pin));
    delays.fold(0, i64::saturating_add)
}

/// The plan that a solution stands for, if every operation has its place before the end of time.
pub(crate) fn schedule_of<R: Rules>(rules: &R, solution: &Solution) -> Option<Schedule> {
    let graph = Graph::new(rules, solution);
    if graph.makespan >= NEVER {
        return None;
    }
    let instance = rules.instance();
    let mut coster = Coster::default();
    let shifts = instance.objective.energy != 0;
    if shifts {
        coster.shift(rules, &graph);
    }
    Some(instance.schedule(|at| {
        let node = &graph.nodes[at];
        let (start, end) = if shifts { coster.shifted(&graph, at) } else { (node.start, node.end) };
        (node.machine, start, end)
    }))
}
