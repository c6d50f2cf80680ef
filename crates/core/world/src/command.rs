//! Commands: what things can be told, what keeps them from being told, and what became of each attempt.
//!
//! A command is requested, then denied, or approved by a second person where it is dangerous; then it is written down as
//! sent *before* it is sent; then the machine acknowledges or refuses it, or says nothing in time. What was sent and never
//! heard of is `unknown`, and is called so: it is never sent again by itself.
//!
//! Spec: the words of the life of a command follow IEC 62264-4 (job order: requested, …) as far as it has them.

use crate::{FactKind, MachineState, Rejection, ValueKind};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use trine_base::{Instant, ThingId};

/// Number of a command within the site: the number of the fact that requested it.
pub type CommandId = u64;

/// How long a command that has ended is remembered after its expiry, ns: 1 h.
const REMEMBERED_NS: i64 = 3_600_000_000_000;

/// What a command does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    /// Writes a set-point.
    SetPoint,
    /// Starts.
    Start,
    /// Stops.
    Stop,
    /// Acknowledges an alarm.
    Acknowledge,
    /// Hands an order to it.
    Dispatch,
}

impl Verb {
    /// The word by which it travels.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SetPoint => "set-point",
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Acknowledge => "acknowledge",
            Self::Dispatch => "dispatch",
        }
    }
}

/// Something that a thing can be told, as its source says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommandOffer {
    /// Unique within the site: `CONNECTION/ADDRESS`, the address as the protocol writes it.
    pub key: Arc<str>,
    /// Key of the thing that does it.
    pub thing: Arc<str>,
    /// What people call it.
    pub name: Arc<str>,
    /// What it does.
    pub verb: Verb,
    /// The type of its argument; `None`: it takes none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub argument: Option<ValueKind>,
    /// Unit of the argument, as people read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Arc<str>>,
    /// Lowest and highest argument that is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<[f64; 2]>,
    /// Key of the signal that shows the effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_by: Option<Arc<str>>,
}

/// What it takes to use an offer, as the people of the site say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Guard {
    /// Key of the thing; it counts for all that is in it.
    pub thing: Arc<str>,
    /// For this only; `None`: for whatever it can be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verb: Option<Verb>,
    /// Doing it wrong may hurt somebody: it takes a second person.
    #[serde(default)]
    pub dangerous: bool,
    /// The credential that it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<Arc<str>>,
}

/// How a value is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Comparison {
    /// The same.
    Equals,
    /// Not the same.
    Differs,
    /// Above.
    Above,
    /// Below.
    Below,
}

/// What has to be so for an interlock to be free.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "type")]
pub enum FreeWhen {
    /// A signal compares so: `door-closed equals true`.
    #[serde(rename_all = "camelCase")]
    Signal {
        /// Key of the signal.
        signal: Arc<str>,
        /// How.
        is: Comparison,
        /// With what.
        value: serde_json::Value,
    },
    /// A thing is in one of these states.
    #[serde(rename_all = "camelCase")]
    State {
        /// Key of the thing.
        thing: Arc<str>,
        /// Any of these.
        states: BTreeSet<MachineState>,
    },
}

/// A condition without which a thing is not told anything. What nobody knows is not free.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Interlock {
    /// Its id, unique within the site.
    pub id: Arc<str>,
    /// What people call it: `safety door closed`.
    pub name: Arc<str>,
    /// Key of the thing that it guards, with all that is in it.
    pub thing: Arc<str>,
    /// It holds these back; empty: all but a stop and an acknowledgement.
    #[serde(default)]
    pub verbs: BTreeSet<Verb>,
    /// When it is free.
    pub free: FreeWhen,
}

impl Interlock {
    /// Whether it has a say in this.
    #[must_use]
    pub fn guards(&self, verb: Verb) -> bool {
        if self.verbs.is_empty() {
            return !matches!(verb, Verb::Stop | Verb::Acknowledge);
        }
        self.verbs.contains(&verb)
    }
}

/// A maintenance lock: as long as somebody's lock hangs on a thing, nothing in it is started or set.
///
/// Spec: OSHA 29 CFR 1910.147 (lockout/tagout): everybody their own lock, and only they take it off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LockOut {
    /// Key of the thing.
    pub thing: Arc<str>,
    /// Whose lock.
    pub by: Arc<str>,
    /// Why.
    pub reason: String,
}

/// What the one who commands takes to be so; when it is not, nothing is sent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Expected {
    /// State of the thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<MachineState>,
    /// Present value of the signal that shows the effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<serde_json::Value>,
}

/// What somebody wants done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommandRequest {
    /// Chosen by whoever asks, to be the same when they ask again: the idempotency key.
    pub key: Arc<str>,
    /// Who asks.
    pub by: Arc<str>,
    /// The thing.
    pub thing: ThingId,
    /// Key of the offer, or `alarm/NUMBER` for an acknowledgement that no source takes.
    pub offer: Arc<str>,
    /// What it does.
    pub verb: Verb,
    /// With this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub argument: Option<serde_json::Value>,
    /// What is taken to be so.
    #[serde(default)]
    pub expected: Expected,
    /// The first instant at which it must no longer be sent.
    pub expires: Instant,
    /// Whether it takes a second person.
    #[serde(default)]
    pub dangerous: bool,
}

/// How far a command is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// It waits: for a second person, or to be sent.
    Requested,
    /// A second person has approved it.
    Approved,
    /// It may not be done.
    Denied,
    /// It is on its way.
    Sent,
    /// The machine has done it.
    Acknowledged,
    /// The machine has refused it, or it could not be sent; nothing was done.
    Failed,
    /// The machine did not answer in time; it may have done it.
    TimedOut,
    /// Nobody knows whether the machine got it.
    Unknown,
}

impl Stage {
    /// Whether nothing more happens to it.
    #[must_use]
    pub const fn is_over(self) -> bool {
        !matches!(self, Self::Requested | Self::Approved | Self::Sent)
    }
}

/// A command and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Command {
    /// Its number.
    pub id: CommandId,
    /// What was asked for.
    #[serde(flatten)]
    pub request: CommandRequest,
    /// When it was asked for.
    pub requested: Instant,
    /// How far it is.
    pub stage: Stage,
    /// Since when.
    pub since: Instant,
    /// The second person, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<Arc<str>>,
    /// Why it is so: reasons of a denial, the machine's answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
}

/// What can be commanded, what holds it back, and the commands that are not long over.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Commands {
    revision: u64,
    offers: BTreeMap<Arc<str>, CommandOffer>,
    guards: Vec<Guard>,
    interlocks: BTreeMap<Arc<str>, Interlock>,
    locks: Vec<LockOut>,
    commands: BTreeMap<CommandId, Command>,
    #[serde(with = "pairs")]
    keys: BTreeMap<(Arc<str>, Arc<str>), CommandId>,
}

impl Commands {
    /// Number of the fact that last changed what can be commanded or what it takes.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The offers by key.
    pub fn offers(&self) -> impl Iterator<Item = &CommandOffer> {
        self.offers.values()
    }

    /// The offer with this key.
    #[must_use]
    pub fn offer(&self, key: &str) -> Option<&CommandOffer> {
        self.offers.get(key)
    }

    /// What it takes to use offers.
    #[must_use]
    pub fn guards(&self) -> &[Guard] {
        &self.guards
    }

    /// The interlocks by id.
    pub fn interlocks(&self) -> impl Iterator<Item = &Interlock> {
        self.interlocks.values()
    }

    /// The maintenance locks that hang.
    #[must_use]
    pub fn locks(&self) -> &[LockOut] {
        &self.locks
    }

    /// The commands that are under way or not long over, the oldest first.
    pub fn commands(&self) -> impl DoubleEndedIterator<Item = &Command> {
        self.commands.values()
    }

    /// The command with this number.
    #[must_use]
    pub fn command(&self, id: CommandId) -> Option<&Command> {
        self.commands.get(&id)
    }

    /// The command that somebody asked for under a key.
    #[must_use]
    pub fn by_key(&self, by: &str, key: &str) -> Option<&Command> {
        self.commands.get(self.keys.get(&(by.into(), key.into()))?)
    }

    pub(crate) fn check(&self, kind: &FactKind) -> Result<(), Rejection> {
        let fits = match kind {
            FactKind::CommandOffered { offer } => self.offers.get(&offer.key) != Some(offer),
            FactKind::OfferWithdrawn { offer } => self.offers.contains_key(offer),
            FactKind::CommandGuarded { guard } => !self.guards.contains(guard),
            FactKind::InterlockDescribed { interlock } => {
                self.interlocks.get(&interlock.id) != Some(interlock)
            }
            FactKind::InterlockRemoved { interlock } => self.interlocks.contains_key(interlock),
            FactKind::LockPlaced { lock } => {
                !self.locks.iter().any(|other| other.thing == lock.thing && other.by == lock.by)
            }
            FactKind::LockRemoved { thing, by } => {
                self.locks.iter().any(|lock| lock.thing == *thing && lock.by == *by)
            }
            FactKind::CommandRequested { request } => {
                if self.by_key(&request.by, &request.key).is_some() {
                    let what = format!("`{}` was already asked for", request.key);
                    return Err(Rejection::Command { what });
                }
                true
            }
            other => return self.check_step(other),
        };
        if fits { Ok(()) } else { Err(Rejection::NothingNew) }
    }

    /// A command goes through its life in order; no step comes twice.
    fn check_step(&self, kind: &FactKind) -> Result<(), Rejection> {
        let Some((id, next)) = step(kind) else { return Ok(()) };
        let refuse = |what: String| Err(Rejection::Command { what });
        let Some(command) = self.commands.get(&id) else {
            return refuse(format!("there is no command {id}"));
        };
        let may = match next {
            Stage::Requested => false,
            Stage::Approved => command.stage == Stage::Requested && command.request.dangerous,
            Stage::Sent if command.request.dangerous => command.stage == Stage::Approved,
            Stage::Sent => command.stage == Stage::Requested,
            Stage::Denied => matches!(command.stage, Stage::Requested | Stage::Approved),
            Stage::Failed => !command.stage.is_over(),
            Stage::Acknowledged | Stage::TimedOut | Stage::Unknown => command.stage == Stage::Sent,
        };
        if let FactKind::CommandApproved { by, .. } = kind
            && *by == command.request.by
        {
            return refuse("the second person has to be another than the first".into());
        }
        if may {
            Ok(())
        } else {
            refuse(format!("command {id} is {:?} and cannot become {next:?}", command.stage))
        }
    }

    pub(crate) fn apply(&mut self, number: u64, at: Instant, kind: &FactKind) {
        if matches!(
            kind,
            FactKind::CommandOffered { .. }
                | FactKind::OfferWithdrawn { .. }
                | FactKind::CommandGuarded { .. }
        ) {
            self.revision = number;
        }
        match kind {
            FactKind::CommandOffered { offer } => {
                self.offers.insert(offer.key.clone(), offer.clone());
            }
            FactKind::OfferWithdrawn { offer } => {
                self.offers.remove(offer);
            }
            FactKind::CommandGuarded { guard } => {
                self.guards.retain(|other| (&other.thing, other.verb) != (&guard.thing, guard.verb));
                if guard.dangerous || guard.credential.is_some() {
                    self.guards.push(guard.clone());
                }
            }
            FactKind::InterlockDescribed { interlock } => {
                self.interlocks.insert(interlock.id.clone(), interlock.clone());
            }
            FactKind::InterlockRemoved { interlock } => {
                self.interlocks.remove(interlock);
            }
            FactKind::LockPlaced { lock } => self.locks.push(lock.clone()),
            FactKind::LockRemoved { thing, by } => {
                self.locks.retain(|lock| lock.thing != *thing || lock.by != *by);
            }
            FactKind::CommandRequested { request } => self.begin(number, at, request.clone()),
            other => self.advance(at, other),
        }
    }

    fn begin(&mut self, id: CommandId, at: Instant, request: CommandRequest) {
        self.forget(at);
        self.keys.insert((request.by.clone(), request.key.clone()), id);
        let stage = Stage::Requested;
        let (approved_by, reasons) = (None, Vec::new());
        let command = Command { id, request, requested: at, stage, since: at, approved_by, reasons };
        self.commands.insert(id, command);
    }

    /// A command that is over is forgotten long after it could have been replayed.
    fn forget(&mut self, now: Instant) {
        let is_old =
            |command: &Command| command.stage.is_over() && now.since(command.request.expires) > REMEMBERED_NS;
        let old: Vec<CommandId> =
            self.commands.values().filter(|command| is_old(command)).map(|command| command.id).collect();
        for id in old {
            if let Some(command) = self.commands.remove(&id) {
                self.keys.remove(&(command.request.by, command.request.key));
            }
        }
    }

    fn advance(&mut self, at: Instant, kind: &FactKind) {
        let Some((id, stage)) = step(kind) else { return };
        let Some(command) = self.commands.get_mut(&id) else { return };
        command.stage = stage;
        command.since = at;
        match kind {
            FactKind::CommandApproved { by, .. } => command.approved_by = Some(by.clone()),
            FactKind::CommandDenied { reasons, .. } => command.reasons.clone_from(reasons),
            FactKind::CommandAcknowledged { answer, .. } if !answer.is_empty() => {
                command.reasons = vec![answer.clone()];
            }
            FactKind::CommandFailed { reason, .. }
            | FactKind::CommandTimedOut { reason, .. }
            | FactKind::CommandUnknown { reason, .. } => command.reasons = vec![reason.clone()],
            _ => {}
        }
    }
}

/// The command that a fact takes a step further, and where to.
fn step(kind: &FactKind) -> Option<(CommandId, Stage)> {
    match kind {
        FactKind::CommandApproved { command, .. } => Some((*command, Stage::Approved)),
        FactKind::CommandDenied { command, .. } => Some((*command, Stage::Denied)),
        FactKind::CommandSent { command, .. } => Some((*command, Stage::Sent)),
        FactKind::CommandAcknowledged { command, .. } => Some((*command, Stage::Acknowledged)),
        FactKind::CommandFailed { command, .. } => Some((*command, Stage::Failed)),
        FactKind::CommandTimedOut { command, .. } => Some((*command, Stage::TimedOut)),
        FactKind::CommandUnknown { command, .. } => Some((*command, Stage::Unknown)),
        _ => None,
    }
}

/// A map whose keys are pairs has no JSON form but a list.
mod pairs {
    use super::{Arc, BTreeMap, CommandId};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    type Keys = BTreeMap<(Arc<str>, Arc<str>), CommandId>;

    pub fn serialize<S: Serializer>(keys: &Keys, serializer: S) -> Result<S::Ok, S::Error> {
        let rows: Vec<(&Arc<str>, &Arc<str>, CommandId)> =
            keys.iter().map(|((by, key), id)| (by, key, *id)).collect();
        rows.serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Keys, D::Error> {
        let rows = Vec::<(Arc<str>, Arc<str>, CommandId)>::deserialize(deserializer)?;
        Ok(rows.into_iter().map(|(by, key, id)| ((by, key), id)).collect())
    }
}
