//! The conformance kit of the port, run for Sparkplug.

use crate::bench_of_devices::{Bench, reading};
use std::sync::Arc;
use trine_base::{Instant, Value};
use trine_connector::Connector;
use trine_connector::kit::{Rig, RigFault};
use trine_emulator::{Fault, Host, Reading};
use trine_sparkplug::SparkplugConnector;

trine_connector::conformance!(Plant::start());

struct Plant {
    bench: Bench,
    host: Arc<dyn Host>,
}

impl Plant {
    fn start() -> Self {
        let bench = Bench::start();
        let host = bench.edge();
        Self { bench, host }
    }
}

impl Rig for Plant {
    fn connector(&self) -> Box<dyn Connector> {
        Box::new(SparkplugConnector::new(self.bench.options()).unwrap())
    }

    /// The force and the speed of the ram.
    fn key(&self, signal: usize) -> String {
        self.host.address(7, if signal == 0 { 0 } else { 5 })
    }

    fn report(&self, signal: usize, value: f64, at: Instant) {
        let signal = if signal == 0 { 0 } else { 5 };
        self.host.publish(&[Reading { at, ..reading(signal, Value::Number(value)) }]);
    }

    fn fault(&self, fault: RigFault) {
        match fault {
            RigFault::Freeze(frozen) => self.host.fault(Fault::Freeze(frozen)),
            // The connection is the one with the broker.
            RigFault::Drop => self.bench.broker.cut("trine"),
            RigFault::Garbage => self.host.fault(Fault::Garbage),
            RigFault::ClockJump(seconds) => self.host.fault(Fault::ClockJump(seconds)),
        }
    }

    /// MQTT with quality of service 0 sends nothing again, and Sparkplug asks for no other.
    fn redelivers(&self) -> bool {
        false
    }
}
