//! The network of an edge node: connect, be born, send, hear commands, and come back when the connection is lost.

use super::edge::{Edge, Outgoing};
use super::host::Inner;
use prost::Message as _;
use rumqttc::{AsyncClient, Event, EventLoop, LastWill, MqttOptions, Packet, QoS};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use trine_base::Instant;
use trine_sparkplug::State;
use trine_sparkplug::payload::{MetricValue, Payload};

/// How long to wait before the next attempt.
const PAUSE: Duration = Duration::from_millis(200);

/// Where host applications say that they are there. A host that comes later than the births has missed them, so the
/// node is born again for it (tck-id-message-flow-edge-node-birth-publish-phid-wait, for any host).
const STATE: &str = "spBv1.0/STATE/";

/// What the reading side of a connection has to say.
enum Heard {
    Connected,
    Rebirth,
}

/// Runs until the host is stopped.
pub(super) async fn run(inner: Arc<Inner>, broker: (String, u16)) {
    while !inner.stop.is_cancelled() {
        let cut = inner.stop.child_token();
        *inner.cut() = cut.clone();
        connection(&inner, &broker, cut).await;
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = inner.stop.cancelled() => {}
        }
    }
}

async fn connection(inner: &Inner, (host, port): &(String, u16), cut: CancellationToken) {
    let (topic, payload) = inner.edge().next_will();
    let mut options = MqttOptions::new(format!("edge-{}", inner.name), host, *port);
    options.set_keep_alive(Duration::from_secs(5));
    options.set_clean_session(true);
    options.set_max_packet_size(32 << 20, 32 << 20);
    options.set_last_will(LastWill::new(topic, payload, QoS::AtLeastOnce, false));
    let (client, events) = AsyncClient::new(options, 64);
    let (sender, mut heard) = mpsc::channel(16);
    let reading = tokio::spawn(read(events, sender));
    tokio::select! {
        () = speak(inner, &client, &mut heard) => {}
        () = cut.cancelled() => {}
    }
    // Dropping the event loop closes the socket without a word, so the broker tells the will. An orderly stop tells
    // it too: the devices are gone either way.
    reading.abort();
    let _ = reading.await;
}

/// Polls the connection and passes on what matters.
async fn read(mut events: EventLoop, sender: mpsc::Sender<Heard>) {
    loop {
        let heard = match events.poll().await {
            Ok(Event::Incoming(Packet::ConnAck(_))) => Heard::Connected,
            Ok(Event::Incoming(Packet::Publish(state))) if state.topic.starts_with(STATE) => {
                match State::from_bytes(&state.payload) {
                    Some(State { online: true, .. }) => Heard::Rebirth,
                    _ => continue,
                }
            }
            Ok(Event::Incoming(Packet::Publish(command))) if is_rebirth(&command.payload) => Heard::Rebirth,
            Ok(_) => continue,
            Err(error) => return tracing::debug!("edge node: {error}"),
        };
        if sender.send(heard).await.is_err() {
            return;
        }
    }
}

fn is_rebirth(bytes: &[u8]) -> bool {
    let Ok(payload) = Payload::decode(bytes) else { return false };
    payload.metrics.iter().any(|metric| {
        metric.name.as_deref() == Some("Node Control/Rebirth")
            && metric.value == Some(MetricValue::Boolean(true))
    })
}

/// Sends until the connection is lost.
async fn speak(inner: &Inner, client: &AsyncClient, heard: &mut mpsc::Receiver<Heard>) {
    let mut born = false;
    loop {
        let out = tokio::select! {
            word = heard.recv() => match word {
                None => return,
                // A frozen device does not answer.
                Some(Heard::Rebirth) if inner.is_frozen() => Vec::new(),
                Some(Heard::Rebirth) => inner.edge().births(now()),
                Some(Heard::Connected) => {
                    let topics = inner.edge().command_topics();
                    let states = inner.greets_hosts.then(|| format!("{STATE}+"));
                    for topic in topics.into_iter().chain(states) {
                        let _ = client.subscribe(topic, QoS::AtLeastOnce).await;
                    }
                    born = true;
                    inner.edge().births(now())
                }
            },
            () = inner.news.notified() => outgoing(inner, born),
            // What is held back to be shuffled does not wait for ever.
            () = tokio::time::sleep(Duration::from_millis(300)), if inner.edge().holds_back() => inner.edge().release(),
        };
        if !send(client, out).await {
            return;
        }
    }
}

fn outgoing(inner: &Inner, born: bool) -> Vec<Outgoing> {
    let readings = std::mem::take(&mut *inner.waiting());
    let mut edge = inner.edge();
    let reborn = edge.changes_type(&readings);
    let speaks = born && !inner.is_frozen();
    let mut out = edge.data(readings, now(), speaks && !reborn);
    if reborn && speaks {
        out.extend(edge.births(now()));
    }
    out
}

async fn send(client: &AsyncClient, out: Vec<Outgoing>) -> bool {
    for (topic, payload) in out {
        // tck-id-payloads-ddata-qos and kin: quality of service 0, not retained.
        if client.publish(topic, QoS::AtMostOnce, false, payload).await.is_err() {
            return false;
        }
    }
    true
}

fn now() -> Instant {
    use trine_connector::Clock;
    trine_connector::SystemClock.now()
}

impl Inner {
    fn is_frozen(&self) -> bool {
        self.frozen.load(std::sync::atomic::Ordering::Relaxed)
    }

    pub(super) fn edge(&self) -> std::sync::MutexGuard<'_, Edge> {
        self.edge.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
