//! What a machine is doing, in one vocabulary for all protocols.
//!
//! The words are in `tests/golden/states.json`, which the client reads too.

use serde::{Deserialize, Serialize};

/// The state of a machine as the hall draws it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MachineState {
    /// Working.
    Running,
    /// Ready, with nothing to do or not started.
    Idle,
    /// Waits for material.
    Starved,
    /// Cannot get rid of its material.
    Blocked,
    /// Being set up.
    Setup,
    /// Broken.
    Down,
    /// Stopped by plan.
    PlannedStop,
    /// Nobody says.
    Unknown,
}

impl MachineState {
    /// All states.
    pub const ALL: [Self; 8] = [
        Self::Running,
        Self::Idle,
        Self::Starved,
        Self::Blocked,
        Self::Setup,
        Self::Down,
        Self::PlannedStop,
        Self::Unknown,
    ];

    /// The text by which it travels.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Idle => "idle",
            Self::Starved => "starved",
            Self::Blocked => "blocked",
            Self::Setup => "setup",
            Self::Down => "down",
            Self::PlannedStop => "planned-stop",
            Self::Unknown => "unknown",
        }
    }

    /// The state that a word of MTConnect `Execution`, OPC UA Machinery, PackML or Trine means.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        match word.trim().to_ascii_lowercase().as_str() {
            "running" | "active" | "executing" | "execute" | "producing" | "processing" | "cutting" => {
                Self::Running
            }
            "idle" | "ready" | "waiting" | "notexecuting" | "not executing" | "standby" | "optional_stop"
            | "program_completed" | "program_stopped" | "stopped" | "feed_hold" => Self::Idle,
            "starved" => Self::Starved,
            "blocked" => Self::Blocked,
            "setup" | "set-up" | "changeover" | "warmup" => Self::Setup,
            "down" | "failed" | "fault" | "aborted" | "interrupted" | "outofservice" | "out of service"
            | "emergency stop" | "triggered" => Self::Down,
            "planned-stop" | "planned stop" | "off-shift" | "maintenance" | "offline" => Self::PlannedStop,
            _ => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn the_words_are_those_of_the_shared_table() {
        let table: BTreeMap<String, Vec<String>> =
            serde_json::from_str(include_str!("../../../../tests/golden/states.json")).unwrap();
        assert_eq!(table.len(), MachineState::ALL.len());
        for (state, words) in table {
            for word in words {
                assert_eq!(MachineState::from_word(&word).as_str(), state, "{word}");
                assert_eq!(MachineState::from_word(&word.to_uppercase()).as_str(), state, "{word}");
            }
        }
    }
}
