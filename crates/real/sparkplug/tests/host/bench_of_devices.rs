//! What every test here stands on: a broker, an edge node with a press, a connector under supervision.

use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use trine_base::{Instant, Quality, Value};
use trine_connector::kit::MemorySink;
use trine_connector::{Backoff, Clock, SystemClock, supervise};
use trine_emulator::broker::Broker;
use trine_emulator::sparkplug::SparkplugHostOptions;
use trine_emulator::{Device, DeviceSignal, Host, Reading, Technology, broker, sparkplug};
use trine_sparkplug::{Patience, SparkplugConnector, SparkplugOptions};
use trine_world::{FactKind, Level, Limits, Role, ValueKind};

pub struct Bench {
    pub broker: Broker,
    pub sink: MemorySink,
    pub stop: CancellationToken,
}

impl Bench {
    pub fn start() -> Self {
        Self {
            broker: broker::start(0).unwrap(),
            sink: MemorySink::default(),
            stop: CancellationToken::new(),
        }
    }

    /// A connector that loses its patience quickly.
    pub fn options(&self) -> SparkplugOptions {
        let patience = Patience {
            reorder: Duration::from_millis(150),
            rebirth: Duration::from_millis(100),
            quiet_least: Duration::from_millis(400),
            quiet_most: Duration::from_secs(30),
            answer: Duration::from_millis(400),
        };
        SparkplugOptions { patience, ..SparkplugOptions::new("b", self.broker.url()) }
    }

    pub fn connect(&self, options: SparkplugOptions) -> tokio::task::JoinHandle<()> {
        let connector = Box::new(SparkplugConnector::new(options).unwrap());
        let backoff = Backoff { first: Duration::from_millis(50), most: Duration::from_millis(200) };
        let (sink, stop) = (Arc::new(self.sink.clone()), self.stop.clone());
        tokio::spawn(async move {
            supervise(connector, sink, Arc::new(SystemClock), backoff, stop).await.unwrap();
        })
    }

    pub fn edge(&self) -> Arc<dyn Host> {
        sparkplug::start("line-1", &[(7, press())], SparkplugHostOptions::new(self.broker.url())).unwrap()
    }

    /// Connector, edge node, and everything born.
    pub async fn running() -> (Self, Arc<dyn Host>) {
        let bench = Self::start();
        bench.connect(bench.options());
        bench.sink.until("the connection stands", |sink| state(sink) == "connected").await;
        let host = bench.edge();
        bench
            .sink
            .until("the press is born", |sink| sink.world().thing_by_key("urn:press:1").is_some())
            .await;
        (bench, host)
    }

    pub fn gaps(&self) -> Vec<String> {
        let facts = self.sink.facts();
        let causes = facts.iter().filter_map(|fact| match &fact.kind {
            FactKind::GapOpened { cause, .. } => Some(cause.clone()),
            _ => None,
        });
        causes.collect()
    }

    pub fn open_gaps(&self) -> usize {
        self.sink.world().gaps().count()
    }

    pub fn lost(&self) -> i64 {
        match self.sink.value("#lost") {
            Some(Value::Integer(lost)) => lost,
            _ => 0,
        }
    }

    pub fn error(&self) -> String {
        self.sink.value("#error").and_then(|value| value.as_text().map(str::to_owned)).unwrap_or_default()
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

pub fn state(sink: &MemorySink) -> String {
    sink.value("#state").and_then(|value| value.as_text().map(str::to_owned)).unwrap_or_default()
}

pub fn press() -> Device {
    let signal = |id: &str, kind: ValueKind, role: Option<Role>| DeviceSignal {
        id: id.to_owned(),
        name: format!("The {id}"),
        path: vec!["Ram".to_owned()],
        kind,
        unit: "",
        range: None,
        limits: None,
        role,
        members: Vec::new(),
    };
    let force = DeviceSignal {
        unit: "NEW",
        range: Some([0.0, 9.0]),
        limits: Some(Limits { warn: Some(7.0), alarm: Some(8.0) }),
        ..signal("Force", ValueKind::Number, Some(Role::Pressure))
    };
    let signals = vec![
        force,
        signal("State", ValueKind::Enumeration, Some(Role::State)),
        signal("Count", ValueKind::Integer, Some(Role::PartCount)),
        signal("Guard", ValueKind::Boolean, None),
        signal("Part", ValueKind::Text, Some(Role::Part)),
        signal("Speed", ValueKind::Number, None),
    ];
    Device {
        key: "urn:press:1".to_owned(),
        name: "PR-1".to_owned(),
        class: "press".to_owned(),
        level: Level::WorkUnit,
        technology: Technology::Sparkplug,
        host: "line-1".to_owned(),
        nameplate: vec![("ManufacturerName".to_owned(), "Hammer & Sons".to_owned())],
        signals,
    }
}

pub fn now() -> Instant {
    SystemClock.now()
}

pub fn reading(signal: u32, value: Value) -> Reading {
    Reading { device: 7, signal, at: now(), value, quality: Quality::GOOD }
}

/// Publishes the force.
pub fn press_with(host: &Arc<dyn Host>, force: f64) {
    host.publish(&[reading(0, Value::Number(force))]);
}
