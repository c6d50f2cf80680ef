//! Finds out that a subscription has gone quiet while its session looks healthy. Pure: it is given the time.
//!
//! Three signs: no message within several keep-alive periods; no tick of the server's clock although it is
//! monitored; reads that go on differing from what was last notified. A plant that stands still shows none of them.
//! Where others are notified meanwhile, the last sign tells of single variables.

use crate::subscribe::Subscription;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// How often the server's clock is sampled.
const HEARTBEAT_PERIOD: Duration = Duration::from_secs(1);

/// How many periods may pass without a sign of life.
const PATIENCE: u32 = 3;

/// Variables compared in one round; many more when nothing at all was heard since the last round.
const ROUND: usize = 100;
const ROUND_IN_SILENCE: usize = 1_000;

/// Rounds in which a variable must still differ, after the first, to be condemned alone.
const ROUNDS_ALONE: u32 = 2;

/// What is known of the life of a connection's subscriptions.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    lives: HashMap<u32, Life>,
    /// Suspicious variables.
    suspects: Vec<Suspect>,
    next: usize,
    heard_since_round: bool,
    period: Duration,
}

/// A variable that reads differently from what was last notified.
#[derive(Clone, Copy, Debug)]
struct Suspect {
    index: usize,
    /// How often it had been notified when it became one.
    heard: u32,
    /// In how many rounds in a row.
    rounds: u32,
}

/// What the reads of a round say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// All is well, as far as one can see.
    Well,
    /// So many variables differ, and nothing at all is notified.
    Silent(usize),
    /// These variables differ and are not notified, while others are.
    Stuck(Vec<usize>),
}

#[derive(Clone, Copy, Debug)]
struct Life {
    message: Instant,
    message_within: Duration,
    heartbeat: Option<Instant>,
    heartbeat_within: Duration,
}

impl Watch {
    pub(crate) fn new(subscriptions: &[Subscription], now: Instant) -> Self {
        let slowest =
            |of: fn(&Subscription) -> Duration| subscriptions.iter().map(of).max().unwrap_or_default();
        let reported = (slowest(|s| s.publishing_interval) + slowest(|s| s.sampling)) * 4;
        // A message that got lost shows with the next keep-alive, and is fetched then: that is no silence.
        let period = reported.max(slowest(|s| s.keep_alive) * 5 / 4);
        let lives = subscriptions.iter().map(|subscription| (subscription.id, Life::new(subscription, now)));
        Self {
            lives: lives.collect(),
            suspects: Vec::new(),
            next: 0,
            heard_since_round: false,
            period: period.max(Duration::from_millis(200)),
        }
    }

    /// How often to look.
    pub(crate) fn period(&self) -> Duration {
        self.period
    }

    /// A message came.
    pub(crate) fn message(&mut self, subscription: u32, heartbeat: bool, samples: usize, now: Instant) {
        self.heard_since_round |= samples > 0;
        if let Some(life) = self.lives.get_mut(&subscription) {
            life.message = now;
            if heartbeat && life.heartbeat.is_some() {
                life.heartbeat = Some(now);
            }
        }
    }

    /// Nobody listened for a while, because the site was busy: silence counts from here.
    pub(crate) fn excuse(&mut self, now: Instant) {
        self.suspects.clear();
        for life in self.lives.values_mut() {
            life.message = now;
            life.heartbeat = life.heartbeat.map(|_| now);
        }
    }

    /// Whether a message or a heartbeat is overdue, and which.
    pub(crate) fn overdue(&self, now: Instant) -> Option<String> {
        self.lives.values().find_map(|life| life.overdue(now))
    }

    /// Which variables to read now: the suspects, and a stretch of the others.
    pub(crate) fn round(&mut self, items: usize) -> Vec<usize> {
        let count = if self.heard_since_round { ROUND } else { ROUND_IN_SILENCE }.min(items);
        let mut chosen: Vec<usize> = self.suspects.iter().map(|suspect| suspect.index).collect();
        let suspects = chosen.len();
        for _ in 0..count {
            self.next %= items;
            if !chosen[..suspects].contains(&self.next) {
                chosen.push(self.next);
            }
            self.next += 1;
        }
        chosen
    }

    /// What the reads said, of the variables that differ and how often each of them was notified. One that differs
    /// once may be on its way; one that still differs a round later, with nothing heard of any variable in between,
    /// shows that notifications have stopped; one that differs a third time, with nothing heard of it, is alone.
    pub(crate) fn compared(&mut self, differing: &[(usize, u32)]) -> Verdict {
        let silent = !std::mem::take(&mut self.heard_since_round);
        let before = |index: usize| self.suspects.iter().find(|suspect| suspect.index == index);
        let still = differing.iter().filter(|(index, _)| before(*index).is_some()).count();
        let next = |&(index, heard): &(usize, u32)| match before(index) {
            Some(known) if known.heard == heard => Suspect { rounds: known.rounds + 1, ..*known },
            _ => Suspect { index, heard, rounds: 0 },
        };
        let suspects: Vec<Suspect> = differing.iter().take(ROUND).map(next).collect();
        let stuck =
            suspects.iter().filter(|suspect| suspect.rounds >= ROUNDS_ALONE).map(|suspect| suspect.index);
        let stuck: Vec<usize> = stuck.collect();
        self.suspects = suspects;
        if silent && still > 0 {
            return Verdict::Silent(still);
        }
        self.suspects.retain(|suspect| suspect.rounds < ROUNDS_ALONE);
        if stuck.is_empty() { Verdict::Well } else { Verdict::Stuck(stuck) }
    }
}

impl Life {
    fn new(subscription: &Subscription, now: Instant) -> Self {
        let beat = HEARTBEAT_PERIOD.max(subscription.publishing_interval);
        Self {
            message: now,
            message_within: subscription.keep_alive * PATIENCE + subscription.publishing_interval,
            heartbeat: subscription.heartbeat.then_some(now),
            heartbeat_within: beat * PATIENCE + subscription.publishing_interval,
        }
    }

    fn overdue(&self, now: Instant) -> Option<String> {
        let silent = now.duration_since(self.message);
        if silent > self.message_within {
            return Some(format!("no message for {:.1} s, not even a keep-alive", silent.as_secs_f64()));
        }
        let still = now.duration_since(self.heartbeat?);
        let seconds = still.as_secs_f64();
        (still > self.heartbeat_within)
            .then(|| format!("the server's clock has not ticked for {seconds:.1} s"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subscription() -> Subscription {
        let second = Duration::from_secs(1);
        Subscription {
            id: 1,
            publishing_interval: second / 4,
            keep_alive: second,
            heartbeat: true,
            sampling: Duration::ZERO,
            events: None,
        }
    }

    #[test]
    fn silence_and_a_clock_that_stands_still_are_overdue() {
        let start = Instant::now();
        let after = |seconds: f64| start + Duration::from_secs_f64(seconds);
        let mut watch = Watch::new(&[subscription()], start);
        assert_eq!(watch.overdue(after(3.0)), None);
        assert!(watch.overdue(after(3.5)).unwrap().contains("keep-alive"));
        watch.message(1, false, 0, after(3.4));
        assert!(watch.overdue(after(3.5)).unwrap().contains("clock"));
        watch.message(1, true, 0, after(3.5));
        assert_eq!(watch.overdue(after(6.0)), None);
        watch.excuse(after(100.0));
        assert_eq!(watch.overdue(after(100.1)), None);
    }

    #[test]
    fn one_difference_is_news_on_its_way_and_two_are_silence() {
        let mut watch = Watch::new(&[subscription()], Instant::now());
        assert_eq!(watch.compared(&[(4, 0)]), Verdict::Well);
        assert_eq!(watch.compared(&[(4, 0)]), Verdict::Silent(1));
        watch.message(1, false, 1, Instant::now());
        assert_eq!(watch.compared(&[(4, 1)]), Verdict::Well, "something was heard in between");
    }

    #[test]
    fn a_variable_that_stays_behind_while_others_go_on_is_stuck() {
        let mut watch = Watch::new(&[subscription()], Instant::now());
        let mut round = |differing: &[(usize, u32)]| {
            watch.message(1, false, 1, Instant::now());
            watch.compared(differing)
        };
        assert_eq!(round(&[(4, 7), (5, 7)]), Verdict::Well);
        assert_eq!(round(&[(4, 7), (5, 8)]), Verdict::Well);
        assert_eq!(round(&[(4, 7), (5, 9)]), Verdict::Stuck(vec![4]), "5 is late, but it is notified");
        assert_eq!(round(&[(4, 7)]), Verdict::Well, "it gets time to be repaired");
        assert_eq!(watch.round(6)[..1], [4]);
    }

    #[test]
    fn every_variable_has_its_turn() {
        let mut watch = Watch::new(&[subscription()], Instant::now());
        watch.message(1, false, 1, Instant::now());
        let mut seen: Vec<usize> = Vec::new();
        for _ in 0..3 {
            seen.extend(watch.round(250));
            watch.message(1, false, 1, Instant::now());
        }
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 250);
    }
}
