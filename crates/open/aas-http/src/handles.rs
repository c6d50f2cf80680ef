//! What goes on in the background for a while: handles that clients ask again with.

use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

/// Handles that are remembered; older ones are forgotten.
const REMEMBERED: usize = 10_000;

/// Handles and what came of them; `None`: it is not done yet.
#[derive(Debug, Default)]
pub(crate) struct Handles(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    last: u64,
    order: VecDeque<String>,
    results: BTreeMap<String, (String, Option<Value>)>,
}

impl Handles {
    /// A new handle for something about a subject.
    pub fn begin(&self, subject: &str) -> String {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.last += 1;
        let handle = format!("h{}-{:x}", known.last, crate::body::now().as_ns());
        known.results.insert(handle.clone(), (subject.to_owned(), None));
        known.order.push_back(handle.clone());
        if known.order.len() > REMEMBERED
            && let Some(oldest) = known.order.pop_front()
        {
            known.results.remove(&oldest);
        }
        handle
    }

    /// It is done.
    pub fn finish(&self, handle: &str, result: Value) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, slot)) = known.results.get_mut(handle) {
            *slot = Some(result);
        }
    }

    /// What came of it; the outer `None`: there is no such handle for the subject.
    pub fn look(&self, subject: &str, handle: &str) -> Option<Option<Value>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.results.get(handle).filter(|(about, _)| about == subject).map(|(_, result)| result.clone())
    }
}
