//! What one person has been told so far, and what is worth telling next.

use crate::crowd::CrowdCell;
use crate::{Bucket, Rules, Seat};
use std::collections::BTreeMap;
use trine_base::Instant;

/// How long a choice of who is shown one by one holds.
const CHOICE_S: f64 = 0.5;
/// The budget may be spent in bursts of this many seconds.
const BURST_S: f64 = 0.25;
/// A crowd is told anew at most this often.
const CROWD_S: f64 = 1.0;
/// Even when nobody moves, a frame is due this often, s: it carries the room's time.
const HEARTBEAT_S: f64 = 1.0;

/// What was told of somebody last.
#[derive(Clone, Copy, Debug, Default)]
pub struct Told {
    /// Of the pose; 0: never.
    pub revision: u64,
    /// Of the leaps.
    pub leaps: u32,
    /// When.
    pub at: Option<Instant>,
}

/// Bookkeeping of one receiver.
#[derive(Clone, Debug)]
pub struct Desk {
    /// Those who are shown one by one.
    pub shown: BTreeMap<Seat, Told>,
    /// Those who were, and of whom that has to be said.
    pub gone: Vec<Seat>,
    /// Everybody else, as told last.
    pub crowd: Vec<CrowdCell>,
    /// The list of people as told: the revision of each entry.
    pub listed: BTreeMap<Seat, u64>,
    /// The revision of the room's list that was told.
    pub list_revision: u64,
    pub budget: Bucket,
    chosen: Option<(Instant, u64)>,
    crowd_counted: Option<Instant>,
    framed: Option<Instant>,
}

impl Desk {
    pub fn new(rules: &Rules, now: Instant) -> Self {
        Self {
            shown: BTreeMap::new(),
            gone: Vec::new(),
            crowd: Vec::new(),
            listed: BTreeMap::new(),
            list_revision: 0,
            budget: Bucket::new(rules.budget_bytes_s, rules.budget_bytes_s * BURST_S, now),
            chosen: None,
            crowd_counted: None,
            framed: None,
        }
    }

    /// Whether it is time to choose anew who is shown; at once when the list of people has changed.
    pub fn wants_choice(&self, list_revision: u64, now: Instant) -> bool {
        let holds = |(at, revision): (Instant, u64)| {
            revision == list_revision && now.seconds_since(at).abs() < CHOICE_S
        };
        !self.chosen.is_some_and(holds)
    }

    /// Shows these from now on.
    pub fn choose(&mut self, seats: &[Seat], list_revision: u64, now: Instant) {
        let before = std::mem::take(&mut self.shown);
        self.shown =
            seats.iter().map(|seat| (*seat, before.get(seat).copied().unwrap_or_default())).collect();
        // Of somebody who was never told of nothing has to be taken back.
        let told = before.iter().filter(|(_, told)| told.revision > 0).map(|(seat, _)| *seat);
        self.gone.extend(told.filter(|seat| !self.shown.contains_key(seat)));
        self.gone.retain(|seat| !self.shown.contains_key(seat));
        self.chosen = Some((now, list_revision));
    }

    /// Whether it is time to count the crowd anew.
    pub fn wants_crowd(&self, now: Instant) -> bool {
        !self.crowd_counted.is_some_and(|at| now.seconds_since(at).abs() < CROWD_S)
    }

    /// Takes a crowd that was counted; whether it is another one than was told.
    pub fn tell_crowd(&mut self, crowd: &[CrowdCell], now: Instant) -> bool {
        self.crowd_counted = Some(now);
        let is_other = crowd != self.crowd;
        if is_other {
            self.crowd = crowd.to_vec();
        }
        is_other
    }

    /// Whether a frame without anything in it is due.
    pub fn wants_heartbeat(&self, now: Instant) -> bool {
        !self.framed.is_some_and(|at| now.seconds_since(at).abs() < HEARTBEAT_S)
    }

    /// A frame of so many bytes goes out.
    pub fn framed(&mut self, bytes: usize, now: Instant) {
        self.framed = Some(now);
        self.budget.spend(bytes as f64);
    }
}

/// How often somebody at a distance is told of, s between two poses.
pub fn period_s(rules: &Rules, distance_m: f64) -> f64 {
    let (shortest, longest) = rules.period_s;
    (shortest * distance_m / rules.near_m).clamp(shortest, longest)
}

/// How urgent it is to tell of somebody: from 1 on it is due, the longest overdue first.
pub fn urgency(told: &Told, period_s: f64, now: Instant) -> f64 {
    told.at.map_or(f64::INFINITY, |at| now.seconds_since(at).abs() / period_s)
}
