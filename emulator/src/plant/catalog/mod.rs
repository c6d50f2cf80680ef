//! What the plant consists of: tables, and lookups in them.

mod class;
mod equipment;
mod failure;
pub mod paths;
mod route;
mod signals;

pub use class::Class;
pub use equipment::{EQUIPMENT, Equipment, Line};
pub use failure::{BEARING, FailureMode, failure_modes};
pub use paths::{AISLE_WIDTH, AISLES};
pub use route::{
    Family, HEAT_LIMIT, RACK_CAPACITY, STATIONS, STORES, StationRow, StoreRow, TRIPS, Take, TripRow,
};
pub use signals::{Fact, Rate, SignalRow, Source, signal_rows};

/// The device with this name.
pub fn device_index(name: &str) -> Option<u16> {
    EQUIPMENT.iter().position(|row| row.name == name).map(|index| index as u16)
}

/// The product instance URI of a device.
pub fn key_of(name: &str) -> String {
    format!("urn:trine:demo:{name}")
}
