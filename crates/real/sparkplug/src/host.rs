//! The host application without its network: all edge nodes that it has heard of.

use crate::node::{Message, Node, Patience, Step};
use crate::payload::Payload;
use crate::topic::{Kind, NodeName};
use prost::Message as _;
use std::collections::HashMap;
use trine_base::Instant;

/// More edge nodes than this are not taken: somebody is making names up.
const NODES_MAX: usize = 10_000;

pub(crate) struct Host<T> {
    connection: String,
    patience: Patience,
    nodes: Vec<Node<T>>,
    by_name: HashMap<NodeName, usize>,
}

impl<T> Host<T> {
    pub(crate) fn new(connection: &str, patience: Patience) -> Self {
        Self { connection: connection.to_owned(), patience, nodes: Vec::new(), by_name: HashMap::new() }
    }

    /// Takes a message of an edge node or one of its devices.
    pub(crate) fn receive(
        &mut self,
        (kind, name, device): (Kind, NodeName, Option<String>),
        bytes: &[u8],
        token: T,
        now: Instant,
    ) -> Vec<Step<T>> {
        let patience = self.patience;
        let payload = match Payload::decode(bytes) {
            Ok(payload) => payload,
            Err(error) => {
                let note = format!("a {kind:?} of edge node {name} cannot be decoded: {error}");
                let mut steps = vec![Step::Note(note)];
                // What cannot be read proves nothing of a node that nobody has heard of.
                if let Some(node) = self.by_name.get(&name).map(|index| &mut self.nodes[*index]) {
                    steps.extend(node.unreadable(kind, now, &patience));
                }
                steps.push(Step::Done(token));
                return steps;
            }
        };
        let Some(node) = self.node(name) else {
            return vec![
                Step::Note(format!("more than {NODES_MAX} edge nodes")),
                Step::Lost(1),
                Step::Done(token),
            ];
        };
        node.receive(Message { kind, device, payload, token }, now, &patience)
    }

    /// What time alone brings about.
    pub(crate) fn tick(&mut self, now: Instant) -> Vec<Step<T>> {
        let patience = self.patience;
        self.nodes.iter_mut().flat_map(|node| node.tick(now, &patience)).collect()
    }

    /// How many edge nodes there are, and how many of them have proved silent.
    pub(crate) fn silence(&self) -> (usize, usize) {
        (self.nodes.len(), self.nodes.iter().filter(|node| node.is_silent()).count())
    }

    /// The names of all edge nodes that were heard.
    pub(crate) fn names(&self) -> impl Iterator<Item = &NodeName> {
        self.by_name.keys()
    }

    fn node(&mut self, name: NodeName) -> Option<&mut Node<T>> {
        let index = match self.by_name.get(&name) {
            Some(index) => *index,
            None if self.nodes.len() >= NODES_MAX => return None,
            None => {
                let index = self.nodes.len();
                self.nodes.push(Node::new(index, &self.connection, name.clone()));
                self.by_name.insert(name, index);
                index
            }
        };
        Some(&mut self.nodes[index])
    }
}
