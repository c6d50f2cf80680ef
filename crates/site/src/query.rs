//! Looking at the site: the world at an instant, facts by time, what happened over a span.

use crate::facts::FactFilter;
use crate::index::Wanted;
use crate::{AlarmSpan, Chronicle, GapSpan, Minute, Site, SiteError};
use serde::Serialize;
use trine_base::{Instant, SignalId, ThingId};
use trine_world::{Fact, World};

/// Facts of a query and where to go on.
#[derive(Debug, Default)]
pub struct FactPage {
    /// In the order asked for.
    pub facts: Vec<Fact>,
    /// Pass it as the next query's cursor; `None`: there is no more.
    pub cursor: Option<u64>,
}

impl FactPage {
    /// Goes on with what comes after.
    pub(crate) fn take(&mut self, rest: Self) {
        self.facts.extend(rest.facts);
        self.cursor = rest.cursor;
    }
}

/// What happened over a span, for the strip under the hall.
#[derive(Debug, Serialize)]
pub struct Timeline {
    /// Start of the span.
    pub from: Instant,
    /// End of the span.
    pub to: Instant,
    /// Equal parts of it in which something happened.
    pub buckets: Vec<TimelineBucket>,
    /// Alarms open at some time in it, the oldest first.
    pub alarms: Vec<AlarmMark>,
    /// Gaps open at some time in it, the oldest first.
    pub gaps: Vec<GapSpan>,
    /// There were more alarms or gaps than the marks asked for; the buckets count all of them.
    pub truncated: bool,
}

/// An alarm on the strip.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub struct AlarmMark {
    /// Number of the fact that raised it.
    pub id: u64,
    /// When it was raised.
    pub at: Instant,
    /// When it ended, if it has.
    pub cleared: Option<Instant>,
    /// The thing that it called to.
    pub thing: ThingId,
    /// The signal that reported it.
    pub signal: SignalId,
    /// 1 (worst) to 4.
    pub priority: u8,
    /// For the operator.
    pub message: String,
}

impl AlarmMark {
    fn of(span: &AlarmSpan) -> Self {
        let AlarmSpan { id, thing, signal, priority, ref message, raised, cleared, .. } = *span;
        Self { id, at: raised, cleared, thing, signal, priority, message: message.clone() }
    }
}

/// One part of a [`Timeline`].
#[derive(Debug, Serialize, PartialEq, Eq)]
pub struct TimelineBucket {
    /// Its start, ms since the epoch.
    pub t: i64,
    /// Good pieces finished.
    pub output: u32,
    /// Pieces scrapped.
    pub scrap: u32,
    /// Alarms raised.
    pub alarms: u32,
    /// Machines that went down.
    pub down: u32,
}

impl Site {
    /// The structure of the world at an instant.
    ///
    /// # Errors
    /// When the log of facts cannot be read.
    pub fn world_at(&self, at: Instant) -> Result<World, SiteError> {
        let facts = &self.inner.facts;
        let (now, last_change) = facts.read(|now| (now.world.clone(), now.chronicle.last_structure()));
        if at >= last_change {
            return Ok(now);
        }
        let filter = FactFilter::default();
        let wanted = Wanted { filter: &filter, structure: true, newest_first: false, cursor: None };
        let mut world = World::new();
        for fact in facts.find(&wanted, usize::MAX)?.iter().filter(|fact| fact.at <= at) {
            world.apply(fact);
        }
        Ok(world)
    }

    /// The alarms that were open at an instant.
    #[must_use]
    pub fn alarms_at(&self, at: Instant) -> Vec<AlarmSpan> {
        self.inner.facts.read(|now| now.chronicle.alarms_at(at).collect())
    }

    /// Up to `limit` facts that pass the filter, newest or oldest first, beyond the cursor.
    ///
    /// # Errors
    /// When the log of facts cannot be read.
    pub fn facts(
        &self,
        filter: &FactFilter,
        newest_first: bool,
        cursor: Option<u64>,
        limit: usize,
    ) -> Result<FactPage, SiteError> {
        let wanted = Wanted { filter, structure: false, newest_first, cursor };
        let facts = self.inner.facts.find(&wanted, limit)?;
        let is_full = facts.len() == limit;
        let cursor = facts.last().filter(|_| is_full).map(|fact| fact.number);
        Ok(FactPage { facts, cursor })
    }

    /// The gaps of a signal within `[from, to)`: those of its connection and those that name it.
    #[must_use]
    pub fn gaps_of(&self, signal: SignalId, from: Instant, to: Instant) -> Vec<GapSpan> {
        let world = self.world();
        let Some(known) = world.signal(signal) else { return Vec::new() };
        let key = &known.description.key;
        let comes_by = |gap: &GapSpan| {
            let connection = world.thing(gap.thing).map(|thing| &thing.description.key);
            connection.is_some_and(|connection| key.strip_prefix(&**connection).is_some_and(is_delivered))
        };
        let concerns = |gap: &&GapSpan| {
            if gap.signals.is_empty() { comes_by(gap) } else { gap.signals.contains(&signal) }
        };
        self.inner.facts.read(|now| now.chronicle.gaps(from, to).filter(concerns).cloned().collect())
    }
}

/// Whether a signal's key goes on after its connection's like one that comes by it, and not like its health's.
fn is_delivered(rest: &str) -> bool {
    rest.strip_prefix('/').is_some_and(|address| !address.starts_with('#'))
}

/// A [`Timeline`] in the making; the parts of the span are added in the order of time.
pub(crate) struct TimelineBuilder {
    from: Instant,
    to: Instant,
    width: i64,
    marks: usize,
    buckets: Vec<TimelineBucket>,
    alarms: Vec<AlarmMark>,
    gaps: Vec<GapSpan>,
}

impl TimelineBuilder {
    pub fn new(from: Instant, to: Instant, count: usize, marks: usize) -> Self {
        let width = (to.since(from) / i64::try_from(count.max(1)).unwrap_or(1)).max(1);
        Self { from, to, width, marks, buckets: Vec::new(), alarms: Vec::new(), gaps: Vec::new() }
    }

    /// Adds the minutes that begin within `[from, to)`.
    pub fn add_minutes(&mut self, chronicle: &Chronicle, from: Instant, to: Instant) {
        chronicle.minutes(from, to).for_each(|(minute, what)| self.count(minute, what));
    }

    /// Adds the alarms and gaps that were open at some time within `[from, to)`.
    pub fn add_marks(&mut self, chronicle: &Chronicle, from: Instant, to: Instant) {
        // One more than asked for tells that there are more.
        let room = |held: usize, marks: usize| (marks + 1).saturating_sub(held);
        let alarms = chronicle.alarms(from, to).take(room(self.alarms.len(), self.marks));
        self.alarms.extend(alarms.map(AlarmMark::of));
        self.gaps.extend(chronicle.gaps(from, to).take(room(self.gaps.len(), self.marks)).cloned());
    }

    /// Counts what happened at an instant, or in the minute that begins then.
    pub fn count(&mut self, at: Instant, what: Minute) {
        let index = at.since(self.from).max(0) / self.width;
        let t = self.from.plus_ns(index * self.width).as_ns() / 1_000_000;
        let mut sum = what;
        let last = self.buckets.pop_if(|last| last.t == t);
        if let Some(TimelineBucket { output, scrap, alarms, down, .. }) = last {
            sum.add(Minute { output, scrap, alarms, down });
        }
        let Minute { output, scrap, alarms, down } = sum;
        self.buckets.push(TimelineBucket { t, output, scrap, alarms, down });
    }

    pub fn finish(self) -> Timeline {
        let Self { from, to, marks, buckets, mut alarms, mut gaps, .. } = self;
        let truncated = alarms.len() > marks || gaps.len() > marks;
        alarms.truncate(marks);
        gaps.truncate(marks);
        Timeline { from, to, buckets, alarms, gaps, truncated }
    }
}
