//! Models that the tests build themselves: good ones, and all the ways in which one goes wrong.

mod branch;
mod fmu;
mod live;
mod model;
mod shelf;
