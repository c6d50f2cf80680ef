//! The running subscriptions: publish requests out, samples in, acknowledgements only for what is durable.
//!
//! The window is bounded: while too many messages wait for the disk, no publish request is sent. The server then
//! keeps values in the queues of its monitored items, and says so when they overflow.
//! Spec: OPC 10000-4, 5.14.1 (state of a subscription), 5.14.5 Publish, 5.14.6 Republish.

use crate::OpcUaError;
use crate::alarms::Alarms;
use crate::error::service;
use crate::items::{EVENTS, Heard, Items};
use crate::repair::Ailing;
use crate::subscribe::Subscription;
use crate::watch::Watch;
use crate::window::{Arrival, Window};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use opcua::client::services::{Publish, Republish};
use opcua::client::{Session, UARequest};
use opcua::types::{
    DataChangeNotification, Error, EventNotificationList, ExtensionObject, NotificationMessage,
    PublishResponse, StatusChangeNotification, StatusCode, SubscriptionAcknowledgement,
};
use std::sync::Arc;
use std::time::{Duration, Instant};
use trine_connector::{Port, SinkError};

/// Messages that may wait for the disk at once, each of at most 10,000 changes.
const WINDOW_MAX: usize = 16;

/// A publish request waits at the server until there is something to tell.
const PUBLISH_PATIENCE: Duration = Duration::from_secs(120);

type Asked = BoxFuture<'static, (Vec<SubscriptionAcknowledgement>, Result<PublishResponse, Error>)>;
type Settling = BoxFuture<'static, (u32, u32, Result<(), SinkError>)>;

/// Something to do for a feed.
pub(crate) enum Event {
    /// The server answered a publish request that carried these acknowledgements.
    Answer(Vec<SubscriptionAcknowledgement>, Result<Box<PublishResponse>, Error>),
    /// A message of a subscription is durable, or could not be recorded.
    Settled(u32, u32, Result<(), SinkError>),
}

/// The subscriptions of a connection and all that is under way for them.
pub(crate) struct Feed {
    pub subscriptions: Vec<Subscription>,
    pub items: Items,
    pub alarms: Alarms,
    pub watch: Watch,
    /// Variables that are silent while others are not.
    pub ailing: Ailing,
    window: Window,
    asking: FuturesUnordered<Asked>,
    settling: FuturesUnordered<Settling>,
    /// Messages whose delivery failed: the server still has them.
    failed: Vec<(u32, u32)>,
    /// Publish requests that the server takes at once.
    asking_max: usize,
    /// Since when the site has kept us from asking.
    held: bool,
}

/// What one step brought.
#[derive(Debug, Default)]
pub(crate) struct Step {
    /// A message came, with or without values.
    pub message: bool,
    /// So many values came.
    pub samples: usize,
    /// The server wants to report its conditions anew.
    pub refresh: bool,
}

impl Feed {
    pub(crate) fn new(subscriptions: Vec<Subscription>, items: Items, alarms: Alarms) -> Self {
        let mut feed = Self {
            subscriptions: Vec::new(),
            items,
            alarms,
            ailing: Ailing::default(),
            watch: Watch::new(&[], Instant::now()),
            window: Window::default(),
            asking: FuturesUnordered::new(),
            settling: FuturesUnordered::new(),
            failed: Vec::new(),
            asking_max: 0,
            held: false,
        };
        feed.renew(subscriptions);
        feed
    }

    /// Goes on with other subscriptions of the same session. Publish requests belong to the session: those that are
    /// out will be answered for the new ones.
    pub(crate) fn renew(&mut self, subscriptions: Vec<Subscription>) {
        for subscription in &subscriptions {
            self.window.created(subscription.id);
        }
        self.watch = Watch::new(&subscriptions, Instant::now());
        let events = subscriptions.iter().find_map(|subscription| subscription.events.clone());
        self.alarms.fields = events.unwrap_or_default();
        self.asking_max = (subscriptions.len() * 2).clamp(2, 20);
        self.subscriptions = subscriptions;
    }

    /// Forgets the requests of a connection that is gone; what waits for the disk goes on waiting.
    pub(crate) fn disconnected(&mut self) {
        self.asking.clear();
    }

    /// The subscription that brings events.
    pub(crate) fn events(&self) -> Option<u32> {
        let brings = |subscription: &&Subscription| subscription.events.is_some();
        self.subscriptions.iter().find(brings).map(|subscription| subscription.id)
    }

    /// Whether the site is too busy to take more.
    pub(crate) fn is_held(&self) -> bool {
        self.settling.len() >= WINDOW_MAX
    }

    /// Waits for something to do. Giving up waiting loses nothing.
    pub(crate) async fn next(&mut self, session: &Arc<Session>) -> Event {
        self.ask(session);
        tokio::select! {
            Some((acknowledgements, answer)) = self.asking.next(), if !self.asking.is_empty() => {
                Event::Answer(acknowledgements, answer.map(Box::new))
            }
            Some((subscription, number, result)) = self.settling.next(), if !self.settling.is_empty() => {
                Event::Settled(subscription, number, result)
            }
            else => std::future::pending().await,
        }
    }

    /// Does it. Given up in the middle, the message is not taken over, and is fetched again later.
    pub(crate) async fn take(
        &mut self,
        session: &Arc<Session>,
        port: &Port,
        event: Event,
    ) -> Result<Step, OpcUaError> {
        match event {
            Event::Answer(_, Ok(answer)) => return self.answered(session, port, *answer).await,
            Event::Answer(acknowledgements, Err(error)) => {
                self.unanswered(acknowledgements, error.status())?;
            }
            Event::Settled(subscription, number, Ok(())) => self.window.settle(subscription, number),
            Event::Settled(subscription, number, Err(error)) => {
                self.failed.push((subscription, number));
                return Err(error.into());
            }
        }
        Ok(Step::default())
    }

    /// Fetches once more what could not be recorded.
    pub(crate) async fn redo(&mut self, session: &Arc<Session>, port: &Port) -> Result<(), OpcUaError> {
        while let Some((subscription, number)) = self.failed.last().copied() {
            self.republish(session, port, subscription, number).await?;
            self.failed.pop();
        }
        Ok(())
    }

    fn ask(&mut self, session: &Arc<Session>) {
        if self.is_held() {
            self.held = true;
            return;
        }
        if std::mem::take(&mut self.held) {
            self.watch.excuse(Instant::now());
        }
        while self.asking.len() < self.asking_max {
            let acknowledgements = self.window.take();
            let session = session.clone();
            let ask = async move {
                let request = Publish::new(&session).acks(acknowledgements.clone()).timeout(PUBLISH_PATIENCE);
                (acknowledgements, request.send(session.channel()).await)
            };
            self.asking.push(ask.boxed());
        }
    }

    async fn answered(
        &mut self,
        session: &Arc<Session>,
        port: &Port,
        answer: PublishResponse,
    ) -> Result<Step, OpcUaError> {
        let (subscription, message) = (answer.subscription_id, answer.notification_message);
        if !self.subscriptions.iter().any(|known| known.id == subscription) {
            // The last words of a subscription that was given up.
            self.window.settle(subscription, message.sequence_number);
            return Ok(Step::default());
        }
        let (number, keep_alive) = (message.sequence_number, message.notification_data.is_none());
        let missing = match self.window.meaning(subscription, number, keep_alive) {
            Arrival::Again => {
                self.window.settle(subscription, number);
                return Ok(Step { message: true, ..Step::default() });
            }
            Arrival::Next { missing } => missing,
        };
        for number in missing {
            self.republish(session, port, subscription, number).await?;
            self.window.took(subscription, number, false);
        }
        let step = self.hand_over(port, subscription, message).await?;
        self.window.took(subscription, number, keep_alive);
        Ok(step)
    }

    /// Fetches a message that got lost; where the server no longer has it, the loss is counted.
    async fn republish(
        &mut self,
        session: &Arc<Session>,
        port: &Port,
        subscription: u32,
        number: u32,
    ) -> Result<(), OpcUaError> {
        let request = Republish::new(subscription, number, session);
        match request.send(session.channel()).await {
            Ok(answer) => self.hand_over(port, subscription, answer.notification_message).await.map(drop),
            Err(error) if error.status() == StatusCode::BadMessageNotAvailable => {
                port.count_lost(1);
                port.note_error(&format!("message {number} of subscription {subscription} is lost"));
                Ok(())
            }
            Err(error) => Err(service("Republish")(error)),
        }
    }

    /// Hands a message over to the site; it is acknowledged once it is durable.
    async fn hand_over(
        &mut self,
        port: &Port,
        subscription: u32,
        message: NotificationMessage,
    ) -> Result<Step, OpcUaError> {
        let (number, mut heard) = (message.sequence_number, Heard::default());
        let has_data = message.notification_data.is_some();
        for data in message.notification_data.into_iter().flatten() {
            self.hear(data, port, &mut heard)?;
        }
        let refresh = self.alarms.take(&mut heard, port).await?;
        if heard.overflows > 0 {
            port.count_lost(heard.overflows);
        }
        let samples = heard.samples.len();
        if samples > 0 {
            let durable = port.deliver(heard.samples).await?;
            self.settling.push(durable.map(move |result| (subscription, number, result)).boxed());
        } else if has_data {
            self.window.settle(subscription, number);
        }
        self.watch.message(subscription, heard.heartbeat, samples, Instant::now());
        Ok(Step { message: true, samples, refresh })
    }

    fn hear(&mut self, data: ExtensionObject, port: &Port, heard: &mut Heard) -> Result<(), OpcUaError> {
        if let Some(change) = data.inner_as::<StatusChangeNotification>() {
            return Err(OpcUaError::Quiet(format!("the server ended the subscription: {}", change.status)));
        }
        if data.inner_is::<EventNotificationList>() {
            let list = data.into_inner_as::<EventNotificationList>();
            let events = list.and_then(|list| list.events).into_iter().flatten();
            let ours = events.filter(|event| event.client_handle == EVENTS);
            heard.events.extend(ours.filter_map(|event| event.event_fields));
        } else if let Some(changes) = data.into_inner_as::<DataChangeNotification>() {
            self.items.hear(changes.monitored_items.unwrap_or_default(), port.now(), heard);
        }
        Ok(())
    }

    fn unanswered(
        &mut self,
        acknowledgements: Vec<SubscriptionAcknowledgement>,
        status: StatusCode,
    ) -> Result<(), OpcUaError> {
        self.window.put_back(acknowledgements);
        match status {
            StatusCode::BadTimeout => Ok(()),
            StatusCode::BadTooManyPublishRequests => {
                self.asking_max = (self.asking_max - 1).max(1);
                Ok(())
            }
            StatusCode::BadNoSubscription => {
                Err(OpcUaError::Quiet("the server has no subscription of ours any more".into()))
            }
            status => Err(OpcUaError::Disconnected(status)),
        }
    }
}
