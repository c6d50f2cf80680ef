//! How small a makespan can be at best: what proves a plan optimal without a search.

use crate::{construct::topological, instance::Instance};

/// A makespan that no plan falls below: the longest job, and Jackson's preemptive schedule of every machine's
/// operations that can be done nowhere else.
pub(crate) fn makespan_bound(instance: &Instance) -> i64 {
    let count = instance.len();
    let shortest = |at: usize| instance.modes.row(at).iter().map(|mode| mode.duration).min().unwrap_or(0);
    let (mut heads, mut tails) = (vec![0; count], vec![0; count]);
    let order = topological(instance);
    for &operation in &order {
        let at = operation as usize;
        let before = instance.before.row(at).iter().map(|&before| before as usize);
        heads[at] =
            before.map(|before| heads[before] + shortest(before)).fold(instance.release[at], i64::max);
    }
    for &operation in order.iter().rev() {
        let at = operation as usize;
        let after = instance.after.row(at).iter().map(|&after| after as usize);
        tails[at] = after.map(|after| tails[after] + shortest(after)).fold(0, i64::max);
    }
    let by_jobs = (0..count).map(|at| heads[at] + shortest(at) + tails[at]).max().unwrap_or(0);
    let mut only = vec![Vec::new(); instance.stations.len()];
    for at in 0..count {
        if let [mode] = instance.modes.row(at) {
            let machine = mode.machine as usize;
            let ready = heads[at].max(instance.stations[machine].ready.unwrap_or(0));
            only[machine].push((ready, mode.duration, tails[at]));
        }
    }
    let by_machines = only.into_iter().map(preemptive).max().unwrap_or(0);
    let work: i64 = (0..count).map(shortest).sum();
    let by_work = (work + instance.stations.len() as i64 - 1) / (instance.stations.len() as i64).max(1);
    by_jobs.max(by_machines).max(by_work).max(instance.frozen_end)
}

/// The makespan of one machine when operations (head, duration, tail) may be interrupted: the longest tail goes first.
fn preemptive(mut operations: Vec<(i64, i64, i64)>) -> i64 {
    operations.sort_unstable();
    let mut waiting: Vec<(i64, i64)> = Vec::new();
    let (mut now, mut longest, mut next) = (0, 0, 0);
    while next < operations.len() || !waiting.is_empty() {
        if waiting.is_empty() {
            now = now.max(operations[next].0);
        }
        while let Some(&(_, duration, tail)) = operations.get(next).filter(|operation| operation.0 <= now) {
            waiting.push((tail, duration));
            next += 1;
        }
        waiting.sort_unstable();
        let Some((tail, left)) = waiting.pop() else { continue };
        let until = operations.get(next).map_or(i64::MAX, |operation| operation.0);
        let work = left.min(until - now);
        now += work;
        if work < left {
            waiting.push((tail, left - work));
        } else {
            longest = longest.max(now + tail);
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_is_bound_by_its_preemptive_schedule() {
        assert_eq!(preemptive(vec![]), 0);
        assert_eq!(preemptive(vec![(0, 5, 0), (0, 3, 4)]), 8);
        // The second interrupts the first.
        assert_eq!(preemptive(vec![(0, 10, 0), (2, 2, 20)]), 24);
        assert_eq!(preemptive(vec![(7, 2, 3)]), 12);
    }
}
