//! Events of a server: which of their fields are asked for, and what they say. Pure.
//!
//! Spec: OPC 10000-4, 7.22.3 EventFilter; OPC 10000-5, 6.4.2 BaseEventType; OPC 10000-9, 5.5 (conditions),
//! 5.7 (acknowledgement), 5.8 (alarms), 5.11 (refresh).

use crate::value;
use opcua::types::{
    AttributeId, DateTime, EventFilter, NodeId, NumericRange, ObjectTypeId, QualifiedName,
    SimpleAttributeOperand, Variant,
};
use trine_base::Instant;
use trine_world::{Condition, ConditionLevel};

/// `(type that has the field, browse path)`, in the order in which they are asked for.
const FIELDS: [(ObjectTypeId, &[&str]); 11] = [
    (ObjectTypeId::BaseEventType, &["EventType"]),
    (ObjectTypeId::BaseEventType, &["SourceNode"]),
    (ObjectTypeId::BaseEventType, &["SourceName"]),
    (ObjectTypeId::BaseEventType, &["Time"]),
    (ObjectTypeId::BaseEventType, &["Message"]),
    (ObjectTypeId::BaseEventType, &["Severity"]),
    (ObjectTypeId::ConditionType, &["ConditionName"]),
    (ObjectTypeId::ConditionType, &["BranchId"]),
    (ObjectTypeId::ConditionType, &["Retain"]),
    (ObjectTypeId::ConditionType, &["EnabledState", "Id"]),
    (ObjectTypeId::AlarmConditionType, &["ActiveState", "Id"]),
];

/// Severities from here on are faults; below they are warnings. OPC 10000-5, 6.4.2: 1 to 1,000.
const FAULT_FROM: u16 = 601;

/// All fields.
pub(crate) fn all_fields() -> Vec<usize> {
    (0..FIELDS.len()).collect()
}

/// The fields that every event has.
pub(crate) fn base_fields() -> Vec<usize> {
    (0..FIELDS.len()).filter(|field| FIELDS[*field].0 == ObjectTypeId::BaseEventType).collect()
}

/// A filter that lets all events pass and gives these fields of them.
pub(crate) fn filter(fields: &[usize]) -> EventFilter {
    let clause = |field: &usize| {
        let (owner, path) = FIELDS[*field];
        SimpleAttributeOperand {
            type_definition_id: owner.into(),
            browse_path: Some(path.iter().map(|name| QualifiedName::new(0, *name)).collect()),
            attribute_id: AttributeId::Value as u32,
            index_range: NumericRange::None,
        }
    };
    EventFilter {
        select_clauses: Some(fields.iter().map(clause).collect()),
        where_clause: opcua::types::ContentFilter { elements: None },
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    /// Something that passes: its words.
    Message(String),
    /// A condition reports.
    Condition(Condition),
    /// The server begins to report all conditions that matter.
    RefreshBegins,
    /// It has reported them all.
    RefreshEnds,
    /// It asks us to let it report them all.
    RefreshRequired,
    /// Events were thrown away because nobody fetched them in time.
    Overflow,
    /// An earlier state of a condition that nobody has acknowledged yet; the present one is told by another event.
    Branch,
}

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Event {
    pub source: NodeId,
    pub at: Option<Instant>,
    pub kind: Kind,
}

impl Event {
    /// Reads the fields that were asked for. A field that is missing or of another type says nothing.
    pub(crate) fn read(fields: &[usize], values: &[Variant]) -> Self {
        let named = |name: &str| {
            let at = fields.iter().position(|field| FIELDS[*field].1[0] == name)?;
            values.get(at).filter(|value| !matches!(value, Variant::Empty))
        };
        let at = match named("Time") {
            Some(Variant::DateTime(time)) => instant(time),
            _ => None,
        };
        Self { source: node(named("SourceNode")), at, kind: kind(&named) }
    }
}

fn kind<'a>(named: &impl Fn(&str) -> Option<&'a Variant>) -> Kind {
    let event_type = node(named("EventType"));
    let is = |known: ObjectTypeId| event_type == known;
    let truth = |name: &str| {
        named(name).and_then(|value| if let Variant::Boolean(b) = value { Some(*b) } else { None })
    };
    if is(ObjectTypeId::RefreshStartEventType) {
        Kind::RefreshBegins
    } else if is(ObjectTypeId::RefreshEndEventType) {
        Kind::RefreshEnds
    } else if is(ObjectTypeId::RefreshRequiredEventType) {
        Kind::RefreshRequired
    } else if is(ObjectTypeId::EventQueueOverflowEventType) {
        Kind::Overflow
    } else if !node(named("BranchId")).is_null() {
        Kind::Branch
    } else if let Some(active) = truth("ActiveState").or_else(|| truth("Retain")) {
        let active = active && truth("EnabledState").unwrap_or(true);
        Kind::Condition(condition(named, &event_type, active))
    } else {
        let words = text(named("Message"));
        Kind::Message(if words.is_empty() { format!("event of type {event_type}") } else { words })
    }
}

fn condition<'a>(
    named: &impl Fn(&str) -> Option<&'a Variant>,
    event_type: &NodeId,
    active: bool,
) -> Condition {
    let severity =
        if let Some(Variant::UInt16(severity)) = named("Severity") { *severity } else { FAULT_FROM };
    let level = match active {
        false => ConditionLevel::Normal,
        true if severity >= FAULT_FROM => ConditionLevel::Fault,
        true => ConditionLevel::Warning,
    };
    let priority = match severity {
        801.. => 1,
        601..=800 => 2,
        401..=600 => 3,
        _ => 4,
    };
    // A code keeps the alarms of one machine apart and must not be empty: that would mean all of them.
    let name = text(named("ConditionName"));
    let code = if name.is_empty() { event_type.to_string() } else { name };
    let code = code.replace('|', "/").chars().take(200).collect();
    let message = text(named("Message"));
    Condition { level, code, priority: Some(priority), qualifier: String::new(), message }
}

fn node(value: Option<&Variant>) -> NodeId {
    if let Some(Variant::NodeId(id)) = value { id.as_ref().clone() } else { NodeId::null() }
}

fn text(value: Option<&Variant>) -> String {
    value.and_then(crate::space::text_of).unwrap_or_default()
}

fn instant(time: &DateTime) -> Option<Instant> {
    (!time.is_null()).then(|| value::instant(*time))
}

#[cfg(test)]
mod tests {
    use super::*;
    use opcua::types::LocalizedText;

    fn alarm(active: bool, severity: u16) -> Vec<Variant> {
        vec![
            NodeId::from(ObjectTypeId::AlarmConditionType).into(),
            NodeId::new(2, "GR-3").into(),
            "GR-3".into(),
            DateTime::from(116_444_736_000_000_000 + 10_000_000).into(),
            LocalizedText::new("en", "spindle hot | 90 °C").into(),
            severity.into(),
            "SPN|452".into(),
            NodeId::null().into(),
            true.into(),
            true.into(),
            active.into(),
        ]
    }

    #[test]
    fn an_alarm_becomes_a_condition() {
        let event = Event::read(&all_fields(), &alarm(true, 750));
        assert_eq!((event.source, event.at), (NodeId::new(2, "GR-3"), Some(Instant::from_ms(1000))));
        let Kind::Condition(condition) = event.kind else { panic!("{:?}", event.kind) };
        assert_eq!(condition.to_string(), "FAULT|SPN/452|2||spindle hot | 90 °C");
        let ended = Event::read(&all_fields(), &alarm(false, 300)).kind;
        assert!(matches!(ended, Kind::Condition(Condition { level: ConditionLevel::Normal, .. })));
    }

    #[test]
    fn a_server_without_alarms_sends_messages() {
        let fields = base_fields();
        let Kind::Message(words) = Event::read(&fields, &alarm(true, 5)[..6]).kind else { panic!() };
        assert_eq!(words, "spindle hot | 90 °C");
        let Kind::Message(words) = Event::read(&fields, &[]).kind else { panic!() };
        assert!(words.starts_with("event of type"));
    }

    #[test]
    fn what_is_disabled_calls_nobody_and_a_branch_is_the_past() {
        let mut disabled = alarm(true, 900);
        disabled[9] = false.into();
        let kind = Event::read(&all_fields(), &disabled).kind;
        assert!(matches!(kind, Kind::Condition(Condition { level: ConditionLevel::Normal, .. })));
        let mut branch = alarm(true, 900);
        branch[7] = NodeId::new(1, 5).into();
        assert_eq!(Event::read(&all_fields(), &branch).kind, Kind::Branch);
    }
}
