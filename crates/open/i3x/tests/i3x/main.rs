//! The cases of the official conformance tests of i3X 1.0, and what they leave out, against a small plant.

mod browse;
mod core;
mod follow;
mod plant;
mod read;
