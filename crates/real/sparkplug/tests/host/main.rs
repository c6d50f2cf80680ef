//! The host application against the emulator's edge nodes over a real broker.

mod bench_of_devices;
mod conformance;
mod entry;
mod faults;
mod kit;
mod life;
mod mosquitto;
mod raw;
