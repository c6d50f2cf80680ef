//! The STATE message: whether a host application is there.
//!
//! Spec: Eclipse Sparkplug 3.0, 6.4.22 Payload of STATE; the death of a connection carries the time stamp of its birth.

use serde::{Deserialize, Serialize};

/// The content of a STATE message, JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Whether the host application is there.
    pub online: bool,
    /// When it connected, ms since the epoch.
    pub timestamp: u64,
}

impl State {
    /// As it travels.
    #[must_use]
    pub fn to_bytes(self) -> Vec<u8> {
        format!(r#"{{"online":{},"timestamp":{}}}"#, self.online, self.timestamp).into_bytes()
    }

    /// Reads it; `None` when it is something else.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// tck-id-host-topic-phid-birth-payload, tck-id-payloads-state-birth-payload
    #[test]
    fn it_is_json_with_these_two_fields() {
        let state = State { online: true, timestamp: 17 };
        assert_eq!(state.to_bytes(), br#"{"online":true,"timestamp":17}"#);
        assert_eq!(State::from_bytes(&state.to_bytes()), Some(state));
        assert_eq!(State::from_bytes(b"ONLINE"), None, "the form before 3.0");
    }
}
