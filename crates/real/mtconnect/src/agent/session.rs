//! One session with an agent: probe, the present, then the stream from where the last session ended.

use super::assets::{self, ASSETS_MAX};
use super::http::{Answer, Http};
use super::multipart::Multipart;
use super::options::MtConnectOptions;
use super::streams::{Document, Header, Observed};
use super::toolroom::Toolroom;
use crate::catalog::Catalog;
use crate::devices;
use crate::observe::{self, Reported, Shape};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesOrdered, StreamExt};
use std::future::Future;
use std::time::Duration;
use trine_base::{Instant, Quality, Sample};
use trine_connector::{ConnectionState, Port, SessionEnd, SinkError};
use trine_world::ValueKind;

/// Documents that may be on their way to the disk; then no more is read, and the agent feels it.
const DELIVERIES_MAX: usize = 8;

/// How far the site has everything, durably: in this life of the agent, up to before this number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub instance: u64,
    pub next: u64,
}

/// Why the stream is to be asked for anew, within the session.
enum Again {
    /// From where it stopped.
    Stream,
    /// From the beginning, because the agent is another one or has forgotten what comes next.
    Probe,
}

pub(super) struct Session<'a> {
    pub options: &'a MtConnectOptions,
    pub http: &'a Http,
    pub port: &'a Port,
    /// Rises only when what it covers is durable.
    pub position: &'a mut Option<Position>,
    catalog: Catalog,
    /// The next number to come; ahead of the position by what is on its way to the disk.
    expected: Position,
    /// Observations to ask for at once: what the options say, or what the agent's buffer holds.
    count: u64,
    /// The number before which a hole was seen; a hole that is still there when asked again is a loss.
    hole: Option<u64>,
    toolroom: Toolroom,
    /// The agent told that assets have changed.
    asset_news: bool,
    deliveries: FuturesOrdered<BoxFuture<'static, (Result<(), SinkError>, Position)>>,
}

impl<'a> Session<'a> {
    pub(super) fn new(
        options: &'a MtConnectOptions,
        http: &'a Http,
        port: &'a Port,
        position: &'a mut Option<Position>,
    ) -> Self {
        let expected = Position { instance: 0, next: 0 };
        let (catalog, deliveries, count) =
            (Catalog::default(), FuturesOrdered::new(), u64::from(options.count));
        let (hole, toolroom, asset_news) = (None, Toolroom::default(), false);
        Self {
            options,
            http,
            port,
            position,
            catalog,
            expected,
            count,
            hole,
            toolroom,
            asset_news,
            deliveries,
        }
    }

    /// Runs until the session is lost.
    pub(super) async fn run(mut self) -> SessionEnd {
        loop {
            match self.life().await {
                Ok(()) => {}
                Err(end) => return end,
            }
        }
    }

    /// From one probe to the next.
    async fn life(&mut self) -> Result<(), SessionEnd> {
        let instance = self.probe().await?;
        let known = self.position.filter(|position| position.instance == instance);
        match known {
            Some(position) => self.expected = position,
            None => self.present().await?,
        }
        self.assets().await?;
        self.port.connected().await?;
        loop {
            match self.stream().await? {
                Again::Stream => {}
                Again::Probe => return Ok(()),
            }
        }
    }

    /// Asks what there is; gives the number of the agent's life.
    async fn probe(&mut self) -> Result<u64, SessionEnd> {
        let text = self.document("probe").await?;
        let header = Document::parse(&text).map_err(|error| nonsense(&error))?;
        if let Some(error) = header.error() {
            return Err(SessionEnd::Refused(format!("the agent refuses `probe`: {error}")));
        }
        let devices = devices::parse(&text).map_err(|error| nonsense(&error))?;
        let (catalog, announced) = Catalog::announced(self.port, devices).await?;
        self.catalog = catalog;
        if let Some(refused) = announced.refused.first() {
            self.port
                .note_error(&format!("{} of its descriptions refused: {refused}", announced.refused.len()));
        }
        let Header { instance, buffer, .. } = header.header;
        // Part 1.0: asking for more than the buffer holds is an error.
        if buffer > 0 {
            self.count = self.count.min(buffer);
        }
        Ok(instance)
    }

    /// Takes the present values; what was missed before them is a gap when there was a before.
    async fn present(&mut self) -> Result<(), SessionEnd> {
        let text = self.document("current").await?;
        let document = Document::parse(&text).map_err(|error| nonsense(&error))?;
        if let Some(error) = document.error() {
            return Err(SessionEnd::Lost(format!("the agent refuses `current`: {error}")));
        }
        let Header { instance, first, next, .. } = document.header;
        match *self.position {
            Some(before) if before.instance != instance => {
                self.missed(0, "the agent started anew; what it held and had not sent is gone").await?;
            }
            Some(before) => {
                let lost = first.saturating_sub(before.next);
                self.missed(lost, &format!("the agent's buffer ran over: {lost} observations lost")).await?;
            }
            None => {}
        }
        self.expected = Position { instance, next };
        self.deliver(document.observations).await
    }

    /// Takes the assets that the agent keeps. An agent without assets, or one that does not answer, is none the worse.
    async fn assets(&mut self) -> Result<(), SessionEnd> {
        let text = match self.document(&format!("assets?count={ASSETS_MAX}")).await {
            Ok(text) => text,
            Err(end) => {
                tracing::debug!("the agent gives no assets: {end}");
                return Ok(());
            }
        };
        match assets::parse(&text) {
            Ok(Some(found)) => {
                let samples = self.toolroom.take(&found, &self.catalog, self.port).await?;
                self.hand_over(samples).await
            }
            Ok(None) => Ok(()),
            Err(error) => {
                self.port.note_error(&format!("the assets of the agent cannot be read: {error}"));
                Ok(())
            }
        }
    }

    /// Reads the stream of documents until it is to be asked for anew.
    async fn stream(&mut self) -> Result<Again, SessionEnd> {
        let request = format!(
            "sample?from={}&interval={}&count={}&heartbeat={}",
            self.expected.next,
            self.options.interval.as_millis(),
            self.count,
            self.options.heartbeat.as_millis()
        );
        let mut answer = within(self.options.answer, "sample", self.http.get(&request)).await?;
        let Some(boundary) = answer.boundary() else { return self.poll(answer).await };
        let mut multipart = Multipart::new(&boundary);
        // Two heartbeats missed and a little more: the connection looks alive and is not.
        let patience = self.options.heartbeat * 2 + Duration::from_secs(1);
        loop {
            let chunk = self.next_chunk(&mut answer, patience).await?;
            multipart.feed(&chunk);
            while let Some(text) = multipart.part().map_err(|error| nonsense(&error))? {
                if let Some(again) = self.take(&text).await? {
                    return Ok(again);
                }
                if std::mem::take(&mut self.asset_news) {
                    self.assets().await?;
                }
            }
        }
    }

    /// Waits for bytes, and meanwhile for the disk.
    async fn next_chunk(
        &mut self,
        answer: &mut Answer,
        patience: Duration,
    ) -> Result<bytes::Bytes, SessionEnd> {
        let silence = tokio::time::sleep(patience);
        tokio::pin!(silence);
        loop {
            tokio::select! {
                chunk = answer.chunk() => {
                    return chunk?.ok_or_else(|| SessionEnd::Lost("the agent ended its stream".to_owned()));
                }
                Some((durable, position)) = self.deliveries.next() => self.settle(durable, position)?,
                () = &mut silence => {
                    let cause = format!("no document and no heartbeat for {:.1} s", patience.as_secs_f64());
                    self.port.lost(ConnectionState::Quiet, &cause).await?;
                    return Err(SessionEnd::Lost(cause));
                }
            }
        }
    }

    /// An agent that cannot stream answers with one document; it is asked again after the interval.
    async fn poll(&mut self, answer: Answer) -> Result<Again, SessionEnd> {
        let text = within(self.options.answer, "sample", answer.text()).await?;
        let again = self.take(&text).await?;
        if std::mem::take(&mut self.asset_news) {
            self.assets().await?;
        }
        if again.is_none() {
            tokio::time::sleep(self.options.interval.max(Duration::from_millis(10))).await;
        }
        Ok(again.unwrap_or(Again::Stream))
    }

    /// Takes a document; `Some` when the stream is to be asked for anew.
    async fn take(&mut self, text: &str) -> Result<Option<Again>, SessionEnd> {
        let document = match Document::parse(text) {
            Ok(document) => document,
            Err(error) => {
                // The observations are still in the agent's buffer: asking again brings them.
                self.port.note_error(&format!("a document of the agent cannot be read: {error}"));
                self.pause().await;
                return Ok(Some(Again::Stream));
            }
        };
        if let Some(error) = document.error() {
            self.port.note_error(&format!("the agent says {error}"));
            self.pause().await;
            let forgotten = document.errors.iter().any(|(code, _)| code == "OUT_OF_RANGE");
            // The site has nothing of what the agent has forgotten; the present is taken, and the loss recorded.
            if forgotten && self.position.is_some() {
                self.forget().await?;
            }
            return Ok(Some(Again::Probe));
        }
        let Header { instance, first, next, .. } = document.header;
        if instance != self.expected.instance {
            return Ok(Some(Again::Probe));
        }
        if first > self.expected.next {
            let lost = first - self.expected.next;
            self.missed(lost, &format!("the agent's buffer ran over: {lost} observations lost")).await?;
            self.expected.next = first;
        }
        self.take_observations(document.observations, next).await
    }

    /// Takes what is new of a document; repeated observations are known by their numbers.
    async fn take_observations(
        &mut self,
        mut new: Vec<Observed>,
        next: u64,
    ) -> Result<Option<Again>, SessionEnd> {
        new.retain(|observed| observed.sequence >= self.expected.next);
        let hole = new
            .first()
            .filter(|first| first.sequence > self.expected.next && !self.http.address.is_partial());
        if let Some(first) = hole {
            let (from, to) = (self.expected.next, first.sequence);
            if self.hole.replace(from) != Some(from) {
                return Ok(Some(Again::Stream));
            }
            self.missed(to - from, &format!("observations {from} to {} are missing", to - 1)).await?;
        }
        // A repeated document's header is older than what is expected; that of a partial stream covers more than
        // the document holds.
        let last = new.last().map_or(0, |last| last.sequence + 1);
        self.expected.next = self.expected.next.max(last).max(next);
        self.deliver(new).await?;
        Ok(None)
    }

    async fn deliver(&mut self, observations: Vec<Observed>) -> Result<(), SessionEnd> {
        let now = self.port.now();
        let mut found = Vec::with_capacity(observations.len());
        for observed in &observations {
            let slot = self.catalog.by_id(&observed.id).unwrap_or_else(|| self.discover(observed));
            let values = read(self.catalog.slot(slot).shape, observed, now);
            found.extend(values.into_iter().map(|(at, reported)| (slot, at, reported)));
        }
        let refused = self.catalog.announce_unknown(self.port).await?;
        refused.first().into_iter().for_each(|why| self.port.note_error(why));
        let sample = |(slot, source, (value, quality)): (usize, Instant, Reported)| {
            Some(Sample { signal: self.catalog.slot(slot).signal?, source, quality, value })
        };
        let samples: Vec<Sample> = found.into_iter().filter_map(sample).collect();
        let is_of_asset =
            |observed: &Observed| matches!(observed.element.as_str(), "AssetChanged" | "AssetRemoved");
        self.asset_news |= observations.iter().any(is_of_asset);
        self.hand_over(samples).await
    }

    /// Hands samples over to the site; the position rises when they are durable.
    async fn hand_over(&mut self, samples: Vec<Sample>) -> Result<(), SessionEnd> {
        let position = self.expected;
        if samples.is_empty() && self.deliveries.is_empty() {
            *self.position = Some(position);
            return Ok(());
        }
        let delivery = self.port.deliver(samples).await?;
        self.deliveries.push_back(async move { (delivery.await, position) }.boxed());
        while self.deliveries.len() > DELIVERIES_MAX {
            if let Some((durable, position)) = self.deliveries.next().await {
                self.settle(durable, position)?;
            }
        }
        Ok(())
    }

    /// An observation of an item that `probe` did not name.
    fn discover(&mut self, observed: &Observed) -> usize {
        let device = self
            .catalog
            .device(&observed.device)
            .unwrap_or_else(|| self.catalog.device_of_file(&observed.device));
        let is_condition =
            matches!(observed.element.as_str(), "Normal" | "Warning" | "Fault" | "Unavailable");
        let shape = if is_condition { Shape::Condition } else { Shape::Guess };
        let number = !is_condition && observed.text.parse::<f64>().is_ok();
        let kind = if number { ValueKind::Number } else { ValueKind::Text };
        self.catalog.put_unknown(device, &observed.id, kind, shape)
    }

    fn settle(&mut self, durable: Result<(), SinkError>, position: Position) -> Result<(), SessionEnd> {
        durable?;
        *self.position = Some(position);
        Ok(())
    }

    /// Records a stretch that is lost for good.
    async fn missed(&mut self, observations: u64, cause: &str) -> Result<(), SessionEnd> {
        self.port.count_lost(observations);
        self.port.note_error(cause);
        let signals = self.catalog.signals();
        if !signals.is_empty()
            && let Some(gap) = self.port.silent(signals, cause).await?
        {
            self.port.speaks(gap).await?;
        }
        Ok(())
    }

    /// What is on its way to the disk arrives first; then the position means nothing to this agent any more.
    async fn forget(&mut self) -> Result<(), SessionEnd> {
        while let Some((durable, position)) = self.deliveries.next().await {
            self.settle(durable, position)?;
        }
        self.missed(0, "the agent does not know the observations that come next any more").await?;
        *self.position = None;
        Ok(())
    }

    async fn pause(&mut self) {
        tokio::time::sleep(self.options.interval.max(Duration::from_millis(50))).await;
    }

    async fn document(&mut self, request: &str) -> Result<String, SessionEnd> {
        let get = async {
            let answer = self.http.get(request).await?;
            match answer.status().as_u16() {
                401 | 403 => {
                    Err(SessionEnd::Refused(format!("the agent refuses `{request}`: {}", answer.status())))
                }
                // Error documents come with 400 and 404 from some agents, and with 200 from older ones.
                500.. => {
                    Err(SessionEnd::Lost(format!("the agent answers `{request}` with {}", answer.status())))
                }
                _ => answer.text().await,
            }
        };
        within(self.options.answer, request, get).await
    }
}

/// What an observation says, by the shape of its item.
fn read(shape: Shape, observed: &Observed, now: Instant) -> Vec<(Instant, Reported)> {
    let stamp = observe::instant(&observed.timestamp);
    let at = stamp.unwrap_or(now);
    let text = observed.text.as_str();
    let mut values = match shape {
        Shape::Condition => {
            let Observed { element, code, severity, qualifier, .. } = observed;
            vec![(at, observe::condition(element, code, severity, qualifier, text))]
        }
        Shape::Message => vec![(at, observe::message(&observed.code, text))],
        Shape::Series => observe::series(at, observed.rate_hz, text),
        Shape::Value(kind) => vec![(at, observe::value(kind, text))],
        Shape::Guess => vec![(at, observe::guess(text))],
    };
    if stamp.is_none() {
        values
            .iter_mut()
            .filter(|(_, (_, quality))| quality.is_good())
            .for_each(|(_, (_, q))| *q = Quality::UNCERTAIN_TIME);
    }
    values
}

async fn within<T>(
    limit: Duration,
    request: &str,
    answer: impl Future<Output = Result<T, SessionEnd>>,
) -> Result<T, SessionEnd> {
    let late = |_| {
        SessionEnd::Lost(format!("the agent does not answer `{request}` within {} s", limit.as_secs_f64()))
    };
    tokio::time::timeout(limit, answer).await.map_err(late)?
}

fn nonsense(error: &dyn std::error::Error) -> SessionEnd {
    let cause = error.source().map(|source| format!(": {source}")).unwrap_or_default();
    SessionEnd::Lost(format!("the agent's answer cannot be read: {error}{cause}"))
}
