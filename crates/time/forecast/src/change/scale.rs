//! Changes of how long and how often.

use super::{ChangeError, Which, find};
use crate::PlantModel;
use trine_simulate::Distribution;
use trine_simulate::flow::{Outcome, OutcomeKind};

pub fn failures(
    model: &mut PlantModel,
    which: Option<&Which>,
    between: f64,
    repair: f64,
) -> Result<(), ChangeError> {
    factor(between)?;
    factor(repair)?;
    for index in find::stations(model, which)? {
        for failure in &mut model.flow.stations[index].failures {
            failure.time_to_failure_s = scaled(&failure.time_to_failure_s, between);
            failure.time_to_repair_s = scaled(&failure.time_to_repair_s, repair);
        }
    }
    Ok(())
}

pub fn speed(model: &mut PlantModel, which: Option<&Which>, faster: f64) -> Result<(), ChangeError> {
    factor(faster)?;
    let by = 1.0 / faster;
    for index in find::stations(model, which)? {
        let station = &mut model.flow.stations[index];
        station.pitch_s *= by;
        for operation in &mut station.operations {
            operation.time_s = scaled(&operation.time_s, by);
        }
    }
    Ok(())
}

pub fn setup(model: &mut PlantModel, which: Option<&Which>, by: f64) -> Result<(), ChangeError> {
    factor(by)?;
    for index in find::stations(model, which)? {
        let station = &mut model.flow.stations[index];
        if let Some(tool) = &mut station.tool {
            tool.change_s = scaled(&tool.change_s, by);
        }
        let setup = &mut station.setup;
        for time in setup.time_s.iter_mut().chain(setup.pairs.iter_mut().map(|(.., time)| time)) {
            *time = scaled(time, by);
        }
    }
    Ok(())
}

pub fn scrap(model: &mut PlantModel, which: &Which, share: f64) -> Result<(), ChangeError> {
    let index = find::station(model, which)?;
    if !(0.0..1.0).contains(&share) {
        return Err(ChangeError::Nonsense(format!("a share of scrap of {share} is not between 0 and 1")));
    }
    for operation in &mut model.flow.stations[index].operations {
        let outcomes = &mut operation.outcomes;
        outcomes.retain(|outcome| outcome.kind != OutcomeKind::Scrap);
        let kept: f64 = outcomes.iter().map(|outcome| outcome.chance).sum();
        for outcome in outcomes.iter_mut() {
            outcome.chance *= (1.0 - share) / kept.max(1e-12);
        }
        if share > 0.0 {
            outcomes.push(Outcome { chance: share, kind: OutcomeKind::Scrap, gives: Vec::new() });
        }
    }
    Ok(())
}

fn factor(by: f64) -> Result<(), ChangeError> {
    if by > 0.0 && (1e-3..=1e3).contains(&by) {
        return Ok(());
    }
    Err(ChangeError::Nonsense(format!("a factor of {by} makes no sense; it goes from 0.001 to 1000")))
}

/// The same law of times that are so many times as long.
fn scaled(distribution: &Distribution, by: f64) -> Distribution {
    match distribution {
        Distribution::Constant(value) => Distribution::Constant(value * by),
        Distribution::Uniform { low, high } => Distribution::Uniform { low: low * by, high: high * by },
        Distribution::Exponential { mean } => Distribution::Exponential { mean: mean * by },
        Distribution::Weibull { shape, scale } => Distribution::Weibull { shape: *shape, scale: scale * by },
        Distribution::Lognormal { mean, sigma } => Distribution::Lognormal { mean: mean * by, sigma: *sigma },
        Distribution::Triangular { low, mode, high } => {
            Distribution::Triangular { low: low * by, mode: mode * by, high: high * by }
        }
        Distribution::Gamma { shape, scale } => Distribution::Gamma { shape: *shape, scale: scale * by },
        Distribution::Empirical(values) => {
            Distribution::Empirical(values.iter().map(|value| value * by).collect())
        }
    }
}
