//! Thousands of random lives of a log on a disk that fails, each replayable from its seed.
//!
//! Guards invariant 1: nothing acknowledged is lost, what was not acknowledged is there unchanged or not at all, and
//! the order is kept. `TRINE_SOAK=n` runs n times as many.

mod damage;
mod disk;

use crate::{LogError, LogOptions, Pending, Reader, commit::Tail, queue::Entry, recover, retain};
use disk::{Disk, Ending, Random};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

const OPTIONS: LogOptions = LogOptions { segment_bytes: 4096, max_pending_bytes: 1 << 20 };

/// What the world outside of the log knows.
#[derive(Default)]
struct Oracle {
    submitted: u64,
    /// Position → number of the record.
    acknowledged: BTreeMap<u64, u64>,
    /// Records that were refused for good: they may never appear.
    refused: BTreeSet<u64>,
    /// The position that retention asked to drop up to.
    dropped_below: u64,
}

/// A record's number and a filler that follows from it.
fn payload(number: u64) -> Vec<u8> {
    let mut random = Random::new(number + 1);
    // Few lengths, so that new frames often end where torn ones did and what was left of those would be met.
    let length = [0, 50, 50, 600, 2000][random.below(5) as usize];
    let filler = (0..length).map(|_| random.next() as u8);
    number.to_le_bytes().into_iter().chain(filler).collect()
}

fn number_of(bytes: &[u8]) -> u64 {
    u64::from_le_bytes(bytes[..8].try_into().unwrap())
}

impl Oracle {
    fn submit(&mut self, tail: &mut Tail, count: u64) -> bool {
        let numbers: Vec<u64> = (self.submitted..self.submitted + count).collect();
        self.submitted += count;
        let (mut group, pending): (VecDeque<Entry>, Vec<Pending>) =
            numbers.iter().map(|number| Entry::new(payload(*number), *number as u8)).unzip();
        tail.commit(&mut group);
        let mut is_whole = true;
        for (number, pending) in numbers.into_iter().zip(pending) {
            match pending.wait() {
                Ok(position) => assert_eq!(self.acknowledged.insert(position, number), None),
                Err(LogError::DiskFull { .. }) => assert!(self.refused.insert(number)),
                Err(LogError::Poisoned { .. } | LogError::Io { .. }) => is_whole = false,
                Err(other) => panic!("unexpected: {other}"),
            }
        }
        is_whole
    }

    fn check(&self, tail: &Tail, first: u64, next: u64) {
        let mut read = BTreeMap::new();
        let mut last = None;
        for record in Reader::new(Arc::clone(&tail.shared), first) {
            let record = record.expect("every record can be read");
            let number = number_of(&record.payload);
            assert!(number < self.submitted, "a record that nobody wrote");
            assert_eq!((&record.payload, record.kind), (&payload(number), number as u8), "changed");
            assert!(last < Some(number), "out of order or twice: {number} after {last:?}");
            assert!(!self.refused.contains(&number), "record {number} was refused and is there");
            last = Some(number);
            read.insert(record.position, number);
        }
        assert_eq!(read.len() as u64, next - first, "as many as recovery said");
        assert!(first <= self.dropped_below);
        for (position, number) in self.acknowledged.range(first..) {
            assert_eq!(read.get(position), Some(number), "acknowledged and lost, at {position}");
        }
    }
}

/// One world: a disk, and a log that lives on it again and again.
fn live(seed: u64) {
    let mut random = Random::new(seed);
    let disk = Disk::new(seed ^ 0xD15C);
    let mut oracle = Oracle::default();
    for _ in 0..2 + random.below(6) {
        disk.set_free(if random.chance(15) { random.below(9000) as usize } else { usize::MAX });
        disk.stop_in(random.chance(70).then(|| random.below(60)));
        disk.fail_sync_in(random.chance(15).then(|| random.below(12)));
        match recover::open(Arc::new(disk.clone()), OPTIONS) {
            // The machine may have stopped in something that opening does not depend on.
            Ok(_) if disk.has_stopped() => {}
            Ok((mut tail, recovery)) => {
                disk.without_stopping(|| oracle.check(&tail, recovery.first, recovery.next));
                one_life(&mut random, &disk, &mut tail, &mut oracle);
            }
            Err(LogError::Damaged(damage)) => panic!("a crash was taken for damage: {damage}"),
            Err(_) => {}
        }
        let ending = if random.chance(50) { Ending::Kill } else { Ending::PowerCut };
        disk.restart(ending);
    }
    disk.set_free(usize::MAX);
    let (mut tail, recovery) = recover::open(Arc::new(disk), OPTIONS).expect("a sound disk opens");
    oracle.check(&tail, recovery.first, recovery.next);
    assert!(oracle.submit(&mut tail, 3), "a sound disk takes records");
    oracle.check(&tail, recovery.first, recovery.next + 3);
}

fn one_life(random: &mut Random, disk: &Disk, tail: &mut Tail, oracle: &mut Oracle) {
    for _ in 0..random.below(20) {
        match random.below(12) {
            0 => disk.set_free(random.below(6000) as usize),
            1 => {
                disk.set_free(usize::MAX);
                let refused = oracle.refused.len();
                oracle.submit(tail, 1);
                assert_eq!(
                    oracle.refused.len(),
                    refused,
                    "there is space again, so nothing is refused for it"
                );
            }
            2 => {
                let position = random.below(tail.next + 1);
                oracle.dropped_below = oracle.dropped_below.max(position);
                let _ = retain::drop_before(&tail.shared, position);
            }
            _ => {
                let count = 1 + random.below(6);
                oracle.submit(tail, count);
            }
        }
        if disk.has_stopped() {
            return;
        }
    }
}

#[test]
fn nothing_acknowledged_is_lost() {
    let soak: u64 = std::env::var("TRINE_SOAK").ok().and_then(|n| n.parse().ok()).unwrap_or(1);
    for seed in 0..4_000 * soak {
        let outcome = std::panic::catch_unwind(|| live(seed));
        assert!(outcome.is_ok(), "seed {seed} breaks the log: live({seed})");
    }
}
