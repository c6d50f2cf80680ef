//! The world and the chronicle written down, so that a start need not read every fact again.
//!
//! ```text
//! line 1   trine-snapshot 1 CRC LENGTH
//! LENGTH bytes of JSON {"next": …, "world": …, "chronicle": …}, CRC-32 over them
//! ```
//!
//! It follows from the log, so a damaged one is put aside with a word and everything is read again.

use crate::{Chronicle, SiteError};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use trine_world::World;

const MAGIC: &str = "trine-snapshot 1";

#[derive(Serialize, Deserialize)]
struct Body {
    /// First record of the log of facts that is not in it.
    next: u64,
    world: serde_json::Value,
    chronicle: Chronicle,
}

/// What a snapshot holds.
#[derive(Default)]
pub(crate) struct Snapshot {
    pub world: World,
    pub chronicle: Chronicle,
    /// First record of the log of facts that is not in it; `None`: there was no snapshot.
    pub next: Option<u64>,
}

pub(crate) fn write(path: &Path, next: u64, world: &World, chronicle: &Chronicle) -> Result<(), SiteError> {
    let world = serde_json::from_slice(&world.snapshot()).unwrap_or_default();
    let body = serde_json::to_vec(&Body { next, world, chronicle: chronicle.clone() }).unwrap_or_default();
    let head = head(&body);
    let fresh = path.with_extension("new");
    let result = (|| {
        let mut file = File::create(&fresh)?;
        file.write_all(head.as_bytes())?;
        file.write_all(&body)?;
        file.sync_all()?;
        fs::rename(&fresh, path)?;
        path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    })();
    result.map_err(|source| SiteError::Folder { path: path.to_owned(), source })
}

pub(crate) fn read(path: &Path) -> Snapshot {
    let Ok(bytes) = fs::read(path) else { return Snapshot::default() };
    match parse(&bytes) {
        Some(snapshot) => snapshot,
        None => {
            tracing::warn!(
                "the snapshot {} is damaged; the world is built from the log again",
                path.display()
            );
            Snapshot::default()
        }
    }
}

fn head(body: &[u8]) -> String {
    format!("{MAGIC} {:08x} {}\n", crc32fast::hash(body), body.len())
}

fn parse(bytes: &[u8]) -> Option<Snapshot> {
    let body_start = bytes.iter().position(|byte| *byte == b'\n')? + 1;
    let (found, body) = bytes.split_at(body_start);
    if found != head(body).as_bytes() {
        return None;
    }
    let Body { next, world, mut chronicle } = serde_json::from_slice(body).ok()?;
    chronicle.after_reading();
    let world = World::restore(&serde_json::to_vec(&world).ok()?).ok()?;
    Some(Snapshot { world, chronicle, next: Some(next) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_flipped_byte_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("snapshot");
        write(&path, 7, &World::new(), &Chronicle::default()).unwrap();
        assert_eq!(read(&path).next, Some(7));
        let whole = fs::read(&path).unwrap();
        for index in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[index] ^= 0x10;
            assert!(parse(&bytes).is_none(), "byte {index}");
        }
    }
}
