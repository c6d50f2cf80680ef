//! The manifest: which segments exist and what they span, so that opening and planning read nothing else.
//!
//! ```text
//! manifest: | "trine-history <form> crc32c=<hex> bytes=<n>\n" | n bytes of JSON: Index |
//! ```
//! It is written beside and renamed over, so that it is always whole: the old one or the new one. A segment exists
//! from the moment the manifest names it; what the manifest does not name is a leftover of an interrupted seal.

use crate::error::HistoryError;
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

const FORM: u32 = 1;
const NAME: &str = "manifest";

/// A slice of a segment: one row group, and the keyframe of what held just before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SliceMeta {
    /// Smallest source time, ns; the keyframe holds for the instant before.
    pub min: i64,
    /// Largest source time, ns.
    pub max: i64,
    pub rows: u64,
    /// Rows of the keyframe.
    pub held: u64,
}

/// A sealed segment: the samples of a stretch of the log, whatever their source times.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SegmentMeta {
    /// Counts up; never used twice.
    pub id: u64,
    /// Its folder below `segments/`.
    pub name: String,
    /// First and last log position. Segments that came out of one merge share them.
    pub log: (u64, u64),
    /// First and last recorded time, ns.
    pub recorded: (i64, i64),
    /// Bytes of all its files.
    pub bytes: u64,
    /// Row groups, ascending and disjoint in source time.
    pub slices: Vec<SliceMeta>,
}

impl SegmentMeta {
    pub fn rows(&self) -> u64 {
        self.slices.iter().map(|slice| slice.rows).sum()
    }

    /// First and last source time, ns.
    pub fn source(&self) -> (i64, i64) {
        let min = self.slices.first().map_or(i64::MAX, |slice| slice.min);
        (min, self.slices.last().map_or(i64::MIN, |slice| slice.max))
    }
}

/// A chunk of a tier: every step of `[from, to)` by what the log held up to a position.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct TierMeta {
    /// From the same count as segments.
    pub id: u64,
    /// Its folder below `tiers/`.
    pub name: String,
    /// Length of a step, ns.
    pub step: i64,
    /// Where it begins and ends in source time, ns; multiples of the step.
    pub from: i64,
    pub to: i64,
    /// Log position up to which samples are counted in.
    pub log: u64,
    pub rows: u64,
    pub bytes: u64,
}

/// Everything that is sealed, segments in the order of the log.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Index {
    pub next_id: u64,
    /// Every log position up to here is sealed.
    pub sealed_through: Option<u64>,
    /// Largest recorded time ever taken, ns: recorded time never runs backwards, whatever the clock did.
    pub recorded: Option<i64>,
    pub segments: Vec<SegmentMeta>,
    /// Chunks of tiers, by step and time.
    #[serde(default)]
    pub tiers: Vec<TierMeta>,
    /// Raw samples before this source time, ns, may be gone.
    #[serde(default)]
    pub raw_from: Option<i64>,
}

impl Index {
    pub fn slices(&self) -> impl Iterator<Item = &SliceMeta> {
        self.segments.iter().flat_map(|segment| &segment.slices)
    }
}

fn path(dir: &Path) -> PathBuf {
    dir.join(NAME)
}

/// Reads the manifest; none where the folder is new.
pub(crate) fn load(dir: &Path) -> Result<Option<Index>, HistoryError> {
    let path = path(dir);
    match fs::read(&path) {
        Ok(bytes) => decode(&path, &bytes).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(HistoryError::io("read", &path)(error)),
    }
}

fn decode(path: &Path, bytes: &[u8]) -> Result<Index, HistoryError> {
    let damaged = |place: &str, why: String| HistoryError::damaged(path, place, why);
    let line = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let head = std::str::from_utf8(&bytes[..line]).unwrap_or_default();
    let body = bytes.get(line + 1..).unwrap_or_default();
    let mut words = head.split(' ');
    let form = words.next().filter(|word| *word == "trine-history").and_then(|_| words.next()?.parse().ok());
    let Some(form) = form else { return Err(damaged("its first line", "it is no manifest".into())) };
    if form > FORM {
        return Err(HistoryError::Version { path: path.to_owned(), found: form, known: FORM });
    }
    if head != head_of(body) {
        return Err(damaged("its body", "the checksum or the length does not hold".into()));
    }
    serde_json::from_slice(body).map_err(|error| damaged("its body", error.to_string()))
}

fn head_of(body: &[u8]) -> String {
    format!("trine-history {FORM} crc32c={:08x} bytes={}", crc32c::crc32c(body), body.len())
}

/// Replaces the manifest; when this returns, the new one survives a power cut.
pub(crate) fn store(dir: &Path, index: &Index) -> Result<(), HistoryError> {
    let path = path(dir);
    let body =
        serde_json::to_vec(index).map_err(io::Error::other).map_err(HistoryError::io("write", &path))?;
    let mut bytes = head_of(&body).into_bytes();
    bytes.push(b'\n');
    bytes.extend(body);
    let beside = dir.join("manifest.tmp");
    write_durably(&beside, &bytes)?;
    fs::rename(&beside, &path).map_err(HistoryError::io("replace", &path))?;
    sync_dir(dir)
}

/// Writes a file and waits until it is on disk.
pub(crate) fn write_durably(path: &Path, bytes: &[u8]) -> Result<(), HistoryError> {
    let write = || {
        let mut file = File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(HistoryError::io("write", path))
}

/// Makes renames and removals in a folder durable.
pub(crate) fn sync_dir(dir: &Path) -> Result<(), HistoryError> {
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(HistoryError::io("sync", dir))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_byte_of_a_manifest_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let slice = SliceMeta { min: -1, max: 2, rows: 3, held: 4 };
        let segment = SegmentMeta {
            id: 1,
            name: "a".into(),
            log: (1, 9),
            recorded: (5, 6),
            bytes: 7,
            slices: vec![slice],
        };
        let index = Index {
            next_id: 2,
            sealed_through: Some(9),
            recorded: Some(6),
            segments: vec![segment],
            ..Index::default()
        };
        store(dir.path(), &index).unwrap();
        assert_eq!(load(dir.path()).unwrap().unwrap(), index);
        let whole = fs::read(path(dir.path())).unwrap();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x10;
            assert!(decode(&path(dir.path()), &bytes).is_err(), "byte {at}");
            assert!(decode(&path(dir.path()), &whole[..at]).is_err(), "cut at {at}");
        }
    }
}
