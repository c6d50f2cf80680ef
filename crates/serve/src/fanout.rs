//! Live frames for many viewers: those who look at the same at the same rate share one frame.
//!
//! A group's ticker puts each frame into a place that holds one. A viewer that was busy finds the newest frame there;
//! when it missed some in between, it gets a frame of its own with all that it missed, each signal once.

use crate::frame::{self, FrameHead, FrameKind};
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::watch;
use trine_base::{Held, Instant, SignalId};
use trine_site::Site;

/// Even when nothing changes, a frame is due this often: a client can tell quiet from dead.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// Which signals somebody looks at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Selection {
    /// All.
    All,
    /// Those whose bit is set, by id.
    Some(Arc<[bool]>),
}

impl Selection {
    /// Whether the signal is looked at.
    pub fn has(&self, signal: SignalId) -> bool {
        match self {
            Self::All => true,
            Self::Some(bits) => bits.get(signal.index()).copied().unwrap_or(false),
        }
    }
}

/// Those with the same key get the same frames, but for the number of their view.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GroupKey {
    pub selection: Selection,
    pub period_us: u64,
}

/// One frame for a group: complete for everyone who has seen version `from`.
pub struct Tick {
    pub from: u64,
    pub to: u64,
    frame: Bytes,
    /// One copy for each epoch that a viewer of the group is at; there are few.
    copies: Mutex<Vec<(u16, Bytes)>>,
}

impl Tick {
    fn new(from: u64, to: u64, frame: Bytes) -> Self {
        Self { from, to, frame, copies: Mutex::default() }
    }

    /// The frame for a viewer's view.
    pub fn frame(&self, epoch: u16) -> Bytes {
        if epoch == 0 {
            return self.frame.clone();
        }
        let mut copies = self.copies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, copy)) = copies.iter().find(|(known, _)| *known == epoch) {
            return copy.clone();
        }
        let copy = frame::with_epoch(&self.frame, epoch);
        copies.push((epoch, copy.clone()));
        copy
    }
}

/// The groups of a site.
pub struct Fanout {
    site: Site,
    groups: Mutex<HashMap<GroupKey, Weak<watch::Sender<Arc<Tick>>>>>,
}

/// A place in a group; leaving it is dropping it.
pub struct Seat {
    pub ticks: watch::Receiver<Arc<Tick>>,
    pub _group: Arc<watch::Sender<Arc<Tick>>>,
}

impl Fanout {
    pub fn new(site: Site) -> Self {
        Self { site, groups: Mutex::default() }
    }

    /// Takes a seat in the group with this key, which starts to tick if it does not yet.
    pub fn join(&self, key: &GroupKey) -> Seat {
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        groups.retain(|_, group| group.strong_count() > 0);
        if let Some(group) = groups.get(key).and_then(Weak::upgrade) {
            return Seat { ticks: group.subscribe(), _group: group };
        }
        let version = self.site.live().version();
        let first = Tick::new(version, version, Bytes::new());
        let group = Arc::new(watch::Sender::new(Arc::new(first)));
        groups.insert(key.clone(), Arc::downgrade(&group));
        tokio::spawn(tick(self.site.clone(), key.clone(), Arc::downgrade(&group), version));
        Seat { ticks: group.subscribe(), _group: group }
    }
}

async fn tick(site: Site, key: GroupKey, group: Weak<watch::Sender<Arc<Tick>>>, mut version: u64) {
    let mut ticker = tokio::time::interval(Duration::from_micros(key.period_us));
    ticker.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut last_sent = tokio::time::Instant::now();
    loop {
        ticker.tick().await;
        let Some(group) = group.upgrade() else { return };
        let (updates, to) = changes(&site, &key.selection, version);
        // The version stays until a frame tells of it, or every viewer would think that it had missed one.
        if updates.is_empty() && last_sent.elapsed() < HEARTBEAT {
            continue;
        }
        let frame = frame::encode(live_head(FrameKind::Delta, 0, site.now()), &updates);
        last_sent = tokio::time::Instant::now();
        group.send_replace(Arc::new(Tick::new(version, to, frame)));
        version = to;
    }
}

/// What changed since a version, and the version now.
pub fn changes(site: &Site, selection: &Selection, since: u64) -> (Vec<Held>, u64) {
    let mut updates = Vec::new();
    let version = site.live().changed_since(since, |signal| selection.has(signal), &mut updates);
    (updates, version)
}

/// The head of a live frame.
pub fn live_head(kind: FrameKind, epoch: u16, instant: Instant) -> FrameHead {
    FrameHead { kind, live: true, playing: true, epoch, instant }
}
