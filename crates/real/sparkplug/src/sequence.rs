//! The order of an edge node's messages: numbers from 0 to 255, over and over.
//!
//! MQTT keeps order on one connection, but brokers in a cluster and gateways do not always. A message that comes too
//! early waits for those before it; when they do not come in time they are counted lost, and a rebirth is due.
//!
//! Spec: Eclipse Sparkplug 3.0, 5.x tck-id-operational-behavior-host-reordering-{param,start,success,rebirth}.

use std::collections::BTreeMap;
use trine_base::Instant;

/// What became of a message.
#[derive(Debug, PartialEq)]
pub(crate) enum Verdict<T> {
    /// These are next, in order.
    Next(Vec<T>),
    /// It waits for those before it.
    Waits,
    /// It came before; here it is back.
    Repeated(T),
}

/// What is expected next, and what waits.
#[derive(Debug)]
pub(crate) struct Sequence<T> {
    expected: u8,
    /// By distance from `expected`, 1 to 127.
    early: BTreeMap<u8, T>,
    /// Until when the missing ones may come.
    deadline: Option<Instant>,
    /// Numbers given up that may still come late.
    given_up: [bool; 256],
}

impl<T> Sequence<T> {
    /// After a birth with this number.
    pub(crate) fn after(birth: u8) -> Self {
        Self {
            expected: birth.wrapping_add(1),
            early: BTreeMap::new(),
            deadline: None,
            given_up: [false; 256],
        }
    }

    /// Takes a message with its number.
    pub(crate) fn offer(&mut self, number: u8, message: T, now: Instant, patience_ns: i64) -> Verdict<T> {
        match number.wrapping_sub(self.expected) {
            0 => {
                self.given_up[usize::from(number)] = false;
                self.step();
                let mut next = vec![message];
                self.release(&mut next);
                Verdict::Next(next)
            }
            distance @ 1..=127 => {
                if self.early.contains_key(&distance) {
                    return Verdict::Repeated(message);
                }
                self.early.insert(distance, message);
                self.deadline.get_or_insert(now.plus_ns(patience_ns));
                Verdict::Waits
            }
            _ if std::mem::take(&mut self.given_up[usize::from(number)]) => Verdict::Next(vec![message]),
            _ => Verdict::Repeated(message),
        }
    }

    /// When patience has run out: the numbers that are given up, and what waited for them.
    pub(crate) fn overdue(&mut self, now: Instant) -> Option<(Vec<u8>, Vec<T>)> {
        self.deadline.take_if(|deadline| *deadline <= now)?;
        let (mut missing, mut released) = (Vec::new(), Vec::new());
        while !self.early.is_empty() {
            self.given_up[usize::from(self.expected)] = true;
            missing.push(self.expected);
            self.step();
            self.release(&mut released);
        }
        Some((missing, released))
    }

    /// All that waits, out of order; for the end of a life.
    pub(crate) fn drain(&mut self) -> Vec<T> {
        self.deadline = None;
        std::mem::take(&mut self.early).into_values().collect()
    }

    /// Moves on by one number: every distance shrinks.
    fn step(&mut self) {
        self.expected = self.expected.wrapping_add(1);
        // What is as far behind as ahead can no longer come late.
        self.given_up[usize::from(self.expected.wrapping_add(127))] = false;
        self.early =
            std::mem::take(&mut self.early).into_iter().map(|(distance, m)| (distance - 1, m)).collect();
    }

    fn release(&mut self, into: &mut Vec<T>) {
        while let Some(next) = self.early.remove(&0) {
            into.push(next);
            self.step();
        }
        if self.early.is_empty() {
            self.deadline = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PATIENCE: i64 = 1_000;

    fn at(ns: i64) -> Instant {
        Instant::from_ns(ns)
    }

    /// tck-id-operational-behavior-host-reordering-success
    #[test]
    fn an_early_message_waits_for_those_before_it() {
        let mut sequence = Sequence::after(0);
        assert_eq!(sequence.offer(2, 'b', at(0), PATIENCE), Verdict::Waits);
        assert_eq!(sequence.offer(2, 'b', at(0), PATIENCE), Verdict::Repeated('b'));
        assert_eq!(sequence.offer(1, 'a', at(10), PATIENCE), Verdict::Next(vec!['a', 'b']));
        assert_eq!(sequence.offer(1, 'a', at(20), PATIENCE), Verdict::Repeated('a'));
        assert_eq!(sequence.overdue(at(5_000)), None);
    }

    /// tck-id-operational-behavior-host-reordering-start, tck-id-operational-behavior-host-reordering-rebirth
    #[test]
    fn what_does_not_come_in_time_is_given_up() {
        let mut sequence = Sequence::after(255);
        assert_eq!(sequence.offer(1, 'b', at(0), PATIENCE), Verdict::Waits);
        assert_eq!(sequence.offer(4, 'e', at(500), PATIENCE), Verdict::Waits);
        assert_eq!(sequence.overdue(at(999)), None);
        assert_eq!(sequence.overdue(at(1_000)), Some((vec![0, 2, 3], vec!['b', 'e'])));
        assert_eq!(
            sequence.offer(2, 'c', at(1_001), PATIENCE),
            Verdict::Next(vec!['c']),
            "late is better than never"
        );
        assert_eq!(sequence.offer(2, 'c', at(1_002), PATIENCE), Verdict::Repeated('c'));
        assert_eq!(sequence.offer(5, 'f', at(1_003), PATIENCE), Verdict::Next(vec!['f']));
    }

    proptest! {
        /// Any shuffling within a window comes out in order, each message once.
        #[test]
        fn shuffled_and_doubled_comes_out_in_order(order in proptest::collection::vec(0_usize..6, 600)) {
            let mut waiting: Vec<u32> = (1..500).rev().collect();
            let mut window = Vec::new();
            let mut sequence = Sequence::after(0);
            let mut out = Vec::new();
            for pick in order {
                while window.len() < 6 && !waiting.is_empty() {
                    window.extend(waiting.pop());
                }
                if window.is_empty() { break; }
                let number = window.remove(pick % window.len());
                for _ in 0..2 {
                    if let Verdict::Next(next) = sequence.offer(number as u8, number, at(0), PATIENCE) {
                        out.extend(next);
                    }
                }
            }
            let expected: Vec<u32> = (1..=out.len() as u32).collect();
            prop_assert_eq!(out, expected);
        }
    }
}
