//! Paths between two good solutions (path relinking, Peng, Lü and Cheng 2015).
//!
//! Both solutions are orders of all operations that respect the jobs. Exchanging two neighbours of the one that stand
//! the other way round in the other never puts an operation before one of its own job, so every step of the path is a
//! feasible solution; there is nothing to repair.

use crate::{graph::Solution, instance::Instance};
use trine_simulate::Stream;

/// A solution part of the way from one to another.
pub(crate) fn between(
    instance: &Instance,
    from: &Solution,
    to: &Solution,
    part: f64,
    stream: &mut Stream,
) -> Solution {
    let count = from.order.len();
    let mut rank = vec![0u32; count];
    to.order.iter().enumerate().for_each(|(at, &operation)| rank[operation as usize] = at as u32);
    let mut order = from.order.clone();
    let inversions = inversions(&order.iter().map(|&operation| rank[operation as usize]).collect::<Vec<_>>());
    let mut left = (inversions as f64 * part) as u64;
    // Sweeps end for sure: every sweep that exchanges nothing would mean that there are no inversions.
    while left > 0 {
        let start = stream.below(count.max(2) - 1);
        let length = stream.below(count) + 1;
        for at in (start..count - 1).chain(0..start).take(length) {
            if left > 0 && rank[order[at] as usize] > rank[order[at + 1] as usize] && stream.chance(0.5) {
                order.swap(at, at + 1);
                left -= 1;
            }
        }
    }
    let mut mode = from.mode.clone();
    for (own, other) in mode.iter_mut().zip(&to.mode) {
        if own != other && stream.chance(part) {
            *own = *other;
        }
    }
    debug_assert_eq!(mode.len(), instance.len());
    Solution { order, mode, cost: i64::MAX }
}

/// How many pairs stand the wrong way round, by merge sort.
fn inversions(ranks: &[u32]) -> u64 {
    fn sort(items: &mut [u32], scratch: &mut Vec<u32>) -> u64 {
        let middle = items.len() / 2;
        if middle == 0 {
            return 0;
        }
        let mut count = sort(&mut items[..middle], scratch) + sort(&mut items[middle..], scratch);
        scratch.clear();
        let (mut left, mut right) = (0, middle);
        while left < middle || right < items.len() {
            if right == items.len() || left < middle && items[left] <= items[right] {
                scratch.push(items[left]);
                left += 1;
            } else {
                count += (middle - left) as u64;
                scratch.push(items[right]);
                right += 1;
            }
        }
        items.copy_from_slice(scratch);
        count
    }
    sort(&mut ranks.to_vec(), &mut Vec::new())
}

/// How many decisions differ: pairs on one machine that stand the other way round, and operations on other machines.
pub(crate) fn distance(instance: &Instance, a: &Solution, b: &Solution) -> u64 {
    let mut rank = vec![0u32; b.order.len()];
    b.order.iter().enumerate().for_each(|(at, &operation)| rank[operation as usize] = at as u32);
    let mut rows = vec![Vec::new(); instance.stations.len()];
    let mut moved = 0;
    for &operation in &a.order {
        let at = operation as usize;
        if a.mode[at] == b.mode[at] {
            rows[instance.modes.row(at)[a.mode[at] as usize].machine as usize].push(rank[at]);
        } else {
            moved += 1;
        }
    }
    rows.iter().map(|row| inversions(row)).sum::<u64>() + moved
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        construct::{Priority, dispatch},
        job_shop,
        rules::Plain,
    };

    #[test]
    fn a_path_leads_from_one_to_the_other_and_never_breaks_a_job() {
        let text = "4 3\n0 3 1 2 2 4\n1 4 0 2 2 3\n2 5 1 3 0 2\n0 1 2 2 1 3\n";
        let rules = Plain(Instance::new(&job_shop(text).unwrap()));
        for seed in 0..50 {
            let mut stream = Stream::new(seed, 0, "path");
            let mut any = || dispatch(&rules, &mut stream, Priority::Chance, 0.5);
            let (from, to) = (any(), any());
            let apart = distance(&rules.0, &from, &to);
            let middle = between(&rules.0, &from, &to, 0.5, &mut stream);
            let there = between(&rules.0, &from, &to, 1.0, &mut stream);
            assert_eq!((there.order, there.mode), (to.order.clone(), to.mode.clone()));
            assert!(distance(&rules.0, &from, &middle) <= apart && distance(&rules.0, &middle, &to) <= apart);
            let place = |operation: u32| middle.order.iter().position(|&other| other == operation);
            assert!((0..12).filter(|at| at % 3 > 0).all(|at| place(at - 1) < place(at)));
        }
    }

    #[test]
    fn inversions_are_counted() {
        assert_eq!(inversions(&[0, 1, 2, 3]), 0);
        assert_eq!(inversions(&[3, 2, 1, 0]), 6);
        assert_eq!(inversions(&[2, 0, 1]), 2);
    }
}
