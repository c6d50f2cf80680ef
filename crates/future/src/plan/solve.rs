//! Searching for a plan: two searches with different seeds that tell each other what they found, until the time is up,
//! nothing can be better, or somebody stops it.

use super::Demand;
use crate::jobs::{JobError, Progress};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant as Moment};
use trine_schedule::{Exchange, Schedule, Search};

/// Searches side by side.
const SEARCHES: u64 = 2;
/// Plans of which the one that stands up to breakdowns is taken.
const CANDIDATES: usize = 6;
/// Moves between two looks at the clock and at the others: few, because a move of a large plan takes a millisecond.
const STEP: u64 = 20;
/// Moves of the search for plans that are unlike the best.
const ELITE_STEP: u64 = 200;

/// The best plan that could be found in the time, and the makespan that none can be better than, where that is known.
///
/// # Errors
/// When the problem makes no sense, in the words of its check; when no plan ends; or when somebody stopped it.
pub fn solve(
    demand: &Demand,
    warm: Option<&Schedule>,
    budget: Duration,
    progress: &Progress,
) -> Result<(Schedule, Option<i64>), JobError> {
    let began = Moment::now();
    let is_over = AtomicBool::new(false);
    let shared = Mutex::new(Exchange::default());
    let outcomes: Vec<Result<Option<i64>, JobError>> = std::thread::scope(|scope| {
        let searches: Vec<_> = (0..SEARCHES)
            .map(|seed| {
                let (is_over, shared) = (&is_over, &shared);
                scope.spawn(move || search(demand, warm, seed, (began, budget), is_over, shared, progress))
            })
            .collect();
        let joined = searches.into_iter().map(|search| {
            search
                .join()
                .unwrap_or_else(|_| Err(JobError::Problem("the search met a fault of the program".into())))
        });
        joined.collect()
    });
    let mut bound = None;
    for outcome in outcomes {
        bound = bound.max(outcome?);
    }
    match shared.into_inner().unwrap_or_else(PoisonError::into_inner).best() {
        Some((_, schedule)) => Ok((schedule.clone(), bound)),
        None => Err(JobError::Problem(
            "no plan ends: some operation would have to wait forever; look at the calendars of its machines"
                .into(),
        )),
    }
}

fn search(
    demand: &Demand,
    warm: Option<&Schedule>,
    seed: u64,
    (began, budget): (Moment, Duration),
    is_over: &AtomicBool,
    shared: &Mutex<Exchange>,
    progress: &Progress,
) -> Result<Option<i64>, JobError> {
    let mut search = Search::new(&demand.problem, seed + 1, warm).map_err(|faults| {
        let said: Vec<String> = faults.iter().take(5).map(ToString::to_string).collect();
        JobError::Problem(said.join("; "))
    })?;
    let mut now = search.progress();
    loop {
        shared.lock().unwrap_or_else(PoisonError::into_inner).trade(&mut search);
        let part = began.elapsed().as_secs_f64() / budget.as_secs_f64().max(1e-3);
        if now.is_optimal || part >= 1.0 {
            is_over.store(true, Ordering::Relaxed);
        }
        if is_over.load(Ordering::Relaxed) {
            let makespan = demand.problem.objective.tardiness == 0 && demand.problem.objective.energy == 0;
            return Ok(makespan.then_some(now.bound));
        }
        if seed == 0 {
            let stopped = progress.at(part, "searching for a better plan");
            if stopped.is_err() {
                is_over.store(true, Ordering::Relaxed);
            }
            stopped?;
        }
        now = search.step(STEP);
    }
}

/// Good plans that are unlike each other, the given one first.
///
/// # Errors
/// When somebody stopped it.
pub fn elite(demand: &Demand, best: &Schedule, progress: &Progress) -> Result<Vec<Schedule>, JobError> {
    progress.at(0.9, "looking for plans that are good and unlike")?;
    let Ok(mut search) = Search::new(&demand.problem, SEARCHES + 1, Some(best)) else {
        return Ok(vec![best.clone()]);
    };
    search.step(ELITE_STEP);
    let mut candidates = vec![best.clone()];
    candidates.extend(search.elite(CANDIDATES).into_iter().filter(|plan| plan != best));
    Ok(candidates)
}
