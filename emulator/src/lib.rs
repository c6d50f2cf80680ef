//! Plants that speak real protocols, for demonstrations and tests.

mod device;
mod host;
pub mod plant;
pub mod opcua;

pub use device::{Device, DeviceSignal, Reading, Technology};
pub use host::{Fault, Host, Shortcut};
