//! The cases. Each takes a fresh rig; [`crate::conformance!`] makes a test of each.

use super::{MemorySink, Rig, RigFault, Supervised};
use crate::{Clock, SystemClock};
use std::time::Duration;
use trine_base::{Instant, Quality, Value};
use trine_world::{Fact, FactKind, Role};

/// Makes one test of every case: `conformance!(rig().await)`, the expression being evaluated within each test.
#[macro_export]
macro_rules! conformance {
    ($rig:expr) => {
        $crate::conformance!(
            @ $rig;
            announces_with_stable_ids,
            delivers_in_order_with_source_time,
            waits_while_the_disk_is_held,
            loses_nothing_to_a_full_disk,
            reconnects_and_records_the_gap,
            finds_a_frozen_source,
            survives_garbage,
            marks_a_wild_clock,
            stops_in_time,
            writes_its_health,
        );
    };
    (@ $rig:expr; $($case:ident,)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                $crate::kit::cases::$case(&$rig).await;
            }
        )*
    };
}

/// Things and signals are announced, and announcing them again gives the same ids and no new facts.
pub async fn announces_with_stable_ids(rig: &dyn Rig) {
    let sink = MemorySink::default();
    let first = connected(rig, &sink).await;
    let ids = |sink: &MemorySink| -> Vec<_> {
        let world = sink.world();
        let mut ids: Vec<_> =
            world.signals().map(|s| (s.description.key.clone(), s.id, s.thing_id)).collect();
        ids.sort();
        ids
    };
    let before = ids(&sink);
    assert!(before.iter().any(|(key, ..)| key.ends_with(&rig.key(0))), "the signal is announced");
    let described = |sink: &MemorySink| sink.facts().iter().filter(|fact| fact.kind.is_structure()).count();
    let facts = described(&sink);
    first.stop().await;
    let second = connected(rig, &sink).await;
    assert_eq!(ids(&sink), before, "the same source gives the same ids");
    assert_eq!(described(&sink), facts, "what is known is not described anew");
    second.stop().await;
}

/// Each signal's values come in the order in which they were measured, with the source's time.
pub async fn delivers_in_order_with_source_time(rig: &dyn Rig) {
    let sink = MemorySink::default();
    let running = connected(rig, &sink).await;
    let start = now().plus_ns(-100_000_000_000);
    let at = |step: i64| start.plus_ns(step * 500_000_000);
    for step in 0..100 {
        rig.report(0, 1000.0 + step as f64, at(step));
        rig.report(1, 2000.0 + step as f64, at(step));
    }
    for (signal, base) in [(0, 1000.0), (1, 2000.0)] {
        let key = rig.key(signal);
        sink.until("the last value came", |sink| sink.value(&key) == Some(Value::Number(base + 99.0))).await;
        let samples = sink.samples(&key);
        let ours: Vec<_> = samples
            .iter()
            .filter(|s| s.value.as_f64().is_some_and(|x| (base..base + 100.0).contains(&x)))
            .collect();
        let values: Vec<_> = ours.iter().filter_map(|sample| sample.value.as_f64()).collect();
        assert_eq!(values, (0..100).map(|step| base + f64::from(step)).collect::<Vec<_>>());
        for (step, sample) in (0..).zip(ours) {
            let off = sample.source.since(at(step)).abs();
            assert!(off <= rig.resolution_ns(), "sample {step} is {off} ns off its source time");
            assert!(sample.quality.is_good());
        }
    }
    running.stop().await;
}

/// While nothing becomes durable, no more than a bounded amount is taken in; afterwards the newest value comes.
pub async fn waits_while_the_disk_is_held(rig: &dyn Rig) {
    let sink = MemorySink::default();
    let running = connected(rig, &sink).await;
    sink.hold_disk(true);
    // Two waves, far longer than any window: what the second one adds must not go on growing.
    let mut counts = Vec::new();
    for wave in 0..6 {
        for step in 0..200 {
            rig.report(0, f64::from(wave * 1000 + step), now());
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        counts.push(sink.samples(&rig.key(0)).len());
    }
    assert_eq!(counts[4], counts[5], "a held disk must stop the intake: {counts:?}");
    sink.hold_disk(false);
    let key = rig.key(0);
    rig.report(0, 77_777.0, now());
    sink.until("the newest value came", |sink| sink.value(&key) == Some(Value::Number(77_777.0))).await;
    running.stop().await;
}

/// What the site could not record is not acknowledged, and comes again.
pub async fn loses_nothing_to_a_full_disk(rig: &dyn Rig) {
    let sink = MemorySink::default();
    let running = connected(rig, &sink).await;
    sink.fill_disk(true);
    for step in 0..5 {
        rig.report(0, 300.0 + f64::from(step), now());
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    sink.until("the disk refused something", |sink| sink.refusals() > 0).await;
    sink.fill_disk(false);
    let key = rig.key(0);
    sink.until("the newest value came", |sink| sink.value(&key) == Some(Value::Number(304.0))).await;
    if rig.redelivers() {
        sink.until("all values came", |sink| (300..305).all(|x| has(sink, &key, f64::from(x)))).await;
    }
    running.stop().await;
}

/// A cut connection is built again; the lost stretch is a gap with its cause, closed when data comes again.
pub async fn reconnects_and_records_the_gap(rig: &dyn Rig) {
    let sink = MemorySink::default();
    let running = connected(rig, &sink).await;
    rig.fault(RigFault::Drop);
    sink.until("a gap was opened", |sink| !causes(&sink.facts()).is_empty()).await;
    sink.until("the gap was closed", |sink| open_gaps(sink) == 0).await;
    assert!(causes(&sink.facts()).iter().all(|cause| !cause.is_empty()), "a gap has its cause");
    report_until_it_comes(rig, &sink, 500.0).await;
    sink.until("the reconnect was counted", |sink| health(sink, Role::ConnectionReconnects) >= Some(1.0))
        .await;
    running.stop().await;
}

/// A source that goes silent while its session looks healthy is found, shown, and taken up again when it wakes.
pub async fn finds_a_frozen_source(rig: &dyn Rig) {
    let sink = MemorySink::default();
    let running = connected(rig, &sink).await;
    rig.fault(RigFault::Freeze(true));
    let mut value = 600.0;
    sink.until("the silence was found", |sink| {
        value += 1.0;
        rig.report(0, value, now());
        open_gaps(sink) > 0
    })
    .await;
    rig.fault(RigFault::Freeze(false));
    report_until_it_comes(rig, &sink, 900.0).await;
    sink.until("the gap was closed", |sink| open_gaps(sink) == 0).await;
    let shown = sink.facts().into_iter().any(|fact| {
        matches!(fact.kind, FactKind::ConnectionChanged { state, .. } if state == "quiet" || state == "disconnected")
    });
    assert!(shown, "the silence was shown as a state of the connection");
    running.stop().await;
}

/// Garbage on the wire is no reason to panic, and the connector goes on afterwards.
pub async fn survives_garbage(rig: &dyn Rig) {
    let sink = MemorySink::default();
    let running = connected(rig, &sink).await;
    for round in 0..3 {
        rig.fault(RigFault::Garbage);
        report_until_it_comes(rig, &sink, 1000.0 + 100.0 * f64::from(round)).await;
    }
    sink.until("no gap stays open", |sink| open_gaps(sink) == 0).await;
    running.stop().await;
}

/// A time stamp a year ahead is not believed: the time of recording stands in for it and the quality says so.
pub async fn marks_a_wild_clock(rig: &dyn Rig) {
    let sink = MemorySink::default();
    let running = connected(rig, &sink).await;
    let year = 365 * 86_400;
    rig.fault(RigFault::ClockJump(year));
    rig.report(0, 700.0, now());
    let key = rig.key(0);
    sink.until("the value came", |sink| has(sink, &key, 700.0)).await;
    let sample =
        sink.samples(&key).into_iter().find(|sample| sample.value == Value::Number(700.0)).expect("it came");
    assert_eq!(sample.quality, Quality::UNCERTAIN_TIME);
    assert!(sample.source.since(now()).abs() < 60_000_000_000, "the time of recording stands in");
    rig.fault(RigFault::ClockJump(-year));
    report_until_it_comes(rig, &sink, 800.0).await;
    running.stop().await;
}

/// It stops within 2 s: at work, with the disk held, and while its source is cut off again and again.
pub async fn stops_in_time(rig: &dyn Rig) {
    let sink = MemorySink::default();
    connected(rig, &sink).await.stop().await;
    let running = connected(rig, &sink).await;
    sink.hold_disk(true);
    for step in 0..50 {
        rig.report(0, f64::from(step), now());
    }
    running.stop().await;
    sink.hold_disk(false);
    let running = connected(rig, &sink).await;
    rig.fault(RigFault::Drop);
    running.stop().await;
}

/// State, counts and lag of the connection are signals.
pub async fn writes_its_health(rig: &dyn Rig) {
    let sink = MemorySink::default();
    let running = connected(rig, &sink).await;
    let key = health_key(&sink, Role::ConnectionState).expect("a connection has a state");
    sink.until("the state is shown", |sink| sink.value(&key) == Some(Value::text("connected"))).await;
    sink.until("values are counted", |sink| health(sink, Role::ConnectionReceived) >= Some(1.0)).await;
    sink.until("the lag is shown", |sink| health(sink, Role::ConnectionLag).is_some()).await;
    running.stop().await;
    assert_eq!(sink.value(&key), Some(Value::text("stopped")));
}

/// Starts the connector and waits until a value has come through.
async fn connected(rig: &dyn Rig, sink: &MemorySink) -> Supervised {
    let before = sink.samples(&rig.key(0)).len();
    let running = Supervised::start(rig, sink);
    let mut value = 0.0;
    sink.until("a first value came", |sink| {
        value += 0.25;
        rig.report(0, value, now());
        rig.report(1, value, now());
        sink.samples(&rig.key(0)).len() > before && !sink.samples(&rig.key(1)).is_empty()
    })
    .await;
    // What was reported until now must not mix with what a case reports next.
    let last = Some(Value::Number(value));
    sink.until("all first values came", |sink| {
        sink.value(&rig.key(0)) == last && sink.value(&rig.key(1)) == last
    })
    .await;
    running
}

/// Reports growing values until one of them has come through.
async fn report_until_it_comes(rig: &dyn Rig, sink: &MemorySink, from: f64) {
    let mut value = from;
    sink.until("a later value came", |sink| {
        value += 0.25;
        rig.report(0, value, now());
        sink.samples(&rig.key(0))
            .iter()
            .any(|sample| sample.value.as_f64().is_some_and(|x| x > from && x <= value))
    })
    .await;
}

fn now() -> Instant {
    SystemClock.now()
}

fn has(sink: &MemorySink, key: &str, value: f64) -> bool {
    sink.samples(key).iter().any(|sample| sample.value == Value::Number(value))
}

fn causes(facts: &[Fact]) -> Vec<&str> {
    facts.iter().filter_map(cause_of).collect()
}

fn cause_of(fact: &Fact) -> Option<&str> {
    if let FactKind::GapOpened { cause, .. } = &fact.kind { Some(cause) } else { None }
}

fn open_gaps(sink: &MemorySink) -> usize {
    sink.world().gaps().count()
}

fn health_key(sink: &MemorySink, role: Role) -> Option<String> {
    let world = sink.world();
    world.signals().find(|s| s.description.role == Some(role)).map(|s| s.description.key.to_string())
}

fn health(sink: &MemorySink, role: Role) -> Option<f64> {
    sink.value(&health_key(sink, role)?)?.as_f64()
}
