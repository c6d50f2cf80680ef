//! What whole-system tests need: the built program as a child process, and the smallest client of its wires.
//!
//! The program is the one that was built in the same profile; `cargo xtask test` builds it first.

mod client;
mod frame;
mod program;

pub use client::{Answer, Viewer, get, get_json, raw, send};
pub use frame::Frame;
pub use program::{Trine, binary};

/// How much longer than usual a test runs: `TRINE_SOAK`, 1 unless said.
#[must_use]
pub fn soak() -> u64 {
    std::env::var("TRINE_SOAK").ok().and_then(|times| times.parse().ok()).unwrap_or(1)
}

/// A Python with the packages that play the other side, where `cargo xtask` has installed one.
#[must_use]
pub fn python() -> Option<std::path::PathBuf> {
    std::env::var_os("TRINE_PYTHON").map(Into::into)
}
