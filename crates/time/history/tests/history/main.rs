//! The history as a whole: against a model, through damage, beside a writer.

mod aged;
mod damage;
mod law;
mod model;
mod tiers;
mod ways;
