//! Many futures of one present.
//!
//! Replications are dealt into chunks of a fixed size; each chunk is worked on by one thread, and chunks are put
//! together in their order. So the result does not depend on how many threads there are, to the last bit.

use super::{Bands, Ended, Fault, Flow, FlowModel, Limits, Prices, Series, Summary, resample, run_until};
use crate::{Simulation, Stream};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// Does a piece of work on as many threads as it likes, the calling one among them: threads are the caller's business.
pub type Workers<'a> = &'a dyn Fn(&(dyn Fn() + Sync));

/// Replications of a chunk.
const CHUNK: u32 = 8;

/// What is wanted of replications.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Replicate {
    /// How many.
    pub count: u32,
    /// The first one's seed; the others' follow from it.
    pub seed: u64,
    /// Until when, ns since the Unix epoch.
    pub horizon_ns: i64,
    /// Statistics begin here, ns since the Unix epoch; before it the plant warms up. At the start when it is earlier.
    pub warm_up_ns: i64,
    /// How many buckets the curves have; 0: no curves.
    pub buckets: u32,
    /// Of how many replications quantiles of curves are taken.
    pub kept_max: u32,
    /// What each may cost.
    pub limits: Limits,
    /// For the cost.
    pub prices: Prices,
}

impl Default for Replicate {
    fn default() -> Self {
        Self {
            count: 30,
            seed: 1,
            horizon_ns: 0,
            warm_up_ns: i64::MIN,
            buckets: 0,
            kept_max: 256,
            limits: Limits::default(),
            prices: Prices::default(),
        }
    }
}

/// What replications gave.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Replications {
    /// One for each that was not broken off, in the order of their numbers.
    pub summaries: Vec<Summary>,
    /// Their curves.
    pub bands: Bands,
    /// Those that were broken off or got stuck: number and how.
    pub ended: Vec<(u32, Ended)>,
}

impl Replicate {
    /// The seed of a replication.
    #[must_use]
    pub fn seed_of(&self, number: u32) -> u64 {
        Stream::new(self.seed, u64::from(number), "replication").bits()
    }

    /// The chunks in which replications are dealt out.
    pub fn chunks(&self) -> impl Iterator<Item = Range<u32>> {
        let count = self.count;
        (0..count.div_ceil(CHUNK)).map(move |chunk| chunk * CHUNK..(chunk * CHUNK + CHUNK).min(count))
    }

    /// When bucket `number` ends, ns.
    #[must_use]
    pub fn bucket_end(&self, from_ns: i64, number: u32) -> i64 {
        let span = i128::from(self.horizon_ns) - i128::from(from_ns);
        let end = i128::from(from_ns) + span * i128::from(number + 1) / i128::from(self.buckets.max(1));
        end as i64
    }

    /// Runs one replication from where a simulation stands.
    pub fn run_one(
        &self,
        from: &Simulation<Flow>,
        number: u32,
        cancel: &AtomicBool,
    ) -> (Ended, Series, Summary) {
        let mut simulation = from.clone();
        resample(&mut simulation, self.seed_of(number));
        let begin = simulation.calendar.now().max(self.warm_up_ns.min(self.horizon_ns));
        let mut ended = run_until(&mut simulation, begin, &self.limits, cancel);
        Flow::reset_statistics(&mut simulation);
        let mut series = Series::new(&simulation);
        for bucket in 0..self.buckets.max(1) {
            if !ended.is_whole() {
                break;
            }
            ended = run_until(&mut simulation, self.bucket_end(begin, bucket), &self.limits, cancel);
            if self.buckets > 0 && ended.is_whole() {
                series.add(&simulation);
            }
        }
        let summary = Summary::of(&simulation, &self.prices);
        (ended, series, summary)
    }

    /// Runs a chunk.
    pub fn run_chunk(&self, from: &Simulation<Flow>, chunk: Range<u32>, cancel: &AtomicBool) -> Replications {
        let mut result =
            Replications { bands: Bands::new(self.kept_max as usize), ..Replications::default() };
        for number in chunk {
            let (ended, series, summary) = self.run_one(from, number, cancel);
            if ended != Ended::Horizon {
                result.ended.push((number, ended));
            }
            if ended.is_whole() {
                result.bands.add(&series);
                result.summaries.push(summary);
            }
        }
        result
    }

    /// Runs all of them from where a simulation stands. `workers` does the work that it is given, on as many threads
    /// as it likes at once, and comes back when all are done; `progress` hears how many replications are.
    pub fn run_from(
        &self,
        from: &Simulation<Flow>,
        workers: Workers<'_>,
        progress: &(dyn Fn(u32) + Sync),
        cancel: &AtomicBool,
    ) -> Replications {
        let chunks: Vec<Range<u32>> = self.chunks().collect();
        let results: Vec<Mutex<Option<Replications>>> = chunks.iter().map(|_| Mutex::new(None)).collect();
        let (next, done) = (AtomicU32::new(0), AtomicU32::new(0));
        let work = || {
            while let Some(chunk) = chunks.get(next.fetch_add(1, Ordering::Relaxed) as usize) {
                let result = self.run_chunk(from, chunk.clone(), cancel);
                if let Ok(mut place) = results[(chunk.start / CHUNK) as usize].lock() {
                    *place = Some(result);
                }
                let count = chunk.end - chunk.start;
                progress(done.fetch_add(count, Ordering::Relaxed) + count);
            }
        };
        workers(&work);
        let parts = results.into_iter().filter_map(|place| place.into_inner().ok().flatten());
        self.merge(parts)
    }

    /// Puts the results of chunks together, which come in the order of the chunks.
    #[must_use]
    pub fn merge(&self, parts: impl IntoIterator<Item = Replications>) -> Replications {
        let mut whole = Replications { bands: Bands::new(self.kept_max as usize), ..Replications::default() };
        for part in parts {
            whole.summaries.extend(part.summaries);
            whole.bands.merge(part.bands);
            whole.ended.extend(part.ended);
        }
        whole
    }
}

/// Checks a model, starts it, and runs replications of it as [`Replicate::run_from`] does.
///
/// # Errors
/// All that is wrong with the model or the horizon, when at least one fault is an error.
pub fn replicate(
    model: &FlowModel,
    wanted: &Replicate,
    workers: Workers<'_>,
    progress: &(dyn Fn(u32) + Sync),
    cancel: &AtomicBool,
) -> Result<Replications, Vec<Fault>> {
    if let Some(fault) = model.check_horizon(wanted.horizon_ns) {
        return Err(vec![fault]);
    }
    let start = Flow::start(model, wanted.seed)?;
    Ok(wanted.run_from(&start, workers, progress, cancel))
}
