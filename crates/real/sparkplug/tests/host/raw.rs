//! Messages as no sound edge node sends them, published by hand.

use crate::bench_of_devices::{Bench, state};
use crate::life::listen;
use prost::Message as _;
use rumqttc::{AsyncClient, QoS};
use trine_base::{Quality, Value};
use trine_sparkplug::DataType;
use trine_sparkplug::payload::{Metric, MetricValue, Payload, Template};

pub struct Hand {
    pub bench: Bench,
    pub client: AsyncClient,
}

pub fn metric(name: &str, datatype: DataType, value: MetricValue) -> Metric {
    Metric {
        name: Some(name.into()),
        datatype: Some(datatype as u32),
        value: Some(value),
        ..Metric::default()
    }
}

pub fn payload(seq: u64, metrics: Vec<Metric>) -> Vec<u8> {
    Payload { timestamp: Some(1_700_000_000_000), metrics, seq: Some(seq), ..Payload::default() }
        .encode_to_vec()
}

impl Hand {
    pub async fn start() -> Self {
        let bench = Bench::start();
        // A hand does not answer, so it must not be taken for dead.
        let mut options = bench.options();
        options.patience.quiet_least = std::time::Duration::from_secs(60);
        options.patience.quiet_most = std::time::Duration::from_secs(60);
        bench.connect(options);
        bench.sink.until("the connection stands", |sink| state(sink) == "connected").await;
        let (client, _) = listen(bench.broker.url(), "nothing").await;
        let hand = Self { bench, client };
        let alias = |alias, metric| Metric { alias: Some(alias), ..metric };
        hand.send(
            "NBIRTH",
            payload(
                0,
                vec![
                    metric("bdSeq", DataType::Int64, MetricValue::Long(0)),
                    alias(1, metric("Speed", DataType::Double, MetricValue::Double(0.0))),
                    metric("Motor", DataType::Template, MetricValue::Template(Box::new(motor(1)))),
                ],
            ),
        )
        .await;
        hand.bench.sink.until("it is born", |sink| !sink.samples("Speed").is_empty()).await;
        hand
    }

    pub async fn send(&self, kind: &str, payload: Vec<u8>) {
        self.client.publish(format!("spBv1.0/G/{kind}/N"), QoS::AtLeastOnce, false, payload).await.unwrap();
    }

    pub async fn last(&self, signal: &str, count: usize) -> (Value, Quality) {
        self.bench.sink.until(signal, |sink| sink.samples(signal).len() >= count).await;
        self.bench.sink.samples(signal).pop().map(|sample| (sample.value, sample.quality)).unwrap()
    }
}

fn motor(turns: u32) -> Template {
    let metrics = vec![metric("Turns", DataType::Int32, MetricValue::Int(turns))];
    Template {
        metrics,
        template_ref: Some("MotorType".into()),
        is_definition: Some(false),
        ..Template::default()
    }
}

/// tck-id-payloads-template-instance-members-data
#[tokio::test(flavor = "multi_thread")]
async fn members_of_templates_are_signals() {
    let hand = Hand::start().await;
    assert_eq!(hand.last("N/Motor/Turns", 1).await.0, Value::Integer(1));
    let update = Metric {
        datatype: None,
        ..metric("Motor", DataType::Template, MetricValue::Template(Box::new(motor(2))))
    };
    hand.send("NDATA", payload(1, vec![update])).await;
    assert_eq!(hand.last("N/Motor/Turns", 2).await.0, Value::Integer(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_types_nan_and_absurd_times_are_marked() {
    let hand = Hand::start().await;
    let by_alias = |value| Metric { alias: Some(1), value: Some(value), ..Metric::default() };
    hand.send("NDATA", payload(1, vec![by_alias(MetricValue::String("fast".into()))])).await;
    assert_eq!(hand.last("N/Speed", 2).await, (Value::Absent, Quality::BAD_TYPE_MISMATCH));
    hand.send("NDATA", payload(2, vec![by_alias(MetricValue::Double(f64::NAN))])).await;
    assert_eq!(hand.last("N/Speed", 3).await, (Value::Absent, Quality::BAD_OUT_OF_RANGE));
    let absurd = Metric { timestamp: Some(u64::MAX), ..by_alias(MetricValue::Double(1.0)) };
    hand.send("NDATA", payload(3, vec![absurd])).await;
    assert_eq!(hand.last("N/Speed", 4).await, (Value::Number(1.0), Quality::UNCERTAIN_TIME));
    hand.send(
        "NDATA",
        payload(4, vec![Metric { is_null: Some(true), ..by_alias(MetricValue::Double(1.0)) }]),
    )
    .await;
    assert_eq!(hand.last("N/Speed", 5).await, (Value::Absent, Quality::BAD_NO_DATA));
    // Historical values land at their own time.
    let late = Metric {
        is_historical: Some(true),
        timestamp: Some(1_600_000_000_000),
        ..by_alias(MetricValue::Double(2.0))
    };
    hand.send("NDATA", payload(5, vec![late])).await;
    hand.last("N/Speed", 6).await;
    assert_eq!(hand.bench.sink.samples("N/Speed").pop().unwrap().source.as_ms_f64(), 1_600_000_000_000.0);
}

/// tck-id-operational-behavior-data-commands-ncmd-rebirth-name
#[tokio::test(flavor = "multi_thread")]
async fn unknown_aliases_and_names_ask_for_a_rebirth() {
    let hand = Hand::start().await;
    let (_client, mut commands) = listen_commands(&hand.bench).await;
    let stray = Metric { alias: Some(99), value: Some(MetricValue::Int(1)), ..Metric::default() };
    hand.send("NDATA", payload(1, vec![stray])).await;
    let command = commands.recv().await.unwrap();
    assert_eq!((command.topic.as_str(), command.retain), ("spBv1.0/G/NCMD/N", false));
    let command = Payload::decode(command.payload).unwrap();
    assert_eq!(command.metrics[0].name.as_deref(), Some("Node Control/Rebirth"));
    assert_eq!(command.metrics[0].value, Some(MetricValue::Boolean(true)));
    assert_eq!(command.seq, None, "tck-id-payloads-ncmd-seq: commands have no sequence number");
    assert!(command.timestamp.is_some(), "tck-id-payloads-ncmd-timestamp");
    hand.bench.sink.until("it is named", |_| hand.bench.error().contains("alias 99")).await;
}

/// tck-id-topics-nbirth-bdseq-matching
#[tokio::test(flavor = "multi_thread")]
async fn the_death_of_a_former_life_is_none() {
    let hand = Hand::start().await;
    let death = |number| {
        let metrics = vec![metric("bdSeq", DataType::Int64, MetricValue::Long(number))];
        Payload { metrics, ..Payload::default() }.encode_to_vec()
    };
    hand.send("NDEATH", death(7)).await;
    hand.send("NDATA", payload(1, vec![metric("Speed", DataType::Double, MetricValue::Double(5.0))])).await;
    assert_eq!(hand.last("N/Speed", 2).await.0, Value::Number(5.0));
    assert_eq!(hand.bench.gaps().len(), 0);
    hand.send("NDEATH", death(0)).await;
    hand.bench.sink.until("it dies", |_| hand.bench.open_gaps() == 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_of_every_kind_harms_nobody() {
    let hand = Hand::start().await;
    let giant = metric(&"n".repeat(5_000), DataType::Int32, MetricValue::Int(1));
    let births = [
        payload(0, vec![giant, metric("Speed", DataType::Double, MetricValue::Double(1.0))]),
        payload(
            0,
            vec![
                Metric::default(),
                Metric { datatype: Some(999), ..metric("Odd", DataType::Int8, MetricValue::Int(1)) },
            ],
        ),
    ];
    for birth in births {
        hand.send("NBIRTH", birth).await;
    }
    for bytes in [&b""[..], b"\xff", b"{}", &[0x12, 0xff, 0xff, 0xff, 0xff, 0x0f], &[0; 1000]] {
        for kind in ["NBIRTH", "NDATA", "NDEATH"] {
            hand.send(kind, bytes.to_vec()).await;
        }
    }
    for topic in ["spBv1.0/G", "spBv1.0/G/WHAT/N", "spBv1.0/STATE/trine/x", "spBv1.0/G/DDATA/N/unheard"] {
        hand.client.publish(topic, QoS::AtMostOnce, false, payload(1, vec![])).await.unwrap();
    }
    hand.send("NBIRTH", payload(0, vec![metric("Speed", DataType::Double, MetricValue::Double(42.0))])).await;
    hand.bench.sink.until("it lives", |sink| sink.value("N/Speed") == Some(Value::Number(42.0))).await;
    assert_eq!(state(&hand.bench.sink), "connected");
}

/// Invariant: the source is acknowledged only once the batch is durable.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_acknowledged_before_it_is_durable() {
    let hand = Hand::start().await;
    hand.bench.sink.hold_disk(true);
    let acknowledged = hand.bench.broker.acknowledged("trine");
    hand.send("NDATA", payload(1, vec![metric("Speed", DataType::Double, MetricValue::Double(5.0))])).await;
    hand.last("N/Speed", 2).await;
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!(hand.bench.broker.acknowledged("trine"), acknowledged);
    hand.bench.sink.hold_disk(false);
    hand.bench
        .sink
        .until("it is acknowledged", |_| hand.bench.broker.acknowledged("trine") > acknowledged)
        .await;
}

pub async fn listen_commands(bench: &Bench) -> (AsyncClient, tokio::sync::mpsc::Receiver<rumqttc::Publish>) {
    listen(bench.broker.url(), "spBv1.0/G/NCMD/#").await
}
