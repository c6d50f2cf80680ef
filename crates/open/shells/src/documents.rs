//! The file of documents: appended to, read at a place, and made anew from the log when it does not fit.

use crate::ShellsError;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a document stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Place {
    /// In the file.
    File {
        /// Bytes from its start.
        offset: u64,
        /// Bytes.
        length: u32,
        /// CRC-32 of the bytes.
        check: u32,
    },
    /// In memory: the disk refused it, and the log has it.
    Memory(Arc<str>),
}

/// An open file of documents.
#[derive(Debug)]
pub(crate) struct Documents {
    file: File,
    path: PathBuf,
}

impl Documents {
    /// Opens the file, with what it has up to `length`; what lies behind was written after the last snapshot. `None`
    /// when it is shorter.
    pub fn open(path: &Path, length: u64) -> Result<Option<Self>, ShellsError> {
        let fail = |source| ShellsError::File { path: path.to_owned(), source };
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        let file = file.map_err(fail)?;
        if file.metadata().map_err(fail)?.len() < length {
            return Ok(None);
        }
        file.set_len(length).map_err(fail)?;
        Ok(Some(Self { file, path: path.to_owned() }))
    }

    /// Writes bytes at a place.
    pub fn write(&self, bytes: &[u8], offset: u64) -> Result<(), ShellsError> {
        self.file.write_all_at(bytes, offset).map_err(|source| self.fail(source))
    }

    /// Makes what was written durable.
    pub fn sync(&self) -> Result<(), ShellsError> {
        self.file.sync_data().map_err(|source| self.fail(source))
    }

    /// Reads a document.
    pub fn read(&self, id: &str, place: &Place) -> Result<Arc<str>, ShellsError> {
        let (offset, length, check) = match place {
            Place::Memory(text) => return Ok(Arc::clone(text)),
            Place::File { offset, length, check } => (*offset, *length, *check),
        };
        let mut bytes = vec![0; length as usize];
        self.file.read_exact_at(&mut bytes, offset).map_err(|source| self.fail(source))?;
        let damaged = || ShellsError::Damaged { id: id.to_owned() };
        if crc32fast::hash(&bytes) != check {
            return Err(damaged());
        }
        String::from_utf8(bytes).map(Arc::from).map_err(|_| damaged())
    }

    fn fail(&self, source: std::io::Error) -> ShellsError {
        ShellsError::File { path: self.path.clone(), source }
    }
}
