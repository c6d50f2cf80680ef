//! A view of a branch at any of its instants: a keyframe at an instant, then what changed while the instant moves on.

use super::message::ViewRequest;
use crate::fanout::Selection;
use crate::frame::{self, FrameHead, FrameKind};
use crate::{Problem, limits};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::time::Duration;
use trine_base::{Held, Instant, SignalId};
use trine_history::SignalFilter;
use trine_site::{FactFilter, Track};
use trine_world::Fact;

/// Changes in one step beyond which it is cheaper to look at the new instant as a whole.
const STEP_SAMPLES: usize = 100_000;
/// A view that stands still says so this often.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// Walks along a branch.
pub struct Playback {
    track: Track,
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
    pub fn new(track: Track, request: &ViewRequest, selection: Selection) -> Self {
        let filter = match selection {
            Selection::All => SignalFilter::All,
            Selection::Some(bits) => {
                let ids = bits.iter().enumerate().filter(|(_, wanted)| **wanted);
                SignalFilter::Set(ids.map(|(id, _)| SignalId(id as u32)).collect())
            }
        };
        let fork = track.branch().map(|branch| branch.forked_at);
        let at = request.at.or(fork).unwrap_or_else(|| track.end()).min(track.end());
        Self {
            track,
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

    /// Whether the end of the branch has been reached; for `live` that is the present.
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// Goes no further.
    pub fn stand_still(&mut self) {
        (self.speed, self.period, self.ended) = (0.0, HEARTBEAT, false);
    }

    /// Facts that the last step has passed.
    pub fn take_facts(&mut self) -> Vec<Fact> {
        std::mem::take(&mut self.facts)
    }

    /// Everything of the interest at the instant.
    pub async fn keyframe(&mut self) -> Result<Bytes, Problem> {
        let (at, known) = (self.at, self.known);
        let held = self.look(move |track, filter| Ok(track.at(filter, at, known)?)).await?;
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
        let (from, last, known) = (self.at, self.track.end(), self.known);
        let to = from.plus_ns((passed.as_nanos() as f64 * self.speed) as i64).min(last);
        let (held, facts) = self
            .look(move |track, filter| {
                Ok((changes(track, filter, from, to, known)?, facts_between(track, from, to)?))
            })
            .await?;
        self.facts = facts;
        self.at = to;
        self.ended = to >= last;
        Ok(frame::encode(self.head(FrameKind::Delta), &held))
    }

    fn head(&self, kind: FrameKind) -> FrameHead {
        FrameHead { kind, live: false, playing: self.speed > 0.0, epoch: self.epoch, instant: self.at }
    }

    /// Reads the past off the threads that serve sockets.
    async fn look<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Track, &SignalFilter) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let (track, filter) = (self.track.clone(), self.filter.clone());
        let read = tokio::task::spawn_blocking(move || read(&track, &filter)).await;
        read.map_err(|_| Problem::internal())?
    }
}

/// The newest sample in `(from, to]` of each signal that has one.
fn changes(
    track: &Track,
    filter: &SignalFilter,
    from: Instant,
    to: Instant,
    known: Option<Instant>,
) -> Result<Vec<Held>, Problem> {
    let range = track.range(filter, from.plus_ns(1), to.plus_ns(1), known, STEP_SAMPLES)?;
    if range.truncated {
        return Ok(track.at(filter, to, known)?);
    }
    let newest: BTreeMap<SignalId, Held> =
        range.samples.into_iter().map(|held| (held.signal, held)).collect();
    Ok(newest.into_values().collect())
}

fn facts_between(track: &Track, from: Instant, to: Instant) -> Result<Vec<Fact>, Problem> {
    let filter = FactFilter { from: Some(from.plus_ns(1)), to: Some(to.plus_ns(1)), ..FactFilter::default() };
    let page = track.facts(&filter, false, None, limits::PLAYED_EVENTS)?;
    Ok(page.facts.into_iter().filter(|fact| !fact.kind.is_structure()).collect())
}
