//! OPC UA servers as things and signals of the world.
//!
//! A session browses the server, makes machines and their variables known, and subscribes to all that may be read.
//! Values travel with the source's time stamp and the full status code. The server is told that a message arrived
//! only when it is durable, so that what a crash of ours could lose is still in the server's hands.
//!
//! Spec: OPC UA 1.05, OPC 10000-3 (address space), -4 (services), -6 (mappings), -8 (data access);
//! OPC 40001-1 (Machinery), OPC 40501-1 (MachineTool), OPC 40010-1 (Robotics).

mod alarms;
mod ask;
mod browse;
mod class;
mod connector;
mod datatype;
mod describe;
mod endpoint;
mod error;
mod event;
mod feed;
mod flow;
mod items;
mod limits;
mod link;
mod machines;
mod options;
mod pki;
mod repair;
mod roles;
mod space;
mod structure;
mod subscribe;
mod value;
mod watch;
mod window;

pub use connector::OpcUaConnector;
pub use error::OpcUaError;
pub use options::{Identity, OpcUaOptions, Security};
