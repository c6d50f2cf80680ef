//! The material-flow engine: against theory, against its laws, against bad input.

mod bad;
mod behaviour;
mod laws;
mod listener;
mod models;
mod random;
mod theory;
