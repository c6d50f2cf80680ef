//! The conformance kit of the port, run for OPC UA.

use crate::rig::{Rig, device, options};
use trine_base::{Instant, Value};
use trine_connector::Connector;
use trine_connector::kit::RigFault;
use trine_emulator::Fault;
use trine_opcua::OpcUaConnector;

trine_connector::conformance!(Rig::start(&[device("GR-3"), device("GR-4")], |_| {}).await);

impl trine_connector::kit::Rig for Rig {
    fn connector(&self) -> Box<dyn Connector> {
        Box::new(OpcUaConnector::new(options("plc", &self.endpoint())))
    }

    fn key(&self, signal: usize) -> String {
        self.host.address(u32::try_from(signal).unwrap(), 0)
    }

    fn report(&self, signal: usize, value: f64, at: Instant) {
        self.publish_at(u32::try_from(signal).unwrap(), 0, Value::Number(value), at);
    }

    fn fault(&self, fault: RigFault) {
        self.host.fault(match fault {
            RigFault::Freeze(frozen) => Fault::Freeze(frozen),
            RigFault::Drop => Fault::Drop,
            RigFault::Garbage => Fault::Garbage,
            RigFault::ClockJump(seconds) => Fault::ClockJump(seconds),
        });
    }

    fn resolution_ns(&self) -> i64 {
        100
    }
}
