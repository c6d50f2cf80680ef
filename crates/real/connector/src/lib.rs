//! The port by which the real world comes in: what a connector is given, and what is asked of it.
//!
//! A [`Connector`] runs one session with its source: it announces what is there, delivers samples, and
//! acknowledges its source only when the delivery is durable. It returns when the session is lost;
//! [`supervise`] records the gap with its cause and starts the next session. A connector's health is signals of
//! a thing in the world like any other, so a connector cannot die silently.

mod clock;
mod health;
mod port;
mod sink;
mod supervise;

#[cfg(any(test, feature = "kit"))]
pub mod kit;

pub use clock::{Clock, SystemClock};
pub use health::ConnectionState;
pub use port::{Delivery, Port};
pub use sink::{Announced, Announcement, Durable, Sink, SinkError};
pub use supervise::{Backoff, ConnectionDescription, Connector, SessionEnd, supervise};
