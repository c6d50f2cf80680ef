//! Sealed segments on disk: writing a folder whole or not at all, and opening it again.
//!
//! ```text
//! history/
//!   manifest                          what exists (see manifest.rs)
//!   lock                              held by the one process that has it open
//!   segments/<start>_<id>/
//!     samples.parquet                 one row group a slice: columns in columns.rs
//!     keyframe.parquet                row group n: what held just before slice n
//!     checks                          CRC32C of each 8 KiB of both (see checked.rs)
//!   tiers/<step>_<start>_<id>/        minutes and hours (see tier.rs)
//! ```

use crate::{
    block::Block,
    cache::Cache,
    checked::{self, CheckedFile},
    columns::NAMES,
    encode,
    error::HistoryError,
    manifest::{SegmentMeta, SliceMeta, sync_dir, write_durably},
    options::HistoryOptions,
    table::Table,
};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};
use trine_base::Instant;

const SAMPLES: &str = "samples.parquet";
const KEYFRAME: &str = "keyframe.parquet";
use checked::FILE as CHECKS;
/// The files of a segment.
pub(crate) const FILES: [&str; 3] = [SAMPLES, KEYFRAME, CHECKS];

/// A slice about to be sealed: its rows and what held before them.
pub(crate) struct Slice {
    pub rows: Block,
    pub keyframe: Block,
}

impl Slice {
    fn meta(&self) -> SliceMeta {
        SliceMeta {
            min: self.rows.source.iter().copied().min().unwrap_or(i64::MAX),
            max: self.rows.source.iter().copied().max().unwrap_or(i64::MIN),
            rows: self.rows.len() as u64,
            held: self.keyframe.len() as u64,
        }
    }
}

/// What a segment covers besides its rows.
#[derive(Clone, Copy)]
pub(crate) struct Span {
    pub id: u64,
    pub log: (u64, u64),
    pub recorded: (i64, i64),
}

/// An open segment.
pub(crate) struct Segment {
    pub samples: Table,
    pub keyframe: Table,
}

/// Which decoded block: segment, slice, and whether its rows or its keyframe.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct BlockKey {
    pub segment: u64,
    pub slice: usize,
    pub keyframe: bool,
}

/// The folder of segments with its caches.
pub(crate) struct Store {
    dir: PathBuf,
    tiers_dir: PathBuf,
    pub page_rows: usize,
    pub zstd_level: i32,
    /// Open chunks of tiers.
    pub tiers: Cache<u64, Table>,
    open: Cache<u64, Segment>,
    blocks: Cache<BlockKey, Block>,
}

impl Store {
    pub fn new(dir: PathBuf, options: &HistoryOptions) -> Self {
        Self {
            tiers_dir: dir.with_file_name("tiers"),
            tiers: Cache::new(options.open_segments),
            dir,
            page_rows: options.page_rows,
            zstd_level: options.zstd_level,
            open: Cache::new(options.open_segments),
            blocks: Cache::new(options.cache_bytes),
        }
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub fn tiers_dir(&self) -> &Path {
        &self.tiers_dir
    }

    pub fn tier_folder(&self, name: &str) -> PathBuf {
        self.tiers_dir.join(name)
    }

    pub fn folder(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Writes a segment and makes it durable. Until the manifest names it, it does not exist.
    pub fn write(&self, span: Span, slices: &[Slice]) -> Result<SegmentMeta, HistoryError> {
        let metas: Vec<SliceMeta> = slices.iter().map(Slice::meta).collect();
        let start = metas.first().map_or(0, |slice| slice.min);
        let name = format!("{}_{:08}", stamp(start), span.id);
        let samples: Vec<&Block> = slices.iter().map(|slice| &slice.rows).collect();
        let keyframe: Vec<&Block> = slices.iter().map(|slice| &slice.keyframe).collect();
        let files = [self.encode(&samples, "changes", &metas)?, self.encode(&keyframe, "keyframes", &metas)?];
        let checks = checked::encode(&files[0], &files[1]);
        let beside = self.folder(&format!("{name}.tmp"));
        fs::create_dir_all(&beside).map_err(HistoryError::io("create", &beside))?;
        for (file, bytes) in [(SAMPLES, &files[0]), (KEYFRAME, &files[1]), (CHECKS, &checks)] {
            write_durably(&beside.join(file), bytes)?;
        }
        sync_dir(&beside)?;
        let folder = self.folder(&name);
        fs::rename(&beside, &folder).map_err(HistoryError::io("name", &folder))?;
        sync_dir(&self.dir)?;
        let bytes = (files[0].len() + files[1].len() + checks.len()) as u64;
        Ok(SegmentMeta { id: span.id, name, log: span.log, recorded: span.recorded, bytes, slices: metas })
    }

    fn encode(&self, blocks: &[&Block], what: &str, slices: &[SliceMeta]) -> Result<Vec<u8>, HistoryError> {
        let starts: Vec<String> =
            slices.iter().map(|slice| Instant::from_ns(slice.min).to_string()).collect();
        let about = [("trine.holds", what.to_owned()), ("trine.slices", starts.join(" "))];
        encode::file(blocks, &encode::layout(blocks, self.page_rows, self.zstd_level), &about)
    }

    pub fn forget(&self, keep: impl Fn(u64) -> bool) {
        self.open.retain(|segment| keep(*segment));
        self.tiers.retain(|chunk| keep(*chunk));
        self.blocks.retain(|key| keep(key.segment));
    }

    /// The two checked files of a segment.
    pub fn open_files(&self, meta: &SegmentMeta) -> Result<[CheckedFile; 2], HistoryError> {
        let folder = self.folder(&meta.name);
        let checks = checked::load(&folder)?;
        let samples = CheckedFile::open(folder.join(SAMPLES), checks.samples)?;
        Ok([samples, CheckedFile::open(folder.join(KEYFRAME), checks.keyframe)?])
    }

    /// Opens a segment past the cache.
    pub fn open_fresh(&self, meta: &SegmentMeta) -> Result<Segment, HistoryError> {
        let [samples, keyframe] = self.open_files(meta)?;
        let (samples, keyframe) = (Table::open(samples, &NAMES)?, Table::open(keyframe, &NAMES)?);
        for table in [&samples, &keyframe] {
            if table.groups() != meta.slices.len() {
                let why = format!("{} row groups, the manifest says {}", table.groups(), meta.slices.len());
                return Err(HistoryError::damaged(table.file().path(), "its footer", why));
            }
        }
        Ok(Segment { samples, keyframe })
    }

    pub fn segment(&self, meta: &SegmentMeta) -> Result<Arc<Segment>, HistoryError> {
        self.open.get_or(meta.id, || Ok((self.open_fresh(meta)?, 1)))
    }

    /// A whole slice, decoded and kept.
    pub fn slice(
        &self,
        meta: &SegmentMeta,
        slice: usize,
        keyframe: bool,
    ) -> Result<Arc<Block>, HistoryError> {
        self.blocks.get_or(BlockKey { segment: meta.id, slice, keyframe }, || {
            let segment = self.segment(meta)?;
            let table = if keyframe { &segment.keyframe } else { &segment.samples };
            let block = table.all(slice)?;
            let weight = block.weight();
            Ok((block, weight))
        })
    }

    /// A whole slice if it happens to be decoded already.
    pub fn cached(&self, meta: &SegmentMeta, slice: usize, keyframe: bool) -> Option<Arc<Block>> {
        self.blocks.get(&BlockKey { segment: meta.id, slice, keyframe })
    }
}

/// An instant as the beginning of a folder's name: sorts by time, no colons.
pub(crate) fn stamp(ns: i64) -> String {
    let text = Instant::from_ns(ns).to_string();
    text.chars().filter(|c| c.is_ascii_alphanumeric()).take(15).collect()
}
