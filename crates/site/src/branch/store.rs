//! What is only in a branch: its samples and its facts.

use crate::facts::{FactFilter, KIND_FACTS, facts_of, record_of};
use crate::{Chronicle, FactPage, SiteError};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use trine_base::Instant;
use trine_history::{History, HistoryOptions};
use trine_log::{Log, LogOptions};
use trine_world::{Branch, Fact, FactKind, World};

/// A branch on disk, with its facts in memory.
pub(crate) struct BranchStore {
    pub branch: Branch,
    pub history: History,
    pub chronicle: Chronicle,
    /// In the order in which they happened; their numbers go on after the parent's.
    pub facts: Vec<Fact>,
    /// Number of the parent's newest fact at the fork.
    pub base: u64,
    folder: PathBuf,
    doomed: AtomicBool,
}

impl BranchStore {
    /// An empty branch, its folder made.
    pub fn create(folder: &Path, branch: Branch, base: u64) -> Result<Self, SiteError> {
        let folder = folder.join(&*branch.id.0);
        let failed = |source| SiteError::Folder { path: folder.clone(), source };
        if folder.exists() {
            // No fact names it: the rest of a run that did not end.
            std::fs::remove_dir_all(&folder).map_err(failed)?;
        }
        std::fs::create_dir_all(&folder).map_err(failed)?;
        let (history, _) = History::open(&folder.join("history"), HistoryOptions::default())?;
        let (chronicle, facts, doomed) = (Chronicle::default(), Vec::new(), AtomicBool::new(false));
        Ok(Self { branch, history, chronicle, facts, base, folder, doomed })
    }

    /// Reads a branch that was written.
    pub fn open(folder: &Path, branch: &Branch) -> Result<Self, SiteError> {
        let folder = folder.join(&*branch.id.0);
        if !folder.is_dir() {
            return Err(SiteError::NoBranch { id: branch.id.clone() });
        }
        let (history, _) = History::open(&folder.join("history"), HistoryOptions::default())?;
        let (log, _) = Log::open(&folder.join("facts"), LogOptions::default())?;
        let (mut facts, mut chronicle) = (Vec::new(), Chronicle::default());
        for record in log.read(log.first()) {
            let record = record?;
            for fact in facts_of(record.position, &record.payload)? {
                chronicle.apply(&fact);
                facts.push(fact);
            }
        }
        let base = facts.first().map_or(u64::MAX, |fact: &Fact| fact.number - 1);
        let (branch, doomed) = (branch.clone(), AtomicBool::new(false));
        Ok(Self { branch, history, chronicle, facts, base, folder, doomed })
    }

    /// Makes all of it durable.
    pub fn seal(&self) -> Result<(), SiteError> {
        self.history.seal()?;
        let (log, _) = Log::open(&self.folder.join("facts"), LogOptions::default())?;
        let mut facts = &self.facts[..];
        let mut last = None;
        while !facts.is_empty() {
            let (payload, count) = record_of(facts);
            last = Some(log.append(payload, KIND_FACTS)?);
            facts = &facts[count..];
        }
        last.map_or(Ok(()), |pending| pending.wait().map(drop))?;
        Ok(())
    }

    /// Keeps what was found out about the branch as a whole, under a name.
    pub fn put_note(&self, name: &'static str, bytes: &[u8]) -> Result<(), SiteError> {
        let failed = |source| SiteError::Folder { path: self.folder.join("notes"), source };
        std::fs::create_dir_all(self.folder.join("notes")).map_err(failed)?;
        let path = self.folder.join("notes").join(name);
        let write = || {
            let mut file = std::fs::File::create(&path)?;
            std::io::Write::write_all(&mut file, bytes)?;
            file.sync_all()
        };
        write().map_err(|source| SiteError::Folder { path: path.clone(), source })
    }

    /// What was found out under a name.
    pub fn note(&self, name: &'static str) -> Result<Option<Vec<u8>>, SiteError> {
        let path = self.folder.join("notes").join(name);
        match std::fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(SiteError::Folder { path, source }),
        }
    }

    /// The instant from which on it goes its own way.
    pub fn forked_at(&self) -> Instant {
        self.branch.forked_at
    }

    /// Its own changes to what there is, up to an instant.
    pub fn fold(&self, world: &mut World, at: Instant) {
        for fact in self.facts.iter().filter(|fact| fact.at <= at) {
            if fact.kind.is_structure() {
                world.apply(fact);
            }
        }
    }

    /// Up to `limit` of its facts that pass the filter, beyond the cursor.
    pub fn page(
        &self,
        filter: &FactFilter,
        newest_first: bool,
        cursor: Option<u64>,
        limit: usize,
    ) -> FactPage {
        let beyond = |fact: &&Fact| {
            cursor.is_none_or(|cursor| if newest_first { fact.number < cursor } else { fact.number > cursor })
        };
        let wanted = |fact: &&Fact| filter.wants(fact);
        let mut facts: Vec<Fact> = if newest_first {
            self.facts.iter().rev().filter(beyond).filter(wanted).take(limit + 1).cloned().collect()
        } else {
            self.facts.iter().filter(beyond).filter(wanted).take(limit + 1).cloned().collect()
        };
        let more = facts.len() > limit;
        facts.truncate(limit);
        let cursor = more.then(|| facts.last().map(|fact| fact.number)).flatten();
        FactPage { facts, cursor }
    }

    /// The alarms, its own or its parent's, that it cleared up to an instant.
    pub fn cleared_until(&self, at: Instant) -> BTreeSet<u64> {
        let cleared = self.facts.iter().filter(|fact| fact.at <= at).filter_map(|fact| match fact.kind {
            FactKind::AlarmCleared { alarm, .. } => Some(alarm),
            _ => None,
        });
        cleared.collect()
    }

    /// Its files go when the last reader does.
    pub fn doom(&self) {
        self.doomed.store(true, Ordering::Relaxed);
    }

    /// Its files stay.
    pub fn spare(&self) {
        self.doomed.store(false, Ordering::Relaxed);
    }
}

impl Drop for BranchStore {
    fn drop(&mut self) {
        if self.doomed.load(Ordering::Relaxed)
            && let Err(error) = std::fs::remove_dir_all(&self.folder)
        {
            tracing::warn!("{} stays until the next start: {error}", self.folder.display());
        }
    }
}
