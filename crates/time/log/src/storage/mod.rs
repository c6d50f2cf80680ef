//! What the log asks of a file system: the seam at which tests put a disk that tears, forgets, fills up and lies.

mod directory;

pub use directory::Directory;

use crate::error::{LogError, is_disk_full};
use std::{any::Any, io, sync::Arc};

/// One directory of files.
pub trait Storage: Send + Sync + 'static {
    /// Takes the directory for this process until the answer is dropped; `None` when another one has it.
    fn lock(&self) -> io::Result<Option<Box<dyn Any + Send + Sync>>>;
    /// The names of all files.
    fn list(&self) -> io::Result<Vec<String>>;
    /// Opens a file that exists, to read and write.
    fn open(&self, name: &str) -> io::Result<Arc<dyn StorageFile>>;
    /// Makes an empty file, in place of one that may exist.
    fn create(&self, name: &str) -> io::Result<Arc<dyn StorageFile>>;
    /// Renames a file over another one, at once.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Deletes a file.
    fn remove(&self, name: &str) -> io::Result<()>;
    /// Makes what was created, renamed and removed durable.
    fn sync_directory(&self) -> io::Result<()>;
    /// Sixteen bytes that no other log has.
    fn new_id(&self) -> io::Result<[u8; 16]>;
    /// A file's path for people; the directory's for an empty name.
    fn path(&self, name: &str) -> String;
}

/// One open file.
pub trait StorageFile: Send + Sync {
    /// The length in bytes.
    fn length(&self) -> io::Result<u64>;
    /// Reads some bytes; 0 at the end.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;
    /// Writes all bytes. After an error any part of them may be in the file.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;
    /// Reserves space up to `length` and makes the file that long, so that later writes need no new space.
    fn allocate(&self, length: u64) -> io::Result<()>;
    /// Cuts or extends the file.
    fn set_length(&self, length: u64) -> io::Result<()>;
    /// Makes what was written durable, and of the metadata what is needed to read it back.
    fn sync_data(&self) -> io::Result<()>;
    /// Makes everything durable.
    fn sync_all(&self) -> io::Result<()>;
}

/// The error for a failed operation, with a full disk told apart.
pub(crate) fn failed(
    storage: &dyn Storage,
    operation: &'static str,
    name: &str,
    source: io::Error,
) -> LogError {
    if is_disk_full(&source) {
        LogError::DiskFull { place: storage.path(""), source: Arc::new(source) }
    } else {
        LogError::io(operation, storage.path(name), source)
    }
}

/// Reads up to `limit` bytes of a small file.
pub(crate) fn read_whole(storage: &dyn Storage, name: &str, limit: usize) -> Result<Vec<u8>, LogError> {
    let file = storage.open(name).map_err(|e| failed(storage, "open", name, e))?;
    read_exact_at(&*file, 0, limit).map_err(|e| failed(storage, "read", name, e))
}

/// Reads `length` bytes, or fewer where the file ends before.
pub(crate) fn read_exact_at(file: &dyn StorageFile, offset: u64, length: usize) -> io::Result<Vec<u8>> {
    let available = file.length()?.saturating_sub(offset);
    let length = length.min(usize::try_from(available).unwrap_or(usize::MAX));
    let mut bytes = vec![0; length];
    let mut filled = 0;
    while filled < length {
        match file.read_at(&mut bytes[filled..], offset + filled as u64)? {
            0 => break,
            n => filled += n,
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

/// Replaces a small file so that after a crash either the old or the new one is there, whole.
pub(crate) fn replace(storage: &dyn Storage, name: &str, bytes: &[u8]) -> Result<(), LogError> {
    let temporary = format!("{name}.tmp");
    let write = || {
        let file = storage.create(&temporary)?;
        file.write_at(bytes, 0)?;
        file.sync_all()?;
        storage.rename(&temporary, name)?;
        storage.sync_directory()
    };
    write().map_err(|e| failed(storage, "replace", name, e))
}
