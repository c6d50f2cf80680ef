//! What the site remembers of its facts without reading them again: how much happened in each minute, which alarms and
//! gaps there were.
//!
//! All of it follows from the log of facts; the snapshot keeps it only so that a start is quick.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use trine_base::{Instant, SignalId, ThingId};
use trine_world::{Fact, FactKind, MachineState};

const MINUTE_NS: i64 = 60_000_000_000;

/// The memory of facts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Chronicle {
    minutes: BTreeMap<i64, Minute>,
    alarms: Vec<AlarmSpan>,
    gaps: Vec<GapSpan>,
    /// The newest instant at which the structure changed by a dated fact.
    last_structure: Option<Instant>,
    #[serde(skip)]
    open: HashMap<u64, usize>,
}

/// What happened in one minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Minute {
    /// Good pieces finished, over all machines.
    pub output: u32,
    /// Pieces scrapped.
    pub scrap: u32,
    /// Alarms raised.
    pub alarms: u32,
    /// Machines that went down.
    pub down: u32,
}

impl Minute {
    /// What one fact counts for.
    pub(crate) fn of(fact: &Fact) -> Self {
        let mut minute = Self::default();
        match fact.kind {
            FactKind::PartCompleted { count, good: true, .. } => minute.output = count,
            FactKind::PartCompleted { count, .. } => minute.scrap = count,
            FactKind::AlarmRaised { .. } => minute.alarms = 1,
            FactKind::StateChanged { to: MachineState::Down, .. } => minute.down = 1,
            _ => {}
        }
        minute
    }

    /// Adds what happened in another.
    pub(crate) fn add(&mut self, other: Self) {
        self.output = self.output.saturating_add(other.output);
        self.scrap = self.scrap.saturating_add(other.scrap);
        self.alarms = self.alarms.saturating_add(other.alarms);
        self.down = self.down.saturating_add(other.down);
    }
}

/// An alarm from its raising to its clearing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlarmSpan {
    /// Number of the fact that raised it.
    pub id: u64,
    /// The thing that it called to.
    pub thing: ThingId,
    /// The signal that reported it.
    pub signal: SignalId,
    /// The source's own code.
    pub code: String,
    /// 1 (worst) to 4.
    pub priority: u8,
    /// For the operator.
    pub message: String,
    /// Since when.
    pub raised: Instant,
    /// Until when, if it has ended.
    pub cleared: Option<Instant>,
    /// When somebody knew.
    pub acknowledged: Option<Instant>,
}

/// A stretch without data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GapSpan {
    /// Number of the fact that opened it.
    pub id: u64,
    /// The connection.
    pub thing: ThingId,
    /// The signals; empty for all of the connection.
    pub signals: Vec<SignalId>,
    /// Since when.
    pub from: Instant,
    /// Until when, if it has ended.
    pub to: Option<Instant>,
    /// Why.
    pub cause: String,
}

impl Chronicle {
    /// Takes in the fact that follows.
    pub(crate) fn apply(&mut self, fact: &Fact) {
        self.count(fact);
        if fact.kind.is_structure() && fact.at != Instant::MIN {
            self.last_structure = self.last_structure.max(Some(fact.at));
        }
        match &fact.kind {
            FactKind::AlarmRaised { thing, signal, code, priority, message } => {
                self.open.insert(fact.number, self.alarms.len());
                self.alarms.push(AlarmSpan {
                    id: fact.number,
                    thing: *thing,
                    signal: *signal,
                    code: code.clone(),
                    priority: *priority,
                    message: message.clone(),
                    raised: fact.at,
                    cleared: None,
                    acknowledged: None,
                });
            }
            FactKind::AlarmCleared { alarm, .. } => {
                if let Some(index) = self.open.remove(alarm) {
                    self.alarms[index].cleared = Some(fact.at);
                }
            }
            FactKind::AlarmAcknowledged { alarm, .. } => {
                if let Some(index) = self.open.get(alarm) {
                    self.alarms[*index].acknowledged = Some(fact.at);
                }
            }
            FactKind::GapOpened { thing, signals, cause } => {
                self.open.insert(fact.number, self.gaps.len());
                self.gaps.push(GapSpan {
                    id: fact.number,
                    thing: *thing,
                    signals: signals.clone(),
                    from: fact.at,
                    to: None,
                    cause: cause.clone(),
                });
            }
            FactKind::GapClosed { gap, .. } => {
                if let Some(index) = self.open.remove(gap) {
                    self.gaps[index].to = Some(fact.at);
                }
            }
            _ => {}
        }
    }

    /// From here on the structure is as it is now.
    pub(crate) fn last_structure(&self) -> Instant {
        self.last_structure.unwrap_or(Instant::MIN)
    }

    /// Makes good what the written form leaves out.
    pub(crate) fn after_reading(&mut self) {
        let alarms = self.alarms.iter().enumerate().filter(|(_, span)| span.cleared.is_none());
        self.open = alarms.map(|(index, span)| (span.id, index)).collect();
        let gaps = self.gaps.iter().enumerate().filter(|(_, span)| span.to.is_none());
        self.open.extend(gaps.map(|(index, span)| (span.id, index)));
    }

    /// What happened in the minutes that begin within `[from, to)`, with each minute's start.
    pub fn minutes(&self, from: Instant, to: Instant) -> impl Iterator<Item = (Instant, Minute)> {
        let first = from.as_ns().div_euclid(MINUTE_NS);
        let last = to.as_ns().saturating_sub(1).div_euclid(MINUTE_NS);
        let range = if first <= last { first..last + 1 } else { first..first };
        self.minutes
            .range(range)
            .map(|(minute, what)| (Instant::from_ns(minute.saturating_mul(MINUTE_NS)), *what))
    }

    /// The alarms that were open at some time within `[from, to)`, by raising.
    pub fn alarms(&self, from: Instant, to: Instant) -> impl Iterator<Item = &AlarmSpan> {
        self.alarms.iter().filter(move |span| span.raised < to && span.cleared.is_none_or(|end| end >= from))
    }

    /// The alarms that were open at an instant, as they were known then.
    pub fn alarms_at(&self, at: Instant) -> impl Iterator<Item = AlarmSpan> {
        let is_open = move |span: &&AlarmSpan| span.raised <= at && span.cleared.is_none_or(|end| end > at);
        let known_then = move |span: &AlarmSpan| AlarmSpan {
            cleared: None,
            acknowledged: span.acknowledged.filter(|when| *when <= at),
            ..span.clone()
        };
        self.alarms(at, at.plus_ns(1)).filter(is_open).map(known_then)
    }

    /// The gaps that were open at some time within `[from, to)`, by opening.
    pub fn gaps(&self, from: Instant, to: Instant) -> impl Iterator<Item = &GapSpan> {
        self.gaps.iter().filter(move |span| span.from < to && span.to.is_none_or(|end| end >= from))
    }

    fn count(&mut self, fact: &Fact) {
        let counted = Minute::of(fact);
        if counted != Minute::default() {
            self.minutes.entry(fact.at.as_ns().div_euclid(MINUTE_NS)).or_default().add(counted);
        }
    }
}

/// The start of the minute that an instant lies in.
pub(crate) fn minute_of(at: Instant) -> Instant {
    at.plus_ns(-at.as_ns().rem_euclid(MINUTE_NS))
}
