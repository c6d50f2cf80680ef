//! One signal of a class, as a row of a table.

use crate::plant::physics::Q;
use trine_world::{Role, ValueKind};

/// How often a sensor is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Rate {
    /// What moves: axes, joints, poses.
    Fast,
    /// What follows the process: speeds, loads, forces.
    Medium,
    /// What drifts: temperatures, levels.
    Slow,
    /// Lines of the vibration spectrum, of which there may be very many.
    Spectrum,
}

impl Rate {
    /// All rates.
    pub const ALL: [Self; 4] = [Self::Fast, Self::Medium, Self::Slow, Self::Spectrum];
}

/// Something discrete that is reported when it changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    State,
    Mode,
    Program,
    Part,
    Order,
    Good,
    Scrap,
    LastCycle,
    Tool,
    DoorClosed,
    Clamped,
    SystemCondition,
    SpindleCondition,
    MediaCondition,
    Result,
    Level,
    Capacity,
    Task,
    TripsDone,
    Shipped,
}

impl Fact {
    /// The type of its values.
    pub const fn kind(self) -> ValueKind {
        match self {
            Self::State => ValueKind::Enumeration,
            Self::Good | Self::Scrap | Self::Level | Self::Capacity | Self::TripsDone | Self::Shipped => {
                ValueKind::Integer
            }
            Self::DoorClosed | Self::Clamped => ValueKind::Boolean,
            Self::LastCycle => ValueKind::Number,
            _ => ValueKind::Text,
        }
    }
}

/// Where a signal's value comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Source {
    /// `base + gain × quantity`.
    Of { quantity: Q, base: f64, gain: f64 },
    /// The same with a first-order lag of `tau_s`: heat, pressure, anything with inertia.
    Lag { quantity: Q, base: f64, gain: f64, tau_s: f64 },
    /// Counts up by `per_s × quantity` each second.
    Sum { quantity: Q, per_s: f64 },
    /// Something discrete.
    Fact(Fact),
    /// A line of the vibration spectrum: its share of the whole.
    Line { share: f64 },
}

/// One signal of a class.
#[derive(Clone, Copy, Debug)]
pub struct SignalRow {
    pub id: &'static str,
    pub name: &'static str,
    /// Component that it is measured in; empty for the device itself.
    pub component: &'static str,
    /// UNECE code.
    pub unit: &'static str,
    pub role: Option<Role>,
    pub source: Source,
    pub range: Option<[f64; 2]>,
    pub limits: Option<[f64; 2]>,
    pub rate: Rate,
    /// Deviation of the sensor's noise, and the change that is worth a report.
    pub noise: f64,
    pub deadband: f64,
}

/// A measured number between two values. Unless said otherwise its noise is a thousandth of the range, and a change
/// of half a hundredth is reported.
pub const fn measured(
    id: &'static str,
    name: &'static str,
    component: &'static str,
    unit: &'static str,
    source: Source,
    range: [f64; 2],
) -> SignalRow {
    let span = range[1] - range[0];
    SignalRow {
        id,
        name,
        component,
        unit,
        role: None,
        source,
        range: Some(range),
        limits: None,
        rate: Rate::Medium,
        noise: span * 0.001,
        deadband: span * 0.006,
    }
}

/// Something discrete.
pub const fn fact(id: &'static str, name: &'static str, fact: Fact) -> SignalRow {
    SignalRow {
        id,
        name,
        component: "",
        unit: "",
        role: None,
        source: Source::Fact(fact),
        range: None,
        limits: None,
        rate: Rate::Slow,
        noise: 0.0,
        deadband: 0.0,
    }
}

/// A number that counts up, reported when it has grown by `step`.
pub const fn counted(
    id: &'static str,
    name: &'static str,
    unit: &'static str,
    quantity: Q,
    per_s: f64,
    step: f64,
) -> SignalRow {
    let mut row = measured(id, name, "", unit, Source::Sum { quantity, per_s }, [0.0, 1e9]);
    (row.noise, row.deadband, row.rate) = (0.0, step, Rate::Slow);
    row
}

/// Straight from a quantity.
pub const fn of(quantity: Q, base: f64, gain: f64) -> Source {
    Source::Of { quantity, base, gain }
}

/// With inertia.
pub const fn lag(quantity: Q, base: f64, gain: f64, tau_s: f64) -> Source {
    Source::Lag { quantity, base, gain, tau_s }
}

impl SignalRow {
    pub const fn role(mut self, role: Role) -> Self {
        self.role = Some(role);
        self
    }

    pub const fn limits(mut self, warn: f64, alarm: f64) -> Self {
        self.limits = Some([warn, alarm]);
        self
    }

    pub const fn noise(mut self, noise: f64) -> Self {
        self.noise = noise;
        self
    }

    pub const fn deadband(mut self, deadband: f64) -> Self {
        self.deadband = deadband;
        self
    }

    pub const fn slow(mut self) -> Self {
        self.rate = Rate::Slow;
        self
    }

    pub const fn fast(mut self) -> Self {
        self.rate = Rate::Fast;
        self.noise = 0.0;
        self
    }

    pub const fn inside(mut self, component: &'static str) -> Self {
        self.component = component;
        self
    }

    pub const fn in_unit(mut self, unit: &'static str) -> Self {
        self.unit = unit;
        self
    }

    /// The type of its values.
    pub const fn kind(&self) -> ValueKind {
        match self.source {
            Source::Fact(fact) => fact.kind(),
            _ => ValueKind::Number,
        }
    }
}
