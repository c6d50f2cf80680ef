//! One site from its first sample to what is left of it after a kill.

mod announce;
mod branches;
mod durable;
mod index;
mod kit;
mod silence;
mod time;
