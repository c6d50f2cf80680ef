//! Who changes a document holds it from looking at it to the answer of the log; others change other documents meanwhile.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedMutexGuard};
use trine_world::ShellKind as Kind;

const STRIPES: usize = 256;

/// Documents that nobody else changes as long as this lives.
#[derive(Debug)]
pub struct Lock {
    _held: Vec<OwnedMutexGuard<()>>,
}

#[derive(Debug)]
pub(crate) struct Locks(Vec<Arc<Mutex<()>>>);

impl Default for Locks {
    fn default() -> Self {
        Self((0..STRIPES).map(|_| Arc::default()).collect())
    }
}

impl Locks {
    /// Waits until nobody else holds any of them. Everybody takes stripes in the same order, so nobody waits for ever.
    pub async fn hold(&self, documents: impl Iterator<Item = (Kind, &str)>) -> Lock {
        let mut stripes: Vec<usize> = documents.map(stripe).collect();
        stripes.sort_unstable();
        stripes.dedup();
        let mut held = Vec::with_capacity(stripes.len());
        for stripe in stripes {
            held.push(Arc::clone(&self.0[stripe]).lock_owned().await);
        }
        Lock { _held: held }
    }
}

fn stripe((kind, id): (Kind, &str)) -> usize {
    let mut hasher = DefaultHasher::new();
    (kind, id).hash(&mut hasher);
    (hasher.finish() % STRIPES as u64) as usize
}
