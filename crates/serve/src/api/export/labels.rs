//! What a signal is called in an export.

use trine_base::SignalId;
use trine_world::{Signal, World};

/// The words that stand beside each sample of a signal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Label {
    pub thing: String,
    pub name: String,
    pub unit: String,
}

/// The labels of a world's signals. Signals that the world no longer knows have empty ones: their samples are exported
/// all the same.
pub(super) struct Labels {
    by_signal: Vec<Option<Label>>,
    nothing: Label,
}

impl Labels {
    pub fn of(world: &World) -> Self {
        let mut by_signal = vec![None; world.signal_bound()];
        for signal in world.signals() {
            by_signal[signal.id.index()] = Some(label(world, signal));
        }
        Self { by_signal, nothing: Label::default() }
    }

    /// By signal id; the place of an id that is not in use holds an empty label.
    pub fn all(&self) -> impl Iterator<Item = &Label> {
        self.by_signal.iter().map(|label| label.as_ref().unwrap_or(&self.nothing))
    }

    /// The place of a signal's label in [`Labels::all`], if it has one.
    pub fn place(&self, signal: SignalId) -> Option<usize> {
        self.by_signal.get(signal.index())?.as_ref().map(|_| signal.index())
    }
}

fn label(world: &World, signal: &Signal) -> Label {
    let thing = world.thing(signal.thing_id).map(|thing| thing.description.name.to_string());
    let unit = signal.description.unit.as_ref().map(|unit| unit.text.clone());
    Label {
        thing: thing.unwrap_or_default(),
        name: signal.description.name.to_string(),
        unit: unit.unwrap_or_default(),
    }
}
