//! A small MQTT 3.1.1 broker for emulated plants and tests: clean sessions, quality of service 0 and 1, wills,
//! retained messages. A real plant brings its own broker.
//!
//! It is ours because the embeddable one (`rumqttd`) cannot be stopped, does not say that its port is taken, and
//! brings 116 crates, while the packets are already read and written by the client that we have.
//!
//! Spec: MQTT 3.1.1 (OASIS, 2014); clauses stand beside what serves them.

use bytes::BytesMut;
use rumqttc::mqttbytes::{Error as PacketError, matches};
use rumqttc::{
    ConnAck, ConnectReturnCode, Packet, PubAck, Publish, QoS, SubAck, SubscribeReasonCode, UnsubAck,
};
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Largest packet.
const PACKET_MAX: usize = 32 << 20;
/// Messages that may wait for one subscriber.
const WAITING_MAX: usize = 256;
/// A subscriber that takes nothing for so long is cut off; until then its publishers wait for it.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running broker; dropping it stops it.
pub struct Broker {
    url: String,
    hall: Arc<Hall>,
}

#[derive(Default)]
struct Hall {
    book: Mutex<Book>,
    stop: CancellationToken,
}

#[derive(Default)]
struct Book {
    next: u64,
    clients: HashMap<u64, Client>,
    retained: BTreeMap<String, Publish>,
}

struct Client {
    id: String,
    filters: Vec<(String, QoS)>,
    out: mpsc::Sender<Packet>,
    cut: CancellationToken,
    acknowledged: u64,
}

/// Starts a broker on 127.0.0.1; port 0 picks a free one. Needs a tokio runtime to run in.
///
/// # Errors
/// When the port cannot be had.
pub fn start(port: u16) -> io::Result<Broker> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    let url = format!("mqtt://{}", listener.local_addr()?);
    let listener = TcpListener::from_std(listener)?;
    let hall = Arc::<Hall>::default();
    tokio::spawn(keep(listener, hall.clone()));
    Ok(Broker { url, hall })
}

impl Broker {
    /// Where it is reached.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Cuts the connections of all clients whose id begins so; they may come back.
    pub fn cut(&self, id: &str) {
        let book = self.hall.book();
        book.clients
            .values()
            .filter(|client| client.id.starts_with(id))
            .for_each(|client| client.cut.cancel());
    }

    /// How many messages the clients whose id begins so have acknowledged.
    #[must_use]
    pub fn acknowledged(&self, id: &str) -> u64 {
        let book = self.hall.book();
        book.clients
            .values()
            .filter(|client| client.id.starts_with(id))
            .map(|client| client.acknowledged)
            .sum()
    }

    /// Ends it and all its connections; nobody's will is told.
    pub fn stop(&self) {
        self.hall.stop.cancel();
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Hall {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives a message to everybody who asked for such (3.3.1.3: with the retain flag cleared).
    async fn spread(&self, message: Publish) {
        let mut takers = Vec::new();
        {
            let mut book = self.book();
            if message.retain {
                // 3.3.1.3: an empty one removes what was retained.
                if message.payload.is_empty() {
                    book.retained.remove(&message.topic);
                } else {
                    book.retained.insert(message.topic.clone(), message.clone());
                }
            }
            for client in book.clients.values() {
                if let Some(qos) = client.wants(&message.topic) {
                    takers.push((client.out.clone(), client.cut.clone(), qos));
                }
            }
        }
        for (out, cut, qos) in takers {
            let copy = Publish { retain: false, dup: false, qos: least(qos, message.qos), ..message.clone() };
            // A broker that kept what nobody takes would grow; one that dropped it would lose in silence.
            if tokio::time::timeout(PATIENCE, out.send(Packet::Publish(copy))).await.is_err() {
                cut.cancel();
            }
        }
    }
}

impl Client {
    /// 3.3.5: of overlapping subscriptions the best counts.
    fn wants(&self, topic: &str) -> Option<QoS> {
        let wanted = self.filters.iter().filter(|(filter, _)| matches(topic, filter));
        wanted.map(|(_, qos)| *qos).max_by_key(|qos| *qos as u8)
    }
}

fn least(one: QoS, other: QoS) -> QoS {
    if (one as u8) < (other as u8) { one } else { other }
}

async fn keep(listener: TcpListener, hall: Arc<Hall>) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = hall.stop.cancelled() => return,
        };
        if let Ok((stream, _)) = accepted {
            let _ = stream.set_nodelay(true);
            tokio::spawn(serve(stream, hall.clone()));
        }
    }
}

/// One connection, from CONNECT to its end.
async fn serve(stream: TcpStream, hall: Arc<Hall>) {
    let (reader, writer) = stream.into_split();
    let mut reader = Reader { half: reader, buffer: BytesMut::with_capacity(64 << 10) };
    // 3.1: the first packet is CONNECT.
    let Ok(Some(Packet::Connect(connect))) = reader.next(Duration::from_secs(10)).await else { return };
    let (out, queue) = mpsc::channel(WAITING_MAX);
    let cut = hall.stop.child_token();
    let number = enter(
        &hall,
        Client {
            id: connect.client_id,
            filters: Vec::new(),
            out: out.clone(),
            cut: cut.clone(),
            acknowledged: 0,
        },
    );
    tokio::spawn(write(writer, queue, cut.clone()));
    let _ = out.send(Packet::ConnAck(ConnAck::new(ConnectReturnCode::Success, false))).await;
    // 3.1.2.10: one and a half times the keep alive without a packet is the end.
    let alive = match connect.keep_alive {
        0 => Duration::from_secs(86_400),
        seconds => Duration::from_millis(u64::from(seconds) * 1_500),
    };
    let goodbye = tokio::select! {
        goodbye = converse(&mut reader, &out, &hall, number, alive) => goodbye,
        () = cut.cancelled() => false,
    };
    cut.cancel();
    hall.book().clients.remove(&number);
    // 3.1.2.5: the will is told unless the client said DISCONNECT.
    if let (false, Some(will), false) = (goodbye, connect.last_will, hall.stop.is_cancelled()) {
        let told = Publish { retain: will.retain, ..Publish::from_bytes(will.topic, will.qos, will.message) };
        hall.spread(told).await;
    }
}

/// 3.1.4: a client that comes again under the same id throws its former self out.
fn enter(hall: &Hall, client: Client) -> u64 {
    let mut book = hall.book();
    book.clients.values().filter(|other| other.id == client.id).for_each(|other| other.cut.cancel());
    book.next += 1;
    let number = book.next;
    book.clients.insert(number, client);
    number
}

/// Answers packets until the connection ends; whether it ended with DISCONNECT.
async fn converse(
    reader: &mut Reader,
    out: &mpsc::Sender<Packet>,
    hall: &Hall,
    number: u64,
    alive: Duration,
) -> bool {
    loop {
        let answer = match reader.next(alive).await {
            Ok(Some(Packet::Publish(message))) => {
                let answer =
                    (message.qos != QoS::AtMostOnce).then(|| Packet::PubAck(PubAck::new(message.pkid)));
                hall.spread(message).await;
                answer
            }
            Ok(Some(Packet::Subscribe(ask))) => {
                let (granted, retained) = subscribe(hall, number, ask.filters);
                let _ = out.send(Packet::SubAck(SubAck::new(ask.pkid, granted))).await;
                for message in retained {
                    let _ = out.send(Packet::Publish(message)).await;
                }
                None
            }
            Ok(Some(Packet::Unsubscribe(ask))) => {
                if let Some(client) = hall.book().clients.get_mut(&number) {
                    client.filters.retain(|(filter, _)| !ask.topics.contains(filter));
                }
                Some(Packet::UnsubAck(UnsubAck::new(ask.pkid)))
            }
            Ok(Some(Packet::PingReq)) => Some(Packet::PingResp),
            Ok(Some(Packet::PubAck(_))) => {
                hall.book().clients.get_mut(&number).into_iter().for_each(|client| client.acknowledged += 1);
                None
            }
            Ok(Some(Packet::Disconnect)) => return true,
            Ok(Some(_)) => None,
            Ok(None) | Err(_) => return false,
        };
        if let Some(answer) = answer {
            let _ = out.send(answer).await;
        }
    }
}

/// 3.8.4: grants at most quality of service 1, and gives what is retained, with the retain flag set.
fn subscribe(
    hall: &Hall,
    number: u64,
    filters: Vec<rumqttc::SubscribeFilter>,
) -> (Vec<SubscribeReasonCode>, Vec<Publish>) {
    let mut book = hall.book();
    let book = &mut *book;
    let (mut granted, mut retained) = (Vec::new(), Vec::new());
    for filter in filters {
        let qos = least(filter.qos, QoS::AtLeastOnce);
        granted.push(SubscribeReasonCode::Success(qos));
        let kept = book.retained.values().filter(|message| matches(&message.topic, &filter.path));
        retained.extend(kept.map(|message| Publish { qos: least(qos, message.qos), ..message.clone() }));
        if let Some(client) = book.clients.get_mut(&number) {
            client.filters.retain(|(known, _)| *known != filter.path);
            client.filters.push((filter.path, qos));
        }
    }
    (granted, retained)
}

struct Reader {
    half: OwnedReadHalf,
    buffer: BytesMut,
}

impl Reader {
    /// The next packet; `None` when the connection is closed.
    async fn next(&mut self, within: Duration) -> io::Result<Option<Packet>> {
        loop {
            match Packet::read(&mut self.buffer, PACKET_MAX) {
                Ok(packet) => return Ok(Some(packet)),
                Err(PacketError::InsufficientBytes(more)) => self.buffer.reserve(more),
                Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
            }
            let read = tokio::time::timeout(within, self.half.read_buf(&mut self.buffer)).await;
            if read.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?? == 0 {
                return Ok(None);
            }
        }
    }
}

async fn write(mut half: OwnedWriteHalf, mut queue: mpsc::Receiver<Packet>, cut: CancellationToken) {
    let (mut packets, mut buffer, mut pkid) = (Vec::new(), BytesMut::new(), 0_u16);
    loop {
        let taken = tokio::select! {
            taken = queue.recv_many(&mut packets, WAITING_MAX) => taken,
            () = cut.cancelled() => return,
        };
        if taken == 0 {
            return;
        }
        for mut packet in packets.drain(..) {
            if let Packet::Publish(message) = &mut packet {
                // 2.3.1: a packet id is never 0.
                pkid = pkid.checked_add(1).unwrap_or(1);
                message.pkid = if message.qos == QoS::AtMostOnce { 0 } else { pkid };
            }
            if let Err(error) = packet.write(&mut buffer, PACKET_MAX) {
                tracing::warn!("the broker cannot write a packet: {error}");
            }
        }
        let written = tokio::select! {
            written = half.write_all(&buffer) => written,
            () = cut.cancelled() => return,
        };
        if written.is_err() {
            cut.cancel();
            return;
        }
        buffer.clear();
    }
}
