//! What the sensors of the plant see, computed from what the machines are doing.

mod activity;
mod facts;
mod motion;
mod quantity;
mod senses;

pub use activity::Asset;
pub use quantity::{Q, Quantities};
pub use senses::{Fitting, Pace, Works};
