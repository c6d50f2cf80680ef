//! The bounded queue between those who append and the writer, and what they hold while they wait.
//!
//! When the queue is full an appender waits (or is told, or awaits): a slow disk slows its sources, nothing is
//! dropped. A record larger than the whole bound is let in when the queue is empty, so that it cannot wait forever.

use crate::error::LogError;
use std::{
    collections::VecDeque,
    future::Future,
    pin::Pin,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

/// A record that waits to be written.
pub(crate) struct Entry {
    pub(crate) kind: u8,
    pub(crate) payload: Vec<u8>,
    answer: Arc<Answer>,
}

impl Entry {
    pub(crate) fn new(payload: Vec<u8>, kind: u8) -> (Self, Pending) {
        let answer = Arc::<Answer>::default();
        let pending = Pending { answer: Arc::clone(&answer) };
        (Self { kind, payload, answer }, pending)
    }

    /// Tells the one who waits how it ended.
    pub(crate) fn answer(self, result: Result<u64, LogError>) {
        self.answer.give(result);
    }
}

impl Drop for Entry {
    /// Whoever waits for a record that nobody will write hears so.
    fn drop(&mut self) {
        self.answer.give(Err(LogError::Closed));
    }
}

#[derive(Debug, Default)]
struct Answer {
    state: Mutex<AnswerState>,
    done: Condvar,
}

impl Answer {
    /// The first answer counts.
    fn give(&self, result: Result<u64, LogError>) {
        let waker = {
            let mut state = lock(&self.state);
            if state.is_given {
                return;
            }
            state.is_given = true;
            state.result = Some(result);
            state.waker.take()
        };
        self.done.notify_all();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

#[derive(Debug, Default)]
struct AnswerState {
    is_given: bool,
    result: Option<Result<u64, LogError>>,
    waker: Option<Waker>,
}

/// A record on its way to the disk. Dropping it does not take the record back.
///
/// Block on [`Pending::wait`], or await it on any runtime.
#[derive(Debug)]
#[must_use = "a record is acknowledged only once this has answered"]
pub struct Pending {
    answer: Arc<Answer>,
}

impl Pending {
    /// Blocks until the record is on disk and answers its position.
    pub fn wait(self) -> Result<u64, LogError> {
        let mut state = lock(&self.answer.state);
        loop {
            if let Some(result) = state.result.take() {
                return result;
            }
            state = self.answer.done.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Future for Pending {
    type Output = Result<u64, LogError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = lock(&self.answer.state);
        match state.result.take() {
            Some(result) => Poll::Ready(result),
            None => {
                state.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

/// The queue.
pub(crate) struct Queue {
    state: Mutex<QueueState>,
    not_empty: Condvar,
    not_full: Condvar,
    max_bytes: usize,
}

#[derive(Default)]
struct QueueState {
    entries: VecDeque<Entry>,
    bytes: usize,
    is_closed: bool,
    /// Tasks that wait for space.
    wakers: Vec<Waker>,
}

impl QueueState {
    fn has_space(&self, bytes: usize, max_bytes: usize) -> bool {
        self.entries.is_empty() || self.bytes.saturating_add(bytes) <= max_bytes
    }

    fn push(&mut self, payload: Vec<u8>, kind: u8) -> Pending {
        self.bytes += payload.len();
        let (entry, pending) = Entry::new(payload, kind);
        self.entries.push_back(entry);
        pending
    }
}

impl Queue {
    pub(crate) fn new(max_bytes: usize) -> Self {
        Self { state: Mutex::default(), not_empty: Condvar::new(), not_full: Condvar::new(), max_bytes }
    }

    /// Adds a record, waiting while there is no space.
    pub(crate) fn push(&self, payload: Vec<u8>, kind: u8) -> Result<Pending, LogError> {
        let mut state = lock(&self.state);
        loop {
            if state.is_closed {
                return Err(LogError::Closed);
            }
            if state.has_space(payload.len(), self.max_bytes) {
                let pending = state.push(payload, kind);
                self.not_empty.notify_one();
                return Ok(pending);
            }
            state = self.not_full.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Adds a record if there is space; takes it out of `payload` only then. Leaves `waker` behind otherwise.
    pub(crate) fn try_push(
        &self,
        payload: &mut Vec<u8>,
        kind: u8,
        waker: Option<&Waker>,
    ) -> Result<Option<Pending>, LogError> {
        let mut state = lock(&self.state);
        if state.is_closed {
            return Err(LogError::Closed);
        }
        if state.has_space(payload.len(), self.max_bytes) {
            let pending = state.push(std::mem::take(payload), kind);
            self.not_empty.notify_one();
            return Ok(Some(pending));
        }
        state.wakers.extend(waker.cloned());
        Ok(None)
    }

    /// Moves everything that waits into `group`, waiting while there is nothing. False once closed and empty.
    pub(crate) fn take_all(&self, group: &mut VecDeque<Entry>) -> bool {
        let mut state = lock(&self.state);
        while state.entries.is_empty() {
            if state.is_closed {
                return false;
            }
            state = self.not_empty.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        std::mem::swap(&mut state.entries, group);
        state.bytes = 0;
        let wakers = std::mem::take(&mut state.wakers);
        drop(state);
        self.not_full.notify_all();
        wakers.into_iter().for_each(Waker::wake);
        true
    }

    /// Drops what waits, so that it is answered.
    pub(crate) fn refuse_all(&self) {
        let entries = std::mem::take(&mut lock(&self.state).entries);
        drop(entries);
    }

    /// Takes no more records; what waits is still written.
    pub(crate) fn close(&self) {
        let mut state = lock(&self.state);
        state.is_closed = true;
        let wakers = std::mem::take(&mut state.wakers);
        drop(state);
        self.not_empty.notify_all();
        self.not_full.notify_all();
        wakers.into_iter().for_each(Waker::wake);
    }
}

/// An append that waits for space in the queue without blocking its thread ([`crate::Log::append_async`]).
/// It answers the [`Pending`] of the record, which is a future too.
#[must_use = "a future does nothing until it is awaited"]
pub struct Appending<'a> {
    pub(crate) queue: &'a Queue,
    pub(crate) refused: Option<LogError>,
    pub(crate) payload: Vec<u8>,
    pub(crate) kind: u8,
}

impl Future for Appending<'_> {
    type Output = Result<Pending, LogError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(error) = self.refused.take() {
            return Poll::Ready(Err(error));
        }
        let Self { queue, payload, kind, .. } = &mut *self;
        match queue.try_push(payload, *kind, Some(context.waker())) {
            Ok(Some(pending)) => Poll::Ready(Ok(pending)),
            Ok(None) => Poll::Pending,
            Err(error) => Poll::Ready(Err(error)),
        }
    }
}

/// A thread that panicked while it held one of these locks left nothing half-done in them.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
