//! The past before the raw samples: what minutes and hours say of it once retention has let the samples go.
//!
//! ```text
//!   hours      minutes              raw samples
//!  ├────────┼──┼──┼──┼──┤·············▶ source time
//!                       raw_from
//! ```
//! There a signal is one sample a step, at the step's beginning: the mean of the step's numbers with
//! [`Quality::UNCERTAIN_AGGREGATE`]. Integers and booleans are rounded to what they are; of texts a tier keeps nothing,
//! so that they are absent with [`Quality::BAD_NO_DATA`]. What the first keyframe after it says of a signal that has not
//! changed since is no mean but the sample itself, and is preferred. The finest tier that is left answers.
//!
//! A tier holds what is known now; what was known earlier ("as known at") went with the raw samples.

use crate::{
    block::Window,
    buckets::Tally,
    error::HistoryError,
    manifest::{Index, TierMeta},
    sweep::View,
    tier::{HOUR, MINUTE},
    version::Found,
};
use std::{collections::BTreeMap, ops::ControlFlow};
use trine_base::{Quality, SignalId, Value};

/// Stretches that are looked at for the last step in which a signal spoke. One that was silent for longer is not found.
const LOOK_BACK: usize = 256;

/// What a signal held later, by which the kind of its values is known.
pub(crate) type Later = BTreeMap<u32, Found>;

/// A stretch `[from, to)` and the chunk that answers for it; raw samples do where there is none.
#[derive(Clone, Copy)]
struct Stretch<'a> {
    from: i64,
    to: i64,
    chunk: Option<&'a TierMeta>,
}

/// Where raw samples begin to be whole: all of the same moment of the history.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Dawn {
    /// Raw samples before may be gone.
    pub raw_from: i64,
    /// From here on a keyframe, or the memory of a history that has sealed nothing since, says what held.
    pub known_from: Option<i64>,
}

impl Dawn {
    /// None where no raw samples have gone. `memory`: spans of what is not sealed.
    pub fn of(index: &Index, memory: impl Iterator<Item = (i64, i64)>) -> Option<Self> {
        let raw_from = index.raw_from?;
        let sealed = index.slices().map(|slice| (slice.min, slice.max));
        let whole = sealed.chain(memory).filter(|(_, max)| *max >= raw_from);
        Some(Self { raw_from, known_from: whole.map(|(min, _)| min.max(raw_from)).min() })
    }

    /// Whether raw samples cannot say what held at an instant.
    pub fn is_after(&self, instant: i64) -> bool {
        self.known_from.is_none_or(|known_from| instant < known_from)
    }
}

/// What held at an instant before the dawn. `later`: what held at the dawn, of the wanted signals.
pub(crate) fn latest(
    view: &View<'_>,
    wanted: Option<&[u32]>,
    instant: i64,
    later: Later,
) -> Result<Vec<Found>, HistoryError> {
    let (mut found, mut open) = (BTreeMap::new(), BTreeMap::new());
    for (signal, held) in later {
        if held.source <= instant {
            found.insert(signal, held);
        } else {
            open.insert(signal, Some(held));
        }
    }
    for signal in wanted.unwrap_or_default() {
        if !found.contains_key(signal) {
            open.entry(*signal).or_insert(None);
        }
    }
    // Where nothing is left of later, nobody says which signals there were: all that the tiers have.
    let is_all = wanted.is_none() && open.is_empty() && found.is_empty();
    let mut end = instant.saturating_add(1);
    for _ in 0..LOOK_BACK {
        if open.is_empty() && !is_all {
            break;
        }
        let Some(stretch) = before(view.sealed.index, end) else { break };
        end = stretch.from;
        let asked: Vec<u32> = open.keys().copied().collect();
        let asked = (!is_all).then_some(&asked[..]);
        let mut newest = BTreeMap::new();
        rows(view, asked, stretch, &mut |row| {
            newest.insert(row.signal.0, row);
            ControlFlow::Continue(())
        })?;
        for (signal, row) in newest {
            let like = open.remove(&signal).flatten();
            found.entry(signal).or_insert_with(|| typed(row, like.as_ref()));
        }
    }
    Ok(found.into_values().collect())
}

/// Visits a signal's steps, and what raw samples are left, with `from <= source < to`, ordered by (source, signal).
pub(crate) fn sweep(
    view: &View<'_>,
    wanted: Option<&[u32]>,
    (from, to): (i64, i64),
    later: &Later,
    mut visit: impl FnMut(Found) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, HistoryError> {
    let mut start = from;
    while start < to {
        let stretch = after(view.sealed.index, start, to);
        start = stretch.to;
        let mut flow = ControlFlow::Continue(());
        rows(view, wanted, stretch, &mut |row| {
            let like = later.get(&row.signal.0);
            flow = visit(typed(row, like));
            flow
        })?;
        if flow.is_break() {
            return Ok(flow);
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// The rows of a stretch, ordered by (source, signal).
fn rows(
    view: &View<'_>,
    wanted: Option<&[u32]>,
    stretch: Stretch<'_>,
    visit: &mut dyn FnMut(Found) -> ControlFlow<()>,
) -> Result<(), HistoryError> {
    let Stretch { from, to, chunk } = stretch;
    let Some(chunk) = chunk else {
        return view.sweep(wanted, Window { from, to, recorded: i64::MAX }, visit);
    };
    let mut all = view.sealed.store.tallies_of(chunk, wanted, from, to)?;
    all.sort_by_key(|(signal, start, _)| (*start, *signal));
    for (signal, start, tally) in all {
        if visit(sample(signal, start, chunk.step, &tally)).is_break() {
            return Ok(());
        }
    }
    Ok(())
}

/// The stretch that ends at an instant; none where nothing is before it.
fn before(index: &Index, end: i64) -> Option<Stretch<'_>> {
    let of = |step: i64| index.tiers.iter().filter(move |chunk| chunk.step == step);
    let covering = |step: i64| {
        of(step).filter(|chunk| chunk.from < end && chunk.to >= end).max_by_key(|chunk| chunk.from)
    };
    let last = |step: i64| of(step).map(|chunk| chunk.to).filter(|to| *to < end).max();
    if let Some(chunk) = covering(MINUTE) {
        return Some(Stretch { from: chunk.from, to: end, chunk: Some(chunk) });
    }
    if let Some(chunk) = covering(HOUR) {
        let from = chunk.from.max(last(MINUTE).unwrap_or(i64::MIN));
        return Some(Stretch { from, to: end, chunk: Some(chunk) });
    }
    let from = last(MINUTE).max(last(HOUR)).unwrap_or(i64::MIN);
    (from < end).then_some(Stretch { from, to: end, chunk: None })
}

/// The stretch that begins at an instant, up to `limit` at most.
fn after(index: &Index, start: i64, limit: i64) -> Stretch<'_> {
    let of = |step: i64| index.tiers.iter().filter(move |chunk| chunk.step == step);
    let covering = |step: i64| of(step).find(|chunk| chunk.from <= start && start < chunk.to);
    let next = |step: i64| of(step).map(|chunk| chunk.from).filter(|from| *from > start).min();
    let (chunk, ends) = match (covering(MINUTE), covering(HOUR)) {
        (Some(chunk), _) => (Some(chunk), [Some(chunk.to), None]),
        (None, Some(chunk)) => (Some(chunk), [Some(chunk.to), next(MINUTE)]),
        (None, None) => (None, [next(MINUTE), next(HOUR)]),
    };
    let to = ends.into_iter().flatten().fold(limit, i64::min);
    Stretch { from: start, to, chunk }
}

/// What a step says as a sample. It became known when the step was over, at the earliest.
fn sample(signal: u32, start: i64, step: i64, tally: &Tally) -> Found {
    let (value, quality) = if tally.numbers > 0 {
        (Value::Number(tally.sum / tally.numbers as f64), Quality::UNCERTAIN_AGGREGATE)
    } else if tally.bad > 0 {
        (Value::Absent, Quality::BAD)
    } else {
        (Value::Absent, Quality::BAD_NO_DATA)
    };
    let recorded = start.saturating_add(step);
    Found { signal: SignalId(signal), source: start, recorded, quality, value, whole: true }
}

/// A mean in the form that the signal's values have.
fn typed(mut found: Found, like: Option<&Found>) -> Found {
    if found.quality == Quality::UNCERTAIN_AGGREGATE
        && let Value::Number(mean) = found.value
    {
        found.value = match like.map(|like| &like.value) {
            Some(Value::Boolean(_)) => Value::Boolean(mean >= 0.5),
            Some(Value::Integer(_)) => Value::Integer(mean.round() as i64),
            _ => Value::Number(mean),
        };
    }
    found
}
