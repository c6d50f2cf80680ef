//! The view socket: a client says (branch, instant), and gets the frames of it.
//!
//! Past, present and future differ in one place only: where the updates come from. A live view gets them from the
//! present's changes, any other from the track of its branch; all then travel in the same frames.

mod interest;
mod message;
mod playback;

use crate::fanout::{self, GroupKey, Seat};
use crate::frame::{self, FrameKind};
use crate::params::track;
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
use message::{FromClient, ToClient, ViewRequest};
use playback::Playback;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::{broadcast, mpsc, watch};
use tokio::time::Instant;
use trine_future::{Job, Told};
use trine_site::Track;
use trine_world::{CloudEvent, Fact, FactKind};

/// A client that takes nothing for this long is gone.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a client gets to take the last message.
const FAREWELL: Duration = Duration::from_secs(1);
/// While nothing is asked for, this often it is checked that somebody is there.
const KNOCK: Duration = Duration::from_secs(20);
/// Things that are described one by one must not make a keyframe each.
const STRUCTURE_PAUSE: Duration = Duration::from_millis(300);

/// `GET /api/v1/view`.
pub async fn socket(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let upgrade = upgrade.map_err(|rejection| Problem::invalid(rejection.body_text()))?;
    origin::check(&headers)?;
    let place = Arc::clone(&app.viewers).try_acquire_owned().map_err(|_| {
        Problem::unavailable(format!("{} viewers are here already; try again later", limits::VIEWERS))
    })?;
    let upgrade = upgrade.max_message_size(limits::MESSAGE_BYTES).max_frame_size(limits::MESSAGE_BYTES);
    let open = app.sockets.token();
    Ok(upgrade.on_upgrade(move |socket| async move {
        let _counted = (place, open);
        run(&app, socket).await;
    }))
}

async fn run(app: &Arc<App>, socket: WebSocket) {
    let (sink, stream) = socket.split();
    let (wanted, requests) = watch::channel(None);
    let (replies, answers) = mpsc::channel(16);
    let mut viewer = Viewer {
        app: Arc::clone(app),
        sink,
        requests,
        answers,
        facts: app.site.listen(),
        ahead: Ahead { jobs: app.futures.listen_to_jobs(), told: app.futures.listen() },
        revision: app.site.world().revision(),
        told: None,
    };
    let (code, reason) = tokio::select! {
        () = viewer.serve() => (close_code::NORMAL, "the view has ended".into()),
        () = listen(stream, wanted, replies) => (close_code::POLICY, too_large()),
        () = app.stop.cancelled() => (close_code::AWAY, "the server stops".into()),
    };
    let farewell = Message::Close(Some(CloseFrame { code, reason: reason.into() }));
    // The client may be gone already; then nobody reads the farewell.
    let _ = tokio::time::timeout(FAREWELL, viewer.sink.send(farewell)).await;
}

fn too_large() -> String {
    format!("a message has at most {} bytes", limits::MESSAGE_BYTES)
}

/// Reads what the client says. Of several views asked for in a row only the newest counts, so that dragging the
/// timeline never queues up.
async fn listen(
    mut stream: SplitStream<WebSocket>,
    wanted: watch::Sender<Option<ViewRequest>>,
    replies: mpsc::Sender<ToClient>,
) {
    while let Some(Ok(message)) = stream.next().await {
        let understood = match message {
            Message::Text(text) => understand(&text),
            Message::Binary(_) => {
                Err(Problem::invalid("the view socket takes JSON text, not binary messages"))
            }
            Message::Close(_) => return,
            Message::Ping(_) | Message::Pong(_) => continue,
        };
        let reply = match understood {
            Ok(FromClient::View(request)) => {
                wanted.send_replace(Some(*request));
                continue;
            }
            Ok(FromClient::Ping { id }) => ToClient::Pong { id },
            Err(problem) => ToClient::problem(&problem),
        };
        // A client that asks faster than it reads waits here.
        if replies.send(reply).await.is_err() {
            return;
        }
    }
}

fn understand(text: &str) -> Result<FromClient, Problem> {
    let said = serde_json::from_str(text);
    let said =
        said.map_err(|error| Problem::invalid(format!("not a message of the view socket: {error}")))?;
    if let FromClient::View(request) = &said {
        request.check()?;
    }
    Ok(said)
}

/// What is told of futures, whatever the view.
struct Ahead {
    jobs: broadcast::Receiver<Job>,
    told: broadcast::Receiver<Told>,
}

impl Ahead {
    /// The next of it; one that was missed can be asked for.
    async fn next(&mut self) -> ToClient {
        loop {
            tokio::select! {
                job = self.jobs.recv() => match job {
                    Ok(job) => return ToClient::Job { job: Box::new(job) },
                    Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => return std::future::pending().await,
                },
                told = self.told.recv() => match told {
                    Ok(Told::Plan { plan, reason }) => return ToClient::Plan { plan, reason },
                    Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => return std::future::pending().await,
                },
            }
        }
    }
}

struct Viewer {
    app: Arc<App>,
    sink: SplitSink<WebSocket, Message>,
    requests: watch::Receiver<Option<ViewRequest>>,
    answers: mpsc::Receiver<ToClient>,
    facts: broadcast::Receiver<Arc<Fact>>,
    ahead: Ahead,
    revision: u64,
    /// When the client was last told that the structure has changed.
    told: Option<Instant>,
}

/// The client is gone, or takes nothing.
struct Gone;

/// Why a view ended.
enum Next {
    Asked,
    Structure,
}

impl Viewer {
    async fn serve(&mut self) {
        let hello = ToClient::hello(&self.app.site);
        if self.say(&hello).await.is_err() {
            return;
        }
        loop {
            let request = self.requests.borrow_and_update().clone();
            let outcome = match request {
                None => self.wait().await,
                Some(request) => self.show(&request).await,
            };
            if outcome.is_err() {
                return;
            }
        }
    }

    async fn show(&mut self, request: &ViewRequest) -> Result<Next, Gone> {
        match track(&self.app.site, request.branch.as_deref()) {
            Ok(track) if track.is_live() && request.at.is_none() => self.live(request).await,
            Ok(track) => self.along(track, request).await,
            Err(problem) => {
                self.say(&ToClient::problem(&problem)).await?;
                self.wait().await
            }
        }
    }

    /// Nothing asked for yet.
    async fn wait(&mut self) -> Result<Next, Gone> {
        loop {
            tokio::select! {
                changed = self.requests.changed() => return changed.map(|()| Next::Asked).map_err(|_| Gone),
                Some(answer) = self.answers.recv() => self.say(&answer).await?,
                said = self.ahead.next() => self.say(&said).await?,
                () = tokio::time::sleep(KNOCK) => self.put(Message::Ping(Bytes::new())).await?,
            }
        }
    }

    async fn live(&mut self, request: &ViewRequest) -> Result<Next, Gone> {
        let site = self.app.site.clone();
        let selection = interest::select(&site.world(), &request.interest);
        let epoch = request.epoch as u16;
        let (keyframe, mut version) = fanout::changes(&site, &selection, 0);
        self.send(frame::encode(fanout::live_head(FrameKind::Keyframe, epoch, site.now()), &keyframe))
            .await?;
        let key = GroupKey { selection: selection.clone(), period_us: request.period().as_micros() as u64 };
        let Seat { mut ticks, _group } = self.app.fanout.join(&key);
        loop {
            tokio::select! {
                changed = self.requests.changed() => return changed.map(|()| Next::Asked).map_err(|_| Gone),
                changed = ticks.changed() => {
                    changed.map_err(|_| Gone)?;
                    let tick = Arc::clone(&ticks.borrow_and_update());
                    if tick.from <= version {
                        version = tick.to;
                        self.send(tick.frame(epoch)).await?;
                    } else {
                        let (missed, to) = fanout::changes(&site, &selection, version);
                        version = to;
                        let head = fanout::live_head(FrameKind::Delta, epoch, site.now());
                        self.send(frame::encode(head, &missed)).await?;
                    }
                    if self.tell_structure().await? {
                        return Ok(Next::Structure);
                    }
                }
                fact = self.facts.recv() => {
                    if self.tell(fact, true).await? {
                        return Ok(Next::Structure);
                    }
                }
                Some(answer) = self.answers.recv() => self.say(&answer).await?,
                said = self.ahead.next() => self.say(&said).await?,
            }
        }
    }

    /// A branch at one of its instants, and from there on.
    async fn along(&mut self, track: Track, request: &ViewRequest) -> Result<Next, Gone> {
        let last = track.clone();
        let world = tokio::task::spawn_blocking(move || last.world_at(last.end())).await;
        let Ok(Ok(world)) = world else {
            self.say(&ToClient::problem(&Problem::internal())).await?;
            return self.wait().await;
        };
        let selection = interest::select(&world, &request.interest);
        let is_live = track.is_live();
        let mut playback = Playback::new(track, request, selection);
        let keyframe = playback.keyframe().await;
        if self.send_or_explain(keyframe).await?.is_none() {
            return self.wait().await;
        }
        let mut ticker = tokio::time::interval(playback.period());
        ticker.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        ticker.tick().await;
        loop {
            tokio::select! {
                changed = self.requests.changed() => return changed.map(|()| Next::Asked).map_err(|_| Gone),
                _ = ticker.tick() => {
                    self.tell_structure().await?;
                    let step = playback.step().await;
                    if self.send_or_explain(step).await?.is_none() {
                        return self.wait().await;
                    }
                    for fact in playback.take_facts() {
                        self.say_event(&fact).await?;
                    }
                    if playback.ended() {
                        self.say(&ToClient::Ended).await?;
                        if is_live {
                            return self.wait().await;
                        }
                        // Beyond the end of a branch there is nothing; the view stands there.
                        playback.stand_still();
                        ticker = tokio::time::interval(playback.period());
                    }
                }
                fact = self.facts.recv() => {
                    self.tell(fact, false).await?;
                }
                Some(answer) = self.answers.recv() => self.say(&answer).await?,
                said = self.ahead.next() => self.say(&said).await?,
            }
        }
    }

    /// Sends a frame of the past, or says why there is none.
    async fn send_or_explain(&mut self, frame: Result<Bytes, Problem>) -> Result<Option<()>, Gone> {
        match frame {
            Ok(frame) => self.send(frame).await.map(Some),
            Err(problem) => self.say(&ToClient::problem(&problem)).await.map(|()| None),
        }
    }

    /// Tells of a fact that has just happened; `true` when the structure changed.
    async fn tell(
        &mut self,
        fact: Result<Arc<Fact>, broadcast::error::RecvError>,
        events: bool,
    ) -> Result<bool, Gone> {
        match fact {
            Ok(fact) if fact.kind.is_structure() => self.tell_structure().await,
            Ok(fact)
                if matches!(fact.kind, FactKind::BranchForked { .. } | FactKind::BranchDiscarded { .. }) =>
            {
                self.say(&ToClient::Branches).await.map(|()| false)
            }
            Ok(fact) if events => self.say_event(&fact).await.map(|()| false),
            Ok(_) => Ok(false),
            // Facts that were missed can be asked for; what they did to the structure must not be.
            Err(broadcast::error::RecvError::Lagged(_)) => self.tell_structure().await,
            Err(broadcast::error::RecvError::Closed) => Err(Gone),
        }
    }

    async fn tell_structure(&mut self) -> Result<bool, Gone> {
        let revision = self.app.site.world().revision();
        let is_soon = self.told.is_some_and(|told| told.elapsed() < STRUCTURE_PAUSE);
        if revision == self.revision || is_soon {
            return Ok(false);
        }
        (self.revision, self.told) = (revision, Some(Instant::now()));
        self.say(&ToClient::Structure { revision }).await.map(|()| true)
    }

    async fn say_event(&mut self, fact: &Fact) -> Result<(), Gone> {
        let event = CloudEvent::of(self.app.site.world().name(), fact);
        self.say(&ToClient::Event { event: Box::new(event) }).await
    }

    async fn say(&mut self, message: &ToClient) -> Result<(), Gone> {
        let text = serde_json::to_string(message).unwrap_or_default();
        self.put(Message::Text(text.into())).await
    }

    async fn send(&mut self, frame: Bytes) -> Result<(), Gone> {
        self.app.counters.frames.fetch_add(1, Ordering::Relaxed);
        self.app.counters.frame_bytes.fetch_add(frame.len() as u64, Ordering::Relaxed);
        self.put(Message::Binary(frame)).await
    }

    async fn put(&mut self, message: Message) -> Result<(), Gone> {
        let sent = tokio::time::timeout(WRITE_TIMEOUT, self.sink.send(message)).await;
        sent.map_err(|_| Gone)?.map_err(|_| Gone)
    }
}
