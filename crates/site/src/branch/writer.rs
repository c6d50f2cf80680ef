//! Writing a branch: samples in, and the facts that follow from them by the same rules as from a machine's.

use super::store::BranchStore;
use super::{Track, before};
use crate::SiteError;
use std::path::Path;
use trine_base::{Instant, Sample};
use trine_history::SignalFilter;
use trine_world::{Branch, Fact, NewFact, Rules, World};

/// Facts that one branch may hold; they are kept in memory while it is open.
const FACTS_MAX: usize = 2_000_000;

/// A branch in the making. Dropped before it is added, it leaves nothing behind.
pub struct BranchWriter {
    store: BranchStore,
    world: World,
    rules: Rules,
    recorded: Instant,
    position: u64,
    derived: Vec<NewFact>,
}

impl BranchWriter {
    pub(super) fn begin(
        folder: &Path,
        branch: Branch,
        parent: &Track,
        recorded: Instant,
    ) -> Result<Self, SiteError> {
        let at = branch.forked_at;
        let world = parent.world_at(at)?;
        let mut rules = Rules::new();
        rules.watch(&world);
        rules.recall(world.alarms());
        let mut known = Vec::new();
        for held in parent.at(&SignalFilter::All, before(at), None)? {
            let (signal, source) = (held.signal, held.source);
            let sample = Sample { signal, source, quality: held.quality, value: held.value };
            // What follows from the state at the fork has happened before it.
            rules.observe(&sample, &mut known);
            known.clear();
        }
        let store = BranchStore::create(folder, branch, parent.last_fact())?;
        store.doom();
        Ok(Self { store, world, rules, recorded, position: 0, derived: known })
    }

    /// The world of the branch, with what was proposed so far.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }

    /// From when to when the branch goes.
    #[must_use]
    pub fn extent(&self) -> (Instant, Instant) {
        (self.store.branch.forked_at, self.store.branch.until)
    }

    /// Changes what there is in the branch: a machine that only it has, a place, a relation.
    ///
    /// # Errors
    /// Why the world of the branch refuses a fact; those before it stand.
    pub fn propose(&mut self, facts: Vec<NewFact>) -> Result<(), SiteError> {
        for fact in facts {
            let at = fact.at.max(self.store.branch.forked_at);
            self.take(NewFact { at, ..fact })?;
        }
        self.rules.watch(&self.world);
        Ok(())
    }

    /// Takes samples, in the order of time.
    ///
    /// # Errors
    /// When the disk refuses, or the branch would hold too many facts.
    pub fn append(&mut self, samples: &[Sample]) -> Result<(), SiteError> {
        self.position += 1;
        self.store.history.append(self.recorded, self.position, samples)?;
        let mut derived = std::mem::take(&mut self.derived);
        for sample in samples {
            self.rules.observe(sample, &mut derived);
        }
        for fact in derived.drain(..) {
            // What a rule says anew is no fault: the alarm is open already.
            if let Err(error @ SiteError::BranchFull { .. }) = self.take(fact) {
                return Err(error);
            }
        }
        self.derived = derived;
        Ok(())
    }

    /// Keeps what was found out about the branch as a whole; [`Track::note`] reads it.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn put_note(&self, name: &'static str, bytes: &[u8]) -> Result<(), SiteError> {
        self.store.put_note(name, bytes)
    }

    fn take(&mut self, fact: NewFact) -> Result<(), SiteError> {
        if self.store.facts.len() >= FACTS_MAX {
            return Err(SiteError::BranchFull { id: self.store.branch.id.clone(), facts: FACTS_MAX });
        }
        let number = self.store.base + 1 + self.store.facts.len() as u64;
        let fact = Fact { number, ..self.world.admit(fact, self.recorded)? };
        self.world.apply(&fact);
        self.store.chronicle.apply(&fact);
        self.store.facts.push(fact);
        Ok(())
    }

    pub(super) fn finish(self) -> Result<BranchStore, SiteError> {
        self.store.seal()?;
        self.store.spare();
        Ok(self.store)
    }
}
