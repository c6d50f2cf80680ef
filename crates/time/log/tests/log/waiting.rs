//! What callers see while they wait: back-pressure, futures, a full disk, a sync that fails.

use crate::small;
use std::{
    any::Any,
    future::Future,
    io,
    pin::pin,
    sync::{Arc, Condvar, Mutex},
    task::{Context, Poll, Wake, Waker},
    thread::Thread,
};
use trine_log::{
    Log, LogError,
    storage::{Directory, Storage, StorageFile},
};

/// A real directory whose data syncs wait at a gate, and fail or find the disk full when told to.
#[derive(Clone)]
struct Gated {
    inner: Arc<Directory>,
    gate: Arc<(Mutex<Gate>, Condvar)>,
}

#[derive(Default)]
struct Gate {
    is_shut: bool,
    waiting: usize,
    sync_fails: bool,
    is_full: bool,
}

impl Gated {
    fn new(dir: &tempfile::TempDir) -> Self {
        Self { inner: Arc::new(Directory::new(dir.path()).unwrap()), gate: Arc::default() }
    }

    fn set(&self, change: impl FnOnce(&mut Gate)) {
        change(&mut self.gate.0.lock().unwrap());
        self.gate.1.notify_all();
    }

    fn until_one_waits(&self) {
        let gate = self.gate.0.lock().unwrap();
        drop(self.gate.1.wait_while(gate, |gate| gate.waiting == 0).unwrap());
    }

    fn wrap(&self, file: io::Result<Arc<dyn StorageFile>>) -> io::Result<Arc<dyn StorageFile>> {
        Ok(Arc::new(GatedFile { inner: file?, gate: Arc::clone(&self.gate) }))
    }
}

impl Storage for Gated {
    fn lock(&self) -> io::Result<Option<Box<dyn Any + Send + Sync>>> {
        self.inner.lock()
    }
    fn list(&self) -> io::Result<Vec<String>> {
        self.inner.list()
    }
    fn open(&self, name: &str) -> io::Result<Arc<dyn StorageFile>> {
        self.wrap(self.inner.open(name))
    }
    fn create(&self, name: &str) -> io::Result<Arc<dyn StorageFile>> {
        self.wrap(self.inner.create(name))
    }
    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.inner.rename(from, to)
    }
    fn remove(&self, name: &str) -> io::Result<()> {
        self.inner.remove(name)
    }
    fn sync_directory(&self) -> io::Result<()> {
        self.inner.sync_directory()
    }
    fn new_id(&self) -> io::Result<[u8; 16]> {
        self.inner.new_id()
    }
    fn path(&self, name: &str) -> String {
        self.inner.path(name)
    }
}

struct GatedFile {
    inner: Arc<dyn StorageFile>,
    gate: Arc<(Mutex<Gate>, Condvar)>,
}

impl StorageFile for GatedFile {
    fn length(&self) -> io::Result<u64> {
        self.inner.length()
    }
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.inner.read_at(buffer, offset)
    }
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        if self.gate.0.lock().unwrap().is_full {
            self.inner.write_at(&bytes[..bytes.len() / 2], offset)?;
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.inner.write_at(bytes, offset)
    }
    fn allocate(&self, length: u64) -> io::Result<()> {
        self.inner.allocate(length)
    }
    fn set_length(&self, length: u64) -> io::Result<()> {
        self.inner.set_length(length)
    }
    fn sync_data(&self) -> io::Result<()> {
        let mut gate = self.gate.0.lock().unwrap();
        gate.waiting += 1;
        self.gate.1.notify_all();
        gate = self.gate.1.wait_while(gate, |gate| gate.is_shut).unwrap();
        gate.waiting -= 1;
        if gate.sync_fails {
            Err(io::Error::other("the disk did not take it"))
        } else {
            self.inner.sync_data()
        }
    }
    fn sync_all(&self) -> io::Result<()> {
        self.inner.sync_all()
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// The smallest runtime there is: the log's futures need no other.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}

#[test]
fn a_slow_disk_slows_its_sources_and_drops_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Gated::new(&dir);
    let (log, _) = Log::open_on(Arc::new(disk.clone()), small()).unwrap();
    disk.set(|gate| gate.is_shut = true);
    let first = log.append([0; 10], 0).unwrap();
    disk.until_one_waits();
    // The writer stands at the gate with the first record; 1,024 bytes fit in the queue.
    let second = log.append(vec![1; 1000], 0).unwrap();
    let mut third = vec![2; 1000];
    assert!(matches!(log.try_append(&mut third, 0), Err(LogError::QueueFull)));
    assert_eq!(third.len(), 1000, "a refused payload stays with the caller");
    let mut waiting = Box::pin(log.append_async(third, 0));
    assert!(waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    assert_eq!(log.durable(), 0);
    std::thread::scope(|scope| {
        let blocked = scope.spawn(|| log.append(vec![3; 1000], 0).unwrap().wait().unwrap());
        disk.set(|gate| gate.is_shut = false);
        assert_eq!((first.wait().unwrap(), second.wait().unwrap()), (0, 1));
        let third = block_on(async { waiting.await.unwrap().await.unwrap() });
        let mut both = [third, blocked.join().unwrap()];
        both.sort_unstable();
        assert_eq!(both, [2, 3]);
    });
    assert_eq!(log.read(0).count(), 4);
}

#[test]
fn a_full_disk_is_said_and_heals() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Gated::new(&dir);
    let (log, _) = Log::open_on(Arc::new(disk.clone()), small()).unwrap();
    assert_eq!(log.append("one", 0).unwrap().wait().unwrap(), 0);
    disk.set(|gate| gate.is_full = true);
    for _ in 0..3 {
        let refused = log.append(vec![9; 500], 0).unwrap().wait();
        assert!(matches!(refused, Err(LogError::DiskFull { .. })), "{refused:?}");
    }
    assert_eq!((log.durable(), log.read(0).count()), (1, 1), "what is there can be read");
    disk.set(|gate| gate.is_full = false);
    assert_eq!(log.append("two", 0).unwrap().wait().unwrap(), 1);
    drop(log);
    let (log, recovery) = Log::open(dir.path(), small()).unwrap();
    assert_eq!((recovery.next, recovery.truncated), (2, None));
    assert_eq!(log.read(0).map(|record| record.unwrap().payload).collect::<Vec<_>>(), [b"one", b"two"]);
}

#[test]
fn after_a_failed_sync_nothing_is_acknowledged_until_the_log_is_opened_again() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Gated::new(&dir);
    let (log, _) = Log::open_on(Arc::new(disk.clone()), small()).unwrap();
    assert_eq!(log.append("one", 0).unwrap().wait().unwrap(), 0);
    disk.set(|gate| gate.sync_fails = true);
    assert!(matches!(log.append("two", 0).unwrap().wait(), Err(LogError::Poisoned { .. })));
    disk.set(|gate| gate.sync_fails = false);
    assert!(matches!(log.append("three", 0).unwrap().wait(), Err(LogError::Poisoned { .. })));
    assert_eq!(log.read(0).count(), 1);
    drop(log);
    let (log, recovery) = Log::open(dir.path(), small()).unwrap();
    assert!(recovery.next == 1 || recovery.next == 2, "the second was never acknowledged and may be there");
    assert_eq!(log.append("four", 0).unwrap().wait().unwrap(), recovery.next);
}

#[test]
fn closing_writes_what_waits() {
    let dir = tempfile::tempdir().unwrap();
    let (log, _) = Log::open(dir.path(), small()).unwrap();
    let pending: Vec<_> = (0..50u8).map(|i| log.append([i], 0).unwrap()).collect();
    drop(log);
    for (i, pending) in pending.into_iter().enumerate() {
        assert_eq!(pending.wait().unwrap(), i as u64);
    }
}
