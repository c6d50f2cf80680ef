//! Opening a history: the lock, the manifest, and a look at what an interrupted process left behind.

use crate::{
    error::{Damage, HistoryError},
    history::OpenReport,
    manifest::{self, Index},
    options::HistoryOptions,
    store::Store,
};
use std::{
    collections::BTreeSet,
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

pub(crate) struct Opened {
    pub lock: File,
    pub store: Store,
    pub index: Index,
    pub report: OpenReport,
}

pub(crate) fn open(dir: &Path, options: &HistoryOptions) -> Result<Opened, HistoryError> {
    let segments = dir.join("segments");
    fs::create_dir_all(&segments).map_err(HistoryError::io("create", &segments))?;
    let lock = lock(dir)?;
    let index = manifest::load(dir)?;
    let found = folders(&segments)?;
    let index = match index {
        Some(index) => index,
        None => begin(dir, &found)?,
    };
    let store = Store::new(segments, options);
    let tiers = store.tiers_dir().to_owned();
    fs::create_dir_all(&tiers).map_err(HistoryError::io("create", &tiers))?;
    let found = found.into_iter().chain(folders(&tiers)?).collect();
    let removed = sweep(dir, &store, &index, found)?;
    let report = OpenReport {
        segments: index.segments.len(),
        samples: index.slices().map(|slice| slice.rows).sum(),
        bytes: index.segments.iter().map(|segment| segment.bytes).sum(),
        sealed_through: index.sealed_through.unwrap_or(0),
        removed,
        damage: index.segments.iter().filter_map(|segment| store.look(segment)).collect(),
    };
    Ok(Opened { lock, store, index, report })
}

/// A folder of segments without a manifest is no new history: taking it for one would delete them as leftovers.
fn begin(dir: &Path, found: &[PathBuf]) -> Result<Index, HistoryError> {
    let sealed = found.iter().find(|folder| folder.extension().is_none());
    if let Some(segment) = sealed.filter(|_| !dir.join("manifest.tmp").exists()) {
        let why = format!("it is missing, but there is a segment: {}", segment.display());
        return Err(HistoryError::damaged(&dir.join("manifest"), "the whole file", why));
    }
    let index = Index::default();
    manifest::store(dir, &index)?;
    Ok(index)
}

fn lock(dir: &Path) -> Result<File, HistoryError> {
    let path = dir.join("lock");
    let open = File::options().create(true).truncate(false).write(true).open(&path);
    let file = open.map_err(HistoryError::io("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(HistoryError::InUse { path }),
        Err(TryLockError::Error(error)) => Err(HistoryError::io("lock", &path)(error)),
    }
}

fn folders(segments: &Path) -> Result<Vec<PathBuf>, HistoryError> {
    let read =
        || fs::read_dir(segments)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>();
    let mut found = read().map_err(HistoryError::io("list", segments))?;
    found.sort();
    Ok(found)
}

/// Removes what the manifest does not name: it was never sealed, and the log still has it, or it was merged away.
fn sweep(
    dir: &Path,
    store: &Store,
    index: &Index,
    found: Vec<PathBuf>,
) -> Result<Vec<PathBuf>, HistoryError> {
    let segments = index.segments.iter().map(|segment| store.folder(&segment.name));
    let known: BTreeSet<PathBuf> =
        segments.chain(index.tiers.iter().map(|chunk| store.tier_folder(&chunk.name))).collect();
    let mut removed = Vec::new();
    for folder in found.into_iter().filter(|folder| !known.contains(folder)) {
        fs::remove_dir_all(&folder).map_err(HistoryError::io("remove", &folder))?;
        removed.push(folder);
    }
    let beside = dir.join("manifest.tmp");
    if fs::remove_file(&beside).is_ok() {
        removed.push(beside);
    }
    Ok(removed)
}

impl Store {
    /// Whether a segment's files are there and as long as they were; a full look is [`crate::History::verify`].
    fn look(&self, segment: &manifest::SegmentMeta) -> Option<Damage> {
        let folder = self.folder(&segment.name);
        let length = |file: &str| fs::metadata(folder.join(file)).map(|found| found.len());
        let all: Result<u64, _> = crate::store::FILES.into_iter().map(length).sum();
        match all {
            Ok(bytes) if bytes == segment.bytes => None,
            Ok(bytes) => {
                let why =
                    format!("its files have {bytes} bytes together and were written with {}", segment.bytes);
                Some(Damage { file: folder, place: "the segment".into(), why })
            }
            Err(error) => Some(Damage { file: folder, place: "the segment".into(), why: error.to_string() }),
        }
    }
}
