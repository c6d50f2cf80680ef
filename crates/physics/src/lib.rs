//! Physics models behind things: co-simulation FMUs, each in a process of its own.
//!
//! ```text
//! file.fmu ─check, unpack─▶ shelf ─┬─ live: a connector steps it beside the plant ─▶ signals of the thing
//!                                  └─ branch: it is stepped along with what is simulated
//!                          parent ═ one JSON line each way ═ child ─dlopen─▶ the FMU
//! ```
//!
//! An FMU is native code of somebody else. It may crash, hang, or compute nonsense; so it is loaded by a child
//! process alone, every step has a time-out, and whatever it does is a sentence for the operator while the plant goes
//! on. Live, a model is a connection like any other: its health is shown, its silence is a gap with its cause, and it
//! is started again.
//!
//! Spec: Functional Mock-up Interface 2.0.4 and 3.0.1, co-simulation.

mod archive;
mod branch;
pub mod child;
mod connector;
mod description;
mod error;
mod instance;
mod keeper;
mod models;
mod process;
mod protocol;
mod shelf;
mod wires;

pub use connector::ModelConnector;
pub use error::ModelError;
pub use instance::Instance;
pub use keeper::Keeper;
pub use models::{Limits, Models};
