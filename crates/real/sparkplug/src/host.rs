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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DataType;
    use crate::payload::{Metric, MetricValue};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// What somebody may send: kind, device, sequence number, whether it is garbage, and how long nothing came.
    fn message() -> impl Strategy<Value = (Kind, Option<String>, u8, bool, u32)> {
        let kinds = [Kind::NBirth, Kind::NData, Kind::NDeath, Kind::DBirth, Kind::DData, Kind::DDeath];
        (proptest::sample::select(kinds.to_vec()), 0_u8..3, 0_u8..8, 0_u8..8, 0_u32..3_000).prop_map(
            |(kind, device, seq, luck, ms)| {
                let of_device = matches!(kind, Kind::DBirth | Kind::DData | Kind::DDeath);
                (kind, of_device.then(|| format!("D{device}")), seq, luck == 0, ms)
            },
        )
    }

    fn payload(kind: Kind, seq: u8) -> Vec<u8> {
        let metric = |name: &str, alias, value| Metric {
            name: (kind != Kind::DData).then(|| name.to_owned()),
            alias: Some(alias),
            datatype: Some(DataType::Int64 as u32),
            value: Some(value),
            ..Metric::default()
        };
        let metrics =
            vec![metric("bdSeq", 0, MetricValue::Long(1)), metric("x", u64::from(seq), MetricValue::Long(5))];
        Payload { metrics, seq: Some(u64::from(seq)), ..Payload::default() }.encode_to_vec()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        /// Whatever comes in whatever order: nothing panics, every message is done with exactly once, and data are
        /// only told of units that were born.
        #[test]
        fn every_message_is_done_with_once(messages in proptest::collection::vec(message(), 1..200)) {
            let mut host = Host::new("connection/x", Patience::default());
            let (mut now, mut done, mut born) = (Instant::from_ms(1_000_000), Vec::new(), BTreeSet::new());
            let node = || NodeName { group: "G".into(), node: "N".into() };
            let count = messages.len();
            let mut take = |steps: Vec<Step<usize>>| {
                for step in steps {
                    match step {
                        Step::Done(token) => done.push(token),
                        Step::Birth(unit, _) => drop(born.insert(unit)),
                        Step::Data(unit, _) => assert!(born.contains(&unit)),
                        _ => {}
                    }
                }
            };
            for (token, (kind, device, seq, garbage, ms)) in messages.into_iter().enumerate() {
                now = now.plus_ns(i64::from(ms) * 1_000_000);
                let bytes = if garbage { b"\xff\xff".to_vec() } else { payload(kind, seq) };
                take(host.receive((kind, node(), device), &bytes, token, now));
                take(host.tick(now));
            }
            take(host.tick(now.plus_ns(3_600_000_000_000)));
            done.sort_unstable();
            prop_assert_eq!(done, (0..count).collect::<Vec<_>>());
        }
    }

    fn receive(
        host: &mut Host<()>,
        kind: Kind,
        device: Option<&str>,
        bytes: &[u8],
        at_ms: i64,
    ) -> Vec<Step<()>> {
        let node = NodeName { group: "G".into(), node: "N".into() };
        host.receive((kind, node, device.map(str::to_owned)), bytes, (), Instant::from_ms(at_ms))
    }

    fn rebirths(steps: &[Step<()>]) -> usize {
        steps.iter().filter(|step| matches!(step, Step::Rebirth(_))).count()
    }

    /// Rebirths are asked for when they are due, and not in a storm.
    #[test]
    fn rebirth_requests_are_limited() {
        let mut host = Host::new("connection/x", Patience::default());
        let asked: usize = (0..100)
            .map(|n| rebirths(&receive(&mut host, Kind::DData, Some("D"), &payload(Kind::DData, n), 1_000)))
            .sum();
        assert_eq!(asked, 1);
        assert_eq!(rebirths(&receive(&mut host, Kind::NData, None, &payload(Kind::NData, 7), 7_000)), 1);
    }

    /// tck-id-operational-behavior-edge-node-termination-host-action-ddeath-devices-tags-stale
    #[test]
    fn the_death_of_a_device_silences_it_alone() {
        let mut host = Host::new("connection/x", Patience::default());
        receive(&mut host, Kind::NBirth, None, &payload(Kind::NBirth, 0), 1);
        receive(&mut host, Kind::DBirth, Some("D"), &payload(Kind::DBirth, 1), 2);
        let steps = receive(&mut host, Kind::DDeath, Some("D"), &payload(Kind::DDeath, 2), 3);
        let silent =
            steps.iter().find_map(|step| if let Step::Silent(units, _) = step { Some(units) } else { None });
        assert_eq!(silent, Some(&vec![(0, 1)]));
    }
}
