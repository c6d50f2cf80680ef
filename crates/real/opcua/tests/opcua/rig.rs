//! A small plant behind an emulated server, and a supervised connector in front of it.

use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use trine_base::{Instant, Quality, Value};
use trine_connector::kit::MemorySink;
use trine_connector::{Backoff, Clock, SystemClock, supervise};
use trine_emulator::opcua::{OpcUaHostOptions, start};
use trine_emulator::{Device, DeviceSignal, Host, Reading, Technology};
use trine_opcua::{OpcUaConnector, OpcUaOptions};
use trine_world::{Level, Limits, Role, ValueKind};

/// A machine with a number, a counter, an enumeration, a text and a switch.
pub fn device(name: &str) -> Device {
    let signal = |id: &str, kind, path: &[&str], role| DeviceSignal {
        id: id.into(),
        name: id.into(),
        path: path.iter().map(|part| (*part).into()).collect(),
        kind,
        unit: "",
        range: None,
        limits: None,
        role,
        members: Vec::new(),
    };
    let mut speed = signal("Speed", ValueKind::Number, &["Spindle"], Some(Role::SpindleSpeed));
    (speed.unit, speed.range) = ("RPM", Some([0.0, 6000.0]));
    speed.limits = Some(Limits { warn: Some(5000.0), alarm: Some(5800.0) });
    let mut state = signal("State", ValueKind::Enumeration, &[], Some(Role::State));
    state.members =
        ["idle", "running", "down"].iter().zip(0..).map(|(word, n)| (n, (*word).into())).collect();
    let mut phase = signal("Phase", ValueKind::Enumeration, &[], None);
    phase.members = vec![(10, "rough".into()), (20, "fine".into())];
    Device {
        key: format!("urn:trine:test:{name}"),
        name: name.into(),
        class: "grinding-machine".into(),
        level: Level::WorkUnit,
        technology: Technology::OpcUa,
        host: "line-1".into(),
        nameplate: vec![
            ("ManufacturerName".into(), "Muster AG".into()),
            ("SerialNumber".into(), format!("SN-{name}")),
            ("Note".into(), "by the window".into()),
        ],
        signals: vec![
            speed,
            signal("Parts", ValueKind::Integer, &[], Some(Role::PartCount)),
            state,
            signal("Program", ValueKind::Text, &[], Some(Role::Program)),
            signal("Coolant", ValueKind::Boolean, &["Coolant"], None),
            phase,
        ],
    }
}

/// Options that find out quickly.
pub fn options(name: &str, endpoint: &str) -> OpcUaOptions {
    OpcUaOptions {
        publishing_interval: Duration::from_millis(40),
        pki_dir: std::env::temp_dir().join(format!("trine-opcua-test-{}", std::process::id())),
        ..OpcUaOptions::new(name, endpoint)
    }
}

pub struct Rig {
    pub host: Arc<dyn Host>,
}

/// A connector under supervision.
pub struct Running {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Rig {
    #[allow(clippy::unused_async, reason = "a server needs a runtime around it")]
    pub async fn start(devices: &[Device], with: impl FnOnce(&mut OpcUaHostOptions)) -> Self {
        let mut options = OpcUaHostOptions::default();
        with(&mut options);
        let devices: Vec<_> = (0..).zip(devices.iter().cloned()).collect();
        Self { host: start("line-1", &devices, options).unwrap() }
    }

    /// Ends the server and starts another one at its address.
    pub async fn restart(&mut self, devices: &[Device], with: impl FnOnce(&mut OpcUaHostOptions)) {
        let endpoint = self.endpoint();
        let port = endpoint.rsplit(':').next().unwrap().parse().unwrap();
        self.host.stop();
        let mut options = OpcUaHostOptions { port, ..OpcUaHostOptions::default() };
        with(&mut options);
        let devices: Vec<_> = (0..).zip(devices.iter().cloned()).collect();
        // The port is free as soon as the old server has let go of it.
        self.host = loop {
            match start("line-1", &devices, options.clone()) {
                Ok(host) => break host,
                Err(_) => tokio::task::yield_now().await,
            }
        };
    }

    pub fn endpoint(&self) -> String {
        self.host.endpoint()
    }

    pub fn publish(&self, device: u32, signal: u32, value: Value) {
        self.publish_at(device, signal, value, SystemClock.now());
    }

    pub fn publish_at(&self, device: u32, signal: u32, value: Value, at: Instant) {
        self.host.publish(&[Reading { device, signal, at, value, quality: Quality::GOOD }]);
    }

    pub fn connect(&self, sink: &MemorySink, options: OpcUaOptions) -> Running {
        connect(sink, options)
    }
}

/// Starts a supervised connector.
pub fn connect(sink: &MemorySink, options: OpcUaOptions) -> Running {
    let stop = CancellationToken::new();
    let connector = Box::new(OpcUaConnector::new(options));
    let backoff = Backoff { first: Duration::from_millis(50), most: Duration::from_millis(200) };
    let running = supervise(connector, Arc::new(sink.clone()), Arc::new(SystemClock), backoff, stop.clone());
    Running { stop, task: tokio::spawn(async move { running.await.unwrap() }) }
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.host.stop();
    }
}

impl Running {
    /// Stops it and fails when that takes longer than 2 s.
    pub async fn stop(self) {
        self.stop.cancel();
        tokio::time::timeout(Duration::from_secs(2), self.task).await.expect("stops within 2 s").unwrap();
    }
}
