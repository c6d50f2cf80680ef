//! The agent's client against the emulator's agent, and against agents that misbehave.

mod assets;
mod faults;
mod kit;
mod life;
mod recovery;
mod rig;
mod tls;
