//! The search as its caller sees it: make it, step it, ask it for the best plan so far.

use crate::{
    bound::makespan_bound,
    construct::follow,
    cost::schedule_of,
    engine::Engine,
    fault::ProblemFault,
    graph::Solution,
    instance::Instance,
    problem::Problem,
    rules::{General, Plain},
    schedule::Schedule,
    verify,
};
use serde::Serialize;

/// An anytime search for the best plan of a problem.
///
/// It is driven by its caller, who decides about threads, time and cancellation: between two calls of
/// [`Search::step`] nothing happens. The same problem, seed and sequence of calls give the same plans.
pub struct Search {
    engine: AnyEngine,
    /// The plan that the search was started with, as long as it is the best.
    warm: Option<(i64, Schedule)>,
    bound: i64,
    factor: i64,
    iterations: u64,
}

enum AnyEngine {
    Plain(Box<Engine<Plain>>),
    General(Box<Engine<General>>),
}

macro_rules! with {
    ($engine:expr, $name:ident => $body:expr) => {
        match $engine {
            AnyEngine::Plain($name) => $body,
            AnyEngine::General($name) => $body,
        }
    };
}

/// How far a search has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// Moves made since the search began.
    pub iterations: u64,
    /// The cost of the best plan, saturating; none as long as there is no plan that ends.
    pub cost: Option<i64>,
    /// No plan costs less. Only a makespan has a bound that is worth something.
    pub bound: i64,
    /// Whether this step found a better plan.
    pub improved: bool,
    /// Whether the best plan is proved to be the best there is: further steps do nothing.
    pub is_optimal: bool,
}

impl Search {
    /// A search of a problem, which may start from a plan, also one of a problem that has changed since.
    ///
    /// # Errors
    /// All that is wrong with the problem.
    pub fn new(problem: &Problem, seed: u64, warm: Option<&Schedule>) -> Result<Self, Vec<ProblemFault>> {
        problem.check()?;
        let instance = Instance::new(problem);
        let is_makespan_only = instance.is_makespan_only;
        let is_paid = problem.prices.iter().any(|slot| slot.price < 0);
        let bound = match is_makespan_only {
            true => makespan_bound(&instance),
            false if is_paid => i64::MIN,
            false => 0,
        };
        let factor = if is_makespan_only { problem.objective.makespan } else { 1 };
        let engine = if instance.is_plain() {
            AnyEngine::Plain(Box::new(Engine::new(Plain(instance), seed)))
        } else {
            AnyEngine::General(Box::new(Engine::new(General(instance), seed)))
        };
        let mut this = Self { engine, warm: None, bound, factor, iterations: 0 };
        if let Some(plan) = warm {
            let start = follow(this.instance(), plan);
            with!(&mut this.engine, engine => engine.begin(&start));
            let cost = verify::check(problem, plan).map(|evaluation| evaluation.cost).ok();
            let is_better = |cost: &i64| this.found_cost().is_none_or(|found| *cost < found);
            this.warm = cost.filter(is_better).map(|cost| (cost, plan.clone()));
        }
        Ok(this)
    }

    fn instance(&self) -> &Instance {
        with!(&self.engine, engine => &engine.rules.0)
    }

    /// Makes so many moves, or fewer if the best plan is proved to be the best there is.
    pub fn step(&mut self, iterations: u64) -> Progress {
        let before = self.cost();
        with!(&mut self.engine, engine => engine.step(iterations, self.bound));
        self.iterations += iterations;
        self.warm.take_if(|warm| {
            with!(&self.engine, engine => engine.best().cost.saturating_mul(self.factor)) <= warm.0
        });
        Progress { improved: self.cost() != before, ..self.progress() }
    }

    /// Steps as long as the caller wants to go on; the caller is asked every so many moves.
    pub fn run(&mut self, every: u64, mut goes_on: impl FnMut(&Progress) -> bool) -> Progress {
        let mut progress = self.progress();
        while !progress.is_optimal && goes_on(&progress) {
            progress = self.step(every.max(1));
        }
        progress
    }

    /// How far it has come.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let bound = self.bound.saturating_mul(self.factor);
        let cost = self.cost();
        let is_optimal = cost.is_some_and(|cost| cost <= bound) || self.instance().len() == 0;
        Progress { iterations: self.iterations, cost, bound, improved: false, is_optimal }
    }

    /// The best plan so far; none as long as some operation of every plan tried would have to wait forever.
    #[must_use]
    pub fn best(&self) -> Option<Schedule> {
        if let Some((_, schedule)) = &self.warm {
            return Some(schedule.clone());
        }
        self.schedule(with!(&self.engine, engine => engine.best()))
    }

    /// Up to so many good plans that are unlike each other, the best first.
    #[must_use]
    pub fn elite(&self, count: usize) -> Vec<Schedule> {
        let warm = self.warm.iter().map(|(_, schedule)| schedule.clone());
        let elite = with!(&self.engine, engine => engine.elite());
        warm.chain(elite.iter().filter_map(|solution| self.schedule(solution))).take(count).collect()
    }

    /// Takes a plan that another search of the same problem has found into the pool of good plans.
    pub fn offer(&mut self, plan: &Schedule) {
        let solution = follow(self.instance(), plan);
        with!(&mut self.engine, engine => engine.offer(solution));
    }

    fn schedule(&self, solution: &Solution) -> Option<Schedule> {
        with!(&self.engine, engine => schedule_of(&engine.rules, solution))
    }

    fn cost(&self) -> Option<i64> {
        self.warm.as_ref().map(|warm| warm.0).or_else(|| self.found_cost())
    }

    fn found_cost(&self) -> Option<i64> {
        let cost = with!(&self.engine, engine => engine.best().cost);
        (cost < crate::calendar::NEVER).then(|| cost.saturating_mul(self.factor))
    }
}
