//! The material-flow engine: against theory, against its laws, against bad input.

mod models;
mod theory;
