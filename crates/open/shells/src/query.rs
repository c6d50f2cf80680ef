//! Pages of documents by identifier, narrowed by fields that must all agree.
//!
//! Each field is an ordered set, so the fields take turns in leaping ahead to the next identifier that they all can
//! have: the work follows the rarest of them, and a page costs the same wherever it starts. A page goes on after an
//! identifier, so that whoever pages sees each document that was there all the time exactly once, while others write.

use crate::documents::Place;
use crate::keys::Field;
use crate::table::Table;
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::Arc;

/// Leaps after which a page ends even if it is not full; its cursor goes on from there.
const LEAPS: usize = 10_000;

/// Which documents are wanted.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Values that must all be there.
    pub fields: Vec<(Field, String)>,
    /// The identifier that the page goes on after.
    pub after: Option<String>,
    /// Documents at most.
    pub limit: usize,
}

/// A page.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Identifiers with their documents, in the order of identifiers.
    pub documents: Vec<(Arc<str>, Arc<str>)>,
    /// The identifier after which the next page goes on; `None`: there is no more.
    pub next: Option<String>,
}

/// What a page consists of, not yet read.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub places: Vec<(Arc<str>, Place)>,
    pub next: Option<String>,
}

/// Finds a page.
pub(crate) fn find(table: &Table, query: &Query) -> Found {
    if query.fields.is_empty() { walk(table, query) } else { leap(table, query) }
}

fn walk(table: &Table, query: &Query) -> Found {
    let from = query.after.as_deref().map_or(Unbounded, Excluded);
    let mut entries = table.entries.range::<str, _>((from, Unbounded));
    let places: Vec<_> =
        entries.by_ref().take(query.limit).map(|(id, place)| (Arc::clone(id), place.clone())).collect();
    let next = entries.next().and_then(|_| places.last()).map(|(id, _)| id.to_string());
    Found { places, next }
}

fn leap(table: &Table, query: &Query) -> Found {
    let fields: Vec<(Field, Arc<str>)> =
        query.fields.iter().map(|(field, value)| (*field, Arc::from(value.as_str()))).collect();
    let mut found = Found::default();
    let mut candidate: Arc<str> = query.after.as_deref().unwrap_or("").into();
    let mut inclusive = query.after.is_none();
    // Everything up to here was given or cannot match.
    let mut passed = Arc::clone(&candidate);
    let (mut agreed, mut turn) = (0, 0);
    for _ in 0..LEAPS {
        let (field, value) = &fields[turn];
        let Some(id) = table.seek(*field, value, &candidate, inclusive) else { return found };
        if *id == candidate && inclusive {
            agreed += 1;
        } else {
            passed = std::mem::replace(&mut candidate, Arc::clone(id));
            agreed = 1;
        }
        inclusive = true;
        turn = (turn + 1) % fields.len();
        if agreed < fields.len() {
            continue;
        }
        if found.places.len() == query.limit {
            found.next = found.places.last().map(|(id, _)| id.to_string());
            return found;
        }
        found
            .places
            .extend(table.entries.get(&candidate).map(|place| (Arc::clone(&candidate), place.clone())));
        (inclusive, agreed) = (false, 0);
    }
    found.next = Some(passed.to_string());
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn place() -> Place {
        Place::Memory("{}".into())
    }

    fn table(documents: &[(u8, u8)]) -> Table {
        let mut table = Table::default();
        for (n, (name, meaning)) in documents.iter().enumerate() {
            let keys = vec![
                (Field::IdShort, format!("n{}", name % 3)),
                (Field::SemanticId, format!("m{}", meaning % 3)),
            ];
            table.put(&Arc::from(format!("{n:03}")), place(), &Vec::new(), &keys);
        }
        table
    }

    proptest! {
        #[test]
        fn pages_give_each_match_once(documents: Vec<(u8, u8)>, name in 0..3u8, meaning in 0..3u8, limit in 1..5usize) {
            let table = table(&documents);
            let fields = vec![(Field::IdShort, format!("n{name}")), (Field::SemanticId, format!("m{meaning}"))];
            let mut query = Query { fields, after: None, limit };
            let mut ids = Vec::new();
            loop {
                let found = find(&table, &query);
                prop_assert!(found.places.len() <= limit);
                ids.extend(found.places.into_iter().map(|(id, _)| id.to_string()));
                query.after = found.next;
                if query.after.is_none() { break; }
            }
            let wanted = documents.iter().enumerate().filter(|(_, (n, m))| n % 3 == name && m % 3 == meaning);
            prop_assert_eq!(ids, wanted.map(|(n, _)| format!("{n:03}")).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_last_page_says_so() {
        let table = table(&[(0, 0), (1, 1)]);
        let all = find(&table, &Query { limit: 2, ..Query::default() });
        assert_eq!((all.places.len(), all.next), (2, None));
        let one = find(&table, &Query { limit: 1, ..Query::default() });
        assert_eq!((one.places.len(), one.next), (1, Some("000".into())));
    }

    #[test]
    fn what_changed_its_name_is_found_by_the_new_one_only() {
        let mut table = Table::default();
        let (old, new) = (vec![(Field::IdShort, "old".to_owned())], vec![(Field::IdShort, "new".to_owned())]);
        table.put(&"a".into(), place(), &Vec::new(), &old);
        table.put(&"a".into(), place(), &old, &new);
        let by = |table: &Table, name: &str| {
            find(table, &Query { fields: vec![(Field::IdShort, name.into())], after: None, limit: 9 })
                .places
                .len()
        };
        assert_eq!((by(&table, "old"), by(&table, "new")), (0, 1));
        table.remove("a", &new);
        assert_eq!(by(&table, "new"), 0);
    }
}
