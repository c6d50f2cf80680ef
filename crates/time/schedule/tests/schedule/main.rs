//! The search against its judge, against brute force, and against the published problems.

mod brute;
mod faults;
mod laws;
mod published;
mod random;
mod wishes;
