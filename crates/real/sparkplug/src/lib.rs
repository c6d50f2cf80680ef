//! Sparkplug B: a host application that hears edge nodes over an MQTT broker.
//!
//! What an edge node says in its births becomes things and signals; its data become samples; what it loses (deaths,
//! missing sequence numbers, silence) becomes gaps with their causes, and a rebirth is asked for.
//!
//! Spec: Eclipse Sparkplug 3.0.0 (ISO/IEC 20237:2023), the role of Sparkplug Host Application; MQTT 3.1.1.

#[cfg(test)]
mod assertions;
mod birth;
mod connector;
mod datatype;
mod decode;
#[cfg(feature = "fuzz")]
pub mod fuzz;
mod host;
mod mqtt;
mod node;
mod options;
pub mod payload;
mod sequence;
mod session;
mod state;
pub mod topic;
mod watch;

pub use connector::SparkplugConnector;
pub use datatype::DataType;
pub use node::Patience;
pub use options::{OptionsError, SparkplugOptions};
pub use state::State;
