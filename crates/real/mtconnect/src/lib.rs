//! MTConnect: a shop floor's devices, live from an agent and past from the raw lines of its adapters.
//!
//! Spec: MTConnect Standard 1.2 to 2.x (ANSI/MTC1.4-2018 and later), XML documents over HTTP.

pub mod adapter;
mod agent;
mod catalog;
pub mod devices;
#[cfg(feature = "fuzz")]
pub mod fuzz;
mod import;
mod observe;
mod xml;

pub use agent::{MtConnectConnector, MtConnectOptions, OptionsError};
pub use import::{ImportError, ImportReport, Progress, import};
pub use xml::XmlError;
