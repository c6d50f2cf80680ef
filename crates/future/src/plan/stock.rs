//! What is on its way already: a piece that has some steps behind it lessens the work that is left at each of them.
//!
//! Pieces carry no order until they are finished, so they go to the orders that are due first, and within an order to
//! its first lots.

use super::demand::Step;
use std::collections::BTreeMap;
use trine_simulate::flow::{FlowModel, MaterialIndex, Operation, OutcomeKind};

/// Pieces by material that no order has taken yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stock {
    waiting: BTreeMap<MaterialIndex, u32>,
    /// In machines, counted as what good work makes of them.
    under_way: BTreeMap<MaterialIndex, u32>,
}

impl Stock {
    /// What lies in the plant, and what its machines are at.
    pub fn of(flow: &FlowModel) -> Self {
        let mut stock = Self::default();
        for piece in &flow.state.waiting {
            *stock.waiting.entry(piece.material).or_default() += 1;
        }
        for start in &flow.state.stations {
            let Some(station) = flow.stations.get(start.station as usize) else { continue };
            for job in &start.jobs {
                let what = station.operations.get(job.operation as usize);
                if let Some((material, count)) = what.and_then(good) {
                    *stock.under_way.entry(material).or_default() += count;
                }
            }
        }
        stock
    }

    /// Takes up to so many pieces of a material; finished goods that wait were counted by their order already.
    fn take(&mut self, material: MaterialIndex, wanted: u32, is_finished: bool) -> u32 {
        let mut taken = 0;
        let waiting = (!is_finished).then_some(&mut self.waiting);
        for pool in waiting.into_iter().chain([&mut self.under_way]) {
            let Some(there) = pool.get_mut(&material) else { continue };
            let some = (wanted - taken).min(*there);
            *there -= some;
            taken += some;
        }
        taken
    }
}

/// How many pieces each step of a route still has to make, so that so many come out at its end.
pub fn pieces_left(flow: &FlowModel, route: &[Step], wanted: u32, stock: &mut Stock) -> Vec<u32> {
    let mut left = vec![0_u32; route.len()];
    let Some(last) = route.len().checked_sub(1) else { return left };
    left[last] = wanted - stock.take(route[last].material, wanted, true);
    for step in (0..route.len()).rev() {
        let Some((station, operation)) = route[step].who.first().copied() else { continue };
        let what = &flow.stations[station].operations[operation];
        let gives = good(what).map_or(1, |(_, count)| count.max(1));
        let runs = left[step].div_ceil(gives);
        for taken in what.takes.iter().filter(|taken| taken.material != route[step].material) {
            let before = route[step].after.iter().find(|before| route[**before].material == taken.material);
            if let Some(before) = before {
                let wanted = runs.saturating_mul(taken.count.max(1));
                left[*before] += wanted - stock.take(taken.material, wanted, false);
            }
        }
    }
    left
}

/// What one run gives when it goes well: the first of its materials, and how many.
fn good(operation: &Operation) -> Option<(MaterialIndex, u32)> {
    let good = operation.outcomes.iter().find(|outcome| outcome.kind == OutcomeKind::Good)?;
    good.gives.first().map(|pieces| (pieces.material, pieces.count))
}

/// What one of several lots has to make at a step: the last lots make all of theirs, the first find it made.
pub fn share(gross: u32, left: u32, lots: u32, number: u32) -> u32 {
    let begins = |number: u32| (u64::from(gross) * u64::from(number) / u64::from(lots.max(1))) as u32;
    let made = gross.saturating_sub(left);
    let (from, to) = (begins(number - 1).max(made), begins(number));
    to.saturating_sub(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lots_share_what_is_left_and_the_first_find_it_made() {
        let all = |gross, left| (1..=3).map(|number| share(gross, left, 3, number)).collect::<Vec<_>>();
        assert_eq!(all(30, 30), [10, 10, 10]);
        assert_eq!(all(30, 12), [0, 2, 10]);
        assert_eq!(all(30, 0), [0, 0, 0]);
        assert_eq!(all(10, 10).iter().sum::<u32>(), 10);
        assert_eq!(all(2, 1).iter().sum::<u32>(), 1);
    }
}
