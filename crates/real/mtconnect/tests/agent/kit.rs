//! The conformance kit of the port, run for MTConnect.

use crate::rig::{Rig, options, reading};
use trine_base::{Instant, Value};
use trine_connector::Connector;
use trine_connector::kit::RigFault;
use trine_emulator::mtconnect::MtConnectHostOptions;
use trine_emulator::{Fault, Reading};
use trine_mtconnect::MtConnectConnector;

trine_connector::conformance!(Rig::agent(MtConnectHostOptions::default()));

impl trine_connector::kit::Rig for Rig {
    fn connector(&self) -> Box<dyn Connector> {
        Box::new(MtConnectConnector::new(options(&self.host.endpoint())).unwrap())
    }

    /// The vibration and the speed of the spindle.
    fn key(&self, signal: usize) -> String {
        self.host.address(3, if signal == 0 { 0 } else { 6 })
    }

    fn report(&self, signal: usize, value: f64, at: Instant) {
        let signal = if signal == 0 { 0 } else { 6 };
        self.host.publish(&[Reading { at, ..reading(signal, Value::Number(value)) }]);
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
        0
    }
}
