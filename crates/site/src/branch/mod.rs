//! Branches of a site: forked, written by a simulation, read like the past, kept or discarded.
//!
//! ```text
//! DATA/branches/ID/history   what the branch's signals did, in the form of the past
//! DATA/branches/ID/facts     what happened in it, a log of its own
//! DATA/branches/ID/notes     what was found out about it as a whole: a report, bands
//! ```
//!
//! A branch holds its difference only; [`Track`] reads it over the past of its parents. It is there for others once
//! the fact that it forked is recorded: a folder without that fact is the rest of a run that was cut off, and goes at
//! the next start. Nothing of a branch can reach an actuator: it is written through a [`BranchWriter`], which knows
//! none.

mod store;
mod track;
mod writer;

pub use track::Track;
pub use writer::BranchWriter;

use crate::{Site, SiteError};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use store::BranchStore;
use trine_base::Instant;
use trine_world::{Branch, BranchId, FactKind, NewFact, Origin, World};

/// The branches that are open.
pub(crate) struct Branches {
    folder: PathBuf,
    open: RwLock<BTreeMap<BranchId, Arc<BranchStore>>>,
}

impl Branches {
    /// Opens the branches that the world knows, and clears away what is left of others.
    pub fn open(data: &Path, world: &World) -> Result<Self, SiteError> {
        let branches = Self { folder: data.join("branches"), open: RwLock::default() };
        branches.clear_away(world)?;
        for branch in world.branches() {
            match BranchStore::open(&branches.folder, branch) {
                Ok(store) => branches.insert(store),
                // One branch that cannot be read must not keep the plant from opening.
                Err(error) => tracing::warn!("the branch `{}` cannot be opened: {error}", branch.id),
            }
        }
        Ok(branches)
    }

    fn clear_away(&self, world: &World) -> Result<(), SiteError> {
        let failed = |source| SiteError::Folder { path: self.folder.clone(), source };
        let entries = match std::fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(failed(error)),
        };
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if world.branch(&BranchId(name.as_str().into())).is_none() {
                tracing::info!("removing what is left of the branch `{name}`, which was never finished");
                std::fs::remove_dir_all(entry.path()).map_err(failed)?;
            }
        }
        Ok(())
    }

    fn get(&self, id: &BranchId) -> Option<Arc<BranchStore>> {
        self.open.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    fn insert(&self, store: BranchStore) {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        open.insert(store.branch.id.clone(), Arc::new(store));
    }

    fn remove(&self, id: &BranchId) {
        let removed = self.open.write().unwrap_or_else(PoisonError::into_inner).remove(id);
        if let Some(store) = removed {
            store.doom();
        }
    }
}

impl Site {
    /// The branch from its parents' first instant to its own last; `None`: there is no such branch.
    #[must_use]
    pub fn track(&self, id: &BranchId) -> Option<Track> {
        Track::of(self, id)
    }

    /// What really happens, read as a branch.
    #[must_use]
    pub fn live_track(&self) -> Track {
        Track::live(self)
    }

    /// Begins to write a branch. Nobody sees it before [`Site::add_branch`].
    ///
    /// # Errors
    /// When its parent is not there, or its folder cannot be made.
    pub fn begin_branch(&self, branch: Branch) -> Result<BranchWriter, SiteError> {
        let origin = Origin::new("branch");
        let fork =
            NewFact { at: self.now(), origin, kind: FactKind::BranchForked { branch: branch.clone() } };
        self.world().admit(fork, self.now())?;
        if self.world().branch(&branch.id).is_some() {
            return Err(SiteError::BranchExists { id: branch.id });
        }
        let parent = self.track(&branch.parent).ok_or(SiteError::NoBranch { id: branch.parent.clone() })?;
        BranchWriter::begin(&self.inner.branches.folder, branch, &parent, self.now())
    }

    /// Makes a written branch durable, and then part of the world.
    ///
    /// # Errors
    /// When it cannot be made durable or the world refuses it; then nothing of it stays.
    pub async fn add_branch(&self, writer: BranchWriter) -> Result<Branch, SiteError> {
        let sealed = tokio::task::spawn_blocking(|| writer.finish()).await;
        let store = sealed.map_err(|_| SiteError::Stopping)??;
        let branch = store.branch.clone();
        let kind = FactKind::BranchForked { branch: branch.clone() };
        self.inner.branches.insert(store);
        let recorded = self.record_branch(kind).await;
        if recorded.is_err() {
            self.inner.branches.remove(&branch.id);
        }
        recorded.map(|()| branch)
    }

    /// Gives a branch another name, or keeps it until it is discarded.
    ///
    /// # Errors
    /// When there is no such branch, or the world refuses the name.
    pub async fn describe_branch(&self, id: &BranchId, name: &str, kept: bool) -> Result<Branch, SiteError> {
        let known = self.world().branch(id).cloned().ok_or(SiteError::NoBranch { id: id.clone() })?;
        let branch = Branch { name: name.to_owned(), kept, ..known };
        self.record_branch(FactKind::BranchForked { branch: branch.clone() }).await?;
        Ok(branch)
    }

    /// Lets go of a branch; those who look at it may go on looking.
    ///
    /// # Errors
    /// When there is no such branch, or another one forks from it.
    pub async fn discard_branch(&self, id: &BranchId) -> Result<(), SiteError> {
        self.record_branch(FactKind::BranchDiscarded { branch: id.clone() }).await?;
        self.inner.branches.remove(id);
        Ok(())
    }

    async fn record_branch(&self, kind: FactKind) -> Result<(), SiteError> {
        let now = self.now();
        let fact = NewFact { at: now, origin: Origin::new("branch"), kind };
        let outcome = self.propose(now, vec![fact]).await.map_err(SiteError::Facts)?;
        match outcome.into_iter().next() {
            Some(Err(trine_world::Rejection::NothingNew)) | Some(Ok(_)) => Ok(()),
            Some(Err(rejection)) => Err(rejection.into()),
            None => Err(SiteError::Stopping),
        }
    }
}

/// The last instant before another.
fn before(at: Instant) -> Instant {
    at.plus_ns(-1)
}
