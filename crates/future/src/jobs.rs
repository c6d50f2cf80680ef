//! Long runs: one after another, with progress that everybody can see, and a way to stop them.
//!
//! A job runs on a thread of its own, because it computes for seconds; so many may wait, and beyond that a new one is
//! refused. It ends by itself, by a problem in plain words, or because somebody stopped it; a stopped job leaves
//! nothing behind.

use serde::Serialize;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant as Moment};
use tokio::sync::broadcast;
use trine_base::Instant;
use trine_world::BranchId;

/// Jobs that may wait.
const WAITING_MAX: usize = 16;
/// Ended jobs that are remembered.
const ENDED_MAX: usize = 64;
/// Progress is told this often at most.
const TELL_EVERY: Duration = Duration::from_millis(200);
/// Tellings that a slow listener may lag behind.
const LISTENERS: usize = 256;

/// What a job is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum JobKind {
    /// What is expected.
    Forecast,
    /// What would be.
    WhatIf,
    /// The model beside its own past.
    Validation,
    /// Orders on machines.
    Plan,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum JobState {
    /// Others are before it.
    Waiting,
    /// It runs.
    Running,
    /// It has its result.
    Done,
    /// It could not; the problem says why.
    Failed,
    /// Somebody stopped it.
    Cancelled,
}

/// A job as others see it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Job {
    /// Its number.
    pub id: u64,
    /// What it is for.
    pub kind: JobKind,
    /// What people call its result.
    pub name: String,
    /// How far it is.
    pub state: JobState,
    /// 0 to 1.
    pub progress: f64,
    /// What it is doing.
    pub message: String,
    /// When it began.
    pub started: Option<Instant>,
    /// When it ended.
    pub ended: Option<Instant>,
    /// The branch that it made.
    pub branch: Option<BranchId>,
    /// The plan that it made.
    pub plan: Option<String>,
    /// Why it failed.
    pub problem: Option<String>,
}

/// What a job has made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Made {
    /// A branch.
    pub branch: Option<BranchId>,
    /// A plan.
    pub plan: Option<String>,
}

/// Why a job ended without a result.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// Somebody stopped it.
    #[error("it was stopped")]
    Cancelled,
    /// It cannot be done; in words for the person who asked.
    #[error("{0}")]
    Problem(String),
}

/// So many jobs wait already.
#[derive(Debug, thiserror::Error)]
#[error("{WAITING_MAX} runs are waiting already; wait for one to end, or stop one")]
pub struct TooMany;

type Work = Box<dyn FnOnce(&Progress) -> Result<Made, JobError> + Send>;

/// By which a job tells how far it is and hears that it is to stop.
pub struct Progress {
    jobs: Arc<Shared>,
    id: u64,
    stop: Arc<AtomicBool>,
    told: Mutex<Option<Moment>>,
}

impl Progress {
    /// How far the job is, 0 to 1, and what it is doing.
    ///
    /// # Errors
    /// When somebody has stopped it.
    pub fn at(&self, part: f64, message: &str) -> Result<(), JobError> {
        if self.is_stopped() {
            return Err(JobError::Cancelled);
        }
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let is_soon = told.is_some_and(|told| told.elapsed() < TELL_EVERY);
        *told = if is_soon { *told } else { Some(Moment::now()) };
        drop(told);
        self.jobs.change(self.id, !is_soon, |job| {
            job.progress = part.clamp(0.0, 1.0);
            if job.message != message {
                message.clone_into(&mut job.message);
            }
        });
        Ok(())
    }

    /// Whether somebody has stopped it.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Set when somebody stops it.
    #[must_use]
    pub fn stop_flag(&self) -> &Arc<AtomicBool> {
        &self.stop
    }
}

struct Waiting {
    id: u64,
    stop: Arc<AtomicBool>,
    work: Work,
}

#[derive(Default)]
struct State {
    next: u64,
    jobs: VecDeque<Job>,
    waiting: VecDeque<Waiting>,
    running: Option<(u64, Arc<AtomicBool>)>,
    is_closed: bool,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    tell: broadcast::Sender<Job>,
    now: Box<dyn Fn() -> Instant + Send + Sync>,
}

/// The jobs of a site.
pub struct Jobs {
    shared: Arc<Shared>,
}

impl Jobs {
    /// Starts the thread on which jobs run; `now` says what time it is.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(now: impl Fn() -> Instant + Send + Sync + 'static) -> std::io::Result<Self> {
        let (tell, _) = broadcast::channel(LISTENERS);
        let shared =
            Arc::new(Shared { state: Mutex::default(), changed: Condvar::new(), tell, now: Box::new(now) });
        let worker = Arc::clone(&shared);
        std::thread::Builder::new().name("trine-jobs".into()).spawn(move || worker.run())?;
        Ok(Self { shared })
    }

    /// Has a job done when those before it are.
    ///
    /// # Errors
    /// When too many wait.
    pub fn submit(
        &self,
        kind: JobKind,
        name: &str,
        work: impl FnOnce(&Progress) -> Result<Made, JobError> + Send + 'static,
    ) -> Result<Job, TooMany> {
        let mut state = self.shared.lock();
        if state.waiting.len() >= WAITING_MAX {
            return Err(TooMany);
        }
        state.next += 1;
        let job = Job {
            id: state.next,
            kind,
            name: name.to_owned(),
            state: JobState::Waiting,
            progress: 0.0,
            message: String::new(),
            started: None,
            ended: None,
            branch: None,
            plan: None,
            problem: None,
        };
        let stop = Arc::new(AtomicBool::new(false));
        state.waiting.push_back(Waiting { id: job.id, stop, work: Box::new(work) });
        state.jobs.push_back(job.clone());
        let ended = |job: &Job| !matches!(job.state, JobState::Waiting | JobState::Running);
        while state.jobs.len() > ENDED_MAX + WAITING_MAX && state.jobs.front().is_some_and(ended) {
            state.jobs.pop_front();
        }
        drop(state);
        self.shared.changed.notify_all();
        // Nobody listening is no error.
        let _ = self.shared.tell.send(job.clone());
        Ok(job)
    }

    /// All that are remembered, the newest first.
    #[must_use]
    pub fn list(&self) -> Vec<Job> {
        self.shared.lock().jobs.iter().rev().cloned().collect()
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, id: u64) -> Option<Job> {
        self.shared.lock().jobs.iter().find(|job| job.id == id).cloned()
    }

    /// Stops a job that waits or runs; `false`: there is none of this number.
    #[must_use]
    pub fn stop(&self, id: u64) -> bool {
        let mut state = self.shared.lock();
        if let Some(index) = state.waiting.iter().position(|waiting| waiting.id == id) {
            state.waiting.remove(index);
            drop(state);
            self.shared.end(id, Err(JobError::Cancelled));
            return true;
        }
        match &state.running {
            Some((running, stop)) if *running == id => stop.store(true, Ordering::Relaxed),
            _ => return state.jobs.iter().any(|job| job.id == id),
        }
        true
    }

    /// For work that is too short to be a job: nobody hears of it, and nobody stops it.
    #[must_use]
    pub fn quiet(&self) -> Progress {
        let (stop, told) = (Arc::new(AtomicBool::new(false)), Mutex::new(None));
        Progress { jobs: Arc::clone(&self.shared), id: 0, stop, told }
    }

    /// Jobs as they change, from now on.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Job> {
        self.shared.tell.subscribe()
    }
}

impl Drop for Jobs {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.is_closed = true;
        state.waiting.clear();
        if let Some((_, stop)) = &state.running {
            stop.store(true, Ordering::Relaxed);
        }
        drop(state);
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(self: Arc<Self>) {
        while let Some(Waiting { id, stop, work }) = self.next() {
            let progress = Progress { jobs: Arc::clone(&self), id, stop, told: Mutex::new(None) };
            // A fault of one run must not take the others with it.
            let made = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(&progress)));
            let made = made.unwrap_or_else(|_| {
                Err(JobError::Problem("the run met a fault of the program; its log says where".into()))
            });
            self.end(id, made);
        }
    }

    fn next(&self) -> Option<Waiting> {
        let mut state = self.lock();
        loop {
            if state.is_closed {
                return None;
            }
            if let Some(waiting) = state.waiting.pop_front() {
                state.running = Some((waiting.id, Arc::clone(&waiting.stop)));
                drop(state);
                let now = (self.now)();
                self.change(waiting.id, true, |job| {
                    (job.state, job.started) = (JobState::Running, Some(now));
                });
                return Some(waiting);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn end(&self, id: u64, made: Result<Made, JobError>) {
        let now = (self.now)();
        let mut state = self.lock();
        if state.running.as_ref().is_some_and(|(running, _)| *running == id) {
            state.running = None;
        }
        drop(state);
        self.change(id, true, |job| {
            job.ended = Some(now);
            match made {
                Ok(made) => {
                    (job.state, job.progress) = (JobState::Done, 1.0);
                    (job.branch, job.plan) = (made.branch, made.plan);
                }
                Err(JobError::Cancelled) => job.state = JobState::Cancelled,
                Err(JobError::Problem(problem)) => {
                    (job.state, job.problem) = (JobState::Failed, Some(problem));
                }
            }
        });
    }

    fn change(&self, id: u64, is_told: bool, change: impl FnOnce(&mut Job)) {
        let mut state = self.lock();
        let Some(job) = state.jobs.iter_mut().find(|job| job.id == id) else { return };
        change(job);
        if is_told {
            // Nobody listening is no error.
            let _ = self.tell.send(job.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    fn jobs() -> Jobs {
        Jobs::start(|| Instant::EPOCH).unwrap()
    }

    fn until(jobs: &Jobs, id: u64, state: JobState) -> Job {
        let mut heard = jobs.listen();
        loop {
            let job = jobs.get(id).unwrap();
            if job.state == state {
                return job;
            }
            heard.blocking_recv().unwrap();
        }
    }

    #[test]
    fn jobs_run_one_after_another_and_tell_how_far_they_are() {
        let jobs = jobs();
        let (order, done) = mpsc::channel();
        let ids = [1, 2, 3].map(|n| {
            let order = order.clone();
            let work = move |progress: &Progress| {
                progress.at(0.5, "half")?;
                order.send(n).unwrap();
                Ok(Made { plan: Some(format!("p{n}")), ..Made::default() })
            };
            jobs.submit(JobKind::Plan, "a plan", work).unwrap().id
        });
        let last = until(&jobs, ids[2], JobState::Done);
        assert_eq!((last.plan.as_deref(), last.progress), (Some("p3"), 1.0));
        assert_eq!(done.try_iter().collect::<Vec<_>>(), [1, 2, 3]);
    }

    #[test]
    fn a_running_and_a_waiting_job_can_be_stopped() {
        let jobs = jobs();
        let endless = |progress: &Progress| loop {
            progress.at(0.1, "on and on")?;
            std::thread::yield_now();
        };
        let running = jobs.submit(JobKind::Forecast, "a", endless).unwrap().id;
        let waiting = jobs.submit(JobKind::Forecast, "b", endless).unwrap().id;
        until(&jobs, running, JobState::Running);
        assert!(jobs.stop(waiting));
        assert!(jobs.stop(running));
        until(&jobs, running, JobState::Cancelled);
        until(&jobs, waiting, JobState::Cancelled);
        assert!(!jobs.stop(99));
    }

    #[test]
    fn a_fault_in_one_run_is_that_run_s_alone() {
        let jobs = jobs();
        let bad = jobs.submit(JobKind::Plan, "bad", |_| panic!("a fault")).unwrap().id;
        let refused = |_: &Progress| Err(JobError::Problem("no machine can do it".into()));
        let refused = jobs.submit(JobKind::Plan, "refused", refused).unwrap().id;
        let good = jobs.submit(JobKind::Plan, "good", |_| Ok(Made::default())).unwrap().id;
        until(&jobs, good, JobState::Done);
        assert!(jobs.get(bad).unwrap().problem.unwrap().contains("fault of the program"));
        assert_eq!(jobs.get(refused).unwrap().problem.as_deref(), Some("no machine can do it"));
    }

    #[test]
    fn beyond_what_may_wait_a_job_is_refused() {
        let jobs = jobs();
        let (go, gate) = mpsc::channel::<()>();
        let first = jobs
            .submit(JobKind::Plan, "first", move |_| {
                gate.recv().unwrap();
                Ok(Made::default())
            })
            .unwrap();
        until(&jobs, first.id, JobState::Running);
        for _ in 0..WAITING_MAX {
            jobs.submit(JobKind::Plan, "more", |_| Ok(Made::default())).unwrap();
        }
        let error = jobs.submit(JobKind::Plan, "too many", |_| Ok(Made::default())).unwrap_err();
        assert!(error.to_string().contains("waiting already"));
        go.send(()).unwrap();
    }
}
