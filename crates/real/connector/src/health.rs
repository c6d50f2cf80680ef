//! The health of a connection: counted by the connector, written as signals of the connection's own thing.

use trine_base::{Instant, Sample, SignalId, Value};
use trine_world::{Role, SignalDescription, ValueKind};

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ConnectionState {
    /// Being built.
    #[default]
    Connecting,
    /// Data comes.
    Connected,
    /// Data comes, but not all of it.
    Degraded,
    /// The session looks healthy and nothing comes.
    Quiet,
    /// Lost; the next attempt follows.
    Disconnected,
    /// Cannot work until somebody changes something.
    Failed,
    /// Ended by request.
    Stopped,
}

impl ConnectionState {
    /// The word by which it travels.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Connected => "connected",
            Self::Degraded => "degraded",
            Self::Quiet => "quiet",
            Self::Disconnected => "disconnected",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        }
    }
}

/// What is counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Health {
    pub state: ConnectionState,
    pub received: u64,
    pub lost: u64,
    pub reconnects: u64,
    /// Seconds from source to record, of the newest sample.
    pub lag_s: f64,
    pub error: String,
}

pub(crate) const ROLES: [Role; 6] = [
    Role::ConnectionState,
    Role::ConnectionReceived,
    Role::ConnectionLost,
    Role::ConnectionReconnects,
    Role::ConnectionLag,
    Role::ConnectionError,
];

pub(crate) fn descriptions(thing: &str) -> Vec<SignalDescription> {
    let shapes = [
        ("state", "State", ValueKind::Enumeration, ""),
        ("received", "Samples received", ValueKind::Integer, "C62"),
        ("lost", "Messages lost", ValueKind::Integer, "C62"),
        ("reconnects", "Reconnects", ValueKind::Integer, "C62"),
        ("lag", "Lag", ValueKind::Number, "SEC"),
        ("error", "Last error", ValueKind::Text, ""),
    ];
    shapes
        .into_iter()
        .zip(ROLES)
        .map(|((key, name, kind, unit), role)| {
            SignalDescription::new(thing, &format!("{thing}/#{key}"), name, kind).in_unit(unit).as_role(role)
        })
        .collect()
}

impl Health {
    fn values(&self) -> [Value; 6] {
        let count = |n: u64| Value::Integer(i64::try_from(n).unwrap_or(i64::MAX));
        [
            Value::text(self.state.as_str()),
            count(self.received),
            count(self.lost),
            count(self.reconnects),
            Value::Number(self.lag_s),
            Value::text(self.error.as_str()),
        ]
    }

    /// The samples that tell what changed since `before`.
    pub(crate) fn changes(
        &self,
        before: Option<&Self>,
        signals: &[Option<SignalId>],
        at: Instant,
    ) -> Vec<Sample> {
        let then = before.map(Self::values);
        let changed = |index: usize, value: &Value| then.as_ref().is_none_or(|then| then[index] != *value);
        self.values()
            .into_iter()
            .enumerate()
            .filter(|(index, value)| changed(*index, value))
            .filter_map(|(index, value)| Some(Sample::good((*signals.get(index)?)?, at, value)))
            .collect()
    }
}
