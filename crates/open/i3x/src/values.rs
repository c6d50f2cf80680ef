//! The present: value, quality and time of objects.
//!
//! Spec: i3X 1.0, "Query Methods", "Null Value Handling".

use crate::answer::{Bulk, Refusal};
use crate::depth::{Budget, below};
use crate::objects::unknown;
use crate::request::{Body, few};
use crate::service::Service;
use crate::space::{Object, Space};
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use trine_base::{Held, Instant, Quality, Severity, Value as Measured};
use trine_live::Live;
use trine_world::{Signal, SignalDescription, ValueKind};

/// Values in one answer at most, those of components included.
const VALUES_MAX: usize = 20_000;

/// Body of [`current`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Wanted {
    element_ids: Vec<String>,
    max_depth: Option<u32>,
}

/// `POST /objects/value`.
pub(crate) async fn current(
    State(service): State<Arc<Service>>,
    Body(wanted): Body<Wanted>,
) -> Result<Bulk, Refusal> {
    few(&wanted.element_ids)?;
    let space = Space::new(service.site.world());
    let mut reader = Reader {
        space: &space,
        live: service.site.live(),
        now: service.site.now(),
        budget: Budget::of(VALUES_MAX),
    };
    let mut bulk = Bulk::of_elements();
    for id in &wanted.element_ids {
        let found = space.object(id).ok_or_else(|| unknown(id));
        bulk.push(id, found.map(|object| reader.read(object, below(wanted.max_depth))));
    }
    if reader.budget.is_short() {
        bulk.missing(format!(
            "One answer holds {VALUES_MAX} values; ask for the other components by their ids"
        ));
    }
    Ok(bulk)
}

/// Reads the present of objects.
struct Reader<'a> {
    space: &'a Space,
    live: &'a Live,
    now: Instant,
    budget: Budget,
}

impl Reader<'_> {
    fn read(&mut self, object: Object<'_>, levels: usize) -> Value {
        let components = self.space.components(object);
        let mut value = match object {
            Object::Signal(signal) => vqt(signal, self.live.get(signal.id).as_ref(), self.now),
            Object::Site | Object::Thing(_) => plate(self.space, object, self.now),
        };
        value["isComposition"] = Value::Bool(!components.is_empty());
        if levels > 0 && !components.is_empty() {
            let mut below = Map::new();
            for component in components {
                if self.budget.take() {
                    below.insert(self.space.id(component), self.read(component, levels - 1));
                }
            }
            value["components"] = Value::Object(below);
        }
        value
    }
}

/// A thing's own value is what is on its plate, and it is so now.
pub(crate) fn plate(space: &Space, object: Object<'_>, now: Instant) -> Value {
    let plate = match object {
        Object::Thing(thing) => json!(thing.description.nameplate),
        Object::Site => json!({ "name": space.world().name(), "zone": space.world().zone() }),
        Object::Signal(_) => json!({}),
    };
    json!({ "value": plate, "quality": "Good", "timestamp": now })
}

/// Value, quality and time of a signal.
pub(crate) fn vqt(signal: &Signal, held: Option<&Held>, now: Instant) -> Value {
    let Some(held) = held else {
        return json!({ "value": null, "quality": "GoodNoData", "timestamp": now });
    };
    let value = told(&held.value, held.quality, &signal.description);
    let quality = match (held.quality.severity(), &value) {
        (Severity::Good, Some(_)) => "Good",
        (Severity::Uncertain, Some(_)) => "Uncertain",
        _ => "Bad",
    };
    json!({ "value": value, "quality": quality, "timestamp": held.source })
}

/// The value as the signal's type tells it; none where it is bad or of another type.
fn told(value: &Measured, quality: Quality, signal: &SignalDescription) -> Option<Value> {
    if quality.is_bad() {
        return None;
    }
    match (signal.kind, value) {
        (_, Measured::Absent) => None,
        (ValueKind::Boolean, Measured::Boolean(b)) => Some(json!(b)),
        (ValueKind::Integer, Measured::Integer(i)) => Some(json!(i)),
        (ValueKind::Number, number) => number.as_f64().filter(|x| x.is_finite()).map(|x| json!(x)),
        (ValueKind::Text, Measured::Text(text)) => Some(json!(text)),
        (ValueKind::Enumeration, Measured::Text(word)) => Some(json!(word)),
        (ValueKind::Enumeration, Measured::Integer(number)) => {
            let member = signal.members.iter().find(|(known, _)| known == number);
            Some(member.map_or_else(|| json!(number.to_string()), |(_, word)| json!(word)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trine_base::{SignalId, ThingId};

    fn signal(kind: ValueKind) -> Signal {
        let mut description = SignalDescription::new("press", "press/x", "x", kind);
        description.members = vec![(1, "running".into())];
        Signal { id: SignalId(1), thing_id: ThingId(1), description }
    }

    fn read(kind: ValueKind, value: Measured, quality: Quality) -> (Value, String) {
        let (source, recorded) = (Instant::EPOCH, Instant::EPOCH);
        let held = Held { signal: SignalId(1), source, recorded, quality, value };
        let told = vqt(&signal(kind), Some(&held), Instant::EPOCH);
        (told["value"].clone(), told["quality"].as_str().unwrap().to_owned())
    }

    #[test]
    fn a_value_is_told_by_its_type_and_never_null_when_it_is_good() {
        let good = |value: Value| (value, "Good".to_owned());
        let bad = (Value::Null, "Bad".to_owned());
        assert_eq!(read(ValueKind::Number, Measured::Integer(3), Quality::GOOD), good(json!(3.0)));
        assert_eq!(read(ValueKind::Enumeration, Measured::Integer(1), Quality::GOOD), good(json!("running")));
        assert_eq!(read(ValueKind::Enumeration, Measured::Integer(7), Quality::GOOD), good(json!("7")));
        assert_eq!(read(ValueKind::Boolean, Measured::Boolean(true), Quality::GOOD), good(json!(true)));
        assert_eq!(read(ValueKind::Text, Measured::text("a"), Quality::GOOD), good(json!("a")));
        assert_eq!(read(ValueKind::Number, Measured::Absent, Quality::GOOD), bad);
        assert_eq!(read(ValueKind::Number, Measured::Number(1.0), Quality::BAD), bad);
        assert_eq!(read(ValueKind::Integer, Measured::text("x"), Quality::GOOD), bad);
        let uncertain = read(ValueKind::Number, Measured::Number(1.0), Quality::UNCERTAIN);
        assert_eq!(uncertain, (json!(1.0), "Uncertain".to_owned()));
        let unheard = vqt(&signal(ValueKind::Number), None, Instant::EPOCH);
        assert_eq!((&unheard["value"], &unheard["quality"]), (&Value::Null, &json!("GoodNoData")));
    }
}
