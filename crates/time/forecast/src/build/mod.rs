//! The model of a plant: from what people described, from how things are related, and from the past.

mod assume;
mod failures;
mod fleets;
mod limits;
mod people;
mod roster;
mod signals;
mod state;
mod stations;
mod stores;
mod times;
mod ways;
mod wear;
mod whereabouts;
mod wiring;

pub use assume::Assumption;

use crate::Past;
use crate::fit::{Exposure, FitReport};
use crate::mapping::Mapping;
use crate::observe::{Observed, observe};
use assume::Assumptions;
use roster::Roster;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use trine_base::ThingId;
use trine_simulate::flow::{Fault, FlowModel, Severity, check};
use trine_world::{Role, Signal};
use wear::{Wear, wears};
use wiring::{Place, Wiring};

/// A plant that can be simulated, and everything that must be known to judge what comes of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlantModel {
    /// The model.
    pub flow: FlowModel,
    /// Which thing and signal each part of it is.
    pub mapping: Mapping,
    /// What nobody said.
    pub assumptions: Vec<Assumption>,
    /// What was fitted to what, and how well.
    pub fits: Vec<FitReport>,
    /// What the model's check found worth a look.
    pub warnings: Vec<Fault>,
}

/// Why there is no model.
#[derive(Clone, Debug, PartialEq)]
pub enum BuildError {
    /// Nothing in the world works on pieces.
    NoStations,
    /// The model cannot run.
    Faults(Vec<Fault>),
}

impl std::fmt::Display for BuildError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoStations => f.write_str(
                "there is nothing that works on pieces; connect machines with a signal in the role state or \
                 part-count, or relate things by flows-to",
            ),
            Self::Faults(faults) => {
                f.write_str("the plant as described cannot run")?;
                faults.iter().try_for_each(|fault| write!(f, "; {fault}"))
            }
        }
    }
}

impl std::error::Error for BuildError {}

/// Makes the model of a plant from its past.
///
/// # Errors
/// When nothing works on pieces, or what people described contradicts itself; each reason in plain words.
pub fn build(past: &Past<'_>) -> Result<PlantModel, BuildError> {
    let observed = observe(past);
    let roster = Roster::of(past.world);
    if roster.stations.is_empty() {
        return Err(BuildError::NoStations);
    }
    let wiring = Wiring::of(past.world, &roster);
    let mut builder = Builder::new(past, &observed, roster, wiring);
    builder.dangling();
    builder.people();
    builder.buffers();
    builder.stations();
    builder.fleets();
    builder.meters();
    builder.sources();
    builder.sinks();
    builder.orders();
    builder.state();
    builder.limits();
    builder.finish()
}

/// A model in the making.
struct Builder<'a, 'p> {
    past: &'a Past<'p>,
    observed: &'a Observed<'p>,
    roster: Roster,
    wiring: Wiring,
    flow: FlowModel,
    mapping: Mapping,
    assumptions: Assumptions,
    fits: Vec<FitReport>,
    materials: BTreeMap<Arc<str>, u32>,
    buffers: BTreeMap<(Place, Option<Arc<str>>), u32>,
    stations: BTreeMap<ThingId, u32>,
    calendars: BTreeMap<Arc<str>, u32>,
    crews: BTreeMap<Arc<str>, u32>,
    /// Time at work towards each failure of a station, s.
    ages: BTreeMap<ThingId, Vec<f64>>,
    /// What breaks a machine again and again.
    wears: BTreeMap<ThingId, Vec<Wear>>,
    /// Failures of all machines together, once they are counted.
    failures_of_all: Option<Exposure>,
}

impl<'a, 'p> Builder<'a, 'p> {
    fn new(past: &'a Past<'p>, observed: &'a Observed<'p>, roster: Roster, wiring: Wiring) -> Self {
        Self {
            past,
            observed,
            roster,
            wiring,
            flow: FlowModel { start_ns: past.now.as_ns(), ..FlowModel::default() },
            mapping: Mapping::default(),
            assumptions: Assumptions::default(),
            fits: Vec::new(),
            materials: BTreeMap::new(),
            buffers: BTreeMap::new(),
            stations: BTreeMap::new(),
            calendars: BTreeMap::new(),
            crews: BTreeMap::new(),
            ages: BTreeMap::new(),
            wears: observed
                .machines
                .iter()
                .map(|(thing, machine)| (*thing, wears(machine, past.now.as_ns())))
                .collect(),
            failures_of_all: None,
        }
    }

    fn name(&self, thing: ThingId) -> String {
        self.past
            .world
            .thing(thing)
            .map_or_else(|| format!("thing {thing}"), |thing| thing.description.name.to_string())
    }

    fn class(&self, thing: ThingId) -> String {
        self.past.world.thing(thing).map_or_else(String::new, |thing| thing.description.class.to_string())
    }

    /// Stations of a class.
    fn alike<'s>(&'s self, class: &'s str) -> impl Iterator<Item = ThingId> + 's {
        let stations = self.roster.stations.iter().copied();
        stations.filter(move |other| {
            self.past.world.thing(*other).is_some_and(|thing| &*thing.description.class == class)
        })
    }

    fn signal(&self, thing: ThingId, role: Role) -> Option<&'p Signal> {
        self.past.world.signals_of(thing).find(|signal| signal.description.role == Some(role))
    }

    /// The newest value of a thing's signal in a role.
    fn value(&self, thing: ThingId, role: Role) -> Option<f64> {
        self.signal(thing, role).and_then(|signal| self.past.number(signal.id))
    }

    fn dangling(&mut self) {
        for missing in self.wiring.dangling.clone() {
            let name = self.name(missing.thing);
            self.assumptions.of(
                (missing.thing, &name),
                &format!("`{}`", missing.key),
                "left out".into(),
                "its process names it, and there is no such store or station",
                "correct the key in the process, or connect the thing",
            );
        }
    }

    fn finish(self) -> Result<PlantModel, BuildError> {
        let faults = check(&self.flow);
        let (errors, warnings): (Vec<Fault>, Vec<Fault>) =
            faults.into_iter().partition(|fault| fault.severity == Severity::Error);
        if !errors.is_empty() {
            return Err(BuildError::Faults(errors));
        }
        let Self { flow, mapping, assumptions, fits, .. } = self;
        Ok(PlantModel { flow, mapping, assumptions: assumptions.0, fits, warnings })
    }
}
