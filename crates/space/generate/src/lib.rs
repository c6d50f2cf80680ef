//! From what a plant says of itself to a world that one can walk in.

mod layout;
mod size;

pub use layout::propose_places;
pub use size::usual_size;
