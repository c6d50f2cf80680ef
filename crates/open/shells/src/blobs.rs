//! Files by their content: each is kept once, under its SHA-256.

use crate::ShellsError;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// The largest file that is taken, bytes.
pub const BLOB_BYTES: u64 = 256 << 20;

/// The SHA-256 of a file, in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BlobId(String);

impl BlobId {
    /// The id of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let digest = Sha256::digest(bytes);
        Self(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Reads what was written; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (text.len() == 64 && text.bytes().all(is_hex)).then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A folder of files by content.
#[derive(Debug)]
pub struct Blobs {
    folder: PathBuf,
    unfinished: AtomicU64,
}

impl Blobs {
    /// Opens the folder; made when it is not there. What was not finished is thrown away.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(folder: &Path) -> Result<Self, ShellsError> {
        let fail = |source| ShellsError::File { path: folder.to_owned(), source };
        let started = folder.join("unfinished");
        match fs::remove_dir_all(&started) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(fail(error)),
            _ => fs::create_dir_all(&started).map_err(fail)?,
        }
        Ok(Self { folder: folder.to_owned(), unfinished: AtomicU64::new(0) })
    }

    /// Keeps a file; durable when this returns. Blocks.
    ///
    /// # Errors
    /// When it is too large or the disk refuses; nothing of it is kept then.
    pub fn put(&self, bytes: &[u8]) -> Result<BlobId, ShellsError> {
        if bytes.len() as u64 > BLOB_BYTES {
            return Err(ShellsError::BlobTooLarge { max: BLOB_BYTES });
        }
        let id = BlobId::of(bytes);
        let path = self.path(&id);
        if path.exists() {
            return Ok(id);
        }
        let number = self.unfinished.fetch_add(1, Ordering::Relaxed);
        let started = self.folder.join("unfinished").join(number.to_string());
        let result = (|| {
            let shelf = path.parent().unwrap_or(&self.folder);
            fs::create_dir_all(shelf)?;
            let mut file = File::create(&started)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&started, &path)?;
            File::open(shelf)?.sync_all()
        })();
        result.map_err(|source| ShellsError::File { path, source })?;
        Ok(id)
    }

    /// Reads a file; `None` when it is not there. Blocks.
    ///
    /// # Errors
    /// When the disk refuses, or what it gives is not what was put.
    pub fn get(&self, id: &BlobId) -> Result<Option<Vec<u8>>, ShellsError> {
        let path = self.path(id);
        match fs::read(&path) {
            Ok(bytes) if BlobId::of(&bytes) == *id => Ok(Some(bytes)),
            Ok(_) => Err(ShellsError::Damaged { id: id.to_string() }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(source) => Err(ShellsError::File { path, source }),
        }
    }

    fn path(&self, BlobId(id): &BlobId) -> PathBuf {
        self.folder.join(&id[..2]).join(&id[2..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_kept_once_and_damage_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(folder.path()).unwrap();
        let id = blobs.put(b"drawing").unwrap();
        assert_eq!(blobs.put(b"drawing").unwrap(), id);
        assert_eq!(blobs.get(&id).unwrap().as_deref(), Some(&b"drawing"[..]));
        assert_eq!(blobs.get(&BlobId::of(b"other")).unwrap(), None);
        fs::write(blobs.path(&id), b"drawinG").unwrap();
        assert!(matches!(blobs.get(&id), Err(ShellsError::Damaged { .. })));
    }

    #[test]
    fn an_id_is_not_a_path() {
        assert_eq!(BlobId::parse("../../etc/passwd"), None);
        assert_eq!(BlobId::parse(&"é".repeat(32)), None);
        assert!(BlobId::parse(&BlobId::of(b"").to_string()).is_some());
    }
}
