//! The way in: changes of documents become facts of the site.

use crate::locks::{Lock, Locks};
use crate::{Blobs, Kind, ShellsError, Store};
use std::sync::Arc;
use trine_base::Instant;
use trine_site::Site;
use trine_world::{FactKind, NewFact, Origin, ShellChange};

/// Bytes of documents that are recorded at once: a record of the log holds them all with room for what JSON escapes.
const BATCH_BYTES: usize = 24 << 20;

/// A document is to be there, or to be gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What sort of document.
    pub kind: Kind,
    /// Its identifier.
    pub id: Arc<str>,
    /// Its JSON text; `None`: it is to be gone.
    pub document: Option<Arc<str>>,
}

impl Change {
    /// A document is to be there.
    #[must_use]
    pub fn put(kind: Kind, id: &str, document: impl Into<Arc<str>>) -> Self {
        Self { kind, id: id.into(), document: Some(document.into()) }
    }

    /// A document is to be gone.
    #[must_use]
    pub fn remove(kind: Kind, id: &str) -> Self {
        Self { kind, id: id.into(), document: None }
    }
}

/// The shells of a site. Clone it freely.
#[derive(Clone, Debug)]
pub struct Shells {
    store: Arc<Store>,
    blobs: Arc<Blobs>,
    locks: Arc<Locks>,
    site: Held,
}

#[derive(Clone)]
struct Held(Site);

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Site")
    }
}

impl Shells {
    /// The shells that `store` folds from the facts of `site`.
    ///
    /// # Errors
    /// When the folder of files cannot be made.
    pub fn new(site: Site, store: Arc<Store>) -> Result<Self, ShellsError> {
        let blobs = Arc::new(Blobs::open(&store.folder().join("files"))?);
        Ok(Self { store, blobs, locks: Arc::default(), site: Held(site) })
    }

    /// What there is.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The files that documents refer to.
    #[must_use]
    pub fn blobs(&self) -> &Blobs {
        &self.blobs
    }

    /// The site whose shells these are.
    #[must_use]
    pub fn site(&self) -> &Site {
        &self.site.0
    }

    /// Holds documents, so that what is read of them is still so when it is changed.
    pub async fn hold(&self, documents: &[(Kind, &str)]) -> Lock {
        self.locks.hold(documents.iter().copied()).await
    }

    /// Records changes, all or none; they are durable and visible when this returns. `lock` holds what is changed, or
    /// everything that the changes were made from.
    ///
    /// # Errors
    /// When nothing of it stands: it is too much for one record, or the log refuses.
    pub async fn record(
        &self,
        _lock: &Lock,
        origin: &Origin,
        changes: Vec<Change>,
    ) -> Result<(), ShellsError> {
        let bytes = changes.iter().map(|change| change.document.as_ref().map_or(0, |text| text.len())).sum();
        if bytes > BATCH_BYTES {
            return Err(ShellsError::TooLarge { bytes, max: BATCH_BYTES });
        }
        if changes.is_empty() {
            return Ok(());
        }
        let site = &self.site.0;
        let now = site.now();
        let outcome = site.propose(now, vec![fact(now, origin, changes)]).await?;
        outcome.into_iter().try_for_each(|outcome| outcome.map(|_| ()))?;
        Ok(())
    }

    /// Records changes that depend on nothing that was read.
    ///
    /// # Errors
    /// As [`Shells::record`].
    pub async fn put_all(&self, origin: &Origin, changes: Vec<Change>) -> Result<(), ShellsError> {
        let lock = self.locks.hold(changes.iter().map(|change| (change.kind, &*change.id))).await;
        self.record(&lock, origin, changes).await
    }
}

fn fact(at: Instant, origin: &Origin, changes: Vec<Change>) -> NewFact {
    let changes = changes.into_iter();
    let changes = changes.map(|Change { kind, id, document }| ShellChange { kind, id, document }).collect();
    NewFact { at, origin: origin.clone(), kind: FactKind::ShellsChanged { changes } }
}
