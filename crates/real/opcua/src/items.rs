//! The monitored variables: which signals each one is, and what was last heard of it.

use crate::describe::Reading;
use crate::structure::BAD_TYPE_UNKNOWN;
use crate::value::{self, Members};
use opcua::types::{DataValue, MonitoredItemNotification, NodeId, Variant};
use trine_base::{Instant, Quality, Sample, SignalId, Value};

/// Client handle of the heartbeat, the server's own clock; variables have their index plus one.
pub(crate) const HEARTBEAT: u32 = u32::MAX;

/// Client handle of the events.
pub(crate) const EVENTS: u32 = u32::MAX - 1;

/// One monitored variable.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub node: NodeId,
    pub reading: Reading,
    /// One, or one for each field of a structure; what the world refused is `None`.
    pub signals: Box<[Option<SignalId>]>,
    /// What was last heard, to be compared with what a read says.
    last: Option<Last>,
    /// How often it was heard; wraps.
    pub heard: u32,
    /// Ids of its subscription and of its monitored item within that.
    pub monitored: Option<(u32, u32)>,
}

/// A value of a variable in the form of its signals.
#[derive(Clone, Debug, PartialEq)]
enum Last {
    One(Quality, Value),
    Many(Box<[(Quality, Value)]>),
}

/// All monitored variables of a connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Items {
    items: Vec<Item>,
}

/// What one message brought.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Heard {
    /// Samples in the order in which they came.
    pub samples: Vec<Sample>,
    /// Places where the server threw values away because nobody fetched them in time.
    pub overflows: u64,
    /// The server's clock ticked.
    pub heartbeat: bool,
    /// Fields of events, in the order of the filter.
    pub events: Vec<Vec<Variant>>,
}

impl Items {
    pub(crate) fn new(items: Vec<Item>) -> Self {
        Self { items }
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    pub(crate) fn get(&self, index: usize) -> Option<&Item> {
        self.items.get(index)
    }

    /// How often an item was heard.
    pub(crate) fn heard(&self, index: usize) -> u32 {
        self.items.get(index).map_or(0, |item| item.heard)
    }

    /// Where an item is monitored from now on.
    pub(crate) fn set_monitored(&mut self, index: usize, monitored: Option<(u32, u32)>) {
        if let Some(item) = self.items.get_mut(index) {
            item.monitored = monitored;
        }
    }

    /// Turns a notification into samples. A value without any time stamp was so when it arrived.
    pub(crate) fn hear(
        &mut self,
        notifications: Vec<MonitoredItemNotification>,
        now: Instant,
        heard: &mut Heard,
    ) {
        heard.samples.reserve(notifications.len());
        for notification in notifications {
            if notification.client_handle == HEARTBEAT {
                heard.heartbeat = true;
                continue;
            }
            let index = (notification.client_handle as usize).wrapping_sub(1);
            if let Some(item) = self.items.get_mut(index) {
                item.hear(&notification.value, now, heard);
            }
        }
    }

    /// Whether a read says something else than was last heard.
    pub(crate) fn differs(&self, index: usize, read: &DataValue) -> bool {
        let Some(item) = self.items.get(index) else { return false };
        if value::says_nothing(read) {
            return false;
        }
        item.last.as_ref().is_none_or(|last| last.differs(&item.read(read)))
    }
}

impl Item {
    pub(crate) fn new(node: NodeId, reading: Reading, signals: Box<[Option<SignalId>]>) -> Self {
        Self { node, reading, signals, last: None, heard: 0, monitored: None }
    }

    fn hear(&mut self, value: &DataValue, now: Instant, heard: &mut Heard) {
        heard.overflows += u64::from(value::overflowed(value));
        self.heard = self.heard.wrapping_add(1);
        if value::says_nothing(value) {
            return;
        }
        let last = self.read(value);
        let source = value::instant_of(value).unwrap_or(now);
        let mut push = |signal: Option<SignalId>, quality, value: &Value| {
            let sample = |signal| Sample { signal, source, quality, value: value.clone() };
            heard.samples.extend(signal.map(sample));
        };
        match &last {
            Last::One(quality, value) => push(self.signals.first().copied().flatten(), *quality, value),
            Last::Many(parts) => {
                for (signal, (quality, value)) in self.signals.iter().zip(parts) {
                    push(*signal, *quality, value);
                }
            }
        }
        self.last = Some(last);
    }

    /// A value in the form of the item's signals.
    fn read(&self, read: &DataValue) -> Last {
        let quality = value::quality_of(read);
        match (&self.reading, read.value.as_ref()) {
            (Reading::Plain(members), variant) => Last::One(quality, value::value_of(variant, members)),
            (Reading::Fields(shape), Some(Variant::ExtensionObject(object))) => {
                let values = shape.read(object);
                Last::Many(fields(quality, values, self.signals.len()))
            }
            (Reading::Fields(_), other) => {
                let why = if other.is_some() { Quality::BAD_TYPE_MISMATCH } else { Quality::BAD_NO_DATA };
                Last::Many(fields(quality, Err(why), self.signals.len()))
            }
            (Reading::Text(shape), Some(Variant::Array(array))) => {
                let one = |variant: &Variant| match variant {
                    Variant::ExtensionObject(object) => shape.read_json(object),
                    _ => Err(Quality::BAD_TYPE_MISMATCH),
                };
                match array.values.iter().map(one).collect::<Result<serde_json::Value, _>>() {
                    Ok(json) => Last::One(quality, value::bounded(&json.to_string())),
                    Err(why) => Last::One(worse(quality, why), Value::Absent),
                }
            }
            (Reading::Unknown, Some(Variant::ExtensionObject(_) | Variant::Array(_))) => {
                let shown = value::value_of(read.value.as_ref(), &Members::from([]));
                Last::One(worse(quality, BAD_TYPE_UNKNOWN), shown)
            }
            (Reading::Text(_) | Reading::Unknown, variant) => {
                Last::One(quality, value::value_of(variant, &Members::from([])))
            }
        }
    }
}

/// What the server says is kept, unless it says that all is well and it is not.
fn worse(said: Quality, found: Quality) -> Quality {
    if said.is_bad() { said } else { found }
}

/// A field that is not there has no data; a structure that cannot be read leaves no field with a value.
fn fields(quality: Quality, values: Result<Vec<Value>, Quality>, count: usize) -> Box<[(Quality, Value)]> {
    let one = |value: Value| match value {
        Value::Absent => (worse(quality, Quality::BAD_NO_DATA), Value::Absent),
        value => (quality, value),
    };
    match values {
        Ok(values) => values.into_iter().map(one).collect(),
        Err(why) => std::iter::repeat_n((worse(quality, why), Value::Absent), count).collect(),
    }
}

impl Last {
    fn differs(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::One(a, x), Self::One(b, y)) => differ(*a, x, *b, y),
            (Self::Many(these), Self::Many(those)) => {
                these.len() != those.len()
                    || these.iter().zip(those).any(|((a, x), (b, y))| differ(*a, x, *b, y))
            }
            _ => true,
        }
    }
}

/// Two numbers that are none are the same.
fn differ(a: Quality, x: &Value, b: Quality, y: &Value) -> bool {
    let same = match (x, y) {
        (Value::Number(x), Value::Number(y)) => x == y || (x.is_nan() && y.is_nan()),
        (x, y) => x == y,
    };
    a.upper() != b.upper() || !same
}

#[cfg(test)]
mod tests {
    use super::*;
    use opcua::types::{ExtensionObject, StatusCode, Variant};
    use std::sync::Arc;

    fn items() -> Items {
        let node = NodeId::new(1, "a");
        Items::new(vec![Item::new(node, Reading::Plain(Arc::from([])), Box::from([Some(SignalId(7))]))])
    }

    fn notification(handle: u32, value: impl Into<Variant>, status: StatusCode) -> MonitoredItemNotification {
        let value = DataValue { value: Some(value.into()), status: Some(status), ..DataValue::default() };
        MonitoredItemNotification { client_handle: handle, value }
    }

    #[test]
    fn a_notification_becomes_a_sample_of_its_signal() {
        let (mut items, mut heard) = (items(), Heard::default());
        let now = Instant::from_ms(5);
        let strange = notification(9, 1.0, StatusCode::Good);
        items.hear(vec![notification(1, 2.5, StatusCode::UncertainInitialValue), strange], now, &mut heard);
        assert_eq!(heard.samples.len(), 1, "an unknown handle is ignored");
        let sample = &heard.samples[0];
        assert_eq!((sample.signal, sample.source, &sample.value), (SignalId(7), now, &Value::Number(2.5)));
        assert_eq!(sample.quality.0, StatusCode::UncertainInitialValue.bits());
    }

    #[test]
    fn overflow_is_counted_and_the_heartbeat_is_no_sample() {
        let (mut items, mut heard) = (items(), Heard::default());
        let overflow = notification(1, 1i32, StatusCode::Good.set_overflow(true));
        items.hear(
            vec![notification(HEARTBEAT, 1i32, StatusCode::Good), overflow],
            Instant::EPOCH,
            &mut heard,
        );
        assert_eq!((heard.overflows, heard.heartbeat, heard.samples.len()), (1, true, 1));
    }

    #[test]
    fn a_read_is_compared_with_what_was_heard() {
        let (mut items, mut heard) = (items(), Heard::default());
        let read = |x: f64| DataValue { value: Some(x.into()), ..DataValue::default() };
        assert!(items.differs(0, &read(1.0)), "nothing was heard yet");
        items.hear(vec![notification(1, 1.0, StatusCode::Good)], Instant::EPOCH, &mut heard);
        assert!(!items.differs(0, &read(1.0)));
        assert!(items.differs(0, &read(2.0)));
        assert!(!items.differs(4, &read(2.0)));
    }

    #[test]
    fn a_number_that_is_none_does_not_differ_from_itself() {
        let (mut items, mut heard) = (items(), Heard::default());
        items.hear(vec![notification(1, f64::NAN, StatusCode::Good)], Instant::EPOCH, &mut heard);
        let read = DataValue { value: Some(f64::NAN.into()), ..DataValue::default() };
        assert!(!items.differs(0, &read));
    }

    #[test]
    fn a_structure_that_nobody_describes_is_bad_and_says_its_type() {
        let reading = Reading::Unknown;
        let item = Item::new(NodeId::new(1, "a"), reading, Box::from([Some(SignalId(7))]));
        let (mut items, mut heard) = (Items::new(vec![item]), Heard::default());
        let object = ExtensionObject::from_message(opcua::types::Range { low: 0.0, high: 1.0 });
        items.hear(vec![notification(1, object, StatusCode::Good)], Instant::EPOCH, &mut heard);
        assert_eq!(heard.samples[0].quality, BAD_TYPE_UNKNOWN);
        assert!(heard.samples[0].value.as_text().unwrap().contains("Range"));
    }
}
