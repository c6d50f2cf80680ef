//! A view of the past: a keyframe at an instant, then what changed while the instant moves on.

use super::message::ViewRequest;
use crate::fanout::Selection;
use crate::frame::{self, FrameHead, FrameKind};
use crate::{Problem, limits};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::time::Duration;
use trine_base::{Held, Instant, SignalId};
use trine_history::SignalFilter;
use trine_site::{FactFilter, Site};
use trine_world::Fact;

/// Changes in one step beyond which it is cheaper to look at the new instant as a whole.
const STEP_SAMPLES: usize = 100_000;
/// A view that stands still says so this often.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// Walks through the past.
pub struct Playback {
    site: Site,
    filter: SignalFilter,
    speed: f64,
    known: Option<Instant>,
    epoch: u16,
    period: Duration,
    at: Instant,
    since: tokio::time::Instant,
    facts: Vec<Fact>,
    ended: bool,
}

impl Playback {
    pub fn new(site: Site, request: &ViewRequest, selection: Selection) -> Self {
        let filter = match selection {
            Selection::All => SignalFilter::All,
            Selection::Some(bits) => {
                let ids = bits.iter().enumerate().filter(|(_, wanted)| **wanted);
                SignalFilter::Set(ids.map(|(id, _)| SignalId(id as u32)).collect())
            }
        };
        let at = request.at.unwrap_or_else(|| site.now()).min(site.now());
        Self {
            site,
            filter,
            speed: request.speed,
            known: request.as_known_at,
            epoch: request.epoch as u16,
            period: if request.speed > 0.0 { request.period() } else { HEARTBEAT },
            at,
            since: tokio::time::Instant::now(),
            facts: Vec::new(),
            ended: false,
        }
    }

    /// Time between steps.
    pub fn period(&self) -> Duration {
        self.period
    }

    /// Whether the present has been reached.
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// Facts that the last step has passed.
    pub fn take_facts(&mut self) -> Vec<Fact> {
        std::mem::take(&mut self.facts)
    }

    /// Everything of the interest at the instant.
    pub async fn keyframe(&mut self) -> Result<Bytes, Problem> {
        let (at, known) = (self.at, self.known);
        let held = self.look(move |site, filter| Ok(site.history().at(filter, at, known)?)).await?;
        self.since = tokio::time::Instant::now();
        Ok(frame::encode(self.head(FrameKind::Keyframe), &held))
    }

    /// Moves on by the time that has passed, and gives what changed.
    pub async fn step(&mut self) -> Result<Bytes, Problem> {
        let passed = self.since.elapsed();
        self.since = tokio::time::Instant::now();
        if self.speed == 0.0 {
            return Ok(frame::encode(self.head(FrameKind::Delta), &[]));
        }
        let (from, now, known) = (self.at, self.site.now(), self.known);
        let to = from.plus_ns((passed.as_nanos() as f64 * self.speed) as i64).min(now);
        let (held, facts) = self
            .look(move |site, filter| {
                Ok((changes(site, filter, from, to, known)?, facts_between(site, from, to)?))
            })
            .await?;
        self.facts = facts;
        self.at = to;
        self.ended = to >= now;
        Ok(frame::encode(self.head(FrameKind::Delta), &held))
    }

    fn head(&self, kind: FrameKind) -> FrameHead {
        FrameHead { kind, live: false, playing: self.speed > 0.0, epoch: self.epoch, instant: self.at }
    }

    /// Reads the past off the threads that serve sockets.
    async fn look<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Site, &SignalFilter) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let (site, filter) = (self.site.clone(), self.filter.clone());
        let read = tokio::task::spawn_blocking(move || read(&site, &filter)).await;
        read.map_err(|_| Problem::internal())?
    }
}

/// The newest sample in `(from, to]` of each signal that has one.
fn changes(
    site: &Site,
    filter: &SignalFilter,
    from: Instant,
    to: Instant,
    known: Option<Instant>,
) -> Result<Vec<Held>, Problem> {
    let range = site.history().range(filter, from.plus_ns(1), to.plus_ns(1), known, STEP_SAMPLES)?;
    if range.truncated {
        return Ok(site.history().at(filter, to, known)?);
    }
    let newest: BTreeMap<SignalId, Held> =
        range.samples.into_iter().map(|held| (held.signal, held)).collect();
    Ok(newest.into_values().collect())
}

fn facts_between(site: &Site, from: Instant, to: Instant) -> Result<Vec<Fact>, Problem> {
    let filter = FactFilter { from: Some(from.plus_ns(1)), to: Some(to.plus_ns(1)), ..FactFilter::default() };
    let page = site.facts(&filter, false, None, limits::PLAYED_EVENTS)?;
    Ok(page.facts.into_iter().filter(|fact| !fact.kind.is_structure()).collect())
}
