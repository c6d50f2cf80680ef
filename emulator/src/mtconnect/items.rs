//! How signals of the plant are told in MTConnect's words.
//!
//! Where MTConnect has a type for what a signal is, that type is used; otherwise an extended one (`x:…`), as the
//! standard provides for.

use crate::DeviceSignal;
use trine_base::{Quality, Value};
use trine_world::{Condition, MachineState, Role, ValueKind};

/// A data item as it stands in the device document.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub id: String,
    pub name: String,
    pub path: Vec<String>,
    pub category: &'static str,
    pub kind: String,
    pub sub_type: &'static str,
    pub units: &'static str,
    pub range: Option<[f64; 2]>,
    pub values: Vec<String>,
    pub limits: Option<trine_world::Limits>,
    members: Vec<(i64, String)>,
    /// `RotaryVelocity`, `x:State`.
    pub element: String,
}

impl Item {
    pub(super) fn of(device: &str, signal: &DeviceSignal) -> Self {
        let (kind, sub_type) = kind(signal);
        let category = match (signal.role, signal.kind) {
            (Some(Role::Condition), _) => "CONDITION",
            (Some(Role::FeedOverride), _) => "EVENT",
            (_, ValueKind::Number) => "SAMPLE",
            _ => "EVENT",
        };
        let units = match (signal.kind, unit(signal.unit)) {
            (ValueKind::Integer, "") => "COUNT",
            (_, unit) => unit,
        };
        Self {
            id: format!("{device}-{}", signal.id),
            name: signal.name.clone(),
            path: signal.path.clone(),
            category,
            element: pascal(&kind),
            kind,
            sub_type,
            units,
            range: signal.range.filter(|_| signal.kind == ValueKind::Number),
            values: values(signal),
            limits: signal.limits,
            members: signal.members.clone(),
        }
    }

    /// The event that tells which asset of a device has changed.
    pub(super) fn asset_changed(device: &str) -> Self {
        Self {
            id: format!("{device}-asset-changed"),
            name: String::new(),
            path: Vec::new(),
            category: "EVENT",
            kind: "ASSET_CHANGED".to_owned(),
            sub_type: "",
            units: "",
            range: None,
            values: Vec::new(),
            limits: None,
            members: Vec::new(),
            element: "AssetChanged".to_owned(),
        }
    }

    /// The text of a value; `UNAVAILABLE` for what is absent or bad.
    pub(super) fn text(&self, value: &Value, quality: Quality) -> String {
        match value {
            _ if quality.is_bad() => "UNAVAILABLE".to_owned(),
            Value::Absent => "UNAVAILABLE".to_owned(),
            Value::Boolean(true) => "TRUE".to_owned(),
            Value::Boolean(false) => "FALSE".to_owned(),
            Value::Integer(n) => {
                let word = self.members.iter().find(|(number, _)| number == n);
                word.map_or_else(|| n.to_string(), |(_, word)| word.clone())
            }
            Value::Number(x) => x.to_string(),
            Value::Text(text) => text.to_string(),
        }
    }

    /// A condition's report: level, code, severity, qualifier, message.
    pub(super) fn condition(value: &Value, quality: Quality) -> (&'static str, Option<Condition>) {
        let told = value.as_text().and_then(Condition::parse).filter(|_| !quality.is_bad());
        let level = match told.as_ref().map(|condition| condition.level) {
            Some(trine_world::ConditionLevel::Normal) => "Normal",
            Some(trine_world::ConditionLevel::Warning) => "Warning",
            Some(trine_world::ConditionLevel::Fault) => "Fault",
            _ => "Unavailable",
        };
        (level, told)
    }
}

fn kind(signal: &DeviceSignal) -> (String, &'static str) {
    let (kind, sub_type) = match signal.role {
        Some(Role::Mode) => ("CONTROLLER_MODE", ""),
        Some(Role::Program) => ("PROGRAM", ""),
        Some(Role::Tool) => ("TOOL_NUMBER", ""),
        Some(Role::Part) => ("PART_ID", ""),
        Some(Role::PartCount) => ("PART_COUNT", "GOOD"),
        Some(Role::ScrapCount) => ("PART_COUNT", "BAD"),
        Some(Role::SpindleSpeed) => ("ROTARY_VELOCITY", "ACTUAL"),
        Some(Role::Feedrate) => ("PATH_FEEDRATE", "ACTUAL"),
        Some(Role::FeedOverride) => ("PATH_FEEDRATE_OVERRIDE", "PROGRAMMED"),
        Some(Role::Power) => ("WATTAGE", "ACTUAL"),
        Some(Role::Energy) => ("ELECTRICAL_ENERGY", ""),
        Some(Role::Current) => ("AMPERAGE", ""),
        Some(Role::Temperature) => ("TEMPERATURE", ""),
        Some(Role::Pressure) => ("PRESSURE", ""),
        Some(Role::Condition) => ("SYSTEM", ""),
        Some(role) => return (format!("x:{}", role.as_str().to_uppercase().replace('-', "_")), ""),
        None => return (format!("x:CUSTOM_{}", signal.id.to_uppercase()), ""),
    };
    (kind.to_owned(), sub_type)
}

fn values(signal: &DeviceSignal) -> Vec<String> {
    match (signal.kind, signal.role) {
        (ValueKind::Boolean, _) => vec!["TRUE".to_owned(), "FALSE".to_owned()],
        (ValueKind::Enumeration, Some(Role::State)) if signal.members.is_empty() => {
            MachineState::ALL.iter().map(|state| state.as_str().to_owned()).collect()
        }
        (ValueKind::Enumeration, _) => signal.members.iter().map(|(_, word)| word.clone()).collect(),
        _ => Vec::new(),
    }
}

/// MTConnect's name of a unit; where it has none, the UNECE code itself.
fn unit(code: &'static str) -> &'static str {
    match code {
        "MMT" => "MILLIMETER",
        "4H" => "MICROMETER",
        "DD" => "DEGREE",
        "CEL" => "CELSIUS",
        "P1" => "PERCENT",
        "RPM" => "REVOLUTION/MINUTE",
        "C16" => "MILLIMETER/SECOND",
        "H81" => "MILLIMETER/MINUTE",
        "WTT" => "WATT",
        "KWT" => "KILOWATT",
        "WHR" => "WATT_HOUR",
        "KWH" => "KILOWATT_HOUR",
        "AMP" => "AMPERE",
        "VLT" => "VOLT",
        "HTZ" => "HERTZ",
        "PAL" => "PASCAL",
        "NEW" => "NEWTON",
        "NU" => "NEWTON_METER",
        "KGM" => "KILOGRAM",
        "LTR" => "LITER",
        "SEC" => "SECOND",
        "C62" => "COUNT",
        other => other,
    }
}

/// `x:BELT_SPEED` becomes `x:BeltSpeed`.
fn pascal(kind: &str) -> String {
    let (prefix, words) = kind.split_once(':').map_or(("", kind), |(prefix, words)| (prefix, words));
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
        first + &letters.as_str().to_lowercase()
    };
    let joined: String = words.split('_').map(word).collect();
    if prefix.is_empty() { joined } else { format!("{prefix}:{joined}") }
}
