//! What every test here stands on: an agent with a grinding machine, a connector under supervision.

use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use trine_base::{Instant, Quality, Value};
use trine_connector::kit::MemorySink;
use trine_connector::{Backoff, Clock, SystemClock, supervise};
use trine_emulator::mtconnect::{self, MtConnectHostOptions};
use trine_emulator::{Device, DeviceSignal, Host, Reading, Technology};
use trine_mtconnect::{MtConnectConnector, MtConnectOptions};
use trine_world::{FactKind, Level, Limits, Role, ValueKind};

pub struct Rig {
    pub host: Arc<dyn Host>,
    pub sink: MemorySink,
    pub stop: CancellationToken,
}

impl Rig {
    pub fn agent(options: MtConnectHostOptions) -> Self {
        let host = mtconnect::start("shop", &[(3, grinder())], options).unwrap();
        Self { host, sink: MemorySink::default(), stop: CancellationToken::new() }
    }

    /// An agent, and a connector that has the present values.
    pub async fn running() -> Self {
        let rig = Self::agent(MtConnectHostOptions::default());
        rig.connect(options(&rig.host.endpoint()));
        rig.sink.until("the connection stands", |sink| state(sink) == "connected").await;
        rig
    }

    pub fn connect(&self, options: MtConnectOptions) -> tokio::task::JoinHandle<()> {
        let connector = Box::new(MtConnectConnector::new(options).unwrap());
        let backoff = Backoff { first: Duration::from_millis(50), most: Duration::from_millis(200) };
        let (sink, stop) = (Arc::new(self.sink.clone()), self.stop.clone());
        tokio::spawn(async move {
            supervise(connector, sink, Arc::new(SystemClock), backoff, stop).await.unwrap();
        })
    }

    pub fn vibrate(&self, value: f64) {
        self.host.publish(&[reading(0, Value::Number(value))]);
    }

    pub async fn vibrates(&self, value: f64) {
        let wanted = Some(Value::Number(value));
        self.sink.until("the vibration arrives", |sink| sink.value("GR-1-Vibration") == wanted).await;
    }

    pub fn gaps(&self) -> Vec<String> {
        gaps(&self.sink)
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
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// A connector that asks often and loses its patience quickly.
pub fn options(url: &str) -> MtConnectOptions {
    MtConnectOptions {
        interval: Duration::from_millis(10),
        heartbeat: Duration::from_millis(100),
        answer: Duration::from_secs(1),
        ..MtConnectOptions::new("a", url)
    }
}

pub fn gaps(sink: &MemorySink) -> Vec<String> {
    let facts = sink.facts();
    let causes = facts.iter().filter_map(|fact| match &fact.kind {
        FactKind::GapOpened { cause, .. } => Some(cause.clone()),
        _ => None,
    });
    causes.collect()
}

pub fn state(sink: &MemorySink) -> String {
    sink.value("#state").and_then(|value| value.as_text().map(str::to_owned)).unwrap_or_default()
}

pub fn grinder() -> Device {
    let signal = |id: &str, kind: ValueKind, role: Option<Role>| DeviceSignal {
        id: id.to_owned(),
        name: format!("The {id}"),
        path: vec!["Spindle".to_owned()],
        kind,
        unit: "",
        range: None,
        limits: None,
        role,
        members: Vec::new(),
    };
    let vibration = DeviceSignal {
        unit: "C16",
        range: Some([0.0, 9.0]),
        limits: Some(Limits { warn: Some(4.5), alarm: Some(7.1) }),
        ..signal("Vibration", ValueKind::Number, Some(Role::Vibration))
    };
    let signals = vec![
        vibration,
        signal("State", ValueKind::Enumeration, Some(Role::State)),
        signal("Count", ValueKind::Integer, Some(Role::PartCount)),
        signal("Guard", ValueKind::Boolean, None),
        signal("Part", ValueKind::Text, Some(Role::Part)),
        signal("Health", ValueKind::Text, Some(Role::Condition)),
        DeviceSignal { unit: "RPM", ..signal("Speed", ValueKind::Number, Some(Role::SpindleSpeed)) },
    ];
    Device {
        key: "urn:grinder:1".to_owned(),
        name: "GR-1".to_owned(),
        class: "grinding-machine".to_owned(),
        level: Level::WorkUnit,
        technology: Technology::MtConnect,
        host: "shop".to_owned(),
        nameplate: vec![
            ("ManufacturerName".to_owned(), "Robots & Presses \"Ltd\"".to_owned()),
            ("SerialNumber".to_owned(), "<17>".to_owned()),
        ],
        signals,
    }
}

pub fn reading(signal: u32, value: Value) -> Reading {
    Reading { device: 3, signal, at: now(), value, quality: Quality::GOOD }
}

pub fn now() -> Instant {
    SystemClock.now()
}
