//! Creates subscriptions and monitored items, in pieces that the server allows.
//!
//! Spec: OPC 10000-4, 5.13.2 CreateMonitoredItems, 5.14.2 CreateSubscription, 7.22.2 DataChangeFilter.

use crate::OpcUaError;
use crate::ask::to_read;
use crate::error::service;
use crate::event;
use crate::items::{EVENTS, HEARTBEAT, Items};
use crate::limits::Limits;
use crate::options::OpcUaOptions;
use opcua::client::services::{CreateMonitoredItems, CreateSubscription, DeleteMonitoredItems};
use opcua::client::{Session, UARequest};
use opcua::types::{
    AttributeId, DataChangeFilter, DataChangeTrigger, EventFilterResult, ExtensionObject,
    MonitoredItemCreateRequest, MonitoringMode, MonitoringParameters, NodeId, ObjectId, StatusCode,
    TimestampsToReturn, VariableId,
};
use std::ops::Range;
use std::time::Duration;

/// How long the server keeps a subscription that nobody asks about: longer than any disk is full unnoticed.
const LIFETIME: Duration = Duration::from_secs(600);

/// The server speaks at least this often, or once every publishing interval if that is longer.
const KEEP_ALIVE: Duration = Duration::from_secs(1);

/// Events that the server keeps between two publications.
const EVENTS_QUEUE: u32 = 1_000;

/// Changes in one message, at most.
const NOTIFICATIONS_MAX: u32 = 10_000;

/// One subscription at the server.
#[derive(Clone, Debug)]
pub(crate) struct Subscription {
    pub id: u32,
    /// As the server revised it.
    pub publishing_interval: Duration,
    /// After this long without changes the server says that it is alive.
    pub keep_alive: Duration,
    /// The server's clock is monitored in it.
    pub heartbeat: bool,
    /// The slowest sampling that the server insists on.
    pub sampling: Duration,
    /// The fields of events that come by it; one subscription of a session brings the events.
    pub events: Option<Vec<usize>>,
}

/// What the server made of the wish to monitor.
#[derive(Debug, Default)]
pub(crate) struct Subscribed {
    pub subscriptions: Vec<Subscription>,
    /// Variables that it refused, with its words for the first.
    pub refused: usize,
    pub first_refusal: Option<(NodeId, StatusCode)>,
}

/// Monitors all items, by as many subscriptions as it takes.
pub(crate) async fn subscribe(
    session: &Session,
    limits: &Limits,
    options: &OpcUaOptions,
    items: &mut Items,
) -> Result<Subscribed, OpcUaError> {
    let mut done = Subscribed::default();
    let mut next = 0;
    while next < items.len() || done.subscriptions.is_empty() {
        let mut subscription = create(session, options).await?;
        subscription.heartbeat = heartbeat(session, subscription.id).await;
        if done.subscriptions.is_empty() {
            subscription.events = events(session, options, subscription.id).await;
        }
        let until = items.len().min(next + options.items_per_subscription.max(1));
        let mut filling = Filling { session, limits, options, items, subscription, done: &mut done };
        let reached = filling.fill(next..until).await?;
        let subscription = filling.subscription;
        if reached == next && next < items.len() {
            return Err(OpcUaError::Service {
                what: "CreateMonitoredItems",
                status: StatusCode::BadTooManyMonitoredItems,
            });
        }
        done.subscriptions.push(subscription);
        next = reached;
    }
    Ok(done)
}

/// Creates the monitored items of some variables anew, where they were.
pub(crate) async fn monitor_again(
    session: &Session,
    limits: &Limits,
    options: &OpcUaOptions,
    items: &mut Items,
    subscription: &Subscription,
    indices: &[usize],
) -> Result<(), OpcUaError> {
    let monitored = |index: &usize| Some(items.get(*index)?.monitored?.1);
    let old: Vec<u32> = indices.iter().filter_map(monitored).collect();
    for piece in old.chunks(limits.monitor) {
        let request = DeleteMonitoredItems::new(subscription.id, session).items_to_delete(piece.to_vec());
        // A server that has lost them says so, which is as good.
        match request.send(session.channel()).await.map_err(service("DeleteMonitoredItems")) {
            Err(error @ OpcUaError::Disconnected(_)) => return Err(error),
            Err(error) => tracing::debug!("silent items could not be deleted: {error}"),
            Ok(_) => {}
        }
    }
    let mut done = Subscribed::default();
    let subscription = subscription.clone();
    let mut filling = Filling { session, limits, options, items, subscription, done: &mut done };
    for piece in indices.chunks(limits.monitor) {
        filling.create_somehow(piece).await?;
    }
    Ok(())
}

async fn create(session: &Session, options: &OpcUaOptions) -> Result<Subscription, OpcUaError> {
    let interval = options.publishing_interval.max(Duration::from_millis(1));
    let keep_alive = count(KEEP_ALIVE, interval);
    let request = CreateSubscription::new(session)
        .publishing_interval(interval)
        .max_keep_alive_count(keep_alive)
        .max_lifetime_count(count(LIFETIME, interval).max(keep_alive * 3))
        .max_notifications_per_publish(NOTIFICATIONS_MAX);
    let made = request.send(session.channel()).await.map_err(service("CreateSubscription"))?;
    let publishing_interval = milliseconds(made.revised_publishing_interval).max(Duration::from_millis(1));
    Ok(Subscription {
        id: made.subscription_id,
        publishing_interval,
        keep_alive: publishing_interval.saturating_mul(made.revised_max_keep_alive_count.max(1)),
        heartbeat: false,
        sampling: Duration::ZERO,
        events: None,
    })
}

fn count(period: Duration, interval: Duration) -> u32 {
    u32::try_from(period.as_micros().div_ceil(interval.as_micros().max(1))).unwrap_or(u32::MAX / 4).max(1)
}

fn milliseconds(ms: f64) -> Duration {
    Duration::try_from_secs_f64(ms / 1e3).unwrap_or_default()
}

/// The server's clock as one more item: it proves that sampling and publishing work although no machine moves.
/// Servers that do not let it be monitored are watched without it.
async fn heartbeat(session: &Session, subscription: u32) -> bool {
    let clock: NodeId = VariableId::Server_ServerStatus_CurrentTime.into();
    let item = MonitoredItemCreateRequest {
        item_to_monitor: to_read(&clock, AttributeId::Value),
        monitoring_mode: MonitoringMode::Reporting,
        requested_parameters: MonitoringParameters {
            client_handle: HEARTBEAT,
            sampling_interval: 1_000.0,
            queue_size: 1,
            discard_oldest: true,
            ..MonitoringParameters::default()
        },
    };
    let request = CreateMonitoredItems::new(subscription, session)
        .timestamps_to_return(TimestampsToReturn::Both)
        .items_to_create(vec![item]);
    let answer = request.send(session.channel()).await;
    answer.is_ok_and(|made| made.results.iter().all(|item| item.result.status_code.is_good()))
}

/// Monitors the events of the whole server, with as many fields as it knows. Fields that it refuses are not asked for
/// again: servers differ in whether they then leave a hole or move the others up.
async fn events(session: &Session, options: &OpcUaOptions, subscription: u32) -> Option<Vec<usize>> {
    let mut fields = event::all_fields();
    for _ in 0..3 {
        let request = CreateMonitoredItems::new(subscription, session)
            .timestamps_to_return(TimestampsToReturn::Both)
            .items_to_create(vec![events_item(options, &fields)]);
        let made = request.send(session.channel()).await.ok()?.results.into_iter().next()?.result;
        let refused: Vec<bool> = match made.filter_result.inner_as::<EventFilterResult>() {
            Some(result) => {
                result.select_clause_results.iter().flatten().map(|status| status.is_bad()).collect()
            }
            None => Vec::new(),
        };
        let kept = |(index, _): &(usize, &usize)| !refused.get(*index).copied().unwrap_or(false);
        let accepted: Vec<usize> = fields.iter().enumerate().filter(kept).map(|(_, field)| *field).collect();
        match made.status_code.is_good() {
            true if accepted.len() == fields.len() => return Some(fields),
            true => {
                let delete = DeleteMonitoredItems::new(subscription, session).item(made.monitored_item_id);
                delete.send(session.channel()).await.ok()?;
                fields = accepted;
            }
            false if refused.contains(&true) => fields = accepted,
            false => fields = event::base_fields(),
        }
    }
    None
}

fn events_item(options: &OpcUaOptions, fields: &[usize]) -> MonitoredItemCreateRequest {
    MonitoredItemCreateRequest {
        item_to_monitor: to_read(&ObjectId::Server.into(), AttributeId::EventNotifier),
        monitoring_mode: MonitoringMode::Reporting,
        requested_parameters: MonitoringParameters {
            client_handle: EVENTS,
            sampling_interval: 0.0,
            filter: ExtensionObject::from_message(event::filter(fields)),
            queue_size: options.queue_size.max(EVENTS_QUEUE),
            discard_oldest: true,
        },
    }
}

struct Filling<'a> {
    session: &'a Session,
    limits: &'a Limits,
    options: &'a OpcUaOptions,
    items: &'a mut Items,
    subscription: Subscription,
    done: &'a mut Subscribed,
}

impl Filling<'_> {
    /// Fills the subscription and tells how far it got: a full subscription takes no more.
    async fn fill(&mut self, wanted: Range<usize>) -> Result<usize, OpcUaError> {
        let (mut next, mut size) = (wanted.start, self.limits.monitor);
        while next < wanted.end {
            let piece: Vec<usize> = (next..wanted.end.min(next + size)).collect();
            let statuses = self.create_somehow(&piece).await?;
            let full = statuses.iter().position(|status| *status == StatusCode::BadTooManyMonitoredItems);
            for (index, status) in piece.iter().zip(&statuses).take(full.unwrap_or(piece.len())) {
                self.refuse(*index, *status);
                next = index + 1;
            }
            // Some servers refuse the whole call when a part of it does not fit: the rest goes in smaller pieces.
            match full {
                Some(_) if piece.len() > 1 => size = piece.len() / 2,
                Some(_) => break,
                None => {}
            }
        }
        Ok(next)
    }

    /// With the filter where it is taken, without it where it is not.
    async fn create_somehow(&mut self, piece: &[usize]) -> Result<Vec<StatusCode>, OpcUaError> {
        let mut statuses = self.create(piece, true).await?;
        let refused: Vec<usize> = (0..statuses.len()).filter(|at| refuses_filter(statuses[*at])).collect();
        if !refused.is_empty() {
            let again: Vec<usize> = refused.iter().map(|at| piece[*at]).collect();
            for (at, status) in refused.into_iter().zip(self.create(&again, false).await?) {
                statuses[at] = status;
            }
        }
        Ok(statuses)
    }

    fn refuse(&mut self, index: usize, status: StatusCode) {
        if status.is_bad() {
            self.done.refused += 1;
            let node = self.items.get(index).map(|item| item.node.clone()).unwrap_or_default();
            self.done.first_refusal.get_or_insert((node, status));
        }
    }

    async fn create(&mut self, indices: &[usize], filtered: bool) -> Result<Vec<StatusCode>, OpcUaError> {
        let items = indices.iter().filter_map(|index| self.request(*index, filtered)).collect();
        let request = CreateMonitoredItems::new(self.subscription.id, self.session)
            .timestamps_to_return(TimestampsToReturn::Both)
            .items_to_create(items);
        let made = match request.send(self.session.channel()).await {
            Ok(made) => made,
            Err(error) if error.status() == StatusCode::BadTooManyMonitoredItems => {
                return Ok(vec![error.status(); indices.len()]);
            }
            Err(error) => return Err(service("CreateMonitoredItems")(error)),
        };
        let slowest =
            made.results.iter().map(|item| milliseconds(item.result.revised_sampling_interval)).max();
        self.subscription.sampling = self.subscription.sampling.max(slowest.unwrap_or_default());
        for (index, item) in indices.iter().zip(&made.results) {
            let made = item.result.status_code.is_good();
            let monitored = made.then_some((self.subscription.id, item.result.monitored_item_id));
            self.items.set_monitored(*index, monitored);
        }
        Ok(made.results.iter().map(|item| item.result.status_code).collect())
    }

    fn request(&self, index: usize, filtered: bool) -> Option<MonitoredItemCreateRequest> {
        // What a server does without a filter should be the same, but some then leave changes of status out.
        let filter = DataChangeFilter {
            trigger: DataChangeTrigger::StatusValue,
            deadband_type: 0,
            deadband_value: 0.0,
        };
        Some(MonitoredItemCreateRequest {
            item_to_monitor: to_read(&self.items.get(index)?.node, AttributeId::Value),
            monitoring_mode: MonitoringMode::Reporting,
            requested_parameters: MonitoringParameters {
                client_handle: u32::try_from(index + 1).ok()?,
                sampling_interval: self.options.sampling_interval.as_secs_f64() * 1e3,
                filter: if filtered {
                    ExtensionObject::from_message(filter)
                } else {
                    ExtensionObject::null()
                },
                queue_size: self.options.queue_size,
                discard_oldest: true,
            },
        })
    }
}

fn refuses_filter(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::BadMonitoredItemFilterUnsupported
            | StatusCode::BadMonitoredItemFilterInvalid
            | StatusCode::BadFilterNotAllowed
    )
}
