//! Condition signals of the plant as alarm events of the server.
//!
//! The library sends events and knows no conditions: what is open is kept here, and the method `ConditionRefresh`,
//! which the library refuses, is answered by a node manager that stands before the library's own.
//! Spec: OPC 10000-9, 5.5.2 ConditionType, 5.5.7 ConditionRefresh, 5.8.2 AlarmConditionType.

use super::value::date_time;
use async_trait::async_trait;
use opcua::nodes::{DefaultTypeTree, Event};
use opcua::server::diagnostics::NamespaceMetadata;
use opcua::server::node_manager::{MethodCall, NodeManager, RequestContext, ServerContext};
use opcua::server::{EventField, SubscriptionCache};
use opcua::sync::Mutex;
use opcua::types::{
    AttributeId, ByteString, DateTime, LocalizedText, MethodId, NodeId, NumericRange, ObjectId, ObjectTypeId,
    QualifiedName, StatusCode, Variant,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use trine_base::Instant;
use trine_world::{Condition, ConditionLevel};

/// Which condition: the machine's node, its signal and the code.
type Which = (String, u32, String);

/// The conditions that are open, and the numbers of events.
#[derive(Debug, Default)]
pub(super) struct Alarms {
    open: Mutex<BTreeMap<Which, AlarmEvent>>,
    events: AtomicU64,
}

/// One event of a condition, or one that frames a refresh.
#[derive(Clone, Debug)]
pub(super) struct AlarmEvent {
    id: u64,
    event_type: NodeId,
    source: NodeId,
    source_name: String,
    time: DateTime,
    message: String,
    severity: u16,
    /// Name of the condition; none for what is no condition.
    name: Option<String>,
    active: bool,
}

impl Alarms {
    /// What a condition signal says, as events: `NORMAL` without a code ends all of that signal.
    pub(super) fn report(
        &self,
        machine: &NodeId,
        machine_name: &str,
        signal: u32,
        at: Instant,
        condition: &Condition,
    ) -> Vec<AlarmEvent> {
        let mut open = self.open.lock();
        let which = |code: &str| (machine_name.to_owned(), signal, code.to_owned());
        if condition.is_raised() {
            let event = AlarmEvent {
                id: self.next(),
                event_type: ObjectTypeId::AlarmConditionType.into(),
                source: machine.clone(),
                source_name: machine_name.to_owned(),
                time: date_time(at),
                message: condition.message.clone(),
                severity: severity(condition),
                name: Some(condition.code.clone()),
                active: true,
            };
            open.insert(which(&condition.code), event.clone());
            return vec![event];
        }
        if condition.level == ConditionLevel::Unavailable {
            return Vec::new();
        }
        let ends = |(name, its_signal, code): &Which| {
            name == machine_name
                && *its_signal == signal
                && (condition.code.is_empty() || *code == condition.code)
        };
        let ended: Vec<Which> = open.keys().filter(|which| ends(which)).cloned().collect();
        let ended = ended.iter().filter_map(|which| open.remove(which));
        ended
            .map(|event| AlarmEvent { id: self.next(), time: date_time(at), active: false, ..event })
            .collect()
    }

    /// All that is open, between the two events that frame a refresh.
    fn refresh(&self) -> Vec<AlarmEvent> {
        let frame = |event_type: ObjectTypeId| AlarmEvent {
            id: self.next(),
            event_type: event_type.into(),
            source: ObjectId::Server.into(),
            source_name: "Server".into(),
            time: DateTime::now(),
            message: "refresh".into(),
            severity: 1,
            name: None,
            active: false,
        };
        let mut events = vec![frame(ObjectTypeId::RefreshStartEventType)];
        events.extend(self.open.lock().values().cloned());
        events.push(frame(ObjectTypeId::RefreshEndEventType));
        events
    }

    fn next(&self) -> u64 {
        self.events.fetch_add(1, Ordering::Relaxed)
    }
}

/// Tells all who listen to the server's events.
pub(super) fn tell(subscriptions: &SubscriptionCache, events: &[AlarmEvent]) {
    let server = NodeId::from(ObjectId::Server);
    subscriptions.notify_events(events.iter().map(|event| (event as &dyn Event, &server)));
}

/// The severity of a condition, from its priority. OPC 10000-5, 6.4.2.
fn severity(condition: &Condition) -> u16 {
    match condition.shown_priority() {
        1 => 900,
        2 => 700,
        3 => 500,
        _ => 200,
    }
}

impl Event for AlarmEvent {
    fn get_field(
        &self,
        _type_definition_id: &NodeId,
        attribute_id: AttributeId,
        index_range: &NumericRange,
        browse_path: &[QualifiedName],
    ) -> Variant {
        self.get_value(attribute_id, index_range, browse_path)
    }

    fn time(&self) -> &DateTime {
        &self.time
    }

    fn event_type_id(&self) -> &NodeId {
        &self.event_type
    }
}

impl EventField for AlarmEvent {
    fn get_value(
        &self,
        attribute_id: AttributeId,
        _index_range: &NumericRange,
        remaining_path: &[QualifiedName],
    ) -> Variant {
        if attribute_id != AttributeId::Value {
            return Variant::Empty;
        }
        let path: Vec<&str> = remaining_path.iter().map(|name| name.name.as_ref()).collect();
        match (path.as_slice(), &self.name) {
            (["EventId"], _) => ByteString::from(self.id.to_be_bytes().as_slice()).into(),
            (["EventType"], _) => self.event_type.clone().into(),
            (["SourceNode"], _) => self.source.clone().into(),
            (["SourceName"], _) => self.source_name.as_str().into(),
            (["Time" | "ReceiveTime"], _) => self.time.into(),
            (["Message"], _) => LocalizedText::new("en", &self.message).into(),
            (["Severity"], _) => self.severity.into(),
            (["ConditionName"], Some(name)) => name.as_str().into(),
            (["BranchId"], Some(_)) => NodeId::null().into(),
            (["Retain"], Some(_)) => self.active.into(),
            (["EnabledState", "Id"], Some(_)) => true.into(),
            (["ActiveState", "Id"], Some(_)) => self.active.into(),
            _ => Variant::Empty,
        }
    }
}

/// Answers `ConditionRefresh` and nothing else.
pub(super) struct Refresher(pub Arc<Alarms>);

#[async_trait]
impl NodeManager for Refresher {
    fn owns_node(&self, id: &NodeId) -> bool {
        *id == NodeId::from(MethodId::ConditionType_ConditionRefresh)
    }

    fn name(&self) -> &'static str {
        "refresher"
    }

    fn namespaces_for_user(&self, _context: &RequestContext) -> Vec<NamespaceMetadata> {
        Vec::new()
    }

    async fn init(&self, _type_tree: &mut DefaultTypeTree, _context: ServerContext) {}

    async fn call(&self, context: &RequestContext, calls: &mut [&mut MethodCall]) -> Result<(), StatusCode> {
        for call in calls.iter_mut() {
            tell(&context.subscriptions, &self.0.refresh());
            call.set_status(StatusCode::Good);
        }
        Ok(())
    }
}
