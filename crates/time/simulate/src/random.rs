//! Random streams: one per entity and purpose, each derived from the seed alone.
//!
//! An entity that draws more or less than before leaves every other entity's numbers as they were; that is what
//! lets two variants of a plant be compared under common random numbers.
//! The generator is xoshiro256++ (Blackman and Vigna, 2019), seeded by splitmix64.

use serde::{Deserialize, Serialize};

/// A stream of random numbers, held by value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stream {
    state: [u64; 4],
}

impl Stream {
    /// The stream of an entity for a purpose (`"repair"`, `"cycle"`, …) under a seed.
    #[must_use]
    pub fn new(seed: u64, entity: u64, purpose: &str) -> Self {
        let mut mix = splitmix(seed) ^ splitmix(entity.wrapping_add(0x5851_F42D_4C95_7F2D)).rotate_left(23);
        for byte in purpose.bytes() {
            mix = splitmix(mix ^ u64::from(byte));
        }
        let mut next = || {
            mix = mix.wrapping_add(0x9E37_79B9_7F4A_7C15);
            splitmix(mix)
        };
        Self { state: [next(), next(), next(), next()] }
    }

    /// The next 64 random bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        let [a, b, c, d] = self.state;
        let result = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
        let (c, d) = (c ^ a, d ^ b);
        self.state = [a ^ d, b ^ c, c ^ (b << 17), d.rotate_left(45)];
        result
    }

    /// Uniform in [0, 1).
    #[inline]
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Uniform in (0, 1]: fit for a logarithm.
    #[inline]
    pub fn positive_unit(&mut self) -> f64 {
        ((self.bits() >> 11) + 1) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Uniform in [low, high).
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Uniform in 0..n; 0 when n is 0.
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.bits()) * n as u128) >> 64) as usize
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Exponential with mean 1.
    #[inline]
    pub fn exponential(&mut self) -> f64 {
        -self.positive_unit().ln()
    }

    /// Normal with mean 0 and deviation 1, by Box and Muller. Half of each pair is thrown away: a stream that
    /// kept it would have two states for one position.
    pub fn normal(&mut self) -> f64 {
        let radius = (2.0 * self.exponential()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }
}

/// The finaliser of splitmix64: every input bit moves every output bit.
fn splitmix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_of_one_seed_differ_and_are_repeatable() {
        let draw = |entity, purpose| Stream::new(7, entity, purpose).bits();
        assert_eq!(draw(1, "repair"), draw(1, "repair"));
        assert_ne!(draw(1, "repair"), draw(2, "repair"));
        assert_ne!(draw(1, "repair"), draw(1, "failure"));
        assert_ne!(Stream::new(7, 0, "x").bits(), Stream::new(0, 7, "x").bits());
    }

    #[test]
    fn moments_are_those_of_the_distributions() {
        let mut stream = Stream::new(1, 1, "moments");
        let n = 200_000;
        let mean = |f: &mut dyn FnMut() -> f64| (0..n).map(|_| f()).sum::<f64>() / f64::from(n);
        assert!((mean(&mut || stream.unit()) - 0.5).abs() < 0.003);
        assert!((mean(&mut || stream.exponential()) - 1.0).abs() < 0.01);
        assert!(mean(&mut || stream.normal()).abs() < 0.01);
        assert!((mean(&mut || stream.normal().powi(2)) - 1.0).abs() < 0.02);
        assert!((mean(&mut || stream.below(10) as f64) - 4.5).abs() < 0.04);
    }
}
