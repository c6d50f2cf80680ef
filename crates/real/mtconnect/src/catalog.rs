//! Which signal a data item is: the device document and what the world said to it.

use crate::devices::{DataItem, Device, announcement, thing_key};
use crate::observe::Shape;
use std::collections::HashMap;
use trine_base::SignalId;
use trine_connector::{Announced, Announcement, Port, SinkError};
use trine_world::{Level, RelationKind, Role, SignalDescription, ThingDescription, ValueKind};

/// One data item with its signal.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    /// The signal; `None` until announced, or when the world refused it.
    pub signal: Option<SignalId>,
    /// How its reports are read.
    pub shape: Shape,
}

/// Devices with their items, and the way from the words of a source to slots.
#[derive(Default)]
pub(crate) struct Catalog {
    connection: String,
    devices: Vec<Device>,
    slots: Vec<Slot>,
    /// By data item id, which is unique within a document.
    by_id: HashMap<String, usize>,
    /// By device and any word that an adapter may use: id, name, source.
    by_word: Vec<HashMap<String, usize>>,
    /// Items that nobody described, to be announced.
    unknown: Vec<(usize, SignalDescription)>,
    unknown_things: Vec<usize>,
}

impl Catalog {
    /// Announces the devices and keeps the ids of their signals.
    pub(crate) async fn announced(port: &Port, devices: Vec<Device>) -> Result<(Self, Announced), SinkError> {
        let announced = port.announce(announcement(port.key(), &devices)).await?;
        let mut catalog = Self { connection: port.key().to_owned(), ..Self::default() };
        let mut signals = announced.signals.iter().copied();
        for device in devices {
            catalog.by_word.push(HashMap::new());
            let index = catalog.devices.len();
            for item in &device.items {
                catalog.put(index, item, signals.next().flatten());
            }
            catalog.devices.push(device);
        }
        Ok((catalog, announced))
    }

    fn put(&mut self, device: usize, item: &DataItem, signal: Option<SignalId>) {
        let slot = self.slots.len();
        self.slots.push(Slot { signal, shape: Shape::of(item) });
        self.by_id.entry(item.id.clone()).or_insert(slot);
        let words = &mut self.by_word[device];
        for word in [&item.id, &item.name, &item.source] {
            if !word.is_empty() {
                words.entry(word.clone()).or_insert(slot);
            }
        }
    }

    /// The slot at a place that one of the searches gave.
    pub(crate) fn slot(&self, index: usize) -> &Slot {
        &self.slots[index]
    }

    /// The item with this id.
    pub(crate) fn by_id(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// The device that a word means: its name or its UUID.
    pub(crate) fn device(&self, word: &str) -> Option<usize> {
        self.devices
            .iter()
            .position(|device| device.name == word || (!word.is_empty() && device.uuid == word))
    }

    /// Key of the thing that a device is.
    pub(crate) fn thing_of(&self, word: &str) -> Option<String> {
        self.device(word).map(|device| thing_key(&self.connection, &self.devices[device]))
    }

    /// The device whose name a file name begins with; a new one by the first word of the file name if there is none.
    pub(crate) fn device_of_file(&mut self, stem: &str) -> usize {
        let names = self.devices.iter().enumerate().filter(|(_, device)| stem.starts_with(&device.name));
        let known = names.max_by_key(|(_, device)| device.name.len()).map(|(index, _)| index);
        known.unwrap_or_else(|| {
            let word =
                stem.split(['-', '_', '.', ' ']).next().filter(|word| !word.is_empty()).unwrap_or("machine");
            self.devices.push(Device { name: word.chars().take(64).collect(), ..Device::default() });
            self.by_word.push(HashMap::new());
            self.unknown_things.push(self.devices.len() - 1);
            self.devices.len() - 1
        })
    }

    /// The item that an adapter calls by this word, in its device; `device:item` names another device.
    pub(crate) fn by_word(&self, device: usize, word: &str) -> Option<usize> {
        let (device, word) = self.named(device, word);
        self.by_word[device].get(word).copied()
    }

    fn named<'a>(&self, device: usize, word: &'a str) -> (usize, &'a str) {
        let other = word.split_once(':').and_then(|(name, item)| Some((self.device(name)?, item)));
        other.unwrap_or((device, word))
    }

    /// Makes a slot for an item that no device document describes; [`Catalog::announce_unknown`] gives it a signal.
    pub(crate) fn put_unknown(&mut self, device: usize, word: &str, kind: ValueKind, shape: Shape) -> usize {
        let (device, word) = self.named(device, word);
        let described = &self.devices[device];
        let thing = thing_key(&self.connection, described);
        let of = if described.uuid.is_empty() { &described.name } else { &described.uuid };
        let key = format!("{}/{of}/{word}", self.connection);
        let mut signal = SignalDescription::new(&thing, &key, word.trim_matches('@'), kind);
        if shape == Shape::Condition {
            signal.role = Some(Role::Condition);
        }
        let slot = self.slots.len();
        self.slots.push(Slot { signal: None, shape });
        self.by_word[device].insert(word.to_owned(), slot);
        self.by_id.entry(word.to_owned()).or_insert(slot);
        self.unknown.push((slot, signal));
        slot
    }

    /// Announces what was found since the last time beyond the device document; gives what was refused.
    pub(crate) async fn announce_unknown(&mut self, port: &Port) -> Result<Vec<String>, SinkError> {
        if self.unknown.is_empty() && self.unknown_things.is_empty() {
            return Ok(Vec::new());
        }
        let found = std::mem::take(&mut self.unknown);
        let mut announcement = Announcement {
            signals: found.iter().map(|(_, signal)| signal.clone()).collect(),
            ..Default::default()
        };
        for index in std::mem::take(&mut self.unknown_things) {
            let key = thing_key(&self.connection, &self.devices[index]);
            let thing = ThingDescription::new(&key, &self.devices[index].name, "controller", Level::WorkUnit);
            announcement.things.push(thing);
            announcement.relations.push((RelationKind::ConnectedBy, key, self.connection.clone()));
        }
        let announced = port.announce(announcement).await?;
        for ((slot, _), signal) in found.into_iter().zip(announced.signals) {
            self.slots[slot].signal = signal;
        }
        Ok(announced.refused)
    }

    /// How many devices and signals there are.
    pub(crate) fn size(&self) -> (usize, usize) {
        (self.devices.len(), self.slots.len())
    }

    /// The signals of all items.
    pub(crate) fn signals(&self) -> Vec<SignalId> {
        self.slots.iter().filter_map(|slot| slot.signal).collect()
    }
}
