//! A disk in memory that tears, forgets, fills up and lies, as a seed says.
//!
//! What a write changes is visible at once, as in the page cache, and durable only after a sync. A killed process
//! leaves all that is visible. A power cut leaves of what was not synced any subset of sectors, a few of them torn in
//! the middle, and any prefix of the directory's changes. A failed sync makes some of it durable and forgets the rest
//! while it stays visible, as Linux does.

use crate::storage::{Storage, StorageFile};
use std::{
    any::Any,
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, MutexGuard},
};

const SECTOR: usize = 512;

/// xorshift64*: enough for schedules, and the same everywhere.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

#[derive(Clone, Debug)]
enum Change {
    Write { offset: usize, bytes: Vec<u8> },
    Length(usize),
}

#[derive(Clone, Debug)]
enum Entry {
    Put(String, usize),
    Rename(String, String),
    Remove(String),
}

#[derive(Default)]
struct Inode {
    visible: Vec<u8>,
    durable: Vec<u8>,
    unsynced: Vec<Change>,
}

type Names = BTreeMap<String, usize>;

struct State {
    random: Random,
    inodes: Vec<Inode>,
    names: Names,
    durable_names: Names,
    unsynced_names: Vec<Entry>,
    /// Operations until the machine stops, in the middle of one.
    stops_in: Option<u64>,
    has_stopped: bool,
    /// Operations until a sync fails.
    sync_fails_in: Option<u64>,
    capacity: usize,
}

/// How the machine ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Kill,
    PowerCut,
}

#[derive(Clone)]
pub(super) struct Disk(Arc<Mutex<State>>);

impl Disk {
    pub(super) fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(State {
            random: Random::new(seed),
            inodes: Vec::new(),
            names: Names::new(),
            durable_names: Names::new(),
            unsynced_names: Vec::new(),
            stops_in: None,
            has_stopped: false,
            sync_fails_in: None,
            capacity: usize::MAX,
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub(super) fn stop_in(&self, operations: Option<u64>) {
        self.state().stops_in = operations;
    }

    /// Does something during which the machine does not stop.
    pub(super) fn without_stopping(&self, act: impl FnOnce()) {
        let planned = self.state().stops_in.take();
        act();
        self.stop_in(planned);
    }

    pub(super) fn has_stopped(&self) -> bool {
        self.state().has_stopped
    }

    pub(super) fn fail_sync_in(&self, syncs: Option<u64>) {
        self.state().sync_fails_in = syncs;
    }

    /// Leaves this much space free from now on.
    pub(super) fn set_free(&self, free: usize) {
        let mut state = self.state();
        state.capacity = if free == usize::MAX { free } else { state.used() + free };
    }

    /// Starts the machine again after it ended in some way.
    pub(super) fn restart(&self, ending: Ending) {
        let mut state = self.state();
        if ending == Ending::PowerCut {
            state.cut_power();
        }
        state.has_stopped = false;
        state.stops_in = None;
        state.sync_fails_in = None;
    }

    /// The bytes of a file, to change them behind the log's back.
    pub(super) fn tamper<T>(&self, name: &str, change: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        let mut state = self.state();
        let inode = state.names[name];
        change(&mut state.inodes[inode].visible)
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.state().names.keys().cloned().collect()
    }

    /// An independent copy of what is visible.
    pub(super) fn copy(&self) -> Self {
        let copy = Self::new(1);
        let from = self.state();
        {
            let mut to = copy.state();
            for (name, inode) in &from.names {
                let bytes = from.inodes[*inode].visible.clone();
                let inode = to.inodes.len();
                to.inodes.push(Inode { visible: bytes.clone(), durable: bytes, unsynced: Vec::new() });
                to.names.insert(name.clone(), inode);
            }
            to.durable_names = to.names.clone();
        }
        copy
    }
}

impl State {
    fn used(&self) -> usize {
        self.names.values().map(|inode| self.inodes[*inode].visible.len()).sum()
    }

    /// Counts an operation; true when the machine stops in the middle of this one.
    fn stops_now(&mut self) -> io::Result<bool> {
        if self.has_stopped {
            return Err(io::Error::other("the machine has stopped"));
        }
        self.has_stopped = matches!(self.stops_in, Some(0));
        self.stops_in = self.stops_in.map(|left| left.saturating_sub(1));
        Ok(self.has_stopped)
    }

    /// An operation that happens whole or not at all.
    fn step(&mut self) -> io::Result<()> {
        if self.stops_now()? { Err(io::Error::other("the machine stops")) } else { Ok(()) }
    }

    fn sync_fails(&mut self) -> bool {
        let fails = matches!(self.sync_fails_in, Some(0));
        self.sync_fails_in = self.sync_fails_in.and_then(|left| left.checked_sub(1));
        fails
    }

    fn change(&mut self, inode: usize, change: Change) {
        let inode = &mut self.inodes[inode];
        apply(&mut inode.visible, &change);
        inode.unsynced.push(change);
    }

    /// Makes a random part of what was not synced durable, sector by sector.
    fn settle_some(&mut self, inode: usize, keeps_lengths: bool) {
        let changes = std::mem::take(&mut self.inodes[inode].unsynced);
        let percent = [0, 10, 50, 90, 100][self.random.below(5) as usize];
        for change in changes {
            let Change::Write { offset, bytes } = change else {
                if keeps_lengths || self.random.chance(percent) {
                    apply(&mut self.inodes[inode].durable, &change);
                }
                continue;
            };
            let (mut at, end) = (offset, offset + bytes.len());
            while at < end {
                let sector_end = ((at / SECTOR + 1) * SECTOR).min(end);
                // A few sectors are torn inside, which is more than real disks do.
                let until = if self.random.chance(5) {
                    at + self.random.below((sector_end - at) as u64) as usize
                } else {
                    sector_end
                };
                if self.random.chance(percent) {
                    let piece = bytes[at - offset..until - offset].to_vec();
                    apply(&mut self.inodes[inode].durable, &Change::Write { offset: at, bytes: piece });
                }
                at = sector_end;
            }
        }
    }

    fn cut_power(&mut self) {
        for inode in 0..self.inodes.len() {
            self.settle_some(inode, false);
            self.inodes[inode].visible = self.inodes[inode].durable.clone();
        }
        let changes = std::mem::take(&mut self.unsynced_names);
        let kept = self.random.below(changes.len() as u64 + 1) as usize;
        changes[..kept].iter().for_each(|change| rename(&mut self.durable_names, change));
        self.names = self.durable_names.clone();
    }

    fn change_names(&mut self, change: Entry) {
        rename(&mut self.names, &change);
        self.unsynced_names.push(change);
    }
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Length(length) => bytes.resize(*length, 0),
        Change::Write { bytes: written, .. } if written.is_empty() => {}
        Change::Write { offset, bytes: written } => {
            let end = offset + written.len();
            bytes.resize(bytes.len().max(end), 0);
            bytes[*offset..end].copy_from_slice(written);
        }
    }
}

fn rename(names: &mut Names, change: &Entry) {
    match change {
        Entry::Put(name, inode) => {
            names.insert(name.clone(), *inode);
        }
        Entry::Rename(from, to) => {
            if let Some(inode) = names.remove(from) {
                names.insert(to.clone(), inode);
            }
        }
        Entry::Remove(name) => {
            names.remove(name);
        }
    }
}

impl Storage for Disk {
    fn lock(&self) -> io::Result<Option<Box<dyn Any + Send + Sync>>> {
        Ok(Some(Box::new(())))
    }

    fn list(&self) -> io::Result<Vec<String>> {
        self.state().step()?;
        Ok(self.names())
    }

    fn open(&self, name: &str) -> io::Result<Arc<dyn StorageFile>> {
        let mut state = self.state();
        state.step()?;
        let inode = *state.names.get(name).ok_or(io::ErrorKind::NotFound)?;
        Ok(Arc::new(DiskFile { disk: self.clone(), inode }))
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn StorageFile>> {
        let mut state = self.state();
        state.step()?;
        let inode = state.inodes.len();
        state.inodes.push(Inode::default());
        state.change_names(Entry::Put(name.into(), inode));
        Ok(Arc::new(DiskFile { disk: self.clone(), inode }))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.state();
        state.step()?;
        state.change_names(Entry::Rename(from.into(), to.into()));
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut state = self.state();
        state.step()?;
        if !state.names.contains_key(name) {
            return Err(io::ErrorKind::NotFound.into());
        }
        state.change_names(Entry::Remove(name.into()));
        Ok(())
    }

    fn sync_directory(&self) -> io::Result<()> {
        let mut state = self.state();
        state.step()?;
        state.durable_names = state.names.clone();
        state.unsynced_names.clear();
        Ok(())
    }

    fn new_id(&self) -> io::Result<[u8; 16]> {
        Ok(std::array::from_fn(|_| self.state().random.next() as u8))
    }

    fn path(&self, name: &str) -> String {
        name.into()
    }
}

struct DiskFile {
    disk: Disk,
    inode: usize,
}

impl StorageFile for DiskFile {
    fn length(&self) -> io::Result<u64> {
        Ok(self.disk.state().inodes[self.inode].visible.len() as u64)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut state = self.disk.state();
        if state.has_stopped {
            return Err(io::Error::other("the machine has stopped"));
        }
        // Short reads are allowed, so they happen.
        let most = 1 + state.random.below(buffer.len().max(1) as u64) as usize;
        let bytes = &state.inodes[self.inode].visible;
        let start = bytes.len().min(offset as usize);
        let length = (bytes.len() - start).min(buffer.len()).min(most);
        buffer[..length].copy_from_slice(&bytes[start..start + length]);
        Ok(length)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut state = self.disk.state();
        let stops = state.stops_now()?;
        let offset = offset as usize;
        let grows = (offset + bytes.len()).saturating_sub(state.inodes[self.inode].visible.len());
        let free = state.capacity.saturating_sub(state.used());
        // A copy-on-write file system can run out of space inside of what was reserved.
        let is_scarce = state.capacity != usize::MAX && state.random.chance(30);
        let fails = stops || grows > free || is_scarce;
        let written = if fails { state.random.below(bytes.len() as u64 + 1) as usize } else { bytes.len() };
        state.change(self.inode, Change::Write { offset, bytes: bytes[..written].to_vec() });
        match (stops, fails) {
            (true, _) => Err(io::Error::other("the machine stops")),
            (_, true) => Err(io::ErrorKind::StorageFull.into()),
            _ => Ok(()),
        }
    }

    fn allocate(&self, length: u64) -> io::Result<()> {
        let mut state = self.disk.state();
        state.step()?;
        let now = state.inodes[self.inode].visible.len();
        let length = (length as usize).max(now);
        if length - now > state.capacity.saturating_sub(state.used()) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        state.change(self.inode, Change::Length(length));
        Ok(())
    }

    fn set_length(&self, length: u64) -> io::Result<()> {
        let mut state = self.disk.state();
        state.step()?;
        state.change(self.inode, Change::Length(length as usize));
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut state = self.disk.state();
        state.step()?;
        if state.sync_fails() {
            state.settle_some(self.inode, true);
            return Err(io::Error::other("the disk did not take it"));
        }
        let inode = &mut state.inodes[self.inode];
        for change in std::mem::take(&mut inode.unsynced) {
            apply(&mut inode.durable, &change);
        }
        Ok(())
    }

    fn sync_all(&self) -> io::Result<()> {
        self.sync_data()
    }
}
