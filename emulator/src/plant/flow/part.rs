//! Workpieces: held by value wherever they are, so that a piece is always in exactly one place.

use crate::plant::catalog::Family;
use std::sync::Arc;

/// A workpiece, or an assembly that carries its pieces.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Its serial.
    pub serial: Arc<str>,
    /// What it began as.
    pub family: Family,
    /// Size of the drive that it is for.
    pub variant: u8,
    /// Production order.
    pub order: Arc<str>,
    /// What is built into it.
    pub pieces: Vec<Part>,
}

impl Part {
    /// How many raw pieces are in it, itself included.
    pub fn weight(&self) -> u64 {
        1 + self.pieces.iter().map(Self::weight).sum::<u64>()
    }
}

/// Raw pieces in, and where they ended: what is neither finished nor scrapped is still in process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Raw pieces that were ever delivered.
    pub delivered: u64,
    /// Raw pieces in the drives that reached the warehouse.
    pub finished: u64,
    /// Raw pieces in what was scrapped.
    pub scrapped: u64,
}

/// The drives' sizes, in the words of the programs and orders.
pub const VARIANTS: [&str; 3] = ["D63", "D80", "D100"];
/// Drives in one production order.
const LOT: u64 = 40;

/// Makes raw pieces: each family counts on by itself through the same sequence of production orders.
#[derive(Clone, Debug)]
pub struct Supply {
    seed: u64,
    made: [u64; 4],
    order: [Arc<str>; 4],
}

impl Supply {
    /// Begins with the first order.
    pub fn new(seed: u64) -> Self {
        Self { seed, made: [0; 4], order: std::array::from_fn(|_| "".into()) }
    }

    /// The next raw piece of a family.
    pub fn next(&mut self, family: Family) -> Part {
        let index = family as usize;
        let number = self.made[index];
        self.made[index] += 1;
        let order = number / LOT;
        if number.is_multiple_of(LOT) {
            self.order[index] = Self::order_key(order).into();
        }
        let serial = format!("{}-{:06}", family.prefix(), 118_001 + number).into();
        Part {
            serial,
            family,
            variant: self.variant(order),
            order: self.order[index].clone(),
            pieces: Vec::new(),
        }
    }

    /// Number of an order in words.
    pub fn order_key(order: u64) -> String {
        format!("PO-{}", 410_200 + order)
    }

    /// Every second order or so is for the same size as the one before it.
    pub fn variant(&self, order: u64) -> u8 {
        let mut variant = 0;
        for past in 0..=order {
            let draw = trine_simulate::Stream::new(self.seed, past, "variant").below(4);
            variant = if draw < 2 { variant } else { (variant + draw as u8 - 1) % 3 };
        }
        variant
    }
}
