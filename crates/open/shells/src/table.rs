//! The documents of one kind: by identifier, and by each field in ordered sets that are searched and paged alike.

use crate::documents::Place;
use crate::keys::{Field, Keys};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound::{Excluded, Included, Unbounded};
use std::sync::Arc;

/// Pairs of a field's value and a document's identifier.
pub(crate) type Pairs = BTreeSet<(Arc<str>, Arc<str>)>;

/// The documents of one kind.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub entries: BTreeMap<Arc<str>, Place>,
    pub fields: BTreeMap<Field, Pairs>,
}

impl Table {
    /// Puts a document in place of the one that had these keys.
    pub fn put(&mut self, id: &Arc<str>, place: Place, old: &Keys, new: &Keys) {
        let id = match self.entries.get_key_value(id) {
            Some((known, _)) => Arc::clone(known),
            None => Arc::clone(id),
        };
        for (field, value) in old.iter().filter(|key| !new.contains(key)) {
            self.forget(*field, value, &id);
        }
        for (field, value) in new.iter().filter(|key| !old.contains(key)) {
            let pairs = self.fields.entry(*field).or_default();
            let value = interned(pairs, value);
            pairs.insert((value, Arc::clone(&id)));
        }
        self.entries.insert(id, place);
    }

    /// Takes a document out.
    pub fn remove(&mut self, id: &str, keys: &Keys) {
        for (field, value) in keys {
            self.forget(*field, value, &Arc::from(id));
        }
        self.entries.remove(id);
    }

    fn forget(&mut self, field: Field, value: &str, id: &Arc<str>) {
        if let Some(pairs) = self.fields.get_mut(&field) {
            pairs.remove(&(Arc::from(value), Arc::clone(id)));
        }
    }

    /// The first identifier after `after` (or at it, when `inclusive`) whose field has the value.
    pub fn seek(
        &self,
        field: Field,
        value: &Arc<str>,
        after: &Arc<str>,
        inclusive: bool,
    ) -> Option<&Arc<str>> {
        let from = (Arc::clone(value), Arc::clone(after));
        let from = if inclusive { Included(from) } else { Excluded(from) };
        let (found, id) = self.fields.get(&field)?.range((from, Unbounded)).next()?;
        (found == value).then_some(id)
    }
}

/// The same text as one that is there already, so that it is kept once.
fn interned(pairs: &Pairs, value: &str) -> Arc<str> {
    let value: Arc<str> = Arc::from(value);
    let from = (Arc::clone(&value), Arc::from(""));
    match pairs.range(from..).next() {
        Some((known, _)) if *known == value => Arc::clone(known),
        _ => value,
    }
}
