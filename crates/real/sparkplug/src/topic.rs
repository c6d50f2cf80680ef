//! Topics: who speaks, and what kind of message it is.
//!
//! Spec: Eclipse Sparkplug 3.0, 4 Topics; `spBv1.0/GROUP/KIND/NODE[/DEVICE]` and `spBv1.0/STATE/HOST`.

use std::fmt;

/// The first level of every topic (tck-id-topic-structure-namespace-a).
pub const NAMESPACE: &str = "spBv1.0";

/// The kinds of message that edge nodes send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An edge node is there.
    NBirth,
    /// It reports.
    NData,
    /// It is gone.
    NDeath,
    /// A device is there.
    DBirth,
    /// It reports.
    DData,
    /// It is gone.
    DDeath,
}

/// An edge node: its group and its name, unique together.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeName {
    /// Its group.
    pub group: String,
    /// Its name within the group.
    pub node: String,
}

impl fmt::Display for NodeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.group, self.node)
    }
}

/// What a topic says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Topic {
    /// A message of an edge node or of one of its devices.
    Edge {
        /// What kind.
        kind: Kind,
        /// Whose.
        node: NodeName,
        /// Of which device.
        device: Option<String>,
    },
    /// The state of a host application.
    State(String),
    /// A command to an edge node or a device; not for us.
    Command,
}

impl Topic {
    /// Reads a topic; `None` when it is none of Sparkplug's.
    #[must_use]
    pub fn parse(topic: &str) -> Option<Self> {
        let levels: Vec<&str> = topic.split('/').collect();
        let whole = levels.iter().all(|level| !level.is_empty());
        match levels.as_slice() {
            [NAMESPACE, "STATE", host] if whole => Some(Self::State((*host).to_owned())),
            [NAMESPACE, _, "NCMD", _] | [NAMESPACE, _, "DCMD", _, _] if whole => Some(Self::Command),
            [NAMESPACE, group, kind, node] if whole => Some(Self::edge(node_kind(kind)?, group, node, None)),
            [NAMESPACE, group, kind, node, device] if whole => {
                Some(Self::edge(device_kind(kind)?, group, node, Some((*device).to_owned())))
            }
            _ => None,
        }
    }

    fn edge(kind: Kind, group: &str, node: &str, device: Option<String>) -> Self {
        Self::Edge { kind, node: NodeName { group: group.to_owned(), node: node.to_owned() }, device }
    }
}

fn node_kind(word: &str) -> Option<Kind> {
    match word {
        "NBIRTH" => Some(Kind::NBirth),
        "NDATA" => Some(Kind::NData),
        "NDEATH" => Some(Kind::NDeath),
        _ => None,
    }
}

fn device_kind(word: &str) -> Option<Kind> {
    match word {
        "DBIRTH" => Some(Kind::DBirth),
        "DDATA" => Some(Kind::DData),
        "DDEATH" => Some(Kind::DDeath),
        _ => None,
    }
}

/// The topic of commands to an edge node.
#[must_use]
pub fn node_command(node: &NodeName) -> String {
    format!("{NAMESPACE}/{}/NCMD/{}", node.group, node.node)
}

/// The topic of a host application's state.
#[must_use]
pub fn state(host_id: &str) -> String {
    format!("{NAMESPACE}/STATE/{host_id}")
}

/// Whether a text can be a group, node, device or host (tck-id-topic-structure-namespace-valid-group-id and kin):
/// not empty, without the signs that mean something in a topic.
#[must_use]
pub fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= 512 && !text.contains(['+', '/', '#', '\0'])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// tck-id-topic-structure, tck-id-topic-structure-namespace-device-id-associated-message-types,
    /// tck-id-topic-structure-namespace-device-id-non-associated-message-types
    #[test]
    fn topics_are_read_by_their_structure() {
        let node = NodeName { group: "G".into(), node: "N".into() };
        assert_eq!(
            Topic::parse("spBv1.0/G/NBIRTH/N"),
            Some(Topic::Edge { kind: Kind::NBirth, node: node.clone(), device: None })
        );
        assert_eq!(
            Topic::parse("spBv1.0/G/DDATA/N/D"),
            Some(Topic::Edge { kind: Kind::DData, node, device: Some("D".into()) })
        );
        assert_eq!(Topic::parse("spBv1.0/STATE/H"), Some(Topic::State("H".into())));
        assert_eq!(Topic::parse("spBv1.0/G/NCMD/N"), Some(Topic::Command));
        for wrong in [
            "",
            "spBv1.0",
            "spAv1.0/G/NBIRTH/N",
            "spBv1.0/G/NBIRTH/N/D",
            "spBv1.0/G/DDATA/N",
            "spBv1.0//NDATA/N",
        ] {
            assert_eq!(Topic::parse(wrong), None, "{wrong}");
        }
    }
}
