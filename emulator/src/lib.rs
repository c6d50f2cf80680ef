//! Plants that speak real protocols, for demonstrations and tests.

pub mod broker;
mod device;
mod host;
mod hosts;
pub mod mtconnect;
pub mod opcua;
pub mod plant;
mod run;
pub mod sparkplug;

pub use device::{Device, DeviceSignal, Reading, Technology};
pub use host::{Fault, Host, Shortcut};
pub use hosts::{Connection, Hosts, HostsError};
pub use run::LivePlant;
