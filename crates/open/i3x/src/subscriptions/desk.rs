//! Who follows what, and what has changed since.
//!
//! Spec: i3X 1.0, "Subscribe Methods", "Subscription Life Cycle".

use super::queue::Queue;
use crate::answer::Refusal;
use crate::depth::{Budget, below};
use crate::objects::unknown;
use crate::space::{Object, Space};
use crate::values::{plate, vqt};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant as Clock};
use trine_base::{Held, SignalId};
use trine_site::Site;

/// Without a sync or a stream for so long, a subscription ends.
pub(crate) const LIFETIME: Duration = Duration::from_secs(600);
/// Subscriptions at once.
const SUBSCRIPTIONS_MAX: usize = 1_000;
/// Signals that one subscription follows.
const SIGNALS_MAX: usize = 20_000;
/// Bytes of a client's id or a subscription's name.
const NAME_MAX: usize = 512;

/// All subscriptions.
#[derive(Default)]
pub(crate) struct Desk {
    subscriptions: BTreeMap<String, Subscription>,
    /// The version of the present up to which everybody was told.
    seen: u64,
}

/// What one client follows.
pub(crate) struct Subscription {
    client: String,
    name: String,
    /// Objects with the depth they were registered with.
    monitored: BTreeMap<String, u32>,
    /// How many of the monitored objects want each signal.
    signals: BTreeMap<SignalId, usize>,
    pub queue: Queue,
    used: Clock,
    /// The stream that is open now.
    stream: Option<u64>,
    streams: u64,
}

impl Desk {
    /// A new subscription of a client.
    pub fn open(&mut self, client: &str, name: Option<String>) -> Result<Value, Refusal> {
        if client.is_empty()
            || client.len() > NAME_MAX
            || name.as_ref().is_some_and(|name| name.len() > NAME_MAX)
        {
            return Err(Refusal::invalid(format!("clientId and displayName have 1 to {NAME_MAX} bytes")));
        }
        if self.subscriptions.len() >= SUBSCRIPTIONS_MAX {
            return Err(Refusal::invalid(format!(
                "There are {SUBSCRIPTIONS_MAX} subscriptions; delete some, or wait until forgotten ones end"
            )));
        }
        let id = secret()?;
        let name = name.filter(|name| !name.is_empty()).unwrap_or_else(|| "subscription".to_owned());
        let told = json!({ "clientId": client, "subscriptionId": id, "displayName": name });
        let subscription = Subscription {
            client: client.to_owned(),
            name,
            monitored: BTreeMap::new(),
            signals: BTreeMap::new(),
            queue: Queue::default(),
            used: Clock::now(),
            stream: None,
            streams: 0,
        };
        self.subscriptions.insert(id, subscription);
        Ok(told)
    }

    /// A subscription of this client; that of another is as if it were not there.
    pub fn find(&mut self, client: &str, id: &str) -> Result<&mut Subscription, Refusal> {
        let found = self.subscriptions.get_mut(id).filter(|subscription| subscription.client == client);
        found.ok_or_else(|| {
            Refusal::not_found("There is no such subscription; it may have ended. Create it again")
        })
    }

    pub fn close(&mut self, client: &str, id: &str) -> Result<(), Refusal> {
        self.find(client, id)?;
        self.subscriptions.remove(id);
        Ok(())
    }

    /// Looks at the present and tells everybody what has changed; subscriptions that nobody uses end. Gives whether a
    /// stream may have something to send.
    pub fn look(&mut self, site: &Site) -> bool {
        let now = Clock::now();
        self.subscriptions.retain(|_, subscription| {
            subscription.stream.is_some() || now.duration_since(subscription.used) < LIFETIME
        });
        let wanted: BTreeSet<SignalId> = self
            .subscriptions
            .values()
            .flat_map(|subscription| subscription.signals.keys().copied())
            .collect();
        if wanted.is_empty() {
            self.seen = site.live().version();
            return false;
        }
        let mut changed = Vec::new();
        self.seen = site.live().changed_since(self.seen, |signal| wanted.contains(&signal), &mut changed);
        if changed.is_empty() {
            return false;
        }
        let space = Space::new(site.world());
        for held in &changed {
            let Some(update) = update(&space, held, site) else { continue };
            let followers = self.subscriptions.values_mut();
            followers
                .filter(|subscription| subscription.signals.contains_key(&held.signal))
                .for_each(|subscription| subscription.queue.push(update.clone()));
        }
        self.subscriptions.values().any(|subscription| subscription.stream.is_some())
    }
}

fn update(space: &Space, held: &Held, site: &Site) -> Option<Value> {
    let signal = space.world().signal(held.signal)?;
    let mut update = vqt(signal, Some(held), site.now());
    update["elementId"] = Value::String(space.id(Object::Signal(signal)));
    Some(update)
}

impl Subscription {
    pub fn detail(&self, id: &str) -> Value {
        let monitored = self.monitored.iter();
        let monitored: Vec<Value> =
            monitored.map(|(id, depth)| json!({ "elementId": id, "maxDepth": depth })).collect();
        json!({ "subscriptionId": id, "displayName": self.name, "monitoredObjects": monitored })
    }

    /// Somebody still wants it.
    pub fn touch(&mut self) {
        self.used = Clock::now();
    }

    /// Follows an object from now on, beginning with what it is now. One that is followed already stays as it is.
    pub fn register(&mut self, id: &str, depth: u32, space: &Space, site: &Site) -> Result<(), Refusal> {
        let object = space.object(id).ok_or_else(|| unknown(id))?;
        if self.monitored.contains_key(id) {
            return Ok(());
        }
        let signals = signals(space, object, depth);
        if self.signals.len() + signals.len() > SIGNALS_MAX {
            return Err(Refusal::invalid(format!("One subscription follows {SIGNALS_MAX} signals at most")));
        }
        self.monitored.insert(id.to_owned(), depth);
        if !matches!(object, Object::Signal(_)) {
            let mut own = plate(space, object, site.now());
            own["elementId"] = json!(id);
            self.queue.push(own);
        }
        for signal in signals {
            *self.signals.entry(signal).or_default() += 1;
            let now = site.live().get(signal);
            if let Some(update) = now.and_then(|held| update(space, &held, site)) {
                self.queue.push(update);
            }
        }
        Ok(())
    }

    /// Follows an object no longer; what waits already is still told.
    pub fn unregister(&mut self, id: &str, space: &Space) -> Result<(), Refusal> {
        let Some(depth) = self.monitored.remove(id) else { return Err(unknown(id)) };
        for signal in space.object(id).map(|object| signals(space, object, depth)).unwrap_or_default() {
            if let Some(count) = self.signals.get_mut(&signal) {
                *count -= 1;
                if *count == 0 {
                    self.signals.remove(&signal);
                }
            }
        }
        Ok(())
    }

    pub fn has_stream(&self) -> bool {
        self.stream.is_some()
    }

    /// Opens a stream; the one that was open before ends. Gives its number.
    pub fn open_stream(&mut self) -> u64 {
        self.streams += 1;
        self.stream = Some(self.streams);
        self.streams
    }

    pub fn is_open(&self, stream: u64) -> bool {
        self.stream == Some(stream)
    }

    pub fn close_stream(&mut self, stream: u64) {
        if self.is_open(stream) {
            self.stream = None;
            self.touch();
        }
    }
}

/// The signals of an object down to its depth.
fn signals(space: &Space, object: Object<'_>, depth: u32) -> BTreeSet<SignalId> {
    fn collect(
        space: &Space,
        object: Object<'_>,
        levels: usize,
        budget: &mut Budget,
        into: &mut BTreeSet<SignalId>,
    ) {
        if let Object::Signal(signal) = object {
            into.insert(signal.id);
        }
        if levels > 0 && budget.take() {
            let parts = space.components(object);
            parts.into_iter().for_each(|part| collect(space, part, levels - 1, budget, into));
        }
    }
    let mut found = BTreeSet::new();
    collect(space, object, below(Some(depth)), &mut Budget::of(SIGNALS_MAX), &mut found);
    found
}

/// 256 bits that nobody can guess, in hexadecimal.
fn secret() -> Result<String, Refusal> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| Refusal::internal())?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
