//! Assertions of the specification that a host application must keep, or whose keeping by others it relies on; the
//! table of all is `docs/sparkplug.md`.

use crate::bench_of_devices::{Bench, state};
use crate::life::{listen, next};
use crate::raw::{Hand, listen_commands, metric, payload};
use prost::Message as _;
use rumqttc::QoS;
use std::collections::BTreeSet;
use std::path::Path;
use trine_base::{Instant, Value};
use trine_sparkplug::payload::{Metric, MetricValue, Payload};
use trine_sparkplug::{DataType, State};

const TABLE: &str = include_str!("../../../../../docs/sparkplug.md");

/// The rows of the table: assertion, whom it binds, what guards it.
fn rows() -> Vec<[&'static str; 3]> {
    let cells = |line: &'static str| {
        let mut cells = line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`'));
        Some([cells.next()?, cells.next()?, cells.next()?])
    };
    TABLE.lines().filter(|line| line.starts_with("| `tck-id-")).filter_map(cells).collect()
}

fn tests_below(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            tests_below(&path, names);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = std::fs::read_to_string(path).unwrap();
            let functions = text.lines().filter_map(|line| line.trim().split_once("fn "));
            names.extend(functions.filter_map(|(_, rest)| Some(rest.split_once('(')?.0.to_owned())));
        }
    }
}

#[test]
fn each_assertion_is_in_the_table_once_and_its_test_exists() {
    let rows = rows();
    let ids: BTreeSet<&str> = rows.iter().map(|[id, ..]| *id).collect();
    assert_eq!((rows.len(), ids.len()), (303, 303));
    let mut names = BTreeSet::new();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests_below(&here.join("src"), &mut names);
    tests_below(&here.join("tests"), &mut names);
    for [id, who, test] in rows {
        match (who, test) {
            ("host" | "reader", "not tested") | ("edge" | "broker" | "no", "—") => {}
            ("host" | "reader", test) => assert!(names.contains(test), "{id}: there is no test {test}"),
            other => panic!("{id}: {other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn state_is_retained_and_at_least_once() {
    let bench = Bench::start();
    let (_client, mut states) = listen(bench.broker.url(), "spBv1.0/STATE/trine").await;
    let session = bench.connect(bench.options());
    let birth = next(&mut states).await;
    assert_eq!(birth.qos, QoS::AtLeastOnce);
    bench.sink.until("the connection stands", |sink| state(sink) == "connected").await;
    bench.stop.cancel();
    session.await.unwrap();
    let death = next(&mut states).await;
    assert_eq!(death.qos, QoS::AtLeastOnce);
    assert!(!State::from_bytes(&death.payload).unwrap().online);
    // Whoever subscribes now hears only what was retained.
    let (_late, mut kept) = listen(bench.broker.url(), "spBv1.0/STATE/#").await;
    let kept = next(&mut kept).await;
    assert!(kept.retain);
    assert!(!State::from_bytes(&kept.payload).unwrap().online);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_will_is_retained_and_at_least_once() {
    let bench = Bench::start();
    let (_client, mut states) = listen(bench.broker.url(), "spBv1.0/STATE/trine").await;
    let session = bench.connect(bench.options());
    next(&mut states).await;
    bench.sink.until("the connection stands", |sink| state(sink) == "connected").await;
    session.abort();
    // Whoever was aborted says nothing more by itself.
    let will = next(&mut states).await;
    assert_eq!(will.qos, QoS::AtLeastOnce);
    let (_late, mut kept) = listen(bench.broker.url(), "spBv1.0/STATE/#").await;
    let kept = next(&mut kept).await;
    assert!(kept.retain && kept.payload == will.payload);
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_are_what_a_command_must_be() {
    let hand = Hand::start().await;
    let (_client, mut commands) = listen_commands(&hand.bench).await;
    let stray = Metric { alias: Some(99), value: Some(MetricValue::Int(1)), ..Metric::default() };
    hand.send("NDATA", payload(1, vec![stray])).await;
    let command = next(&mut commands).await;
    assert_eq!(command.topic, "spBv1.0/G/NCMD/N");
    assert_eq!((command.qos, command.retain), (QoS::AtMostOnce, false));
    let command = Payload::decode(command.payload).unwrap();
    assert!(command.timestamp.is_some() && command.seq.is_none());
    let [metric] = &command.metrics[..] else { panic!("one metric: {command:?}") };
    assert_eq!(metric.name.as_deref(), Some("Node Control/Rebirth"));
    assert_eq!(metric.value, Some(MetricValue::Boolean(true)));
    assert_eq!(metric.datatype, Some(DataType::Boolean as u32));
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_go_around_without_a_rebirth() {
    let hand = Hand::start().await;
    let (_client, mut commands) = listen_commands(&hand.bench).await;
    let speed = |value| metric("Speed", DataType::Double, MetricValue::Double(value));
    for number in 1..600_u64 {
        hand.send("NDATA", payload(number % 256, vec![speed(number as f64)])).await;
    }
    hand.bench.sink.until("the last came", |sink| sink.value("N/Speed") == Some(Value::Number(599.0))).await;
    assert!(commands.try_recv().is_err(), "nobody was asked for a rebirth");
    assert_eq!((hand.bench.lost(), hand.bench.gaps().len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_differ_in_case_are_different() {
    let hand = Hand::start().await;
    let metrics = || {
        vec![
            metric("bdSeq", DataType::Int64, MetricValue::Long(1)),
            metric("load", DataType::Double, MetricValue::Double(1.0)),
            metric("LOAD", DataType::Double, MetricValue::Double(2.0)),
        ]
    };
    hand.send("NBIRTH", payload(0, metrics())).await;
    let topic = "spBv1.0/G/NBIRTH/n";
    hand.client.publish(topic, QoS::AtLeastOnce, false, payload(0, metrics())).await.unwrap();
    for (key, value) in [("G/N/load", 1.0), ("G/N/LOAD", 2.0), ("G/n/load", 1.0), ("G/n/LOAD", 2.0)] {
        hand.bench.sink.until(key, |sink| sink.value(key) == Some(Value::Number(value))).await;
    }
    let world = hand.bench.sink.world();
    let node = |name: &str| world.thing_by_key(&format!("connection/b/G/{name}")).map(|thing| thing.id);
    assert!(node("N").is_some() && node("n").is_some() && node("N") != node("n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_of_one_name_on_two_edge_nodes_are_two() {
    let hand = Hand::start().await;
    let node = |value| payload(0, vec![metric("bdSeq", DataType::Int64, MetricValue::Long(value))]);
    let device = |value| payload(1, vec![metric("Load", DataType::Double, MetricValue::Double(value))]);
    for (name, value) in [("A", 1.0), ("B", 2.0)] {
        for (topic, payload) in [
            (format!("spBv1.0/G/NBIRTH/{name}"), node(0)),
            (format!("spBv1.0/G/DBIRTH/{name}/press"), device(value)),
        ] {
            hand.client.publish(topic, QoS::AtLeastOnce, false, payload).await.unwrap();
        }
    }
    for (key, value) in [("G/A/press/Load", 1.0), ("G/B/press/Load", 2.0)] {
        hand.bench.sink.until(key, |sink| sink.value(key) == Some(Value::Number(value))).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn times_are_milliseconds_since_the_epoch() {
    let hand = Hand::start().await;
    let speed = || metric("Speed", DataType::Double, MetricValue::Double(5.0));
    let own = Metric { timestamp: Some(1_650_000_000_123), ..speed() };
    hand.send("NDATA", payload(1, vec![own])).await;
    hand.last("N/Speed", 2).await;
    hand.send("NDATA", payload(2, vec![speed()])).await;
    hand.last("N/Speed", 3).await;
    let times: Vec<_> = hand.bench.sink.samples("N/Speed").iter().map(|sample| sample.source).collect();
    assert_eq!(times[1], Instant::from_ms(1_650_000_000_123), "the metric's own");
    assert_eq!(times[2], Instant::from_ms(1_700_000_000_000), "else that of the payload");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_type_is_told_by_the_birth_alone() {
    let hand = Hand::start().await;
    let small = metric("Small", DataType::Int8, MetricValue::Int(1));
    let birth = vec![metric("bdSeq", DataType::Int64, MetricValue::Long(1)), small];
    hand.send("NBIRTH", payload(0, birth)).await;
    let untyped =
        Metric { name: Some("Small".into()), value: Some(MetricValue::Int(0xFE)), ..Metric::default() };
    hand.send("NDATA", payload(1, vec![untyped])).await;
    hand.bench
        .sink
        .until("it is read as born", |sink| sink.value("N/Small") == Some(Value::Integer(-2)))
        .await;
}
