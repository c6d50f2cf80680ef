//! What waits for a subscriber: batches that are kept until they are acknowledged.
//!
//! Spec: i3X 1.0, "Sync", "Sync Data Loss".

use serde_json::{Value, json};
use std::collections::VecDeque;

/// Updates that wait at most; the oldest are dropped first.
pub(crate) const UPDATES_MAX: usize = 10_000;
/// Updates in one batch at most, so that what is dropped can be told by the numbers that are missing.
const BATCH_MAX: usize = 500;

/// The updates of one subscription.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    batches: VecDeque<(u64, Vec<Value>)>,
    open: Vec<Value>,
    /// Number of the newest batch.
    last: u64,
    waiting: usize,
    has_dropped: bool,
}

impl Queue {
    pub fn push(&mut self, update: Value) {
        self.open.push(update);
        self.waiting += 1;
        if self.open.len() >= BATCH_MAX {
            self.seal();
        }
        while self.waiting > UPDATES_MAX {
            let Some((_, dropped)) = self.batches.pop_front() else { break };
            self.waiting -= dropped.len();
            self.has_dropped = true;
        }
    }

    /// Forgets what is acknowledged: everything for -1, else the batches up to a number. A number that was never told
    /// acknowledges nothing.
    pub fn acknowledge(&mut self, number: i128) {
        if number == -1 {
            self.clear();
        }
        if (0..=i128::from(self.last)).contains(&number) {
            while let Some((_, batch)) = self.batches.pop_front_if(|(first, _)| i128::from(*first) <= number)
            {
                self.waiting -= batch.len();
            }
        }
    }

    /// All batches that wait, and whether some were dropped since it was last asked.
    pub fn batches(&mut self) -> (Vec<Value>, bool) {
        self.seal();
        let told =
            |(number, updates): &(u64, Vec<Value>)| json!({ "sequenceNumber": number, "updates": updates });
        (self.batches.iter().map(told).collect(), std::mem::take(&mut self.has_dropped))
    }

    /// Takes out all that waits, for a stream, which is not acknowledged.
    pub fn drain(&mut self) -> Vec<Value> {
        let open = std::mem::take(&mut self.open);
        let all = self.batches.drain(..).flat_map(|(_, batch)| batch).chain(open).collect();
        self.clear();
        all
    }

    fn clear(&mut self) {
        self.batches.clear();
        self.open.clear();
        self.waiting = 0;
    }

    fn seal(&mut self) {
        if !self.open.is_empty() {
            self.last += 1;
            self.batches.push_back((self.last, std::mem::take(&mut self.open)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(queue: &mut Queue) -> Vec<u64> {
        queue.batches().0.iter().map(|batch| batch["sequenceNumber"].as_u64().unwrap()).collect()
    }

    #[test]
    fn batches_wait_until_they_are_acknowledged() {
        let mut queue = Queue::default();
        assert_eq!(numbers(&mut queue), [0; 0]);
        queue.push(json!(1));
        assert_eq!(numbers(&mut queue), [1]);
        queue.push(json!(2));
        assert_eq!(numbers(&mut queue), [1, 2]);
        for nonsense in [-2, 3, i128::MAX] {
            queue.acknowledge(nonsense);
            assert_eq!(numbers(&mut queue), [1, 2]);
        }
        queue.acknowledge(1);
        assert_eq!(numbers(&mut queue), [2]);
        queue.push(json!(3));
        queue.acknowledge(-1);
        assert_eq!(numbers(&mut queue), [0; 0]);
        queue.push(json!(4));
        assert_eq!(numbers(&mut queue), [3], "numbers only rise");
    }

    #[test]
    fn what_is_dropped_is_the_oldest_and_leaves_a_gap_in_the_numbers() {
        let mut queue = Queue::default();
        (0..UPDATES_MAX + 1).for_each(|n| queue.push(json!(n)));
        let (batches, has_dropped) = queue.batches();
        assert!(has_dropped);
        assert_eq!(batches[0]["sequenceNumber"], 2);
        assert_eq!(batches[0]["updates"][0], BATCH_MAX);
        assert!(!queue.batches().1, "it is told once");
        queue.acknowledge(-1);
        (0..3).for_each(|n| queue.push(json!(n)));
        assert_eq!(queue.drain().len(), 3);
        assert!(queue.drain().is_empty());
    }
}
