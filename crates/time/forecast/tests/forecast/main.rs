//! The forecast as a whole: models of arbitrary worlds, the emulated plant, what-ifs, and a future that looks like a
//! past.

#[path = "../emulated/mod.rs"]
mod emulated;
mod plant;
mod what_if;
mod worlds;
mod writer;
