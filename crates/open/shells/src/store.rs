//! What there is now: the fold of all changes, as readers see it.

use crate::documents::{Documents, Place};
use crate::keys::{self, Keys};
use crate::query::{self, Found};
use crate::table::Table;
use crate::{Kind, Page, Query, ShellsError, snapshot};
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use trine_site::Fold;
use trine_world::{Fact, FactKind, ShellChange};

/// Documents after which the index is written down again.
const SAVE_EVERY: u64 = 250_000;

/// The documents of a site.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    documents: RwLock<Arc<Documents>>,
    tables: RwLock<Vec<Table>>,
    /// Held by whoever applies changes or writes the index down.
    progress: Mutex<Progress>,
}

#[derive(Debug, Default)]
struct Progress {
    log: [u8; 16],
    /// First record of the log that is not in it.
    next: u64,
    /// Bytes of the file of documents.
    length: u64,
    /// Bytes of it that no document stands on any more.
    stale: u64,
    /// Documents since the index was written down.
    unsaved: u64,
}

/// How much there is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoreSize {
    /// Documents of each kind, in the order of [`Kind::ALL`].
    pub documents: Vec<usize>,
    /// Bytes of the file of documents.
    pub bytes: u64,
}

impl Store {
    /// Opens the store in its folder; the site that it is given to brings it up to date.
    ///
    /// # Errors
    /// When the folder or the file of documents cannot be opened.
    pub fn open(folder: &Path) -> Result<Arc<Self>, ShellsError> {
        let fail = |source| ShellsError::File { path: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(fail)?;
        let known = fs::read(folder.join("index")).ok();
        let known = known.and_then(|bytes| {
            let read = snapshot::read(&bytes);
            if read.is_none() {
                tracing::warn!("the index of shells is damaged; it is made anew from the log");
            }
            read
        });
        let path = folder.join("documents");
        let opened = match &known {
            Some(known) => Documents::open(&path, known.length)?,
            None => None,
        };
        let (documents, tables, progress) = match (opened, known) {
            (Some(documents), Some(known)) => {
                let progress = Progress {
                    log: known.log,
                    next: known.next,
                    length: known.length,
                    ..Progress::default()
                };
                (documents, known.tables, progress)
            }
            _ => (anew(&path)?, empty(), Progress::default()),
        };
        Ok(Arc::new(Self {
            folder: folder.to_owned(),
            documents: RwLock::new(Arc::new(documents)),
            tables: RwLock::new(tables),
            progress: Mutex::new(progress),
        }))
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A document.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn get(&self, kind: Kind, id: &str) -> Result<Option<Arc<str>>, ShellsError> {
        let Some(place) = self.look(|tables| tables[kind as usize].entries.get(id).cloned()) else {
            return Ok(None);
        };
        self.documents().read(id, &place).map(Some)
    }

    /// Whether there is such a document.
    #[must_use]
    pub fn has(&self, kind: Kind, id: &str) -> bool {
        self.look(|tables| tables[kind as usize].entries.contains_key(id))
    }

    /// A page of documents.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub fn page(&self, kind: Kind, query: &Query) -> Result<Page, ShellsError> {
        let (found, documents) =
            self.look(|tables| (query::find(&tables[kind as usize], query), self.documents()));
        let Found { places, next } = found;
        let read = |(id, place): (Arc<str>, Place)| {
            let document = documents.read(&id, &place)?;
            Ok((id, document))
        };
        let documents = places.into_iter().map(read).collect::<Result<_, ShellsError>>()?;
        Ok(Page { documents, next })
    }

    /// A page of identifiers, without their documents.
    #[must_use]
    pub fn ids(&self, kind: Kind, query: &Query) -> (Vec<Arc<str>>, Option<String>) {
        let found = self.look(|tables| query::find(&tables[kind as usize], query));
        (found.places.into_iter().map(|(id, _)| id).collect(), found.next)
    }

    /// How much there is.
    #[must_use]
    pub fn size(&self) -> StoreSize {
        let documents = self.look(|tables| tables.iter().map(|table| table.entries.len()).collect());
        StoreSize { documents, bytes: self.progress().length }
    }

    fn look<T>(&self, look: impl FnOnce(&[Table]) -> T) -> T {
        look(&self.tables.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn documents(&self) -> Arc<Documents> {
        Arc::clone(&self.documents.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in the changes of a fact: outside of the lock what takes time, and all of them at once for readers.
    fn take(&self, progress: &mut Progress, changes: &[ShellChange]) {
        let places = self.write_down(progress, changes);
        let mut before: HashMap<(Kind, &str), Keys> = HashMap::new();
        let mut steps = Vec::with_capacity(changes.len());
        for (change, place) in changes.iter().zip(places) {
            let old = before.remove(&(change.kind, &*change.id)).unwrap_or_else(|| self.keys_now(change));
            let new = change.document.as_ref().map(|text| keys::of(change.kind, text)).unwrap_or_default();
            before.insert((change.kind, &change.id), new.clone());
            steps.push((change, place, old, new));
        }
        progress.unsaved += steps.len() as u64;
        let mut tables = self.tables.write().unwrap_or_else(PoisonError::into_inner);
        for (change, place, old, new) in steps {
            let table = &mut tables[change.kind as usize];
            if let Some(Place::File { length, .. }) = table.entries.get(&change.id) {
                progress.stale += u64::from(*length);
            }
            match place {
                Some(place) => table.put(&change.id, place, &old, &new),
                None => table.remove(&change.id, &old),
            }
        }
    }

    /// Appends the documents; what the disk refuses stays in memory, for it is in the log already.
    fn write_down(&self, progress: &mut Progress, changes: &[ShellChange]) -> Vec<Option<Place>> {
        let mut bytes = Vec::new();
        let mut places = Vec::with_capacity(changes.len());
        for change in changes {
            places.push(change.document.as_ref().map(|text| {
                let offset = progress.length + bytes.len() as u64;
                bytes.extend_from_slice(text.as_bytes());
                // A record of the log, which held it, is shorter than 4 GiB.
                Place::File { offset, length: text.len() as u32, check: crc32fast::hash(text.as_bytes()) }
            }));
        }
        match self.documents().write(&bytes, progress.length) {
            Ok(()) => progress.length += bytes.len() as u64,
            Err(error) => {
                tracing::error!("shells are kept in memory until the disk has room: {error}");
                let texts = changes.iter().map(|change| change.document.as_ref());
                return texts.map(|text| text.map(|text| Place::Memory(Arc::clone(text)))).collect();
            }
        }
        places
    }

    fn keys_now(&self, change: &ShellChange) -> Keys {
        match self.get(change.kind, &change.id) {
            Ok(Some(text)) => keys::of(change.kind, &text),
            Ok(None) => Vec::new(),
            Err(error) => {
                tracing::error!("{error}");
                Vec::new()
            }
        }
    }

    /// Writes the index down, and the documents anew when most of their file is stale.
    fn write_index(&self, progress: &mut Progress) -> Result<(), ShellsError> {
        let fail = |source| ShellsError::File { path: self.folder.clone(), source };
        self.documents().sync()?;
        let bytes = self.look(|tables| snapshot::write(progress.log, progress.next, progress.length, tables));
        let Some(bytes) = bytes else { return Ok(()) };
        let (fresh, path) = (self.folder.join("index.new"), self.folder.join("index"));
        let write = || {
            let mut file = File::create(&fresh)?;
            file.write_all(&bytes)?;
            file.sync_all()?;
            fs::rename(&fresh, path)?;
            File::open(&self.folder)?.sync_all()
        };
        write().map_err(fail)?;
        progress.unsaved = 0;
        Ok(())
    }
}

impl Fold for Store {
    fn begin(&self, log: [u8; 16], first: u64, durable: u64) -> u64 {
        let mut progress = self.progress();
        let fits = progress.log == log && (first..=durable).contains(&progress.next);
        if !fits {
            if let Ok(documents) = anew(&self.folder.join("documents")) {
                *self.documents.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(documents);
            }
            *self.tables.write().unwrap_or_else(PoisonError::into_inner) = empty();
            *progress = Progress { log, next: first, ..Progress::default() };
        }
        progress.next
    }

    fn apply(&self, position: u64, facts: &[Fact]) {
        let mut progress = self.progress();
        for fact in facts {
            if let FactKind::ShellsChanged { changes } = &fact.kind {
                self.take(&mut progress, changes);
            }
        }
        progress.next = position + 1;
        if progress.unsaved >= SAVE_EVERY
            && let Err(error) = self.write_index(&mut progress)
        {
            tracing::warn!("the index of shells was not written: {error}");
        }
    }

    fn save(&self) {
        let mut progress = self.progress();
        if let Err(error) = self.write_index(&mut progress) {
            tracing::warn!("the index of shells was not written: {error}");
        }
    }
}

fn empty() -> Vec<Table> {
    Kind::ALL.iter().map(|_| Table::default()).collect()
}

/// An empty file of documents in place of what is there.
fn anew(path: &Path) -> Result<Documents, ShellsError> {
    let gone = || ShellsError::File { path: path.to_owned(), source: std::io::ErrorKind::NotFound.into() };
    Documents::open(path, 0)?.ok_or_else(gone)
}
