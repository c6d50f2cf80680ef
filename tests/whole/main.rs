//! The whole system: the built program, reached only as others reach it, and hurt on purpose.

mod disk;
mod faults;
mod interop;
mod kill;
mod requests;
mod start;
mod viewers;
