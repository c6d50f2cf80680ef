//! The connector against the emulated server.

mod kit;
mod model;
mod rig;
mod security;
mod server;
