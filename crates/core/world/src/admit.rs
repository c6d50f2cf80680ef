//! Whether a proposed fact fits the world, and the ids that it left open.

use crate::{
    AlarmId, Branch, BranchId, FactKind, FreeWhen, PhysicsModel, Place, Relation, SignalDescription,
    ThingDescription, World,
};
use std::sync::Arc;
use trine_base::{SignalId, ThingId};

/// Longest key or name that is taken, bytes.
const TEXT_LIMIT: usize = 1024;

/// Why a proposed fact does not fit the world.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Rejection {
    /// There is no such thing.
    #[error("there is no thing {0}")]
    NoSuchThing(ThingId),
    /// There is no such signal.
    #[error("there is no signal {0}")]
    NoSuchSignal(SignalId),
    /// No thing has this key.
    #[error("no thing has the key `{0}`; describe the thing before what belongs to it")]
    NoSuchKey(Arc<str>),
    /// No open alarm has this number.
    #[error("there is no open alarm {0}")]
    NoSuchAlarm(AlarmId),
    /// The thing would be part of itself.
    #[error("`{0}` would be part of itself")]
    Loop(Arc<str>),
    /// A key or a name is empty or far too long.
    #[error("the {what} is empty or longer than {TEXT_LIMIT} bytes: `{start}`")]
    Text {
        /// Which text.
        what: &'static str,
        /// How it starts.
        start: String,
    },
    /// A place has a coordinate that is no number, or a size that is not positive.
    #[error("the place of thing {0} has a coordinate that is not finite or a size that is not positive")]
    Place(ThingId),
    /// What is said of production makes no sense.
    #[error("{what}")]
    Production {
        /// In words for the person who said it.
        what: String,
    },
    /// What is said of the organisation makes no sense.
    #[error("{what}")]
    Organisation {
        /// In words for the person who said it.
        what: String,
    },
    /// A step that a command cannot take.
    #[error("{what}")]
    Command {
        /// In words for the person who asked for it.
        what: String,
    },
    /// A physics model that cannot be.
    #[error("{what}")]
    Physics {
        /// In words for the person who attached it.
        what: String,
    },
    /// A branch that cannot be.
    #[error("{what}")]
    Branch {
        /// In words for the person who asked for it.
        what: String,
    },
    /// Nothing would change.
    #[error("the fact says nothing new")]
    NothingNew,
}

impl World {
    pub(crate) fn complete(&self, kind: FactKind) -> Result<FactKind, Rejection> {
        match &kind {
            FactKind::ThingDescribed { description, .. } => return self.complete_thing(description.clone()),
            FactKind::SignalDescribed { description, .. } => {
                return self.complete_signal(description.clone());
            }
            FactKind::ThingPlaced { thing, place } => self.check_place(*thing, place.as_ref())?,
            FactKind::Related(relation) => self.check_relation(relation)?,
            FactKind::Unrelated(relation) => {
                if !self.structure.relations.contains(relation) {
                    return Err(Rejection::NothingNew);
                }
            }
            FactKind::AlarmRaised { thing, signal, code, .. } => {
                self.thing(*thing).ok_or(Rejection::NoSuchThing(*thing))?;
                self.signal(*signal).ok_or(Rejection::NoSuchSignal(*signal))?;
                if self.open_alarm(*signal, code).is_some() {
                    return Err(Rejection::NothingNew);
                }
            }
            FactKind::AlarmCleared { thing, signal, code, alarm: 0 } => {
                let alarm = self.open_alarm(*signal, code).ok_or(Rejection::NothingNew)?.id;
                return Ok(FactKind::AlarmCleared {
                    thing: *thing,
                    signal: *signal,
                    code: code.clone(),
                    alarm,
                });
            }
            FactKind::AlarmCleared { alarm, .. } | FactKind::AlarmAcknowledged { alarm, .. } => {
                self.alarms.get(alarm).ok_or(Rejection::NoSuchAlarm(*alarm))?;
            }
            FactKind::GapClosed { gap, .. } if !self.gaps.contains_key(gap) => {
                return Err(Rejection::NothingNew);
            }
            FactKind::ModelAttached { thing, model } => self.check_model(*thing, model)?,
            FactKind::ModelDetached { thing } => {
                self.physics_of(*thing).ok_or(Rejection::NothingNew)?;
            }
            FactKind::BranchForked { branch } => self.check_branch(branch)?,
            FactKind::BranchDiscarded { branch } => {
                self.branch(branch).ok_or_else(|| no_branch(branch))?;
                if let Some(child) = self.branches().find(|other| other.parent == *branch) {
                    let what = format!("the branch `{}` forks from `{branch}`; discard it first", child.id);
                    return Err(Rejection::Branch { what });
                }
            }
            other => {
                self.check_keys(other)?;
                self.organisation.check(other)?;
                self.commands.check(other)?;
                self.production.check(other)?;
                if let Some(thing) = other.subject() {
                    self.thing(thing).ok_or(Rejection::NoSuchThing(thing))?;
                }
            }
        }
        Ok(kind)
    }

    /// Things are named by key where what is said of them outlives them.
    fn check_keys(&self, kind: &FactKind) -> Result<(), Rejection> {
        let known = |key: &Arc<str>| {
            self.thing_by_key(key).map(|_| ()).ok_or_else(|| Rejection::NoSuchKey(key.clone()))
        };
        match kind {
            FactKind::RoleGranted { grant } => grant.within.as_ref().map_or(Ok(()), known),
            FactKind::MemberJoined { unit, .. } => known(unit),
            FactKind::ContractAgreed { contract } => known(&contract.within),
            FactKind::CommandOffered { offer } => known(&offer.thing),
            FactKind::CommandGuarded { guard } => known(&guard.thing),
            FactKind::LockPlaced { lock } => known(&lock.thing),
            FactKind::InterlockDescribed { interlock } => {
                known(&interlock.thing)?;
                match &interlock.free {
                    FreeWhen::State { thing, .. } => known(thing),
                    FreeWhen::Signal { signal, .. } => {
                        self.signal_by_key(signal).map(|_| ()).ok_or_else(|| Rejection::Command {
                            what: format!("no signal has the key `{signal}`"),
                        })
                    }
                }
            }
            _ => Ok(()),
        }
    }

    fn complete_thing(&self, description: ThingDescription) -> Result<FactKind, Rejection> {
        check_text("key", &description.key)?;
        check_text("name", &description.name)?;
        if let Some(parent) = &description.parent {
            self.check_parent(&description.key, parent)?;
        }
        let thing = match self.thing_by_key(&description.key) {
            Some(known) if known.description == description => return Err(Rejection::NothingNew),
            Some(known) => known.id,
            None => next_id(self.structure.things.len(), ThingId),
        };
        Ok(FactKind::ThingDescribed { thing, description })
    }

    fn complete_signal(&self, description: SignalDescription) -> Result<FactKind, Rejection> {
        check_text("key", &description.key)?;
        check_text("name", &description.name)?;
        if self.thing_by_key(&description.thing).is_none() {
            return Err(Rejection::NoSuchKey(description.thing));
        }
        let signal = match self.signal_by_key(&description.key) {
            Some(known) if known.description == description => return Err(Rejection::NothingNew),
            Some(known) => known.id,
            None => next_id(self.structure.signals.len(), SignalId),
        };
        Ok(FactKind::SignalDescribed { signal, description })
    }

    fn check_parent(&self, key: &Arc<str>, parent: &Arc<str>) -> Result<(), Rejection> {
        let mut above = Some(self.thing_by_key(parent).ok_or_else(|| Rejection::NoSuchKey(parent.clone()))?);
        while let Some(thing) = above {
            if thing.description.key == *key {
                return Err(Rejection::Loop(key.clone()));
            }
            above = thing.description.parent.as_deref().and_then(|key| self.thing_by_key(key));
        }
        Ok(())
    }

    fn check_place(&self, thing: ThingId, place: Option<&Place>) -> Result<(), Rejection> {
        let known = self.thing(thing).ok_or(Rejection::NoSuchThing(thing))?;
        if known.place.as_ref() == place {
            return Err(Rejection::NothingNew);
        }
        let Some(place) = place else { return Ok(()) };
        let finite = place.position.iter().chain(&place.size).chain([&place.yaw_deg]).all(|x| x.is_finite());
        if finite && place.size.iter().all(|extent| *extent > 0.0) {
            Ok(())
        } else {
            Err(Rejection::Place(thing))
        }
    }

    fn check_model(&self, thing: ThingId, model: &PhysicsModel) -> Result<(), Rejection> {
        self.thing(thing).ok_or(Rejection::NoSuchThing(thing))?;
        model.check()?;
        if let Some(missing) = model.signals().find(|key| self.signal_by_key(key).is_none()) {
            let what = format!("no signal has the key `{missing}`; an input of the model is to come from it");
            return Err(Rejection::Physics { what });
        }
        if self.physics_of(thing) == Some(model) { Err(Rejection::NothingNew) } else { Ok(()) }
    }

    fn check_branch(&self, branch: &Branch) -> Result<(), Rejection> {
        let refuse = |what: String| Err(Rejection::Branch { what });
        if !branch.id.is_sound() || branch.id.is_live() {
            return refuse(format!("`{}` is no id for a branch: 1 to 64 of a-z, 0-9 and -", branch.id));
        }
        check_text("name", &branch.name)?;
        if branch.until <= branch.forked_at {
            return refuse(format!("the branch `{}` would end before it begins", branch.name));
        }
        if self.branch(&branch.id) == Some(branch) {
            return Err(Rejection::NothingNew);
        }
        if branch.parent.is_live() {
            return Ok(());
        }
        let parent = self.branch(&branch.parent).ok_or_else(|| no_branch(&branch.parent))?;
        if parent.id == branch.id || branch.forked_at < parent.forked_at || branch.forked_at > parent.until {
            return refuse(format!("`{}` is not there at the instant of the fork", parent.id));
        }
        Ok(())
    }

    fn check_relation(&self, relation: &Relation) -> Result<(), Rejection> {
        for thing in [relation.from, relation.to] {
            self.thing(thing).ok_or(Rejection::NoSuchThing(thing))?;
        }
        if self.structure.relations.contains(relation) { Err(Rejection::NothingNew) } else { Ok(()) }
    }
}

/// Ids are dense from 1; index 0 of the flat arrays stays empty.
fn next_id<T>(length: usize, id: fn(u32) -> T) -> T {
    id(u32::try_from(length.max(1)).expect("a site has fewer than 2^32 things and signals"))
}

pub(crate) fn check_text(what: &'static str, text: &str) -> Result<(), Rejection> {
    if text.is_empty() || text.len() > TEXT_LIMIT {
        return Err(Rejection::Text { what, start: text.chars().take(40).collect() });
    }
    Ok(())
}

fn no_branch(id: &BranchId) -> Rejection {
    Rejection::Branch { what: format!("there is no branch `{id}`; it may have been discarded") }
}
