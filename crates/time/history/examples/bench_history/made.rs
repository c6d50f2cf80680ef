//! The samples of a synthetic plant: repeatable, and as hard to compress as a real one's.

use trine_base::{Instant, Sample, SignalId, Value};

/// When the first second begins.
pub const START_MS: i64 = 1_790_000_000_000;
const WORDS: [&str; 4] = ["ACTIVE", "READY", "INTERRUPTED", "STOPPED"];

/// A generator of repeatable noise (xorshift64*).
pub struct Noise(pub u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}

/// Every signal once a second with jitter: six of ten wander by hundredths, two count, one switches, one says words.
pub struct Plant {
    noise: Noise,
    levels: Vec<i64>,
    words: Vec<Value>,
    /// Seconds made so far.
    pub second: i64,
}

impl Plant {
    pub fn new(signals: usize) -> Self {
        let mut noise = Noise(42);
        let levels = (0..signals).map(|_| noise.below(100_000) as i64).collect();
        Self { noise, levels, words: WORDS.map(Value::text).to_vec(), second: 0 }
    }

    /// The samples of the next second.
    pub fn fill(&mut self, batch: &mut Vec<Sample>) {
        batch.clear();
        for signal in 0..self.levels.len() {
            let draw = self.noise.next();
            self.levels[signal] += (draw % 21) as i64 - 10;
            let level = self.levels[signal];
            let value = match signal % 10 {
                0..=5 => Value::Number(level as f64 / 100.0),
                6 | 7 => Value::Integer(self.second + signal as i64),
                8 => Value::Boolean(draw % 64 < 32),
                _ => self.words[(draw >> 20) as usize % 4].clone(),
            };
            let jitter = ((draw >> 32) % 40) as i64;
            let source = Instant::from_ms(START_MS + self.second * 1000 + jitter);
            batch.push(Sample::good(SignalId(signal as u32 + 1), source, value));
        }
        self.second += 1;
    }
}
