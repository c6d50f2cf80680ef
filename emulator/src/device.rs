//! What a device says of itself and of what happens to it: the common language of the plant model and of the
//! protocol servers in front of it.

use trine_base::{Instant, Quality, Value};
use trine_world::{Level, Limits, Role, ValueKind};

/// Which sockets a device speaks through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Technology {
    /// An OPC UA server; devices with the same `host` share one.
    OpcUa,
    /// A Sparkplug edge node (`host`) with the device below it.
    Sparkplug,
    /// A device of an MTConnect agent (`host`).
    MtConnect,
}

/// One device of the emulated plant.
#[derive(Clone, Debug)]
pub struct Device {
    /// Product instance URI, such as `urn:trine:demo:GR-3`: the key of the thing in the world.
    pub key: String,
    /// What people call it: `GR-3`.
    pub name: String,
    /// Class of the thing, a word of `docs/wire.md`.
    pub class: String,
    /// Its level.
    pub level: Level,
    /// How it is reached.
    pub technology: Technology,
    /// Server, edge node or agent that it is reached through: `line-1`.
    pub host: String,
    /// `(property of the nameplate, value)`: `ManufacturerName`, `ManufacturerProductDesignation`, `SerialNumber`, …
    pub nameplate: Vec<(String, String)>,
    /// Its signals; a [`Reading`] refers to them by index.
    pub signals: Vec<DeviceSignal>,
}

/// One signal of a device.
#[derive(Clone, Debug)]
pub struct DeviceSignal {
    /// Unique within the device, no spaces or slashes: `SpindleVibration`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Component names from the outside in: `["Spindle"]`.
    pub path: Vec<String>,
    /// Type of its values.
    pub kind: ValueKind,
    /// UNECE code, or empty.
    pub unit: &'static str,
    /// Lowest and highest value to expect.
    pub range: Option<[f64; 2]>,
    /// Limits.
    pub limits: Option<Limits>,
    /// Role.
    pub role: Option<Role>,
    /// Words of an enumeration by number.
    pub members: Vec<(i64, String)>,
}

/// One value that a device reports.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Index of the device.
    pub device: u32,
    /// Index of the signal within the device.
    pub signal: u32,
    /// When, by the device's clock.
    pub at: Instant,
    /// What.
    pub value: Value,
    /// How good.
    pub quality: Quality,
}
