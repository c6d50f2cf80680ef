//! Births, data, deaths, and the host application's own life.

use crate::bench_of_devices::{Bench, now, press, press_with, reading, state};
use rumqttc::{AsyncClient, Event, MqttOptions, Packet, Publish, QoS};
use std::time::Duration;
use tokio::sync::mpsc;
use trine_base::{Quality, Unit, Value};
use trine_emulator::Reading;
use trine_sparkplug::State;
use trine_world::{Level, Role, ValueKind};

/// Listens on the broker beside the connector.
pub async fn listen(url: &str, topic: &str) -> (AsyncClient, mpsc::Receiver<Publish>) {
    let (host, port) = url.strip_prefix("mqtt://").unwrap().split_once(':').unwrap();
    let id = format!("listener-{}", topic.replace(['/', '#'], "-"));
    let (client, mut events) = AsyncClient::new(MqttOptions::new(id, host, port.parse().unwrap()), 16);
    client.subscribe(topic, QoS::AtLeastOnce).await.unwrap();
    let (sender, messages) = mpsc::channel(64);
    let (ready, subscribed) = tokio::sync::oneshot::channel::<()>();
    let mut ready = Some(ready);
    tokio::spawn(async move {
        while let Ok(event) = events.poll().await {
            match event {
                Event::Incoming(Packet::SubAck(_)) => drop(ready.take()),
                Event::Incoming(Packet::Publish(message)) => drop(sender.send(message).await),
                _ => {}
            }
        }
    });
    let _ = subscribed.await;
    (client, messages)
}

pub async fn next(messages: &mut mpsc::Receiver<Publish>) -> Publish {
    tokio::time::timeout(Duration::from_secs(10), messages.recv()).await.unwrap().unwrap()
}

/// tck-id-topics-nbirth-metrics, tck-id-topics-dbirth-metrics, tck-id-payloads-alias-data-cmd-requirement,
/// tck-id-payloads-name-birth-data-requirement
#[tokio::test(flavor = "multi_thread")]
async fn what_is_born_becomes_a_thing_and_its_data_samples() {
    let (bench, host) = Bench::running().await;
    let at = now();
    let good = |signal, value| Reading { device: 7, signal, at, value, quality: Quality::GOOD };
    host.publish(&[
        good(0, Value::Number(3.5)),
        good(1, Value::text("running")),
        good(2, Value::Integer(-4)),
        good(3, Value::Boolean(true)),
        good(4, Value::text("P-17")),
    ]);
    bench.sink.until("the part arrives", |sink| sink.value("Ram/Part") == Some(Value::text("P-17"))).await;
    assert_eq!(bench.sink.value("Ram/Force"), Some(Value::Number(3.5)));
    assert_eq!(bench.sink.value("Ram/State"), Some(Value::text("running")));
    assert_eq!(bench.sink.value("Ram/Count"), Some(Value::Integer(-4)));
    assert_eq!(bench.sink.value("Ram/Guard"), Some(Value::Boolean(true)));
    let sample = bench.sink.samples("Ram/Force").pop().unwrap();
    assert_eq!(sample.source.as_ns() / 1_000_000, at.as_ns() / 1_000_000, "the source's own time, in ms");

    let world = bench.sink.world();
    let thing = world.thing_by_key("urn:press:1").unwrap();
    assert_eq!((&*thing.description.name, &*thing.description.class), ("PR-1", "press"));
    assert_eq!(thing.description.level, Level::WorkUnit);
    assert_eq!(thing.description.nameplate["ManufacturerName"], "Hammer & Sons");
    let key = format!("connection/b/{}", host.address(7, 0));
    let force = &world.signal_by_key(&key).unwrap().description;
    assert_eq!(
        (&*force.name, force.kind, force.role),
        ("The Force", ValueKind::Number, Some(Role::Pressure))
    );
    assert_eq!((force.unit.clone(), force.range), (Some(Unit::named("NEW")), Some([0.0, 9.0])));
    assert_eq!(force.limits.unwrap().alarm, Some(8.0));
    assert_eq!(force.path, ["Ram"]);
    let state = &world.signal_by_key(&format!("connection/b/{}", host.address(7, 1))).unwrap().description;
    assert_eq!(state.kind, ValueKind::Enumeration);
    assert!(world.thing_by_key("connection/b/plant/line-1").is_some(), "the edge node is a thing too");
    let related: Vec<_> = world.relations().filter(|relation| relation.from == thing.id).collect();
    assert_eq!(related.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn quality_travels() {
    let (bench, host) = Bench::running().await;
    let bad = Reading { quality: Quality::BAD_NO_COMMUNICATION, ..reading(0, Value::Absent) };
    host.publish(&[bad]);
    let is_bad = |quality| {
        move |sink: &trine_connector::kit::MemorySink| {
            sink.samples("Ram/Force").last().is_some_and(|sample| sample.quality == quality)
        }
    };
    bench.sink.until("the bad value arrives", is_bad(Quality::BAD_NO_COMMUNICATION)).await;
    host.publish(&[Reading { quality: Quality::UNCERTAIN, ..reading(0, Value::Number(1.0)) }]);
    bench.sink.until("the doubtful value arrives", is_bad(Quality::UNCERTAIN)).await;
}

/// tck-id-operational-behavior-edge-node-termination-host-action-ndeath-node-offline,
/// tck-id-operational-behavior-edge-node-termination-host-action-ndeath-devices-tags-stale
#[tokio::test(flavor = "multi_thread")]
async fn a_death_is_a_gap_until_the_next_birth() {
    let (bench, host) = Bench::running().await;
    host.stop();
    bench.sink.until("the death is noticed", |_| bench.open_gaps() > 0).await;
    assert!(bench.gaps().iter().any(|cause| cause == "edge node plant/line-1 died"), "{:?}", bench.gaps());
    let host = bench.edge();
    bench.sink.until("the gap is closed", |_| bench.open_gaps() == 0).await;
    press_with(&host, 2.0);
    bench.sink.until("data comes again", |sink| sink.value("Ram/Force") == Some(Value::Number(2.0))).await;
}

/// tck-id-operational-behavior-data-commands-ncmd-rebirth-verb and -name and -value: an edge node that was there
/// before us is asked for its births.
#[tokio::test(flavor = "multi_thread")]
async fn who_was_there_before_us_is_asked_for_a_rebirth() {
    let bench = Bench::start();
    let (_client, mut births) = listen(bench.broker.url(), "spBv1.0/plant/DBIRTH/#").await;
    let host = bench.edge();
    next(&mut births).await;
    bench.connect(bench.options());
    bench.sink.until("the connection stands", |sink| state(sink) == "connected").await;
    press_with(&host, 2.0);
    bench.sink.until("the press is born", |sink| sink.world().thing_by_key("urn:press:1").is_some()).await;
    bench.sink.until("the reason is told", |_| bench.error().contains("before its birth")).await;
    press_with(&host, 3.0);
    bench.sink.until("data comes", |sink| sink.value("Ram/Force") == Some(Value::Number(3.0))).await;
}

/// tck-id-host-topic-phid-birth-{topic,payload,qos,retain,required}, tck-id-host-topic-phid-death-*,
/// tck-id-operational-behavior-host-application-disconnect-intentional
#[tokio::test(flavor = "multi_thread")]
async fn the_host_application_tells_its_own_state() {
    let bench = Bench::start();
    let (_client, mut states) = listen(bench.broker.url(), "spBv1.0/STATE/trine").await;
    let session = bench.connect(bench.options());
    let birth = next(&mut states).await;
    let birth = State::from_bytes(&birth.payload).unwrap();
    assert!(birth.online);
    // Whoever comes later hears it too, because it is retained.
    let (_second, mut retained) = listen(bench.broker.url(), "spBv1.0/STATE/#").await;
    let kept = next(&mut retained).await;
    assert!(kept.retain && State::from_bytes(&kept.payload) == Some(birth));
    bench.stop.cancel();
    session.await.unwrap();
    let death = State::from_bytes(&next(&mut states).await.payload).unwrap();
    assert_eq!(death, State { online: false, ..birth }, "the death carries the time stamp of its birth");
}

/// tck-id-operational-behavior-host-application-connect-will-*: the will tells it when nobody else can.
#[tokio::test(flavor = "multi_thread")]
async fn a_cut_connection_is_told_by_the_will_and_then_contradicted() {
    let bench = Bench::start();
    let (_client, mut states) = listen(bench.broker.url(), "spBv1.0/STATE/trine").await;
    bench.connect(bench.options());
    let birth = State::from_bytes(&next(&mut states).await.payload).unwrap();
    bench.broker.cut("trine");
    let death = State::from_bytes(&next(&mut states).await.payload).unwrap();
    assert_eq!(death, State { online: false, ..birth });
    let again = State::from_bytes(&next(&mut states).await.payload).unwrap();
    assert!(again.online && again.timestamp > birth.timestamp);
    assert!(bench.gaps().iter().any(|cause| !cause.is_empty()));
    bench.sink.until("the gap is closed", |_| bench.open_gaps() == 0).await;
}

/// tck-id-message-flow-hid-sparkplug-state-message-delivered
#[tokio::test(flavor = "multi_thread")]
async fn a_false_death_is_contradicted() {
    let (bench, _host) = Bench::running().await;
    let (client, mut states) = listen(bench.broker.url(), "spBv1.0/STATE/trine").await;
    let birth = State::from_bytes(&next(&mut states).await.payload).unwrap();
    let lie = State { online: false, timestamp: 1 };
    client.publish("spBv1.0/STATE/trine", QoS::AtLeastOnce, true, lie.to_bytes()).await.unwrap();
    assert_eq!(State::from_bytes(&next(&mut states).await.payload), Some(lie));
    assert_eq!(State::from_bytes(&next(&mut states).await.payload), Some(birth));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_wanted_group_is_heard() {
    let bench = Bench::start();
    bench.connect(trine_sparkplug::SparkplugOptions { group: Some("other".into()), ..bench.options() });
    bench.sink.until("the connection stands", |sink| state(sink) == "connected").await;
    let _plant = bench.edge();
    let options = trine_emulator::sparkplug::SparkplugHostOptions {
        group: "other".into(),
        ..trine_emulator::sparkplug::SparkplugHostOptions::new(bench.broker.url())
    };
    let _other = trine_emulator::sparkplug::start("line-2", &[(7, press())], options).unwrap();
    bench
        .sink
        .until("the wanted one is born", |sink| {
            sink.world().thing_by_key("connection/b/other/line-2").is_some()
        })
        .await;
    assert!(bench.sink.world().thing_by_key("connection/b/plant/line-1").is_none());
}
