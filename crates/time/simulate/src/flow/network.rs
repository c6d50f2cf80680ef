//! The ways of a fleet: which way leads from a node to another soonest.
//!
//! All shortest paths are found once, by Dijkstra's algorithm from every node.

use super::Fleet;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Shortest paths of a fleet's ways.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    nodes: usize,
    /// For each pair of nodes: the first way, and how far it is in all, ns.
    first: Vec<(u32, i64)>,
    /// For each way: how long it takes, ns.
    way_ns: Vec<i64>,
    ends: Vec<(u32, u32)>,
}

const NO_WAY: (u32, i64) = (u32::MAX, i64::MAX);

impl Network {
    pub fn new(fleet: &Fleet) -> Self {
        let nodes = fleet.nodes.len();
        let way_ns: Vec<i64> = fleet
            .ways
            .iter()
            .map(|way| super::layout::ns(length(fleet, way.from, way.to) / fleet.speed_m_s))
            .collect();
        let ends: Vec<(u32, u32)> = fleet.ways.iter().map(|way| (way.from, way.to)).collect();
        let mut into: Vec<Vec<(usize, u32)>> = vec![Vec::new(); nodes];
        for (index, way) in (0..).zip(&fleet.ways) {
            into[way.to as usize].push((way.from as usize, index));
            if way.both {
                into[way.from as usize].push((way.to as usize, index));
            }
        }
        let mut first = vec![NO_WAY; nodes * nodes];
        for goal in 0..nodes {
            towards(goal, nodes, &into, &way_ns, &mut first);
        }
        Self { nodes, first, way_ns, ends }
    }

    /// The way to take first, and how long the whole takes, ns; none when no way leads there.
    pub fn towards(&self, from: u32, to: u32) -> Option<(u32, i64)> {
        if from == to {
            return Some((u32::MAX, 0));
        }
        let found = *self.first.get(from as usize * self.nodes + to as usize)?;
        (found != NO_WAY).then_some(found)
    }

    /// How long a way takes, ns.
    pub fn way_ns(&self, way: u32) -> i64 {
        self.way_ns[way as usize]
    }

    /// Where a way leads from this end.
    pub fn beyond(&self, way: u32, from: u32) -> u32 {
        let (a, b) = self.ends[way as usize];
        if a == from { b } else { a }
    }
}

fn length(fleet: &Fleet, from: u32, to: u32) -> f64 {
    let (a, b) = (fleet.nodes[from as usize], fleet.nodes[to as usize]);
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// Fills in how to get to `goal` from everywhere.
fn towards(goal: usize, nodes: usize, into: &[Vec<(usize, u32)>], way_ns: &[i64], first: &mut [(u32, i64)]) {
    let mut heap = BinaryHeap::from([Reverse((0i64, goal))]);
    first[goal * nodes + goal] = (u32::MAX, 0);
    while let Some(Reverse((far, node))) = heap.pop() {
        if far > first[node * nodes + goal].1 {
            continue;
        }
        for (from, way) in &into[node] {
            let through = far.saturating_add(way_ns[*way as usize]);
            let known = &mut first[from * nodes + goal];
            if through < known.1 {
                *known = (*way, through);
                heap.push(Reverse((through, *from)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Way;
    use super::*;

    #[test]
    fn the_shorter_way_is_taken_and_one_way_streets_are_kept() {
        let way = |from, to, both| Way { from, to, both, capacity: 0 };
        let fleet = Fleet {
            speed_m_s: 1.0,
            nodes: vec![[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]],
            ways: vec![
                way(0, 1, true),
                way(1, 2, false),
                way(2, 3, true),
                way(3, 0, false),
                way(0, 2, false),
            ],
            ..Fleet::default()
        };
        let network = Network::new(&fleet);
        assert_eq!(network.towards(0, 2), Some((4, 14_142_135_623)));
        assert_eq!(network.towards(2, 1), Some((2, 30_000_000_000)), "round by 3 and 0");
        assert_eq!((network.beyond(2, 2), network.beyond(2, 3)), (3, 2));
        assert_eq!(network.towards(1, 1), Some((u32::MAX, 0)));
    }
}
