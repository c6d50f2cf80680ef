//! The plan that is best when things go as they go, and not as planned.
//!
//! A search reckons with fixed durations. Whoever can tell more of a plan (a simulation with failures and varying
//! durations over many replications) scores the best few that are unlike each other, [`Search::elite`], and takes the
//! winner.

use crate::{schedule::Schedule, search::Search};

/// A plan with the score that its judge gave it.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// The plan.
    pub plan: Schedule,
    /// What the judge said; the smaller the better.
    pub score: f64,
}

impl Search {
    /// Up to so many of the best plans as the judge scores them, the best first; plans scored alike stay in the order
    /// of their cost. A score that is not a number comes last.
    pub fn scored(&self, count: usize, mut judge: impl FnMut(&Schedule) -> f64) -> Vec<Scored> {
        let plans = self.elite(count).into_iter();
        let mut scored: Vec<Scored> = plans.map(|plan| Scored { score: judge(&plan), plan }).collect();
        scored.sort_by(|a, b| {
            (a.score.is_nan(), a.score)
                .partial_cmp(&(b.score.is_nan(), b.score))
                .unwrap_or(std::cmp::Ordering::Equal)
        });
        scored
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MachineId, flexible_job_shop};

    #[test]
    fn the_judge_decides() {
        let text = "3 2\n2 2 1 3 2 4 2 1 2 2 3\n2 2 1 5 2 4 2 1 2 2 3\n2 2 1 3 2 2 2 1 4 2 3\n";
        let mut search = Search::new(&flexible_job_shop(text).unwrap(), 1, None).unwrap();
        search.step(60_000);
        // A judge who distrusts the first machine.
        let judge = |plan: &Schedule| plan.on_machine(MachineId(0)).len() as f64;
        let scored = search.scored(10, judge);
        assert!(scored.len() > 1);
        assert!(scored.windows(2).all(|pair| pair[0].score <= pair[1].score));
        assert!(scored.iter().all(|one| one.score == judge(&one.plan)));
        let refused = search.scored(3, |_| f64::NAN);
        assert_eq!(refused.len(), 3.min(scored.len()));
    }
}
