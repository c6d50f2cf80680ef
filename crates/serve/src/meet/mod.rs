//! The meeting socket: where people are for each other.
//!
//! A socket of its own beside the view socket. On one connection a keyframe of a big plant would hold up everybody's
//! steps, and a call would end with each change of the view; so presence may be late, lost or switched off, and the
//! plant does not notice.

mod hall;
mod handle;
mod identity;
mod message;
pub(crate) mod record;

pub use hall::Meet;

use crate::server::App;
use crate::{Problem, limits, origin};
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::http::HeaderMap;
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use hall::{Hall, Inside, MAILBOX, Mailbox};
use handle::{Pace, Speaker};
use message::{Enter, FromPerson, ToPerson, ToldRules};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;
use trine_presence::{Profile, Rules, Seat};
use trine_world::{FactKind, NewFact, Origin};

/// Frames a second at most.
const RATE_HZ: f64 = 15.0;
/// The list of people is told in every so manieth tick.
const LIST_TICKS: u32 = 4;
/// Who does not say who comes in does not come in.
const ENTER_TIMEOUT: Duration = Duration::from_secs(10);
/// A person who takes nothing for this long is gone.
const WRITE_TIMEOUT: Duration = Duration::from_secs(15);
/// Between two looks of a recording.
const RECORD_PERIOD: Duration = Duration::from_millis(200);
const FAREWELL: Duration = Duration::from_secs(1);
/// Longest name of a room, characters.
const ROOM_CHARACTERS: usize = 40;
/// Messages beyond the pace after which a socket is closed: nobody's mistake is that large.
const FLOOD: u32 = 2_000;

/// The rules of the rooms of this server.
pub fn rules() -> Rules {
    Rules { seats: limits::VIEWERS as u16, ..Rules::default() }
}

/// `GET /api/v1/meet`.
pub async fn socket(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let upgrade = upgrade.map_err(|rejection| Problem::invalid(rejection.body_text()))?;
    origin::check(&headers)?;
    let place = Arc::clone(&app.people).try_acquire_owned().map_err(|_| {
        Problem::unavailable(format!("{} people are here already; try again later", limits::VIEWERS))
    })?;
    let upgrade = upgrade.max_message_size(limits::MEET_BYTES).max_frame_size(limits::MEET_BYTES);
    let open = app.sockets.token();
    Ok(upgrade.on_upgrade(move |socket| async move {
        let _counted = (place, open);
        run(&app, &headers, socket).await;
    }))
}

async fn run(app: &Arc<App>, headers: &HeaderMap, socket: WebSocket) {
    let (mut sink, mut stream) = socket.split();
    let entered = tokio::time::timeout(ENTER_TIMEOUT, enter(app, headers, &mut stream)).await;
    let (code, reason) = match entered {
        Err(_) => (close_code::POLICY, "nobody said who comes in".into()),
        Ok(Err(problem)) => {
            // A client that is not let in learns why, if it still listens.
            let _ = say(&mut sink, &ToPerson::problem(&problem)).await;
            (close_code::POLICY, problem.code().to_owned())
        }
        Ok(Ok(visit)) => visit.stay(&mut sink, stream).await,
    };
    let farewell = Message::Close(Some(CloseFrame { code, reason: reason.into() }));
    let _ = tokio::time::timeout(FAREWELL, sink.send(farewell)).await;
}

/// Waits for the first message, which says who comes in and where.
async fn enter(
    app: &Arc<App>,
    headers: &HeaderMap,
    stream: &mut SplitStream<WebSocket>,
) -> Result<Visit, Problem> {
    let first = loop {
        match stream.next().await {
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            Some(Ok(Message::Text(text))) => break text,
            _ => return Err(Problem::invalid("the first message is `enter`")),
        }
    };
    let FromPerson::Enter(Enter { name, guest, room }) = understand(&first)? else {
        return Err(Problem::invalid("the first message is `enter`"));
    };
    let profile = identity::identify(headers, &name, &guest)?;
    let room: String = room.chars().take(ROOM_CHARACTERS).collect();
    let hall = app.meet.room(&room).ok_or_else(|| Problem::unavailable("there are too many rooms"))?;
    Visit::begin(app, hall, profile, room)
}

fn understand(text: &str) -> Result<FromPerson, Problem> {
    let said = serde_json::from_str(text);
    said.map_err(|error| Problem::invalid(format!("not a message of the meeting socket: {error}")))
}

async fn say(sink: &mut SplitSink<WebSocket, Message>, message: &ToPerson) -> Result<(), Gone> {
    let text = serde_json::to_string(message).unwrap_or_default();
    put(sink, Message::Text(text.into())).await
}

async fn put(sink: &mut SplitSink<WebSocket, Message>, message: Message) -> Result<(), Gone> {
    let sent = tokio::time::timeout(WRITE_TIMEOUT, sink.send(message)).await;
    sent.map_err(|_| Gone)?.map_err(|_| Gone)
}

/// The person is gone, or takes nothing.
struct Gone;

/// Somebody's stay in a room; it ends when this is dropped.
struct Visit {
    app: Arc<App>,
    hall: Arc<Hall>,
    seat: Seat,
    mailbox: Mailbox,
    letters: mpsc::Receiver<Arc<ToPerson>>,
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.hall.lock().leave(self.seat);
    }
}

impl Visit {
    fn begin(app: &Arc<App>, hall: Arc<Hall>, profile: Profile, room: String) -> Result<Self, Problem> {
        let (mailbox, letters) = mpsc::channel(MAILBOX);
        let now = app.meet.clock.now();
        let (person, name) = (profile.person.0.to_string(), profile.name.to_string());
        let mut inside = hall.lock();
        let seat = inside.room.enter(profile, None, now)?.seat;
        inside.open_mailbox(seat, mailbox.clone());
        let rules = ToldRules::of(inside.room.rules(), RATE_HZ);
        inside.tell(&[seat], ToPerson::Entered { seat: seat.0, person, name, room, now, rules });
        if inside.recording.is_some() {
            inside.tell_recording(Some(seat));
        }
        drop(inside);
        Ok(Self { app: Arc::clone(app), hall, seat, mailbox, letters })
    }

    async fn stay(
        mut self,
        sink: &mut SplitSink<WebSocket, Message>,
        stream: SplitStream<WebSocket>,
    ) -> (u16, String) {
        let app = Arc::clone(&self.app);
        let listening =
            listen(Arc::clone(&app), Arc::clone(&self.hall), self.seat, self.mailbox.clone(), stream);
        tokio::select! {
            () = self.tell(sink) => (close_code::NORMAL, "nothing was heard or taken for too long".into()),
            end = listening => (close_code::POLICY, end.into()),
            () = app.stop.cancelled() => (close_code::AWAY, "the server stops".into()),
        }
    }

    /// Tells the person of the others until the person is gone.
    async fn tell(&mut self, sink: &mut SplitSink<WebSocket, Message>) {
        let mut ticker = tokio::time::interval(Duration::from_secs_f64(1.0 / RATE_HZ));
        // A slow reader gets fewer frames, each with the newest poses.
        ticker.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut tick = 0u32;
        loop {
            let told = tokio::select! {
                Some(letter) = self.letters.recv() => say(sink, &letter).await,
                _ = ticker.tick() => {
                    tick = tick.wrapping_add(1);
                    self.tick(sink, tick % LIST_TICKS == 1).await
                }
            };
            if told.is_err() {
                return;
            }
        }
    }

    async fn tick(&mut self, sink: &mut SplitSink<WebSocket, Message>, with_list: bool) -> Result<(), Gone> {
        let (changes, frame) = {
            let now = self.app.meet.clock.now();
            let mut inside = self.hall.lock();
            if inside.room.is_silent(self.seat, now) {
                return Err(Gone);
            }
            let changes = if with_list { inside.room.changes(self.seat) } else { Ok(Vec::new()) };
            (changes.map_err(|_| Gone)?, inside.room.frame(self.seat, now).map_err(|_| Gone)?)
        };
        if !changes.is_empty() {
            say(sink, &ToPerson::people(&changes)).await?;
        }
        let Some(frame) = frame else { return Ok(()) };
        self.app.counters.presence_frames.fetch_add(1, Ordering::Relaxed);
        self.app.counters.presence_bytes.fetch_add(frame.len() as u64, Ordering::Relaxed);
        put(sink, Message::Binary(Bytes::from(frame))).await
    }
}

/// Hears what the person says until nothing more comes; answers why the socket ends.
async fn listen(
    app: Arc<App>,
    hall: Arc<Hall>,
    seat: Seat,
    mailbox: Mailbox,
    mut stream: SplitStream<WebSocket>,
) -> &'static str {
    let mut pace = Pace::new(app.meet.clock.now());
    let mut flood = 0;
    while let Some(Ok(message)) = stream.next().await {
        let now = app.meet.clock.now();
        if matches!(message, Message::Text(_)) && !pace.takes_text(now) {
            flood += 1;
            if flood > FLOOD {
                return "too many messages";
            }
            continue;
        }
        let answer = match message {
            Message::Binary(bytes) => {
                let mut inside = hall.lock();
                let mut speaker =
                    Speaker { site: &app.site, inside: &mut inside, seat, pace: &mut pace, now };
                speaker.pose(&bytes).map(|()| None)
            }
            Message::Text(text) => understand(&text).and_then(|said| {
                let begins = matches!(said, FromPerson::Record { on: true, .. });
                let mut inside = hall.lock();
                let mut speaker =
                    Speaker { site: &app.site, inside: &mut inside, seat, pace: &mut pace, now };
                let answer = speaker.say(said)?;
                if begins {
                    tokio::spawn(keep_recording(Arc::clone(&app), Arc::clone(&hall)));
                }
                Ok(answer)
            }),
            Message::Close(_) => return "goodbye",
            Message::Ping(_) | Message::Pong(_) => continue,
        };
        let answer = answer.unwrap_or_else(|problem| Some(ToPerson::problem(&problem)));
        let Some(answer) = answer else { continue };
        // Who asks faster than they read waits here.
        if mailbox.send(Arc::new(answer)).await.is_err() {
            return "goodbye";
        }
    }
    "a message was too large, or the connection broke"
}

/// Writes down a recording until it ends, and that it was.
async fn keep_recording(app: Arc<App>, hall: Arc<Hall>) {
    let begun =
        hall.lock().recording.as_ref().map(|recording| (recording.id.clone(), recording.name.clone()));
    let Some((id, name)) = begun else { return };
    let started = FactKind::RecordingStarted { recording: id, name };
    note(&app, started).await;
    let mut ticker = tokio::time::interval(RECORD_PERIOD);
    let ended = loop {
        tokio::select! {
            _ = ticker.tick() => {}
            () = app.stop.cancelled() => {
                if let Some(recording) = &mut hall.lock().recording {
                    recording.is_stopping = true;
                }
            }
        }
        let now = app.site.now();
        let mut inside = hall.lock();
        let Inside { room, recording, .. } = &mut *inside;
        let Some(running) = recording else { return };
        running.look(room, now);
        if running.is_stopping {
            running.end(now);
            let ended = recording.take();
            inside.tell_recording(None);
            break ended;
        }
    };
    if let Some(ended) = ended {
        let people = ended.names().to_vec();
        let kind = FactKind::RecordingEnded {
            recording: ended.id.clone(),
            name: ended.name.clone(),
            started: ended.started,
            people,
        };
        ended.written().await;
        note(&app, kind).await;
    }
}

async fn note(app: &App, kind: FactKind) {
    let now = app.site.now();
    let fact = NewFact { at: now, origin: Origin::new("meet"), kind };
    if let Err(error) = app.site.propose(now, vec![fact]).await {
        tracing::error!("that a session is recorded could not be noted: {error}");
    }
}
