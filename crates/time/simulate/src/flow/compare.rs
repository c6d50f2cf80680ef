//! Whether a variant is better, or only lucky.
//!
//! Replications of both variants under the same seeds share their random numbers, so their differences, pair by
//! pair, vary far less than they do themselves. The paired t-test says how likely such a mean difference is when
//! there is none; Holm's step-down correction (1979) then keeps the chance of calling even one of all KPIs
//! different that is not below the level.

use super::Summary;
use crate::Tally;
use crate::special::student_two_sided;
use serde::{Deserialize, Serialize};

/// Chance that somebody accepts of calling a difference real that is none.
const LEVEL: f64 = 0.05;

/// What variants are compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kpi {
    /// Pieces made.
    Output,
    /// Mean time in the plant, s.
    LeadTimeS,
    /// Nine of ten pieces take no longer, s.
    LeadTimeP90S,
    /// Pieces in the plant.
    Wip,
    /// Mean OEE of the stations.
    Oee,
    /// Scrapped pieces.
    Scrap,
    /// Energy, kWh.
    EnergyKwh,
    /// Weighted lateness, s.
    TardinessS,
    /// Share of promises kept.
    OnTime,
    /// Cost.
    Cost,
}

impl Kpi {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Output,
        Self::LeadTimeS,
        Self::LeadTimeP90S,
        Self::Wip,
        Self::Oee,
        Self::Scrap,
        Self::EnergyKwh,
        Self::TardinessS,
        Self::OnTime,
        Self::Cost,
    ];

    /// Its value in a run; none when the run does not say.
    #[must_use]
    pub fn of(self, run: &Summary) -> Option<f64> {
        match self {
            Self::Output => Some(run.output as f64),
            Self::LeadTimeS => run.lead_time_s,
            Self::LeadTimeP90S => run.lead_time_p90_s,
            Self::Wip => Some(run.wip),
            Self::Oee => Some(run.oee),
            Self::Scrap => Some(run.stations.iter().map(|station| station.scrap).sum::<u64>() as f64),
            Self::EnergyKwh => Some(run.energy_kwh),
            Self::TardinessS => Some(run.tardiness_s),
            Self::OnTime => run.on_time,
            Self::Cost => Some(run.cost),
        }
    }
}

/// How two variants differ in one KPI.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// Which.
    pub kpi: Kpi,
    /// Mean of the first variant.
    pub a: f64,
    /// Mean of the second variant.
    pub b: f64,
    /// Mean of second less first.
    pub difference: f64,
    /// Half the width of its 95 % confidence interval; none when there are fewer than two pairs.
    pub half_width: Option<f64>,
    /// How likely a difference like this is when there is none, corrected for asking about all KPIs.
    pub p: f64,
    /// Whether it is real at 5 % over all KPIs together.
    pub is_real: bool,
}

/// Compares two variants by replications that were run under the same seeds, in the same order. What has no partner
/// is left out, and so is a KPI that fewer than two pairs know.
#[must_use]
pub fn compare(a: &[Summary], b: &[Summary]) -> Vec<Difference> {
    let mut list: Vec<Difference> = Kpi::ALL.into_iter().filter_map(|kpi| difference(kpi, a, b)).collect();
    correct(&mut list);
    list
}

fn difference(kpi: Kpi, a: &[Summary], b: &[Summary]) -> Option<Difference> {
    let (mut first, mut second, mut paired) = (Tally::default(), Tally::default(), Tally::default());
    for (a, b) in a.iter().zip(b).filter_map(|(a, b)| Some((kpi.of(a)?, kpi.of(b)?))) {
        first.add(a);
        second.add(b);
        paired.add(b - a);
    }
    if paired.count() < 2 {
        return None;
    }
    let error = (paired.variance() / paired.count() as f64).sqrt();
    // Pairs that all differ by the same leave no doubt; rounding is no difference.
    let is_same = paired.mean().abs() <= 1e-12 * first.mean().abs().max(second.mean().abs());
    let p = match error {
        _ if is_same => 1.0,
        0.0 => 0.0,
        error => student_two_sided((paired.mean() / error).abs(), (paired.count() - 1) as f64),
    };
    Some(Difference {
        kpi,
        a: first.mean(),
        b: second.mean(),
        difference: paired.mean(),
        half_width: Some(paired.half_width(0.95)),
        p,
        is_real: false,
    })
}

/// Holm's correction: the smallest p counts as often as there are questions, the next one time less, and so on.
fn correct(list: &mut [Difference]) {
    let mut order: Vec<usize> = (0..list.len()).collect();
    order.sort_by(|a, b| list[*a].p.total_cmp(&list[*b].p));
    let mut worst: f64 = 0.0;
    for (rank, index) in order.iter().enumerate() {
        let corrected = (list[*index].p * (list.len() - rank) as f64).min(1.0);
        worst = worst.max(corrected);
        list[*index].p = worst;
        list[*index].is_real = worst < LEVEL;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holm_steps_down() {
        let with = |p| Difference {
            kpi: Kpi::Wip,
            a: 0.0,
            b: 0.0,
            difference: 0.0,
            half_width: None,
            p,
            is_real: false,
        };
        let mut list = [with(0.04), with(0.01), with(0.03), with(0.005)];
        correct(&mut list);
        let ps: Vec<f64> = list.iter().map(|d| (d.p * 1000.0).round() / 1000.0).collect();
        assert_eq!(ps, [0.06, 0.03, 0.06, 0.02]);
        assert_eq!(list.map(|d| d.is_real), [false, true, false, true]);
    }
}
