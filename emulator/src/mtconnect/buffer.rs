//! What the agent remembers: the newest observation of every data item, and a ring of the last ones of all.

use super::items::Item;
use crate::{Device, Reading};
use std::collections::{HashMap, VecDeque};
use trine_base::{Instant, Quality, Value};

/// One observation: which item, when, what.
#[derive(Clone, Debug)]
pub(super) struct Observation {
    pub sequence: u64,
    /// Place of the item.
    pub item: usize,
    pub at: Instant,
    pub value: Value,
    pub quality: Quality,
}

/// A device behind the agent.
pub(super) struct Behind {
    pub device: Device,
    /// Places of its items.
    pub items: std::ops::Range<usize>,
}

pub(super) struct Buffer {
    pub instance: u64,
    pub size: usize,
    pub devices: Vec<Behind>,
    pub items: Vec<Item>,
    pub newest: Vec<Observation>,
    /// From the index within the plant to the place in `devices`.
    places: HashMap<u32, usize>,
    ring: VecDeque<Observation>,
    next: u64,
    off_ns: i64,
}

impl Buffer {
    pub(super) fn new(devices: &[(u32, Device)], size: usize, has_assets: bool, now: Instant) -> Self {
        let (mut behind, mut items) = (Vec::new(), Vec::new());
        for (_, device) in devices {
            let start = items.len();
            items.extend(device.signals.iter().map(|signal| Item::of(&device.name, signal)));
            if has_assets {
                items.push(Item::asset_changed(&device.name));
            }
            behind.push(Behind { device: device.clone(), items: start..items.len() });
        }
        let mut buffer = Self {
            instance: u64::try_from(now.as_ns() / 1_000_000).unwrap_or_default(),
            size: size.max(1),
            devices: behind,
            newest: Vec::new(),
            places: devices.iter().enumerate().map(|(place, (index, _))| (*index, place)).collect(),
            ring: VecDeque::new(),
            next: 1,
            off_ns: 0,
            items,
        };
        // Part 1.0: what has not been reported yet is unavailable.
        for item in 0..buffer.items.len() {
            let observation = buffer.push(item, now, Value::Absent, Quality::BAD_NO_DATA);
            buffer.newest.push(observation);
        }
        buffer
    }

    pub(super) fn take(&mut self, readings: &[Reading]) {
        for reading in readings {
            let Some(place) = self.places.get(&reading.device) else { continue };
            let items = self.devices[*place].items.clone();
            let item = items.start + reading.signal as usize;
            if items.contains(&item) && self.items[item].kind != "ASSET_CHANGED" {
                let at = reading.at.plus_ns(self.off_ns);
                self.newest[item] = self.push(item, at, reading.value.clone(), reading.quality);
            }
        }
    }

    /// An asset of a device has changed.
    ///
    /// Spec: Part 1.0: each device with assets has an event `AssetChanged`, whose value is the id of the asset.
    pub(super) fn asset_changed(&mut self, device: u32, asset: &str, at: Instant) {
        let Some(place) = self.places.get(&device) else { return };
        let item = self.devices[*place].items.end - 1;
        if self.items[item].kind == "ASSET_CHANGED" {
            self.newest[item] = self.push(item, at, Value::text(asset), Quality::GOOD);
        }
    }

    /// The UUID of a device of the plant.
    pub(super) fn key_of(&self, device: u32) -> Option<&str> {
        self.places.get(&device).map(|place| self.devices[*place].device.key.as_str())
    }

    fn push(&mut self, item: usize, at: Instant, value: Value, quality: Quality) -> Observation {
        let observation = Observation { sequence: self.next, item, at, value, quality };
        self.next += 1;
        if self.ring.len() == self.size {
            self.ring.pop_front();
        }
        self.ring.push_back(observation.clone());
        observation
    }

    pub(super) fn clock_jumps(&mut self, seconds: i64) {
        self.off_ns = self.off_ns.saturating_add(seconds.saturating_mul(1_000_000_000));
    }

    /// The oldest number still held.
    pub(super) fn first(&self) -> u64 {
        self.ring.front().map_or(self.next, |oldest| oldest.sequence)
    }

    /// The number that the next observation will have.
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// Up to `count` observations from a number on, and the number to go on from.
    pub(super) fn from(&self, from: u64, count: usize) -> (Vec<&Observation>, u64) {
        let skip = usize::try_from(from.saturating_sub(self.first())).unwrap_or(usize::MAX);
        let found: Vec<_> = self.ring.iter().skip(skip).take(count).collect();
        let next = found.last().map_or(from.max(self.first()).min(self.next), |last| last.sequence + 1);
        (found, next)
    }

    /// Places of the items of the device with this name or UUID; of all devices when there is no name.
    pub(super) fn scope(&self, device: Option<&str>) -> Option<std::ops::Range<usize>> {
        let Some(name) = device else { return Some(0..self.items.len()) };
        let found =
            self.devices.iter().find(|behind| behind.device.name == name || behind.device.key == name);
        found.map(|behind| behind.items.clone())
    }

    /// Address of a signal after `connection/NAME/`.
    pub(super) fn address(&self, device: u32, signal: u32) -> String {
        let Some(behind) = self.places.get(&device).map(|place| &self.devices[*place]) else {
            return String::new();
        };
        let item = self.items.get(behind.items.start + signal as usize).map_or("", |item| item.id.as_str());
        format!("{}/{item}", behind.device.key)
    }
}
