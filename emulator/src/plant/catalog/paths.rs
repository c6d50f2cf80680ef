//! The aisles and the ways of the vehicles on them.
//!
//! Three aisles run east (A, B, C from north to south) between two that run north (W, E). Vehicles keep to the right
//! of the middle, so that two of them pass each other.

/// x and y, m.
pub type Point = [f64; 2];

/// An aisle: its middle line and its width, m.
#[derive(Clone, Copy, Debug)]
pub struct Aisle {
    pub name: &'static str,
    pub from: Point,
    pub to: Point,
}

/// Width of all aisles, m.
pub const AISLE_WIDTH: f64 = 3.6;
/// From the middle of an aisle to the middle of a lane, m.
const LANE: f64 = 0.6;
/// From the middle of an aisle to where a vehicle stands beside it, m.
const DOCK: f64 = 1.45;
/// x of the two aisles that run north.
const WEST: f64 = 13.5;
const EAST: f64 = 86.0;
/// y of the three aisles that run east.
const EASTWARD: [f64; 3] = [36.5, 19.0, 3.0];

/// All aisles.
pub const AISLES: [Aisle; 5] = [
    Aisle { name: "Aisle A", from: [WEST, EASTWARD[0]], to: [EAST, EASTWARD[0]] },
    Aisle { name: "Aisle B", from: [WEST, EASTWARD[1]], to: [EAST, EASTWARD[1]] },
    Aisle { name: "Aisle C", from: [WEST, EASTWARD[2]], to: [EAST, EASTWARD[2]] },
    Aisle { name: "Aisle W", from: [WEST, 1.2], to: [WEST, 52.0] },
    Aisle { name: "Aisle E", from: [EAST, 1.2], to: [EAST, 38.3] },
];

/// Where a vehicle stops for something that stands here: beside the nearest aisle. What stands in the warehouse is
/// served from aisle W, everything else from an aisle that runs east.
pub fn dock(at: Point) -> Point {
    if at[0] < WEST {
        return [WEST - DOCK, at[1]];
    }
    let aisle = nearest_eastward(at[1]);
    [at[0], aisle + DOCK * (at[1] - aisle).signum()]
}

/// The points of the way from one stop to another, the last one included.
pub fn way(from: Point, to: Point) -> Vec<Point> {
    let mut middle = vec![access(from)];
    middle.extend(corners(access(from), access(to)));
    middle.push(access(to));
    middle.dedup();
    let mut points = keep_right(&middle);
    points.push(to);
    points
}

fn nearest_eastward(y: f64) -> f64 {
    let far = |aisle: f64| (aisle - y).abs();
    EASTWARD.into_iter().min_by(|a, b| far(*a).total_cmp(&far(*b))).unwrap_or(EASTWARD[0])
}

/// The point on the middle of an aisle beside a stop.
fn access(stop: Point) -> Point {
    if stop[0] < WEST { [WEST, stop[1]] } else { [stop[0], nearest_eastward(stop[1])] }
}

/// The crossings between two points on aisles, by the shorter side of the hall.
fn corners(from: Point, to: Point) -> Vec<Point> {
    if from[1] == to[1] || from[0] == WEST && to[0] == WEST {
        return Vec::new();
    }
    let length = |x: f64| (from[0] - x).abs() + (to[0] - x).abs();
    let side = if length(WEST) <= length(EAST) { WEST } else { EAST };
    vec![[side, from[1]], [side, to[1]]]
}

/// Moves each point of a line to the right of the stretches that meet in it.
fn keep_right(middle: &[Point]) -> Vec<Point> {
    let right = |a: Point, b: Point| {
        let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
        let length = dx.hypot(dy).max(1e-9);
        [dy / length * LANE, -dx / length * LANE]
    };
    let shift = |index: usize| {
        let before = index.checked_sub(1).map(|before| right(middle[before], middle[index]));
        let after = middle.get(index + 1).map(|after| right(middle[index], *after));
        match (before, after) {
            (Some(a), Some(b)) if a == b => a,
            (a, b) => {
                let (a, b) = (a.unwrap_or_default(), b.unwrap_or_default());
                [a[0] + b[0], a[1] + b[1]]
            }
        }
    };
    (0..middle.len())
        .map(|index| [middle[index][0] + shift(index)[0], middle[index][1] + shift(index)[1]])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vehicles_pass_each_other_on_their_right() {
        let (west, east) = ([20.0, 20.45], [60.0, 20.45]);
        assert_eq!(way(west, east), [[20.0, 18.4], [60.0, 18.4], east]);
        assert_eq!(way(east, west), [[60.0, 19.6], [20.0, 19.6], west]);
    }

    #[test]
    fn the_shorter_side_is_taken() {
        let far_east = way([80.0, 37.9], [80.0, 20.4]);
        assert!(far_east.iter().any(|point| point[0] > 85.0));
        let near_west = way([20.0, 37.9], [20.0, 20.4]);
        assert!(near_west.iter().all(|point| point[0] < 25.0));
    }
}
