//! Several searches of one problem that tell each other what they found.
//!
//! Nothing here knows threads. A caller who has some gives each its own [`Search`] with its own seed, and lets it
//! [`trade`](Exchange::trade) between two steps, with the exchange behind a lock; a caller who has none takes turns.
//! With a fixed order of trades the result is repeatable; with threads that trade when they come, it is not.

use crate::{schedule::Schedule, search::Search};

/// The best plan that any of several searches has found.
#[derive(Clone, Debug, Default)]
pub struct Exchange {
    best: Option<(i64, Schedule)>,
}

impl Exchange {
    /// Takes the search's best plan if it is better than all before, or else gives it the better one. Returns the cost
    /// of the best plan of all.
    pub fn trade(&mut self, search: &mut Search) -> Option<i64> {
        let own = search.progress().cost;
        match (&self.best, own) {
            (Some((shared, plan)), own) if own.is_none_or(|own| *shared < own) => search.offer(plan),
            (Some((shared, _)), Some(own)) if *shared == own => {}
            (_, Some(own)) => self.best = search.best().map(|plan| (own, plan)),
            (_, None) => {}
        }
        self.best.as_ref().map(|(cost, _)| *cost)
    }

    /// The best plan of all, and its cost.
    #[must_use]
    pub fn best(&self) -> Option<(i64, &Schedule)> {
        self.best.as_ref().map(|(cost, plan)| (*cost, plan))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{check, job_shop};

    #[test]
    fn what_one_finds_all_have() {
        let problem = job_shop("3 3\n0 3 1 2 2 4\n1 4 0 2 2 3\n2 5 1 3 0 2\n").unwrap();
        let mut searches: Vec<Search> =
            (0..3).map(|seed| Search::new(&problem, seed, None).unwrap()).collect();
        let mut exchange = Exchange::default();
        searches[1].step(2_000);
        searches.iter_mut().for_each(|search| {
            exchange.trade(search);
        });
        searches.iter_mut().for_each(|search| {
            exchange.trade(search);
        });
        let (cost, plan) = exchange.best().unwrap();
        assert_eq!(check(&problem, plan).unwrap().cost, cost);
        assert!(searches.iter().all(|search| search.progress().cost == Some(cost)));
    }
}
