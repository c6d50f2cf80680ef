//! Alarms and messages of machines, out of the events of the server.
//!
//! Each machine that has them gets a signal `Alarms` in the form of conditions, from which the world keeps alarms
//! as it does for every protocol, and a signal `Events` with the words of what passes. They are announced when the
//! first of them comes; a server that answers a refresh shows with it that it has alarms, and then every machine has
//! a signal that says whether one is open.
//! Spec: OPC 10000-9, 5.5.7 ConditionRefresh, 4.5 (what a client has to do when it connects).

use crate::OpcUaError;
use crate::event::{Event, Kind};
use crate::items::Heard;
use crate::machines::{self, Found};
use crate::space::Space;
use crate::value;
use opcua::client::services::Call;
use opcua::client::{Session, UARequest};
use opcua::types::{CallMethodRequest, MethodId, NodeId, ObjectTypeId, Variant};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use trine_base::{Instant, Quality, Sample, SignalId, Value};
use trine_connector::{Announcement, Port};
use trine_world::{Condition, ConditionLevel, Role, SignalDescription, ValueKind};

/// Open alarms by key of the thing and code, with whether the refresh that is under way has told of them.
pub(crate) type Open = BTreeMap<(Arc<str>, String), bool>;

/// Where events come from, and what is open.
#[derive(Clone, Debug, Default)]
pub(crate) struct Alarms {
    /// The machines, and at the end the connection itself, for events that belong to none.
    sources: Vec<Source>,
    source_of: HashMap<NodeId, usize>,
    /// The fields that the server gives of each event.
    pub fields: Vec<usize>,
    pub open: Open,
}

#[derive(Clone, Debug)]
struct Source {
    thing: Arc<str>,
    /// The keys of its signals begin with it.
    prefix: String,
    alarms: Line,
    events: Line,
}

/// One signal of a source.
#[derive(Clone, Copy, Debug)]
struct Line {
    signal: Option<SignalId>,
    /// Time of its last sample: two alarms of one instant must not hide each other.
    last: Instant,
}

/// Something that a source says.
#[derive(Clone, Debug)]
struct Said {
    source: usize,
    is_alarm: bool,
    at: Instant,
    value: Value,
}

impl Alarms {
    /// Nothing is known to be open but what is remembered from the session before.
    pub(crate) fn new(space: &Space, machines: &[Found], connection: &str, open: Open) -> Self {
        let mut alarms = Self { open, ..Self::default() };
        for machine in machines {
            let address = space.address(&space.nodes[machine.at].id);
            alarms.sources.push(Source::new(&machine.thing.key, format!("{connection}/{address}")));
        }
        alarms.sources.push(Source::new(connection, format!("{connection}/")));
        for (at, owner) in machines::owners(space, machines).into_iter().enumerate() {
            if let Some(owner) = owner {
                alarms.source_of.insert(space.nodes[at].id.clone(), owner);
            }
        }
        alarms
    }

    /// Turns the events of a message into samples, and tells whether the server asks for a refresh.
    pub(crate) async fn take(&mut self, heard: &mut Heard, port: &Port) -> Result<bool, OpcUaError> {
        let mut required = false;
        for values in std::mem::take(&mut heard.events) {
            let event = Event::read(&self.fields, &values);
            required |= event.kind == Kind::RefreshRequired;
            heard.overflows += u64::from(event.kind == Kind::Overflow);
            for said in self.said(event, port.now()) {
                heard.samples.extend(self.sample(said, port).await?);
            }
        }
        Ok(required)
    }

    fn said(&mut self, event: Event, now: Instant) -> Vec<Said> {
        let source = self.source_of.get(&event.source).copied().unwrap_or(self.sources.len() - 1);
        let at = event.at.unwrap_or(now);
        match event.kind {
            Kind::Message(words) => {
                vec![Said { source, is_alarm: false, at, value: value::bounded(&words) }]
            }
            Kind::Condition(condition) => {
                let key = (self.sources[source].thing.clone(), condition.code.clone());
                if condition.is_raised() {
                    self.open.insert(key, true);
                } else {
                    self.open.remove(&key);
                }
                vec![Said { source, is_alarm: true, at, value: value::bounded(&condition.to_string()) }]
            }
            Kind::RefreshBegins => {
                self.open.values_mut().for_each(|told| *told = false);
                Vec::new()
            }
            Kind::RefreshEnds => self.refreshed(at),
            Kind::RefreshRequired | Kind::Overflow | Kind::Branch => Vec::new(),
        }
    }

    /// What the refresh did not tell of has ended meanwhile; and where nothing is open, that is said.
    fn refreshed(&mut self, at: Instant) -> Vec<Said> {
        let mut said = Vec::new();
        let mut say = |source, code: &str| {
            let value = Value::text(normal(code).to_string());
            said.push(Said { source, is_alarm: true, at, value });
        };
        let machines = self.sources.len() - 1;
        for (source, named) in self.sources.iter().enumerate() {
            let mut open = self.open.iter().filter(|((thing, _), _)| *thing == named.thing).peekable();
            if open.peek().is_none() && source < machines {
                say(source, "");
            }
            open.filter(|(_, told)| !**told).for_each(|((_, code), _)| say(source, code));
        }
        self.open.retain(|_, told| *told);
        said
    }

    async fn sample(&mut self, said: Said, port: &Port) -> Result<Option<Sample>, OpcUaError> {
        let source = &mut self.sources[said.source];
        let description = source.description(said.is_alarm);
        let line = if said.is_alarm { &mut source.alarms } else { &mut source.events };
        if line.signal.is_none() {
            let announcement = Announcement { signals: vec![description], ..Announcement::default() };
            line.signal = port.announce(announcement).await?.signals.first().copied().flatten();
        }
        // Finer than the 100 ns of the protocol.
        let source = if said.at > line.last { said.at } else { line.last.plus_ns(1) };
        line.last = source;
        let sample = |signal| Sample { signal, source, quality: Quality::GOOD, value: said.value };
        Ok(line.signal.map(sample))
    }
}

impl Source {
    fn new(thing: &str, prefix: String) -> Self {
        let line = Line { signal: None, last: Instant::MIN };
        Self { thing: thing.into(), prefix, alarms: line, events: line }
    }

    fn description(&self, is_alarm: bool) -> SignalDescription {
        let (key, name) = if is_alarm { ("alarms", "Alarms") } else { ("events", "Events") };
        let key = format!("{}#{key}", self.prefix);
        let signal = SignalDescription::new(&self.thing, &key, name, ValueKind::Text);
        if is_alarm { signal.as_role(Role::Condition) } else { signal }
    }
}

/// An alarm that has ended; without a code, all of its signal.
fn normal(code: &str) -> Condition {
    Condition {
        level: ConditionLevel::Normal,
        code: code.to_owned(),
        priority: None,
        qualifier: String::new(),
        message: String::new(),
    }
}

/// Asks the server to report all conditions that matter. A server without alarms refuses, and that is all right.
pub(crate) async fn refresh(session: &Session, subscription: u32) {
    let method = CallMethodRequest {
        object_id: ObjectTypeId::ConditionType.into(),
        method_id: MethodId::ConditionType_ConditionRefresh.into(),
        input_arguments: Some(vec![Variant::UInt32(subscription)]),
    };
    match Call::new(session).method(method).send(session.channel()).await {
        Ok(answer) => {
            let status = answer.results.into_iter().flatten().next().map(|result| result.status_code);
            tracing::debug!("condition refresh: {status:?}");
        }
        Err(error) => tracing::debug!("the server does not refresh conditions: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alarms() -> Alarms {
        let sources =
            vec![Source::new("urn:m", "connection/plc/m".into()), Source::new("plc", "plc/".into())];
        let mut alarms = Alarms { sources, ..Alarms::default() };
        alarms.source_of.insert(NodeId::new(1, "m"), 0);
        alarms
    }

    fn said(alarms: &mut Alarms, kind: Kind) -> Vec<(usize, String)> {
        let event = Event { source: NodeId::new(1, "m"), at: None, kind };
        let said = alarms.said(event, Instant::EPOCH);
        said.into_iter().map(|said| (said.source, said.value.as_text().unwrap().to_owned())).collect()
    }

    fn raised(code: &str) -> Kind {
        Kind::Condition(Condition { level: ConditionLevel::Fault, ..normal(code) })
    }

    #[test]
    fn what_a_refresh_does_not_tell_of_has_ended() {
        let mut alarms = alarms();
        said(&mut alarms, raised("a"));
        said(&mut alarms, raised("b"));
        said(&mut alarms, Kind::RefreshBegins);
        assert_eq!(said(&mut alarms, raised("b")), [(0, "FAULT|b|||".to_owned())]);
        assert_eq!(said(&mut alarms, Kind::RefreshEnds), [(0, "NORMAL|a|||".to_owned())]);
        said(&mut alarms, Kind::RefreshBegins);
        assert_eq!(said(&mut alarms, Kind::RefreshEnds), [(0, "NORMAL|b|||".to_owned())]);
        said(&mut alarms, Kind::RefreshBegins);
        assert_eq!(said(&mut alarms, Kind::RefreshEnds), [(0, "NORMAL||||".to_owned())], "nothing is open");
    }

    #[test]
    fn an_event_of_nobody_belongs_to_the_connection() {
        let mut alarms = alarms();
        let kind = Kind::Message("restarted".into());
        let event = Event { source: NodeId::new(0, 2253), at: None, kind };
        let said = alarms.said(event, Instant::EPOCH);
        assert_eq!((said[0].source, said[0].is_alarm), (1, false));
    }
}
