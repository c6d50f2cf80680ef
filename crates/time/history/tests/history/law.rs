//! The law: whatever was appended in whatever order, sealed and reopened whenever, the history answers as the model.

use crate::model::{Model, value};
use proptest::prelude::*;
use std::{collections::BTreeSet, time::Duration};
use trine_base::{Instant, Sample, SignalId};
use trine_history::{History, HistoryOptions, SignalFilter};

/// A folder in memory where there is one: this test syncs thousands of times and cuts no power.
pub fn scratch() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// One thing that happens to a history.
#[derive(Debug, Clone)]
enum Step {
    /// A batch: the clock moves by so many ms (backwards too), then samples of (signal, source ms, kind, n).
    Append(i64, Vec<(u32, i64, u8, i64)>),
    Seal,
    Reopen,
    Merge,
}

fn step() -> impl Strategy<Value = Step> {
    let sample = (1u32..6, prop_oneof![0i64..12, 0i64..400], 0u8..7, 0i64..6);
    prop_oneof![
        6 => (-2i64..20, prop::collection::vec(sample, 0..24)).prop_map(|(tick, batch)| Step::Append(tick, batch)),
        2 => Just(Step::Seal),
        1 => Just(Step::Reopen),
        1 => Just(Step::Merge),
    ]
}

/// Small enough that a handful of samples makes several slices and pages.
pub fn options() -> HistoryOptions {
    HistoryOptions {
        slice_rows: 8,
        slice_depth: 1,
        page_rows: 4,
        seal_samples: 64,
        merge_depth: 2,
        background: false,
        seal_age: Duration::from_secs(1_000_000),
        ..HistoryOptions::default()
    }
}

/// Signals, from ms, span ms, as known at ms, a limit.
type Question = (BTreeSet<u32>, i64, i64, Option<i64>, usize);

fn question() -> impl Strategy<Value = Question> {
    let signals = prop::collection::btree_set(1u32..7, 0..4);
    (signals, -5i64..420, 0i64..420, prop::option::of(990i64..1200), 1usize..40)
}

fn ms(ms: i64) -> Instant {
    Instant::from_ms(ms)
}

fn check(
    history: &History,
    model: &Model,
    (signals, from, span, known, n): Question,
) -> Result<(), TestCaseError> {
    let set: BTreeSet<SignalId> = signals.into_iter().map(SignalId).collect();
    let (filter, wanted) = match set.is_empty() {
        true => (SignalFilter::All, None),
        false => (SignalFilter::Set(set.clone()), Some(&set)),
    };
    let known = known.map(ms);
    prop_assert_eq!(history.extent(), model.extent());
    prop_assert_eq!(history.at(&filter, ms(from), known).unwrap(), model.at(wanted, ms(from), known));
    let expected = model.range(wanted, ms(from), ms(from + span), known);
    let range = history.range(&filter, ms(from), ms(from + span), known, n).unwrap();
    prop_assert_eq!(range.truncated, expected.len() > n);
    prop_assert_eq!(&range.samples[..], &expected[..expected.len().min(n)]);
    if span > 0 {
        let signal = set.first().copied().unwrap_or(SignalId(1));
        let found = history.buckets(signal, ms(from), ms(from + span), n, known).unwrap();
        prop_assert_eq!(found, model.buckets(signal, ms(from), ms(from + span), n, known));
    }
    Ok(())
}

fn run(steps: Vec<Step>, questions: Vec<Question>) -> Result<(), TestCaseError> {
    let dir = scratch();
    let mut history = History::open(dir.path(), options()).unwrap().0;
    let (mut model, mut clock, mut log) = (Model::default(), 1000, Vec::new());
    for step in steps {
        match step {
            Step::Append(tick, batch) => {
                clock += tick;
                let sample = |&(signal, at, kind, n): &(u32, i64, u8, i64)| {
                    let (value, quality) = value(kind, n);
                    Sample { signal: SignalId(signal), source: ms(at), quality, value }
                };
                let samples: Vec<Sample> = batch.iter().map(sample).collect();
                model.append(ms(clock), &samples);
                log.push((ms(clock), samples));
                history.append(ms(clock), log.len() as u64, &log[log.len() - 1].1).unwrap();
            }
            Step::Seal => history.seal().unwrap(),
            Step::Merge => {
                history.merge().unwrap();
            }
            Step::Reopen => {
                drop(history);
                history = History::open(dir.path(), options()).unwrap().0;
                for (position, (recorded, samples)) in (1..).zip(&log) {
                    history.append(*recorded, position, samples).unwrap();
                }
            }
        }
    }
    questions.into_iter().try_for_each(|question| check(&history, &model, question))?;
    prop_assert_eq!(history.verify(), vec![]);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn answers_as_the_model(
        steps in prop::collection::vec(step(), 1..24),
        questions in prop::collection::vec(question(), 8),
    ) {
        run(steps, questions)?;
    }
}
