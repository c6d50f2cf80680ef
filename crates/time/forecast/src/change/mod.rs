//! What-ifs as data: each is a change of a [`PlantModel`], checked as a whole, and applied whole or not at all.
//!
//! In JSON each is tagged by `change`. Machines, stores, crews, calendars, fleets and orders are meant by the name that
//! the model gives them; machines and stores by the number of their thing as well:
//!
//! ```json
//! {"change": "add-machine", "like": "GR-3", "name": "GR-5", "place": {"position": [60, 24, 0], "yawDeg": 180, "size": [3.4, 2.4, 2.3], "proposed": true}}
//! {"change": "remove-machine", "machine": 17}
//! {"change": "set-hours", "calendar": "two shifts", "periodS": 86400, "openS": [[21600, 79200]]}
//! {"change": "set-crew", "crew": "technicians", "count": 4}
//! {"change": "set-capacity", "store": "BU-10", "pieces": 60}
//! {"change": "set-batch", "machine": "PR-1", "pieces": 2}
//! {"change": "scale-failures", "machine": "GR-3", "between": 2.0, "repair": 0.5}
//! {"change": "scale-time", "machine": "GR-3", "factor": 0.9}
//! {"change": "scale-setup", "machine": "GR-3", "factor": 0.5}
//! {"change": "set-scrap", "machine": "TB-1", "share": 0.01}
//! {"change": "add-order", "order": {"key": "PO-1", "material": "drive", "quantity": 40}}
//! {"change": "remove-order", "order": "PO-410205"}
//! {"change": "change-order", "order": "PO-410205", "quantity": 80, "due": "2026-11-23T20:00:00Z"}
//! {"change": "set-vehicles", "fleet": "agv", "count": 7}
//! ```
//!
//! Where `machine` may be left out (`scale-failures`, `scale-time`, `scale-setup`) all machines are meant.

mod find;
mod machines;
mod orders;
mod scale;

use crate::PlantModel;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use trine_base::{Instant, ThingId};
use trine_simulate::flow::{Severity, check};
use trine_world::{OrderDescription, Place};

/// A machine or a store: by its thing, or by its name in the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Which {
    /// The number of the thing.
    Thing(ThingId),
    /// Its name.
    Name(String),
}

impl std::fmt::Display for Which {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Thing(thing) => write!(f, "thing {thing}"),
            Self::Name(name) => write!(f, "`{name}`"),
        }
    }
}

/// A what-if.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Change {
    /// One more machine like another one, beside it in the flow.
    AddMachine {
        /// Like this one.
        like: Which,
        /// What it is called.
        name: String,
        /// Where it could stand.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<Place>,
    },
    /// A machine less; what is in it goes back to where it came from.
    RemoveMachine {
        /// Which.
        machine: Which,
    },
    /// Other working hours.
    SetHours {
        /// Name of the calendar.
        calendar: String,
        /// How long the pattern is, s; 0: always open.
        period_s: f64,
        /// When it is open, s from the start of the pattern.
        #[serde(default)]
        open_s: Vec<(f64, f64)>,
    },
    /// More or fewer people.
    SetCrew {
        /// Name of the crew.
        crew: String,
        /// How many.
        count: u32,
    },
    /// More or less room.
    SetCapacity {
        /// Which store, or hand-over place by its name in the model.
        store: Which,
        /// How many pieces.
        pieces: u32,
    },
    /// So many pieces at once.
    SetBatch {
        /// On which machine.
        machine: Which,
        /// How many.
        pieces: u32,
    },
    /// Failures more seldom or repaired sooner.
    ScaleFailures {
        /// Of which machine; of all when there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        machine: Option<Which>,
        /// Times as long between failures.
        #[serde(default = "one")]
        between: f64,
        /// Times as long for a repair.
        #[serde(default = "one")]
        repair: f64,
    },
    /// Jobs that take longer or shorter.
    ScaleTime {
        /// Of which machine; of all when there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        machine: Option<Which>,
        /// Times as long.
        factor: f64,
    },
    /// Set-ups that take longer or shorter.
    ScaleSetup {
        /// Of which machine; of all when there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        machine: Option<Which>,
        /// Times as long.
        factor: f64,
    },
    /// Another part of the pieces is scrap.
    SetScrap {
        /// Of which machine.
        machine: Which,
        /// 0 to 1.
        share: f64,
    },
    /// One more order.
    AddOrder {
        /// The order.
        order: OrderDescription,
    },
    /// An order less.
    RemoveOrder {
        /// Its key.
        order: String,
    },
    /// An order that asks for something else.
    ChangeOrder {
        /// Its key.
        order: String,
        /// How many pieces now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        quantity: Option<u32>,
        /// When it is due now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Instant>,
    },
    /// More or fewer vehicles.
    SetVehicles {
        /// Name of the fleet.
        fleet: String,
        /// How many.
        count: u32,
    },
}

const fn one() -> f64 {
    1.0
}

/// Why a change cannot be made. The model is as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeError {
    /// What it names is not in the model.
    NotThere {
        /// What was looked for: `machine`.
        what: &'static str,
        /// What it was called.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// A number that makes no sense.
    Nonsense(String),
    /// The changed model could not run.
    CannotRun(Vec<String>),
}

impl std::fmt::Display for ChangeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotThere { what, name, known } if known.is_empty() => {
                write!(f, "there is no {what} {name}; the model has none")
            }
            Self::NotThere { what, name, known } => {
                let shown: Vec<&str> = known.iter().take(12).map(String::as_str).collect();
                let more = known.len() - shown.len();
                write!(f, "there is no {what} {name}; there are {}", shown.join(", "))?;
                if more > 0 { write!(f, " and {more} more") } else { Ok(()) }
            }
            Self::Nonsense(reason) => f.write_str(reason),
            Self::CannotRun(reasons) => {
                write!(f, "with this change the plant could not run: {}", reasons.join("; "))
            }
        }
    }
}

impl std::error::Error for ChangeError {}

impl Change {
    /// Makes the change.
    ///
    /// # Errors
    /// When it names something that is not there, or makes no sense; the model is then as it was.
    pub fn apply(&self, model: &mut PlantModel) -> Result<(), ChangeError> {
        Self::apply_all(std::slice::from_ref(self), model)
    }

    /// Makes several changes in their order, all or none.
    ///
    /// # Errors
    /// The first that cannot be made; the model is then as it was.
    pub fn apply_all(changes: &[Self], model: &mut PlantModel) -> Result<(), ChangeError> {
        let errors = |model: &PlantModel| -> BTreeSet<String> {
            let faults = check(&model.flow).into_iter().filter(|fault| fault.severity == Severity::Error);
            faults.map(|fault| fault.to_string()).collect()
        };
        let mut changed = model.clone();
        for change in changes {
            change.make(&mut changed)?;
        }
        let new: Vec<String> = errors(&changed).into_iter().collect();
        if !new.is_empty() {
            return Err(ChangeError::CannotRun(new));
        }
        *model = changed;
        Ok(())
    }

    fn make(&self, model: &mut PlantModel) -> Result<(), ChangeError> {
        match self {
            Self::AddMachine { like, name, place } => machines::add(model, like, name, *place),
            Self::RemoveMachine { machine } => machines::remove(model, machine),
            Self::SetHours { calendar, period_s, open_s } => {
                machines::hours(model, calendar, *period_s, open_s)
            }
            Self::SetCrew { crew, count } => machines::crew(model, crew, *count),
            Self::SetCapacity { store, pieces } => machines::capacity(model, store, *pieces),
            Self::SetBatch { machine, pieces } => machines::batch(model, machine, *pieces),
            Self::ScaleFailures { machine, between, repair } => {
                scale::failures(model, machine.as_ref(), *between, *repair)
            }
            Self::ScaleTime { machine, factor } => scale::time(model, machine.as_ref(), *factor),
            Self::ScaleSetup { machine, factor } => scale::setup(model, machine.as_ref(), *factor),
            Self::SetScrap { machine, share } => scale::scrap(model, machine, *share),
            Self::AddOrder { order } => orders::add(model, order),
            Self::RemoveOrder { order } => orders::remove(model, order),
            Self::ChangeOrder { order, quantity, due } => orders::change(model, order, *quantity, *due),
            Self::SetVehicles { fleet, count } => machines::vehicles(model, fleet, *count),
        }
    }
}
