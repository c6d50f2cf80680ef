//! A live agent over HTTP: `probe`, `current`, and the stream of `sample`, with recovery by sequence numbers.
//!
//! Spec: MTConnect Standard 2.x, Part 1.0 Fundamentals: REST protocol, buffer and sequence numbers, streaming
//! (`multipart/x-mixed-replace`), heartbeat, `instanceId`.

mod assets;
mod connector;
#[cfg(feature = "fuzz")]
pub(crate) mod fuzz;
mod http;
mod multipart;
mod options;
mod session;
mod streams;
mod toolroom;

pub use connector::MtConnectConnector;
pub use options::{MtConnectOptions, OptionsError};
