//! Sensors: they read, add their noise, and report what has changed enough.

use super::activity::{Asset, quantities};
use super::{Q, Quantities, facts};
use crate::Reading;
use crate::plant::catalog::{Fact, Rate, SignalRow, Source};
use crate::plant::flow::{Calendar, Event, Flow, SECOND};
use std::sync::Arc;
use trine_base::{Instant, Quality, Value};
use trine_simulate::{Model, Stream};

/// Time between two readings at each rate, ms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// What moves.
    pub fast_ms: i64,
    /// What follows the process.
    pub medium_ms: i64,
    /// What drifts.
    pub slow_ms: i64,
    /// Lines of the vibration spectrum.
    pub spectrum_ms: i64,
}

impl Pace {
    /// For people who watch.
    pub const LIVE: Self = Self { fast_ms: 150, medium_ms: 1_000, slow_ms: 4_000, spectrum_ms: 1_000 };
    /// For hours that are made in seconds.
    pub const PAST: Self = Self { fast_ms: 1_000, medium_ms: 2_000, slow_ms: 10_000, spectrum_ms: 600_000 };

    const fn of(&self, rate: Rate) -> i64 {
        1_000_000
            * match rate {
                Rate::Fast => self.fast_ms,
                Rate::Medium => self.medium_ms,
                Rate::Slow => self.slow_ms,
                Rate::Spectrum => self.spectrum_ms,
            }
    }
}

/// What a device has, fixed from the beginning.
#[derive(Debug)]
pub struct Fitting {
    pub asset: Asset,
    pub rows: Vec<SignalRow>,
    /// For meters: whose power is summed up.
    pub metered: Vec<u16>,
}

/// A sensor's memory.
#[derive(Clone, Debug)]
struct Channel {
    signal: u32,
    /// State of the lag, or the sum.
    inner: f64,
    /// What was reported last.
    reported: f64,
    read_at: i64,
    /// Reported values are whole numbers of 1/`per_unit`.
    per_unit: f64,
}

/// The sensors of one device.
#[derive(Clone, Debug)]
struct Senses {
    channels: [Vec<Channel>; 4],
    facts: Vec<(u32, Fact, Value)>,
    noise: Stream,
    power: f64,
}

/// The whole plant: what flows, and who watches it.
#[derive(Clone, Debug)]
pub struct Works {
    pub flow: Flow,
    pub outbox: Vec<Reading>,
    pub pace: Pace,
    fittings: Arc<[Fitting]>,
    senses: Vec<Senses>,
}

impl Model for Works {
    type Event = Event;

    fn handle(&mut self, event: Event, now: i64, calendar: &mut Calendar) {
        if let Event::Read(device, rate) = event {
            let rate = Rate::ALL[usize::from(rate)];
            self.read(device, rate, now, true);
            return self.plan_read(device, rate, now + self.pace.of(rate), calendar);
        }
        self.flow.handle(event, now, calendar);
        for device in std::mem::take(&mut self.flow.touched) {
            self.tell(device, now);
        }
    }
}

impl Works {
    /// A plant whose sensors have not looked yet.
    pub fn new(flow: Flow, fittings: Arc<[Fitting]>, seed: u64, pace: Pace) -> Self {
        let senses =
            (0..).zip(fittings.iter()).map(|(entity, fitting)| Senses::new(seed, entity, fitting)).collect();
        Self { flow, outbox: Vec::new(), pace, fittings, senses }
    }

    /// Lets all sensors look for the first time, and plans their readings.
    pub fn begin(&mut self, now: i64, calendar: &mut Calendar) {
        self.flow.touched.clear();
        for device in 0..self.fittings.len() as u16 {
            for rate in Rate::ALL {
                self.read(device, rate, now, false);
                if !self.senses[usize::from(device)].channels[rate as usize].is_empty() {
                    // Devices are read one after the other, not all in the same instant.
                    let stagger = self.pace.of(rate) * i64::from(device) / self.fittings.len() as i64;
                    self.plan_read(device, rate, now + whole_ms(stagger), calendar);
                }
            }
            self.tell(device, now);
        }
        self.outbox.clear();
    }

    /// Changes how often sensors are read; what was planned for later than that comes sooner.
    pub fn set_pace(&mut self, pace: Pace, calendar: &mut Calendar) {
        self.pace = pace;
        let now = calendar.now();
        calendar.retime(|event, time| match event {
            Event::Read(_, rate) => now + (time - now) % pace.of(Rate::ALL[usize::from(*rate)]),
            _ => time,
        });
    }

    /// Gives the newest value of every signal.
    pub fn all_values(&self, now: i64, sink: &mut dyn FnMut(Reading)) {
        let at = Instant::from_ns(whole_ms(now));
        for (device, senses) in (0..).zip(&self.senses) {
            let numbers = senses.channels.iter().flatten().map(|c| (c.signal, Value::Number(c.reported)));
            let facts = senses.facts.iter().map(|(signal, _, value)| (*signal, value.clone()));
            let mut values: Vec<(u32, Value)> = numbers.chain(facts).collect();
            values.sort_by_key(|(signal, _)| *signal);
            for (signal, value) in values {
                sink(Reading { device, signal, at, quality: Quality::GOOD, value });
            }
        }
    }

    fn plan_read(&self, device: u16, rate: Rate, at: i64, calendar: &mut Calendar) {
        // Readings come after whatever else happens in the same instant, so that they see all of it.
        calendar.schedule_with(at, 200, Event::Read(device, rate as u8));
    }

    /// Reports the facts of a device that have changed.
    fn tell(&mut self, device: u16, now: i64) {
        let asset = self.fittings[usize::from(device)].asset;
        for (signal, fact, last) in &mut self.senses[usize::from(device)].facts {
            let value = facts::value(&self.flow, asset, *fact, now);
            if value != *last {
                last.clone_from(&value);
                self.outbox.push(reading(device, *signal, now, value));
            }
        }
    }

    /// Reads the sensors of one rate; `reports` is off for the very first look.
    fn read(&mut self, device: u16, rate: Rate, now: i64, reports: bool) {
        let fitting = &self.fittings[usize::from(device)];
        let mut q = quantities(&self.flow, fitting.asset, now);
        if fitting.asset == Asset::Meter {
            let power = fitting.metered.iter().map(|device| self.senses[usize::from(*device)].power).sum();
            q.set(Q::Power, power);
        }
        let senses = &mut self.senses[usize::from(device)];
        senses.power = q.get(Q::Power);
        for channel in &mut senses.channels[rate as usize] {
            let row = &fitting.rows[channel.signal as usize];
            let value = channel.sense(row, &q, now, &mut senses.noise);
            if (value - channel.reported).abs() >= row.deadband.max(1e-9) || !reports {
                channel.reported = value;
                if reports {
                    self.outbox.push(reading(device, channel.signal, now, Value::Number(value)));
                }
            }
        }
    }
}

/// Devices' clocks count whole milliseconds.
fn whole_ms(ns: i64) -> i64 {
    ns.div_euclid(1_000_000) * 1_000_000
}

fn reading(device: u16, signal: u32, now: i64, value: Value) -> Reading {
    let (device, at) = (u32::from(device), Instant::from_ns(whole_ms(now)));
    Reading { device, signal, at, value, quality: Quality::GOOD }
}

impl Senses {
    fn new(seed: u64, entity: u64, fitting: &Fitting) -> Self {
        let mut noise = Stream::new(seed, entity, "noise");
        let mut channels: [Vec<Channel>; 4] = Default::default();
        let mut facts = Vec::new();
        for (signal, row) in (0..).zip(&fitting.rows) {
            match row.source {
                Source::Fact(fact) => facts.push((signal, fact, Value::Absent)),
                _ => channels[row.rate as usize].push(Channel::new(signal, row, &mut noise)),
            }
        }
        Self { channels, facts, noise, power: 0.0 }
    }
}

impl Channel {
    fn new(signal: u32, row: &SignalRow, stream: &mut Stream) -> Self {
        let digits = (3.0 / row.deadband.max(1e-6)).log10().ceil().clamp(0.0, 6.0);
        // Counters have been counting for years.
        let inner = if matches!(row.source, Source::Sum { .. }) {
            stream.between(4_000.0, 24_000.0)
        } else {
            f64::NAN
        };
        Self { signal, inner, reported: 0.0, read_at: i64::MIN, per_unit: 10f64.powi(digits as i32) }
    }

    fn sense(&mut self, row: &SignalRow, q: &Quantities, now: i64, noise: &mut Stream) -> f64 {
        let seconds =
            if self.read_at == i64::MIN { 0.0 } else { (now - self.read_at) as f64 / SECOND as f64 };
        self.read_at = now;
        let mut value = match row.source {
            Source::Of { quantity, base, gain } => base + gain * q.get(quantity),
            Source::Lag { quantity, base, gain, tau_s } => {
                self.follow(base + gain * q.get(quantity), seconds / tau_s)
            }
            Source::Sum { quantity, per_s } => {
                self.inner += per_s * q.get(quantity) * seconds;
                self.inner
            }
            Source::Line { share } => q.get(Q::Vibration) * share,
            Source::Fact(_) => return 0.0,
        };
        if row.noise > 0.0 {
            // The sum of two uniform numbers is bell-shaped enough, and never far off.
            value += row.noise * 2.449 * (noise.unit() + noise.unit() - 1.0);
        }
        if let Some([low, high]) = row.range {
            value = value.clamp(low, high);
        }
        (value * self.per_unit).round() / self.per_unit
    }

    fn follow(&mut self, target: f64, steps: f64) -> f64 {
        self.inner =
            if self.inner.is_nan() { target } else { target + (self.inner - target) * (-steps).exp() };
        self.inner
    }
}
