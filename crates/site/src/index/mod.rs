//! The index of facts: what kind of fact about which thing stands where in the log, so that a question over years
//! reads the facts that answer it and no others.
//!
//! ```text
//! log of facts   ├────────────────┼────────────────┼─────── … ──┼───────┤ durable
//! index           chapter (file)   chapter (file)                 tail (memory)
//! ```
//! A chapter covers some thousand facts and never changes. Its head (span of time, kinds, things) is kept in memory and
//! says whether to look inside. The tail is what no chapter covers yet; it is read from the log at a start.
//!
//! All of it follows from the log and none of it is trusted more than the log: a chapter that is missing, damaged or of
//! another log is built anew, and every fact that was found by the index is checked to be the one that was meant.

mod bytes;
mod file;
mod find;
mod register;
mod shelf;

pub(crate) use file::Head;
pub(crate) use find::Wanted;
pub(crate) use register::Register;
pub(crate) use shelf::Shelf;

use std::sync::Arc;
use trine_world::Fact;

/// The index as readers see it, in step with what is published.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// In the order of the log, without holes.
    pub chapters: Vec<Arc<Head>>,
    pub tail: Register,
}

impl Index {
    /// Takes in the facts of a record.
    pub fn add(&mut self, position: u64, facts: &[Fact]) {
        self.tail.add(position, None, facts);
    }

    /// Lets a chapter stand in for the start of the tail.
    pub fn shelved(&mut self, head: Arc<Head>) {
        self.tail.forget_before(head.next);
        self.chapters.push(head);
    }

    /// Puts a chapter in the place of the one that it was built anew for.
    pub fn mended(&mut self, head: Arc<Head>) {
        if let Some(old) = self.chapters.iter_mut().find(|old| old.record == head.record) {
            *old = head;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FactFilter, facts::Facts};
    use trine_base::Instant;
    use trine_world::{FactKind, NewFact, Origin};

    const CHAPTER: usize = 10;

    fn named(n: i64) -> NewFact {
        let kind = FactKind::SiteNamed { name: format!("plant {n}"), zone: String::new() };
        NewFact { at: Instant::from_ms(n), origin: Origin::new("test"), kind }
    }

    async fn facts(folder: &std::path::Path) -> Facts {
        let facts = Facts::open(folder, CHAPTER, Vec::new()).unwrap();
        for n in 0..35 {
            facts.propose(Instant::from_ms(n), vec![named(n)]).await.unwrap();
        }
        facts.shelve().unwrap();
        facts
    }

    fn all(facts: &Facts, newest_first: bool) -> Vec<u64> {
        let filter = FactFilter::default();
        let wanted = Wanted { filter: &filter, structure: false, newest_first, cursor: None };
        facts.find(&wanted, 1000).unwrap().iter().map(|fact| fact.number).collect()
    }

    /// Whole files with sound checksums that say what is not so: no damage, a lie.
    #[tokio::test]
    async fn an_index_that_lies_is_found_out() {
        type Lie = fn(&mut Register);
        let lies: [Lie; 5] = [
            |register| register.entries.iter_mut().for_each(|entry| entry.number += 1),
            |register| register.entries.iter_mut().for_each(|entry| entry.line = 3),
            |register| register.entries.swap(2, 3),
            |register| register.records.iter_mut().for_each(|place| place.offset = Some(200)),
            |register| {
                register.records.iter_mut().for_each(|place| place.offset = place.offset.map(|at| at + 1));
            },
        ];
        for (n, lie) in lies.into_iter().enumerate() {
            let folder = tempfile::tempdir().unwrap();
            let facts = facts(folder.path()).await;
            let head = facts.read(|now| Arc::clone(&now.index.chapters[1]));
            let mut register = (*facts.shelf.load(&head).unwrap()).clone();
            lie(&mut register);
            let head = facts.shelf.put(&register).unwrap();
            facts.change_index(|index| index.mended(head));
            assert_eq!(all(&facts, n % 2 == 0).len(), 35, "lie {n}");
            let again: Vec<u64> = (1..=35).collect();
            assert_eq!(all(&facts, false), again, "lie {n}");
        }
    }

    #[tokio::test]
    async fn the_tail_stays_short() {
        let folder = tempfile::tempdir().unwrap();
        let facts = facts(folder.path()).await;
        assert_eq!(facts.read(|now| (now.index.chapters.len(), now.index.tail.entries.len())), (3, 5));
        let (chapters, tail) = facts.shelf.read().unwrap();
        assert_eq!(facts.read(|now| now.index.chapters.clone()), chapters);
        assert_eq!(tail.entries.len(), 5);
    }
}
