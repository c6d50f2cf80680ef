//! Two searches of one problem on two threads that trade what they find.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};
use trine_schedule::{Exchange, Problem, Schedule, Search, check};

/// Threads, and cores that they need.
pub const CORES: usize = 2;
/// Moves between two looks at the clock.
const STEP: u64 = 2_000;
/// Time between two trades.
const TRADE: Duration = Duration::from_millis(500);

/// When each better plan was found (s), and its cost.
pub type Course = Vec<(f64, i64)>;

/// Plans until the time is over (s), or a cost is reached, and checks the result.
pub fn run(problem: &Problem, warm: Option<&Schedule>, seconds: f64, target: i64) -> (Schedule, Course) {
    let begin = Instant::now();
    let shared = Mutex::new((Exchange::default(), Course::new()));
    std::thread::scope(|scope| {
        for seed in 0..CORES as u64 {
            let shared = &shared;
            scope.spawn(move || one(problem, warm, seed, begin, (seconds, target), shared));
        }
    });
    let (exchange, course) = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    let (cost, plan) = exchange.best().expect("the problems of the bench can be planned");
    let evaluation = check(problem, plan).unwrap_or_else(|wrong| panic!("{wrong:?}"));
    assert_eq!(evaluation.cost, cost);
    (plan.clone(), course)
}

fn one(
    problem: &Problem,
    warm: Option<&Schedule>,
    seed: u64,
    begin: Instant,
    (seconds, target): (f64, i64),
    shared: &Mutex<(Exchange, Course)>,
) {
    let mut search = Search::new(problem, seed, warm).expect("the problems of the bench are right");
    let mut traded = Instant::now();
    let mut is_first = true;
    loop {
        let progress = search.step(STEP);
        let is_over = progress.is_optimal || begin.elapsed().as_secs_f64() >= seconds;
        if is_first || is_over || progress.improved || traded.elapsed() >= TRADE {
            let (exchange, course) = &mut *shared.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(cost) = trade(exchange, &mut search, traded.elapsed() >= TRADE) else { continue };
            if course.last().is_none_or(|(_, last)| cost < *last) {
                course.push((begin.elapsed().as_secs_f64(), cost));
            }
            if traded.elapsed() >= TRADE {
                traded = Instant::now();
            }
            if is_over || cost <= target {
                return;
            }
            is_first = false;
        }
    }
}

/// Tells what is better at once; takes what others found only now and then, so that the searches stay different.
fn trade(exchange: &mut Exchange, search: &mut Search, takes: bool) -> Option<i64> {
    let shared = exchange.best().map(|(cost, _)| cost);
    let own = search.progress().cost;
    let is_better = shared.is_none_or(|shared| own.is_some_and(|own| own < shared));
    if takes || is_better { exchange.trade(search) } else { shared }
}

/// The cost that was reached at a time.
pub fn at(course: &Course, seconds: f64) -> i64 {
    let reached = course.iter().take_while(|(found, _)| *found <= seconds).last();
    reached.or(course.first()).map_or(i64::MAX, |(_, cost)| *cost)
}
