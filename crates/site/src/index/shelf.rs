//! The folder of chapters: reading them, building them from the log, keeping the last ones open.

use super::{
    file::{self, Head},
    register::Register,
};
use crate::{SiteError, facts::facts_of};
use std::{
    collections::VecDeque,
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};
use trine_log::Log;

/// Chapters that are kept in memory as they were decoded, about a megabyte each.
const OPEN: usize = 32;
const SUFFIX: &str = ".idx";
/// How much of a file is read to find its head.
const HEAD_BYTES: usize = 64 << 10;

/// The folder.
pub(crate) struct Shelf {
    folder: PathBuf,
    log: Arc<Log>,
    facts_per_chapter: usize,
    /// By first record, the one used last at the end.
    open: Mutex<VecDeque<(u64, Arc<Register>)>>,
}

impl Shelf {
    pub fn new(folder: PathBuf, log: Arc<Log>, facts_per_chapter: usize) -> Self {
        Self { folder, log, facts_per_chapter: facts_per_chapter.max(1), open: Mutex::default() }
    }

    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The chapters without holes from the log's start on, built where they are missing, and what they do not cover.
    pub fn read(&self) -> Result<(Vec<Arc<Head>>, Register), SiteError> {
        let (mut chapters, mut next) = (Vec::new(), self.log.first());
        let log = file::hex(&self.log.id());
        let fits = |head: &Head, next: u64| {
            head.log == log && head.record == next && head.next <= self.log.durable()
        };
        loop {
            if let Some(head) = self.head(next).filter(|head| fits(head, next)) {
                next = head.next;
                chapters.push(Arc::new(head));
                continue;
            }
            let register = self.build(next, u64::MAX)?;
            if register.entries.len() < self.facts_per_chapter {
                return Ok((chapters, register));
            }
            match self.put(&register) {
                Ok(head) => {
                    tracing::info!("indexed the facts {} to {}", head.numbers.0, head.numbers.1);
                    next = head.next;
                    chapters.push(head);
                }
                Err(error) => {
                    tracing::warn!("the index of facts cannot be written and stays in memory: {error}");
                    return self.build_rest(next).map(|tail| (chapters, tail));
                }
            }
        }
    }

    /// The entries from a record on, until `end` or until they make a chapter.
    pub fn build(&self, from: u64, end: u64) -> Result<Register, SiteError> {
        self.walk(from, end, self.facts_per_chapter)
    }

    fn build_rest(&self, from: u64) -> Result<Register, SiteError> {
        self.walk(from, u64::MAX, usize::MAX)
    }

    fn walk(&self, from: u64, end: u64, facts: usize) -> Result<Register, SiteError> {
        let mut register = Register::default();
        let mut reader = self.log.read(from);
        while register.entries.len() < facts && reader.position() < end {
            let Some(record) = reader.next() else { break };
            let record = record?;
            let offset = reader.place().map(|place| place.offset);
            register.add(record.position, offset, &facts_of(record.position, &record.payload)?);
        }
        Ok(register)
    }

    /// The record up to which the start of a tail makes a chapter.
    pub fn end_of_chapter(&self, tail: &Register) -> Option<u64> {
        tail.record_after(self.facts_per_chapter)
    }

    /// Writes a chapter, durably.
    pub fn put(&self, register: &Register) -> io::Result<Arc<Head>> {
        let encoded = file::encode(self.log.id(), register);
        let (head, bytes) = encoded.ok_or_else(|| io::Error::other("a chapter needs facts"))?;
        fs::create_dir_all(&self.folder)?;
        let path = self.path(head.record);
        let beside = path.with_extension("new");
        let written = (|| {
            let mut file = File::create(&beside)?;
            file.write_all(&bytes)?;
            file.sync_all()?;
            fs::rename(&beside, &path)?;
            File::open(&self.folder)?.sync_all()
        })();
        if written.is_err() {
            // What was written of it is given back, because others need the space too.
            let _ = fs::remove_file(&beside);
        }
        written?;
        self.open().retain(|(record, _)| *record != head.record);
        Ok(Arc::new(head))
    }

    /// A chapter's entries; `None` where the file is not what its head promised.
    pub fn load(&self, head: &Head) -> Option<Arc<Register>> {
        if let Some(known) = self.take_open(head.record) {
            self.keep_open(head.record, &known);
            return Some(known);
        }
        let bytes = fs::read(self.path(head.record)).ok()?;
        let register = Arc::new(file::decode(head, &bytes)?);
        self.keep_open(head.record, &register);
        Some(register)
    }

    fn take_open(&self, record: u64) -> Option<Arc<Register>> {
        let mut open = self.open();
        let at = open.iter().position(|(known, _)| *known == record)?;
        open.remove(at).map(|(_, register)| register)
    }

    fn keep_open(&self, record: u64, register: &Arc<Register>) {
        let mut open = self.open();
        while open.len() >= OPEN {
            open.pop_front();
        }
        open.push_back((record, Arc::clone(register)));
    }

    fn open(&self) -> std::sync::MutexGuard<'_, VecDeque<(u64, Arc<Register>)>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn head(&self, record: u64) -> Option<Head> {
        let path = self.path(record);
        let head = read_head(&path);
        if head.is_none() && path.exists() {
            tracing::warn!("{} is damaged; the log of facts is indexed again there", path.display());
        }
        head
    }

    fn path(&self, record: u64) -> PathBuf {
        self.folder.join(format!("{record:020}{SUFFIX}"))
    }
}

fn read_head(path: &Path) -> Option<Head> {
    let mut file = File::open(path).ok()?;
    let length = file.metadata().ok()?.len();
    let mut bytes = Vec::new();
    (&file).take(HEAD_BYTES as u64).read_to_end(&mut bytes).ok()?;
    if let Some((head, _)) = file::head(&bytes, length) {
        return Some(head);
    }
    // A plant of very many things has a head that is longer.
    file.read_to_end(&mut bytes).ok()?;
    file::head(&bytes, length).map(|(head, _)| head)
}
