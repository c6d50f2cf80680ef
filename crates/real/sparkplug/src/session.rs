//! One session of the host application: connect, subscribe, be born, and carry out what the state machine says.
//!
//! Spec: Eclipse Sparkplug 3.0, 5.x Sparkplug Host Application: connect with the will, subscribe, then publish the
//! birth (tck-id-operational-behavior-host-application-connect-birth, tck-id-host-topic-phid-birth-sub-required).

use crate::DataType;
use crate::birth::{Birth, Observation};
use crate::host::Host;
use crate::mqtt::Link;
use crate::node::{Step, UnitId};
use crate::options::SparkplugOptions;
use crate::payload::{Metric, MetricValue, Payload};
use crate::state::State;
use crate::topic::{self, NodeName, Topic};
use futures_util::FutureExt;
use futures_util::stream::{FuturesOrdered, StreamExt};
use prost::Message as _;
use rumqttc::{Packet, Publish, QoS, SubscribeFilter, SubscribeReasonCode};
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use trine_base::{Sample, SignalId};
use trine_connector::{Announcement, ConnectionState, Port, SessionEnd, SinkError};
use trine_world::{RelationKind, SignalDescription, ThingDescription};

/// Samples that are handed over at once at most, when many messages wait.
const SAMPLES_MAX: usize = 4_096;
/// Deliveries that may be on their way to the disk; more wait, and the broker with them.
const DELIVERIES_MAX: usize = 64;
/// How long a broker may take to answer.
const ANSWER: Duration = Duration::from_secs(10);
/// How often time alone is looked at.
const TICK: Duration = Duration::from_millis(50);

/// Which message to acknowledge; those of quality of service 0 need none.
type Token = Option<Publish>;
type Acknowledged = futures_util::future::BoxFuture<'static, (Result<(), SinkError>, Vec<Publish>)>;

pub(crate) struct Session<'a> {
    options: &'a SparkplugOptions,
    port: &'a Port,
    link: Link,
    birth: State,
    /// The death was told; nothing is contradicted any more.
    leaving: bool,
    host: Host<Token>,
    /// Edge nodes that former sessions heard.
    known: &'a mut BTreeSet<NodeName>,
    units: HashMap<UnitId, Unit>,
    samples: Vec<Sample>,
    done: Vec<Publish>,
    deliveries: FuturesOrdered<Acknowledged>,
}

/// What the site knows of an edge node or device.
#[derive(Default)]
struct Unit {
    announced: Option<(ThingDescription, Vec<SignalDescription>)>,
    signals: Vec<Option<SignalId>>,
    gap: Option<u64>,
}

impl<'a> Session<'a> {
    pub(crate) fn new(
        options: &'a SparkplugOptions,
        port: &'a Port,
        known: &'a mut BTreeSet<NodeName>,
        link: Link,
        birth: State,
    ) -> Self {
        Self {
            options,
            port,
            link,
            birth,
            leaving: false,
            host: Host::new(port.key(), options.patience),
            known,
            units: HashMap::new(),
            samples: Vec::new(),
            done: Vec::new(),
            deliveries: FuturesOrdered::new(),
        }
    }

    /// Runs until the connection is lost or `stop` fires.
    pub(crate) async fn run(mut self, stop: &CancellationToken) -> SessionEnd {
        let end = tokio::select! {
            end = self.work() => end,
            () = stop.cancelled() => Ok(SessionEnd::Stopped),
        };
        let end = end.unwrap_or_else(|end| end);
        self.known.extend(self.host.names().cloned());
        if matches!(end, SessionEnd::Stopped | SessionEnd::Sink(_)) {
            self.say_goodbye().await;
        }
        end
    }

    async fn work(&mut self) -> Result<SessionEnd, SessionEnd> {
        self.expect("CONNACK", |packet| matches!(packet, Packet::ConnAck(_))).await?;
        self.subscribe().await?;
        self.publish_state(State { online: true, ..self.birth }).await?;
        self.port.connected().await?;
        // What edge nodes reported since the last session is lost; their births bring the newest of everything.
        for node in self.known.clone() {
            self.ask_rebirth(&node).await?;
        }
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        loop {
            tokio::select! {
                packet = self.link.packets.recv() => self.take_all(packet).await?,
                Some((durable, publishes)) = self.deliveries.next() => self.acknowledge(durable, publishes).await?,
                _ = tick.tick() => self.tick().await?,
            }
        }
    }

    async fn subscribe(&mut self) -> Result<(), SessionEnd> {
        // tck-id-message-flow-phid-sparkplug-subscription: its own STATE, and the edge nodes.
        let edges = self.options.group.as_ref().map_or_else(
            || format!("{}/#", topic::NAMESPACE),
            |group| format!("{}/{group}/#", topic::NAMESPACE),
        );
        let filter = |path: String| SubscribeFilter { path, qos: QoS::AtLeastOnce };
        let mut filters = vec![filter(edges)];
        // `spBv1.0/#` covers STATE; overlapping subscriptions would bring it twice.
        if self.options.group.is_some() {
            filters.push(filter(topic::state(&self.options.host_id)));
        }
        self.link.client.subscribe_many(filters).await.map_err(lost)?;
        let granted = self.expect("SUBACK", |packet| matches!(packet, Packet::SubAck(_))).await?;
        match granted {
            Packet::SubAck(answer) if answer.return_codes.contains(&SubscribeReasonCode::Failure) => {
                Err(SessionEnd::Refused("the broker does not allow this subscription".to_owned()))
            }
            _ => Ok(()),
        }
    }

    /// Waits for an answer of the broker. Messages that come before it are dealt with too.
    async fn expect(&mut self, what: &str, is_it: impl Fn(&Packet) -> bool) -> Result<Packet, SessionEnd> {
        let deadline = tokio::time::Instant::now() + ANSWER;
        loop {
            let packet = tokio::time::timeout_at(deadline, self.link.packets.recv()).await;
            let packet = packet.map_err(|_| SessionEnd::Lost(format!("the broker sends no {what}")))?;
            let packet = packet.unwrap_or_else(|| Err(gone()))?;
            if is_it(&packet) {
                return Ok(packet);
            }
            self.take(packet).await?;
        }
    }

    /// Takes a packet and all that wait behind it, then hands over what they brought.
    async fn take_all(&mut self, first: Option<Result<Packet, SessionEnd>>) -> Result<(), SessionEnd> {
        let mut next = Some(first.unwrap_or_else(|| Err(gone())));
        let mut outcome = Ok(());
        while let Some(packet) = next {
            match packet {
                Ok(packet) => self.take(packet).await?,
                // What came before the end is still worth keeping.
                Err(end) => outcome = Err(end),
            }
            next = if self.samples.len() < SAMPLES_MAX { self.link.packets.try_recv().ok() } else { None };
        }
        self.hand_over().await?;
        outcome
    }

    async fn take(&mut self, packet: Packet) -> Result<(), SessionEnd> {
        let Packet::Publish(publish) = packet else { return Ok(()) };
        match Topic::parse(&publish.topic) {
            Some(Topic::Edge { kind, node, device }) => {
                let token = (publish.qos != QoS::AtMostOnce).then(|| publish.clone());
                let steps = self.host.receive((kind, node, device), &publish.payload, token, self.port.now());
                self.carry_out(steps).await
            }
            Some(Topic::State(host)) => {
                self.done_with(&publish);
                self.state_of(&host, &publish).await
            }
            Some(Topic::Command) => {
                self.done_with(&publish);
                Ok(())
            }
            None => {
                self.port.note_error(&format!(
                    "`{}` is no topic of Sparkplug",
                    publish.topic.chars().take(120).collect::<String>()
                ));
                self.done_with(&publish);
                Ok(())
            }
        }
    }

    fn done_with(&mut self, publish: &Publish) {
        if publish.qos != QoS::AtMostOnce {
            self.done.push(publish.clone());
        }
    }

    /// tck-id-message-flow-hid-sparkplug-state-message-delivered: whoever says that this host application is gone
    /// while it is there is contradicted at once. It is usually the will of its own last connection.
    async fn state_of(&mut self, host: &str, publish: &Publish) -> Result<(), SessionEnd> {
        let gone = State::from_bytes(&publish.payload).is_none_or(|state| !state.online);
        if host == self.options.host_id && gone && !publish.payload.is_empty() && !self.leaving {
            self.publish_state(State { online: true, ..self.birth }).await?;
        }
        Ok(())
    }

    async fn carry_out(&mut self, steps: Vec<Step<Token>>) -> Result<(), SessionEnd> {
        for step in steps {
            match step {
                Step::Birth(unit, birth) => self.announce(unit, *birth).await?,
                Step::Data(unit, values) => self.collect(unit, values),
                Step::Silent(units, cause) => self.silent(units, &cause).await?,
                Step::Speaks(unit) => self.speaks(unit).await?,
                Step::Lost(messages) => self.port.count_lost(messages),
                Step::Rebirth(node) => self.ask_rebirth(&node).await?,
                Step::Note(note) => self.port.note_error(&note),
                Step::Done(token) => self.done.extend(token),
            }
        }
        Ok(())
    }

    async fn announce(&mut self, id: UnitId, birth: Birth) -> Result<(), SessionEnd> {
        let unit = self.units.entry(id).or_default();
        let described = (birth.thing, birth.signals);
        // A rebirth usually says what was said before; then there is nothing to record.
        if unit.announced.as_ref() == Some(&described) {
            return Ok(());
        }
        let announcement = Announcement {
            relations: vec![(
                RelationKind::ConnectedBy,
                described.0.key.to_string(),
                self.port.key().to_owned(),
            )],
            things: vec![described.0.clone()],
            signals: described.1.clone(),
            ..Announcement::default()
        };
        let announced = self.port.announce(announcement).await?;
        if let Some(refused) = announced.refused.first() {
            self.port
                .note_error(&format!("{} of its descriptions refused: {refused}", announced.refused.len()));
        }
        let unit = self.units.entry(id).or_default();
        unit.signals = announced.signals;
        unit.announced = Some(described);
        Ok(())
    }

    fn collect(&mut self, unit: UnitId, values: Vec<Observation>) {
        let Some(unit) = self.units.get(&unit) else { return };
        let sample = |Observation { slot, at: source, value, quality }| {
            let signal = unit.signals.get(slot as usize).copied().flatten()?;
            Some(Sample { signal, source, quality, value })
        };
        self.samples.extend(values.into_iter().filter_map(sample));
    }

    async fn silent(&mut self, units: Vec<UnitId>, cause: &str) -> Result<(), SessionEnd> {
        for id in units {
            let Some(unit) = self.units.get(&id).filter(|unit| unit.gap.is_none()) else { continue };
            let signals: Vec<_> = unit.signals.iter().copied().flatten().collect();
            // A gap without signals would be one of the whole connection.
            if !signals.is_empty() {
                let gap = self.port.silent(signals, cause).await?;
                self.units.entry(id).or_default().gap = gap;
            }
        }
        self.port.note_error(cause);
        Ok(())
    }

    async fn speaks(&mut self, id: UnitId) -> Result<(), SessionEnd> {
        let gap = self.units.get_mut(&id).and_then(|unit| unit.gap.take());
        if let Some(gap) = gap {
            self.port.speaks(gap).await?;
        }
        Ok(())
    }

    async fn tick(&mut self) -> Result<(), SessionEnd> {
        let steps = self.host.tick(self.port.now());
        self.carry_out(steps).await?;
        let (nodes, silent) = self.host.silence();
        let state = match silent {
            0 => ConnectionState::Connected,
            silent if silent == nodes => ConnectionState::Quiet,
            _ => ConnectionState::Degraded,
        };
        let error =
            if silent == 0 { String::new() } else { format!("{silent} of {nodes} edge nodes are silent") };
        self.port.change(state, &error).await?;
        self.hand_over().await
    }

    /// Hands over what was collected; acknowledges its messages when it is durable.
    async fn hand_over(&mut self) -> Result<(), SessionEnd> {
        let (samples, done) = (std::mem::take(&mut self.samples), std::mem::take(&mut self.done));
        if samples.is_empty() && done.is_empty() {
            return Ok(());
        }
        let delivery = self.port.deliver(samples).await?;
        self.deliveries.push_back(async move { (delivery.await, done) }.boxed());
        while self.deliveries.len() > DELIVERIES_MAX {
            if let Some((durable, publishes)) = self.deliveries.next().await {
                self.acknowledge(durable, publishes).await?;
            }
        }
        Ok(())
    }

    async fn acknowledge(
        &mut self,
        durable: Result<(), SinkError>,
        publishes: Vec<Publish>,
    ) -> Result<(), SessionEnd> {
        durable?;
        for publish in publishes {
            self.link.client.ack(&publish).await.map_err(lost)?;
        }
        Ok(())
    }

    /// tck-id-operational-behavior-data-commands-ncmd-rebirth-{verb,name,value}, tck-id-payloads-ncmd-{qos,retain}
    async fn ask_rebirth(&mut self, node: &NodeName) -> Result<(), SessionEnd> {
        let metric = Metric {
            name: Some("Node Control/Rebirth".to_owned()),
            datatype: Some(DataType::Boolean as u32),
            value: Some(MetricValue::Boolean(true)),
            ..Metric::default()
        };
        let timestamp = u64::try_from(self.port.now().as_ns() / 1_000_000).ok();
        let payload = Payload { timestamp, metrics: vec![metric], ..Payload::default() };
        tracing::debug!(%node, "asks for a rebirth");
        let topic = topic::node_command(node);
        self.link.client.publish(topic, QoS::AtMostOnce, false, payload.encode_to_vec()).await.map_err(lost)
    }

    /// tck-id-host-topic-phid-birth-{topic,qos,retain}
    async fn publish_state(&mut self, state: State) -> Result<(), SessionEnd> {
        let topic = topic::state(&self.options.host_id);
        self.link.client.publish(topic, QoS::AtLeastOnce, true, state.to_bytes()).await.map_err(lost)
    }

    /// tck-id-operational-behavior-host-application-disconnect-intentional: a clean disconnect sends no will, so the
    /// death is published first, and waited for, but not for long.
    async fn say_goodbye(&mut self) {
        // The broker gives us our own death back, and that one is true.
        self.leaving = true;
        let goodbye = async {
            self.publish_state(State { online: false, ..self.birth }).await?;
            self.expect("PUBACK", |packet| matches!(packet, Packet::PubAck(_))).await?;
            self.link.client.disconnect().await.map_err(lost)?;
            // Until the broker has closed, or the client has.
            while let Some(Ok(_)) = self.link.packets.recv().await {}
            Ok::<_, SessionEnd>(())
        };
        if !matches!(tokio::time::timeout(Duration::from_secs(2), goodbye).await, Ok(Ok(()))) {
            tracing::debug!("the broker did not hear the goodbye");
        }
    }
}

#[allow(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn lost(error: rumqttc::ClientError) -> SessionEnd {
    SessionEnd::Lost(error.to_string())
}

fn gone() -> SessionEnd {
    SessionEnd::Lost("the connection to the broker is gone".to_owned())
}
