//! What is made of facts besides the world: folds that keep their own state, in step with the log.

use std::fmt::Debug;
use trine_world::Fact;

/// A state that follows from the facts. The site shows it every record in order: those that it has missed when the site
/// opens, and each new one when it is durable and before whoever proposed it hears of it.
pub trait Fold: Debug + Send + Sync {
    /// The log that is folded and the records that it holds: `first` to `durable`, exclusive. A fold that was made from
    /// another log starts anew. Gives the record that it wants to see first.
    fn begin(&self, log: [u8; 16], first: u64, durable: u64) -> u64;

    /// Takes in the facts of the record at `position`. A fact that is durable cannot be refused.
    fn apply(&self, position: u64, facts: &[Fact]);

    /// A good moment to write its state down, so that the next start is quick.
    fn save(&self);
}
