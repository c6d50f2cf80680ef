//! What has been received, what is durable, and what may be acknowledged. Pure.
//!
//! Spec: OPC 10000-4, 5.14.5 Publish: a server keeps a notification for retransmission until its sequence number is
//! acknowledged. Sequence numbers count from 1 for each subscription and skip 0 when they wrap.

use opcua::types::SubscriptionAcknowledgement;
use std::collections::HashMap;

/// Missing notifications that are asked for one by one; beyond that the gap is taken as it is.
const MISSING_MAX: u32 = 1_000;

/// Where each subscription stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Window {
    last: HashMap<u32, u32>,
    acknowledgements: Vec<SubscriptionAcknowledgement>,
}

/// What a sequence number means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// It was received before.
    Again,
    /// It is the next one, after these that are missing.
    Next {
        /// Sequence numbers that should have come before.
        missing: Vec<u32>,
    },
}

impl Window {
    /// A new subscription: its first message will be number 1.
    pub(crate) fn created(&mut self, subscription: u32) {
        self.last.insert(subscription, 0);
    }

    /// What a message means. A keep-alive carries the number that the next message will have.
    pub(crate) fn meaning(&self, subscription: u32, number: u32, keep_alive: bool) -> Arrival {
        let last = self.last.get(&subscription).copied().unwrap_or_else(|| number.wrapping_sub(1));
        let ahead = number.wrapping_sub(last);
        // A keep-alive announces the next message; the one after a wrap is 1.
        let behind = ahead == 0 || ahead > u32::MAX / 2;
        if behind && !keep_alive {
            return Arrival::Again;
        }
        let steps = if behind { 1 } else { ahead.min(MISSING_MAX + 1) };
        let missing = (1..steps).map(|step| last.wrapping_add(step)).filter(|number| *number != 0).collect();
        Arrival::Next { missing }
    }

    /// A message was taken over: from here on the one after it is expected.
    pub(crate) fn took(&mut self, subscription: u32, number: u32, keep_alive: bool) {
        let last = if keep_alive { number.wrapping_sub(1) } else { number };
        self.last.insert(subscription, last);
    }

    /// A message is durable, or is no news: the server need not keep it.
    pub(crate) fn settle(&mut self, subscription: u32, number: u32) {
        self.acknowledgements
            .push(SubscriptionAcknowledgement { subscription_id: subscription, sequence_number: number });
    }

    /// What goes with the next publish request.
    pub(crate) fn take(&mut self) -> Vec<SubscriptionAcknowledgement> {
        std::mem::take(&mut self.acknowledgements)
    }

    /// A publish request did not reach the server: its acknowledgements go with the next one.
    pub(crate) fn put_back(&mut self, acknowledgements: Vec<SubscriptionAcknowledgement>) {
        self.acknowledgements.extend(acknowledgements);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(missing: &[u32]) -> Arrival {
        Arrival::Next { missing: missing.to_vec() }
    }

    fn arrive(window: &mut Window, subscription: u32, number: u32, keep_alive: bool) -> Arrival {
        let arrival = window.meaning(subscription, number, keep_alive);
        if arrival != Arrival::Again {
            window.took(subscription, number, keep_alive);
        }
        arrival
    }

    #[test]
    fn what_is_missing_is_named() {
        let mut window = Window::default();
        window.created(1);
        assert_eq!(arrive(&mut window, 1, 1, false), next(&[]));
        assert_eq!(arrive(&mut window, 1, 2, false), next(&[]));
        assert_eq!(arrive(&mut window, 1, 2, false), Arrival::Again);
        assert_eq!(arrive(&mut window, 1, 5, false), next(&[3, 4]));
        assert_eq!(arrive(&mut window, 2, 9, false), next(&[]), "another subscription counts for itself");
    }

    #[test]
    fn a_keep_alive_tells_of_the_last_message_that_was_lost() {
        let mut window = Window::default();
        arrive(&mut window, 1, 1, false);
        assert_eq!(arrive(&mut window, 1, 2, true), next(&[]));
        assert_eq!(arrive(&mut window, 1, 2, false), next(&[]), "the message that it announced");
        assert_eq!(arrive(&mut window, 1, 4, true), next(&[3]));
        assert_eq!(arrive(&mut window, 1, 4, false), next(&[]));
    }

    #[test]
    fn zero_is_skipped_at_the_wrap() {
        let mut window = Window::default();
        arrive(&mut window, 1, u32::MAX - 1, false);
        assert_eq!(arrive(&mut window, 1, 2, false), next(&[u32::MAX, 1]));
    }

    #[test]
    fn acknowledgements_are_not_lost_with_a_request() {
        let mut window = Window::default();
        window.settle(1, 7);
        let taken = window.take();
        assert!(window.take().is_empty());
        window.put_back(taken);
        assert_eq!(window.take()[0].sequence_number, 7);
    }
}
