//! What it is done to, and all that a policy may ask about it.

use serde::{Deserialize, Serialize};
use std::sync::Arc;
use trine_base::{SignalId, ThingId};
use trine_world::{BranchId, Guard, Level, World};

/// What something is done to: cheap to make and to compare, and the key under which decisions are kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// The site as a whole, and whatever belongs to no single thing.
    Site,
    /// A thing.
    Thing(ThingId),
    /// A signal.
    Signal(SignalId),
    /// A branch beside `live`.
    Branch(BranchId),
    /// Something that a thing offers to do, by the key of the offer.
    Offer(Arc<str>),
    /// An account or a profile, by the id of its principal.
    Person(Arc<str>),
}

/// A target with all that a policy may ask about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// What it is.
    pub target: Target,
    /// What people call it.
    pub name: Arc<str>,
    /// Class of the thing, or what kind of resource it is.
    pub class: Arc<str>,
    /// Keys of the things that it is in, itself first and the site or company last.
    pub within: Vec<Arc<str>>,
    /// Key of the company that it belongs to; `None`: the company that runs the site.
    pub company: Option<Arc<str>>,
    /// Whether it is of the branch of what really happens.
    pub is_live: bool,
    /// Whether doing it wrong may hurt somebody.
    pub is_dangerous: bool,
    /// The credential that acting on it takes.
    pub credential: Option<Arc<str>>,
}

impl Resource {
    /// The site as a whole.
    #[must_use]
    pub fn site(world: &World) -> Self {
        Self {
            target: Target::Site,
            name: if world.name().is_empty() { "the site" } else { world.name() }.into(),
            class: "site".into(),
            within: Vec::new(),
            company: None,
            is_live: true,
            is_dangerous: false,
            credential: None,
        }
    }

    /// What the target is in this world; `None` when there is no such thing.
    #[must_use]
    pub fn find(world: &World, target: &Target) -> Option<Self> {
        match target {
            Target::Site => Some(Self::site(world)),
            Target::Thing(thing) => Self::thing(world, *thing),
            Target::Signal(signal) => {
                let signal = world.signal(*signal)?;
                let name = signal.description.name.clone();
                Some(Self { target: target.clone(), name, ..Self::thing(world, signal.thing_id)? })
            }
            Target::Branch(branch) => Some(Self {
                target: target.clone(),
                name: world
                    .branch(branch)
                    .map_or_else(|| branch.0.clone(), |branch| branch.name.as_str().into()),
                class: "branch".into(),
                is_live: branch.is_live(),
                ..Self::site(world)
            }),
            Target::Person(person) => Some(Self {
                target: target.clone(),
                name: person.clone(),
                class: "person".into(),
                ..Self::site(world)
            }),
            Target::Offer(key) => Self::offer(world, target, key),
        }
    }

    /// An offer is its thing, with what the guards of the site ask for.
    fn offer(world: &World, target: &Target, key: &str) -> Option<Self> {
        let commands = world.commands();
        let offer = commands.offer(key)?;
        let thing = Self::thing(world, world.thing_by_key(&offer.thing)?.id)?;
        let concerns = |guard: &&Guard| {
            thing.within.contains(&guard.thing) && guard.verb.is_none_or(|verb| verb == offer.verb)
        };
        let guards: Vec<&Guard> = commands.guards().iter().filter(concerns).collect();
        // The guard nearest to the thing says which certificate; danger anywhere is danger.
        let depth = |guard: &&&Guard| thing.within.iter().position(|key| *key == guard.thing);
        let nearest = guards.iter().filter(|guard| guard.credential.is_some()).min_by_key(depth);
        Some(Self {
            target: target.clone(),
            name: format!("{}: {}", thing.name, offer.name).into(),
            is_dangerous: guards.iter().any(|guard| guard.dangerous),
            credential: nearest.and_then(|guard| guard.credential.clone()),
            ..thing
        })
    }

    fn thing(world: &World, id: ThingId) -> Option<Self> {
        let thing = world.thing(id)?;
        let mut within = Vec::new();
        let mut company = None;
        let mut above = Some(thing);
        // The world lets nothing be part of itself, so this ends.
        while let Some(part) = above {
            within.push(part.description.key.clone());
            if company.is_none() && part.description.level == Level::Enterprise {
                company = Some(part.description.key.clone());
            }
            above = part.description.parent.as_deref().and_then(|key| world.thing_by_key(key));
        }
        Some(Self {
            target: Target::Thing(id),
            name: thing.description.name.clone(),
            class: thing.description.class.clone(),
            within,
            company,
            ..Self::site(world)
        })
    }
}
