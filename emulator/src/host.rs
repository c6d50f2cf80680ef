//! What the driver of the plant sees of a protocol server.

use crate::Reading;
use trine_base::SignalId;

/// A fault that a device or its network can have, on demand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The device goes on with its sessions but reports nothing any more (`true`), or wakes up again (`false`).
    Freeze(bool),
    /// All connections are cut; new ones are welcome.
    Drop,
    /// The next message is garbage.
    Garbage,
    /// The next messages are sent twice and in the wrong order.
    Shuffle,
    /// The device's clock is off by this many seconds from now on.
    ClockJump(i64),
    /// What reports one signal to its clients falls silent, until a client asks for that signal anew; the device
    /// itself and its other signals go on. Only OPC UA clients subscribe to single signals; elsewhere it is nothing.
    Stick {
        /// Index of the device within the plant.
        device: u32,
        /// Index of the signal within the device.
        signal: u32,
    },
}

/// One running protocol server in front of devices of the plant.
pub trait Host: Send + Sync {
    /// Where it is reached: the URL that `trine connect` takes.
    fn endpoint(&self) -> String;
    /// The address of a signal as the connector writes it: the key of the signal after `connection/NAME/`.
    fn address(&self, device: u32, signal: u32) -> String;
    /// Takes readings of its devices (indices as in the plant); readings of other devices are ignored.
    fn publish(&self, readings: &[Reading]);
    /// Has a fault.
    fn fault(&self, fault: Fault);
    /// Ends the server and its tasks.
    fn stop(&self);
}

/// Where readings of a signal go when they do not travel by a socket: while the past is made.
pub type Shortcut = std::collections::HashMap<(u32, u32), SignalId>;
