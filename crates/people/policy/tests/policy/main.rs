//! Who may do what, and that a permit never outlives what it rests on.

mod decisions;
mod plant;
mod revocation;
mod why;
