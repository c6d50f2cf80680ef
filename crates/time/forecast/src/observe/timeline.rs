//! The states of a machine one after the other, and how long it was in each.

use trine_world::MachineState;

/// A stretch in one state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// Since when, ns.
    pub from_ns: i64,
    /// Which state.
    pub state: MachineState,
    /// Time at work before it, ns.
    run_ns: i64,
}

/// States in order of time, from the first that is known to the end of the past.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    stretches: Vec<Stretch>,
    until_ns: i64,
}

impl Timeline {
    /// From changes of state: when, from what, to what. What it did before the first change is known by that change.
    pub fn new(mut changes: Vec<(i64, MachineState, MachineState)>, from_ns: i64, until_ns: i64) -> Self {
        changes.sort_by_key(|(at, ..)| *at);
        let mut timeline = Self { stretches: Vec::with_capacity(changes.len() + 1), until_ns };
        if let Some((_, before, _)) = changes.first() {
            timeline.push(from_ns, *before);
        }
        for (at, _, state) in changes {
            timeline.push(at, state);
        }
        timeline
    }

    fn push(&mut self, from_ns: i64, state: MachineState) {
        let run_ns = self.stretches.last().map_or(0, |last| {
            let ran = if last.state == MachineState::Running { from_ns - last.from_ns } else { 0 };
            last.run_ns + ran
        });
        match self.stretches.last_mut() {
            // Of several states in one instant the last one counts.
            Some(last) if last.from_ns == from_ns => last.state = state,
            Some(last) if last.state == state => {}
            _ => self.stretches.push(Stretch { from_ns, state, run_ns }),
        }
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.stretches.is_empty()
    }

    /// Each stretch with its end, ns.
    pub fn stretches(&self) -> impl Iterator<Item = (Stretch, i64)> + '_ {
        let ends = self.stretches.iter().skip(1).map(|next| next.from_ns).chain([self.until_ns]);
        self.stretches.iter().copied().zip(ends)
    }

    /// The state at the end, and since when.
    pub fn last(&self) -> Option<(MachineState, i64)> {
        self.stretches.last().map(|last| (last.state, last.from_ns))
    }

    /// The state at a time.
    pub fn at(&self, at_ns: i64) -> Option<MachineState> {
        let index = self.stretches.partition_point(|stretch| stretch.from_ns <= at_ns);
        self.stretches.get(index.checked_sub(1)?).map(|stretch| stretch.state)
    }

    /// Time at work between two times, s; none when nobody knows what it did for some of it.
    pub fn run_between(&self, from_ns: i64, to_ns: i64) -> Option<f64> {
        let first = self.stretches.partition_point(|stretch| stretch.from_ns <= from_ns).checked_sub(1)?;
        let last = self.stretches.partition_point(|stretch| stretch.from_ns <= to_ns).checked_sub(1)?;
        let known = self.stretches[first..=last].iter().all(|stretch| stretch.state != MachineState::Unknown);
        known.then(|| (self.run_until(last, to_ns) - self.run_until(first, from_ns)) as f64 * 1e-9)
    }

    /// Time at work from the beginning to a time within a stretch, ns.
    fn run_until(&self, index: usize, at_ns: i64) -> i64 {
        let stretch = self.stretches[index];
        let ran = if stretch.state == MachineState::Running { at_ns - stretch.from_ns } else { 0 };
        stretch.run_ns + ran
    }

    /// Seconds in each state, in the order of [`MachineState::ALL`].
    pub fn seconds(&self) -> [f64; 8] {
        let mut seconds = [0.0; 8];
        for (stretch, end_ns) in self.stretches() {
            seconds[stretch.state as usize] += (end_ns - stretch.from_ns).max(0) as f64 * 1e-9;
        }
        seconds
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use MachineState::{Down, Idle, Running, Unknown};

    const S: i64 = 1_000_000_000;

    #[test]
    fn time_at_work_is_counted_across_stops() {
        let timeline = Timeline::new(
            vec![(10 * S, Running, Down), (15 * S, Down, Running), (30 * S, Running, Idle)],
            0,
            40 * S,
        );
        assert_eq!(timeline.run_between(5 * S, 20 * S), Some(10.0));
        assert_eq!(timeline.run_between(0, 40 * S), Some(25.0));
        assert_eq!(timeline.seconds()[Running as usize], 25.0);
        assert_eq!(timeline.at(12 * S), Some(Down));
        assert_eq!(timeline.last(), Some((Idle, 30 * S)));
    }

    #[test]
    fn what_nobody_knows_is_not_guessed() {
        let timeline = Timeline::new(vec![(10 * S, Unknown, Running)], 0, 40 * S);
        assert_eq!(timeline.run_between(5 * S, 20 * S), None);
        assert_eq!(timeline.run_between(10 * S, 20 * S), Some(10.0));
        assert_eq!(Timeline::default().run_between(0, 1), None);
    }
}
