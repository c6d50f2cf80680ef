//! Which of several good plans stands up to breakdowns.
//!
//! Each candidate keeps its sequences of operations on machines; the operations' times are drawn, breakdowns included,
//! and the plan is timed anew. The candidate with the least mean cost over the same draws is taken.

use super::Demand;
use trine_forecast::PlantModel;
use trine_schedule::{Schedule, Search};
use trine_simulate::Stream;
use trine_simulate::flow::FailureClock;

/// Draws that each candidate is tried on.
const DRAWS: u64 = 30;

/// The candidate that costs least on the mean of the draws.
#[must_use]
pub fn most_robust(plant: &PlantModel, demand: &Demand, candidates: Vec<Schedule>) -> Option<Schedule> {
    let draws: Vec<Demand> = (0..DRAWS).map(|draw| drawn(plant, demand, draw)).collect();
    let cost = |candidate: &Schedule| -> i128 {
        draws.iter().map(|draw| cost_of(draw, candidate).map_or(i128::from(i64::MAX), i128::from)).sum()
    };
    let scored: Vec<(i128, Schedule)> = candidates.into_iter().map(|plan| (cost(&plan), plan)).collect();
    scored.into_iter().min_by_key(|(cost, _)| *cost).map(|(_, plan)| plan)
}

/// The cost of a plan whose operations take other times, its sequences kept.
fn cost_of(demand: &Demand, plan: &Schedule) -> Option<i64> {
    let search = Search::new(&demand.problem, 1, Some(plan)).ok()?;
    search.progress().cost
}

/// The same problem with the times of one draw.
fn drawn(plant: &PlantModel, demand: &Demand, draw: u64) -> Demand {
    let mut drawn = demand.clone();
    for (job, what) in drawn.problem.jobs.iter_mut().enumerate() {
        for (place, operation) in what.operations.iter_mut().enumerate() {
            for alternative in &mut operation.alternatives {
                // Common random numbers: an operation on a machine meets the same luck in every candidate.
                let entity = (job as u64) << 32 | (place as u64) << 12 | alternative.machine.0 as u64;
                let mut stream = Stream::new(draw, entity, "robust");
                let thing = demand.machines[alternative.machine.0];
                let lost_s = plant.mapping.station_of(thing).map_or(0.0, |station| {
                    breakdowns_s(&plant.flow.stations[station as usize], alternative.duration, &mut stream)
                });
                alternative.duration = (alternative.duration as f64 * 0.97 + lost_s).round().max(1.0) as i64;
            }
        }
    }
    drawn
}

/// Time lost to breakdowns while a machine works so long, s.
fn breakdowns_s(station: &trine_simulate::flow::Station, duration: i64, stream: &mut Stream) -> f64 {
    let mut lost_s = 0.0;
    for failure in station.failures.iter().filter(|failure| failure.clock != FailureClock::Jobs) {
        let mut at_s = failure.time_to_failure_s.sample(stream) * stream.unit();
        // A machine that breaks all the time is bounded: the plan learns that it is slow.
        for _ in 0..100 {
            if at_s > duration as f64 {
                break;
            }
            lost_s += failure.time_to_repair_s.sample(stream);
            at_s += failure.time_to_failure_s.sample(stream).max(1.0);
        }
    }
    lost_s
}
