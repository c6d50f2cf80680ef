//! Before the raw samples that retention has left, minutes and hours say what held, and say that they do.

use crate::{law, law::scratch};
use std::{collections::BTreeMap, time::Duration};
use trine_base::{Held, Instant, Quality, Sample, SignalId, Value};
use trine_history::{History, HistoryOptions, RetentionPolicy, SignalFilter};

const HOURS: i64 = 30;
const NUMBER: SignalId = SignalId(1);
const INTEGER: SignalId = SignalId(2);
const BOOLEAN: SignalId = SignalId(3);
const TEXT: SignalId = SignalId(4);
const RARE: SignalId = SignalId(5);
const BAD: SignalId = SignalId(6);
const LATE: SignalId = SignalId(7);

fn at(second: i64) -> Instant {
    Instant::from_ms(second * 1000)
}

/// What came in each 20 seconds.
fn samples(second: i64) -> Vec<Sample> {
    let good = |signal, value| Sample::good(signal, at(second), value);
    let step = second / 20;
    let mut samples = vec![
        good(NUMBER, Value::Number((step % 50) as f64)),
        good(INTEGER, Value::Integer(step)),
        good(BOOLEAN, Value::Boolean(step % 3 != 0)),
        good(TEXT, Value::text("running")),
        Sample { quality: Quality::BAD_NO_COMMUNICATION, ..good(BAD, Value::Absent) },
    ];
    // One signal speaks twice in all, one only near the end.
    if [600, 50_000].contains(&second) {
        samples.push(good(RARE, Value::Number(second as f64)));
    }
    if second >= (HOURS - 2) * 3600 {
        samples.push(good(LATE, Value::Number(1.5)));
    }
    samples
}

fn filled(dir: &std::path::Path) -> History {
    let options =
        HistoryOptions { tiers: true, tier_rows: 3000, slice_rows: 400, page_rows: 50, ..law::options() };
    let (history, _) = History::open(dir, options).unwrap();
    for second in (0..HOURS * 3600).step_by(20) {
        history.append(at(second), second as u64 + 1, &samples(second)).unwrap();
        if second % 7200 == 7180 {
            history.seal().unwrap();
        }
    }
    history.seal().unwrap();
    history
}

fn raw_for(hours: u64) -> RetentionPolicy {
    RetentionPolicy { raw: Some(Duration::from_secs(hours * 3600)), ..RetentionPolicy::default() }
}

fn all(history: &History, second: i64) -> BTreeMap<SignalId, Held> {
    let held = history.at(&SignalFilter::All, at(second), None).unwrap();
    assert!(held.is_sorted_by_key(|held| held.signal));
    held.into_iter().map(|held| (held.signal, held)).collect()
}

/// The means of a step that begins at a second.
fn mean(begin: i64, step: i64) -> f64 {
    let values: Vec<f64> =
        (begin..begin + step).step_by(20).map(|second| (second / 20 % 50) as f64).collect();
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn what_held_before_the_raw_samples_is_the_mean_of_its_minute() {
    let dir = scratch();
    let history = filled(dir.path());
    let before = all(&history, 25 * 3600 + 50);
    assert!(history.enforce(&raw_for(10), at(HOURS * 3600)).unwrap().segments > 3);
    assert_eq!(all(&history, 25 * 3600 + 50), before, "raw samples answer as ever");
    for second in [1_000, 5_000, 3 * 3600 + 59, 36_020, 18 * 3600] {
        let (found, minute) = (all(&history, second), second - second % 60);
        let number = &found[&NUMBER];
        assert_eq!((number.source, number.recorded), (at(minute), at(minute + 60)), "at {second}");
        assert_eq!(number.value, Value::Number(mean(minute, 60)));
        assert_eq!(number.quality, Quality::UNCERTAIN_AGGREGATE);
        assert_eq!(found[&INTEGER].value, Value::Integer(minute / 20 + 1));
        assert_eq!(found[&BOOLEAN].value, Value::Boolean(true), "two of three");
        assert_eq!((&found[&TEXT].value, found[&TEXT].quality), (&Value::Absent, Quality::BAD_NO_DATA));
        assert_eq!((&found[&BAD].value, found[&BAD].quality), (&Value::Absent, Quality::BAD));
        assert_eq!(found.get(&LATE), None, "it had not spoken yet");
        for (signal, held) in found {
            let one = history.at(&SignalFilter::one(signal), at(second), None).unwrap();
            assert_eq!(one, [held], "one signal as all signals");
        }
    }
}

#[test]
fn a_signal_that_has_not_changed_since_is_there_as_it_was() {
    let dir = scratch();
    let history = filled(dir.path());
    history.enforce(&raw_for(10), at(HOURS * 3600)).unwrap();
    let rare = |second| all(&history, second).remove(&RARE);
    assert_eq!(rare(500), None);
    let aggregate = rare(40_000).unwrap();
    assert_eq!((aggregate.source, aggregate.quality), (at(600), Quality::UNCERTAIN_AGGREGATE), "far back");
    let kept = rare(60_000).unwrap();
    assert_eq!((kept.source, kept.quality, kept.value), (at(50_000), Quality::GOOD, Value::Number(50_000.0)));
}

#[test]
fn when_minutes_are_gone_hours_answer() {
    let dir = scratch();
    let history = filled(dir.path());
    let policy = RetentionPolicy { minutes: Some(Duration::from_secs(15 * 3600)), ..raw_for(10) };
    history.enforce(&policy, at(HOURS * 3600)).unwrap();
    let number = all(&history, 2 * 3600 + 1800).remove(&NUMBER).unwrap();
    assert_eq!((number.source, number.value), (at(2 * 3600), Value::Number(mean(2 * 3600, 3600))));
    let number = all(&history, 18 * 3600 + 59).remove(&NUMBER).unwrap();
    assert_eq!((number.source, number.value), (at(18 * 3600), Value::Number(mean(18 * 3600, 60))));
    let nothing = RetentionPolicy { hours: Some(Duration::ZERO), minutes: Some(Duration::ZERO), ..policy };
    history.enforce(&nothing, at(HOURS * 3600 + 7200)).unwrap();
    assert!(!all(&history, 2 * 3600).contains_key(&NUMBER), "nobody knows any more");
}

/// Invariant 3 before the dawn: playing on from an instant leads where looking leads.
#[test]
fn a_range_leads_where_looking_leads() {
    let dir = scratch();
    let history = filled(dir.path());
    history.enforce(&raw_for(10), at(HOURS * 3600)).unwrap();
    let start = 19 * 3600;
    let mut shown = all(&history, start);
    let mut last = start;
    for second in (start + 45..25 * 3600).step_by(613) {
        let (from, to) = (at(last).plus_ns(1), at(second).plus_ns(1));
        let range = history.range(&SignalFilter::All, from, to, None, 1_000_000).unwrap();
        assert!(range.samples.is_sorted_by_key(|held| (held.source, held.signal)));
        for held in range.samples {
            assert!(held.source >= from && held.source < to);
            shown.insert(held.signal, held);
        }
        // A look prefers the sample itself to a mean where it is still known.
        let mut looked = all(&history, second);
        for held in [&mut shown, &mut looked] {
            held.remove(&RARE);
        }
        assert_eq!(shown, looked, "at {second}");
        last = second;
    }
    let some = history.range(&SignalFilter::one(NUMBER), at(0), at(HOURS * 3600), None, 100).unwrap();
    assert!(some.truncated && some.samples.len() == 100);
    assert_eq!(some.samples[99].source, at(99 * 60));
}

#[test]
fn what_was_known_earlier_went_with_the_raw_samples() {
    let dir = scratch();
    let history = filled(dir.path());
    let known = Some(at(5 * 3600));
    let look = |history: &History| history.at(&SignalFilter::All, at(4 * 3600), known).unwrap().len();
    assert!(look(&history) > 4);
    history.enforce(&raw_for(10), at(HOURS * 3600)).unwrap();
    assert_eq!(look(&history), 0);
    let (from, _) = history.extent().unwrap();
    assert_eq!(from, at(0), "the past still begins where it began");
    drop(history);
    let (history, _) = History::open(dir.path(), law::options()).unwrap();
    assert_eq!(all(&history, 5_000)[&NUMBER].value, Value::Number(mean(4_980, 60)), "opened again");
    assert_eq!(history.verify(), vec![]);
}
/// Retention takes samples away, never the last word of a signal: not at the seam, not when everything is old.
#[test]
fn what_each_signal_said_last_stays() {
    let dir = scratch();
    let history = filled(dir.path());
    let last = all(&history, HOURS * 3600);
    for hours in [10, 1, 0] {
        history.enforce(&raw_for(hours), at((HOURS + 100 * i64::from(hours == 0)) * 3600)).unwrap();
        assert_eq!(all(&history, HOURS * 3600), last, "{hours} hours kept");
        let range =
            history.range(&SignalFilter::one(NUMBER), at(0), at(HOURS * 3600), None, 1_000_000).unwrap();
        let first = range.samples.iter().find(|held| held.quality == Quality::GOOD).unwrap();
        let seam = history.at(&SignalFilter::All, first.source, None).unwrap();
        assert!(seam.iter().any(|held| held.signal == RARE && held.quality == Quality::GOOD), "at the seam");
    }
    // A segment sealed after it knows them too.
    let second = HOURS * 3600 + 7200;
    history.append(at(second), second as u64 + 1, &samples(second)[..1]).unwrap();
    history.seal().unwrap();
    history.enforce(&raw_for(0), at(HOURS * 3600 + 360_000)).unwrap();
    assert_eq!(all(&history, second + 1).remove(&RARE), last.get(&RARE).cloned());
}
