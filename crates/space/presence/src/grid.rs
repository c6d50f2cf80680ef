//! Who stands near a spot: people by square cells of the floor.
//!
//! Moving within a cell costs nothing; asking costs the cells that a circle touches.

use crate::Seat;
use std::collections::BTreeMap;

/// Side of a cell, m.
const CELL_M: f32 = 8.0;

/// A cell of the floor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell(i32, i32);

/// People by cell.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    cells: BTreeMap<Cell, Vec<Seat>>,
}

/// The cell of a place.
fn cell_of(position: [f32; 3]) -> Cell {
    Cell((position[0] / CELL_M).floor() as i32, (position[1] / CELL_M).floor() as i32)
}

impl Grid {
    /// Puts somebody there; the answer is to be kept for [`Self::walk`] and [`Self::remove`].
    pub fn put(&mut self, seat: Seat, position: [f32; 3]) -> Cell {
        let cell = cell_of(position);
        self.cells.entry(cell).or_default().push(seat);
        cell
    }

    /// Somebody is elsewhere.
    pub fn walk(&mut self, seat: Seat, from: Cell, position: [f32; 3]) -> Cell {
        if cell_of(position) == from {
            return from;
        }
        self.remove(seat, from);
        self.put(seat, position)
    }

    /// Somebody is gone.
    pub fn remove(&mut self, seat: Seat, from: Cell) {
        let Some(people) = self.cells.get_mut(&from) else { return };
        people.retain(|other| *other != seat);
        if people.is_empty() {
            self.cells.remove(&from);
        }
    }

    /// Everybody whose cell a circle touches, in order of cells; some are a little outside of the circle.
    pub fn around(&self, position: [f32; 3], radius_m: f64) -> impl Iterator<Item = Seat> + '_ {
        let reach = radius_m as f32;
        let Cell(x0, y0) = cell_of([position[0] - reach, position[1] - reach, 0.0]);
        let Cell(x1, y1) = cell_of([position[0] + reach, position[1] + reach, 0.0]);
        let columns = (x0..=x1).flat_map(move |x| self.cells.range(Cell(x, y0)..=Cell(x, y1)));
        columns.flat_map(|(_, people)| people.iter().copied())
    }
}
