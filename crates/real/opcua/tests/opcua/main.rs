//! The connector against the emulated server.

mod alarms;
mod kit;
mod model;
mod peer;
mod rig;
mod security;
mod server;
mod structures;
