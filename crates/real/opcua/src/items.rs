//! The monitored variables: which signal each one is, and what was last heard of it.

use crate::value::{self, Members};
use opcua::types::{DataValue, MonitoredItemNotification, NodeId};
use trine_base::{Instant, Quality, Sample, SignalId, Value};

/// Client handle of the heartbeat, the server's own clock; variables have their index plus one.
pub(crate) const HEARTBEAT: u32 = u32::MAX;

/// One monitored variable.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub node: NodeId,
    pub signal: SignalId,
    pub members: Members,
    /// What was last heard, to be compared with what a read says.
    pub last: Option<(Quality, Value)>,
}

/// All monitored variables of a connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Items {
    items: Vec<Item>,
}

/// What one notification brought.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Heard {
    /// Samples in the order in which they came.
    pub samples: Vec<Sample>,
    /// Places where the server threw values away because nobody fetched them in time.
    pub overflows: u64,
    /// The server's clock ticked.
    pub heartbeat: bool,
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
        let now = (value::quality_of(read), value::value_of(read.value.as_ref(), &item.members));
        match &item.last {
            None => true,
            Some((quality, value)) => quality.upper() != now.0.upper() || *value != now.1,
        }
    }
}

impl Item {
    fn hear(&mut self, value: &DataValue, now: Instant, heard: &mut Heard) {
        heard.overflows += u64::from(value::overflowed(value));
        if value::says_nothing(value) {
            return;
        }
        let quality = value::quality_of(value);
        let held = value::value_of(value.value.as_ref(), &self.members);
        self.last = Some((quality, held.clone()));
        let source = value::instant_of(value).unwrap_or(now);
        heard.samples.push(Sample { signal: self.signal, source, quality, value: held });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use opcua::types::{StatusCode, Variant};
    use std::sync::Arc;

    fn items() -> Items {
        let node = NodeId::new(1, "a");
        Items::new(vec![Item { node, signal: SignalId(7), members: Arc::from([]), last: None }])
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
}
