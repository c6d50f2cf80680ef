//! People who are not shown one by one: how many stand in each large cell of the floor.

use std::collections::BTreeMap;

/// Side of a cell of the crowd, m.
pub const CROWD_CELL_M: f32 = 16.0;

/// How many of the crowd stand in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CrowdCell {
    /// The cell covers from `x · 16 m` to `(x + 1) · 16 m`.
    pub x: i16,
    /// The same to the north.
    pub y: i16,
    /// People; of more than 65,535 it says 65,535.
    pub count: u16,
}

/// Counts people by cell, in the order of cells.
pub fn count(positions: impl Iterator<Item = [f32; 3]>) -> Vec<CrowdCell> {
    let mut cells = BTreeMap::<(i16, i16), u16>::new();
    for [x, y, _] in positions {
        let cell = |along: f32| (along / CROWD_CELL_M).floor() as i16;
        let people = cells.entry((cell(x), cell(y))).or_default();
        *people = people.saturating_add(1);
    }
    cells.into_iter().map(|((x, y), count)| CrowdCell { x, y, count }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_counted_once() {
        let people = [[0.0, 0.0, 0.0], [15.9, 0.0, 3.0], [16.0, 0.0, 0.0], [-0.1, -16.1, 0.0]];
        let cell = |x, y, count| CrowdCell { x, y, count };
        assert_eq!(count(people.into_iter()), [cell(-1, -2, 1), cell(0, 0, 2), cell(1, 0, 1)]);
    }
}
