//! From a birth certificate to what the site is told, and to the way from metrics to signals.
//!
//! Spec: Eclipse Sparkplug 3.0, 5.x births define every metric of an edge node or device: name, alias, type,
//! properties; 6.4.9 PropertySet. Plates are told by metrics under `Properties/`.

use crate::DataType;
use crate::decode;
use crate::payload::{Metric, MetricValue, Payload, PropertySet, ScalarValue};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use trine_base::{Instant, Quality, Value};
use trine_world::{Level, Limits, Role, SignalDescription, ThingDescription, ValueKind};

/// How deep templates may nest.
const DEPTH_MAX: usize = 8;

/// What an edge node or a device says of itself.
#[derive(Debug)]
pub(crate) struct Birth {
    /// The thing that it is.
    pub thing: ThingDescription,
    /// Its signals, in the order of the slots.
    pub signals: Vec<SignalDescription>,
    /// What it says that cannot be so, in words.
    pub faults: Vec<String>,
}

/// From names and aliases to slots, the places of the signals in the birth.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    types: Vec<DataType>,
    by_name: HashMap<String, Target>,
    by_alias: HashMap<u64, Target>,
}

/// What a metric is.
#[derive(Debug, Clone)]
enum Target {
    Slot(u32),
    /// A structure; its members are slots under its name.
    Structure(String),
    /// Machinery of the protocol, plates, definitions: no signal.
    Nothing,
}

/// One value for one slot.
#[derive(Debug, PartialEq)]
pub(crate) struct Observation {
    pub slot: u32,
    pub at: Instant,
    pub value: Value,
    pub quality: Quality,
}

/// The metric was not in the birth.
#[derive(Debug, PartialEq)]
pub(crate) struct Unknown(pub String);

/// Reads a birth. `address` is the key of its signals without the metric, `name` what people call the unit.
pub(crate) fn read(payload: &Payload, address: &str, name: &str, is_device: bool) -> (Birth, Layout) {
    let plate = Plate::of(payload);
    let class = plate.get("class").unwrap_or("controller");
    let thing_key = plate.get("productInstanceUri").unwrap_or(address).to_owned();
    let level = plate.get("level").and_then(level).unwrap_or(match class {
        "agv" => Level::Vehicle,
        _ if is_device => Level::WorkUnit,
        _ => Level::Component,
    });
    let mut thing = ThingDescription::new(&thing_key, plate.get("name").unwrap_or(name), class, level);
    for (key, value) in &plate.0 {
        if !["class", "level", "name"].iter().any(|own| key.eq_ignore_ascii_case(own)) {
            thing = thing.with_plate(key, value);
        }
    }
    let mut reader = Reader {
        address,
        thing: &thing_key,
        signals: Vec::new(),
        layout: Layout::default(),
        faults: Vec::new(),
    };
    for metric in &payload.metrics {
        reader.take(metric, "", 0);
    }
    let Reader { signals, layout, faults, .. } = reader;
    (Birth { thing, signals, faults }, layout)
}

struct Plate<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Plate<'a> {
    fn of(payload: &'a Payload) -> Self {
        let line = |metric: &'a Metric| match (&metric.name, &metric.value) {
            (Some(name), Some(MetricValue::String(text))) => {
                Some((name.strip_prefix("Properties/")?, text.as_str()))
            }
            _ => None,
        };
        Self(payload.metrics.iter().filter_map(line).collect())
    }

    fn get(&self, key: &str) -> Option<&'a str> {
        let found = self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(key));
        found.map(|(_, value)| *value).filter(|value| !value.is_empty())
    }
}

fn level(word: &str) -> Option<Level> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

struct Reader<'a> {
    address: &'a str,
    thing: &'a str,
    signals: Vec<SignalDescription>,
    layout: Layout,
    faults: Vec<String>,
}

impl Reader<'_> {
    fn take(&mut self, metric: &Metric, prefix: &str, depth: usize) {
        let Some(own) = metric.name.as_deref().filter(|name| !name.is_empty()) else { return };
        let name = if prefix.is_empty() { own.to_owned() } else { format!("{prefix}/{own}") };
        if self.layout.by_name.contains_key(&name) {
            return self.faults.push(format!("the metric {} is named twice", shown(&name)));
        }
        let target = self.target(metric, &name, depth);
        if let Some(alias) = metric.alias.filter(|_| depth == 0) {
            self.alias(alias, target.clone());
        }
        self.layout.by_name.insert(name, target);
    }

    /// tck-id-payloads-alias-uniqueness: what one alias says of two metrics is said of neither.
    fn alias(&mut self, alias: u64, target: Target) {
        let known = self.layout.by_alias.entry(alias);
        if let Entry::Occupied(mut taken) = known {
            taken.insert(Target::Nothing);
            self.faults.push(format!("the alias {alias} stands for two metrics; its data are read over"));
        } else {
            known.or_insert(target);
        }
    }

    fn target(&mut self, metric: &Metric, name: &str, depth: usize) -> Target {
        let datatype = metric.datatype.and_then(DataType::from_number);
        if let Some(MetricValue::Template(template)) = &metric.value {
            if template.is_definition == Some(true) || depth >= DEPTH_MAX {
                return Target::Nothing;
            }
            for member in &template.metrics {
                self.take(member, name, depth + 1);
            }
            return Target::Structure(name.to_owned());
        }
        let machinery =
            name == "bdSeq" || name.starts_with("Node Control/") || name.starts_with("Device Control/");
        match datatype {
            Some(datatype) if !machinery && !is_plate(name, datatype) => {
                let slot = self.signals.len() as u32;
                let signal = self.describe(metric, name, datatype);
                self.signals.push(signal);
                self.layout.types.push(datatype);
                Target::Slot(slot)
            }
            _ => Target::Nothing,
        }
    }

    fn describe(&mut self, metric: &Metric, name: &str, datatype: DataType) -> SignalDescription {
        let mut path: Vec<String> = name.split('/').map(str::to_owned).collect();
        let last = path.pop().filter(|last| !last.is_empty()).unwrap_or_else(|| name.to_owned());
        let key = format!("{}/{name}", self.address);
        let mut signal = SignalDescription::new(self.thing, &key, &last, datatype.kind());
        signal.path = path;
        match &metric.properties {
            Some(properties) if properties.is_paired() => describe_by(&mut signal, properties),
            Some(_) => {
                self.faults.push(format!("the properties of {} are not as many as their names", shown(name)));
            }
            None => {}
        }
        signal
    }
}

fn is_plate(name: &str, datatype: DataType) -> bool {
    name.starts_with("Properties/") && matches!(datatype, DataType::String | DataType::Text)
}

/// Unit, range, role and whatever else the properties of a metric tell.
fn describe_by(signal: &mut SignalDescription, properties: &PropertySet) {
    let text = |key: &str| properties.get(key).and_then(ScalarValue::as_text).filter(|text| !text.is_empty());
    let number = |key: &str| properties.get(key).and_then(ScalarValue::as_f64).filter(|x| x.is_finite());
    *signal = std::mem::replace(signal, SignalDescription::new("", "", "", ValueKind::Text))
        .in_unit(text("engUnit").unwrap_or_default());
    if let Some(name) = text("displayName") {
        signal.name = name.into();
    }
    signal.role = text("role").and_then(Role::parse);
    signal.semantic_id = text("semanticId").map(Into::into);
    signal.range = number("engLow").zip(number("engHigh")).map(|(low, high)| [low, high]);
    let limits = Limits { warn: number("warnHigh"), alarm: number("alarmHigh") };
    signal.limits = (limits != Limits::default()).then_some(limits);
    if let Some(members) = text("members") {
        signal.members = members_of(members);
    }
    if !signal.members.is_empty() || text("kind") == Some("enumeration") {
        signal.kind = ValueKind::Enumeration;
    }
    signal.stale_after_ms = number("staleAfterMs").map(|ms| ms as u32);
}

/// `0=idle;1=running`.
fn members_of(text: &str) -> Vec<(i64, String)> {
    let member = |part: &str| {
        let (number, word) = part.split_once('=')?;
        Some((number.trim().parse().ok()?, word.trim().to_owned()))
    };
    text.split(';').filter_map(member).collect()
}

impl Layout {
    /// The values of a metric of a data message or of the birth itself.
    pub(crate) fn observe(
        &self,
        metric: &Metric,
        sent: Option<u64>,
        now: Instant,
        into: &mut Vec<Observation>,
    ) -> Result<(), Unknown> {
        let named = |name: &String| self.by_name.get(name);
        // tck-id-payloads-alias-data-cmd-requirement: with aliases, data carry the alias and no name.
        let target = match (&metric.name, metric.alias) {
            (Some(name), _) if !name.is_empty() => named(name).ok_or_else(|| Unknown(shown(name)))?,
            (_, Some(alias)) => self.by_alias.get(&alias).ok_or_else(|| Unknown(format!("alias {alias}")))?,
            _ => return Err(Unknown("a metric without name and alias".to_owned())),
        };
        match target {
            Target::Nothing => Ok(()),
            Target::Slot(slot) => {
                let (value, quality) = decode::value(metric, self.types[*slot as usize]);
                into.push(Observation {
                    slot: *slot,
                    at: decode::instant(metric.timestamp, sent, now),
                    value,
                    quality,
                });
                Ok(())
            }
            Target::Structure(name) => self.observe_members(metric, name, sent, now, into),
        }
    }

    fn observe_members(
        &self,
        metric: &Metric,
        name: &str,
        sent: Option<u64>,
        now: Instant,
        into: &mut Vec<Observation>,
    ) -> Result<(), Unknown> {
        let Some(MetricValue::Template(template)) = &metric.value else { return Ok(()) };
        for member in &template.metrics {
            let own = member.name.as_deref().unwrap_or_default();
            let whole = Metric {
                name: Some(format!("{name}/{own}")),
                timestamp: member.timestamp.or(metric.timestamp),
                ..member.clone()
            };
            self.observe(&whole, sent, now, into)?;
        }
        Ok(())
    }
}

fn shown(name: &str) -> String {
    format!("`{}`", name.chars().take(80).collect::<String>())
}
