//! What the plant is to make, and how: processes of stations and stores, calendars, crews, production orders.
//!
//! Spec: the words are those of IEC 62264-1 (ISA-95): material, operations segment, equipment, personnel, operations
//! request (here: order). Nobody has to say any of it; what is not said is assumed, and named as assumed, by the model
//! that looks ahead.

use crate::{FactKind, Rejection, TariffDescription};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use trine_base::{Instant, ThingId};

/// What happens in a thing: the work of a station, or the way of a store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Process {
    /// It works on pieces.
    Station(StationProcess),
    /// Pieces wait or travel in it.
    Store(StoreProcess),
}

/// How a station works.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StationProcess {
    /// How many pieces, or assemblies, are in it at once; 0: one.
    pub slots: u32,
    /// How soon after one the next may enter, s.
    pub pitch_s: f64,
    /// What it can do, with which material.
    pub segments: Vec<Segment>,
    /// How many finished pieces can lie between it and the next station, where there is no store; 0: one.
    pub handover: u32,
    /// Key of the calendar by which it works; always, when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Arc<str>>,
    /// Key of the crew that runs it; nobody is needed, when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crew: Option<Arc<str>>,
    /// Key of the crew that repairs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repaired_by: Option<Arc<str>>,
    /// How long a change from one family of orders to another takes by plan, s; nobody knows, when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setup_s: Option<f64>,
}

/// An operations segment: what goes in, what comes out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Segment {
    /// What people call it.
    pub name: String,
    /// All that it takes to begin; the first carries on what it is.
    pub takes: Vec<MaterialUse>,
    /// What good work gives.
    pub gives: Vec<MaterialUse>,
    /// Planned time for one run, s; measured from the past, when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_s: Option<f64>,
    /// Begins only while there is room further on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<WipLimit>,
}

/// So many pieces of a material, here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MaterialUse {
    /// What it is: a stage of a route (`shaft, turned`).
    pub material: Arc<str>,
    /// Key of the store where it lies, or of the station that hands it over.
    pub at: Arc<str>,
    /// How many; 0: one.
    pub count: u32,
}

/// At most so many pieces on the way from here to another station (CONWIP).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WipLimit {
    /// How many.
    pub pieces: u32,
    /// Key of the station that begins with a piece when it leaves the stretch.
    pub until: Arc<str>,
}

/// How pieces wait in a store, and who brings and takes them away.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StoreProcess {
    /// How many pieces fit, of each material where they lie apart; by its capacity signal, when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    /// How long a piece travels through it, s.
    pub transit_s: f64,
    /// What comes from outside: material, and how often the store is filled up, s (0: it never runs out).
    pub arrivals: Vec<(Arc<str>, f64)>,
    /// Finished goods leave the plant from here, this often, s (0: at once).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ships_every_s: Option<f64>,
    /// Vehicles carry from here.
    pub transports: Vec<TransportRule>,
}

/// A standing order to the vehicles that serve a store.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TransportRule {
    /// Key of the store that it goes to.
    pub to: Arc<str>,
    /// What is carried; anything, when it is empty.
    pub material: Arc<str>,
    /// How many pieces make a load.
    pub load: u32,
    /// Loading, and unloading, s.
    pub handling_s: f64,
}

/// When somebody or something is at work: a pattern that repeats.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CalendarDescription {
    /// Unique within the site.
    pub key: Arc<str>,
    /// What people call it.
    pub name: String,
    /// Where the pattern begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Instant>,
    /// How long the pattern is, s; 0: always open.
    pub period_s: f64,
    /// When it is open, s from the start of the pattern, in order and apart.
    pub open_s: Vec<(f64, f64)>,
}

/// People with one skill.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CrewDescription {
    /// Unique within the site.
    pub key: Arc<str>,
    /// What people call it.
    pub name: String,
    /// How many are on duty.
    pub count: u32,
    /// Key of the calendar by which they are on duty; always, when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Arc<str>>,
}

/// A production order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderDescription {
    /// Its number, unique within the site.
    pub key: Arc<str>,
    /// What people call what it makes.
    #[serde(default)]
    pub name: String,
    /// The material that it asks for.
    pub material: Arc<str>,
    /// How many good pieces.
    pub quantity: u32,
    /// Orders of one family need no set-up between them.
    #[serde(default)]
    pub family: String,
    /// Not begun before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<Instant>,
    /// Promised for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
    /// How much its lateness matters.
    #[serde(default = "one")]
    pub weight: f64,
}

fn one() -> f64 {
    1.0
}

/// An operation of an order, given to a machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Dispatch {
    /// Key of the order.
    pub order: Arc<str>,
    /// Name of the segment.
    pub segment: String,
    /// The machine.
    pub thing: ThingId,
    /// Its place in the machine's sequence, from 0.
    pub sequence: u32,
    /// When it is to begin.
    pub start: Instant,
    /// When it is to be done.
    pub end: Instant,
}

/// All of it at an instant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Production {
    /// By thing.
    pub processes: BTreeMap<ThingId, Process>,
    /// By key.
    pub calendars: BTreeMap<Arc<str>, CalendarDescription>,
    /// By key.
    pub crews: BTreeMap<Arc<str>, CrewDescription>,
    /// Released and not finished, by key.
    pub orders: BTreeMap<Arc<str>, OrderDescription>,
    /// The plan that was accepted last.
    pub dispatches: Vec<Dispatch>,
    /// What things cost, if anybody has said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tariff: Option<TariffDescription>,
}

impl Production {
    /// Whether a proposal makes sense.
    pub(crate) fn check(&self, kind: &FactKind) -> Result<(), Rejection> {
        let (known, fault) = match kind {
            FactKind::ProcessDescribed { thing, process } => {
                (self.processes.get(thing) == Some(process), process.fault())
            }
            FactKind::CalendarDescribed { calendar } => {
                (self.calendars.get(&calendar.key) == Some(calendar), calendar.fault())
            }
            FactKind::CrewDescribed { crew } => (self.crews.get(&crew.key) == Some(crew), None),
            FactKind::TariffDescribed { tariff } => (self.tariff.as_ref() == Some(tariff), tariff.fault()),
            FactKind::OrderReleased { order } => (self.orders.get(&order.key) == Some(order), order.fault()),
            FactKind::OrderFinished { order } => (!self.orders.contains_key(order), None),
            FactKind::OrdersDispatched { dispatches, .. } => {
                (false, dispatches.iter().find_map(|dispatch| self.unfit(dispatch)))
            }
            _ => (false, None),
        };
        match fault {
            Some(what) => Err(Rejection::Production { what }),
            None if known => Err(Rejection::NothingNew),
            None => Ok(()),
        }
    }

    fn unfit(&self, dispatch: &Dispatch) -> Option<String> {
        let Dispatch { order, start, end, .. } = dispatch;
        if !self.orders.contains_key(order) {
            return Some(format!("there is no released order `{order}`; it may be finished"));
        }
        (end < start).then(|| format!("an operation of order `{order}` would end before it begins"))
    }

    pub(crate) fn apply(&mut self, kind: &FactKind) {
        match kind {
            FactKind::ProcessDescribed { thing, process } => {
                self.processes.insert(*thing, process.clone());
            }
            FactKind::CalendarDescribed { calendar } => {
                self.calendars.insert(calendar.key.clone(), calendar.clone());
            }
            FactKind::CrewDescribed { crew } => {
                self.crews.insert(crew.key.clone(), crew.clone());
            }
            FactKind::TariffDescribed { tariff } => self.tariff = Some(tariff.clone()),
            FactKind::OrderReleased { order } => {
                self.orders.insert(order.key.clone(), order.clone());
            }
            FactKind::OrderFinished { order } => {
                self.orders.remove(order);
                self.dispatches.retain(|dispatch| dispatch.order != *order);
            }
            FactKind::OrdersDispatched { dispatches, .. } => self.dispatches.clone_from(dispatches),
            FactKind::ThingRetired { thing } => {
                self.processes.remove(thing);
            }
            _ => {}
        }
    }
}

impl Process {
    fn fault(&self) -> Option<String> {
        match self {
            Self::Station(station) => station.fault(),
            Self::Store(store) => store.fault(),
        }
    }
}

impl StationProcess {
    fn fault(&self) -> Option<String> {
        let times = self.segments.iter().filter_map(|segment| segment.time_s);
        if let Some(bad) =
            times.chain(self.setup_s).chain([self.pitch_s]).find(|time| !(time.is_finite() && *time >= 0.0))
        {
            return Some(format!("{bad} s is no time for an operation, a set-up or a pitch"));
        }
        let idle = self.segments.iter().find(|segment| segment.takes.is_empty());
        idle.map(|segment| format!("the segment `{}` takes nothing, so it would never end", segment.name))
    }
}

impl StoreProcess {
    fn fault(&self) -> Option<String> {
        let times = self.arrivals.iter().map(|(_, every)| *every).chain(self.ships_every_s);
        let handling = self.transports.iter().map(|rule| rule.handling_s);
        let bad =
            times.chain(handling).chain([self.transit_s]).find(|time| !(time.is_finite() && *time >= 0.0));
        bad.map(|bad| format!("{bad} s is no time for a transit, an arrival or a load"))
    }
}

impl CalendarDescription {
    fn fault(&self) -> Option<String> {
        let sound = self.period_s >= 0.0 && self.period_s.is_finite();
        let mut last = 0.0;
        let in_order = self.open_s.iter().all(|(from, to)| {
            let fits = *from >= last && to > from && (*to <= self.period_s);
            last = *to;
            fits
        });
        let name = &self.key;
        if !sound || !in_order {
            return Some(format!(
                "the calendar `{name}` has open times that overlap, are out of order or go beyond its period"
            ));
        }
        (self.period_s > 0.0 && self.open_s.is_empty())
            .then(|| format!("the calendar `{name}` is never open"))
    }
}

impl OrderDescription {
    fn fault(&self) -> Option<String> {
        let key = &self.key;
        if self.quantity == 0 {
            return Some(format!("order `{key}` asks for no pieces"));
        }
        if !(self.weight.is_finite() && self.weight >= 0.0) {
            return Some(format!("order `{key}` has a weight that is negative or not finite"));
        }
        let late = matches!((self.release, self.due), (Some(release), Some(due)) if due < release);
        late.then(|| format!("order `{key}` is due before it is released"))
    }
}
