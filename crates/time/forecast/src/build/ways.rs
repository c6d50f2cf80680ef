//! The network of ways: the aisles that are painted on the floor, joined where they cross, with a stop at the nearest
//! point for everything that vehicles go to.

use trine_simulate::flow::Way;
use trine_world::{Place, World};

/// Two points are one below this distance, m.
const SAME: f64 = 0.05;
/// Without aisles every stop is joined with every other, up to so many stops.
const ALL_PAIRS: usize = 24;

type Point = [f64; 2];

/// Nodes and ways.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Network {
    pub nodes: Vec<Point>,
    pub ways: Vec<Way>,
    /// Whether aisles led anywhere, and whether pieces of the network had to be joined by straight ways.
    pub has_aisles: bool,
    pub was_joined: bool,
}

/// An aisle: its middle line, and the nodes on it by the distance from its beginning.
struct Aisle {
    from: Point,
    to: Point,
    marks: Vec<(f64, u32)>,
}

impl Network {
    /// The network with a stop for each of these points, in their order.
    pub fn of(world: &World, stops: &[Point]) -> (Self, Vec<u32>) {
        let aisles = world.things().filter(|thing| &*thing.description.class == "aisle");
        let mut aisles: Vec<Aisle> = aisles.filter_map(|thing| thing.place.as_ref()).map(aisle).collect();
        let mut network = Self { has_aisles: !aisles.is_empty(), ..Self::default() };
        network.cross(&mut aisles);
        let at = stops.iter().map(|stop| network.stop(&mut aisles, *stop)).collect();
        for aisle in &mut aisles {
            aisle.marks.sort_by(|a, b| a.0.total_cmp(&b.0));
            for pair in aisle.marks.windows(2) {
                network.join(pair[0].1, pair[1].1);
            }
        }
        if network.has_aisles {
            network.join_pieces();
        } else {
            network.join_all();
        }
        (network, at)
    }

    /// A node where two aisles cross.
    fn cross(&mut self, aisles: &mut [Aisle]) {
        for second in 1..aisles.len() {
            for first in 0..second {
                if let Some((t, u)) = crossing(&aisles[first], &aisles[second]) {
                    let node = self.node(along(&aisles[first], t));
                    aisles[first].marks.push((t, node));
                    aisles[second].marks.push((u, node));
                }
            }
        }
    }

    /// A node on the nearest aisle, or at the stop itself where there is none.
    fn stop(&mut self, aisles: &mut [Aisle], stop: Point) -> u32 {
        let near = |aisle: &Aisle| far(along(aisle, foot(aisle, stop)), stop);
        let nearest = (0..aisles.len()).min_by(|a, b| near(&aisles[*a]).total_cmp(&near(&aisles[*b])));
        let Some(index) = nearest else { return self.node(stop) };
        let t = foot(&aisles[index], stop);
        let node = self.node(along(&aisles[index], t));
        aisles[index].marks.push((t, node));
        node
    }

    fn node(&mut self, point: Point) -> u32 {
        let known = self.nodes.iter().position(|node| far(*node, point) < SAME);
        known.unwrap_or_else(|| {
            self.nodes.push(point);
            self.nodes.len() - 1
        }) as u32
    }

    fn join(&mut self, from: u32, to: u32) {
        let is_it = |way: &Way| (way.from, way.to) == (from, to) || (way.from, way.to) == (to, from);
        if from != to && !self.ways.iter().any(is_it) {
            self.ways.push(Way { from, to, both: true, capacity: 0 });
        }
    }

    fn join_all(&mut self) {
        let count = self.nodes.len() as u32;
        if self.nodes.len() > ALL_PAIRS {
            let sum = self.nodes.iter().fold([0.0, 0.0], |sum, node| [sum[0] + node[0], sum[1] + node[1]]);
            let middle = self.node(sum.map(|sum| sum / f64::from(count)));
            (0..count).for_each(|node| self.join(node, middle));
            return;
        }
        for to in 1..count {
            (0..to).for_each(|from| self.join(from, to));
        }
    }

    /// Aisles that do not meet are joined where they come nearest.
    fn join_pieces(&mut self) {
        loop {
            let piece = self.piece_of_first();
            let (inside, outside): (Vec<u32>, Vec<u32>) =
                (0..self.nodes.len() as u32).partition(|node| piece[*node as usize]);
            let pairs = inside.iter().flat_map(|a| outside.iter().map(move |b| (*a, *b)));
            let length = |(a, b): &(u32, u32)| far(self.nodes[*a as usize], self.nodes[*b as usize]);
            let Some((a, b)) = pairs.min_by(|x, y| length(x).total_cmp(&length(y))) else { return };
            self.was_joined = true;
            self.join(a, b);
        }
    }

    fn piece_of_first(&self) -> Vec<bool> {
        let mut reached = vec![false; self.nodes.len()];
        let mut next: Vec<u32> = (!reached.is_empty()).then_some(0).into_iter().collect();
        while let Some(node) = next.pop() {
            if !std::mem::replace(&mut reached[node as usize], true) {
                let beyond = |way: &Way| match (way.from == node, way.to == node) {
                    (true, _) => Some(way.to),
                    (_, true) => Some(way.from),
                    _ => None,
                };
                next.extend(self.ways.iter().filter_map(beyond));
            }
        }
        reached
    }

    /// The node nearest to a point.
    pub fn nearest(nodes: &[Point], point: Point) -> u32 {
        let near = |index: &usize| far(nodes[*index], point);
        (0..nodes.len()).min_by(|a, b| near(a).total_cmp(&near(b))).unwrap_or(0) as u32
    }
}

fn aisle(place: &Place) -> Aisle {
    let (sin, cos) = place.yaw_deg.to_radians().sin_cos();
    // The longer side is the way, whichever axis it lies along.
    let (half, [x, y]) = if place.size[0] >= place.size[1] {
        (0.5 * place.size[0], [cos, sin])
    } else {
        (0.5 * place.size[1], [-sin, cos])
    };
    let [px, py, _] = place.position;
    let marks = Vec::new();
    Aisle { from: [px - half * x, py - half * y], to: [px + half * x, py + half * y], marks }
}

fn far(a: Point, b: Point) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// The point at a part of an aisle's length, 0 to 1.
fn along(aisle: &Aisle, t: f64) -> Point {
    [0, 1].map(|axis| aisle.from[axis] + (aisle.to[axis] - aisle.from[axis]) * t)
}

/// Where on an aisle one is nearest to a point, 0 to 1.
fn foot(aisle: &Aisle, point: Point) -> f64 {
    let way = [aisle.to[0] - aisle.from[0], aisle.to[1] - aisle.from[1]];
    let square = (way[0] * way[0] + way[1] * way[1]).max(1e-9);
    let dot = (point[0] - aisle.from[0]) * way[0] + (point[1] - aisle.from[1]) * way[1];
    (dot / square).clamp(0.0, 1.0)
}

/// Where two aisles cross, as parts of their lengths.
fn crossing(a: &Aisle, b: &Aisle) -> Option<(f64, f64)> {
    let (r, s) = ([a.to[0] - a.from[0], a.to[1] - a.from[1]], [b.to[0] - b.from[0], b.to[1] - b.from[1]]);
    let cross = r[0] * s[1] - r[1] * s[0];
    if cross.abs() < 1e-9 {
        return None;
    }
    let d = [b.from[0] - a.from[0], b.from[1] - a.from[1]];
    let (t, u) = ((d[0] * s[1] - d[1] * s[0]) / cross, (d[0] * r[1] - d[1] * r[0]) / cross);
    let within = |x: f64| (0.0..=1.0).contains(&x);
    (within(t) && within(u)).then_some((t, u))
}
